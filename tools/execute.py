"""Run lessons and store their outputs: `python -m tools.execute [NOTEBOOK ...] [--force]`.

A lesson runs when its code cells, a module of `everyvec` that it imported, a data file of `everyvec` or
`uv.lock` changed since the run that `_build/execute/` remembers. Outputs that nbval takes for equal stay as
they are stored, so running again an unchanged lesson leaves its file as it was. Where no run is remembered,
as in a fresh clone, a lesson is unchanged when git says so.

`python -m tools.execute --clean NOTEBOOK ...` runs nothing: it takes out what editors add to a notebook.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "everyvec"
STAMPS = Path("_build/execute")
SANITIZE = Path("tests/nbval_sanitize.cfg")
BUDGET_SECONDS, BUDGET_BYTES = 60, 2 * 2**30
CELL_TIMEOUT = 600  # seconds

# What is stored is the small, offline run, whatever machine stores it.
ENVIRONMENT = {"PYTHONHASHSEED": "0", "EVERYVEC_PROFILE": "cpu", "HF_HUB_OFFLINE": "1"}
THREAD_LIMITS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")

# Asked of the kernel when the last cell has run: peak memory, CPU time, and what it imported from here.
PROBE = """
import json, sys
try:
    import resource
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    cpu = used.ru_utime + used.ru_stime
except ImportError:  # Windows
    import psutil
    peak = psutil.Process().memory_info().peak_wset
    cpu = sum(psutil.Process().cpu_times()[:2])
