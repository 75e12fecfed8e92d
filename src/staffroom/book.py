"""nbgrader's gradebook, SQLite or PostgreSQL, as its one writer sees it; formgrader may write beside it.

A submission is merged in one transaction: killed at any moment, the gradebook has all of it or none. SQLite
keeps its default journal: WAL fails on network drives, and has the newest scores in a second file, which is
lost on whoever copies gradebook.db alone.
"""

from __future__ import annotations

import contextlib
import math
import warnings
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from nbgrader.api import Assignment, BaseCell, Comment, Grade, Gradebook, InvalidEntry, Notebook, Student
from nbgrader.api import SubmittedAssignment as Submission
from nbgrader.api import SubmittedNotebook as Submitted
from nbgrader.preprocessors import AssignLatePenalties, SaveCells
from nbgrader.utils import is_solution, is_task, parse_utc
from sqlalchemy import Select, make_url, select, text
from sqlalchemy.exc import SAWarning
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from traitlets import TraitError

from .course import CONFIG, Course, StaffroomError, first_line, grader
from .outcome import Mark
from .pool import marks_of, untouched
from .release import released

warnings.filterwarnings("ignore", category=SAWarning)  # about nbgrader's own queries; no user can act on them


# Notebook → grade id → its mark; and the points that lateness costs.
Marks = tuple[dict[str, dict[str, Mark]], float]


class OneCommit(Session):
    """A session that commits once, by `finish`, and not where nbgrader does: after every cell."""

    finish = Session.commit

    def commit(self) -> None:
        pass


