"""The gradebook: what nbgrader would write, all of it or nothing, and nothing of what a person gave."""

from __future__ import annotations

import contextlib
import copy
import functools
import itertools
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import nbformat
import psycopg2
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output
from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties, OverwriteCells, SaveAutoGrades
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from staffroom.book import Book, moment
from staffroom.course import Course, StaffroomError, files_in
from staffroom.outcome import Mark
from staffroom.release import released
from tests.staffroom.conftest import ROOT, source_notebook, write_course

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # as staffroom.book does
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
QUIET = "-c listen_addresses= -c autovacuum=off -F"  # a socket only, nothing in the background, no fsync
NUMBERS = itertools.count()
ERROR = [new_output("error", ename="AssertionError", evalue="no", traceback=["no"])]
PARTIAL = [new_output("execute_result", data={"text/plain": "1.5"}, execution_count=1)]
WARNED = [new_output("stream", name="stdout", text="3 warnings")]
LATE, EARLY = "2026-03-02 00:00:00 UTC", "2026-02-27 09:00:00 +0100"


class Harsh(LateSubmissionPlugin):
    """Takes off a point for each hour: soon more than there are."""

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        return total_seconds_late / 3600


def sources() -> dict[str, NotebookNode]:
    """The small course's notebook, and another in which a person gives points for a task."""
    second = source_notebook()
    second.cells = second.cells[2:4]  # the same grade ids as in the first notebook
    meta = {"grade": False, "solution": False, "locked": False, "task": True, "schema_version": 3}
    meta |= {"grade_id": "essay", "points": 5}
    second.cells.append(new_markdown_cell("Write one.", metadata={"nbgrader": meta}, id="essay"))
    return {"more": second, "numbers": source_notebook()}


@functools.cache
def stubs() -> dict[str, NotebookNode]:
    course = Course.find(ROOT)  # its configuration is the small course's too
    return {name: released(course, nb) for name, nb in sources().items()}


def executed(answer: str = "Because.", **outputs: list[NotebookNode]) -> dict[str, NotebookNode]:
    """A submission as the engine leaves it, every test passed but where other outputs are given."""
    notebooks = copy.deepcopy(stubs())
    for cell in (cell for nb in notebooks.values() for cell in nb.cells if "nbgrader" in cell.metadata):
        meta = cell.metadata.nbgrader
        if meta.grade_id in ("double", "mean"):
            cell.source = f"def {meta.grade_id}(x):\n    return 1" if answer else cell.source
        elif meta.grade_id == "why":
            cell.source = answer or cell.source
        elif meta.grade_id in outputs:
            cell.outputs = outputs[meta.grade_id]
    return notebooks


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The course with its gradebook: creating one starts alembic, which takes a second."""
    root = tmp_path_factory.mktemp("book")
    write_course(root)
    for name, nb in sources().items():
        nbformat.write(nb, root / f"solutions/numbers/{name}.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        before = files_in(root)
        with Book(Course.find(root), "numbers") as book:
            book.register()
            assert book.known == set()
        assert files_in(root).keys() - before.keys() == {"gradebook.db"}
        yield root


@pytest.fixture(scope="module")
def server(template: Path) -> Iterator[str]:
    """The socket's folder of a PostgreSQL server of this module's own, with a registered course in `made`."""
    if not POSTGRES:
        pytest.skip("no PostgreSQL server here; on Debian: apt-get install postgresql")
    folder = tempfile.mkdtemp(prefix="staffroom-pg-")
    who = {}
    if os.geteuid() == 0:  # which the server refuses to run as
        who = {"user": "postgres", "group": "postgres", "extra_groups": []}
        shutil.chown(folder, "postgres", "postgres")

    def pg(tool: str, *arguments: str) -> None:
        command = [POSTGRES[-1] / tool, "-D", f"{folder}/data", *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **who)

    try:
        pg("initdb", "-U", "grader", "-A", "trust", "-E", "UTF8", "--no-sync")
        pg("pg_ctl", "-w", "-l", f"{folder}/log", "-o", f"-k {folder} {QUIET}", "start")
        try:
            sql(folder, "create database made")
            with Book(copied(template, Path(folder, "course"), url(folder, "made")), "numbers") as book:
                book.register()
            yield folder
        finally:
            pg("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def url(server: str, database: str) -> str:
    return f"postgresql+psycopg2://grader@/{database}?host={server}"


def sql(server: str, command: str) -> None:
    with contextlib.closing(psycopg2.connect(host=server, user="grader", dbname="postgres")) as connection:
        connection.autocommit = True
        connection.cursor().execute(command)


def copied(template: Path, root: Path, db_url: str = "") -> Course:
    shutil.copytree(template, root, dirs_exist_ok=True)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {db_url!r}\n" if db_url else "")
    return Course.find(root)


@pytest.fixture(params=["sqlite", "postgresql"])
def course(template: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Course]:
    """The registered course, with nobody in its gradebook."""
    if request.param == "sqlite":
        yield copied(template, tmp_path)
        return
    server = request.getfixturevalue("server")
    name = f"mine{next(NUMBERS)}"
    sql(server, f"create database {name} template made")
    yield copied(template, tmp_path, url(server, name))


@contextlib.contextmanager
def formgrader(course: Course) -> Iterator[Gradebook]:
    """nbgrader's own view of the gradebook, by a connection of its own; what is changed is committed."""
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        yield gradebook
        gradebook.db.commit()


