"""Grade an assignment: each submission by itself, so that none stops the others, and only when it changed.

A finished submission leaves _build/grade/ASSIGNMENT/STUDENT.json: its outcome, a key of all that its grading
depended on, and whether it has reached the gradebook. Each step is one rename or one transaction: killed at
any moment, the next run finds what is finished. Points are read from the gradebook when they are shown: those
given by hand count.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import ClearSolutions, LockCells, SaveCells
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from . import feedback, jail, pool, proof
from .book import Book, Marks
from .collect import from_exchange
from .course import CONFIG, Course, StaffroomError, files_in, first_line, grader, write_file
from .engine import Package, error_of
from .outcome import Outcome
from .processes import EngineError, TemplateEnded
from .release import released

# Called first, and after each: was it run now, and of how many; with a text while the tests are checked.
Tell = Callable[..., None]
WHERE = ("inside", "outside")
SETTINGS = ("Staffroom", ["tests", "check"])  # what a configuration may say that limits nothing


@dataclass
class How:
    """How to grade: what the command line says."""

    limits: dict[str, Any] = field(default_factory=dict)  # those that differ from the course's
    workers: int | None = None  # default: one for each core
    scheduler: str | None = None  # a Dask scheduler's address
    sandbox: bool = True
    tests: str | None = None  # "outside", "inside" the student's process; default: what the course says
    check: bool | None = None  # grade nothing that the instructor's own solution speaks against; default: so
    force: bool = False


def package(course: Course, name: str, how: How) -> Package:
    """All that workers need to grade an assignment."""
    given = _settings(course, "Limits", [item.name for item in fields(jail.Limits)])
    for key, value in given.items():
        if type(value) not in (int, float) or value <= 0:
            said = f"c.Limits.{key} = {value!r}: it is a number above 0"
            raise StaffroomError(f"{course.root / CONFIG}: {said}")
    if (seconds := course.config.Execute.get("timeout")) and seconds > 0:
        given.setdefault("cell_seconds", seconds)
    limits = jail.Limits(**{**given, **how.limits})
    tests = how.tests or _settings(course, *SETTINGS).get("tests", WHERE[0])
    if tests not in WHERE:
        said = f"c.Staffroom.tests = {tests!r}: it is one of: {', '.join(WHERE)}"
        raise StaffroomError(f"{course.root / CONFIG}: {said}")
    sources = course.notebooks(name)
    texts, stubs = {}, {}
    for nb, source in sources.items():
        whole, kept = (released(course, source, step, name, nb) for step in (ClearSolutions, SaveCells))
        ids = {grader(cell).get("grade_id") for cell in kept.cells}
        # What a step of the course's own takes away before the gradebook is told of it counts nowhere.
        whole.cells = [cell for cell in whole.cells if grader(cell).get("grade_id") in {None, *ids}]
        texts[nb] = nbformat.writes(whole)
        stubs[nb] = nbformat.writes(released(course, source, None, name, nb))
    files = {file: data for file, data in course.given(name).items() if not file.endswith(".ipynb")}
    return Package(name, texts, stubs, files, limits, how.sandbox, tests == "inside", str(course.root))


def _settings(course: Course, section: str, known: list[str]) -> dict[str, Any]:
    """What the course's configuration says in a section of ours."""
    given = dict(course.config.get(section, {}))
    for key in given.keys() - {*known}:
        said = f"c.{section}.{key}: no such setting; there is: {', '.join(known)}"
        raise StaffroomError(f"{course.root / CONFIG}: {said}")
    return given


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
    prepared = how.scheduler or pool.ready  # these say by themselves whether a sandbox can be made
    if how.sandbox and not prepared and (reason := jail.probe()):
        raise StaffroomError(f"no sandbox here, so nothing was run: {reason}")
    common = _digest((what.limits, what.sources, what.released, what.files, what.inside))
    tell(None, len(folders))
    with alone(course), Book(course, name) as book, contextlib.ExitStack() as stack:
        desk = Desk(course, name, book)
        keys, todo = {}, {}
        for student, folder in folders.items():
            try:
                keys[student] = _digest((common, files_in(folder)))
            except OSError as error:
                why = f"its files cannot be read ({first_line(error.strerror)}); ask for it again"
                desk.keep(pool.Graded(Outcome(student, name, not_gradable=why)), "", folder)
                tell(True, len(folders))
                continue
            if how.force and (record := desk.record(student)):  # also when killed before it comes to this one
                desk.write(student, record | {"key": ""})
            if not desk.finished(student, keys[student]):
                todo[student] = folder
            else:
                tell(False, len(folders))
        results: Iterator[tuple[str, Any]] = iter(())
        if todo:
            workers = stack.enter_context(pool.Pool(len(todo), how.workers, how.scheduler))
            items = ((student, files_in(folder)) for student, folder in todo.items())
            results = checked(course, what, how, common, workers, items, partial(tell, None, len(folders)))
            book.register()  # while they work
        for student, result in results:
            if _engines(result):
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
        book.penalise()
        desk.marks = book.all_marks()
        for student in folders:
            desk.refresh(student, what)
        return [desk.outcome(student) for student in folders]


