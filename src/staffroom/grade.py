"""Grade an assignment: each submission by itself, so that none stops the others, and only when it changed.

A finished submission leaves _build/grade/ASSIGNMENT/STUDENT.json: its outcome, and a key of all that its
grading depended on. Points are read from the gradebook when they are shown: those given by hand count.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from nbformat import NotebookNode
from sqlalchemy.exc import DBAPIError

from . import engine
from .collect import check, from_exchange
from .course import (
    FULL,
    LOCKED,
    Course,
    StaffroomError,
    as_json,
    files_in,
    first_line,
    grader,
    questions,
    write_file,
)
from .engine import STEPS, NotGradable
from .outcome import Outcome, Question

Tell = Callable[[bool | None, int], None]  # called first, and after each: was it run now, and of how many


def grade(course: Course, name: str, *, time_limit: int | None, force: bool, tell: Tell) -> list[Outcome]:
    """Grade what lies in the course's submitted/ folder and its exchange; outcomes in the students' order."""
    sources = course.notebooks(name)
    from_exchange(course, name)
    pattern = course.path("submitted", "[!.]*", name).relative_to(course.root)
    folders = {path.parent.name: path for path in sorted(course.root.glob(str(pattern)))}
    if not folders:
        place = course.path("submitted", "STUDENT", name)
        raise StaffroomError(f"{place}: no submission yet; put some there, or say where: --submissions PLACE")
    limit = time_limit or course.config.Execute.get("timeout") or 30
    common = (limit, files_in(course.path("source", ".", name)))

    outcomes = []
    with course.workplace() as workplace:
        with engine.gradebook(course) as book:
            known = {submission.student_id for submission in book.assignment_submissions(name)}
        registered = False
        tell(None, len(folders))
        for student, folder in folders.items():
            key = hashlib.sha256(repr((common, files_in(folder))).encode()).hexdigest()
            journal = course.build("grade", name, f"{student}.json")
            outcome = None if force else _finished(course, journal, key, student in known)
            if run := outcome is None:
                outcome = Outcome(student, name)
                try:
                    check(folder, sources)
                    if not registered:
                        engine.register(course, name, workplace)
                        registered = True
                    outcome.questions = _run(course, outcome, sources, workplace, limit, student in known)
                except NotGradable as error:
                    file = error.file or next(folder.glob("*.ipynb"))
                    outcome.not_gradable, outcome.file = str(error), file.relative_to(course.root).as_posix()
                write_file(journal, as_json({"key": key, "outcome": asdict(outcome)}))
            outcomes.append(outcome)
            tell(run, len(folders))
    return with_points(course, outcomes)


def finished(course: Course, name: str) -> list[Outcome]:
    """The outcomes of everything graded so far."""
    course.notebooks(name)
    journals = sorted(course.build("grade", name).glob("*.json"))
    return with_points(course, [Outcome.from_json(json.loads(p.read_bytes())["outcome"]) for p in journals])


def _finished(course: Course, journal: Path, key: str, known: bool) -> Outcome | None:
    """The outcome of an earlier run, if nothing that it depended on changed and all that it made is there."""
    try:
        done = json.loads(journal.read_bytes())
        outcome = Outcome.from_json(done["outcome"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    made = known and all(course.path(step, outcome.student, outcome.assignment).is_dir() for step in STEPS)
    return outcome if done["key"] == key and (made or outcome.not_gradable) else None


def _run(
    course: Course,
    outcome: Outcome,
    sources: dict[str, NotebookNode],
    workplace: Path,
    limit: int,
    known: bool,
) -> list[Question]:
    """Run one submission that passed `check`; return its questions and what cost points, not the points."""
    try:
        executed = engine.autograde(course, outcome.assignment, outcome.student, workplace, limit, known)
    except (NotGradable, StaffroomError, DBAPIError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL | LOCKED:
            raise  # the disk's failure is everyone's; any other is this submission's alone
        raise NotGradable(f"nbgrader stopped ({type(error).__name__}: {first_line(error)})") from error
    found = []
    for name, source in sources.items():
        cells = {grader(cell).get("grade_id"): cell for cell in executed[name].cells}
        points = {grader(cell).get("grade_id"): grader(cell).get("points", 0) for cell in source.cells}
        for question, graded in questions(source).items():
            verdicts = [engine.verdict(cells[g], cells.get(question)) for g in graded]
            reason = " / ".join(dict.fromkeys(why for why, _ in verdicts if why))
            most, stopped = float(sum(points[g] for g in graded)), any(stop for _, stop in verdicts)
            found.append(Question(question, None, most, reason, stopped, graded))
    return found


def with_points(course: Course, outcomes: list[Outcome]) -> list[Outcome]:
    """Fill in the points as the gradebook has them now."""
    graded = [outcome for outcome in outcomes if not outcome.not_gradable]
    if not graded:
        return outcomes
    with engine.gradebook(course) as book:
        for outcome in graded:
            submission = book.find_submission(outcome.assignment, outcome.student)
            grades = {grade.name: grade for notebook in submission.notebooks for grade in notebook.grades}
            outcome.penalty = float(submission.late_submission_penalty or 0)
            for question in outcome.questions:
                mine = [grades[cell] for cell in question.cells]
                waiting = any(g.auto_score is None and g.manual_score is None for g in mine)
                question.points = None if waiting else float(sum(g.score for g in mine))
                if any(g.manual_score is not None for g in mine):
                    question.reason, question.stopped = "points given by hand", False
                elif question.points == 0 and question.max_points and not question.reason:
                    question.reason, question.stopped = "not answered", True  # still the stub, for a person
    return outcomes