def rows(course: Course) -> dict[str, list]:
    """All that the gradebook says of its submissions."""
    with formgrader(course) as gradebook:
        students = [student.id for student in gradebook.students]
        found: dict[str, list] = {"students": students}
        for submission in gradebook.assignment_submissions("numbers"):
            mine = [submission.timestamp, submission.score, submission.needs_manual_grade]
            for nb in submission.notebooks:
                mine.append((nb.name, nb.late_submission_penalty))
                for g in nb.grades:
                    given = (g.auto_score, g.manual_score, g.extra_credit, g.score, g.max_score)
                    mine.append((nb.name, g.name, *given, g.needs_manual_grade))
                mine += [(nb.name, c.name, c.auto_comment, c.manual_comment) for c in nb.comments]
            found[submission.student_id] = mine[:3] + sorted(mine[3:], key=repr)
        return found


CASES: dict[str, Callable[[], dict[str, NotebookNode]]] = {
    "right": lambda: executed(),
    "wrong": lambda: executed(test_double=ERROR),
    "partial": lambda: executed(test_mean=PARTIAL, test_double=WARNED),
    "untouched": lambda: executed(answer="", test_double=ERROR, test_mean=ERROR),
}


def set_due(course: Course) -> None:
    with formgrader(course) as gradebook:
        gradebook.update_or_create_assignment("numbers", duedate="2026-03-01 20:00:00 UTC")


@pytest.mark.parametrize("plugin", [None, "zero", Harsh])
def test_the_gradebook_says_what_nbgraders_own_autograde_would_have_written(
    course: Course, template: Path, tmp_path: Path, plugin: type | str | None
) -> None:
    stock = copied(template, tmp_path / "stock")
    for one in (course, stock):
        set_due(one)
        if plugin == "zero":
            one.config.LateSubmissionPlugin.penalty_method = plugin
        elif plugin:
            one.config.AssignLatePenalties.plugin_class = plugin
    turns = [*zip(CASES, (LATE, EARLY, LATE, None), strict=True), ("right", LATE), ("partial", EARLY)]
    with Book(course, "numbers") as book:
        for name, timestamp in turns:
            book.merge(name, CASES[name](), timestamp)
            with Gradebook(stock.directory.db_url, "everyvec") as gradebook:
                gradebook.update_or_create_student(name)
                when = {"timestamp": timestamp} if timestamp else {}
                gradebook.update_or_create_submission("numbers", name, **when)
            for nb_name, nb in CASES[name]().items():
                about = {"notebook": nb_name, "assignment": "numbers", "student": name}
                resources = {"nbgrader": about | {"db_url": stock.directory.db_url}}
                for step in (OverwriteCells, SaveAutoGrades, AssignLatePenalties):
                    nb, resources = step(config=stock.config)(nb, resources)
    assert rows(course) == rows(stock)
    assert rows(course)["right"][0] == datetime(2026, 3, 2)