def checked(
    course: Course, what: Package, how: How, common: str, workers: pool.Pool, items: Iterator, say: Callable
) -> Iterator[tuple[str, Any]]:
    """What the workers make of the items, once the instructor's own solution has got every point. A test
    that cannot run here, or a package that is missing, would cost every student the same points. And before
    tests run outside, it is proven that their verdicts are the same there."""
    # Whether a package is there, its folder's time tells.
    installed = os.stat(sysconfig.get_path("purelib")).st_mtime_ns
    passed, key = course.build("grade", f"{what.assignment}.solution"), _digest((common, installed))
    wanted = _settings(course, *SETTINGS).get("check", True) if how.check is None else how.check
    known, place = passed.is_file() and passed.read_text() == key, course.path("source", ".", what.assignment)

    def refused(why: str, found: list[str], remedy: str) -> StaffroomError:
        said = "; ".join(found[:5]) + f"; and {len(found) - 5} more" * (len(found) > 5)
        return StaffroomError(f"{place}: {why}, so no submission was graded: {said}; {remedy}")

    def differs(found: dict[str, str]) -> StaffroomError:
        inside = f"{CONFIG} says: c.Staffroom.tests = 'inside'"
        remedy = f"rewrite them (the instructors' page says how), or {inside}"
        told = [f"{cell}: {why}" for cell, why in found.items()]
        return refused("outside, tests do not mean what they mean inside", told, remedy)

    if not what.inside and not known and (found := proof.without_meaning(what)):
        raise differs(found)
    if not wanted or (known and not how.force):
        return workers.map(pool.grade_one, what, items)
    # Before LockCells: what clears solutions can be a step of the course's own, which is not known as that.
    sources = course.notebooks(what.assignment).items()
    whole = {nb: released(course, source, LockCells, what.assignment, nb) for nb, source in sources}
    solution = {f"{nb}.ipynb": nbformat.writes(cells).encode() for nb, cells in whole.items()}
    first = workers.map(pool.grade_one, what, iter([("", solution)]))  # it is begun now

    def after() -> Iterator[tuple[str, Any]]:
        [(_, result)] = first
        if _engines(result):
            yield str(place), result
        if lost := _lost(result):
            remedy = "mend it or the test, install what is missing, or grade all the same: --no-check"
            inside = replace(what, inside=True)
            if not what.inside and not _lost(pool.attempt(pool.grade_one, inside, ("", solution))):
                remedy = "with --tests inside it gets every point; "
                remedy += f"{CONFIG} keeps that: c.Staffroom.tests = 'inside'"
            raise refused("your own solution loses points", lost, remedy)
        if not what.inside and (found := proof.prove(what, whole, result, workers, delimiters(course), say)):
            raise differs(found)
        write_file(passed, key.encode())
        yield from workers.map(pool.grade_one, what, items)

    return after()


def _engines(result: Any) -> bool:
    """Whether this is an error that no submission has caused."""
    return isinstance(result, (EngineError, StaffroomError)) and not isinstance(result, TemplateEnded)


