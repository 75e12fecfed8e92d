"""Grade an assignment: each submission by itself, so that none stops the others, and only when it changed.

A finished submission leaves _build/grade/ASSIGNMENT/STUDENT.json: its outcome, a key of all that its grading
depended on, and whether it has reached the gradebook. Each step is one rename or one transaction: killed at
any moment, the next run finds what is finished. Points are read from the gradebook when they are shown: those
given by hand count.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import ClearSolutions

from . import jail, pool
from .book import Book
from .collect import from_exchange
from .course import Course, StaffroomError, files_in, first_line, write_file
from .engine import Package
from .outcome import Mark, Outcome
from .processes import EngineError, TemplateEnded
from .release import released

Tell = Callable[[bool | None, int], None]  # called first, and after each: was it run now, and of how many


@dataclass
class How:
    """How to grade: what the command line says."""

    limits: dict[str, Any] = field(default_factory=dict)  # those that differ from the course's
    workers: int | None = None  # default: one for each core
    scheduler: str | None = None  # a Dask scheduler's address
    sandbox: bool = True
    inside: bool = False  # run the tests in the student's process
    force: bool = False


def package(course: Course, name: str, how: How) -> Package:
    """All that workers need to grade an assignment."""
    known = {item.name: item.type for item in fields(jail.Limits)}
    given = dict(course.config.get("Limits", {}))
    if seconds := course.config.Execute.get("timeout"):
        given.setdefault("cell_seconds", seconds)
    for key in given.keys() - known.keys():
        raise StaffroomError(f"{course.root}: c.Limits.{key}: no such limit; there is: {', '.join(known)}")
    limits = jail.Limits(**{**given, **how.limits})
    sources = course.notebooks(name)
    stubs = {nb: nbformat.writes(released(course, source)) for nb, source in sources.items()}
    files = files_in(course.path("source", ".", name).resolve())
    files = {file: data for file, data in files.items() if not file.endswith(".ipynb")}
    whole = {nb: released(course, source, ClearSolutions) for nb, source in sources.items()}  # with a header
    texts = {nb: nbformat.writes(source) for nb, source in whole.items()}
    return Package(name, texts, stubs, files, limits, how.sandbox, how.inside, str(course.root))


def grade(course: Course, name: str, how: How, tell: Tell) -> list[Outcome]:
    """Grade what lies in the course's submitted/ folder and its exchange; outcomes in the students' order."""
    what = package(course, name, how)
    from_exchange(course, name)
    pattern = course.path("submitted", "[!.]*", name).relative_to(course.root)
    students = [path for path in sorted(course.root.glob(str(pattern.parent))) if path.is_dir()]
    # What cannot be looked into is not taken for empty: it is told below, where it cannot be read.
    hidden = {path for path in students if not os.access(path, os.X_OK)}
    folders = {path.name: path / name for path in students if path in hidden or (path / name).exists()}
    for path in students:
        if not path.name.isprintable():  # no gradebook has room for half a character
            raise StaffroomError(f"{path}: no student's name; rename this folder")
    if not folders:
        place = course.path("submitted", "STUDENT", name)
        raise StaffroomError(f"{place}: no submission yet; put some there, or say where: --submissions PLACE")
    prepared = how.scheduler or pool.forked  # these say by themselves whether a sandbox can be made
    if how.sandbox and not prepared and (reason := jail.probe()):
        raise StaffroomError(f"no sandbox here, so nothing was run: {reason}")
    shared = (what.limits, what.sources, what.released, what.files, what.inside)
    common = hashlib.sha256(repr(shared).encode())
    tell(None, len(folders))
    with alone(course), contextlib.ExitStack() as stack:
        desk = Desk(course, name)
        keys, todo, others = {}, {}, []
        for student, folder in folders.items():
            try:
                keys[student] = _key(common, folder)
            except OSError as error:
                why = f"its files cannot be read ({first_line(error.strerror)}); ask for it again"
                desk.keep(pool.Graded(Outcome(student, name, not_gradable=why)), "", folder)
                tell(True, len(folders))
                continue
            if how.force or not desk.finished(student, keys[student]):
                todo[student] = folder
            else:
                others.append(student)
                tell(False, len(folders))
        workers = pool.Pool(len(todo), how.workers, how.scheduler)
        results: Iterator[tuple[str, Any]] = iter(())
        if todo:  # they are begun while the gradebook is opened
            items = ((student, files_in(folder)) for student, folder in todo.items())
            results = stack.enter_context(workers).map(pool.grade_one, what, items)
        desk.book = stack.enter_context(Book(course, name))
        unmerged = [student for student in others if not desk.merged(student)]
        if todo or unmerged:
            desk.book.register()
        for student in unmerged:
            desk.merge(student)
        for student, result in results:
            everyones = isinstance(result, (EngineError, StaffroomError))
            if everyones and not isinstance(result, TemplateEnded):
                if how.sandbox and not how.scheduler and (reason := jail.probe()):
                    raise StaffroomError(f"no sandbox here, so nothing was run: {reason}")
                raise StaffroomError(f"{student}: {result}; nothing of this submission was kept")
            key = keys[student]
            if isinstance(result, BaseException):  # its template or worker died of it, again and again
                why = f"the grader failed on it ({type(result).__name__}: {first_line(result)})"
                result = pool.Graded(Outcome(student, name, not_gradable=why))
                key = ""  # it is run again the next time
            desk.keep(result, key, folders[student])
            tell(True, len(folders))
        if stale := desk.stale():
            todo or stack.enter_context(workers)
            desk.rewrite(workers, what, stale)
        return [desk.outcome(student) for student in folders]


@contextlib.contextmanager
def alone(course: Course) -> Iterator[None]:
    """Hold the course's lock: the gradebook has one writer."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    course.build().mkdir(parents=True, exist_ok=True)
    with course.build(".grading").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StaffroomError(
                f"{course.root}: another staffroom grade is at work here; wait for it"
            ) from None
        yield