def test_marks_tell_points_from_waiting_from_given_by_hand(course: Course) -> None:
    set_due(course)
    course.config.AssignLatePenalties.plugin_class = Harsh
    with Book(course, "numbers") as book:
        book.merge("ada", executed(test_mean=PARTIAL, test_double=ERROR), LATE)
        marks, penalty = book.marks("ada")
        both = {"test_double": Mark(0.0, 2.0)}
        numbers = both | {"test_mean": Mark(1.5, 3.0), "why": Mark(None, 4.0)}
        assert marks == {"numbers": numbers, "more": both | {"essay": Mark(None, 5.0)}}
        assert penalty == 1.5  # four hours, but there are only 1.5 points to take
        assert {type(mark.points) for nb in marks.values() for mark in nb.values()} == {float, type(None)}
        book.merge("ben", executed(answer=""), EARLY)
        marks, penalty = book.marks("ben")
        assert marks["numbers"]["why"] == Mark(0.0, 4.0, "No response.")
        assert marks["more"] == {"test_double": Mark(2.0, 2.0), "essay": Mark(None, 5.0)}
        assert penalty == 0


def test_what_a_person_gave_stays_and_is_seen_by_a_book_that_was_open(course: Course) -> None:
    with Book(course, "numbers") as book:
        book.merge("ada", executed(test_mean=ERROR), None)
        with formgrader(course) as gradebook:
            where = ("numbers", "numbers", "ada")
            gradebook.find_grade("test_mean", *where).manual_score = 2.5
            gradebook.find_grade("test_double", *where).extra_credit = 1
            gradebook.find_grade("why", *where).manual_score = 4
            gradebook.find_comment("why", *where).manual_comment = "well said"
            gradebook.find_comment("mean", *where).manual_comment = "nearly"
        expected = {
            "test_double": Mark(3.0, 2.0),
            "test_mean": Mark(2.5, 3.0, by_hand=True),
            "why": Mark(None, 4.0, "well said", by_hand=True, unsure=True),  # nobody said that it is done
            "mean": Mark(0.0, 0.0, "nearly"),  # its points are the tests'
        }
        assert book.marks("ada")[0]["numbers"] == expected
        book.merge("ada", executed(answer=""), LATE)
        assert book.marks("ada")[0]["numbers"] == expected
        with formgrader(course) as gradebook:
            assert not gradebook.find_grade("test_mean", *where).needs_manual_grade
        book.merge("ada", executed(answer=""), LATE, (), {("numbers", "test_mean")})
        assert book.marks("ada")[0]["numbers"]["test_mean"] == Mark(None, 3.0, by_hand=True, unsure=True)
    with formgrader(course) as gradebook:
        grade = gradebook.find_grade("test_mean", *where)
        assert (grade.auto_score, grade.manual_score, grade.needs_manual_grade) == (3, 2.5, True)
        assert gradebook.find_comment("why", *where).auto_comment == "No response."
        assert not gradebook.find_grade("test_double", *where).needs_manual_grade


