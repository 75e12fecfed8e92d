"""Before a class is graded, the instructor's own solution must keep every point."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

from staffroom import pool
from tests.staffroom.conftest import UNCHECKED, Tiny, rows, source_notebook

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # as staffroom.engine does


@pytest.fixture(autouse=True)
def _checked(tiny: Tiny) -> None:
    tiny.configure(UNCHECKED, "")


def about_a_class(tiny: Tiny, test: str) -> None:
    """Make of the question double one about a class, and hand in its solution."""
    nb, solution = source_notebook(), "### BEGIN SOLUTION\nclass P: n = 1\n### END SOLUTION"
    nb.cells[2].source, nb.cells[3].source = solution, test
    nbformat.write(nb, tiny.root / "solutions/numbers/numbers.ipynb")
    assert tiny.run("release").code == 0
    right = tiny.answered()
    for cell in right.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "double":
            cell.source = solution
    tiny.submit("ada", right)


def nothing_was_graded(tiny: Tiny) -> bool:
    return not any((tiny.root / name).exists() for name in ("autograded", "feedback", "_build/grade/numbers"))


def test_a_test_that_cannot_run_outside_costs_nobody_a_point(tiny: Tiny) -> None:
    """A handle is no instance of a class: outside, who has it right would get nothing."""
    about_a_class(tiny, "assert isinstance(P(), P)")
    for _ in range(2):
        said = tiny.run("grade", "numbers")
        assert said.code == 2
        assert said.err.count("\n") == 1
        assert f"{tiny.root}/solutions/numbers: your own solution loses points, so no submission" in said.err
        assert "double has 0 of 2 (CannotCross: type is no plain data" in said.err
        assert "with --tests inside it gets every point; nbgrader_config.py keeps that" in said.err
        assert nothing_was_graded(tiny)
    config = tiny.root / "nbgrader_config.py"
    text = config.read_text()
    assert tiny.run("grade", "numbers", "--no-check").code == 0
    assert rows(tiny)["ada"]["double"] == "0"
    config.write_text(f"{text}\nc.Staffroom.check = False\n")
    assert "1 run" in tiny.run("grade", "numbers", "--force").out
    config.write_text(text.replace("'outside'", "'inside'").replace('"outside"', "'inside'"))
    assert "1 run" in tiny.run("grade", "numbers").out
    assert rows(tiny)["ada"]["double"] == "2"
    assert "0 run, 1 unchanged" in tiny.run("grade", "numbers").out
    assert tiny.run("grade", "numbers", "--tests", "outside").code == 2, "the command line has the last word"
    config.write_text(f"{text}\nc.Staffroom.tests = 'in'\n")
    assert (
        "nbgrader_config.py: c.Staffroom.tests = 'in': it is one of: inside, outside"
        in tiny.run("grade", "numbers").err
    )
    for value in ("-3", "'5'", "True"):
        config.write_text(f"{text}\nc.Limits.memory_mb = {value}\n")
        said = tiny.run("grade", "numbers")
        assert f"nbgrader_config.py: c.Limits.memory_mb = {value}: it is a number above 0" in said.err
    config.write_text(f"{text}\nc.Staffroom.test = 'inside'\n")
    assert "c.Staffroom.test: no such setting; there is: tests, check" in tiny.run("grade", "numbers").err


def test_a_package_that_is_missing_costs_nobody_a_point(tiny: Tiny) -> None:
    about_a_class(tiny, "assert P.n == pandas_of_the_course.n")
    nb = nbformat.read(tiny.root / "solutions/numbers/numbers.ipynb", as_version=4)
    nb.cells.insert(0, nbformat.v4.new_code_cell("import pandas_of_the_course", id="given"))
    nbformat.write(nb, tiny.root / "solutions/numbers/numbers.ipynb")
    said = tiny.run("grade", "numbers")
    assert said.code == 2
    assert "so no submission was graded: ModuleNotFoundError: No module named 'pandas_of_the_cou" in said.err
    assert "install what is missing, or grade all the same: --no-check" in said.err
    assert nothing_was_graded(tiny)


def test_the_solution_is_run_once_and_again_when_something_changed(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages, ran, grade_one = tmp_path / "site-packages", [], pool.grade_one
    packages.mkdir()
    tiny.configure('"outside"', '"inside"')  # before tests run outside, much more is run

    def note(what, student, files):
        ran.append(student)
        return grade_one(what, student, files)

    monkeypatch.setattr(pool, "grade_one", note)
    monkeypatch.setattr("staffroom.grade.sysconfig.get_path", lambda name: packages)

    def grade(*arguments: str) -> list[str]:
        ran.clear()
        assert tiny.run("grade", "numbers", *arguments).code == 0
        return list(ran)

    tiny.submit("ada")
    assert grade() == ["", "ada"]
    assert grade() == []
    tiny.submit("ben")
    assert grade() == ["ben"]
    packages.joinpath("new").mkdir()
    assert grade() == [], "nobody is to be run"
    tiny.submit("chen")
    assert grade() == ["", "chen"]
    assert grade("--time-limit", "9") == ["", "ada", "ben", "chen"]
    assert grade("--force") == ["", "ada", "ben", "chen"]
    assert tiny.run("export", "--to", tmp_path / "all.csv").code == 0
    assert rows(tiny, "all.csv").keys() == {"ada", "ben", "chen"}


def test_what_is_finished_before_the_solution_waits_for_it(tiny: Tiny, monkeypatch) -> None:
    class Late(pool.Pool):
        def map(self, function, shared, items):
            first, *others = super().map(function, shared, items)
            return iter([*others, first])

    monkeypatch.setattr(pool, "Pool", Late)
    tiny.submit("ada")
    tiny.submit("ben")
    assert tiny.run("grade", "numbers").code == 0
    assert rows(tiny).keys() == {"ada", "ben"}
    shutil.rmtree(tiny.root / "_build/grade")
    tiny.configure('"outside"', '"inside"')
    for name in ("autograded", "feedback"):
        shutil.rmtree(tiny.root / name)
    about_a_class(tiny, "assert P.n == 2")
    assert tiny.run("grade", "numbers").code == 2
    assert nothing_was_graded(tiny)


def test_what_a_person_grades_needs_no_solution(tiny: Tiny) -> None:
    """It was not answered, with 0 points, and nothing was graded."""
    nb = source_notebook()
    nb.cells[-1].source = "YOUR ANSWER HERE"
    nbformat.write(nb, tiny.root / "solutions/numbers/numbers.ipynb")
    assert tiny.run("release").code == 0
    tiny.submit("ada")
    assert tiny.run("grade", "numbers", "--workers", "1").code == 0


def test_a_test_that_no_answer_comes_before_is_checked_too(tiny: Tiny) -> None:
    nb = source_notebook()
    del nb.cells[2]
    nbformat.write(nb, tiny.root / "solutions/numbers/numbers.ipynb")
    tiny.submit("ada")
    assert "test_double has 0 of 2" in tiny.run("grade", "numbers", "--workers", "1").err


OWN_STEP = """
import re
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor


