"""Lessons run, their outputs are stored, and what did not change stays as it was."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbval.plugin import IPyNbCell, coalesce_streams, get_sanitize_patterns, nocolors

from tests.alike import alike
from tools import execute

CONFIG = Path(__file__).parents[1] / "nbval_sanitize.cfg"
CLAIM = {"claim": "it works", "row": "1.4", "measured": 0.91, "baseline": 0.5, "chance": 0.1, "at_least": 0.8}


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def display(data, metadata=None):
    return new_output("display_data", data=data, metadata=metadata or {})


def claim(**changes):
    return display({"text/plain": "claim holds"}, {"everyvec": CLAIM | changes})


@pytest.fixture
def course(tmp_path, monkeypatch):
    """An empty course folder with `book/`, as the working directory."""
    (tmp_path / "book").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commit(folder):
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "now"]):
        subprocess.run([*git, *arguments], cwd=folder, check=True)


def save(path, *sources, tags=()):
    cells = [new_markdown_cell("# A lesson"), *(new_code_cell(source) for source in sources)]
    for cell in cells:
        cell.metadata["tags"] = list(tags) if cell.cell_type == "code" else []
    notebook = new_notebook(cells=cells)
    nbformat.write(notebook, path)
    return path


# ---------------------------------------------------------------------------------------- comparing outputs

A, B = [stream("loss 0.25\n")], [stream("loss 0.35\n")]
TEXT = [display({"text/plain": "a"})]
PNG_A, PNG_B = [display({"image/png": "AAAA"})], [display({"image/png": "BBBB"})]
PATTERNS = "regex: \\d+\\.\\d+\nreplace: NUMBER\n"
PAIRS = {
    "the same text": (A, A),
    "another number": (A, B),
    "another number by a rounding": (A, [stream("loss 0.26\n")]),
    "one output more": (A, A + TEXT),
    "a stream in two pieces": (A, [stream("loss "), stream("0.25\n")]),
    "the other stream": (A, [stream("loss 0.25\n", "stderr")]),
    "a progress bar that ends alike": ([stream("10%\r100%\n")], [stream("20%\r50%\r100%\n")]),
    "streams and displays in another order": (A + TEXT, TEXT + A),
    "two displays swapped": (
        [display({"text/plain": "a"}), display({"text/plain": "b"})],
        [display({"text/plain": "b"}), display({"text/plain": "a"})],
    ),
    "a result instead of a display": (
        [display({"text/plain": "a"})],
        [new_output("execute_result", data={"text/plain": "a"}, execution_count=3)],
    ),
    "one type more": (
        [display({"text/plain": "a"})],
        [display({"text/plain": "a", "text/html": "<b>a</b>"})],
    ),
    "another exception": (
        [new_output("error", ename="ValueError", evalue="a", traceback=["x"])],
        [new_output("error", ename="TypeError", evalue="a", traceback=["x"])],
    ),
    "another traceback": (
        [new_output("error", ename="ValueError", evalue="a", traceback=["line 1"])],
        [new_output("error", ename="ValueError", evalue="a", traceback=["line 2"])],
    ),
}


@pytest.mark.parametrize("patterns", ["", PATTERNS], ids=["as printed", "sanitised"])
@pytest.mark.parametrize("name", PAIRS)
def test_outputs_are_compared_as_nbval_compares_them(name, patterns, tmp_path):
    stored, fresh = (nbformat.from_dict(outputs) for outputs in PAIRS[name])
    (tmp_path / "sanitize.cfg").write_text(patterns)
    ours = execute.sanitize_patterns(tmp_path / "sanitize.cfg")
    equal = execute.comparable(stored, ours) == execute.comparable(fresh, ours)

    skipped = ("metadata", "traceback", "output_type", "name", "execution_count", "image/png", "image/jpeg")
    cell = SimpleNamespace(
        colors=nocolors,
        parent=SimpleNamespace(skip_compare=skipped, sanitize_patterns=dict(get_sanitize_patterns(patterns))),
        format_output_compare=lambda *_: None,
    )
    cell.sanitize = lambda value: alike(cell, value)
    stored, fresh = (coalesce_streams(nbformat.from_dict(outputs)) for outputs in PAIRS[name])
    assert equal == IPyNbCell.compare_outputs(cell, fresh, stored)


ROWS = "array([[-0.49630637,  0.5    ],\n       [ 0.38022168, -0.0178]])"


@pytest.mark.parametrize(
    ("stored", "fresh", "equal"),
    [
        ("0.55 of the digits", "0.54 of the digits", True),
        ("0.55 of the digits", "0.65 of the digits", False),
        ("0.55 of the digits", "0.55 of the pages", False),
        ("perplexity 71.2", "perplexity 72.3", True),
        ("perplexity 71.2", "perplexity 75.9", False),
        ("r = −0.01", "r = 0.01", True),
        ("r = −0.31", "r = 0.31", False),
        ("r = 0.004", "r = 0.005", True),
        ("r = 0.004", "r = 0.014", False),
        ("off by 3.7e-14", "off by 3.8e-14", True),
        ("off by 3.7e-14", "off by 0.00041", False),
        ("3.7e-14 of 1", "1.9e-02 of 1", False),
        ("0.55", "0.53", True),
        ("0.55", "0.52", False),
        ("12 of 20 pairs", "13 of 20 pairs", False),
        ("12.0", "12", False),
        ("torch 2.13.0", "torch 2.14.0", False),
        (ROWS, ROWS.replace("0.5    ", "0.50001").replace("0.38022168", "0.3803    "), True),
        (ROWS, ROWS.replace("0.38022168", "-0.38022168"), False),
        ("a 0.5\nb 0.7", "a 0.7\nb 0.5", False),
    ],
)
def test_a_fraction_may_differ_as_processors_differ_and_nothing_else_may(stored, fresh, equal):
    one, other = ([display({"text/plain": text})] for text in (stored, fresh))
    assert (execute.comparable(one, []) == execute.comparable(other, [])) is equal
    assert (execute.comparable(one, []) != execute.comparable(other, [])) is not equal


@pytest.mark.parametrize(("stored", "passes"), [("0.55", True), ("0.65", False)])
def test_nbval_itself_compares_so(course, stored, passes):
    path = save(course / "book/a.ipynb", "print('0.54 of the digits')")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].execution_count = 1
    notebook.cells[1].outputs = [stream(f"{stored} of the digits\n")]
    nbformat.write(notebook, path)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.alike",
        "--nbval",
        "--nbval-current-env",
        path,
    ]
    root = Path(execute.__file__).parents[1]
    done = subprocess.run([*command, "-p", "no:cacheprovider"], cwd=root, capture_output=True, text=True)
    assert (done.returncode == 0) is passes, done.stdout
    assert ("1 passed" if passes else "1 failed") in done.stdout


def test_pictures_and_the_words_of_claims_count_too():
    def equal(one, other):
        return execute.comparable(one, []) == execute.comparable(other, [])

    assert equal(PNG_A, PNG_A)
    assert not equal(PNG_A, PNG_B)
    assert equal([claim()], [claim(measured=0.93, baseline=0.51)])
    assert not equal([claim()], [claim(at_least=0.7)])
    assert not equal([claim()], [display({"text/plain": "claim holds"})])


def test_nbval_does_not_compare_svg_of_figures_and_we_do():
    figure, other, plain = (
        [display({"image/svg+xml": f'<svg class="{name}">\n<path d="M {x} 0"/>\n</svg>\n'})]
        for name, x in (("ev-figure", 1), ("ev-figure", 2), ("other", 2))
    )
    patterns = execute.sanitize_patterns(CONFIG)
    for_nbval = get_sanitize_patterns(CONFIG.read_text(encoding="utf-8"))
    assert patterns == list(for_nbval)
    seen = [
        execute.sanitized(outputs[0].data["image/svg+xml"], patterns) for outputs in (figure, other, plain)
    ]
    assert seen[0] == seen[1] != seen[2]
    assert execute.comparable(figure, patterns) != execute.comparable(other, patterns)


# -------------------------------------------------------------------------------------------- running lessons


def test_a_lesson_runs_once_and_again_when_its_code_changes(course):
    path = save(course / "book" / "one.ipynb", "x = 6", "print(x * 7)\nx")
    assert execute.execute(path).startswith("outputs stored")
    notebook = nbformat.read(path, as_version=4)
    assert notebook.cells[2].outputs[0].text == "42\n"
    assert [cell.execution_count for cell in notebook.cells[1:]] == [1, 2]
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info == {"name": "python"}

    before = path.read_bytes(), path.stat().st_mtime_ns
    assert execute.execute(path).startswith("unchanged since it ran")
    assert execute.execute(path, force=True).startswith("outputs as stored")
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before

    notebook.cells[2].source = "print(x + 1)"
    nbformat.write(notebook, path)
    assert execute.execute(path).startswith("outputs stored")
    assert nbformat.read(path, as_version=4).cells[2].outputs[0].text == "7\n"


def test_what_nbval_ignores_stays_until_the_code_changes(course, monkeypatch):
    monkeypatch.setattr(execute, "PACKAGE", course / "src" / "everyvec")
    path = save(
        course / "book" / "clock.ipynb", "import time\nprint(time.time_ns())", tags=["nbval-ignore-output"]
    )
    execute.execute(path)
    before = path.read_bytes()
    assert execute.execute(path, force=True).startswith("outputs as stored")

    def without_stamp():
        execute.stamp_of(path).unlink()  # as in a fresh clone
        return execute.execute(path)

    commit(course)
    assert without_stamp().startswith("outputs as stored")
    assert path.read_bytes() == before

    (course / "uv.lock").write_text("changed")
    assert without_stamp().startswith("outputs stored")
    commit(course)

    def change(code):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[1].source = code
        nbformat.write(notebook, path)

    for run in (without_stamp, lambda: execute.execute(path)):
        change(f"print({run.__name__!r})")
        run()
        assert nbformat.read(path, as_version=4).cells[1].outputs[0].text == f"{run.__name__}\n"


def test_a_progress_bar_that_wiped_itself_away_is_not_stored(course):
    bar = "import sys\nsys.stderr.write('\\r 50%\\r100%\\r    \\r')\nprint('done in 3 s')"
    path = save(course / "book" / "bar.ipynb", bar, tags=["nbval-ignore-output"])
    result = execute.run(path, execute.read(path))
    assert [(o.name, o.text) for o in result.notebook.cells[1].outputs] == [("stdout", "done in 3 s\n")]


def test_a_lesson_runs_again_when_what_it_imported_changes(course):
    notebook = nbformat.read(save(course / "book" / "one.ipynb", "1"), as_version=4)
    notebook.cells[1].execution_count = 1
    module = course / "module.py"
    module.write_text("x = 1")
    stamp = {"inputs": execute.inputs(notebook, [module])}
    assert execute.is_fresh(notebook, stamp)
    module.write_text("x = 2")
    assert not execute.is_fresh(notebook, stamp)
    module.write_text("x = 1")
    (course / "uv.lock").write_text("other packages")
    assert not execute.is_fresh(notebook, stamp)


def test_the_run_names_the_modules_that_were_imported(course):
    path = save(course / "book" / "one.ipynb", "import everyvec.data")
    result = execute.run(path, execute.read(path))
    names = {file.relative_to(execute.PACKAGE).as_posix() for file in result.files}
    assert {"__init__.py", "data/__init__.py"} <= names
    assert "execute.py" not in names
    assert 0 < result.seconds < 600
    assert 2**24 < result.peak < 2**40


def test_a_run_is_small_and_offline_and_sees_no_thread_limit(course, monkeypatch):
    monkeypatch.setenv("EVERYVEC_PROFILE", "gpu")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    names = ("EVERYVEC_PROFILE", "HF_HUB_OFFLINE", "PYTHONHASHSEED", "OMP_NUM_THREADS")
    source = f"import os\nprint([os.environ.get(name) for name in {names}])"
    path = save(course / "book" / "one.ipynb", source)
    result = execute.run(path, execute.read(path))
    assert result.notebook.cells[1].outputs[0].text == "['cpu', '1', '0', None]\n"


def test_a_failing_lesson_is_named_with_its_cell_and_left_as_it_was(course, capsys):
    bad = save(course / "book" / "bad.ipynb", "x = 1", "1 / 0", "print('never')")
    good = save(course / "book" / "good.ipynb", "print('fine')")
    before = bad.read_bytes()
    assert execute.main([]) == 1
    printed = capsys.readouterr()
    assert "book/bad.ipynb, cell 3 of 4 (1 / 0): ZeroDivisionError" in printed.err
    assert "division by zero" in printed.err
    assert bad.read_bytes() == before
    assert not execute.stamp_of(bad).exists()
    assert nbformat.read(good, as_version=4).cells[1].outputs[0].text == "fine\n"


def test_a_kernel_that_dies_is_reported(course):
    path = save(course / "book" / "bad.ipynb", "import os\nos._exit(1)")
    with pytest.raises(execute.LessonError, match=r"bad\.ipynb, cell 2 of 2 .*the kernel died"):
        execute.run(path, execute.read(path))


def test_what_cannot_be_read_is_named(course, capsys):
    (course / "book" / "text.ipynb").write_text("this is not JSON")
    assert execute.main(["book/text.ipynb", "book/missing.ipynb"]) == 1
    printed = capsys.readouterr().err
    assert "book/text.ipynb: not a notebook" in printed
    assert "book/missing.ipynb: no such file" in printed


def test_outside_the_course_the_remedy_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = subprocess.run([sys.executable, execute.__file__], capture_output=True, text=True, cwd=tmp_path)
    assert run.returncode == 1
    assert "run this in the course's folder" in run.stderr
    assert "Traceback" not in run.stderr


# ------------------------------------------------------------------------------------------- files on disk


def test_cleaning_takes_out_what_editors_add_and_nothing_else(course, capsys):
    path = save(course / "book" / "one.ipynb", "1")
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.update({"everyvec": {"rows": ["1.4"]}, "vscode": {}, "widgets": {}})
    notebook.cells[1].metadata = {
        "tags": ["remove-input"],
        "mystnb": {"image": {"alt": "a line"}},
        "nbgrader": {"grade_id": "q1"},
        "execution": {"iopub.status.busy": "2026-01-01"},
        "scrolled": True,
    }
    nbformat.write(notebook, path)
    assert execute.main(["--clean", str(path)]) == 1
    cleaned = nbformat.read(path, as_version=4)
    assert set(cleaned.metadata) == {"everyvec", "kernelspec", "language_info"}
    assert set(cleaned.cells[1].metadata) == {"tags", "mystnb", "nbgrader"}
    assert cleaned.cells[1].source == "1"
    assert execute.main(["--clean", str(path)]) == 0


def test_an_interrupted_write_leaves_the_old_file(course, monkeypatch):
    path = save(course / "book" / "one.ipynb", "1")
    before = path.read_bytes()
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = "2"

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError):
        execute.write(path, notebook)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["one.ipynb"]


def test_budgets_are_named():
    assert execute.measured(12.4, 20, 2**30) == "12 s of 60 (20 s of CPU), 1.0 GiB of 2"
    assert execute.measured(61, 20, 2**30).endswith("OVER BUDGET")
    assert execute.measured(12, 20, 3 * 2**30).endswith("OVER BUDGET")
