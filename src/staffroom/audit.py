"""Test the tests: right answers must keep every point, each wrong one must lose exactly the cells it names.

Answers lie in tests/answers/ASSIGNMENT/QUESTION/: `right_NAME.py` and `wrong_NAME.py`, where QUESTION is the
grade id of the cell that the file replaces. The first line, a comment, says what the answer is; a wrong one's
second line, `# loses: CELL[, CELL …]`, names the graded cells that must lose all their points.

Without answers, mutants of the instructor's solution are graded: each should lose a point somewhere.
"""

from __future__ import annotations

import ast
import copy
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import LockCells
from nbgrader.utils import is_grade, is_solution
from rich import box
from rich.table import Table
from rich.text import Text

from . import jail, pool
from .course import Course, StaffroomError, first_line, grader, questions
from .engine import OURS, Package, bound, error_of, imported, unbound
from .grade import How, delimiters, package
from .mutants import Mutant, mutants
from .processes import EngineError, TemplateEnded, parsed
from .proof import after, is_test, only, tight
from .release import notebook_bytes, released

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
    """Grade solution, stubs and answers, each `limit` seconds at most; `tell` is told how many are done."""
    known = answers(course, assignment)
    how = How(limits={"total_seconds": limit, "cell_seconds": limit}, sandbox=not jail.probe())
    what = package(course, assignment, how)
    rows: list[Answer] = []
    todo: list[tuple[str, list[Answer], bytes]] = []  # a notebook's name, whose answers are in it, and it
    too_few = []
    ways: dict[str, dict[str, Package]] = {}
    made: dict[str, Callable[[list[Answer]], bytes]] = {}
    for name, nb in what.notebooks.items():
        graded, stubs = tested(nb), what.stubs[name]
        every = [cell for tests in graded.values() for cell in tests]
        sources = {grader(c).get("grade_id"): c.source for c in nb.cells}
        mine = [answer for answer in known if answer.question in graded]
        made[name] = partial(_with, stubs, sources)
        ways[name] = {question: after(what, name, question) for question in graded}
        first = Answer("", "solution", "the solution"), Answer("", "stubs", "the stubs", every)
        rows += [*first, *mine]
        todo += [(name, [first[0]], made[name]([])), (name, [first[1]], notebook_bytes(stubs))]
        todo += [(name, some, made[name](some)) for some in together(nb, mine)]
        for question in graded:
            right = sum(a.right for a in mine if a.question == question)
            wrong = sum(not a.right for a in mine if a.question == question)
            if right < RIGHT or wrong < WRONG:
                too_few.append(f"{question}: {right} right and {wrong} wrong, needs {RIGHT} and {WRONG}")
    done, others = 0, {f"{name}.ipynb": text.encode() for name, text in what.released.items()}
    with pool.Pool(len(todo)) as workers:
        while todo:
            alone = []  # of those that shared a submission and together cost what they must not
            keys = [
                (name, some[0].question if len(some) == 1 else "", n)
                for n, (name, some, _) in enumerate(todo)
            ]
            items = ((key, others | {f"{key[0]}.ipynb": todo[key[2]][2]}) for key in keys)
            for (*_, number), result in workers.map(_grade, (what, ways), items):
                name, some, _ = todo[number]
                if not _judged(some, name, what, result):
                    alone += [(name, [answer], made[name]([answer])) for answer in some]
                    continue
                done += len(some)
                tell(done, len(rows))
            todo = alone
    return Report(assignment, rows, too_few)


def _with(stubs: NotebookNode, sources: dict[str, str | None], some: list[Answer]) -> bytes:
    """The solution with these answers in place of its own, as handed in."""
    return submission(stubs, sources | {answer.question: answer.source for answer in some})


def _judged(some: list[Answer], name: str, what: Package, result: pool.Graded | BaseException) -> bool:
    """Note what one submission's answers have cost. False, and nothing noted, where several share it and
    together did not cost what each must: then each is asked alone."""
    answer = some[0]
    if isinstance(result, BaseException):
        if len(some) > 1:
            return False
        raise StaffroomError(f"{answer.question}/{answer.name}: {first_line(result)}")
    nb, marks = result.notebooks[name], result.marks[name]
    tests = {test for cells in tested(what.notebooks[name]).values() for test in cells}
    must, ok = {test for a in some for test in a.loses}, True
    lost: dict[str, str] = {}  # graded cell → what it said
    for test, cell in ((grader(cell).get("grade_id"), cell) for cell in nb.cells):
        if test in tests:
            most, error = marks[test].max_points, error_of(cell)
            ok &= marks[test].points == (0 if test in must else most)
            if marks[test].points < most:
                lost[test] = first_line(f"{error.ename}: {error.evalue}") if error else ""
    if len(some) > 1 and not ok:
        return False
    for answer in some:
        answer.ok, answer.lost = ok, [t for t in lost if len(some) == 1 or t in answer.loses]
        answer.why = next((lost[t] for t in answer.lost if lost[t]), "")
    return True