class Book(contextlib.AbstractContextManager):
    """nbgrader's gradebook, written by one process. Use it in a `with`."""

    def __init__(self, course: Course, assignment: str) -> None:
        self.course, self.assignment = course, assignment
        url = make_url(course.directory.db_url)
        self.sqlite = url.get_backend_name() == "sqlite"
        if self.sqlite:  # how many seconds to wait while formgrader writes
            place = url.database if "uri" in url.query else str(course.root / url.database)
            url = url.set(query={"timeout": "60", **url.query}, database=place)
        self.url = url.render_as_string(hide_password=False)
        try:
            self.gradebook = Gradebook(self.url, course.directory.course_id)
        except ModuleNotFoundError as error:
            remedy = "install it, or name the driver that you have, as in postgresql+psycopg2://"
            raise StaffroomError(f"{url}: wants the Python package {error.name}; {remedy}") from error
        self.gradebook.db.remove()
        make = sessionmaker(self.gradebook.engine, class_=OneCommit, autoflush=False)
        self.gradebook.db = scoped_session(make)
        try:
            self.penalties = AssignLatePenalties(config=course.config)
            self.penalties.init_plugin()
        except (TraitError, ImportError) as error:  # a plugin of the course's own
            raise StaffroomError(f"{course.root / CONFIG}: {first_line(error)}; mend this file") from error
        with self._session() as db:
            mine = select(Submission.student_id).join(Assignment).where(Assignment.name == assignment)
            self.known: set[str] = set(db.scalars(mine))  # students who have a submission of this assignment

    def __exit__(self, *how: Any) -> None:
        self.gradebook.close()

    @contextlib.contextmanager
    def _session(self, write: bool = False) -> Iterator[OneCommit]:
        """A session that sees what formgrader wrote. What it does not `finish` leaves no trace."""
        try:
            if write and self.sqlite:  # wait for other writers here, before anything is read
                self.gradebook.db.execute(text("BEGIN IMMEDIATE"))
            yield self.gradebook.db()
        except InvalidEntry as error:  # nbgrader's name for any error of the database's
            raise (error.__context__ or error) from None
        finally:
            self.gradebook.db.remove()

    def register(self) -> None:
        """Bring the gradebook up to date with the assignment's source, by GenerateAssignment's own steps."""
        sources = self.course.notebooks(self.assignment)
        where = f"{self.course.path('source', '.', self.assignment)}: "
        remedy = "put the cells back, or move the gradebook away, with what was given by hand"
        remedy += ", and grade again"
        with self._session(write=True) as db:
            old = {nb.name for nb in self.gradebook.update_or_create_assignment(self.assignment).notebooks}
            if old != sources.keys() and self.known:
                raise StaffroomError(f"{where}there are submissions of {', '.join(sorted(old))}; {remedy}")
            for name in old - sources.keys():
                self.gradebook.remove_notebook(name, self.assignment)
            db.finish()
            for name, nb in sources.items():
                before = released(self.course, nb, SaveCells, self.assignment, name)
                before.metadata = nb.metadata
                place = {"notebook": name, "assignment": self.assignment, "db_url": self.url}
                try:
                    SaveCells(config=self.course.config)(before, {"nbgrader": place})
                except RuntimeError as error:
                    raise StaffroomError(f"{where}{first_line(error)}; {remedy}") from error

    def merge(
        self,
        student: str,
        notebooks: dict,
        timestamp: str | None,
        lost: Collection = (),
        changed: Collection = (),
    ) -> None:
        """Write a finished submission's automatic scores, comments and late penalty, as Autograde does; what
        a person gave stays, and is to be looked at again where the cell's answer has `changed`. The notebooks
        that are `lost` have 0 for all of their cells; ValueError where `timestamp`, the text of a
        timestamp.txt, is no time."""
        when = {"timestamp": moment(timestamp)} if timestamp and timestamp.strip() else {}
        with self._session(write=True) as db:
            self.gradebook.update_or_create_student(student)
            db.flush()
            submission = self.gradebook.update_or_create_submission(self.assignment, student, **when)
            db.flush()
            # Locked until they are written, as is the whole of an SQLite file.
            grades = keyed(db.execute(self._rows(Grade, [student], Grade).with_for_update(of=Grade)))
            comments = self._rows(Comment, [student], Comment).with_for_update(of=Comment)
            comments = keyed(db.execute(comments))
            for name, nb in notebooks.items():
                for cell, mark in marks_of(nb, name in lost).items():
                    row, at = grades[name, cell], (name, cell)
                    given = row.manual_score is not None or (row.extra_credit and row.auto_score is not None)
                    again = row.needs_manual_grade or at in changed  # nbgrader would have all looked at again
                    row.auto_score, row.needs_manual_grade = (
                        mark.points,
                        again if given else mark.points is None,
                    )
                for cell in nb.cells:
                    if is_solution(cell) or is_task(cell):
                        row = comments[name, grader(cell)["grade_id"]]
                        row.auto_comment = "No response." if name not in lost and untouched(cell) else None
            if submission.total_seconds_late > 0 or student in self.known:
                db.flush()  # what lateness costs can depend on the score
                self._penalise(submission)
            db.finish()
        self.known.add(student)

    def penalise(self) -> None:
        """Write anew what lateness costs: a due date, an extension or a rule can be set after grading."""
        with self._session(write=True) as db:
            mine = select(Submission).join(Assignment).where(Assignment.name == self.assignment)
            costly = select(Submitted.assignment_id).where(Submitted.late_submission_penalty.is_not(None))
            had = set(db.scalars(costly))
            for submission in db.scalars(mine).all():
                if submission.total_seconds_late > 0 or submission.id in had:
                    self._penalise(submission)
            db.finish()

    def _penalise(self, submission: Submission) -> None:
        late, plugin = submission.total_seconds_late, self.penalties.plugin_inst
        for notebook in submission.notebooks:
            who, score = submission.student_id, notebook.score
            try:
                cost = plugin.late_submission_penalty(who, score, late) if late > 0 else None
                if cost is not None and not math.isfinite(cost):
                    raise ValueError(f"{cost} points are no number")
            except Exception as error:  # a plugin of the course's own
                said = f"the late penalty of {who}: {type(error).__name__}: {first_line(error)}"
                remedy = f"mend {type(plugin).__module__}.{type(plugin).__qualname__}"
                raise StaffroomError(f"{self.course.root / CONFIG}: {said}; {remedy}") from error
            checked = cost is not None and self.penalties._check_late_penalty(notebook, cost)
            notebook.late_submission_penalty = None if cost is None else checked

    def marks(self, student: str) -> Marks:
        """A student's marks as the gradebook has them now."""
        return self.all_marks(student)[student]

    def all_marks(self, *students: str) -> dict[str, Marks]:
        """Student → marks, of these or, where none is named, of everybody."""
        with self._session() as db:
            mine = select(Submission.student_id, Submission.late_submission_penalty).join(Assignment)
            mine = mine.where(Assignment.name == self.assignment)
            mine = mine.where(Submission.student_id.in_(students)) if students else mine
            found: dict[str, Marks] = {who: ({}, float(cost)) for who, cost in db.execute(mine)}
            values = (Grade.score, Grade.max_score, Grade.auto_score, Grade.manual_score)
            rows = self._rows(Grade, students, Submission.student_id, *values, Grade.needs_manual_grade)
            for name, cell, who, score, most, auto, manual, again in db.execute(rows):
                known = manual is not None or auto is not None
                mark = Mark(
                    score if known and not again else None, most, "", manual is not None, again and known
                )
                found[who][0].setdefault(name, {})[cell] = mark
            values = (Submission.student_id, Comment.comment, Comment.manual_comment)
            for name, cell, who, comment, by_hand in db.execute(self._rows(Comment, students, *values)):
                marks = found[who][0]
                if cell in marks.get(name, {}):
                    marks[name][cell].comment = comment or ""
                elif by_hand:  # a person's word on an answer that only tests give points for
                    marks.setdefault(name, {})[cell] = Mark(0.0, 0.0, by_hand)
            return found

    def people(self) -> dict[str, tuple[str, str]]:
        """Every student that the gradebook knows → name ("Last, First") and ID in the LMS, or ""."""
        with self._session() as db:
            columns = (Student.id, Student.last_name, Student.first_name, Student.lms_user_id)
            found = db.execute(select(*columns).order_by(Student.id))
            return {who: (", ".join(filter(None, name)), number or "") for who, *name, number in found}

    def _rows(self, kind: type, students: Sequence[str], *columns: Any) -> Select:
        """What submissions have of Grade or Comment: each one's notebook, its cell and these columns."""
        rows = select(Notebook.name, BaseCell.name, *columns).join_from(kind, kind.cell)
        rows = rows.join(Submitted, kind.notebook).join(Notebook, Submitted.notebook)
        rows = rows.join(Submission, Submitted.assignment).join(Assignment, Submission.assignment)
        rows = rows.where(Assignment.name == self.assignment)
        return rows.where(Submission.student_id.in_(students)) if students else rows


def keyed(rows: Any) -> dict[tuple[str, str], Any]:
    """(Notebook, cell) → the third column."""
    return {(notebook, cell): value for notebook, cell, value in rows}


def moment(timestamp: str) -> Any:
    """The time that a timestamp.txt says, in UTC, read as nbgrader does."""
    try:
        assert len(timestamp) < 200, "to read one takes time that grows with its square"
        # Windows' editors begin a file with U+FEFF, or write UTF-16.
        return parse_utc(timestamp.replace("\0", "").strip("\ufeff\ufffd \t\r\n"))
    except Exception:  # dateutil raises ArithmeticErrors, too
        raise ValueError(f"timestamp.txt: no time: {first_line(timestamp)!r}") from None
