"""What became of a submission: the three outcomes, the table and the CSV. Knows nothing of how cells are run.

`graded`        every question was run to its end, and its points are the tests' verdict.
`failed`        some question gave no verdict: not answered, stopped by an error or a limit, its notebook is
                missing. It has 0 points, the reason says why, and the other questions have theirs.
`not gradable`  nothing could be run. There are no points, not even 0, and the reason names the file.
"""

from __future__ import annotations

import csv
import io
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath
from textwrap import shorten
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text


class Status(StrEnum):
    GRADED = "graded"
    FAILED = "failed"
    NOT_GRADABLE = "not gradable"


COLOURS = {Status.GRADED: "green", Status.FAILED: "yellow", Status.NOT_GRADABLE: "red"}


@dataclass
class Mark:
    """One graded cell's points: None while a person still has to give them. `by_hand`: a person did;
    `unsure`: there are some, and the gradebook wants them looked at again."""

    points: float | None
    max_points: float
    comment: str = ""
    by_hand: bool = False
    unsure: bool = False


@dataclass
class Question:
    """One question's points: None while a person still has to give them. `reason` says what cost points,
    `stopped` whether that was something else than a test's verdict; `cells` are its graded cells."""

    name: str
    points: float | None
    max_points: float
    reason: str = ""
    stopped: bool = False
    cells: list[str] = field(default_factory=list)
    seconds: float = 0.0
    notebook: str = ""


@dataclass
class Outcome:
    """What became of one submission. `not_gradable` says why it could not be graded, or is empty. `lost`:
    notebook → file and reason, of those, of several, that could not be: all their questions are failed.
    `file` is the file that either is about, as seen from the course (several, after commas, where several
    are lost), or empty; `penalty` the points taken off for lateness; `about` what was repaired, `usage` the
    time and memory that it took."""

    student: str
    assignment: str
    questions: list[Question] = field(default_factory=list)
    not_gradable: str = ""
    file: str = ""
    penalty: float = 0.0
    about: list[str] = field(default_factory=list)
    usage: str = ""
    lost: dict[str, list[str]] = field(default_factory=dict)

    @property
    def status(self) -> Status:
        if self.not_gradable:
            return Status.NOT_GRADABLE
        return Status.FAILED if any(q.stopped for q in self.questions) else Status.GRADED

    @property
    def points(self) -> float | None:
        """Points so far, or None when not gradable; what waits for a person counts once it is given."""
        return None if self.not_gradable else sum(q.points or 0.0 for q in self.questions) - self.penalty

    @property
    def waiting(self) -> int:
        """How many questions wait for a person."""
        return sum(q.points is None for q in self.questions)

    @property
    def reason(self) -> str:
        """What cost points, question by question, or why nothing was graded."""
        label = labels([self])
        return self.not_gradable or "; ".join(f"{label(q)}: {q.reason}" for q in self.questions if q.reason)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Outcome:
        return cls(**{**data, "questions": [Question(**q) for q in data["questions"]]})


def labels(outcomes: list[Outcome]) -> Callable[[Question], str]:
    """What a question is called: where two notebooks have one of the same name, with the notebook's."""
    counts = (Counter(q.name for q in o.questions) for o in outcomes)
    shared = {name for count in counts for name, times in count.items() if times > 1}
    return lambda q: f"{q.notebook}/{q.name}" if q.name in shared else q.name


LOOK = {"box": SIMPLE_HEAD, "padding": (0, 1, 0, 0), "title_justify": "left", "caption_justify": "left"}


def table(outcomes: list[Outcome], title: str, width: int) -> Table:
    """The class at a glance: one row a submission, one column a question, numbered as in `by_question`. Where
    `width` leaves too little for the reasons, the questions' columns are left to the CSV."""
    label = labels(outcomes)
    most = {label(q): q.max_points for o in outcomes for q in o.questions}
    numbers = {name: str(number) for number, name in enumerate(most, 1)}
    found = {o.status for o in outcomes}
    caption = []
    if Status.FAILED in found:
        caption.append("failed: some question gave no verdict, and has 0 points; the others have theirs")
    if any(o.waiting for o in outcomes):
        caption.append("… and +: points that a person still has to give (in JupyterLab's formgrader)")
    result = Table(title=title, caption="\n".join(caption) or None, **LOOK)
    for heading in ("student", "outcome", "points"):
        result.add_column(heading, no_wrap=True)
    shown = most if width >= 75 + 4 * len(most) else {}
    for name, points in shown.items():
        result.add_column(f"{numbers[name]}\n/{points:g}", justify="right")
    result.add_column("what cost points", overflow="fold")
    for o in outcomes:
        total = "" if o.points is None else f"{o.points:g}/{sum(q.max_points for q in o.questions):g}"
        by_name = {label(q): "…" if q.points is None else f"{q.points:g}" for q in o.questions}
        same = defaultdict(list)  # a short line for each reason; the CSV has the whole
        for q in o.questions:
            same[_short(q.reason)].append(numbers[label(q)])
        lines = [f"{', '.join(which)}: {reason}" for reason, which in same.items() if reason]
        lines += [f"handed in late: −{o.penalty:g}"] if o.penalty else []
        why = f"{PurePath(o.file).name}: {o.not_gradable}" if o.not_gradable else "\n".join(lines)
        row = (total + "+" * bool(o.waiting), *(by_name.get(name, "") for name in shown), Text(why))
        result.add_row(o.student, Text(o.status, COLOURS[o.status]), *row)
    return result


