"""Grade an assignment: each submission by itself, so that none stops the others, and only when it changed.

A finished submission leaves _build/grade/ASSIGNMENT/STUDENT.json: its outcome, a key of all that its grading
depended on, and whether it has reached the gradebook. Each step is one rename or one transaction: killed at
any moment, the next run finds what is finished. Points are read from the gradebook when they are shown: those
given by hand count.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
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
SOLUTION = ""  # stands among the students for the instructor's own solution
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
            raise StaffroomError(
                f"{course.root / CONFIG}: c.Limits.{key} = {value!r}: it is a number above 0"
            )
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
    prepared = how.scheduler or pool.forked  # these say by themselves whether a sandbox can be made
    if how.sandbox and not prepared and (reason := jail.probe()):
        raise StaffroomError(f"no sandbox here, so nothing was run: {reason}")
    common = _digest((what.limits, what.sources, what.released, what.files, what.inside))
    tell(None, len(folders))
    with alone(course), contextlib.ExitStack() as stack:
        desk = Desk(course, name)
        keys, todo, others = {}, {}, []
        for student, folder in folders.items():
            try:
                keys[student] = _digest((common, files_in(folder)))
            except OSError as error:
                why = f"its files cannot be read ({first_line(error.strerror)}); ask for it again"
                desk.keep(pool.Graded(Outcome(student, name, not_gradable=why)), "", folder)
                tell(True, len(folders))
                continue
            if how.force:  # also when it is killed before it comes to this one
                desk.forget(student)
            if not desk.finished(student, keys[student]):
                todo[student] = folder
            else:
                others.append(student)
                tell(False, len(folders))
        workers = pool.Pool(len(todo), how.workers, how.scheduler)
        results: Iterator[tuple[str, Any]] = iter(())
        if todo:  # they are begun while the gradebook is opened
            items = ((student, files_in(folder)) for student, folder in todo.items())
            say = partial(tell, None, len(folders))
            results = checked(course, what, how, common, stack.enter_context(workers), items, say)
        desk.book = stack.enter_context(Book(course, name))
        unmerged = [student for student in others if not desk.merged(student)]
        if todo or unmerged:
            desk.book.register()
        for student in unmerged:
            desk.merge(student)
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
        desk.book.penalise()
        desk.read()
        for student in folders:
            desk.refresh(student, what)
        return [desk.outcome(student) for student in folders]


def checked(
    course: Course,
    what: Package,
    how: How,
    common: str,
    workers: pool.Pool,
    items: Iterator[tuple],
    say: Callable[[str], None],
) -> Iterator[tuple[str, Any]]:
    """What the workers make of the items, once the instructor's own solution has got every point. A test
    that cannot run here, or a package that is missing, would cost every student the same points. And before
    tests run outside, it is proven that their verdicts are the same there."""
    # Whether a package is there, its folder's time tells.
    installed = os.stat(sysconfig.get_path("purelib")).st_mtime_ns
    passed, key = course.build("grade", f"{what.assignment}.solution"), _digest((common, installed))
    wanted = _settings(course, *SETTINGS).get("check", True) if how.check is None else how.check
    known = passed.is_file() and passed.read_text() == key
    if not what.inside and not known and (found := proof.without_meaning(what)):
        raise StaffroomError(_differs(course, what, found))
    if not wanted or (known and not how.force):
        return workers.map(pool.grade_one, what, items)
    # Before LockCells: what clears solutions can be a step of the course's own, which is not known as that.
    sources = course.notebooks(what.assignment).items()
    whole = {nb: released(course, source, LockCells, what.assignment, nb) for nb, source in sources}
    solution = {f"{nb}.ipynb": nbformat.writes(cells).encode() for nb, cells in whole.items()}
    if not what.inside:
        [(_, result)] = workers.map(pool.grade_one, what, iter([(SOLUTION, solution)]))
        if _engines(result):
            return iter([(str(course.path("source", ".", what.assignment)), result)])
        if lost := _lost(result):
            raise StaffroomError(_refusal(course, what, lost, solution))
        if found := proof.prove(what, whole, result, workers, delimiters(course), say):
            raise StaffroomError(_differs(course, what, found))
        write_file(passed, key.encode())
        return workers.map(pool.grade_one, what, items)
    results = workers.map(pool.grade_one, what, itertools.chain([(SOLUTION, solution)], items))

    def after() -> Iterator[tuple[str, Any]]:
        early = []  # what is finished before it
        for student, result in results:
            if student == SOLUTION:
                break
            early.append((student, result))
        if _engines(result):
            yield str(course.path("source", ".", what.assignment)), result
        if lost := _lost(result):
            raise StaffroomError(_refusal(course, what, lost, solution))
        write_file(passed, key.encode())
        yield from early
        yield from results

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


def _refusal(course: Course, what: Package, lost: list[str], solution: dict[str, bytes]) -> str:
    said = "; ".join(lost[:5]) + f"; and {len(lost) - 5} questions more" * (len(lost) > 5)
    remedy = "mend it or the test, install what is missing, or grade all the same: --no-check"
    inside = replace(what, inside=True)
    if not what.inside and not _lost(pool.attempt(pool.grade_one, inside, (SOLUTION, solution))):
        remedy = f"with --tests inside it gets every point; {CONFIG} keeps that: c.Staffroom.tests = 'inside'"
    place = course.path("source", ".", what.assignment)
    return f"{place}: your own solution loses points, so no submission was graded: {said}; {remedy}"


def _differs(course: Course, what: Package, found: dict[str, str]) -> str:
    said = "; ".join(f"{cell}: {why}" for cell, why in list(found.items())[:5])
    said += f"; and {len(found) - 5} cells more" * (len(found) > 5)
    remedy = f"rewrite them (the instructors' page says how), or {CONFIG} says: c.Staffroom.tests = 'inside'"
    place = course.path("source", ".", what.assignment)
    return (
        f"{place}: outside, tests do not mean what they mean inside, so nothing was graded: {said}; {remedy}"
    )


def delimiters(course: Course) -> tuple[str, str]:
    """What a solution stands between."""
    step = ClearSolutions(config=course.config)
    return step.begin_solution_delimeter, step.end_solution_delimeter


@contextlib.contextmanager
def alone(course: Course) -> Iterator[None]:
    """Hold the course's lock: the gradebook has one writer."""
    import fcntl  # which Windows lacks, where no student's process could be started either

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
        desk = Desk(course, name)
        desk.book = book
        desk.read()
        for path in journals:
            if not desk.merged(path.stem):  # what the gradebook has is about an earlier answer, or nothing
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

    def __init__(self, course: Course, name: str) -> None:
        self.course, self.name = course, name
        self.records: dict[str, dict[str, Any]] = {}
        self.marks: dict[str, Marks] = {}  # the book's, read once

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
        if "outcome" not in (record := self._record(student)):  # damaged, or only begun
            return False
        return bool(record["outcome"]["not_gradable"]) or (record["merged"] and student in self.book.known)

    def forget(self, student: str) -> None:
        """Have this run again."""
        if record := self._record(student):
            self._write(student, record | {"key": ""})

    def keep(self, result: pool.Graded, key: str, folder: Path) -> None:
        """Write down what a worker sent back."""
        outcome, student = result.outcome, result.outcome.student
        place = folder.relative_to(self.course.root)
        old, answers = self._record(student), _answers(outcome, result.notebooks)
        doubtful = old.get("doubtful", {}) if old else None  # None: see merge()
        if not (known := old.get("answers", {})) and (known := self._earlier(outcome)):
            self._write(student, old | {"answers": known, "doubtful": doubtful})  # before that folder changes
        outcome.lost = {n: [(place / file).as_posix(), why] for n, (file, why) in outcome.lost.items()}
        if outcome.not_gradable:
            outcome.file = (place / outcome.file).as_posix()
        else:  # a folder could have a notebook's name, too
            files = {name: data for name, data in files_in(folder).items() if ".ipynb/" not in f"{name}/"}
            files = {feedback.shelved(name): data for name, data in files.items()}
            files |= {f"{name}.ipynb": json.dumps(nb).encode() for name, nb in result.notebooks.items()}
            self.course.replace(self.course.path("autograded", student, self.name), files)
        waiting = [] if old.get("merged") else old.get("changed", [])
        changed = sorted({*waiting, *(at for at, new in answers.items() if known.get(at, new) != new)})
        record = {"key": key, "merged": False, "shown": None, "outcome": asdict(outcome)}
        record |= {"answers": known | answers, "changed": changed, "doubtful": doubtful}
        self._write(student, record)
        if not outcome.not_gradable:
            self.merge(student, result)

    def merge(self, student: str, result: pool.Graded | None = None) -> None:
        """Bring a journaled submission into the gradebook, and its feedback to where students find it."""
        # This copy is a file; the student's own could be a link to something that is not theirs.
        place = self.course.path("autograded", student, self.name) / "timestamp.txt"
        timestamp = place.read_text(errors="replace") if place.is_file() else None
        notebooks, record = result.notebooks if result else self._notebooks(student), self._record(student)
        lost = record["outcome"].get("lost", ())
        changed = {tuple(at.split("/", 1)) for at in record.get("changed", ())}
        new = student not in self.book.known
        try:
            self.book.merge(student, notebooks, timestamp, lost, changed)
        except ValueError as error:
            record["outcome"]["about"].append(f"{error}: taken for handed in on time")
            self.book.merge(student, notebooks, None, lost, changed)
        # Without a journal (somebody removed _build) the gradebook alone knows what waits.
        lacking = record.get("doubtful", {}) is None
        record["doubtful"] = record.get("doubtful") or {}
        found = self.book.marks(student)[0] if changed or (lacking and not new) else {}
        for name, mine in found.items():
            for cell, mark in mine.items():
                if mark.unsure and (lacking or (name, cell) in changed):  # for an answer no longer there
                    record["doubtful"][f"{name}/{cell}"] = mark.points
        if result:
            made = _seen((result.marks, 0.0))
            if new or made == _seen(self.book.marks(student)):  # nothing by hand: the worker's page is right
                self._pages(student, result.pages)
                record["shown"] = made
        self._write(student, record | {"merged": True})

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
            self._write(student, self.records[student] | {"shown": now})

    def outcome(self, student: str) -> Outcome:
        """A submission's outcome with the points as the gradebook has them now."""
        outcome = Outcome.from_json(self._record(student)["outcome"])
        if outcome.not_gradable:
            return outcome
        found, outcome.penalty = self.marks[student]
        for question in outcome.questions:
            mine = [found[question.notebook][cell] for cell in question.cells]
            waiting = any(mark.points is None for mark in mine)
            question.points = None if waiting else float(sum(mark.points for mark in mine))
            again = any(mark.unsure and mark.points is None for mark in mine)
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

    def read(self) -> None:
        """Read what points the gradebook has now."""
        self.marks = self.book.all_marks()
        for student, (found, _) in self.marks.items():
            for at, points in (self._record(student).get("doubtful") or {}).items():
                name, cell = at.split("/", 1)
                mark = found.get(name, {}).get(cell)
                if mark and mark.unsure and mark.points == points:  # nobody has looked at it again
                    mark.points = None

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

    def _earlier(self, outcome: Outcome) -> dict[str, str]:
        """What was handed in the last time, where no journal says it."""
        try:
            return _answers(outcome, self._notebooks(outcome.student)) if outcome.questions else {}
        except StaffroomError:  # it is damaged, and replaced now
            return {}

    def _pages(self, student: str, pages: dict[str, bytes]) -> None:
        place = self.course.path("feedback", student, self.name)
        self.course.replace(place, {f"{name}.html": page for name, page in pages.items()})


