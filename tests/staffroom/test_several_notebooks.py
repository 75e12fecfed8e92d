"""Assignments of several notebooks: one that is missing or damaged costs its own questions."""

from __future__ import annotations

import nbformat
import pytest

from staffroom.repair import LOST
from tests.staffroom.conftest import Tiny, book, more, rows, seen, source_notebook, without

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # as staffroom.engine does


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
    assert "1 run, 0 unchanged" in two.run("grade", "numbers", "--workers", "1", "--no-check").out
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


def test_a_deleted_cell_is_no_reason_where_the_points_are_full(two: Tiny) -> None:
    two.submit("ada")
    left = without(nbformat.reads(more(two), as_version=4), "value")
    two.submit("ada", left, "more.ipynb")
    two.run("grade", "numbers", "--no-check")
    assert rows(two)["ada"]["value"] == "3"
    assert LOST not in rows(two)["ada"]["reason"]
    assert rows(two)["ada"]["status"] == "graded"
