"""Test the tests: right answers must keep every point, each wrong one must lose exactly the cells it names.

Answers lie in tests/answers/ASSIGNMENT/QUESTION/: `right_NAME.py` and `wrong_NAME.py`, where QUESTION is the
grade id of the cell that the file replaces. The first line, a comment, says what the answer is; a wrong one's
second line, `# loses: CELL[, CELL …]`, names the graded cells that must lose all their points.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution
from rich import box
from rich.table import Table
from rich.text import Text

from . import jail, pool
from .course import Course, StaffroomError, first_line, grader, questions
from .engine import error_of
from .grade import How, package
from .outcome import Mark
from .release import notebook_bytes

RIGHT, WRONG = 2, 6  # how many answers a graded question needs at least
WRITTEN = "In a real submission a written answer stands here, and a person gives its points in formgrader."


@dataclass
class Answer:
    """One version of an answer, what it must cost and what it cost. Solution and stubs have no question."""

    question: str
    name: str  # right_… or wrong_…
    about: str
    loses: list[str] = field(default_factory=list)  # graded cells that must lose all their points
    lost: list[str] = field(default_factory=list)  # graded cells that did not give all their points
    ok: bool = False
    why: str = ""  # what the first failing test said
    source: str = field(default="", repr=False)

    @property
    def right(self) -> bool:
        return self.name.startswith("right_")


@dataclass
class Report:
    """The audit of one assignment: the matrix, and a line for each question that has too few answers."""

    assignment: str
    rows: list[Answer]
    too_few: list[str]

    @property
    def ok(self) -> bool:
        return not self.too_few and all(row.ok for row in self.rows)

    def counts(self) -> dict[str, dict[str, int]]:
        """Question → how many right answers there are and are kept, how many wrong ones and are caught."""
        found: dict[str, dict[str, int]] = {}
        for row in (row for row in self.rows if row.question):
            count = found.setdefault(row.question, {"right": 0, "kept": 0, "wrong": 0, "caught": 0})
            count["right" if row.right else "wrong"] += 1
            count["kept" if row.right else "caught"] += row.ok
        return found

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"ok": self.ok, "questions": self.counts()}

    def table(self, style: box.Box = box.SIMPLE_HEAD) -> Table:
        """Question × answer: what must be lost, what was. box.MARKDOWN (for documents) has no sections."""
        head = ("question", "answer", "must lose", "lost", "")
        result = Table(*head, title=f"{self.assignment}: every answer, and what it costs", box=style)
        for row, before in zip(self.rows, [None, *self.rows], strict=False):
            if style is not box.MARKDOWN and (before is None or before.question != row.question):
                result.add_section()
            mark = Text("ok", "green") if row.ok else Text("NOT OK", "bold red")
            cost = (", ".join(row.loses) or "-", ", ".join(row.lost) or "-")
            result.add_row(row.question, row.name, *cost, mark)
        return result


def tested(nb: NotebookNode) -> dict[str, list[str]]:
    """The questions that tests grade, with their test cells: those whose answer is code."""
    code = {grader(cell).get("grade_id") for cell in nb.cells if cell.cell_type == "code"}
    tests = {q: [cell for cell in cells if cell in code and cell != q] for q, cells in questions(nb).items()}
    return {question: cells for question, cells in tests.items() if cells}


def answers(course: Course, assignment: str) -> list[Answer]:
    """Every answer file, in the notebook's order; raises StaffroomError for one not written as it must be."""
    known = {q: cells for nb in course.notebooks(assignment).values() for q, cells in tested(nb).items()}
    tests = [cell for cells in known.values() for cell in cells]
    found = []
    for path in sorted((course.root / "tests" / "answers" / assignment).glob("*/*.py")):
        source = path.read_text(encoding="utf-8")
        about, cells = re.match(r"(?:# (?!loses:)(.+)\n)?(?:# loses: *(.+)\n)?", source).groups("")
        loses = [cell.strip() for cell in cells.split(",")] if cells else []
        answer = Answer(path.parent.name, path.stem, about, loses, source=source)
        problem = ""
        if answer.question not in known:
            problem = f"no such question; there is: {', '.join(known)}"
        elif not answer.right and not answer.name.startswith("wrong_"):
            problem = "right or wrong? Name it right_….py or wrong_….py"
        elif not about:
            problem = "the first line must be a comment that says what this answer is"
        elif answer.right == bool(loses) or set(loses) - set(tests):
            problem = f"only a wrong answer says `# loses: CELL, …`, in line 2; cells: {', '.join(tests)}"
        if problem:
            raise StaffroomError(f"{path}: {problem}")
        found.append(answer)
    return sorted(found, key=lambda answer: list(known).index(answer.question))


