"""What Canvas and Moodle import: whose grade stands in it, under which names, and who is left out."""

import csv
import io

import pytest
from rich.console import Console
from rich.table import Table

from staffroom.outcome import Outcome, Question, by_question, canvas, moodle, table, to_csv


def graded(student: str, *points: float | None, penalty: float = 0.0) -> Outcome:
    questions = [Question(f"q{number}", given, 4.0) for number, given in enumerate(points)]
    return Outcome(student, "numbers", questions, penalty=penalty)


CLASS = [
    graded("ada", 3.5, 2.0),
    graded("zero", 0.0, 0.0),
    graded("late", 4.0, 4.0, penalty=1.0),
    graded("waits", 4.0, None),
    Outcome("broken", "numbers", not_gradable="=not a notebook", file="numbers.ipynb"),
]

PEOPLE = {"ada": ("Lovelace, Ada", "77"), "zero": ("", ""), "absent": ("Sent, Ab", "1")}


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_canvas_has_the_columns_that_its_import_asks_for() -> None:
    head, possible, *students = rows(canvas(CLASS, "numbers", PEOPLE))
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "numbers"]
    assert "Points Possible" in possible[0]
    assert possible[-1] == "8"
    assert {(row[0], row[1], row[3]): row[5] for row in students} == {
        ("Lovelace, Ada", "77", "ada"): "5.5",
        ("zero", "", "zero"): "0",
        ("late", "", "late"): "7",
    }


def test_moodle_has_a_username_and_a_grade() -> None:
    assert rows(moodle(CLASS, "numbers", {})) == [
        ["username", "numbers"],
        ["ada", "5.5"],
        ["zero", "0"],
        ["late", "7"],
    ]


def test_students_from_moodles_zip_are_found_by_its_numbers() -> None:
    """Moodle's grading worksheet: another heading, or none of the last, and it reads nothing."""
    klass = [graded("Anna-Right_1001", 3.5, 2.0), graded("Jo_Doe_1002", 0.0), graded("1003", 1.0)]
    waits = graded("absent", None)
    table = rows(moodle([*klass, waits], "numbers", {"Jo_Doe_1002": ("Doe, Jo", "77")}))
    assert table == [
        ["Identifier", "Full name", "Grade", "Last modified (grade)", "username"],
        ["Participant 1001", "Anna-Right", "5.5", "", "Anna-Right_1001"],
        ["Participant 1002", "Doe, Jo", "0", "", "Jo_Doe_1002"],
        ["Participant 1003", "", "1", "", "1003"],
    ]
    assert rows(moodle([*klass, CLASS[0]], "numbers", {}))[0] == ["username", "numbers"]


@pytest.mark.parametrize("export", [canvas, moodle])
def test_who_has_no_grade_yet_is_not_named(export) -> None:
    """An empty field clears a grade in both, and is 0 in a new grade item of Moodle's."""
    text = export(CLASS, "numbers", {}).decode()
    assert "waits" not in text
    assert "broken" not in text
    assert len(rows(export(CLASS[3:], "numbers", {}))) == len(rows(export([], "numbers", {})))


@pytest.mark.parametrize("export", [canvas, moodle, lambda outcomes, title, people: to_csv(outcomes)])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_field_is_a_formula_to_a_spreadsheet(export, sign: str) -> None:
    evil = f'{sign}cmd|" /C calc"!A0'
    fields = [field for row in rows(export([graded(evil, 1.0)], evil, {evil: (evil, evil)})) for field in row]
    assert f"'{evil}" in fields
    assert not any(field.startswith(sign) for field in fields)


def test_no_part_after_a_semicolon_is_a_formula_either() -> None:
    """Which ends a field where the comma is the decimal sign; a student names files."""
    about = ["a;=1.ipynb was taken for numbers.ipynb", "@2.ipynb, too; −1", "b: -1"]
    outcome = graded("ada", 1.0)
    outcome.about = about
    row = rows(to_csv([outcome]))[1]
    assert row[-1] == "a;'=1.ipynb was taken for numbers.ipynb;' @2.ipynb, too; −1; b: -1"


@pytest.mark.parametrize("export", [canvas, moodle])
def test_a_number_stays_a_number_even_below_zero(export) -> None:
    assert rows(export([graded("ada", 1.0, penalty=3.0)], "numbers", {}))[-1][-1] == "-2"


@pytest.mark.parametrize("export", [canvas, moodle])
def test_commas_quotes_and_other_scripts_survive(export) -> None:
    table = rows(export([graded('Wáng, "小明"', 1.0)], "numbers, 1", {}))
    assert table[0][-1] == "numbers, 1"
    assert table[-1][0] == 'Wáng, "小明"'


def printed(table: Table) -> str:
    console = Console(width=140, file=io.StringIO())
    console.print(table)
    return console.file.getvalue()


def test_the_table_tells_lateness_and_what_failed_means() -> None:
    late = graded("late", 4.0, penalty=1.5)
    assert "handed in late: −1.5" in printed(table([late], "numbers", 140))
    assert "failed:" not in printed(table([late], "numbers", 140))
    late.questions[0].stopped = True
    assert "failed: some question gave no verdict" in printed(table([late], "numbers", 140))
    row = dict(zip(*rows(to_csv([late])), strict=True))
    assert (row["points"], row["late_penalty"]) == ("2.5", "1.5")


def test_what_costs_half_a_class_its_points_is_told_of_the_question() -> None:
    outcomes = [graded(f"s{number}", 4.0 * (number > 5), None) for number in range(10)]
    for number, outcome in enumerate(outcomes):
        outcome.questions[0].seconds = 9.0 if number == 3 else 0.5
        if not outcome.questions[0].points:
            outcome.questions[0].reason = "No module named 'pandas'" if number else "another one"
    first, second = (
        line.split() for line in printed(by_question(outcomes)).splitlines() if line[:2].strip().isdigit()
    )
    assert " ".join(first) == "1 q0 1.6/4 4 of 10 0.5 (9) 5 ×: No module named 'pandas'"
    assert " ".join(second) == "2 q1 … … 0 (0)"
    assert "slowest, as a median: q0, q1" in printed(by_question(outcomes))
    outcomes[0].questions[1].seconds = 99.0
    assert "median: q0, q1" in printed(by_question(outcomes)), "one of ten is not the usual"
    for outcome in outcomes:
        outcome.questions[1].seconds = 0.6
    assert "median: q1, q0" in printed(by_question(outcomes))