def _answers(outcome: Outcome, notebooks: dict[str, nbformat.NotebookNode]) -> dict[str, str]:
    """Notebook and graded cell → a digest of what was handed in for it."""
    found = {}
    for question in outcome.questions:
        cells = notebooks[question.notebook].cells if question.notebook in notebooks else []
        known = {grader(cell).get("grade_id"): cell for cell in cells}
        about, graded = [], True  # the answers that no graded cell comes between; the last names the question
        for cell in cells:
            whole = is_grade(cell) or is_task(cell)
            if is_solution(cell) or is_task(cell):
                about, graded = [*([] if graded or whole else about), cell], whole
            graded = graded or whole
            if grader(cell).get("grade_id") == question.name:
                break
        for at in known.keys() & {*question.cells}:  # a task's answer are the cells around it
            mine = cells if is_task(known[at]) else about
            # What is locked is the instructor's, who may mend a test or a text.
            seen = [(cell.source, cell.get("attachments")) for cell in mine if not is_locked(cell)]
            found[f"{question.notebook}/{at}"] = _digest(seen)
    return found


def _seen(marks: Marks) -> str:
    """A digest of what feedback shows of these marks."""
    rows = []
    for name, mine in marks[0].items():
        for cell, mark in mine.items():
            points = None if mark.points is None else float(mark.points)
            rows.append((name, cell, points, float(mark.max_points), mark.comment, mark.by_hand))
    return _digest((sorted(rows), float(marks[1])))


def _digest(data: Any) -> str:
    return hashlib.sha256(repr(data).encode()).hexdigest()