def _lost(result: pool.Graded | Exception) -> list[str]:
    """Where the instructor's solution does not get every point, and why."""
    if isinstance(result, Exception):
        return [first_line(result)]
    if result.outcome.not_gradable:
        return [result.outcome.not_gradable]
    asked = (q for q in result.outcome.questions if q.points is not None and q.points < q.max_points)
    lost = [
        f"{q.name} has {q.points:g} of {q.max_points:g} ({q.reason or 'its tests gave no more'})"
        for q in asked
        if not result.marks[q.notebook][q.cells[0]].comment  # "No response." to what a person grades
    ]
    given = (cell for nb in result.notebooks.values() for cell in nb.cells if not is_grade(cell))
    errors = [error for cell in given if (error := error_of(cell))]  # an import's, say, which tells more
    return [first_line(f"{error.ename}: {error.evalue}") for error in errors if lost][:1] + lost


def delimiters(course: Course) -> tuple[str, str]:
    """What a solution stands between."""
    step = ClearSolutions(config=course.config)
    return step.begin_solution_delimeter, step.end_solution_delimeter


@contextlib.contextmanager
def alone(course: Course) -> Iterator[None]:
    """Hold the course's lock: the gradebook has one writer."""
    course.build().mkdir(parents=True, exist_ok=True)
    with course.build(".grading").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            said = f"{course.root}: another staffroom grade is at work here; wait for it"
            raise StaffroomError(said) from None
        yield


def finished(course: Course, name: str) -> list[Outcome]:
    """The outcomes of everything graded so far."""
    course.notebooks(name)
    journals = sorted(course.build("grade", name).glob("*.json"))
    if not journals:
        return []
    with Book(course, name) as book:
        desk = Desk(course, name, book)
        desk.marks = book.all_marks()
        for path in journals:
            known = desk.record(path.stem).get("outcome")
            if not known or not (known["not_gradable"] or path.stem in book.known):
                remedy = "or remove this file, if nobody has handed that in"
                said = f"the gradebook does not have this yet; run: staffroom grade {name}"
                raise StaffroomError(f"{path}: {said} ({remedy})")
        return [desk.outcome(path.stem) for path in journals]


def people(course: Course, name: str) -> dict[str, tuple[str, str]]:
    """Every student of the gradebook → name, and ID in the LMS."""
    with Book(course, name) as book:
        return book.people()