def by_question(outcomes: list[Outcome]) -> Table:
    """One row a question: where half a class fails for the same reason, it is seldom the class."""
    found, label = defaultdict(list), labels(outcomes)
    for question in (q for o in outcomes for q in o.questions):
        found[label(question)].append(question)
    usual = {name: statistics.median(q.seconds for q in all_) for name, all_ in found.items()}
    slow = sorted(usual, key=usual.get, reverse=True)[:3]
    result = Table(caption=f"slowest, as a median: {', '.join(slow)}" if slow else None, **LOOK)
    for heading in ("", "question", "mean", "all points", "seconds (most)", "what cost points most often"):
        result.add_column(heading, justify="left" if heading[:2] in ("qu", "wh") else "right")
    for number, (name, all_) in enumerate(found.items(), 1):
        given = [q.points for q in all_ if q.points is not None]
        mean = f"{statistics.fmean(given):.3g}/{all_[0].max_points:g}" if given else "…"
        best = f"{sum(p >= all_[0].max_points for p in given)} of {len(given)}" if given else "…"
        took = f"{usual[name]:.2g} ({max(q.seconds for q in all_):.2g})"
        why = Counter(_short(q.reason, 70) for q in all_ if q.reason and (q.points or 0) < q.max_points)
        often = "".join(f"{times} ×: {reason}" for reason, times in why.most_common(1) if times > 1)
        result.add_row(str(number), Text(name), mean, best, took, Text(often))
    return result


def _short(reason: str, most: int = 120) -> str:
    return shorten(reason, most, placeholder=" …")


def to_csv(outcomes: list[Outcome]) -> bytes:
    """One row a submission. Where there is no grade (not gradable, waiting for a person) a field is empty."""
    label = labels(outcomes)
    names = list(dict.fromkeys(label(q) for o in outcomes for q in o.questions))
    head = ("assignment", "student_id", "status", "points", "max_points", "waiting_for_a_person")
    rows = [[*head, *names, "late_penalty", "reason", "file", "notes"]]
    for o in outcomes:
        by_name = {label(q): q.points for q in o.questions}
        maximum = sum(q.max_points for q in o.questions) if o.questions else None
        row = [o.points, maximum, o.waiting, *map(by_name.get, names), o.penalty]
        numbers = ["" if n is None else f"{n:g}" for n in row]
        rows.append([o.assignment, o.student, o.status, *numbers, o.reason, o.file, "; ".join(o.about)])
    return csv_of(rows)


# What begins so is a formula to a spreadsheet, also after a semicolon, where a comma is the decimal sign; a
# number below zero does no harm.
RISKY = re.compile(r"(?:^|(?<=;))(?=\s*(?:[=+@\t\r]|-(?![\d.]+(e[+-]\d+)?\Z)))")


def csv_of(rows: Iterable[Any]) -> bytes:
    """A CSV file in which no field is a formula."""
    text = io.StringIO(newline="")
    harmless = ([RISKY.sub("'", x) for x in row] for row in rows)
    csv.writer(text, lineterminator="\n").writerows(harmless)
    return text.getvalue().encode()


def canvas(outcomes: list[Outcome], title: str, people: dict[str, tuple[str, str]]) -> bytes:
    """Canvas: Grades → Import. It finds a student by the ID where there is one, else by the SIS Login ID, and
    offers to create the assignment where it has none of this title; the row of points possible is for that.
    `people`: student → name and the ID in Canvas, as far as the gradebook has them."""
    head = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", title)
    most = max((sum(q.max_points for q in o.questions) for o in outcomes), default=0)
    rows = [head, ("    Points Possible", "", "", "", "", f"{most:g}")]
    for who, grade in with_grade(outcomes):
        name, number = people.get(who, ("", ""))
        rows.append((name or who, number, "", who, "", grade))
    return csv_of(rows)


def moodle(outcomes: list[Outcome], title: str, people: dict[str, tuple[str, str]]) -> bytes:
    """Moodle: Grades → Import → CSV file; map "username" to the user, the other column to the grade item. No
    column of reasons: Moodle shows that to students, and a reason can quote a hidden test.

    Where the students came from its zip, it finds them by the number there alone: the assignment → Upload
    grading worksheet. That asks for these headings and "Participant ", in the site's language, and for the
    last column, by whose time it leaves grades alone; "-", which Moodle writes into it, would become "'-"."""
    found = [(re.fullmatch(r"(?:(.+)_)?([0-9]+)", who), who, grade) for who, grade in with_grade(outcomes)]
    if not found or not all(match for match, _, _ in found):
        return csv_of([("username", title), *with_grade(outcomes)])
    rows = [("Identifier", "Full name", "Grade", "Last modified (grade)", "username")]
    for match, who, grade in found:  # user names that are numbers look the same
        name = people.get(who, ("", ""))[0] or match[1] or ""
        rows.append((f"Participant {match[2]}", name, grade, "", who))
    return csv_of(rows)


def with_grade(outcomes: list[Outcome]) -> list[tuple[str, str]]:
    """Student and grade. Who has none yet is left out: both systems leave alone whom the file does not name,
    but an empty field would remove a grade that is there."""
    return [(o.student, f"{o.points:g}") for o in outcomes if o.points is not None and not o.waiting]
