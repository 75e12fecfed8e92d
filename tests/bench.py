"""Measure what the course promises, and print it beside the limits: `make bench`, or python tests/bench.py.

Nothing is asserted, and only _build/ changes here: what would change more runs in copies of the course.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.prefix) / "bin"
sys.path.insert(0, str(ROOT / "tests" / "site"))


class Figure(NamedTuple):
    """One line of the table; `holds` is None where there is no limit."""

    what: str
    limit: str
    measured: str
    holds: bool | None


def seconds(what: str, limit: float, measured: float) -> Figure:
    return Figure(what, f"≤ {limit:g} s", f"{measured:.0f} s", measured <= limit)


def fresh_clone(folder: Path) -> Path:
    """A git repository with what is committed or would be: a fresh clone of this working tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    clone = folder / "clone"
    for name in filter(None, listed):
        if (ROOT / name).is_file():  # not one that was deleted since
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, clone / name)
    subprocess.run(["git", "init", "--quiet", str(clone)], check=True)
    return clone


def timed(folder: Path, *command: str | Path, **environment: str) -> tuple[float, str]:
    """Run `command` in `folder`; return the seconds it took and what it printed.

    Raises:
        RuntimeError: when it fails; the message is what it printed.
    """
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "PYTEST"))}
    began = time.perf_counter()
    run = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    took = time.perf_counter() - began
    if run.returncode:
        raise RuntimeError(f"{run.stdout}\n{' '.join(map(str, command))} failed after {took:.0f} s")
    return took, run.stdout


def course(folder: Path) -> Iterator[Figure]:
    clone = fresh_clone(folder)
    yield seconds("make course, fresh clone, warm package cache", 180, timed(clone, "make", "course")[0])
    yield seconds("make course, second run", 30, timed(clone, "make", "course")[0])


def cold(folder: Path) -> Iterator[Figure]:
    clone = fresh_clone(folder)
    took, _ = timed(clone, "make", "course", UV_CACHE_DIR=str(folder / "cache"))
    yield seconds("make course, cold package cache, downloads included", 360, took)


def test(folder: Path) -> Iterator[Figure]:
    clone = fresh_clone(folder)
    timed(clone, "make", "env")
    took, printed = timed(clone, "make", "test")
    yield seconds("make test, environment made", 720, took)
    yield Figure("  its last line", "", printed.splitlines()[-1].strip("= "), None)


def lessons(folder: Path) -> Iterator[Figure]:
    clone = fresh_clone(folder)
    notebooks = sorted((clone / "book").rglob("*.ipynb"))
    before = {path: hashlib.sha256(path.read_bytes()).digest() for path in notebooks}
    for number in (1, 2):
        timed(clone, BIN / "python", "-m", "everyvec.execute", "--force")
        for path in notebooks if number == 1 else []:
            name = path.relative_to(clone)
            stamp = json.loads((clone / "_build" / "execute" / name.with_suffix(".json")).read_text())["run"]
            gib = stamp["peak"] / 2**30
            yield Figure(
                str(name),
                "≤ 60 s, ≤ 2 GiB",
                f"{stamp['seconds']:.0f} s ({stamp['cpu']:.0f} s of CPU), {gib:.1f} GiB",
                stamp["seconds"] <= 60 and gib <= 2,
            )
        changed = [
            path.name for path in notebooks if hashlib.sha256(path.read_bytes()).digest() != before[path]
        ]
        yield Figure(
            f"files changed by make execute, run {number}",
            "0",
            f"{len(changed)} {changed or ''}",
            not changed,
        )


def site(_: Path) -> Iterator[Figure]:
    import measure

    yield seconds("site, built from nothing", 60, measure.cold_build_seconds())
    timed(ROOT, "make", "site")
    megabytes = measure.landing_bytes() / 1e6
    yield Figure("landing page with all it loads", "≤ 1.5 MB", f"{megabytes:.2f} MB", megabytes <= 1.5)


def audit(folder: Path) -> Iterator[Figure]:
    report = folder / "audit.json"
    with_path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    command = [BIN / "staffroom", "audit", "1-word2vec", "--json", report]
    began = time.perf_counter()
    try:
        timed(ROOT, *command, PATH=with_path)
    except RuntimeError:
        if not report.exists():
            raise
        # answers that misbehave make it fail, and are what the table shows
    took = time.perf_counter() - began
    found = json.loads(report.read_text())
    for one in found if isinstance(found, list) else [found]:
        for question, n in one["questions"].items():
            measured = f"{n['caught']} of {n['wrong']} caught, {n['kept']} of {n['right']} kept"
            holds = n["caught"] == n["wrong"] >= 6 and n["kept"] == n["right"] >= 2
            yield Figure(f"1-word2vec, {question}", "≥ 6 wrong caught, ≥ 2 right kept", measured, holds)
    yield Figure("staffroom audit 1-word2vec", "", f"{took:.0f} s", None)


PARTS: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "site": site,
    "audit": audit,
    "lessons": lessons,
    "course": course,
    "test": test,
    "cold": cold,
}
USUAL = ("site", "audit", "lessons", "course")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make bench ARGS=...",
        description=f"Parts: {', '.join(PARTS)}. Without any: {', '.join(USUAL)}. "
        "'test' takes as long as make test; 'cold' downloads every package anew.",
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    parts = parser.parse_args().parts or USUAL
    console = Console(width=None if sys.stdout.isatty() else 120)
    table = Table(title="What must hold", title_justify="left")
    for heading in ("what", "limit", "measured", "holds"):
        table.add_column(heading, overflow="fold")
    failed = 0
    for part in parts:
        load = os.getloadavg()[0]
        console.print(
            f"measuring: {part} (others use {load:.1f} of {os.cpu_count()} cores now)", highlight=False
        )
        with tempfile.TemporaryDirectory(prefix="everyvec-bench-") as folder:
            try:
                for figure in PARTS[part](Path(folder)):
                    console.print(f"  {figure.what}: {figure.measured}", highlight=False)
                    mark = {True: "yes", False: "[bold red]NO[/]", None: ""}[figure.holds]
                    table.add_row(*figure[:3], mark)
            except RuntimeError as error:
                failed += 1
                end = "\n".join(str(error).splitlines()[-15:])
                console.print(end, style="red", highlight=False, markup=False)
                table.add_row(part, "", "could not be measured", "[bold red]NO[/]")
    console.print(table)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