class Desk:
    """Where finished submissions are written down: journal, autograded notebooks, gradebook, feedback."""

    def __init__(self, course: Course, name: str, book: Book) -> None:
        self.course, self.name, self.book = course, name, book
        self.records: dict[str, dict[str, Any]] = {}
        self.marks: dict[str, Marks] = {}  # the book's, read once

    def finished(self, student: str, key: str) -> bool:
        """Whether an earlier run finished this, with the same inputs, and what it made is still there."""
        record = self.record(student)
        if record.get("key") != key or not isinstance(record.get("outcome"), dict):
            return False
        autograded = self.course.path("autograded", student, self.name)
        names = {f"{question['notebook']}.ipynb" for question in record["outcome"]["questions"]}
        there = autograded.is_dir() and all((autograded / name).is_file() for name in names)
        return bool(record["outcome"]["not_gradable"]) or (there and student in self.book.known)

    def keep(self, result: pool.Graded, key: str, folder: Path) -> None:
        """Write down what a worker sent back, in the journal last: killed before that, it is run again."""
        outcome, student, shown = result.outcome, result.outcome.student, None
        place = folder.relative_to(self.course.root)
        outcome.lost = {n: [(place / file).as_posix(), why] for n, (file, why) in outcome.lost.items()}
        if outcome.not_gradable:
            outcome.file = (place / outcome.file).as_posix()
        else:  # a folder could have a notebook's name, too
            files = {name: data for name, data in files_in(folder).items() if ".ipynb/" not in f"{name}/"}
            files = {feedback.shelved(name): data for name, data in files.items()}
            timestamp = files.get("timestamp.txt", b"").decode(errors="replace")
            files |= {f"{name}.ipynb": json.dumps(nb).encode() for name, nb in result.notebooks.items()}
            known: dict[tuple[str, str], str] = {}
            with contextlib.suppress(StaffroomError):  # the earlier one is damaged, and replaced now
                known = _answers(self._notebooks(student))
            changed = {at for at, new in _answers(result.notebooks).items() if known.get(at) != new}
            first = student not in self.book.known
            self.write(student, {})  # killed from here on, it is not exported before it is graded again
            try:
                self.book.merge(student, result.notebooks, timestamp, outcome.lost, changed)
            except ValueError as error:
                outcome.about.append(f"{error}: taken for handed in on time")
                self.book.merge(student, result.notebooks, None, outcome.lost, changed)
            self.course.replace(self.course.path("autograded", student, self.name), files)
            made = _seen((result.marks, 0.0))
            if first or made == _seen(self.book.marks(student)):  # nothing by hand, as on the worker's page
                self._pages(student, result.pages)
                shown = made
        self.write(student, {"key": key, "shown": shown, "outcome": asdict(outcome)})

    def refresh(self, student: str, what: Package) -> None:
        """Write the feedback once more where it does not show the marks that the gradebook has now."""
        outcome, place = self.outcome(student), self.course.path("feedback", student, self.name)
        if outcome.not_gradable:
            return
        marks, now = self.marks[student][0], _seen(self.marks[student])
        if self.records[student]["shown"] != now or not place.is_dir():
            pages = {
                name: feedback.render(name, nb, marks.get(name, {}), outcome, what.stubs[name])
                for name, nb in self._notebooks(student).items()
            }
            self._pages(student, pages)
            self.write(student, self.records[student] | {"shown": now})

    def outcome(self, student: str) -> Outcome:
        """A submission's outcome with the points as the gradebook has them now."""
        outcome = Outcome.from_json(self.record(student)["outcome"])
        if outcome.not_gradable:
            return outcome
        found, outcome.penalty = self.marks[student]
        for question in outcome.questions:
            mine = [found[question.notebook][cell] for cell in question.cells]
            waiting = any(mark.points is None for mark in mine)
            question.points = None if waiting else float(sum(mark.points for mark in mine))
            again = any(mark.unsure for mark in mine)
            if again or any(mark.by_hand for mark in mine):
                question.reason, question.stopped = feedback.AGAIN if again else feedback.BY_HAND, False
            elif question.points == 0 and question.max_points and not question.reason:
                untouched = question.name in question.cells  # for a person, and still the stub
                question.reason = feedback.UNTOUCHED if untouched else "a test gave no points"
                question.stopped = untouched
        failed = {question.notebook for question in outcome.questions if question.stopped}
        outcome.lost = {name: why for name, why in outcome.lost.items() if name in failed}
        outcome.file = ", ".join(dict.fromkeys(file for file, _ in outcome.lost.values()))
        return outcome

    def record(self, student: str) -> dict[str, Any]:
        """What the journal says of a student; nothing where it is damaged."""
        if student not in self.records:
            with contextlib.suppress(OSError, ValueError):
                self.records[student] = json.loads(self._journal(student).read_bytes())
        return self.records.get(student, {})

    def write(self, student: str, record: dict[str, Any]) -> None:
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


def _answers(notebooks: dict[str, nbformat.NotebookNode]) -> dict[tuple[str, str], str]:
    """Notebook and graded cell → a digest of what was handed in for it."""
    found = {}
    for name, nb in notebooks.items():
        about, graded = [], True  # the answers that no graded cell comes between
        for cell in nb.cells:
            whole = is_grade(cell) or is_task(cell)
            if is_solution(cell) or is_task(cell):
                about, graded = [*([] if graded or whole else about), cell], False
            if whole:
                mine, graded = nb.cells if is_task(cell) else about, True  # a task's are the cells around it
                # What is locked is the instructor's, who may mend a test or a text.
                seen = [(c.source, c.get("attachments")) for c in mine if not is_locked(c)]
                found[name, grader(cell)["grade_id"]] = _digest(seen)
    return found


def _seen(marks: Marks) -> str:
    """A digest of what feedback shows of these marks."""
    rows = [
        (name, cell, str(mark.points), mark.max_points, mark.comment, mark.by_hand)
        for name, mine in marks[0].items()
        for cell, mark in mine.items()
    ]
    return _digest((sorted(rows), float(marks[1])))


def _digest(data: Any) -> str:
    return hashlib.sha256(repr(data).encode()).hexdigest()