def test_a_notebook_that_is_lost_has_0_and_waits_for_nobody_until_it_is_there(course: Course) -> None:
    """As nbgrader's Autograde has it for a notebook that is missing."""
    with Book(course, "numbers") as book:
        for student, timestamp, lost in (
            ("ada", LATE, {"more", "numbers"}),  # new
            ("ben", None, ()),
            ("ben", None, {"more", "numbers"}),  # there before
        ):
            book.merge(student, executed(answer="" if student == "ben" else "Because."), timestamp, lost)
        for student in ("ada", "ben"):
            numbers = {"test_double": Mark(0.0, 2.0), "test_mean": Mark(0.0, 3.0), "why": Mark(0.0, 4.0)}
            more = {"test_double": Mark(0.0, 2.0), "essay": Mark(0.0, 5.0)}
            assert book.marks(student) == ({"numbers": numbers, "more": more}, 0)
            with formgrader(course) as gradebook:
                assert not gradebook.find_submission("numbers", student).needs_manual_grade
                comments = gradebook.find_submission_notebook("numbers", "numbers", student).comments
                assert not any(comment.auto_comment for comment in comments)
        book.merge("ada", executed(), None)
        marks, _ = book.marks("ada")
        assert marks["more"] == {"test_double": Mark(2.0, 2.0), "essay": Mark(None, 5.0)}
        assert marks["numbers"]["why"] == Mark(None, 4.0)
        with formgrader(course) as gradebook:
            given = gradebook.find_grade("essay", "more", "numbers", "ada")
            assert given.needs_manual_grade
            given.manual_score, given.needs_manual_grade = 4, False
        book.merge("ada", executed(), None, {"more"})
        assert book.marks("ada")[0]["more"]["essay"] == Mark(4.0, 5.0, by_hand=True)
        book.merge("ada", executed(), None, {"more"}, {("more", "essay")})
        assert book.marks("ada")[0]["more"]["essay"] == Mark(None, 5.0, by_hand=True, unsure=True)
    with formgrader(course) as gradebook:
        waiting = gradebook.find_grade("essay", "more", "numbers", "ada").needs_manual_grade
        assert waiting, "these points are for an answer that is no longer there"


def test_a_merge_waits_for_formgrader_and_sees_what_it_wrote(course: Course) -> None:
    with Book(course, "numbers") as book, Gradebook(book.url, "everyvec") as other:
        book.merge("ada", executed(), None)
        other.find_grade("test_mean", "numbers", "numbers", "ada").manual_score = 1
        other.db.flush()  # written, and not committed: its lock is held
        merging = threading.Thread(target=book.merge, args=("ada", executed(test_mean=ERROR), None))
        merging.start()
        merging.join(0.1)
        assert merging.is_alive()
        other.db.commit()
        merging.join(20)
        assert not merging.is_alive()
        other.db.remove()
        grade = other.find_grade("test_mean", "numbers", "numbers", "ada")
        assert (grade.auto_score, grade.manual_score, grade.needs_manual_grade) == (0, 1, False)


def test_assignments_have_nothing_to_do_with_each_other(course: Course) -> None:
    shutil.copytree(course.path("source", ".", "numbers"), course.path("source", ".", "other"))
    with Book(course, "numbers") as book, Book(course, "other") as other:
        other.register()
        book.merge("ada", executed(), None)
        before = book.marks("ada")
        other.merge("ada", executed(test_double=ERROR, test_mean=ERROR), None)
        other.merge("ben", executed(), None)
        assert book.marks("ada") == before
        assert other.marks("ada")[0]["more"]["test_double"] == Mark(0.0, 2.0)
        assert (book.known, other.known) == ({"ada"}, {"ada", "ben"})
    with Book(course, "numbers") as book, Book(course, "other") as other:
        assert (book.known, other.known) == ({"ada"}, {"ada", "ben"})


def unknown_cell() -> tuple[dict[str, NotebookNode], str | None]:
    notebooks = executed()
    notebooks["numbers"].cells[-1].metadata.nbgrader.grade_id = "nowhere"
    return notebooks, None


@pytest.mark.parametrize("what", [unknown_cell, *(lambda t=t: (executed(), t) for t in ("soon", "9" * 40))])
def test_a_merge_that_fails_leaves_no_trace(course: Course, what: Callable) -> None:
    with Book(course, "numbers") as book:
        with pytest.raises((KeyError, ValueError), match=r"nowhere|timestamp\.txt: no time"):
            book.merge("ada", *what())
        assert rows(course) == {"students": []}
        assert book.known == set()
        book.merge("ada", executed(), " \n")
        before = rows(course)
        with pytest.raises((KeyError, ValueError)):
            book.merge("ada", *what())
        assert rows(course) == before


# ---------------------------------------- killed


def in_child(work: Callable[[], None]) -> int:
    """Start `work` in a forked process; return its id."""
    if child := os.fork():
        return child
    with contextlib.suppress(BaseException):
        work()
        os._exit(0)
    os._exit(1)


