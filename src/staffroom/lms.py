"""Grades as learning management systems import them. Who has no grade yet (not gradable, or waiting for a
person) is left out: both leave alone whom the file does not name, but an empty field is a change to them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from .outcome import Outcome

RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes what begins so for a formula


def canvas(outcomes: list[Outcome], title: str) -> bytes:
    """Canvas: Grades → Import. It finds a student by the SIS Login ID, and offers to create the assignment
    where it has none of this title; the row of points possible is for that. An empty field would remove a
    grade that is there."""
    head = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", title)
    most = max((sum(q.max_points for q in o.questions) for o in outcomes), default=0)
    possible = ("    Points Possible", "", "", "", "", f"{most:g}")
    return _table(
        [head, possible, *((student, "", "", student, "", grade) for student, grade in _graded(outcomes))]
    )


def moodle(outcomes: list[Outcome], title: str) -> bytes:
    """Moodle: Grades → Import → CSV file; map "username" to the user, the other column to the grade item. An
    empty field would remove a grade, or be 0 in a new grade item. No column of reasons: Moodle shows that to
    students, and a reason can quote a hidden test."""
    return _table([("username", title), *_graded(outcomes)])


def _graded(outcomes: list[Outcome]) -> Iterator[tuple[str, str]]:
    return ((o.student, f"{o.points:g}") for o in outcomes if o.points is not None and not o.waiting)


def _table(rows: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    harmless = ([f"'{x}" if x.startswith(RISKY) and not _number(x) else x for x in row] for row in rows)
    csv.writer(text, lineterminator="\r\n").writerows(harmless)
    return text.getvalue().encode()


def _number(field: str) -> bool:
    try:
        return float(field) == float(field)
    except ValueError:
        return False