modules = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] == "everyvec"]
files = sorted({module.__file__ for module in modules if getattr(module, "__file__", None)})
print(json.dumps({"peak": peak, "cpu": cpu, "files": files}))
"""

NOISE_IN_NOTEBOOK = {
    "celltoolbar",
    "colab",
    "accelerator",
    "papermill",
    "toc",
    "varInspector",
    "vscode",
    "widgets",
}
NOISE_IN_CELL = {
    "ExecuteTime",
    "collapsed",
    "colab",
    "execution",
    "id",
    "outputId",
    "pycharm",
    "scrolled",
    "trusted",
}
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
FRACTION = re.compile(r"(?<![\w.])[-+−]?\d+\.\d*(?:e[-+]?\d+)?(?![\w.])")
TOLERANCE = Decimal("0.02")  # of a number; of a small one, two units of its last digit, and at most this
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class LessonError(Exception):
    """A lesson could not be read or did not run to its end; the message names file, cell and cause."""


@dataclass(frozen=True)
class Run:
    """What one run of a lesson gave: its outputs, seconds by the clock and of CPU time, the kernel's peak
    memory in bytes, and the files of `everyvec` that it imported."""

    notebook: NotebookNode
    seconds: float
    cpu: float
    peak: int
    files: list[Path]


def lessons(book: Path = Path("book")) -> list[Path]:
    """The notebooks under `book`, in order of their names.

    Raises:
        LessonError: when there is none.
    """
    found = sorted(path for path in book.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    if not found:
        raise LessonError(f"no notebook under {book.resolve()}: run this in the course's folder")
    return found


def read(path: Path) -> NotebookNode:
    """The notebook at `path`.

    Raises:
        LessonError: when it does not exist or is not a notebook.
    """
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise LessonError(f"{path}: no such file") from None
    except (
        nbformat.reader.NotJSONError,
        nbformat.ValidationError,
        UnicodeDecodeError,
        AttributeError,
    ) as error:
        reason = str(error).splitlines()[0][:200]
        raise LessonError(f"{path}: not a notebook ({reason}); restore it with git") from None


def write(path: Path, notebook: NotebookNode) -> bool:
    """Write `notebook` to `path`, whole or not at all. Returns whether the file changed."""
    text = nbformat.writes(notebook) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    return True


def clean(notebook: NotebookNode) -> NotebookNode:
    """Take out, in place, what editors and runs add to metadata, and say which kernel runs it."""
    for key in NOISE_IN_NOTEBOOK & notebook.metadata.keys():
        del notebook.metadata[key]
    notebook.metadata.kernelspec = dict(KERNELSPEC)
    notebook.metadata.language_info = {"name": "python"}
    for cell in notebook.cells:
        for key in NOISE_IN_CELL & cell.metadata.keys():
            del cell.metadata[key]
    return notebook


def run(
    path: Path,
    notebook: NotebookNode,
    progress=lambda done, total: None,
    *,
    environment: Mapping[str, str] | None = None,
    go_on: bool = False,
) -> Run:
    """Run all cells of `notebook` in a fresh kernel, in the folder of `path`.

    Args:
        path: where the notebook lies; errors name it.
        notebook: left as it is; the run works on a copy.
        progress: called before each code cell with its number and how many there are.
        environment: variables for the kernel, besides those of every run.
        go_on: store the error of a cell that raises among its outputs, and run the next one.

    Raises:
        LessonError: when a cell raises (unless `go_on`), the kernel dies, or a cell takes longer than
            `CELL_TIMEOUT` seconds.
    """
    copy = nbformat.from_dict(json.loads(json.dumps(notebook)))
    code = [index for index, cell in enumerate(copy.cells) if cell.cell_type == "code"]
    client = NotebookClient(
        copy,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        allow_errors=go_on,
        coalesce_streams=True,
        config=Config({"KernelManager": {"transport_encryption": "auto"}}),  # or each kernel warns on stderr
    )
    kept = {key: value for key, value in os.environ.items() if key not in (*THREAD_LIMITS, "EVERYVEC_SEEDS")}
    environment = kept | ENVIRONMENT | dict(environment or {})
    began, index = time.perf_counter(), -1
    try:
        with client.setup_kernel(env=environment):
            for number, index in enumerate(code, start=1):
                progress(number, len(code))
                client.execute_cell(copy.cells[index], index)
            seconds = time.perf_counter() - began
            copy.cells.append(nbformat.v4.new_code_cell(PROBE))
            client.execute_cell(copy.cells[-1], len(copy.cells) - 1, store_history=False)
    except CellExecutionError as error:
        end = "\n".join(ANSI.sub("", error.traceback).rstrip().splitlines()[-8:])
        raise LessonError(f"{where(path, copy, index)}: {error.ename}\n{end}") from None
    except DeadKernelError:
        raise LessonError(f"{where(path, copy, index)}: the kernel died; is there enough memory?") from None
    except CellTimeoutError:
        raise LessonError(f"{where(path, copy, index)}: still running after {CELL_TIMEOUT} s") from None
    answer = json.loads(copy.cells.pop().outputs[0].text)
    # as on a run from top to bottom in JupyterLab
    for number, index in enumerate(code, start=1):
        cell = copy.cells[index]
        cell.execution_count = number
        if ignored(cell):  # a progress bar that wiped itself away would leave an empty red box
            cell.outputs = [o for o in cell.outputs if o.output_type != "stream" or seen(o.text).strip()]
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
    return Run(copy, seconds, answer["cpu"], answer["peak"], [Path(name) for name in answer["files"]])


def where(path: Path, notebook: NotebookNode, index: int) -> str:
    """`book/x.ipynb, cell 5 of 20`, counted as JupyterLab shows them, with the cell's first line."""
    if index < 0:
        return f"{path}, before its first cell"
    first = next(iter(notebook.cells[index].source.strip().splitlines()), "")
    return f"{path}, cell {index + 1} of {len(notebook.cells)} ({first[:60]})"