def submission(stubs: NotebookNode, sources: dict[str, str | None]) -> bytes:
    """The released notebook with these answers; None is an answer that never returns."""
    nb = copy.deepcopy(stubs)
    for cell in filter(is_solution, nb.cells):
        question = grader(cell)["grade_id"]
        if question not in sources:
            cell.source = WRITTEN if is_grade(cell) else cell.source
        elif (answer := sources[question]) is None:
            endless = r"\1while True:\n\1    pass"
            cell.source = re.sub(r"(?m)^( *)raise NotImplemented.*$", endless, cell.source)
        else:  # without its first comments: they say what is wrong with it
            cell.source = re.sub(r"\A(#.*\n)+", "", answer)
    return notebook_bytes(nb)


def audit(course: Course, assignment: str, *, limit: float = 60, tell: Callable[[int, int], None]) -> Report:
    """Grade solution, stubs and every answer as submissions are graded, each `limit` seconds at most. After
    each, `tell` is called: how many are done, and of how many."""
    known = answers(course, assignment)
    how = How(limits={"total_seconds": limit, "cell_seconds": limit}, sandbox=not jail.probe())
    what = package(course, assignment, how)
    todo: list[tuple[Answer, str, bytes]] = []  # an answer, its notebook's name, and that as handed in
    too_few = []
    for name, nb in what.notebooks.items():
        graded, stubs = tested(nb), what.stubs[name]
        every = [cell for tests in graded.values() for cell in tests]
        sources = {grader(c).get("grade_id"): c.source for c in nb.cells}
        mine = [answer for answer in known if answer.question in graded]
        todo.append((Answer("", "solution", "the solution"), name, submission(stubs, sources)))
        todo.append((Answer("", "stubs", "the stubs", every), name, notebook_bytes(stubs)))
        todo += [(a, name, submission(stubs, sources | {a.question: a.source})) for a in mine]
        for question in graded:
            right = sum(a.right for a in mine if a.question == question)
            wrong = sum(not a.right for a in mine if a.question == question)
            if right < RIGHT or wrong < WRONG:
                too_few.append(f"{question}: {right} right and {wrong} wrong, needs {RIGHT} and {WRONG}")
    with pool.Pool(len(todo)) as workers:
        others = {f"{name}.ipynb": text.encode() for name, text in what.released.items()}
        items = ((n, others | {f"{name}.ipynb": text}) for n, (_, name, text) in enumerate(todo))
        for done, (number, result) in enumerate(workers.map(pool.grade_one, what, items), 1):
            answer, name, _ = todo[number]
            if isinstance(result, BaseException):
                raise StaffroomError(f"{answer.question}/{answer.name}: {first_line(result)}")
            _score(answer, result.notebooks[name], result.marks[name])
            tell(done, len(todo))
    return Report(assignment, [answer for answer, _, _ in todo], too_few)


def _score(answer: Answer, nb: NotebookNode, marks: dict[str, Mark]) -> None:
    """Fill in what an answer cost."""
    answer.ok = True
    tests = {test for cells in tested(nb).values() for test in cells}
    for cell in (cell for cell in nb.cells if grader(cell).get("grade_id") in tests):
        name = grader(cell)["grade_id"]
        answer.ok &= marks[name].points == (0 if name in answer.loses else marks[name].max_points)
        if marks[name].points < marks[name].max_points:
            answer.lost.append(name)
            error = error_of(cell)
            answer.why = answer.why or (first_line(f"{error.ename}: {error.evalue}") if error else "")
