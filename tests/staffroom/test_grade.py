"""`staffroom grade`: every submission gets its points or its reason, and none gets in another's way."""

from __future__ import annotations

import contextlib
import csv
import errno
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbgrader.api import Gradebook
from nbgrader.preprocessors import instantiatetests

from staffroom import collect, engine, feedback, pool, processes
from staffroom.book import Book
from staffroom.course import Course, explain, files_in
from staffroom.grade import How, package
from staffroom.outcome import Outcome, Question, Status, to_csv
from staffroom.repair import LOST
from tests.staffroom.conftest import ROOT, Said, Tiny, source_notebook

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # as staffroom.engine does


def rows(tiny: Tiny, path: str = "_build/grade/numbers.csv") -> dict[str, dict[str, str]]:
    with (tiny.root / path).open() as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def book(tiny: Tiny) -> Gradebook:
    return Gradebook(f"sqlite:///{tiny.root / 'gradebook.db'}", "everyvec")


def without(nb: nbformat.NotebookNode, *ids: str) -> nbformat.NotebookNode:
    nb.cells = [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade_id") not in ids]
    return nb


# ---------------------------------------- what becomes of trouble


@pytest.mark.slow
def test_a_class_with_every_kind_of_trouble(tiny: Tiny) -> None:
    """Each submission by itself: the trouble of one stays its own, whatever its place in the alphabet."""
    tiny.submit("a-cut-off", nbformat.writes(tiny.answered())[:900])
    (tiny.root / "submitted/b-empty/numbers").mkdir(parents=True)
    tiny.submit("c-exit", tiny.answered(double="import os; os._exit(0)"))
    tiny.submit("d-deaf", tiny.answered(mean=DEAF))
    tiny.submit("e-loop", tiny.answered(double="while True: pass"))
    tiny.submit("f-crash", tiny.answered(mean="return values / 0"))
    tiny.submit("g-wrong", tiny.answered(double="return abs(2 * x)"))
    tiny.submit("h-warns", tiny.answered(double="import warnings; warnings.warn('slow'); return 2 * x"))
    tiny.submit("i-prints", tiny.answered(mean="print(values); return sum(values) / len(values)"))
    said = tiny.run("grade", "numbers", "--time-limit", "2")
    assert said.code == 1
    got = rows(tiny)
    assert {student: (row["status"], row["points"]) for student, row in got.items()} == {
        "a-cut-off": ("not gradable", ""),
        "b-empty": ("not gradable", ""),
        "c-exit": ("failed", "3"),
        "d-deaf": ("failed", "2"),
        "e-loop": ("failed", "3"),
        "f-crash": ("failed", "2"),
        "g-wrong": ("graded", "3"),
        "h-warns": ("graded", "5"),
        "i-prints": ("graded", "5"),
    }
    assert got["b-empty"]["reason"] == "numbers.ipynb is missing, the folder is empty; ask for it"
    assert got["c-exit"]["reason"] == "double: Python ended: exit(), or a crash, in cell test_double"
    why = "stopped after 2 s (an endless loop? limit: cell_seconds), in cell"
    assert got["d-deaf"]["reason"] == f"mean: {why} test_mean"
    assert got["e-loop"]["reason"] == f"double: {why} test_double"
    assert got["f-crash"]["reason"].startswith("mean: TypeError: unsupported operand")
    assert got["g-wrong"]["reason"] == "double: no: -7"
    assert (got["g-wrong"]["double"], got["g-wrong"]["mean"], got["g-wrong"]["why"]) == ("0", "3", "")
    assert got["a-cut-off"]["file"] == "submitted/a-cut-off/numbers/numbers.ipynb"
    for student in ("a-cut-off", "b-empty"):
        assert f"submitted/{student}/numbers" in said.err, "one line for each on stderr"
        assert not (tiny.root / "autograded" / student).exists()
    assert said.err.count("not gradable:") == 2
    with book(tiny) as gradebook:  # never a silent zero: who is not gradable has no entry that exports as 0
        submitted = {s.student_id for s in gradebook.assignment_submissions("numbers")}
    assert submitted == {s for s, row in got.items() if row["status"] != "not gradable"}
    assert "seconds (most)" in said.out
    assert not list((tiny.root / "_build").glob(".work-*"))


DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n    while True: pass"


def test_a_submission_that_ends_the_template_is_told_alone_and_run_again(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = engine.run

    def ends(package, files):
        if any(b"poison" in data for data in files.values()):
            raise processes.TemplateEnded("the template ended")
        return run(package, files)

    for student, text in (
        ("ada", "return 2 * x"),
        ("ben", "return 2 * x  # poison"),
        ("chen", "return 2 * x"),
    ):
        tiny.submit(student, tiny.answered(double=text))
    monkeypatch.setattr(engine, "run", ends)
    assert tiny.run("grade", "numbers").code == 1
    assert [row["status"] for row in rows(tiny).values()] == ["graded", "not gradable", "graded"]
    assert "TemplateEnded: the template ended" in rows(tiny)["ben"]["reason"]
    monkeypatch.undo()
    assert "1 run, 2 unchanged" in tiny.run("grade", "numbers").out
    assert rows(tiny)["ben"]["points"] == "5"


# ---------------------------------------- the instructor's own solution comes first


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
        assert "double has 0 of 2 (TypeError: " in said.err
        assert "with --tests inside it gets every point; nbgrader_config.py keeps that" in said.err
        assert nothing_was_graded(tiny)
    config = tiny.root / "nbgrader_config.py"
    text = config.read_text()
    assert tiny.run("grade", "numbers", "--no-check").code == 0
    assert rows(tiny)["ada"]["double"] == "0"
    config.write_text(f"{text}\nc.Staffroom.check = False\n")
    assert "1 run" in tiny.run("grade", "numbers", "--force").out
    config.write_text(f"{text}\nc.Staffroom.tests = 'inside'\n")
    assert "1 run" in tiny.run("grade", "numbers").out
    assert rows(tiny)["ada"]["double"] == "2"
    assert "0 run, 1 unchanged" in tiny.run("grade", "numbers").out
    assert tiny.run("grade", "numbers", "--tests", "outside").code == 2, "the command line has the last word"
    config.write_text(f"{text}\nc.Staffroom.tests = 'in'\n")
    assert (
        "nbgrader_config.py: c.Staffroom.tests = 'in': it is one of: outside, inside"
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
    for name in ("autograded", "feedback"):
        shutil.rmtree(tiny.root / name)
    about_a_class(tiny, "assert isinstance(P(), P)")
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


# ---------------------------------------- assignments of several notebooks


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


@pytest.mark.parametrize("damaged", [False, True])
def test_of_two_notebooks_one_is_missing_or_damaged(two: Tiny, rendered: list[str], damaged: bool) -> None:
    """It costs its own questions, and no other; nobody has to look at what is not there."""
    two.submit("ada", two.answered(double="return x"))
    why, where = "more.ipynb is missing; ask for it", "submitted/ada/numbers/more.ipynb"
    told = "more.ipynb is missing"
    if damaged:
        two.submit("ada", more(two)[:300], name="more.ipynb")
        line = more(two)[:300].count("\n") + 1
        why = f"not valid JSON, line {line}: cut off or edited; ask for it again"
        told = f"more.ipynb: not valid JSON, line {line}: cut off or edited"
    said = two.run("grade", "numbers", "--workers", "1", "--no-check")
    assert said.code == 1
    assert said.err == f"staffroom: {where}: not gradable: {why}\n"
    failed = ["failed", "0", "3", "0", "0", "0", "1", where]
    assert seen(two) == failed
    assert rendered == ["more", "numbers"]
    reason = "".join(f"{question}: {told}; " for question in ("value", "say", "draw"))
    assert rows(two)["ada"]["reason"] == f"{reason}double: double(3) is 6: is the factor right?"
    with book(two) as gradebook:
        notebook = gradebook.find_submission_notebook("more", "numbers", "ada")
        assert (notebook.score, notebook.max_score, notebook.needs_manual_grade) == (0, 8, False)
    made = nbformat.read(two.root / "autograded/ada/numbers/more.ipynb", as_version=4)
    assert made.cells[0].source == "# Numbers"
    assert made.cells[1].source.startswith("value = None\n# YOUR CODE HERE")
    assert not any(cell.get("outputs") for cell in made.cells), (
        "nothing is run: a test could pass on the stub"
    )
    folder = two.root / "feedback/ada/numbers"
    assert "was missing and was put back" not in (folder / "numbers.html").read_text()
    page = (folder / "more.html").read_text()
    assert page.count(f"<div>{told}</div>") == 3
    assert "your answer" not in page, "the stub is not the student's"

    stamps = {path: path.stat().st_mtime_ns for path in folder.parent.rglob("*.html")}
    again = two.run("grade", "numbers", "--workers", "1")
    assert "0 run, 1 unchanged" in again.out
    assert (again.code, again.err, seen(two)) == (1, said.err, failed)
    assert {path: path.stat().st_mtime_ns for path in folder.parent.rglob("*.html")} == stamps
    (two.root / "gradebook.db").unlink()
    assert "0 run, 1 unchanged" in two.run("grade", "numbers", "--workers", "1").out
    assert seen(two) == failed, "brought back to the gradebook as it was"
    with book(two) as gradebook:
        for cell in ("test_value", "say", "draw"):
            gradebook.find_grade(cell, "more", "numbers", "ada").manual_score = 1
        gradebook.db.commit()
    assert two.run("grade", "numbers", "--workers", "1").code == 0, "a person has dealt with it"
    assert seen(two) == ["graded", "0", "3", "1", "1", "1", "1", ""]


def test_a_notebook_that_was_missing_is_graded_once_it_is_there(two: Tiny) -> None:
    two.submit("ada")
    assert two.run("grade", "numbers", "--workers", "1").code == 1
    two.submit("ada", more(two), name="more.ipynb")
    said = two.run("grade", "numbers", "--workers", "1", "--no-check")
    assert (said.code, said.err) == (0, "")
    assert seen(two) == ["graded", "2", "3", "3", "", "", "3", ""]


def test_a_notebook_without_a_question_costs_nothing_where_it_is_missing(
    tiny: Tiny, rendered: list[str]
) -> None:
    """Of one that was handed in, too, the feedback was a traceback."""
    text = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Read this", id="read")])
    nbformat.write(text, tiny.root / "solutions/numbers/text.ipynb")
    for student in ("ada", "ben"):
        tiny.submit(student)
    tiny.submit("ada", text, name="text.ipynb")
    said = tiny.run("grade", "numbers", "--workers", "1", "--no-check")
    assert (said.code, said.err) == (0, "")
    assert rendered == ["numbers", "text"] * 2
    assert [(row["status"], row["points"], row["file"]) for row in rows(tiny).values()] == [
        ("graded", "5", "")
    ] * 2
    with book(tiny) as gradebook:
        gradebook.find_grade("why", "numbers", "numbers", "ada").manual_score = 3
        gradebook.db.commit()
    assert tiny.run("grade", "numbers", "--workers", "1").code == 0
    for student in ("ada", "ben"):
        assert "Read this" in (tiny.root / f"feedback/{student}/numbers/text.html").read_text()


def test_two_notebooks_with_questions_of_the_same_names(tiny: Tiny) -> None:
    """One had the other's reason, and no column in the CSV."""
    nbformat.write(source_notebook(), tiny.root / "solutions/numbers/more.ipynb")
    assert tiny.run("release").code == 0
    tiny.submit("ada", without(tiny.answered(), "double"))
    tiny.submit("ada", tiny.answered(mean="return 0"), name="more.ipynb")
    said = tiny.run("grade", "numbers", "--workers", "1")
    assert said.code == 0, said.err
    row = rows(tiny)["ada"]
    points = {name: row[name] for name in row if name.endswith(("double", "mean", "why"))}
    assert points == {
        "more/double": "2",
        "more/mean": "0",
        "more/why": "",
        "numbers/double": "0",
        "numbers/mean": "3",
        "numbers/why": "",
    }
    assert row["reason"] == f"more/mean: a test failed; numbers/double: {LOST}"
    assert "2: a test failed" in said.out
    assert "4: its cell was deleted" in said.out


def test_where_no_notebook_can_be_graded_nothing_is(two: Tiny) -> None:
    two.submit("ada", "{")
    said = two.run("grade", "numbers", "--workers", "1", "--no-check")
    assert said.code == 1
    assert rows(two)["ada"]["status"] == "not gradable"
    assert not (two.root / "autograded").exists()


# ---------------------------------------- run again, change, grade by hand


@pytest.mark.slow
def test_unchanged_is_skipped_changed_is_regraded_and_hand_given_scores_are_kept(tiny: Tiny) -> None:
    tiny.submit("ada")
    tiny.submit("ben", tiny.answered(double="return x"))
    assert tiny.run("grade", "numbers").code == 0
    with book(tiny) as gradebook:
        gradebook.find_grade("why", "numbers", "numbers", "ada").manual_score = 3.5
        gradebook.find_grade("test_double", "numbers", "numbers", "ben").manual_score = 1
        gradebook.find_comment("why", "numbers", "numbers", "ada").manual_comment = "well said"
        gradebook.db.commit()

    tiny.submit("ada", tiny.answered(mean="return 0"))
    said = tiny.run("grade", "numbers")
    assert said.code == 0
    assert "1 run, 1 unchanged" in said.out
    assert "well said" in tiny.feedback("ada"), "what a person gave is in the feedback"
    marker = tiny.root / "feedback/ben/numbers/marker"
    marker.touch()
    assert "0 run, 2 unchanged" in tiny.run("grade", "numbers").out
    assert marker.exists(), "feedback that shows the present points was written again"
    got = rows(tiny)
    assert (got["ada"]["why"], got["ada"]["mean"], got["ada"]["points"]) == ("3.5", "0", "5.5")
    assert (got["ben"]["double"], got["ben"]["points"]) == ("1", "4")
    assert got["ada"]["waiting_for_a_person"] == "0"
    assert "points given by hand" in got["ben"]["reason"]

    assert "2 run, 0 unchanged" in tiny.run("grade", "numbers", "--force").out
    assert rows(tiny) == got
    assert "well said" in tiny.feedback("ada")

    source = tiny.root / "solutions/numbers/numbers.ipynb"
    source.write_text(source.read_text().replace("(-7, 0, 41)", "(-7, 0, 43)"))
    assert "2 run" in tiny.run("grade", "numbers").out, "other tests, other grades"
    (tiny.root / "gradebook.db").unlink()
    assert "0 run, 2 unchanged" in tiny.run("grade", "numbers").out
    with book(tiny) as gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions("numbers")}
    assert scores == {"ada": 2, "ben": 3}, "what the gradebook has lost is brought back to it"

    said = tiny.run("export", "--to", tiny.root / "all.csv")
    assert said.code == 0
    assert {s: row["points"] for s, row in rows(tiny, "all.csv").items()} == {"ada": "2", "ben": "3"}


@pytest.mark.slow
def test_points_by_hand_for_another_answer_wait_for_a_person(tiny: Tiny) -> None:
    def give(points: float, cell: str = "why", done: bool = True) -> None:
        with book(tiny) as gradebook:
            grade = gradebook.find_grade(cell, "numbers", "numbers", "ada")
            grade.manual_score, grade.needs_manual_grade = points, not done
            gradebook.db.commit()

    def answer(text: str = "Because it is so.", **answers: str) -> dict[str, str]:
        nb = tiny.answered(**answers)
        nb.cells[-1].source = text
        tiny.submit("ada", nb)
        assert tiny.run("grade", "numbers").code == 0
        return rows(tiny)["ada"]

    def waits(row: dict[str, str]) -> bool:
        assert (row["why"] == "") == (row["waiting_for_a_person"] == "1")
        assert (row["why"] == "") == ("… of 4" in tiny.feedback("ada"))
        with book(tiny) as gradebook:  # whatever is shown, what a person gave is kept
            assert gradebook.find_grade("why", "numbers", "numbers", "ada").manual_score is not None
        return row["why"] == ""

    assert answer()["why"] == ""
    give(3, done=False)  # as who writes into the gradebook without a word about what waits
    assert not waits(answer())
    give(3)
    assert not waits(answer(double="return x + x")), "it is about another question"
    assert waits(answer("Because I say so."))
    assert "points were given by hand to an earlier answer" in rows(tiny)["ada"]["reason"]
    assert waits(answer("Because I say so.", double="return 2 * x")), "nobody has looked since"
    assert tiny.run("grade", "numbers", "--force").code == 0
    assert waits(rows(tiny)["ada"])
    give(2, done=False)
    assert not waits(answer("Because I say so.", double="return 2 * x")), "other points are for this answer"
    assert waits(answer("Because."))
    give(2)
    assert not waits(answer("Because.")), "a person has said that it is done"

    give(1, "test_mean")
    assert answer("Because.")["mean"] == "1"
    assert answer("Because.", mean="return 0")["mean"] == ""


def test_a_test_can_be_about_several_answers(tiny: Tiny) -> None:
    """Of what comes between two tests, only the last was compared."""
    nb = source_notebook()
    del nb.cells[3]
    nb.cells[4].source = "assert mean([double(3)]) == 6"
    nbformat.write(nb, tiny.root / "solutions/numbers/numbers.ipynb")
    assert tiny.run("release").code == 0
    tiny.submit("ada")
    assert tiny.run("grade", "numbers", "--workers", "1").code == 0
    with book(tiny) as gradebook:
        for cell in ("test_mean", "why"):
            grade = gradebook.find_grade(cell, "numbers", "numbers", "ada")
            grade.manual_score, grade.needs_manual_grade = 1, False
        gradebook.db.commit()
    nb.cells[4].source += "  # mended"
    nbformat.write(nb, tiny.root / "solutions/numbers/numbers.ipynb")
    assert "1 run" in tiny.run("grade", "numbers", "--workers", "1").out
    assert (rows(tiny)["ada"]["mean"], rows(tiny)["ada"]["why"]) == ("1", "1"), "the answer is the same"
    tiny.submit("ada", tiny.answered(double="return x"))
    assert tiny.run("grade", "numbers", "--workers", "1").code == 0
    assert (rows(tiny)["ada"]["mean"], rows(tiny)["ada"]["why"]) == ("", "1")


def test_extra_credit_for_another_answer_waits_too(tiny: Tiny) -> None:
    tiny.submit("ada")
    assert tiny.run("grade", "numbers", "--workers", "1").code == 0
    with book(tiny) as gradebook:
        gradebook.find_grade("test_mean", "numbers", "numbers", "ada").extra_credit = 1
        gradebook.db.commit()
    for double, mean, points in (
        ("x * 2", "return sum(values) / len(values)", "4"),
        ("x * 2", "return 0", ""),
    ):
        tiny.submit("ada", tiny.answered(double=f"return {double}", mean=mean))
        for again in ((), ("--force",)):
            assert tiny.run("grade", "numbers", "--workers", "1", *again).code == 0
            assert rows(tiny)["ada"]["mean"] == points
    assert "mean: points were given by hand to an earlier answer" in rows(tiny)["ada"]["reason"]
    with book(tiny) as gradebook:  # as formgrader says that it is done
        gradebook.find_grade("test_mean", "numbers", "numbers", "ada").needs_manual_grade = False
        gradebook.db.commit()
    assert tiny.run("grade", "numbers", "--workers", "1").code == 0
    assert rows(tiny)["ada"]["mean"] == "1"


def test_points_by_hand_are_looked_at_without_a_journal_too(tiny: Tiny, monkeypatch) -> None:
    """`make clean` removes it; the points of an earlier answer were the new one's then."""

    def answer(text: str) -> str:
        nb = tiny.answered()
        nb.cells[-1].source = text
        tiny.submit("ada", nb)
        shutil.rmtree(tiny.root / "_build")
        said = tiny.run("grade", "numbers", "--workers", "1")
        return rows(tiny)["ada"]["why"] if said.code == 0 else said.err

    tiny.submit("ada")
    assert tiny.run("grade", "numbers", "--workers", "1").code == 0
    with book(tiny) as gradebook:
        grade = gradebook.find_grade("why", "numbers", "numbers", "ada")
        grade.manual_score, grade.needs_manual_grade = 3, False
        gradebook.db.commit()
    assert answer("Because it is so.") == "3"
    with monkeypatch.context() as patch:
        replace = Course.replace

        def killed(*arguments) -> None:
            replace(*arguments)
            raise KeyboardInterrupt

        patch.setattr(Course, "replace", killed)
        answer("Because.")
    assert tiny.run("grade", "numbers", "--workers", "1").code == 0
    assert rows(tiny)["ada"]["why"] == ""
    assert answer("Because.") == "", "nobody has looked since"
    assert "… of 4" in tiny.feedback("ada")


def test_what_lateness_costs_is_reckoned_each_time(tiny: Tiny) -> None:
    (tiny.root / "hours.py").write_text(
        "from nbgrader.plugins import LateSubmissionPlugin\n"
        "class Hours(LateSubmissionPlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return total_seconds_late / 3600\n"
    )
    config = tiny.root / "nbgrader_config.py"
    text = config.read_text()
    path = tiny.submit("ada")
    (path.parent / "timestamp.txt").write_text("2026-01-01 02:00:00 UTC")
    tiny.submit("ben")
    assert tiny.run("grade", "numbers").code == 0
    assert rows(tiny)["ada"]["points"] == "5"

    def due(hour: int | None) -> tuple[str, str]:
        with book(tiny) as gradebook:
            when = hour and f"2026-01-01 0{hour}:00:00 UTC"
            gradebook.update_or_create_assignment("numbers", duedate=when)
        said = tiny.run("grade", "numbers")
        assert "0 run, 2 unchanged" in said.out, said.err
        assert rows(tiny)["ben"]["points"] == "5"
        return rows(tiny)["ada"]["points"], rows(tiny)["ada"]["late_penalty"]

    assert due(1) == ("5", "0"), "no rule says what it costs"
    config.write_text(f"{text}\nc.AssignLatePenalties.plugin_class = 'hours.Hours'\n")
    assert due(1) == ("4", "1")
    assert "handed in late" in tiny.feedback("ada")
    assert due(2) == ("5", "0")
    assert "handed in late" not in tiny.feedback("ada")
    config.write_text(f"{text}\nc.AssignLatePenalties.plugin_class = 'hourz.Hours'\n")
    said = tiny.run("grade", "numbers")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "nbgrader_config.py: " in said.err
    assert "hourz.Hours" in said.err


@pytest.mark.parametrize("body", ["raise ValueError(student_id)", "return float('nan')", "return 'one'"])
def test_a_rule_for_lateness_that_fails_is_one_line(tiny: Tiny, body: str) -> None:
    """A ValueError was taken for the timestamp's while the submission was new."""
    name = f"failing{len(body)}"  # Python would not import another of the same name
    (tiny.root / f"{name}.py").write_text(
        "from nbgrader.plugins import LateSubmissionPlugin\n"
        "class Failing(LateSubmissionPlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        f"        {body}\n"
    )
    with (tiny.root / "nbgrader_config.py").open("a") as config:
        config.write(f"c.AssignLatePenalties.plugin_class = '{name}.Failing'\n")
    with book(tiny) as gradebook:
        gradebook.update_or_create_assignment("numbers", duedate="2026-01-01 01:00:00 UTC")
    (tiny.submit("ada").parent / "timestamp.txt").write_text("2026-01-01 02:00:00 UTC")
    for _ in range(2):  # new, and in the journal
        said = tiny.run("grade", "numbers", "--workers", "1")
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "nbgrader_config.py: the late penalty of ada: " in said.err
        assert f"; mend {name}.Failing" in said.err


def test_a_forced_run_that_was_killed_goes_on(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    grade_one = pool.grade_one

    def killed(what, student, files):
        if student == "ben":
            raise KeyboardInterrupt
        return grade_one(what, student, files)

    for student in ("ada", "ben", "chen"):
        tiny.submit(student)
    assert tiny.run("grade", "numbers").code == 0
    monkeypatch.setattr(pool, "grade_one", killed)
    said = tiny.run("grade", "numbers", "--force")
    assert said.code == 130
    assert "stopped; what is finished is kept, and the same command goes on from there" in said.err
    monkeypatch.undo()
    assert "2 run, 1 unchanged" in tiny.run("grade", "numbers").out


@pytest.mark.slow
def test_nobody_is_forgotten(tiny: Tiny) -> None:
    tiny.submit("ada", without(tiny.answered(), "test_double", "why"))
    tiny.submit("ben", "{")
    tiny.submit("chen")
    with book(tiny) as gradebook:
        gradebook.add_student("zoe", first_name="Zoe", last_name="Absent")
        gradebook.add_student("ada", last_name="Lovelace", first_name="Ada", lms_user_id="77")
    said = tiny.run("grade", "numbers")
    assert "in the gradebook, without a submission: 1 (zoe)\n" in said.out
    assert "something was repaired (what: in the CSV and in their feedback): 1 (ada)\n" in said.out
    assert "cell test_double was missing and was put back" in rows(tiny)["ada"]["notes"]
    assert not rows(tiny)["chen"]["notes"]
    said = tiny.run("export", "--format", "canvas", "--to", tiny.root / "canvas.csv")
    assert said.out.endswith(
        "canvas.csv: 1 of 3 submissions\nleft out, not gradable or waiting for a person: 2 (ben, chen)\n"
    )
    assert '"Lovelace, Ada",77,,ada,,5\n' in (tiny.root / "canvas.csv").read_text()


def test_what_was_graded_is_merged_again_only_where_it_is_whole(tiny: Tiny) -> None:
    tiny.submit("ada")
    assert tiny.run("grade", "numbers").code == 0
    made = tiny.root / "autograded/ada/numbers/numbers.ipynb"
    made.unlink()
    (tiny.root / "gradebook.db").unlink()
    assert "1 run, 0 unchanged" in tiny.run("grade", "numbers").out
    assert rows(tiny)["ada"]["points"] == "5", "nothing was merged, and all points waited for a person"
    made.write_text("{")
    (tiny.root / "gradebook.db").unlink()
    said = tiny.run("grade", "numbers")
    assert said.code == 2
    assert "autograded/ada/numbers: damaged (" in said.err
    shutil.rmtree(made.parent)
    assert "1 run, 0 unchanged" in tiny.run("grade", "numbers").out
    assert rows(tiny)["ada"]["points"] == "5"


@pytest.mark.slow
def test_a_cell_less_in_the_source_is_told_once_submissions_are_graded(tiny: Tiny) -> None:
    tiny.submit("ada")
    assert tiny.run("grade", "numbers").code == 0
    nbformat.write(without(source_notebook(), "test_mean"), tiny.root / "solutions/numbers/numbers.ipynb")
    said = tiny.run("grade", "numbers")
    assert said.code == 2
    assert "put the cells back, or move the gradebook away" in said.err


@pytest.mark.slow
def test_feedback_shows_purposes_and_no_hidden_test(tiny: Tiny) -> None:
    tiny.submit("a-hidden", tiny.answered(double="print(f'saw {x}'); return abs(2 * x)"))
    tiny.submit("b-visible", tiny.answered(double="return 7"))
    tiny.submit(
        "c-raises",
        tiny.answered(double="class Seen(Exception): pass\n    if x < 0: raise Seen(x)\n    return 2 * x"),
    )
    tiny.submit("d-right")
    assert tiny.run("grade", "numbers").code == 0
    purpose = "hidden test, its purpose: negative numbers and zero"
    for student in ("a-hidden", "b-visible", "c-raises", "d-right"):
        page = tiny.feedback(student)
        assert purpose in page
        assert "secret_value" not in page
        assert "-7" not in page.split("<body", 1)[1]
        assert "HIDDEN TESTS" not in page
    assert "hidden test failed (AssertionError): negative numbers and zero" in tiny.feedback("a-hidden")
    assert "saw -7" not in tiny.feedback("a-hidden")
    assert "AssertionError: double(3) is 6: is the factor right?" in tiny.feedback("b-visible")
    assert "hidden test failed" not in tiny.feedback("b-visible")
    assert "hidden test failed (Exception): negative numbers and zero" in tiny.feedback("c-raises")
    assert "hidden test failed" not in tiny.feedback("d-right")
    staff = (tiny.root / "autograded/a-hidden/numbers/numbers.ipynb").read_text()
    assert "secret_value" in staff, "instructors see the hidden tests"


@pytest.mark.slow
def test_hidden_tests_may_have_delimiters_of_the_courses_own(tiny: Tiny) -> None:
    path, config = tiny.root / "solutions/numbers/numbers.ipynb", tiny.root / "nbgrader_config.py"
    path.write_text(path.read_text().replace("BEGIN HIDDEN TESTS", "KEEP").replace("END HIDDEN", "END"))
    tiny.submit("ada", tiny.answered(double="return abs(2 * x)"))
    assert tiny.run("grade", "numbers").code == 0
    assert "secret_value" in tiny.feedback("ada"), "as nbgrader would release it"
    own = """c.ClearHiddenTests.update(begin_test_delimeter="KEEP", end_test_delimeter="END TESTS")"""
    config.write_text(f"{config.read_text()}\n{own}\n")
    assert tiny.run("grade", "numbers").code == 0
    page = tiny.feedback("ada")
    assert "hidden test failed (AssertionError): negative numbers and zero" in page
    assert "double(3) is 6" in page
    assert "secret_value" not in page
    assert "-7" not in page.split("<body", 1)[1]


@pytest.mark.slow
def test_a_header_of_nbgraders_is_part_of_the_source(tiny: Tiny) -> None:
    """Its imports are the tests' too: correct answers had 0 points for "name 'math' is not defined"."""
    path, config = tiny.root / "solutions/numbers/numbers.ipynb", tiny.root / "nbgrader_config.py"
    nbformat.write(without(source_notebook(), "setup"), path)
    header = {"cell_type": "code", "source": "import math", "metadata": {}, "outputs": []}
    old = {"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [header | {"execution_count": None}]}
    (tiny.root / "header.ipynb").write_text(json.dumps(old))
    config.write_text(f'{config.read_text()}\nc.IncludeHeaderFooter.header = "header.ipynb"\n')
    assert tiny.run("release").code == 0
    assert "up to date" in tiny.run("release").out
    tiny.submit("ada")
    assert tiny.run("grade", "numbers").code == 0
    assert rows(tiny)["ada"]["points"] == "5"
    assert "0 run, 1 unchanged" in tiny.run("grade", "numbers").out


REMOVES = """
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import NbGraderPreprocessor


class Remove(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        gone = ("setup", "test_double", "why")
        nb.cells = [c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in gone]
        return nb, resources


c.GenerateAssignment.preprocessors = [*GenerateAssignment().preprocessors, Remove]
"""


@pytest.mark.slow
def test_a_release_may_lack_whole_cells(tiny: Tiny) -> None:
    config = tiny.root / "nbgrader_config.py"
    config.write_text(config.read_text() + REMOVES)
    assert tiny.run("release").code == 0
    spies = tiny.answered(mean="return 0 if 'math' in globals() else sum(values) / len(values)")
    tiny.submit("ada", without(tiny.answered(double="return abs(2 * x)"), "why"))
    tiny.submit("ben", without(spies, "why"))
    said = tiny.run("grade", "numbers")
    assert said.code == 0, said.err
    got = rows(tiny)
    marks = {student: (row["double"], row["mean"], row["why"]) for student, row in got.items()}
    assert marks == {"ada": ("0", "3", ""), "ben": ("2", "3", "")}
    assert "why: its cell is not in the release" in got["ada"]["reason"]
    for student in got:
        page = tiny.feedback(student)
        assert "double(3)" not in page
        assert "secret_value" not in page
        assert "import math" not in page
    assert "hidden test failed (AssertionError): negative numbers and zero" in tiny.feedback("ada")


@pytest.mark.slow
def test_what_is_removed_before_the_gradebook_knows_of_it_counts_nowhere(tiny: Tiny) -> None:
    """As in nbgrader. Also: a step may be named by a text, as nbconvert allows."""
    config = tiny.root / "nbgrader_config.py"
    steps = '"nbgrader.preprocessors.SaveCells" if s.__name__ == "SaveCells" else s'
    steps = f"[{steps} for s in GenerateAssignment().preprocessors]"
    removes = REMOVES.replace("[*GenerateAssignment().preprocessors, Remove]", steps).replace('"setup", ', "")
    config.write_text(f"{config.read_text()}{removes}c.GenerateAssignment.preprocessors.insert(4, Remove)\n")
    assert tiny.run("release").code == 0
    tiny.submit("ada", without(tiny.answered(), "why"))
    said = tiny.run("grade", "numbers")
    assert said.code == 0, said.err
    assert (rows(tiny)["ada"]["points"], rows(tiny)["ada"]["max_points"]) == ("3", "3")
    with book(tiny) as gradebook:
        assert gradebook.find_submission("numbers", "ada").max_score == 3


@pytest.mark.parametrize("way", ["type('Own', (s,), {}) if s is ClearSolutions else s", "s"])
def test_hidden_tests_are_run_whoever_clears_solutions(tiny: Tiny, way: str) -> None:
    """They were not, where a course has a step of its own for it, or none."""
    config = tiny.root / "nbgrader_config.py"
    which = "" if "Own" in way else "if s is not ClearSolutions"
    lines = f"""
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions
c.GenerateAssignment.preprocessors = [{way} for s in GenerateAssignment().preprocessors {which}]
"""
    config.write_text(config.read_text() + lines)
    assert "secret_value" in package(tiny.course, "numbers", How()).sources["numbers"]


AUTOTESTS = """
python3:
    setup: "from hashlib import sha1"
    hash: 'sha1({{snippet}}.encode("utf-8")+b"{{salt}}").hexdigest()'
    dispatch: "type({{snippet}})"
    normalize: "str({{snippet}})"
    check: 'assert {{snippet}} == "{{value}}", "{{message}}"'
    templates:
        default:
            - test: "{{snippet}}"
              fail: "value of {{snippet}} is not correct"
"""


def with_autotests(tiny: Tiny, lines: str = "### AUTOTEST double(4)\n# HASHED AUTOTEST double(-1)") -> None:
    nb = source_notebook()
    nb.cells[3].source = lines
    nbformat.write(nb, tiny.root / "solutions/numbers/numbers.ipynb")
    (tiny.root / "autotests.yml").write_text(AUTOTESTS)


@pytest.mark.slow
def test_autotest_lines_become_the_tests_that_nbgrader_makes_of_them(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a kernel that is started once each time; what comes of it is the same each time."""
    with_autotests(tiny)
    started = []
    monkeypatch.setattr(
        instantiatetests, "start_new_kernel", lambda **how: started.append(how) or start_new_kernel(**how)
    )
    assert tiny.run("release").code == 0
    tiny.submit("ada")
    tiny.submit("ben", tiny.answered(double="return abs(2 * x)"))
    tiny.submit("chen", tiny.answered(double="return x"))
    started.clear()
    said = tiny.run("grade", "numbers")
    assert said.code == 0, said.err
    assert len(started) == 1
    assert {student: row["double"] for student, row in rows(tiny).items()} == {
        "ada": "2",
        "ben": "0",
        "chen": "0",
    }
    assert rows(tiny)["chen"]["reason"] == "double: value of double(4) is not correct"
    with book(tiny) as gradebook:
        source = gradebook.find_source_cell("test_double", "numbers", "numbers").source
        assert source.count("assert ") == 2
        assert "AUTOTEST" not in source
    assert "0 run, 3 unchanged" in tiny.run("grade", "numbers").out


@pytest.mark.parametrize(
    ("lines", "yml", "says"),
    [
        (
            "### AUTOTEST double(4)",
            None,
            "[Errno 2] No such file or directory: 'autotests.yml' (FileNotFoundError)",
        ),
        ("### AUTOTEST double(4)", "r: {}", "'python3' (KeyError)"),
        ("### AUTOTEST double(4 / 0)", AUTOTESTS, "division by zero (CellExecutionError)"),
    ],
)
def test_autotest_lines_that_nbgrader_cannot_read_are_told(
    tiny: Tiny, lines: str, yml: str | None, says: str
) -> None:
    tiny.submit("ada")
    with_autotests(tiny, lines)
    (tiny.root / "autotests.yml").write_text(yml) if yml else (tiny.root / "autotests.yml").unlink()
    said = tiny.run("grade", "numbers")
    assert said.code == 2
    assert f"solutions/numbers/numbers.ipynb: {says}; mend its AUTOTEST lines" in said.err


def test_a_notebook_in_another_language_is_refused(tiny: Tiny) -> None:
    tiny.submit("ada")
    nb = source_notebook()
    nb.metadata = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}
    nbformat.write(nb, tiny.root / "solutions/numbers/numbers.ipynb")
    said = tiny.run("grade", "numbers")
    assert said.code == 2
    assert "numbers.ipynb: is in R, and staffroom knows only Python; use nbgrader's own" in said.err


def test_what_a_configuration_names_relatively_lies_in_the_course(
    tiny: Tiny, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tiny.root / "nbgrader_config.py"
    here = "import os\nc.CourseDirectory.course_id = os.path.basename(os.getcwd())\n"
    config.write_text(f'{config.read_text()}c.CourseDirectory.db_url = "sqlite:///mine.db"\n{here}')
    tiny.submit("ada")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert tiny.course.directory.course_id == tiny.root.name
    assert tiny.run("grade", "numbers").code == 0
    assert (tiny.root / "mine.db").is_file()
    assert not Path("mine.db").exists()


# ---------------------------------------- where submissions come from


@pytest.fixture
def notebook(tiny: Tiny) -> str:
    return nbformat.writes(tiny.answered())


@pytest.mark.parametrize("kind", ["folder", "zip", "layout"])
def test_submissions_come_from_an_lms_or_another_folder(
    tiny: Tiny, tmp_path: Path, notebook: str, kind: str
) -> None:
    place = tmp_path / "in"
    place.mkdir()
    if kind == "layout":
        names = {"ada/numbers/numbers.ipynb": notebook, "jo-doe/numbers/numbers.ipynb": notebook}
    else:
        names = {
            "ada_17_99_numbers.ipynb": notebook,
            "Jo Doe_3_assignsubmission_file_numbers.ipynb": notebook,
            "Jo Doe_4_assignsubmission_file/numbers.ipynb": notebook,
            "Ann Li_5_assignsubmission_file_/mine.ipynb": notebook,
        }
    for name, text in names.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    if kind == "zip":
        with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
            for name in names:
                archive.write(place / name, f"submissions/{name}")
        place = tmp_path / "in.zip"
    assert collect.from_place(tiny.course, "numbers", place) == []
    found = sorted((tiny.root / "submitted").glob("*/numbers/numbers.ipynb"))
    students = {"ada", "jo-doe"} if kind == "layout" else {"ada", "Jo-Doe_3", "Jo-Doe_4", "Ann-Li_5"}
    assert {path.parts[-3] for path in found} == students
    assert all(path.read_text() == notebook for path in found)
    before = [path.stat().st_ino for path in found]
    collect.from_place(tiny.course, "numbers", place)
    assert [path.stat().st_ino for path in found] == before, "unchanged submissions are not copied again"


def test_files_that_are_nobodys_are_named(tiny: Tiny, tmp_path: Path, notebook: str) -> None:
    place = tmp_path / "in"
    place.mkdir()
    for name in ("ada_1.ipynb", "ada_2.ipynb", "notes.txt", "..ipynb"):
        (place / name).write_text(notebook)
    problems = collect.from_place(tiny.course, "numbers", place)
    assert len(problems) == 3
    assert any("ada_2.ipynb: ada has ada_1.ipynb already" in line for line in problems)
    assert any("notes.txt: whose is it?" in line for line in problems)
    assert [p.name for p in (tiny.root / "submitted").iterdir()] == ["ada"]


def test_an_lms_has_several_notebooks_of_a_student(two: Tiny, tmp_path: Path, notebook: str) -> None:
    """What follows the student's id says which notebook it is; or its cells do."""
    (tmp_path / "in").mkdir()
    names = {
        "ada_17_99_numbers.ipynb": "numbers",
        "ada_17_98_more-2.ipynb": "more",
        "ben_LATE_17_99_even_more.ipynb": "more",
        "ben_17_99_my numbers (1).ipynb": "numbers",
        "Jo Doe_3_assignsubmission_file_numbers.ipynb": "numbers",
        "Jo Doe_3_assignsubmission_file_more.ipynb": "more",
        "more_5_6_numbers.ipynb": "numbers",
        "ada_17_97_numbers-1.ipynb": "numbers",
    }
    for name, which in names.items():
        (tmp_path / "in" / name).write_text(notebook if which == "numbers" else more(two))
    problems = collect.from_place(two.course, "numbers", tmp_path / "in")
    assert [line.removeprefix(f"{tmp_path}/in/") for line in problems] == [
        "ada_17_99_numbers.ipynb: ada has ada_17_97_numbers-1.ipynb already; keep one of the two",
        "more_5_6_numbers.ipynb: whose is it? No student's name; rename it or give --names",
    ]
    found = {p.name: sorted(files_in(p / "numbers")) for p in (two.root / "submitted").iterdir()}
    assert found == {
        "Jo-Doe_3": ["more.ipynb", "numbers.ipynb"],
        "ada": ["more.ipynb", "numbers.ipynb"],
        "ben": ["ben_17_99_my numbers (1).ipynb", "more.ipynb"],
    }
    assert two.run("grade", "numbers", "--workers", "1").code == 0
    assert {tuple(seen(two, student)) for student in found} == {("graded", "2", "3", "3", "", "", "3", "")}
    assert "was taken for numbers.ipynb" in str(two.journal("ben")["outcome"]["about"])


def test_nothing_is_exported_while_the_gradebook_lacks_something(tiny: Tiny, monkeypatch) -> None:
    """Killed before it had a new answer, the earlier one was exported, or there was a KeyError."""

    def killed(*_) -> None:
        raise KeyboardInterrupt

    def export() -> Said:
        return tiny.run("export", "--to", tiny.root / "grades.csv")

    for answer in ("return 2 * x", "return x"):
        tiny.submit("ada", tiny.answered(double=answer))
        with monkeypatch.context() as patch:
            patch.setattr(Book, "merge", killed)
            assert tiny.run("grade", "numbers", "--workers", "1").code == 130
        assert (export().code, export().err.count("\n")) == (2, 1)
        assert "ada.json: the gradebook does not have this yet; run: staffroom grade numbers" in export().err
        assert tiny.run("grade", "numbers", "--workers", "1").code == 0
        assert export().code == 0
    assert rows(tiny, "grades.csv")["ada"]["double"] == "0"
    (tiny.root / "_build/grade/numbers/ada.json").write_text("")
    assert "ada.json: the gradebook does not have this yet" in export().err


def zipped(place: Path, *names: str) -> Path:
    """A zip of these files, each of which has its own name in it."""
    with zipfile.ZipFile(place / "all.zip", "w") as archive:
        for name in names:
            archive.writestr(name, name)
    return place / "all.zip"


def handed_in(tiny: Tiny) -> dict[str, dict[str, str]]:
    """Student → file → the name that it had."""
    found = {path.name: files_in(path / "numbers") for path in (tiny.root / "submitted").iterdir()}
    return {who: {name: data.decode() for name, data in mine.items()} for who, mine in found.items()}


def test_nobody_hands_in_for_somebody_else(tiny: Tiny, tmp_path: Path) -> None:
    """In Moodle students can make folders in their own, and name them and what is in them as they like."""
    ann, ben = "Ann Li_5_assignsubmission_file_", "Ben Li_12_assignsubmission_file_"
    names = (f"{ann}/{ben}/numbers.ipynb", f"{ann}/a/ben.ipynb", f"{ann}/a\n/{ben}/b.ipynb")
    litter = (f"__MACOSX/{ben}/._numbers.ipynb", f"{ben}/.ipynb_checkpoints/numbers-checkpoint.ipynb")
    place = zipped(tmp_path, *names, *litter, f"{ben}/numbers.ipynb")
    assert collect.from_place(tiny.course, "numbers", place) == []
    assert handed_in(tiny) == {
        "Ann-Li_5": {name.removeprefix(f"{ann}/"): name for name in names},
        "Ben-Li_12": {"numbers.ipynb": f"{ben}/numbers.ipynb"},
    }


def test_two_people_of_one_name_in_canvas_are_not_made_one(two: Tiny, tmp_path: Path) -> None:
    """Where one lacked what the other had, they were, and nothing was said."""
    names = ("doejane_17_98_numbers.ipynb", "doejane_LATE_17_99_more.ipynb", "doejane_18_97_even_more.ipynb")
    place = zipped(tmp_path, names[0], names[2], names[1])
    [problem] = collect.from_place(two.course, "numbers", place)
    assert problem == f"{place}/{names[2]}: somebody else is doejane, too; rename it or give --names"
    assert handed_in(two) == {"doejane": {"numbers.ipynb": names[0], "more.ipynb": names[1]}}


def test_no_name_is_too_long_for_the_disk(two: Tiny, tmp_path: Path) -> None:
    """A student's file stopped everybody's grading."""
    names = (f"ada_17_99_{'ä' * 120}.ipynb", f"{'ä' * 125}_numbers.ipynb", "ben_17_99_numbers.ipynb")
    [problem] = collect.from_place(two.course, "numbers", zipped(tmp_path, *names))
    assert f"{names[1]}: whose is it?" in problem
    assert handed_in(two) == {"ada": {names[0][-60:]: names[0]}, "ben": {"numbers.ipynb": names[2]}}


def test_the_longest_name_that_fits_says_which_notebook_it_is(
    two: Tiny, tmp_path: Path, notebook: str
) -> None:
    folder = two.root / "solutions/numbers"
    for name in ("even_more", "numbers-1"):
        shutil.copy(folder / "more.ipynb", folder / f"{name}.ipynb")
    (tmp_path / "in").mkdir()
    for name in ("ada_1_2_even_more-1", "ada_1_2_more", "ada_1_2_numbers-1", "ada_1_2_numbers"):
        (tmp_path / "in" / f"{name}.ipynb").write_text(notebook)
    assert collect.from_place(two.course, "numbers", tmp_path / "in") == []
    found = sorted(files_in(two.root / "submitted/ada/numbers"))
    assert found == ["even_more.ipynb", "more.ipynb", "numbers-1.ipynb", "numbers.ipynb"]


@pytest.mark.parametrize(
    ("damage", "method"),
    [
        ("content", zipfile.ZIP_STORED),
        ("content", zipfile.ZIP_DEFLATED),
        ("content", zipfile.ZIP_BZIP2),
        ("content", zipfile.ZIP_LZMA),
        ("password", zipfile.ZIP_DEFLATED),
        ("unknown compression", zipfile.ZIP_DEFLATED),
        ("a name that is no text", zipfile.ZIP_DEFLATED),
    ],
)
def test_a_damaged_zip_is_named_in_one_line(tiny: Tiny, notebook: str, damage: str, method: int) -> None:
    place = tiny.root / "in.zip"
    with zipfile.ZipFile(place, "w", method) as archive:
        archive.writestr("ada_1é.ipynb", notebook)
    data = bytearray(place.read_bytes())
    if damage == "content":
        data[60:600] = b"\xaa" * 540
    for head in (0, data.rindex(b"PK\1\2") + 2):  # the same fields, twice
        data[head + 6] |= damage == "password"
        data[head + 8] = 77 if damage == "unknown compression" else data[head + 8]
    place.write_bytes(data.replace("é".encode(), b"\xff\xff") if damage.startswith("a name") else data)
    said = tiny.run("grade", "numbers", "--submissions", place)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert said.err.startswith(f"staffroom: {place}: neither a folder nor a zip that can be read (")
    assert not (tiny.root / "submitted").exists()


def test_names_follow_a_pattern_of_the_instructors(tiny: Tiny, tmp_path: Path, notebook: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/hw1-ada.ipynb").write_text(notebook)
    collect.from_place(tiny.course, "numbers", tmp_path / "in", r"hw1-(?P<student_id>\w+)\.ipynb")
    assert (tiny.root / "submitted/ada/numbers/numbers.ipynb").read_text() == notebook


def test_a_pattern_may_find_no_name(tiny: Tiny, tmp_path: Path, notebook: str) -> None:
    (tmp_path / "in").mkdir()
    for name in ("y-ada.ipynb", "ben.ipynb"):
        (tmp_path / "in" / name).write_text(notebook)
    (problem,) = collect.from_place(tiny.course, "numbers", tmp_path / "in", "(?P<student_id>y)?.*")
    assert "ben.ipynb: whose is it?" in problem
    assert [path.name for path in (tiny.root / "submitted").iterdir()] == ["y"]


def archive_of(place: Path, *names: str, text: str = "{}") -> Path:
    """An LMS's zip of these files."""
    with zipfile.ZipFile(place, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), text)
    return place


EXAMPLE = r".+?_(?P<student_id>\d+)_assignsubmission_.+"  # on the page and in --help


def taken(tiny: Tiny) -> dict[str, list[str]]:
    """What was taken for whose."""
    found: dict[str, list[str]] = {}
    for path in sorted(path for path in (tiny.root / "submitted").rglob("*") if path.is_file()):
        student, _, *name = path.relative_to(tiny.root / "submitted").parts
        found.setdefault(student, []).append("/".join(name))
    return found


@pytest.mark.parametrize("folders", ["/", "_/", "_"])
def test_whatever_people_are_called_in_moodle(tiny: Tiny, folders: str) -> None:
    names = {
        "Siobhán O'Neil_1013": "Siobhán-O-Neil_1013",
        "Siobhán O’Neil_1014": "Siobhán-O-Neil_1014",
        "Sio\u0301n_1015": "Sión_1015",
        "Robert (Bob) Roe_1016": "Robert-Bob-Roe_1016",
        "(Bob) Roe (12)_1017": "Bob-Roe-12_1017",
        "Smith, John_1018": "Smith-John_1018",
        "Jean_Luc Picard_2011": "Jean_Luc-Picard_2011",
        "Group 3-Ann Li_2012": "Group-3-Ann-Li_2012",
        "Participant_2013": "Participant_2013",
    }
    files = [f"{name}_assignsubmission_file{folders}data.ipynb" for name in names]
    assert collect.from_place(tiny.course, "numbers", archive_of(tiny.root / "in.zip", *files)) == []
    assert taken(tiny) == {student: ["numbers.ipynb"] for student in names.values()}


def test_people_who_would_have_one_id_are_told_and_never_merged(tiny: Tiny) -> None:
    names = ["O'Neil_numbers.ipynb", "O’Neil_more.ipynb", "doe_17_98_numbers.ipynb", "doe_18_99_mine.py"]
    problems = collect.from_place(tiny.course, "numbers", archive_of(tiny.root / "in.zip", *names))
    assert [line.removeprefix(f"{tiny.root}/in.zip/") for line in problems] == [
        "O’Neil_more.ipynb: somebody else is O-Neil, too; rename it or give --names",
        "doe_18_99_mine.py: somebody else is doe, too; rename it or give --names",
    ]
    assert taken(tiny) == {"O-Neil": ["numbers.ipynb"], "doe": ["numbers.ipynb"]}


@pytest.mark.parametrize("folders", ["/", "_/", "_"])
def test_what_lies_beside_a_notebook_is_handed_in_too(tiny: Tiny, tmp_path: Path, folders: str) -> None:
    helped = tiny.answered(double="import _helper\n    return _helper.__dict__['twice'](x)")
    files = {
        f"Ann Li_1006_assignsubmission_file{folders}numbers.ipynb": nbformat.writes(helped),
        f"Ann Li_1006_assignsubmission_file{folders}_helper.py": "def twice(x):\n    return 2 * x\n",
        f"Ann Li_1006_assignsubmission_onlinetext{folders}onlinetext.html": "<p>Here it is.</p>",
        f"Greta Missing_1007_assignsubmission_file{folders}report.pdf": "%PDF",
        "ada_LATE_17_99_ada_1_2_report.docx": "PK",
        "README.txt": "",
        "report_5.pdf": "",
        ".DS_Store": "",
        "__MACOSX/._Ann Li_1006_assignsubmission_file_numbers.ipynb": "",
        "Ann Li_1006_assignsubmission_file_.DS_Store": "",
    }
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    problems = collect.from_place(tiny.course, "numbers", tmp_path / "in.zip")
    assert [line.split("/in.zip/")[1].split("?")[0] for line in problems] == [
        "README.txt: whose is it",
        "report_5.pdf: whose is it",
    ]
    assert taken(tiny) == {
        "Ann-Li_1006": ["_helper.py", "numbers.ipynb", "onlinetext.html"],
        "Greta-Missing_1007": ["report.pdf"],
        "ada": ["ada_1_2_report.docx"],
    }
    if folders == "_":
        tiny.run("grade", "numbers", "--workers", "1")
        assert rows(tiny)["Ann-Li_1006"]["points"] == "5"
        reason = (
            "numbers.ipynb is missing; if it is one of these, rename that one, else ask for it: report.pdf"
        )
        assert rows(tiny)["Greta-Missing_1007"]["reason"] == reason


def test_who_hands_in_a_macs_litter_alone_is_not_dropped(tiny: Tiny) -> None:
    names = [
        "Ann Li_5_assignsubmission_file_/__MACOSX/._numbers.ipynb",
        "Bo_6_assignsubmission_file_.DS_Store",
        "cy_17_99_.DS_Store",
        "__MACOSX/._Di_7_assignsubmission_file_",
        "__MACOSX/Di_7_assignsubmission_file_/._numbers.ipynb",
        "._Di_7_assignsubmission_file_.DS_Store",
        ".DS_Store",
    ]
    assert collect.from_place(tiny.course, "numbers", archive_of(tiny.root / "in.zip", *names)) == []
    assert handed_in(tiny) == {"Ann-Li_5": {}, "Bo_6": {}, "cy": {}}


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_a_folder_that_is_handed_in_stays_one_of_that_student(tiny: Tiny, tmp_path: Path, kind: str) -> None:
    """One has the assignment's name, as in the other layout; one would be Bob's."""
    names = [
        "Ann Li_5_assignsubmission_file/numbers/mine.ipynb",
        "Ann Li_5_assignsubmission_file/numbers/__init__.py",
        "Jo Doe_3_assignsubmission_file/Bob_4_assignsubmission_file/numbers.ipynb",
        "Jo Doe_3_assignsubmission_file/x_4_assignsubmission_file.ipynb",
    ]
    place = tmp_path / "in.zip"
    for name in names if kind == "folder" else ():
        place = tmp_path / "in"
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).touch()
    if kind == "zip":
        archive_of(place, *names)
    for names in (collect.NAMES, EXAMPLE):
        shutil.rmtree(tiny.root / "submitted", ignore_errors=True)
        assert collect.from_place(tiny.course, "numbers", place, names) == []
        ann, jo = ("Ann-Li_5", "Jo-Doe_3") if names == collect.NAMES else ("5", "3")
        assert taken(tiny) == {
            ann: ["numbers/__init__.py", "numbers/mine.ipynb"],
            jo: ["Bob_4_assignsubmission_file/numbers.ipynb", "numbers.ipynb"],
        }


def test_no_path_in_a_zip_leaves_the_students_folder(tiny: Tiny, tmp_path: Path) -> None:
    before = files_in(tiny.root)
    names = [
        "Ann Li_5_assignsubmission_file/numbers.ipynb",
        "Ann Li_5_assignsubmission_file/../../../../up.py",
        "Ann Li_5_assignsubmission_file\\..\\up.py",
        "Ann Li_5_assignsubmission_file_../up.py",
        f"Ann Li_5_assignsubmission_file_/{tmp_path}/absolute.py",
        "/Ann Li_5_assignsubmission_file\\deep\\back.py",
        f"Ann Li_5_assignsubmission_file/{'ü' * 128}.py",
        f"Ann Li_5_assignsubmission_file/{'d/' * 600}deep.py",
        "Ann Li_5_assignsubmission_file/numbers.ipynb/x.py",
        "Ann Li_5_assignsubmission_file/deep",
    ]
    problems = collect.from_place(tiny.course, "numbers", archive_of(tmp_path / "in.zip", *names))
    assert [line.rsplit(": ", 1)[1].split("/")[0] for line in problems] == [
        *["not taken, no file here can be called so; rename it"] * 5,
        "Ann-Li_5 has Ann Li_5_assignsubmission_file",
        "Ann-Li_5 has ",
    ]
    inside = ["deep/back.py", "numbers.ipynb", f"{tmp_path}/absolute.py"[1:]]
    assert taken(tiny) == {"Ann-Li_5": sorted(inside)}
    shutil.rmtree(tiny.root / "submitted")
    (tmp_path / "in.zip").unlink()
    assert files_in(tiny.root) == before


def test_the_example_of_a_pattern_is_told_and_takes_moodles_numbers(tiny: Tiny) -> None:
    command = f"--names '{EXAMPLE}'"
    assert command in (ROOT / "book/instructors.md").read_text()
    assert command in tiny.run("grade", "--help").out
    names = ["Ann_Li_5_assignsubmission_file_/mine.ipynb", "Jo Doe_6_assignsubmission_file_report.pdf"]
    assert collect.from_place(tiny.course, "numbers", archive_of(tiny.root / "in.zip", *names), EXAMPLE) == []
    assert taken(tiny) == {"5": ["numbers.ipynb"], "6": ["report.pdf"]}


def test_a_pattern_that_matches_a_part_of_the_name_is_told(tiny: Tiny) -> None:
    names = ["Ann Li_5_assignsubmission_file_/mine.ipynb", "Jo_6_assignsubmission"]
    place, part = archive_of(tiny.root / "in.zip", *names), r".+_(?P<student_id>\d+)_assignsubmission"
    (problem,) = collect.from_place(tiny.course, "numbers", place, part)
    assert problem.endswith("--names must match the whole name, Ann Li_5_assignsubmission_file_mine.ipynb")
    said = tiny.run("grade", "numbers", "--submissions", place, "--names", part + "!")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert f"or files whose whole names --names {part}! matches" in said.err


def test_the_instructor_says_when_something_was_handed_in_and_no_student(tiny: Tiny, notebook: str) -> None:
    stamp = tiny.root / "submitted/Ann-Li_5/numbers/timestamp.txt"
    mine = "Ann Li_5_assignsubmission_file_/mine.ipynb"
    stamp.parent.mkdir(parents=True)
    stamp.write_text("2025-01-01 10:00:00 UTC")
    for _ in range(2):  # before anything is there, and beside it
        place = archive_of(tiny.root / "in.zip", mine, text=notebook)
        assert collect.from_place(tiny.course, "numbers", place) == []
        assert taken(tiny) == {"Ann-Li_5": ["numbers.ipynb", "timestamp.txt"]}
    theirs = "Ann Li_5_assignsubmission_file_/Timestamp.txt"
    place = archive_of(tiny.root / "in.zip", mine, theirs, text=notebook)
    (problem,) = collect.from_place(tiny.course, "numbers", place)
    assert "Timestamp.txt: not taken, since a student could choose the time; put yours" in problem
    assert stamp.read_text() == "2025-01-01 10:00:00 UTC"
    (stamp.parent / "numbers.ipynb").unlink()
    place = archive_of(tiny.root / "in.zip", mine, f"{theirs}/x", f"{theirs.lower()}/x", text=notebook)
    assert len(collect.from_place(tiny.course, "numbers", place)) == 2, "a folder there stopped it all"
    collect.from_place(tiny.course, "numbers", archive_of(tiny.root / "in.zip", mine, text="later"))
    assert taken(tiny) == {"Ann-Li_5": ["numbers.ipynb"]}, "something else is handed in at another time"


def inbound(tiny: Tiny, student: str, notebook: str, day: int) -> Path:
    """What a student has handed in through nbgrader's exchange."""
    stamp = f"2025-01-{day:02} 10:00:00.000000 UTC"
    folder = tiny.root / f".exchange/everyvec/inbound/{student}+numbers+{stamp}+secret"
    folder.mkdir(parents=True)
    (folder / "numbers.ipynb").write_text(notebook)
    (folder / "timestamp.txt").write_text(stamp)
    return folder


def test_submissions_come_from_the_exchange(tiny: Tiny, notebook: str) -> None:
    for day, text in ((1, "old"), (2, notebook)):
        inbound(tiny, "ada", text, day)
    tiny.root.joinpath(".exchange").chmod(0o777)
    collect.from_exchange(tiny.course, "numbers")
    assert (tiny.root / "submitted/ada/numbers/numbers.ipynb").read_text() == notebook


@pytest.mark.skipif(sys.platform == "win32", reason="the exchange is Unix's")
def test_what_the_users_own_configuration_says_holds_too(
    tiny: Tiny, notebook: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a shared server the exchange and the gradebook are set there: formgrader takes them from there."""
    own = tmp_path_factory.mktemp("jupyter")
    inbound(tiny, "ada", notebook, 1)
    tiny.root.joinpath(".exchange").rename(own / "exchange")
    own.joinpath("exchange").chmod(0o777)
    said = f"c.Exchange.root = '{own}/exchange'\nc.CourseDirectory.source_directory = 'nowhere'\n"
    own.joinpath("nbgrader_config.py").write_text(said)
    config = tiny.root / "nbgrader_config.py"
    lines = [line for line in config.read_text().splitlines() if "Exchange.root" not in line]
    config.write_text("\n".join(lines))
    collect.from_exchange(tiny.course, "numbers")
    assert not (tiny.root / "submitted").exists()
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(own))
    collect.from_exchange(tiny.course, "numbers")
    assert (tiny.root / "submitted/ada/numbers/numbers.ipynb").read_text() == notebook
    assert tiny.course.directory.source_directory == "solutions", "the course's own comes first"


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are Unix's")
def test_no_link_of_a_students_is_followed(tiny: Tiny, notebook: str) -> None:
    """It would show the student what the instructor may read: the hidden tests, the gradebook."""
    secret = tiny.root / "solutions/numbers/numbers.ipynb"
    handed_in = tiny.root / "submitted/ben/numbers"
    inbound = tiny.root / ".exchange/everyvec/inbound/ada+numbers+2025-01-01 10:00:00.000000 UTC+secret"
    for folder in (handed_in, inbound):
        (folder / "deep").mkdir(parents=True)
        (folder / "numbers.ipynb").write_text(notebook)
        (folder / "deep/data.txt").symlink_to(secret)
        (folder / "folder").symlink_to(secret.parent)
    os.mkfifo(handed_in / "pipe")
    whole = tiny.root / ".exchange/everyvec/inbound/eve+numbers+2025-01-01 10:00:00.000000 UTC+secret"
    whole.symlink_to(secret.parent)
    tiny.root.joinpath(".exchange").chmod(0o777)
    collect.from_exchange(tiny.course, "numbers")
    for student, files in (("ada", {"numbers.ipynb": notebook.encode()}), ("eve", {})):
        assert files_in(tiny.root / "submitted" / student / "numbers") == files
    assert files_in(handed_in) == {"numbers.ipynb": notebook.encode()}
    assert not (tiny.root / "submitted/ada/numbers/deep").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links are Unix's")
def test_a_link_for_a_students_folder_is_not_taken(tiny: Tiny, tmp_path: Path, notebook: str) -> None:
    """It could lead to another's work; and must not empty what was handed in before."""
    for student in ("ada", "ben"):
        (tmp_path / "in" / student / "numbers").mkdir(parents=True)
        (tmp_path / "in" / student / "numbers/numbers.ipynb").write_text(notebook)
    assert collect.from_place(tiny.course, "numbers", tmp_path / "in") == []
    shutil.rmtree(tmp_path / "in/ben/numbers")
    (tmp_path / "in/ben/numbers").symlink_to(tmp_path / "in/ada/numbers")
    (tmp_path / "in/eve").symlink_to(tmp_path / "in/ada")
    problems = collect.from_place(tiny.course, "numbers", tmp_path / "in")
    assert [line.split(": a link")[0][-11:] for line in problems] == ["ben/numbers", "eve/numbers"]
    assert (tiny.root / "submitted/ben/numbers/numbers.ipynb").read_text() == notebook
    assert not (tiny.root / "submitted/eve").exists()


def test_too_large_a_submission_stops_no_other(tiny: Tiny, notebook: str) -> None:
    inbound = tiny.root / ".exchange/everyvec/inbound"
    for student in ("ada", "ben"):
        folder = inbound / f"{student}+numbers+2025-01-01 10:00:00.000000 UTC+secret"
        folder.mkdir(parents=True)
        (folder / "numbers.ipynb").write_text(notebook)
    course = tiny.course
    course.config.CourseDirectory.max_dir_size = 10  # KB
    (inbound / "ada+numbers+2025-01-01 10:00:00.000000 UTC+secret/large").write_bytes(bytes(1 << 20))
    tiny.root.joinpath(".exchange").chmod(0o777)
    collect.from_exchange(course, "numbers")
    assert files_in(tiny.root / "submitted/ada/numbers") == {}
    assert files_in(tiny.root / "submitted/ben/numbers") == {"numbers.ipynb": notebook.encode()}


@pytest.mark.skipif(sys.platform == "win32", reason="links and such names are Unix's")
def test_what_files_are_called_stops_no_other(tiny: Tiny) -> None:
    """Each of these ended the grading of the whole class."""
    folder = tiny.submit("a-folder", name="mine.ipynb").parent
    (folder / "numbers.ipynb").mkdir()
    (folder / "numbers.ipynb/x").touch()
    (tiny.submit("b-name").parent / ("n" * 255)).touch()
    descriptor = os.open(tiny.submit("c-deep").parent, os.O_RDONLY)
    for _ in range(1100):
        os.mkdir("d", dir_fd=descriptor)
        above, descriptor = descriptor, os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(above)
    os.close(descriptor)
    (tiny.submit("d-time").parent / "timestamp.txt").write_text("31st٣999999999999999999999999999910h")
    (tiny.submit("e-times").parent / "timestamp.txt").write_text("1." * 5_000_000)
    (tiny.submit("f-link").parent / "timestamp.txt").symlink_to(tiny.root / "pyproject.toml")
    said = tiny.run("grade", "numbers", "--workers", "1", "--no-check")
    subprocess.run(["rm", "-rf", tiny.root / "submitted/c-deep"], check=True)  # too deep for pytest
    assert said.code == 1, said.err
    assert [row["points"] for row in rows(tiny).values()] == ["5", "5", "", "5", "5", "5"]
    assert rows(tiny)["c-deep"]["reason"] == "its files cannot be read (File name too long); ask for it again"
    assert "taken for handed in on time" in str(tiny.journal("d-time"))
    assert "name =" not in str(tiny.journal("f-link")), "the first line of a file that is not the student's"


@pytest.mark.skipif(sys.platform == "win32", reason="the exchange is Unix's")
def test_a_name_in_the_exchange_stops_no_collecting(tiny: Tiny, notebook: str, caplog) -> None:
    """Every student may write there: one folder of a wrong name was a traceback, and nobody was graded."""
    stamp = "2025-01-01 10:00:00.000000 UTC"
    names = [
        "eve+numbers+soon+x",
        "eve+numbers+",
        f"eve+numbers+{'9' * 99}+x",
        f"eve+numbers+{stamp}+numbers+x",
    ]
    names += [f"{user}+numbers+{stamp}+x" for user in ("", "e\nve", "\udcff")]
    for name in (f"ada+numbers+{stamp}+x", f"..+numbers+{stamp}+x", *names):
        folder = tiny.root / ".exchange/everyvec/inbound" / name
        folder.mkdir(parents=True)
        (folder / "numbers.ipynb").write_text(notebook)
    tiny.root.joinpath(".exchange").chmod(0o777)
    collect.from_exchange(tiny.course, "numbers")
    assert [path.name for path in (tiny.root / "submitted").iterdir()] == ["ada"]
    assert not (tiny.root / "numbers").exists()
    assert caplog.text.count("not the name of a submission; left alone") == len(names)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_students_are_called_what_their_folders_are(tiny: Tiny) -> None:
    tiny.submit("[b]ada")
    said = tiny.run("grade", "numbers")
    assert said.code == 0
    assert "[b]ada" in said.out
    tiny.submit("\udcff")
    said = tiny.run("grade", "numbers")
    assert said.code == 2
    assert said.err.endswith("submitted/\ufffd: no student's name; rename this folder\n")


def test_a_time_that_is_none_stops_no_collecting(tiny: Tiny, notebook: str) -> None:
    for day, text in ((1, "old"), (2, notebook)):
        handed_in = inbound(tiny, "ada", text, day)
        (handed_in / "timestamp.txt").write_text("no time")
        tiny.root.joinpath(".exchange").chmod(0o777)
        collect.from_exchange(tiny.course, "numbers")
        assert (tiny.root / "submitted/ada/numbers/numbers.ipynb").read_text() == text


# ---------------------------------------- one clear line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["grade", "numbers"], "submitted/STUDENT/numbers: no submission yet; put some there, or say"),
        (["grade", "nombres"], "nombres: no such assignment in"),
        (["grade", "nombres"], "there is: numbers"),
        (["release", "nombres"], "there is: numbers"),
        (["audit", "nombres"], "there is: numbers"),
        (["sample", "nombres"], "there is: numbers"),
        (["export", "nombres"], "there is: numbers"),
        (["grade", "../numbers"], "no such assignment"),
        (["export"], "nothing graded yet; run: staffroom grade"),
        (["grade", "numbers", "--submissions", "/nowhere"], "/nowhere: no such folder or file"),
        (
            ["grade", "numbers", "--submissions", "{root}/solutions"],
            "solutions: no submission of numbers in it",
        ),
        (
            ["grade", "numbers", "--submissions", "{root}/pyproject.toml"],
            "neither a folder nor a zip that can be read (File is",
        ),
        (["grade", "numbers", "--time-limit", "0"], "Invalid value for '--time-limit'"),
        (["grade", "numbers", "--names", "(", "--submissions", "{root}/exercises"], "--names"),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_code(tiny: Tiny, arguments: list[str], says: str) -> None:
    before = sorted(tiny.root.rglob("*"))
    said = tiny.run(*(argument.format(root=tiny.root) for argument in arguments))
    assert said.code == 2
    assert says in said.err
    assert "Traceback" not in said.err
    assert said.err.count("\n") == 1 or "Usage" in said.err
    assert sorted(tiny.root.rglob("*")) == before, "nothing is written when nothing can be done"


def test_no_course_here(tiny: Tiny, tmp_path_factory: pytest.TempPathFactory) -> None:
    from tests.staffroom.conftest import run

    said = run(tiny.capfd, "release", "--course", tmp_path_factory.mktemp("empty"))
    assert said.code == 2
    assert "no nbgrader_config.py here; name the course: --course DIR" in said.err
    tiny.root.joinpath("nbgrader_config.py").write_text("c = (")
    said = tiny.run("grade", "numbers")
    assert said.code == 2
    assert said.err.endswith("'(' was never closed (nbgrader_config.py, line 1); mend this file\n")


def test_help_answers_with_examples(tiny: Tiny) -> None:
    from tests.staffroom.conftest import run

    for command in ("release", "grade", "audit", "sample", "export"):
        said = run(tiny.capfd, command, "--help")
        assert said.code == 0
        assert f"Example:  staffroom {command}" in said.out
        assert "--course" in said.out


# ---------------------------------------- disks that are full or locked


@pytest.fixture
def disk(tmp_path: Path):
    """A small disk of its own: a function that makes it read-only, or fills it up."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(place)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")

    def make(state: str) -> None:
        if state == "full":
            ballast = os.open(place / "ballast", os.O_WRONLY | os.O_CREAT)
            with contextlib.suppress(OSError):
                while True:
                    os.write(ballast, b"x" * 4096)
            os.close(ballast)
        else:
            subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)

    make.place = place
    yield make
    subprocess.run(["umount", "-l", str(place)], check=True)


SAYS = {
    "full": "no space left on device; free some space",
    "locked": "read-only file system; make it writable",
}


@pytest.mark.parametrize("state", ["full", "locked"])
@pytest.mark.parametrize("arguments", [["release"], ["grade", "numbers"], ["sample", "numbers"]])
def test_a_full_or_locked_disk_is_one_line_and_nothing_half_written(
    disk, capfd: pytest.CaptureFixture[str], state: str, arguments: list[str]
) -> None:
    from tests.staffroom.conftest import write_course

    tiny = Tiny(disk.place, capfd)
    write_course(tiny.root)
    assert tiny.run("release").code == 0
    tiny.submit("ada")
    source = tiny.root / "solutions/numbers/numbers.ipynb"
    source.write_text(source.read_text().replace("# Numbers", "# Numerals" + " and more" * 1000))
    disk(state)
    before = {path: path.read_bytes() for path in tiny.root.rglob("*") if path.is_file()}
    said = tiny.run(*arguments)
    assert said.code == 2
    assert SAYS[state] in said.err or "the gradebook:" in said.err
    assert str(tiny.root) in said.err or "the gradebook:" in said.err
    assert said.err.strip().count("\n") == 0, said.err
    after = {path: path.read_bytes() for path in tiny.root.rglob("*") if path.is_file()}
    assert {p: data for p, data in after.items() if p in before} == before
    assert not [
        p for p in after.keys() - before.keys() if p.suffix in (".ipynb", ".csv", ".zip", ".json", ".html")
    ]


@pytest.mark.skipif(
    os.getuid() != 0 or not shutil.which("setpriv"), reason="needs root, and setpriv to be less"
)
def test_a_course_of_somebody_else_is_one_line(tiny: Tiny) -> None:
    path = tiny.root / "solutions/numbers/numbers.ipynb"
    path.write_text(path.read_text().replace("# Numbers", "# Numerals"))
    tiny.root.chmod(0o755)
    for folder in (tiny.root, *tiny.root.rglob("*")):
        os.chown(folder, 65534, 65534)  # and root without its capabilities is an ordinary user to these
    program = "from staffroom.cli import main; main()"
    command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", sys.executable, "-c", program]
    said = subprocess.run([*command, "release", "--course", str(tiny.root)], capture_output=True, text=True)
    assert said.returncode == 2
    assert "permission denied; make it writable" in said.stderr
    assert said.stderr.count("\n") == 1


@pytest.mark.skipif(
    os.getuid() != 0 or not shutil.which("setpriv"), reason="needs root, and setpriv to be less"
)
def test_a_students_folder_that_cannot_be_looked_into_is_told(tiny: Tiny, tmp_path_factory) -> None:
    """It was taken for nothing there: the student was in no table."""
    place = tmp_path_factory.mktemp("handed-in")
    for student in ("ada", "ben"):
        tiny.submit(student)
    for student in ("cem", "dan"):
        shutil.copytree(tiny.root / "submitted/ada", place / student)
    for folder in (tiny.root / "submitted/ben", place / "dan"):
        folder.chmod(0o700)
        os.chown(folder, 65534, 65534)
    program = "from staffroom.cli import main; main()"
    command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", sys.executable, "-c", program]
    command += ["grade", "numbers", "--sandbox", "none", "--submissions", str(place)]
    said = subprocess.run([*command, "--course", str(tiny.root)], capture_output=True, text=True)
    assert said.returncode == 1
    assert "submitted/ben/numbers: not gradable: its files cannot be read (Permission denied)" in said.stderr
    assert f"{place}/dan: permission denied" in said.stderr
    assert "2 graded, 1 not gradable" in said.stdout


# ---------------------------------------- outcomes


def test_an_error_of_the_machine_is_no_files() -> None:
    assert explain(BlockingIOError(errno.EAGAIN, "Busy")).startswith("this machine: busy; end other programs")


def test_three_outcomes_and_no_silent_zero() -> None:
    q = [Question("a", 2.0, 2.0), Question("b", None, 3.0)]
    graded = Outcome("ada", "x", q)
    failed = Outcome("ben", "x", [Question("a", 0.0, 2.0, "not answered", True), q[1]], penalty=0.0)
    nothing = Outcome("eli", "x", not_gradable="not valid JSON", file="submitted/eli/x/x.ipynb")
    assert [o.status for o in (graded, failed, nothing)] == list(Status)
    assert (graded.points, graded.waiting, failed.points, nothing.points) == (2.0, 1, 0.0, None)
    lines = to_csv([graded, failed, nothing]).decode().splitlines()
    assert lines[1] == "x,ada,graded,2,5,1,2,,0,,,"
    assert lines[2] == "x,ben,failed,0,5,1,0,,0,a: not answered,,"
    assert lines[3] == "x,eli,not gradable,,,0,,,0,not valid JSON,submitted/eli/x/x.ipynb,"
