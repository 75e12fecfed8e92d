"""A small course to try `staffroom` on: two questions that tests grade, and one that a person does."""

from __future__ import annotations

import csv
import functools
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import nbformat
import nbgrader.api
import pytest
from filelock import FileLock
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from staffroom import cli, feedback
from staffroom.course import Course

ROOT = Path(__file__).resolve().parents[2]
# For each new gradebook nbgrader starts alembic to ask for its newest version, which takes a second.
nbgrader.api.get_alembic_version = functools.cache(nbgrader.api.get_alembic_version)
# What is checked before a class is graded takes longer than the class. Two files of tests take this away.
UNCHECKED = "c.Staffroom.check = False\n"

DOUBLE = '''def double(x):
    """Return 2x."""
    ### BEGIN SOLUTION
    doubled_value_in_the_instructors_own_solution = x + x
    return doubled_value_in_the_instructors_own_solution
    ### END SOLUTION
'''
DOUBLE_TEST = """assert double(3) == 6, "double(3) is 6: is the factor right?"
### BEGIN HIDDEN TESTS
# purpose: negative numbers and zero
for secret_value_of_hidden_test in (-7, 0, 41):
    twice = 2 * secret_value_of_hidden_test
    assert double(secret_value_of_hidden_test) == twice, f"no: {secret_value_of_hidden_test}"
### END HIDDEN TESTS
"""
MEAN = '''def mean(values):
    """Return the arithmetic mean of a list of numbers."""
    ### BEGIN SOLUTION
    return sum(values) / len(values)
    ### END SOLUTION
'''
ANSWERS = {
    "double": {
        "right_times": ("two times x", "", "return 2 * x"),
        "right_shift": ("adds x to itself by a sum", "", "return sum([x, x])"),
        "wrong_square": ("squares", "test_double", "return x * x"),
        "wrong_same": ("forgets to double", "test_double", "return x"),
        "wrong_none": ("forgets to return", "test_double", "2 * x"),
        "wrong_abs": ("loses the sign", "test_double", "return 2 * abs(x)"),
        "wrong_text": ("repeats a text", "test_double", "return str(x) * 2"),
        "wrong_raise": ("raises", "test_double", "raise ValueError(x)"),
    },
    "mean": {
        "right_numpy": ("by the statistics module", "", "import statistics; return statistics.fmean(values)"),
        "right_loop": (
            "by a loop",
            "",
            "total = 0\n    for v in values:\n        total += v\n    return total / len(values)",
        ),
        "wrong_sum": ("forgets to divide", "test_mean", "return sum(values)"),
        "wrong_floor": ("divides without remainder", "test_mean", "return sum(values) // len(values)"),
        "wrong_off": ("divides by n - 1", "test_mean", "return sum(values) / (len(values) - 1)"),
        "wrong_median": ("the median", "test_mean", "return sorted(values)[len(values) // 2]"),
        "wrong_none": ("forgets to return", "test_mean", "sum(values) / len(values)"),
        "wrong_exit": ("ends Python", "test_mean", "raise SystemExit"),
    },
}


def _graded(source: str, **meta: object) -> NotebookNode:
    cell = new_markdown_cell if meta.pop("markdown", False) else new_code_cell
    nbgrader = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False} | meta
    return cell(source, metadata={"nbgrader": nbgrader}, id=str(meta["grade_id"]).replace("_", "-"))


def source_notebook() -> NotebookNode:
    """The instructor's notebook. `test_mean` gives its points by its last expression, as nbgrader allows."""
    cells = [
        new_markdown_cell("# Numbers", id="title"),
        _graded("import math", grade_id="setup", locked=True),
        _graded(DOUBLE, grade_id="double", solution=True),
        _graded(DOUBLE_TEST, grade_id="test_double", grade=True, locked=True, points=2),
        _graded(MEAN, grade_id="mean", solution=True),
        _graded(
            "assert math.isclose(mean([1, 2, 6]), 3)\nassert mean([1, 2]) == 1.5\n3",
            grade_id="test_mean",
            grade=True,
            locked=True,
            points=3,
        ),
        _graded("Because.", grade_id="why", grade=True, solution=True, points=4, markdown=True),
    ]
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Mine", "language": "python"},
        "language_info": {"name": "python", "version": "3.99.1"},
    }
    return new_notebook(cells=cells, metadata=metadata)


