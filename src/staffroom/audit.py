"""Test the tests: right answers must keep every point, each wrong one must lose exactly the cells it names.

Answers lie in tests/answers/ASSIGNMENT/QUESTION/: `right_NAME.py` and `wrong_NAME.py`, where QUESTION is the
grade id of the cell that the file replaces. The first line, a comment, says what the answer is; a wrong one's
second line, `# loses: CELL[, CELL …]`, names the graded cells that must lose all their points.
"""

from __future__ import annotations

import ast
import multiprocessing
import os
import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import determine_grade, is_solution
from rich import box
from rich.table import Table
from rich.text import Text

from .cells import Result, run_versions
from .course import Course, StaffroomError, files_in, first_line, grader, questions, write_file
from .release import released

RIGHT, WRONG = 2, 6  # how many answers a graded question needs at least
Tell = Callable[[int, int], None]  # called after each answer: how many are done, and of how many


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
    seconds: float

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
        head = {
            "assignment": self.assignment,
            "ok": self.ok,
            "questions": self.counts(),
            "too_few": self.too_few,
        }
        return {**head, "rows": [asdict(row) for row in self.rows]}

    def table(self, style: box.Box = box.SIMPLE_HEAD) -> Table:
        """Question × answer: what must be lost, and what was. The style box.MARKDOWN is for documents."""
        head = ("question", "answer", "must lose", "lost", "")
        result = Table(*head, title=f"{self.assignment}: every answer, and what it costs", box=style)
        for row, before in zip(self.rows, [None, *self.rows], strict=False):
            if before is None or before.question != row.question:
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
        match = re.match(r"# (?!loses:)(.+)\n(?:# loses: *(.+)\n)?", source)
        loses = [cell.strip() for cell in match[2].split(",")] if match and match[2] else []
        answer = Answer(path.parent.name, path.stem, match[1] if match else "", loses, source=source)
        problem = ""
        if answer.question not in known:
            problem = f"no such question; there is: {', '.join(known)}"
        elif not answer.right and not answer.name.startswith("wrong_"):
            problem = "right or wrong? Name it right_….py or wrong_….py"
        elif not match:
            problem = "the first line must be a comment that says what this answer is"
        elif answer.right == bool(loses) or set(loses) - set(tests):
            problem = f"only a wrong answer says `# loses: CELL, …`, in line 2; cells: {', '.join(tests)}"
        if problem:
            raise StaffroomError(f"{path}: {problem}")
        found.append(answer)
    return sorted(found, key=lambda answer: list(known).index(answer.question))


def audit(course: Course, assignment: str, *, limit: float = 60, tell: Tell) -> Report:
    """Run the solution, the stubs and every answer, each in its own process, `limit` seconds at most."""
    start, known = time.monotonic(), answers(course, assignment)
    rows: list[Answer] = []
    too_few = []
    with course.workplace() as workplace:
        for name, data in files_in(course.path("source", ".", assignment)).items():
            if not name.endswith(".ipynb"):  # data files that the cells read; never the notebooks themselves
                write_file(workplace / name, data)
        for nb in course.notebooks(assignment).values():
            graded = tested(nb)
            cells = [cell for cell in nb.cells if cell.cell_type == "code"]
            stubs = {grader(c)["grade_id"]: c.source for c in released(course, nb).cells if is_solution(c)}
            mine = [answer for answer in known if answer.question in graded]
            changes = [{}, stubs, *({answer.question: answer.source} for answer in mine)]
            versions = [
                [change.get(grader(c).get("grade_id"), c.source) for c in cells] for change in changes
            ]
            every = [cell for tests in graded.values() for cell in tests]
            mine = [Answer("", "solution", "the solution"), Answer("", "stubs", "the stubs", every), *mine]
            for answer, results in zip(mine, run_all(versions, workplace, limit, tell), strict=True):
                _score(answer, cells, results)
            rows += mine
            for question in graded:
                right = sum(a.right for a in mine if a.question == question)
                wrong = sum(not a.right for a in mine if a.question == question)
                if right < RIGHT or wrong < WRONG:
                    too_few.append(f"{question}: {right} right and {wrong} wrong, needs {RIGHT} and {WRONG}")
    return Report(assignment, rows, too_few, time.monotonic() - start)


def _score(answer: Answer, cells: list[NotebookNode], results: list[Result]) -> None:
    """Fill in what an answer cost, by nbgrader's own rule, from the outputs that its cells would have had."""
    answer.ok = True
    for cell, result in zip(cells, results, strict=True):
        if not grader(cell).get("grade") or is_solution(cell):
            continue
        outputs = []
        if result and result[0] == "error":
            outputs = [nbformat.v4.new_output("error", ename=result[1], evalue=result[2], traceback=[])]
        elif result:
            outputs = [nbformat.v4.new_output("execute_result", data={"text/plain": result[1]})]
        name, most = grader(cell)["grade_id"], grader(cell)["points"]
        try:
            score, _ = determine_grade(NotebookNode({**cell, "outputs": outputs}))
        except (ValueError, KeyError) as error:  # the cell ends in a value that is no partial credit
            score, result = -1.0, ("", first_line(error))
        answer.ok &= score == (0 if name in answer.loses else most)
        if score < most:
            answer.lost.append(name)
            answer.why = answer.why or ": ".join((result or ("",))[1:])


def run_all(versions: list[list[str]], folder: Path, limit: float, tell: Tell) -> list[list[Result]]:
    """Run each version, a list of cells, in a process of its own; return the cells' results, in order.

    The processes are forked from one that has imported what the first version imports, and has run nothing.
    """
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")  # a process that has started threads must not fork
    nodes = [node for source in versions[0] for node in ast.walk(ast.parse(source))]
    modules = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    modules += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    context = multiprocessing.get_context("spawn")  # a process without our own threads and imports
    pipe, theirs = context.Pipe(duplex=False)
    process = context.Process(target=run_versions, args=(versions, modules, str(folder), limit, theirs))
    process.start()
    theirs.close()
    results: dict[int, list[Result]] = {}
    try:
        while len(results) < len(versions):
            number, result = pipe.recv()
            results[number] = result
            tell(len(results), len(versions))
    except EOFError:
        raise StaffroomError(
            f"the process that runs the answers ended ({process.exitcode}); see above"
        ) from None
    finally:
        process.terminate()
        process.join()
    return [results[number] for number in range(len(versions))]
