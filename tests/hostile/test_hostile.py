"""The hostile corpus, graded in one run: no point gained, nothing read, nothing left, nobody else touched."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from nbgrader.api import Gradebook

from staffroom import cli, grade, jail, processes
from staffroom.course import Course, files_in, grader
from staffroom.outcome import Outcome, Status
from tests.hostile.corpus import NAME, NEIGHBOURS, ROOT, Entry, build, entries, table
from tests.hostile.damaged import FILE

CORPUS = entries()
WHY = jail.probe()
MARK = f"/graded-by-{os.getpid()}"  # on the PATH of all that the grading starts, and of its children
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(WHY), reason=WHY or "-"),
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]


class Run(NamedTuple):
    course: Course
    canaries: dict[str, str]
    outcomes: dict[str, Outcome]
    before: dict[str, bytes]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    course, canaries = build(tmp_path_factory.mktemp("hostile"), CORPUS)
    before = {name: data for name, data in files_in(course.root).items() if "gradebook" not in name}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{os.environ['PATH']}{os.pathsep}{MARK}")
        # More workers than cores: most of the corpus waits for a limit of time. The proof of this assignment
        # is part of another test, that of its sample class.
        how = grade.How(workers=2 * (os.cpu_count() or 1), check=False)
        run = Run(course, canaries, {each.student: each for each in cli.run_grade(course, NAME, how)}, before)
        # A machine that stood still for three seconds has stopped an honest cell, too. Whoever has lost more
        # than the attack costs is graded once more, without the rest of the corpus beside it.
        more = [entry for entry in CORPUS if entry.kind == "break" and lost(run, entry.student) > entry.loses]
        for path in (course.root / "submitted" / entry.student / NAME / FILE for entry in more):
            path.write_bytes(path.read_bytes() + b"\n")  # changed, so that it counts as handed in again
            before[str(path.relative_to(course.root))] = path.read_bytes()
        if more:
            run.outcomes.update({each.student: each for each in cli.run_grade(course, NAME, how)})
    yield run
    processes.cool()


def lost(run: Run, student: str) -> set[str]:
    """The cells that tests grade and that gave less than all their points, as the gradebook has it."""
    with Gradebook(run.course.directory.db_url, run.course.directory.course_id) as book:
        grades = book.find_submission_notebook(NAME, NAME, student).grades
        return {g.name for g in grades if g.auto_score is not None and g.auto_score < g.max_score}


def marked() -> set[str]:
    """The command lines of all running processes that the grading has started, directly or not."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            its = MARK.encode() in (process / "environ").read_bytes()
            found |= {(process / "cmdline").read_bytes().replace(b"\0", b" ").decode()} if its else set()
        except OSError:  # it has ended meanwhile
            continue
    own = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")  # these end with this process
    return {line for line in found if not any(name in line for name in own)}


def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) >= 45
    assert {entry.kind for entry in CORPUS} == {"gain", "break", "damaged"}
    assert len({entry.about for entry in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("entry", [e for e in CORPUS if e.kind == "gain"], ids=lambda e: e.student)
def test_no_wrong_answer_gains_a_point(graded: Run, entry: Entry) -> None:
    outcome = graded.outcomes[entry.student]
    assert outcome.points == 0
    assert lost(graded, entry.student) >= entry.loses
    reasons = {q.reason for q in outcome.questions if {*q.cells} <= entry.loses}
    assert "not answered" not in reasons  # that would be a stub: the attack has not met the tests


@pytest.mark.parametrize("entry", [e for e in CORPUS if e.kind != "gain"], ids=lambda e: e.student)
def test_trouble_costs_its_own_question_and_is_told(graded: Run, entry: Entry) -> None:
    outcome = graded.outcomes[entry.student]
    if not entry.gradable:
        assert outcome.status == Status.NOT_GRADABLE
        assert entry.says in outcome.not_gradable
        assert outcome.file.startswith(f"submitted/{entry.student}/{NAME}")
        return
    assert lost(graded, entry.student) == entry.loses
    told = outcome.reason if entry.loses else " ".join(outcome.about)
    assert entry.says in told


@pytest.mark.parametrize("entry", [e for e in CORPUS if e.shows], ids=lambda e: e.student)
def test_what_was_looked_for_was_not_there(graded: Run, entry: Entry) -> None:
    assert entry.shows in shown(graded)[f"{entry.student} in autograded"]


def test_the_neighbours_have_all_their_points(graded: Run) -> None:
    for student in NEIGHBOURS:
        assert graded.outcomes[student].points == 27
        assert lost(graded, student) == set()


def shown(run: Run) -> dict[str, str]:
    """All that the grading shows, by whose it is and where. An autograded notebook has the hidden tests, for
    instructors: there only what cells showed counts, of a test without the lines around what failed."""
    rows = csv.DictReader((run.course.root / "_build/grade" / f"{NAME}.csv").open())
    found = {f"{row['student_id']} in the CSV": json.dumps(row) for row in rows}
    for path in run.course.root.glob("feedback/*/*/*.html"):
        found[f"{path.parts[-3]} in feedback"] = path.read_text()
    for path in run.course.root.glob("autograded/*/*/*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        for cell in cells:
            for output in cell.get("outputs", []) if grader(cell).get("grade") else []:
                output.pop("traceback", None)
        found[f"{path.parts[-3]} in autograded"] = json.dumps([cell.get("outputs") for cell in cells])
    return found


def test_nothing_secret_was_read(graded: Run) -> None:
    """In no output, page or table but its owner's."""
    texts = shown(graded)
    assert len(texts) > 2 * len(CORPUS)
    for where, text in texts.items():
        for place, canary in graded.canaries.items():
            owner = place == "neighbour" and where.split()[0] in NEIGHBOURS
            assert owner or canary not in text, f"{where}: what lies in the {place} was read"


def test_nothing_of_others_was_changed(graded: Run) -> None:
    after = files_in(graded.course.root)
    assert {name: after.get(name) for name in graded.before} == graded.before
    with Gradebook(graded.course.directory.db_url, graded.course.directory.course_id) as book:
        assert book.find_student("a-neighbour").first_name == graded.canaries["gradebook"]
        assert {s.id for s in book.students} <= {*graded.outcomes}


def test_nothing_outlives_its_grading(graded: Run) -> None:
    processes.cool()
    end = time.monotonic() + 10  # the jail notices by itself that the engine is gone
    while (marked() or multiprocessing.active_children()) and time.monotonic() < end:
        continue
    assert marked() == set()
    assert not multiprocessing.active_children(), "a worker, whose command line is the fork server's"


def test_the_page_in_the_book_is_what_the_run_gives(graded: Run) -> None:
    page = (ROOT / "book" / "hostile-corpus.md").read_text(encoding="utf-8")
    assert page == table(CORPUS, graded.outcomes), "run: .venv/bin/python -m tests.hostile.corpus"