def test_killed_at_any_statement_a_merge_is_there_or_not(course: Course) -> None:
    """The child kills itself at its first statement, at its second, … until it comes to the end."""
    wrong, right = executed(test_double=ERROR), executed()
    for student, notebooks in (("ada", wrong), ("ada", right), ("ben", right)):
        before = rows(course)
        for number in itertools.count(1):
            countdown = iter(range(number - 1, -1, -1))

            def die(*_: object, countdown: Iterator[int] = countdown) -> None:
                if next(countdown, 1) == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            def work(die: Callable = die, merged: tuple = (student, notebooks, LATE)) -> None:
                with Book(course, "numbers") as book:
                    for at in ("before_cursor_execute", "commit"):
                        event.listen(book.gradebook.engine, at, die)
                    book.merge(*merged)

            status = os.waitpid(in_child(work), 0)[1]
            if status == 0:
                break
            assert os.WTERMSIG(status) == signal.SIGKILL
            assert rows(course) == before
        assert number > 8  # a merge takes nine statements at least, and a commit
        assert rows(course) != before
    after = rows(course)
    assert after["ada"] == after["ben"]
    with Book(course, "numbers") as book:
        for student in ("ada", "ben"):
            book.merge(student, executed(), LATE)
            assert book.marks(student)[0]["more"]["test_double"] == Mark(2.0, 2.0)
    assert rows(course) == after


def test_killed_at_random_each_student_has_all_or_nothing(course: Course) -> None:
    chance, found = random.Random(3), set()
    students, ready = [f"student-{number}" for number in range(8)], executed()
    with Book(course, "numbers") as book:
        book.merge("whole", ready, LATE)
        whole = rows(course)["whole"]
        for _ in range(12):
            said, says = os.pipe()

            def work(says: int = says) -> None:
                with Book(course, "numbers") as book:
                    for student in students:
                        os.write(says, b".")
                        book.merge(student, ready, LATE)

            child = in_child(work)
            os.close(says)
            for _ in range(chance.randint(1, len(students))):
                assert os.read(said, 1) == b"."
            end = time.perf_counter() + chance.uniform(0, 0.015)  # about as long as a merge takes
            while time.perf_counter() < end:
                pass
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(said)
            there = rows(course)
            assert there.keys() - {"students"} == set(there.pop("students"))
            assert all(mine == whole for mine in there.values())
            found.add(len(there))
            with formgrader(course) as gradebook:
                for student in there.keys() - {"whole"}:
                    gradebook.remove_submission("numbers", student)
                    gradebook.remove_student(student)
        assert len(found) > 2  # or they were not killed here and there
        for student in students:
            book.merge(student, executed(), LATE)
        assert [rows(course)[student] for student in students] == [whole] * 8


# ---------------------------------------- the assignment's source


def edit(course: Course, change: Callable[[NotebookNode], None], name: str = "numbers") -> None:
    path = course.path("source", ".", "numbers") / f"{name}.ipynb"
    nb = nbformat.read(path, as_version=4)
    change(nb)
    nbformat.write(nb, path)


def test_new_points_in_the_source_count_and_hidden_tests_stay_in_it(course: Course) -> None:
    with Book(course, "numbers") as book:
        book.merge("ada", executed(), None)
        edit(course, lambda nb: nb.cells[3].metadata.nbgrader.update(points=7))
        before = files_in(course.root)
        book.register()
        after = files_in(course.root)
        assert {name for name in after if after[name] != before.get(name)} <= {"gradebook.db"}
        marks = book.marks("ada")[0]
        assert marks["numbers"]["test_double"] == Mark(2.0, 7.0)
        assert marks["more"]["test_double"] == Mark(2.0, 2.0)
    with formgrader(course) as gradebook:
        cell = gradebook.find_source_cell("test_double", "numbers", "numbers")
        assert "BEGIN HIDDEN TESTS" in cell.source
        assert "BEGIN SOLUTION" not in gradebook.find_source_cell("double", "numbers", "numbers").source


def gone(course: Course) -> None:
    (course.path("source", ".", "numbers") / "more.ipynb").unlink()