@dataclass
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass
class Tiny:
    """The small course, and what a test does with it."""

    root: Path
    capfd: pytest.CaptureFixture[str]

    @property
    def course(self) -> Course:
        return Course.find(self.root)

    def run(self, *arguments: str | Path) -> Said:
        """Run `staffroom ARGUMENTS --course THIS`, in this process."""
        return run(self.capfd, *arguments, "--course", self.root)

    def submit(self, student: str, nb: NotebookNode | str | None = None, name: str = "numbers.ipynb") -> Path:
        """Put a submission where nbgrader wants it: a notebook, or any text instead."""
        path = self.root / "submitted" / student / "numbers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = nb if isinstance(nb, str) else nbformat.writes(nb or self.answered())
        path.write_text(text)
        return path

    def answered(self, **answers: str) -> NotebookNode:
        """The released notebook with right answers, some of them replaced: double="return x"."""
        nb = nbformat.reads((self.root / "exercises/numbers/numbers.ipynb").read_text(), as_version=4)
        bodies = {"double": "return 2 * x", "mean": "return sum(values) / len(values)"} | answers
        for cell in nb.cells:
            question = cell.metadata.get("nbgrader", {}).get("grade_id")
            if question in bodies and cell.cell_type == "code":
                argument = "x" if question == "double" else "values"
                cell.source = f"def {question}({argument}):\n    {bodies[question]}"
            elif question == "why":
                cell.source = "Because it is so."
        return nb

    def configure(self, old: str, new: str) -> None:
        """Replace a text of the configuration."""
        path = self.root / "nbgrader_config.py"
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    def feedback(self, student: str) -> str:
        return (self.root / "feedback" / student / "numbers" / "numbers.html").read_text()

    def journal(self, student: str) -> dict:
        return json.loads((self.root / "_build/grade/numbers" / f"{student}.json").read_text())


def run(capfd: pytest.CaptureFixture[str], *arguments: str | Path) -> Said:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["staffroom", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
    said = capfd.readouterr()
    return Said(int(end.value.code or 0), said.out, said.err)


def write_course(root: Path) -> None:
    """Write the small course with its answers into `root`."""
    (root / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text() + UNCHECKED)
    (root / "pyproject.toml").write_text('name = "x"\nscript = "staffroom"  # staff\n')
    (root / "solutions/numbers").mkdir(parents=True)
    nbformat.write(source_notebook(), root / "solutions/numbers/numbers.ipynb")
    for question, some in ANSWERS.items():
        folder = root / "tests/answers/numbers" / question
        folder.mkdir(parents=True)
        for name, (about, loses, body) in some.items():
            line = f"# loses: {loses}\n" if loses else ""
            argument = "x" if question == "double" else "values"
            (folder / f"{name}.py").write_text(f"# {about}\n{line}def {question}({argument}):\n    {body}\n")
    subprocess.run(["git", "init", "-q", str(root)], check=True)


@pytest.fixture(scope="session")
def small_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course, released: made once for all test processes, and copied for each test."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    place = base / "small-course"
    with FileLock(base / "small-course.lock"):
        if not place.exists():
            making = base / "small-course-in-the-making"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            write_course(making)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("sys.argv", ["staffroom", "release", "--course", str(making)])
                with pytest.raises(SystemExit) as end:
                    cli.main()
            assert not end.value.code
            making.rename(place)
    return place


@pytest.fixture
def tiny(small_course: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Tiny:
    shutil.copytree(small_course, tmp_path, dirs_exist_ok=True)
    return Tiny(tmp_path, capfd)


def rows(tiny: Tiny, path: str = "_build/grade/numbers.csv") -> dict[str, dict[str, str]]:
    with (tiny.root / path).open() as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def book(tiny: Tiny) -> Gradebook:
    return Gradebook(f"sqlite:///{tiny.root / 'gradebook.db'}", "everyvec")


def without(nb: nbformat.NotebookNode, *ids: str) -> nbformat.NotebookNode:
    nb.cells = [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade_id") not in ids]
    return nb


@pytest.fixture
def two(tiny: Tiny) -> Tiny:
    """The small course with a second notebook: a test that the stub passes, a person's answer and a task."""
    nb = without(source_notebook(), "setup", "double", "test_double")
    nb.cells[1].source = "value = None\n### BEGIN SOLUTION\nvalue = 1\n### END SOLUTION"
    nb.cells[2].source = "assert 'x' != value"
    task = {"schema_version": 3, "grade": False, "solution": False, "locked": True, "task": True}
    task |= {"grade_id": "draw", "points": 1}
    nb.cells.append(nbformat.v4.new_markdown_cell("Draw it.", metadata={"nbgrader": task}, id="draw"))
    for number, name in ((1, "value"), (2, "test_value"), (3, "say")):
        nb.cells[number].metadata.nbgrader.grade_id = name
        nb.cells[number].id = name.replace("_", "-")
    nbformat.write(nb, tiny.root / "solutions/numbers/more.ipynb")
    assert tiny.run("release").code == 0
    return tiny


def more(two: Tiny) -> str:
    nb = nbformat.read(two.root / "exercises/numbers/more.ipynb", as_version=4)
    nb.cells[1].source, nb.cells[3].source = "value = 1", "So."
    return nbformat.writes(nb)


def seen(two: Tiny, student: str = "ada") -> list[str]:
    row = rows(two)[student]
    names = ("status", "double", "mean", "value", "say", "draw", "waiting_for_a_person", "file")
    return [row[name] for name in names]


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The notebooks whose pages were made: once each, where what a worker says agrees with the gradebook."""
    render, found = feedback.render, []
    monkeypatch.setattr(feedback, "render", lambda name, *rest: found.append(name) or render(name, *rest))
    return found


@pytest.fixture
def notebook(tiny: Tiny) -> str:
    return nbformat.writes(tiny.answered())