def together(nb: NotebookNode, known: list[Answer]) -> list[list[Answer]]:
    """Which answers are graded in one submission: to different questions, with no name of one that another
    or its tests could meet, so that each costs what it costs alone. An answer that does more than bind names
    when its cell runs, or that must lose another question's tests, stands alone."""
    trees = [(grader(c).get("grade_id"), parsed(c.source)) for c in nb.cells if c.cell_type == "code"]
    reads = {id(tree): unbound([tree], []) for _, tree in trees}
    reach: dict[str, set[str]] = defaultdict(set)  # name → what the cells that bind it read
    for _, tree in trees:
        for bind in (*bound(tree), *imported(tree)):
            reach[bind] |= reads[id(tree)]
    of_question = tested(nb)
    asked = {
        q: set().union(*(reads[id(t)] for cell, t in trees if cell in cells))
        for q, cells in of_question.items()
    }
    alone: list[list[Answer]] = []
    groups: list[tuple[list[Answer], set[str], set[str]]] = []  # answers, what they bind, what they need
    for answer in known:
        tree, own = parsed(answer.source), of_question[answer.question]
        if not (tree.body and all(map(_only_binds, tree.body)) and {*answer.loses} <= {*own}):
            alone.append([answer])
            continue
        binds, needs = {*bound(tree), *imported(tree)}, asked[answer.question] | unbound([tree], [])
        while more := set().union(*(reach[name] for name in needs)) - needs:
            needs |= more
        for some, bound_there, needed in groups:
            apart = bound_there.isdisjoint(binds | needs) and binds.isdisjoint(needed)
            if apart and answer.question not in {a.question for a in some}:
                some.append(answer)
                bound_there |= binds
                needed |= needs
                break
        else:
            groups.append(([answer], binds, needs))
    return alone + [some for some, _, _ in groups]


def _only_binds(node: ast.stmt) -> bool:
    """Whether this does nothing but bind names in its own cell: it calls nothing and sets no attribute."""
    if any(isinstance(part, ast.Global) for part in ast.walk(node)):
        return False
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return True
    if isinstance(node, ast.ClassDef):
        return not node.decorator_list and not node.keywords and all(map(_only_binds, node.body))
    if isinstance(node, ast.FunctionDef):
        ran = [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]  # not its body
    elif isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if not all(isinstance(target, ast.Name) for target in targets):
            return False
        ran = [node.value] if node.value else []
    else:
        return isinstance(node, ast.Pass) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        )
    return not any(isinstance(part, ast.Call) for place in ran for part in ast.walk(place))


def _grade(shared: tuple, key: tuple[str, str, int], files: dict[str, bytes]) -> pool.Graded:
    """What a worker does: `key` says which notebook it is about, and which question's answer is not the
    solution, where it is one."""
    what, ways = shared
    return pool.grade_one(ways[key[0]].get(key[1], what), "", files)


@dataclass
class Survey:
    """What became of an assignment's mutants. `questions`: how many were killed, and of how many."""

    assignment: str
    questions: dict[str, list[int]]
    survivors: list[Mutant] = field(default_factory=list)
    late: int = 0  # killed by a time limit
    equivalent: int = 0  # left out
    unknown: list[str] = field(default_factory=list)  # marked as equivalent, and no such mutant

    @property
    def ok(self) -> bool:
        return not self.survivors

    def to_json(self) -> dict[str, Any]:
        survivors = [dict(zip(Mutant._fields[:4], mutant[:4], strict=True)) for mutant in self.survivors]
        return asdict(self) | {"ok": self.ok, "survivors": survivors}

    def table(self, style: box.Box = box.SIMPLE_HEAD) -> Table:
        head = ("question", "mutants", "killed", "survived")
        result = Table(*head, title=f"{self.assignment}: mutants of your solution", box=style)
        for question, (killed, of) in self.questions.items():
            result.add_row(question, str(of), str(killed), Text(str(of - killed), "bold red" * (killed < of)))
        return result


def equivalents(course: Course, assignment: str) -> Path:
    """The file of equivalent mutants: beside the source's folder, as nbgrader releases all that is in it."""
    place = course.path("source", ".", assignment)
    return place.with_name(f"{place.name}.equivalent.txt")


def shown(mutant: Mutant) -> str:
    """A mutant as it is told, and as the file of equivalents has it."""
    return f"{mutant.question}, line {mutant.line}\n- {mutant.old}\n+ {mutant.new}"


