"""Grades as learning management systems import them. Who has no grade yet (not gradable, or waiting for a
person) is left out: both leave alone whom the file does not name, but an empty field is a change to them."""

from __future__ import annotations

from collections.abc import Iterator

from .outcome import Outcome, csv_of


def canvas(outcomes: list[Outcome], title: str) -> bytes:
    """Canvas: Grades → Import. It finds a student by the SIS Login ID, and offers to create the assignment
    where it has none of this title; the row of points possible is for that. An empty field would remove a
    grade that is there."""
    head = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", title)
    most = max((sum(q.max_points for q in o.questions) for o in outcomes), default=0)
    possible = ("    Points Possible", "", "", "", "", f"{most:g}")
    rows = ((student, "", "", student, "", grade) for student, grade in _graded(outcomes))
    return csv_of([head, possible, *rows])


def moodle(outcomes: list[Outcome], title: str) -> bytes:
    """Moodle: Grades → Import → CSV file; map "username" to the user, the other column to the grade item. An
    empty field would remove a grade, or be 0 in a new grade item. No column of reasons: Moodle shows that to
    students, and a reason can quote a hidden test."""
    return csv_of([("username", title), *_graded(outcomes)])


def _graded(outcomes: list[Outcome]) -> Iterator[tuple[str, str]]:
    return ((o.student, f"{o.points:g}") for o in outcomes if o.points is not None and not o.waiting)
