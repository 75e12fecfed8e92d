"""What Canvas and Moodle import: whose grade stands in it, under which names, and who is left out."""

import csv
import io

import pytest

from staffroom.outcome import Outcome, Question, canvas, moodle, to_csv


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


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_canvas_has_the_columns_that_its_import_asks_for() -> None:
    head, possible, *students = rows(canvas(CLASS, "numbers"))
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "numbers"]
    assert "Points Possible" in possible[0]
    assert possible[-1] == "8"
    assert {(row[0], row[3]): row[5] for row in students} == {
        ("ada", "ada"): "5.5",
        ("zero", "zero"): "0",
        ("late", "late"): "7",
    }


def test_moodle_has_a_username_and_a_grade() -> None:
    assert rows(moodle(CLASS, "numbers")) == [
        ["username", "numbers"],
        ["ada", "5.5"],
        ["zero", "0"],
        ["late", "7"],
    ]


@pytest.mark.parametrize("export", [canvas, moodle])
def test_who_has_no_grade_yet_is_not_named(export) -> None:
    """An empty field clears a grade in both, and is 0 in a new grade item of Moodle's."""
    text = export(CLASS, "numbers").decode()
    assert "waits" not in text
    assert "broken" not in text
    assert len(rows(export(CLASS[3:], "numbers"))) == len(rows(export([], "numbers")))


@pytest.mark.parametrize("export", [canvas, moodle, lambda outcomes, title: to_csv(outcomes)])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_field_is_a_formula_to_a_spreadsheet(export, sign: str) -> None:
    evil = f'{sign}cmd|" /C calc"!A0'
    fields = [field for row in rows(export([graded(evil, 1.0)], evil)) for field in row]
    assert f"'{evil}" in fields
    assert not any(field.startswith(sign) for field in fields)


@pytest.mark.parametrize("export", [canvas, moodle])
def test_a_number_stays_a_number_even_below_zero(export) -> None:
    assert rows(export([graded("ada", 1.0, penalty=3.0)], "numbers"))[-1][-1] == "-2"


@pytest.mark.parametrize("export", [canvas, moodle])
def test_commas_quotes_and_other_scripts_survive(export) -> None:
    table = rows(export([graded('Wáng, "小明"', 1.0)], "numbers, 1"))
    assert table[0][-1] == "numbers, 1"
    assert table[-1][0] == 'Wáng, "小明"'