def sanitize_patterns(path: Path = SANITIZE) -> list[tuple[str, str]]:
    """The (regular expression, replacement) pairs of nbval's `path`; none where the file does not exist."""
    if not path.exists():
        return []
    return re.findall("^regex: (.*)$\n^replace: (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)


def comparable(outputs: list[NotebookNode], patterns: list[tuple[str, str]]) -> dict[str, list]:
    """What of `outputs` must stay equal: what nbval compares, and pictures and the words of claims besides.

    As in nbval: lists by MIME type or name of the stream, in their order; numbers of cells, tracebacks, and
    metadata do not count.
    """
    streams: dict[str, str] = {}
    compared: dict[str, list] = {}
    for output in outputs:
        if output.output_type == "stream":
            streams[output.name] = streams.get(output.name, "") + output.text
            continue
        for mime, value in output.get("data", {}).items():
            if mime != "application/vnd.jupyter.widget-view+json":  # carries random ids
                compared.setdefault(mime, []).append(value)
        for key in ("ename", "evalue"):
            if key in output:
                compared.setdefault(key, []).append(output[key])
        claim = output.get("metadata", {}).get("everyvec")
        if claim:
            words = {
                key: value for key, value in claim.items() if key not in ("measured", "baseline", "chance")
            }
            compared.setdefault("everyvec", []).append(words)
    for name, text in streams.items():
        compared[name] = [seen(text)]
    return {
        key: values if key.startswith("image/") else [sanitized(value, patterns) for value in values]
        for key, values in compared.items()
    }


def seen(text: str) -> str:
    """What is seen of `text`: a carriage return takes the line back, and what follows is written over it."""
    return re.sub(r"^.*\r(?=[^\n])", "", text, flags=re.MULTILINE)


def sanitized(value, patterns: list[tuple[str, str]]):
    """`value` with the patterns replaced, where it is a string."""
    if isinstance(value, str):
        for pattern, replacement in patterns:
            value = re.sub(pattern, replacement, value)
        return Alike(value)
    return value


class Alike(str):
    """A text that equals one with the same words whose fractions differ no more than between processors.

    Another processor adds up in another order: an accuracy of 0.55 may be 0.54 there after training. What
    must hold is asserted in the lesson; a stored fraction may differ as `near` says, a whole number may not.
    """

    __hash__ = None

    def __eq__(self, other) -> bool:
        if not isinstance(other, str):
            return NotImplemented
        if str.__eq__(self, other):
            return True
        mine, others = FRACTION.findall(self), FRACTION.findall(other)
        return len(mine) == len(others) and words(self) == words(other) and all(map(near, mine, others))

    def __ne__(self, other) -> bool:
        return not self == other


def words(text: str) -> list[str]:
    """`text` without its fractions, and without the spaces with which their columns are filled."""
    return FRACTION.sub(" # ", text).split()


def near(one: str, other: str) -> bool:
    """Whether two printed fractions differ by 2 %, or by two units of the last digit that is printed."""
    a, b = (Decimal(text.replace("−", "-")) for text in (one, other))
    digit = Decimal(1).scaleb(min(a.as_tuple().exponent, b.as_tuple().exponent))
    return abs(a - b) <= max(TOLERANCE * max(abs(a), abs(b)), min(TOLERANCE, 2 * digit))


def ignored(cell: NotebookNode) -> bool:
    """Whether nbval is told not to compare this cell's output."""
    comments = {
        line.strip().lstrip("#").strip() for line in cell.source.splitlines() if line.strip().startswith("#")
    }
    return "nbval-ignore-output" in cell.metadata.get("tags", []) or "NBVAL_IGNORE_OUTPUT" in comments


def keep_equal_outputs(stored: NotebookNode, fresh: NotebookNode, patterns: list[tuple[str, str]]) -> None:
    """Put stored outputs back into each cell of `fresh` whose new ones are equal to them, or not compared."""
    for old, new in zip(stored.cells, fresh.cells, strict=True):
        if old.cell_type != "code" or old.execution_count is None:
            continue
        unstable = ignored(old) and bool(old.outputs) == bool(new.outputs)
        if unstable or comparable(old.outputs, patterns) == comparable(new.outputs, patterns):
            new.outputs = old.outputs
            for output in new.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = new.execution_count


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def code_digest(notebook: NotebookNode) -> str:
    """A digest of the code cells and their tags: what a run depends on within the notebook."""
    cells = [(c.source, c.metadata.get("tags", [])) for c in notebook.cells if c.cell_type == "code"]
    return digest(json.dumps(cells).encode())


def inputs(notebook: NotebookNode, files: list[Path]) -> dict[str, str]:
    """Digests of what a run depends on: the lesson's code, `files`, the data in `everyvec`, and the lock."""
    data = [p for p in PACKAGE.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")]
    paths = sorted({*files, *data, Path("uv.lock").resolve()})
    digests = {os.path.relpath(path, PACKAGE): digest(path.read_bytes()) for path in paths if path.is_file()}
    return {"code": code_digest(notebook), **digests}


def stamp_of(path: Path) -> Path:
    return STAMPS / Path(os.path.relpath(path)).with_suffix(".json")


def load_stamp(path: Path) -> dict | None:
    """What the last run of the lesson at `path` remembered; nothing when it was never run here."""
    try:
        return json.loads(stamp_of(path).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def is_fresh(notebook: NotebookNode, stamp: dict | None) -> bool:
    """Whether the stored outputs belong to what is on disk now, as far as `stamp` knows."""
    if stamp is None:
        return False
    files = [PACKAGE / name for name in stamp["inputs"] if name.endswith(".py")]
    ran = all(c.execution_count is not None for c in notebook.cells if c.cell_type == "code")
    return ran and inputs(notebook, files) == stamp["inputs"]


def as_committed(path: Path, notebook: NotebookNode) -> bool:
    """Whether git has the code of `notebook`, which lies at `path`, the package and the lock as they are."""

    def git(*arguments: str) -> bytes:
        return subprocess.run(["git", *arguments], cwd=path.parent, capture_output=True, check=True).stdout

    try:
        committed = nbformat.reads(git("show", f"HEAD:./{path.name}").decode(), as_version=4)
        changed = git("status", "--porcelain", "--", str(PACKAGE), str(PACKAGE.parents[1] / "uv.lock"))
    except (FileNotFoundError, subprocess.CalledProcessError):  # no git, or a file that it does not know
        return False
    return not changed and code_digest(committed) == code_digest(notebook)


def execute(path: Path, *, force: bool = False, progress=lambda done, total: None) -> str:
    """Run the lesson at `path` if it needs it, store what changed, and say in one line what happened.

    Raises:
        LessonError: when it does not run to its end; the file is then as it was.
    """
    stored = read(path)
    stamp = load_stamp(path)
    fresh = is_fresh(stored, stamp)
    if fresh and not force:
        return "unchanged since it ran: " + measured(**stamp["run"])
    result = run(path, stored, progress)
    now = inputs(stored, result.files)
    # Where the code may have changed, all outputs are news, also those that nbval ignores.
    if stamp["inputs"] == now if stamp else as_committed(path, stored):
        keep_equal_outputs(stored, result.notebook, sanitize_patterns())
    changed = write(path, clean(result.notebook))
    stamp_of(path).parent.mkdir(parents=True, exist_ok=True)
    record = {"seconds": result.seconds, "cpu": result.cpu, "peak": result.peak}
    stamp_of(path).write_text(json.dumps({"inputs": now, "run": record}, indent=1) + "\n", encoding="utf-8")
    return f"{'outputs stored' if changed else 'outputs as stored'}: {measured(**record)}"


def measured(seconds: float, cpu: float, peak: int) -> str:
    """`12 s of 60 (20 s of CPU), 0.9 GiB of 2`, with a word where the budget is exceeded."""
    over = "  OVER BUDGET" if seconds > BUDGET_SECONDS or peak > BUDGET_BYTES else ""
    memory = f"{peak / 2**30:.1f} GiB of {BUDGET_BYTES // 2**30}"
    return f"{seconds:.0f} s of {BUDGET_SECONDS} ({cpu:.0f} s of CPU), {memory}{over}"


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code: 1 when a notebook failed or had to be cleaned."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.execute", description="Run lessons, store outputs."
    )
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every notebook under book/")
    parser.add_argument("--force", action="store_true", help="run also what did not change")
    parser.add_argument("--clean", action="store_true", help="run nothing; take out what editors add")
    options = parser.parse_args(arguments)
    failed = 0
    try:
        paths = options.notebooks or lessons()
    except LessonError as error:
        print(f"execute: {error}", file=sys.stderr)
        return 1
    for number, path in enumerate(paths, start=1):
        label = f"[{number}/{len(paths)}] {path}"
        try:
            if options.clean:
                changed = write(path, clean(read(path)))
                failed += changed
                line = "cleaned" if changed else "clean"
            else:
                line = execute(path, force=options.force, progress=progress_of(label))
        except LessonError as error:
            failed += 1
            line = "FAILED"
            print(f"{NEW_LINE}execute: {error}", file=sys.stderr, flush=True)
        print(f"{NEW_LINE}{label}: {line}", flush=True)
    return 1 if failed else 0


# On a terminal the line that counts the cells is written over.
NEW_LINE = "\r\x1b[K" if sys.stdout.isatty() else ""


def progress_of(label: str):
    """A function that shows, on a terminal, which cell of `label` runs."""

    def progress(done: int, total: int) -> None:
        if sys.stdout.isatty():
            print(f"{NEW_LINE}{label}: cell {done} of {total}", end="", flush=True)

    return progress


if __name__ == "__main__":
    sys.exit(main())
