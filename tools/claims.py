"""Do the claims hold under other seeds? `make claims SEEDS=4`, or python -m tools.claims [NOTEBOOK ...].

Each lesson runs again with other sets of seeds (`EVERYVEC_SEEDS` of `everyvec.seeds`). A claim is admitted
when it holds in the stored run and in all of these, and the run in which it holds by least is at least one
standard deviation of the runs inside the threshold. The table goes to book/claims.json, from which the
Evidence page reads.

A run is done once: _build/claims/ keeps its numbers until the lesson's code, a module of ours that it
imported, a data file or uv.lock changes.
"""

import argparse
import json
import math
import os
import statistics
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from nbformat import NotebookNode

from tools import execute

TABLE = Path("book/claims.json")
KEPT = Path("_build/claims")


@dataclass(frozen=True)
class Outcome:
    """What one run of a lesson gave: for each claim what was measured, and what else raised an error."""

    measured: dict[str, float]
    errors: list[str]


@dataclass(frozen=True)
class Verdict:
    """One claim under several sets of seeds.

    Attributes:
        at_least, at_most: the range asked for; None where there is no bound.
        stored: what the run measured whose outputs the lesson stores.
        others: what the runs with other seeds measured; NaN for a run that did not get to the claim.
    """

    at_least: float | None
    at_most: float | None
    stored: float
    others: list[float]

    @property
    def margin(self) -> float:
        """How far inside the range the worst run is: below zero outside, NaN where a run has no number."""
        low = -math.inf if self.at_least is None else self.at_least
        high = math.inf if self.at_most is None else self.at_most
        inside = [min(value - low, high - value) for value in self._all()]
        return math.nan if any(map(math.isnan, inside)) else min(inside)

    @property
    def spread(self) -> float:
        """Standard deviation over all runs."""
        return statistics.stdev(self._all())

    @property
    def admitted(self) -> bool:
        return self.margin >= 0 and self.margin >= self.spread

    def _all(self) -> list[float]:
        return [self.stored, *self.others]


def records(notebook: NotebookNode) -> Iterator[dict]:
    """What `claim` stored with the outputs of a notebook."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            record = output.get("metadata", {}).get("everyvec")
            if record:
                yield record


def outcome(path: Path, number: int) -> Outcome:
    """Run the lesson at `path` with set of seeds `number`, or take what the last such run gave.

    Raises:
        execute.LessonError: when its kernel dies or hangs.
    """
    notebook, place = execute.read(path), KEPT / path.with_suffix("") / f"{number}.json"
    try:
        kept = json.loads(place.read_text(encoding="utf-8"))
        files = [execute.PACKAGE / name for name in kept["inputs"] if name.endswith(".py")]
        if kept["inputs"] == execute.inputs(notebook, files):
            return Outcome(**kept["outcome"])
    except (FileNotFoundError, json.JSONDecodeError):
        pass
    result = execute.run(path, notebook, environment={"EVERYVEC_SEEDS": str(number)}, go_on=True)
    errors = []
    for index, cell in enumerate(result.notebook.cells):
        claimed = any("everyvec" in output.get("metadata", {}) for output in cell.get("outputs", []))
        for output in cell.get("outputs", []):
            if output.output_type == "error" and not (claimed and output.ename == "AssertionError"):
                said = f"{output.ename}: {output.evalue}".splitlines()[0][:200]
                errors.append(f"{execute.where(path, result.notebook, index)}: {said}")
    found = Outcome({record["claim"]: record["measured"] for record in records(result.notebook)}, errors)
    place.parent.mkdir(parents=True, exist_ok=True)
    kept = {"inputs": execute.inputs(notebook, result.files), "outcome": asdict(found)}
    place.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return found


def verdicts(path: Path, others: list[Outcome]) -> dict[str, Verdict]:
    """Claim by claim, the stored run of the lesson at `path` beside others."""
    return {
        record["claim"]: Verdict(
            record["at_least"],
            record["at_most"],
            record["measured"],
            [other.measured.get(record["claim"], math.nan) for other in others],
        )
        for record in records(execute.read(path))
    }


def store(found: dict[Path, dict[str, Verdict]]) -> None:
    """Put the rows of these lessons into book/claims.json, in place of their old ones."""
    table = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    for path, rows in found.items():
        table[path.as_posix()] = {claim: asdict(verdict) for claim, verdict in rows.items()}
    table = {
        name: rows for name, rows in sorted(table.items()) if Path(name).exists()
    }  # not of one that is gone
    TABLE.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def line(claim: str, verdict: Verdict) -> str:
    low, high = min(verdict.others), max(verdict.others)
    asked = " ".join(
        f"{sign} {bound:g}"
        for sign, bound in (("≥", verdict.at_least), ("≤", verdict.at_most))
        if bound is not None
    )
    word = "admitted" if verdict.admitted else "THIN" if verdict.margin >= 0 else "FAILS"
    numbers = f"{verdict.stored:8.3f}  {low:8.3f} to {high:<8.3f}  {asked:>8}"
    return f"  {numbers}  {verdict.margin:7.3f} {verdict.spread:6.3f}  {word:8}  {claim}"


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns 1 when a claim is not admitted or a cell failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.claims", description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every notebook under book/")
    parser.add_argument("--seeds", type=int, default=4, help="how many other sets of seeds (default: 4)")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count(), help="runs at the same time (default: one for each core)"
    )
    options = parser.parse_args(arguments)
    if options.seeds < 1 or options.jobs < 1:
        parser.error("--seeds and --jobs must be at least 1")
    try:
        paths = options.notebooks or execute.lessons()
        paths = [Path(os.path.relpath(path)) for path in paths]
        for path in paths:
            execute.read(path)
    except execute.LessonError as error:
        print(f"claims: {error}", file=sys.stderr)
        return 1
    failed, found = 0, {}
    with ThreadPoolExecutor(options.jobs) as pool:
        runs = {
            path: [pool.submit(outcome, path, number) for number in range(1, options.seeds + 1)]
            for path in paths
        }
        for path in paths:
            print(f"{path}\n    stored      other seeds         asked for   margin spread", flush=True)
            try:
                others = [run.result() for run in runs[path]]
            except execute.LessonError as error:
                failed += 1
                print(f"claims: {error}", file=sys.stderr, flush=True)
                continue
            found[path] = verdicts(path, others)
            for claim, verdict in found[path].items():
                failed += not verdict.admitted
                print(line(claim, verdict))
            for number, other in enumerate(others, start=1):
                failed += len(other.errors)
                for error in other.errors:
                    print(f"  seeds {number}: {error}", flush=True)
    store(found)
    total = sum(map(len, found.values()))
    print(f"{total} claims, {options.seeds} other sets of seeds: {failed or 'none'} failed or thin ({TABLE})")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