class Clear(NbGraderPreprocessor):
    def preprocess_cell(self, cell, resources, index):
        cell.source = re.sub("(?s)### BEGIN SOL.*?### END SOLUTION", "raise NotImplementedError", cell.source)
        return cell, resources


c.IncludeHeaderFooter.header = "header.ipynb"
c.GenerateAssignment.preprocessors = [
    Clear if step is ClearSolutions else step for step in GenerateAssignment().preprocessors
]
"""


def test_the_solution_is_what_it_was_before_a_step_of_the_courses_own_cleared_it(tiny: Tiny) -> None:
    """And with what nbgrader puts before each notebook."""
    header = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("TWO = 2")])
    nbformat.write(header, tiny.root / "header.ipynb")
    nb = source_notebook()
    nb.cells[2].source = nb.cells[2].source.replace("x + x", "TWO * x")
    nbformat.write(nb, tiny.root / "solutions/numbers/numbers.ipynb")
    with (tiny.root / "nbgrader_config.py").open("a") as config:
        config.write(OWN_STEP)
    assert tiny.run("release").code == 0
    assert "TWO * x" not in (tiny.root / "exercises/numbers/numbers.ipynb").read_text()
    tiny.submit("ada")
    said = tiny.run("grade", "numbers", "--workers", "1")
    assert (said.code, said.err) == (0, "")
