"""Grading again: what is unchanged is skipped, and what a person gave is kept or looked at again."""

from __future__ import annotations

import shutil

import nbformat
import pytest

from staffroom import pool
from staffroom.course import Course
from tests.staffroom.conftest import Tiny, book, rows, source_notebook, without

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # as staffroom.engine does


@pytest.mark.slow
def test_unchanged_is_skipped_changed_is_regraded_and_hand_given_scores_are_kept(tiny: Tiny) -> None:
    tiny.submit("ada")
    tiny.submit("ben", tiny.answered(double="return x"))
    assert tiny.run("grade", "numbers").code == 0
    with book(tiny) as gradebook:
        why = gradebook.find_grade("why", "numbers", "numbers", "ada")
        why.manual_score, why.needs_manual_grade = 3.5, False  # as formgrader does
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
    assert "2 run, 0 unchanged" in tiny.run("grade", "numbers").out
    with book(tiny) as gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions("numbers")}
    assert scores == {"ada": 2, "ben": 3}, "what the gradebook has lost is brought back to it"

    said = tiny.run("export", "--to", tiny.root / "all.csv")
    assert said.code == 0
    assert {s: row["points"] for s, row in rows(tiny, "all.csv").items()} == {"ada": "2", "ben": "3"}


@pytest.mark.slow
def test_points_by_hand_for_another_answer_wait_for_a_person(tiny: Tiny) -> None:
    def give(points: float, cell: str = "why") -> None:  # as formgrader does
        with book(tiny) as gradebook:
            grade = gradebook.find_grade(cell, "numbers", "numbers", "ada")
            grade.manual_score, grade.needs_manual_grade = points, False
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
    give(3)
    assert not waits(answer())
    assert not waits(answer(double="return x + x")), "it is about another question"
    assert waits(answer("Because I say so."))
    assert "points were given by hand to an earlier answer" in rows(tiny)["ada"]["reason"]
    assert waits(answer("Because I say so.", double="return 2 * x")), "nobody has looked since"
    assert tiny.run("grade", "numbers", "--force").code == 0
    assert waits(rows(tiny)["ada"])
    give(2)
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


def test_what_is_no_longer_whole_is_graded_again(tiny: Tiny) -> None:
    tiny.submit("ada")
    assert tiny.run("grade", "numbers").code == 0
    made = tiny.root / "autograded/ada/numbers/numbers.ipynb"
    made.unlink()
    (tiny.root / "gradebook.db").unlink()
    assert "1 run, 0 unchanged" in tiny.run("grade", "numbers").out
    assert rows(tiny)["ada"]["points"] == "5", "nothing was merged, and all points waited for a person"
    made.write_text("{")
    (tiny.root / "gradebook.db").unlink()
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