def finished(course: Course, name: str) -> list[Outcome]:
    """The outcomes of everything graded so far."""
    course.notebooks(name)
    journals = sorted(course.build("grade", name).glob("*.json"))
    if not journals:
        return []
    with Book(course, name) as book:
        desk = Desk(course, name)
        desk.book = book
        return [desk.outcome(path.stem) for path in journals]


class Desk:
    """Where finished submissions are written down: journal, autograded notebooks, gradebook, feedback."""

    def __init__(self, course: Course, name: str) -> None:
        self.course, self.name = course, name
        self.records: dict[str, dict[str, Any]] = {}
        self.marks: dict[str, tuple[dict, float]] = {}  # the book's, as read right after merging

    def finished(self, student: str, key: str) -> bool:
        """Whether an earlier run finished this, with the same inputs, and what it made is still there."""
        record = self._record(student)
        if record.get("key") != key or not isinstance(record.get("outcome"), dict):
            return False
        autograded = self.course.path("autograded", student, self.name)
        names = {f"{question['notebook']}.ipynb" for question in record["outcome"]["questions"]}
        there = autograded.is_dir() and all((autograded / name).is_file() for name in names)
        return bool(record["outcome"]["not_gradable"]) or there

    def merged(self, student: str) -> bool:
        """Whether the gradebook has it, or will never have it."""
        record = self._record(student)
        return bool(record["outcome"]["not_gradable"]) or (record["merged"] and student in self.book.known)

    def keep(self, result: pool.Graded, key: str, folder: Path) -> None:
        """Write down what a worker sent back."""
        outcome = result.outcome
        student = outcome.student
        record = {"key": key, "merged": False, "shown": None}
        if outcome.not_gradable:
            file = folder / outcome.file if outcome.file else folder
            outcome.file = file.relative_to(self.course.root).as_posix()
            self._write(student, record | {"outcome": asdict(outcome)})
            return
        # A folder could have a notebook's name, too.
        files = {name: data for name, data in files_in(folder).items() if ".ipynb/" not in f"{name}/"}
        files |= {f"{name}.ipynb": json.dumps(nb).encode() for name, nb in result.notebooks.items()}
        self.course.replace(self.course.path("autograded", student, self.name), files)
        self._write(student, record | {"outcome": asdict(outcome)})
        self.merge(student, result)

    def merge(self, student: str, result: pool.Graded | None = None) -> None:
        """Bring a journaled submission into the gradebook, and its feedback to where students find it."""
        # This copy is a file; the student's own could be a link to something that is not theirs.
        place = self.course.path("autograded", student, self.name) / "timestamp.txt"
        timestamp = place.read_text(errors="replace") if place.is_file() else None
        notebooks, record = result.notebooks if result else self._notebooks(student), self._record(student)
        try:
            self.book.merge(student, notebooks, timestamp)
        except ValueError as error:
            record["outcome"]["about"].append(f"{error}: taken for handed in on time")
            self.book.merge(student, notebooks, None)
        if result:
            marks, penalty = self.marks[student] = self.book.marks(student)
            if result.marks == marks and not penalty:  # nothing by hand: the worker's page is right
                self._pages(student, result.pages)
                record["shown"] = _digest(marks, penalty)
        self._write(student, record | {"merged": True})

    def stale(self) -> list[str]:
        """The students whose feedback does not show the marks that the gradebook has now."""
        found = []
        for student, record in self.records.items():
            if not record["outcome"]["not_gradable"]:
                there = self.course.path("feedback", student, self.name).is_dir()
                if not there or record["shown"] != _digest(*self._marks(student)):
                    found.append(student)
        return found

    def rewrite(self, workers: pool.Pool, what: Package, students: list[str]) -> None:
        """Write the feedback of these students once more, with the marks as they are now."""

        def items() -> Iterator[tuple]:
            for student in students:
                marks, _ = self.book.marks(student)
                outcome = self.outcome(student)
                for name, nb in self._notebooks(student).items():
                    yield (student, name), nbformat.writes(nb), marks[name], outcome

        pages: dict[str, dict[str, bytes]] = {}
        for (student, name), page in workers.map(pool.render, what, items()):
            if isinstance(page, BaseException):
                raise page
            pages.setdefault(student, {})[name] = page
            if len(pages[student]) == len(self._notebooks(student)):
                self._pages(student, pages.pop(student))
                self._write(student, self.records[student] | {"shown": _digest(*self.book.marks(student))})

    def outcome(self, student: str) -> Outcome:
        """A submission's outcome with the points as the gradebook has them now."""
        outcome = Outcome.from_json(self._record(student)["outcome"])
        if outcome.not_gradable:
            return outcome
        found, outcome.penalty = self._marks(student)
        for question in outcome.questions:
            mine = [found[question.notebook][cell] for cell in question.cells]
            waiting = any(mark.points is None for mark in mine)
            question.points = None if waiting else float(sum(mark.points for mark in mine))
            if any(mark.by_hand for mark in mine):
                question.reason, question.stopped = "points given by hand", False
            elif question.points == 0 and question.max_points and not question.reason:
                question.reason, question.stopped = "not answered", True  # still the stub, for a person
        return outcome

    def _marks(self, student: str) -> tuple[dict[str, dict[str, Mark]], float]:
        return self.marks.get(student) or self.book.marks(student)

    def _record(self, student: str) -> dict[str, Any]:
        if student not in self.records:
            try:
                self.records[student] = json.loads(self._journal(student).read_bytes())
            except (OSError, ValueError):
                return {}
        return self.records[student]

    def _write(self, student: str, record: dict[str, Any]) -> None:
        self.records[student] = record
        write_file(self._journal(student), json.dumps(record).encode())

    def _journal(self, student: str) -> Path:
        return self.course.build("grade", self.name, f"{student}.json")

    def _notebooks(self, student: str) -> dict[str, nbformat.NotebookNode]:
        place = self.course.path("autograded", student, self.name)
        try:
            return {path.stem: nbformat.read(path, as_version=4) for path in sorted(place.glob("*.ipynb"))}
        except Exception as error:  # damaged notebooks raise nearly everything
            remedy = "remove this folder and run the same command again"
            raise StaffroomError(f"{place}: damaged ({first_line(error)}); {remedy}") from error

    def _pages(self, student: str, pages: dict[str, bytes]) -> None:
        place = self.course.path("feedback", student, self.name)
        self.course.replace(place, {f"{name}.html": page for name, page in pages.items()})


def _key(common: Any, folder: Path) -> str:
    """A digest of all that grading a submission depends on; `common` is one of what they all share."""
    made = common.copy()
    made.update(repr(files_in(folder)).encode())
    return made.hexdigest()


def _digest(marks: dict[str, dict[str, Mark]], penalty: float) -> str:
    data = {name: {cell: asdict(mark) for cell, mark in cells.items()} for name, cells in marks.items()}
    return hashlib.sha256(json.dumps([data, penalty]).encode()).hexdigest()