def _marked(path: Path, every: list[tuple[str, Mutant]]) -> tuple[set[int], list[str]]:
    """The numbers of the mutants that the file marks as equivalent; marks of which there is no mutant. Lines
    may have moved: of several with the same text, the nearest to the line is meant."""
    text = re.sub(r"(?m)^#.*$", "", path.read_text(encoding="utf-8")) if path.is_file() else ""
    mark = r"^(\S.*), line (\d+)\n- (.*)\n\+ (.*)$"
    if rest := re.sub(mark, "", text, flags=re.M).strip():
        remedy = "copy the three lines of a mutant as staffroom audit shows them"
        raise StaffroomError(f"{path}: not understood: {first_line(rest)}; {remedy}")
    found, unknown = set(), []
    for question, line, old, new in re.findall(mark, text, flags=re.M):
        same = [n for n, (_, m) in enumerate(every) if (m.question, m.old, m.new) == (question, old, new)]
        if left := [n for n in same if n not in found]:
            found.add(min(left, key=lambda n: abs(every[n][1].line - int(line))))
        else:
            unknown.append(f"{question}, line {line}: {old}")
    return found, unknown


def survey(
    course: Course, assignment: str, *, limit: float = 60, tell: Callable[[int, int, str], None]
) -> Survey:
    """Grade every mutant of the solution; `tell` is told how many are done, and how many survived.
    StaffroomError where the solution itself, in `limit` seconds, loses points."""
    if reason := jail.probe():  # a dropped argument may well delete a file
        raise StaffroomError(f"no sandbox here, so no mutant was run: {reason}")
    what = package(course, assignment, How(limits={"total_seconds": limit}))
    whole: dict[str, NotebookNode] = {}
    every: list[tuple[str, Mutant]] = []
    for name, nb in course.notebooks(assignment).items():
        whole[name] = released(course, nb, LockCells, assignment, name)
        every += [(name, mutant) for mutant in mutants(whole[name], what.stubs[name], delimiters(course))]
    equal, unknown = _marked(equivalents(course, assignment), every)
    todo = [number for number in range(len(every)) if number not in equal]
    code = (cell for nb in whole.values() for cell in nb.cells if cell.cell_type == "code")
    counts = {grader(cell)["grade_id"]: [0, 0] for cell in code if is_solution(cell) and not is_grade(cell)}
    result, alive, done = Survey(assignment, counts, [], 0, len(equal), unknown), [], 0
    with pool.Pool(len(todo)) as workers:
        for name, nb in whole.items():
            right, alone = _solution(only(what, name), name, nb)
            mine = [n for n in todo if every[n][0] == name]
            # All tests run, those before the answer too: one may change what is given, and a later test that
            # misses the change would count an equivalent mutant as killed, without a word.
            items = ((n, {f"{name}.ipynb": notebook_bytes(every[n][1].of(nb))}) for n in mine)
            for number, graded in workers.map(pool.grade_one, alone, items):
                if isinstance(graded, EngineError) and not isinstance(graded, TemplateEnded):
                    raise StaffroomError(f"{name}.ipynb: {first_line(graded)}")
                marks = getattr(graded, "marks", {}).get(name, {})  # none: it has ended what graded it
                killed = not marks or any(marks[test].points < right[test] for test in right)
                errors = (error_of(cell) for cell in graded.notebooks[name].cells) if marks else ()
                result.late += killed and any(error and error.ename in OURS[:2] for error in errors)
                count = counts[every[number][1].question]
                count[:] = count[0] + killed, count[1] + 1
                alive += [] if killed else [number]
                done += 1
                tell(done, len(todo), f"{len(alive)} survived")
    result.survivors = [every[number][1] for number in sorted(alive)]
    return result


def _solution(alone: Package, name: str, nb: NotebookNode) -> tuple[dict[str, float], Package]:
    """What the solution's tests give, and the same package with limits for its mutants."""
    graded = pool.attempt(pool.grade_one, alone, ("", {f"{name}.ipynb": notebook_bytes(nb)}))
    if why := graded if isinstance(graded, Exception) else graded.outcome.not_gradable:
        raise StaffroomError(f"{name}.ipynb: your own solution cannot be graded: {first_line(why)}")
    marks, tests = graded.marks[name], [grader(cell)["grade_id"] for cell in filter(is_test, nb.cells)]
    if lost := [test for test in tests if marks[test].points < marks[test].max_points]:
        why = next(q.reason for q in graded.outcome.questions if lost[0] in q.cells)
        said = f"your own solution loses points, so no mutant was run: {', '.join(lost)} ({why})"
        raise StaffroomError(f"{name}.ipynb: {said}; mend it or the test, or allow more time: --limit")
    alone = replace(alone, limits=tight(alone.limits, graded.notebooks[name]))
    return {test: marks[test].points for test in tests}, alone