def added(course: Course) -> None:
    nbformat.write(source_notebook(), course.path("source", ".", "numbers") / "third.ipynb")


@pytest.mark.parametrize(
    "change",
    [lambda course: edit(course, lambda nb: nb.cells.pop(3)), gone, added],
    ids=["cell", "gone", "new"],
)
def test_other_cells_are_refused_where_submissions_have_the_old_ones(
    course: Course, change: Callable
) -> None:
    with Book(course, "numbers") as book:
        book.merge("ada", executed(), None)
        before, old = rows(course), files_in(course.root)
        change(course)
        with pytest.raises(StaffroomError, match="put the cells back, or move the gradebook away") as error:
            book.register()
        assert "\n" not in str(error.value)
        assert str(course.path("source", ".", "numbers")) in str(error.value)
        assert rows(course) == before
        for name, data in old.items():
            (course.root / name).write_bytes(data) if name.endswith(".ipynb") else None
        (course.path("source", ".", "numbers") / "third.ipynb").unlink(missing_ok=True)
        book.register()
        book.merge("ben", executed(), None)
        assert rows(course)["ben"] == before["ada"]


@pytest.mark.parametrize("change", [lambda course: edit(course, lambda nb: nb.cells.pop(3)), gone])
def test_without_submissions_the_source_may_change_at_will(course: Course, change: Callable) -> None:
    with Book(course, "numbers") as book:
        change(course)
        book.register()
        with formgrader(course) as gradebook:
            assert gradebook.find_assignment("numbers").max_score in (9 + 5, 9)
        edit(course, lambda nb: nb.cells[-1].metadata.nbgrader.pop("grade_id"))
        with pytest.raises(StaffroomError, match="mend the notebook"):
            book.register()


# ---------------------------------------- what does not work


def test_a_gradebook_that_cannot_be_written_is_the_databases_error(template: Path, tmp_path: Path) -> None:
    course = copied(template, tmp_path)
    course.directory.db_url = f"sqlite:///file:{tmp_path}/gradebook.db?mode=ro&uri=true"
    with Book(course, "numbers") as book:
        assert seconds_that_it_waits(book) == 60
        for work in (book.register, lambda: book.merge("ada", executed(), None)):
            with pytest.raises(DBAPIError, match="readonly database"):
                work()
        assert book.known == set()


def seconds_that_it_waits(book: Book) -> float:
    return book.gradebook.db.execute(text("pragma busy_timeout")).scalar() / 1000


def test_a_lock_that_stays_is_the_databases_error(template: Path, tmp_path: Path) -> None:
    course = copied(template, tmp_path)
    course.directory.db_url += "?timeout=0"
    holder = sqlite3.connect(tmp_path / "gradebook.db")
    holder.execute("begin immediate")
    with Book(course, "numbers") as book:
        assert seconds_that_it_waits(book) == 0  # the user's own word counts
        with pytest.raises(DBAPIError, match="database is locked"):
            book.merge("ada", executed(), None)
        holder.close()
        book.merge("ada", executed(), None)
        assert book.known == {"ada"}


def test_a_driver_that_is_not_installed_is_named(template: Path, tmp_path: Path) -> None:
    course = copied(template, tmp_path, "postgresql+pg8000://ada:secret@localhost/course")
    with pytest.raises(StaffroomError, match=r"package pg8000; .*postgresql\+psycopg2://") as error:
        Book(course, "numbers")
    assert "secret" not in str(error.value)


def test_an_error_inside_nbgrader_is_the_databases(course: Course) -> None:
    """PostgreSQL holds names to 128 characters, SQLite takes any."""
    edit(course, lambda nb: nb.cells[3].metadata.nbgrader.update(grade_id="x" * 200))
    with Book(course, "numbers") as book:
        if book.sqlite:
            book.register()
        else:
            with pytest.raises(DBAPIError, match="value too long"):
                book.register()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_time_may_be_written_by_a_windows_editor(encoding: str) -> None:
    written = "2025-01-31 10:00:00 UTC\r\n".encode(encoding).decode(errors="replace")
    assert moment(written).isoformat() == "2025-01-31T10:00:00"
