"""Before a class is graded outside: proof that its tests mean there what they mean inside.

A test that runs outside sees copies. So it may pass an answer that it fails inside, where nbgrader runs it,
or fail one that it passes there. Two ways to find such a test: what it uses, and whether its verdicts on the
solution, on the stubs, and on answers with one mistake are the same both ways.
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from . import pool
from .course import grader
from .engine import Package, bound, imported, unbound, used
from .jail import Limits
from .mutants import MARKS, mutants, spread
from .processes import parsed
from .release import notebook_bytes

MUTANTS = 20  # of each notebook
# Of an answer, each way, before its verdicts are said to differ. One that is passed by chance, half of the
# time, looks as if it did in one of 2 000 proofs; with two runs, in one of eight.
RUNS = 6
# What looks at objects themselves, or at the process that the test runs in: outside not the student's.
IDENTITY = "id shares_memory may_share_memory data_ptr untyped_storage assertIs assertIsNot".split()
OF_THE_PROCESS = """sys.modules sys.setrecursionlimit sys.settrace sys.setprofile sys.getrefcount
sys.getswitchinterval gc tracemalloc resource faulthandler mock unittest.mock patch monkeypatch MonkeyPatch
pytest.warns pytest.deprecated_call recwarn""".split()


def without_meaning(what: Package) -> dict[str, str]:
    """Test cell → what it uses that means nothing outside. (A cell that is given runs on both sides.)"""
    tests = [cell for nb in what.notebooks.values() for cell in filter(is_test, nb.cells)]
    return {grader(cell)["grade_id"]: why for cell in tests if (why := meaningless(cell.source))}


def meaningless(source: str) -> str:
    """The same for one cell; empty where it uses no such thing."""

    def alike(side: ast.AST) -> bool:  # Python has only one such object: None, True, a builtin type
        of_type = isinstance(side, ast.Call) and _spelt(side.func)[0] == "type"
        return of_type or isinstance(side, ast.Constant) or _spelt(side)[0] in ("NotImplemented", "Ellipsis")

    tree = parsed(source)
    modules = {name for node in ast.walk(tree) for name in imported(ast.Module([node], []))}
    for node in ast.walk(tree):
        line = f"line {getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for op, *pair in zip(node.ops, sides, sides[1:], strict=False):
                if isinstance(op, (ast.Is, ast.IsNot)) and not any(map(alike, pair)):
                    return f"{line} asks whether two objects are the same one, and sees a copy"
        elif isinstance(node, (ast.Assign, ast.AugAssign, ast.Delete)):
            targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
            targets = [t for t in targets if _spelt(t)[0] not in ("sys.stdout", "sys.stderr")]  # prints cross
            if names := [_root(t) for t in targets if not isinstance(t, ast.Name) and _root(t) in modules]:
                return f"{line} changes {names[0]} for the test alone, not for the student"
        elif isinstance(node, (ast.Name, ast.Attribute, ast.ImportFrom, ast.Import)):
            found = _spelt(node)
            if isinstance(node, (ast.Name, ast.Attribute)) and found[0].rpartition(".")[2] in IDENTITY:
                return f"{line} asks whether two objects are the same one, and sees a copy ({found[0]})"
            if known := next((name for name in found if name in OF_THE_PROCESS), ""):
                return f"{line} looks at or changes the process that it runs in, not the student's ({known})"
        elif isinstance(node, ast.Call) and _strict(node):
            return f"{line} makes errors of warnings for the test alone, not for the student"
    return ""


def asks_of_given(tree: ast.Module, given: set[str], theirs: set[str]) -> bool:
    """Whether an assertion is about given names and has nothing of the student's in it: that they are as they
    were, say. Other tests may differ where given data is changed, too, since they work with it."""
    nodes = [*ast.walk(tree)]
    stored = (n for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    own = {*bound(tree), *(n.id for n in stored), *(n.arg for n in nodes if isinstance(n, ast.arg))}
    before: set[str] = set()
    while before != theirs:  # until nothing more comes from the student
        before = {*theirs}
        for node in nodes:
            value = getattr(node, "iter" if isinstance(node, ast.For) else "value", None)
            if isinstance(value, ast.AST) and used(value) & theirs:
                theirs = theirs | {*bound(node)}
    asked = (used(node.test) for node in nodes if isinstance(node, ast.Assert))
    return any(names & given - own and not names & theirs for names in asked)


def _root(target: ast.AST) -> str:
    while isinstance(target, (ast.Attribute, ast.Subscript)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def _spelt(node: ast.AST) -> list[str]:
    """The names, with dots, that this piece of code has."""
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names] + [str(node.module)]
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, (ast.Name, ast.Attribute)):
        return [ast.unparse(node)]
    return [""]


def _strict(call: ast.Call) -> bool:
    """Whether a warning becomes an error or is recorded by this."""
    name = _spelt(call.func)[0].rpartition(".")[2]
    said = [getattr(a, "value", None) for a in (*call.args, *(k.value for k in call.keywords))]
    if name in ("simplefilter", "filterwarnings"):
        return "error" in said
    return (name == "catch_warnings" and True in said) or (name in ("errstate", "seterr") and "raise" in said)


# ------------------------------------------------------------------------------------------ run both ways

# Right answers but for how they treat objects. Only where a test calls them: what the answers call themselves
# stays as it is. `a`: the arguments; `r`: the result; `kept`: what the function keeps.
GIVES_AWAY = "changes what is given"
IMPOSTORS = {
    "returns its first argument": "return a[0] if a else r",
    "returns its last argument": "return a[-1] if a else r",
    "writes its result into an argument and returns that": """
        for x in a:
            if fill(x, r):
                return x
        return r""",
    "returns the same object each time": """
        if kept and fill(kept[0], r):
            return kept[0]
        kept[:] = [r]
        return r""",
    "returns a copy": "return copy.deepcopy(r)",
    "changes its arguments": """
        r = copy.deepcopy(r)
        for x in a:
            spoil(x)
        return r""",
    "returns a view of an argument that it changes": """
        for x in a:
            if hasattr(x, "dtype") and fill(x, r):
                return x[:]
        return r""",
    GIVES_AWAY: """
        r = copy.deepcopy(r)
        for name in GIVEN:
            spoil(f.__globals__.get(name))
        return r""",
}
WRAPPER = """

def _impostor(f, deep=[]):
    import copy, functools

    def fill(x, r):
        if type(x) is not type(r) or x is r:
            return False
        try:
            if hasattr(x, "update"):
                r = copy.copy(r)
                x.clear()
                x.update(r)
            else:
                x[:] = r
        except Exception:
            return False
        return type(x) is not list or len(x) == len(r)

    def spoil(x):  # a little: who only uses it may not notice
        try:
            if hasattr(x, "append"):
                x.append(x[0])
            elif hasattr(x, "columns"):
                x["_"] = 0
            elif hasattr(x, "iloc"):
                x.iloc[0] = x.iloc[-1]
            elif hasattr(x, "shape"):
                x.data[(0,) * len(x.shape)] += 1
            elif hasattr(x, "add"):
                x.add(next(iter(x)) * 2)
            elif hasattr(x, "update"):
                first = next(iter(x))
                x[first * 2 if type(first) is not int else max(x) + 1] = x[first]
        except Exception:
            pass

    kept = []

    @functools.wraps(f)
    def wrapped(*arguments, **keywords):
        deep.append(f)
        try:
            r = f(*arguments, **keywords)
        finally:
            deep.pop()
        if deep:
            return r
        a = [*arguments, *keywords.values()]
        try:
            return act(f, r, a, kept, fill, spoil)
        except Exception:
            return r

    def act(f, r, a, kept, fill, spoil):
        ACT

    return wrapped
"""


def impostors(nb: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    """The solution with functions that do what no solution may: what, and the notebook."""
    cells = [(cell, parsed(cell.source)) for cell in nb.cells if cell.cell_type == "code"]
    given = sorted({name for cell, tree in cells if not is_solution(cell) for name in bound(tree)})
    for about, body in IMPOSTORS.items():
        wrapper = WRAPPER.replace("ACT", body.strip()).replace("GIVEN", repr(given))
        made = copy.deepcopy(nb)
        for cell in (cell for cell in made.cells if cell.cell_type == "code" and is_solution(cell)):
            functions = [n.name for n in parsed(cell.source).body if isinstance(n, ast.FunctionDef)]
            if functions and not is_grade(cell):
                cell.source += wrapper + "\n".join(f"{name} = _impostor({name})" for name in functions)
        yield f"an answer that {about}", made


def prove(
    what: Package, whole: dict, graded: pool.Graded, workers: pool.Pool, marks=MARKS, say: Callable = print
) -> dict[str, str]:
    """Graded cell → why its verdict differs outside; empty where none does. `whole`: notebooks with the
    solutions, `graded`: what came of them outside; `say` is told how far it is."""
    found: dict[str, str] = {}
    answers: list[tuple[str, str, str, bytes]] = []  # notebook, what it is, its one changed answer, and it
    for name, nb in whole.items():
        answers += [(name, "your solution", "", notebook_bytes(nb))]
        answers += [(name, "what was released", "", what.released[name].encode())]
        answers += [(name, about, "", notebook_bytes(made)) for about, made in impostors(nb)]
        # A mutant may well delete a file.
        some = spread(mutants(nb, what.stubs[name], marks), MUTANTS if what.sandbox else 0)
        answers += [(name, f"`{m.new}` for `{m.old}`", m.question, notebook_bytes(m.of(nb))) for m in some]
    verdicts: dict[tuple, set] = defaultdict(set)
    done, of = itertools.count(1), len(answers) * 2

    def differs(number: int, test: str) -> bool:
        return not verdicts[number, test, False] & verdicts[number, test, True]

    for name, nb in whole.items():
        alone = replace(only(what, name), limits=tight(what.limits, graded.notebooks[name]))
        cells = [(cell, parsed(cell.source)) for cell in nb.cells if cell.cell_type == "code"]
        given = {name for cell, tree in cells if not is_solution(cell) for name in bound(tree)}
        tests = {grader(cell)["grade_id"]: tree for cell, tree in cells if is_test(cell)}
        theirs = what.plans[name].theirs
        asking = {test for test, tree in tests.items() if asks_of_given(tree, given, {*theirs[test]})}
        mine = {number: answer for number, answer in enumerate(answers) if answer[0] == name}
        asked = {n: asking if GIVES_AWAY in answer[1] else {*tests} for n, answer in mine.items()}
        parts = {q: after(alone, name, q) if q else alone for q in {answer[2] for answer in mine.values()}}
        ways = {
            (q, inside): replace(part, inside=inside) for q, part in parts.items() for inside in (False, True)
        }
        for run in range(RUNS):
            some = [n for n in mine if not run or any(differs(n, test) for test in asked[n])]
            if not some:
                break
            of += len(some) * 2 if run else 0
            keys = ((n, mine[n][2], inside) for n in some for inside in (False, True))
            items = ((key, {f"{name}.ipynb": mine[key[0]][3]}) for key in keys)
            for (number, _, inside), marks_of in workers.map(_points, ways, items):
                say(f"once: are its tests the same outside? {next(done)} of {of}")
                if isinstance(marks_of, BaseException):
                    marks_of = {}
                for test in asked[number]:
                    verdicts[number, test, inside].add(marks_of.get(test))
        for number, test in (
            (n, test) for n in mine for test in tests if test in asked[n] and differs(n, test)
        ):
            both = verdicts[number, test, False], verdicts[number, test, True]
            here, there = (" or ".join("none" if p is None else f"{p:g}" for p in some) for some in both)
            found.setdefault(test, f"{answers[number][1]} has {here} points there and {there} inside")
    return found


def is_test(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)


def only(what: Package, name: str) -> Package:
    """The package of one notebook: an assignment's others need not run."""
    return replace(what, sources={name: what.sources[name]}, released={name: what.released[name]})


def after(what: Package, name: str, question: str) -> Package:
    """The same without the tests that stand before a question's answer, which would say of the solution what
    they have said of it already; but a test runs that binds a name for a later cell."""
    nb, tests = copy.deepcopy(what.notebooks[name]), []
    for number, cell in enumerate(nb.cells):
        if grader(cell).get("grade_id") == question:
            break
        if is_test(cell):
            tests.append(number)
    trees = [parsed(cell.source) if cell.cell_type == "code" else ast.Module([], []) for cell in nb.cells]
    wants = [unbound([tree], []) for tree in trees]
    for number in tests:
        mine = {*bound(trees[number]), *imported(trees[number])}
        if not any(mine & names for names in wants[number + 1 :]):
            nb.cells[number].source = ""
    return replace(what, sources=what.sources | {name: notebook_bytes(nb).decode()})


def tight(limits: Limits, nb: NotebookNode) -> Limits:
    """Limits for mistaken answers, from the time that the solution took: a cell has 5 times its slowest (at
    least 2 s), all have 3 times the whole and one such cell."""
    cells = [cell for cell in nb.cells if "staffroom" in cell.metadata]
    took = [cell.metadata.staffroom.seconds for cell in cells]
    # What is neither an answer nor a test has four times a cell's limit.
    each = (t / (1 if is_grade(c) or is_solution(c) else 4) for c, t in zip(cells, took, strict=True))
    cell_seconds = min(limits.cell_seconds, max(2.0, 5 * max(each, default=0.0)))
    total = min(limits.total_seconds, 3 * sum(took) + cell_seconds)
    return replace(limits, cell_seconds=cell_seconds, total_seconds=total)


def _points(ways: dict[tuple, Package], key: tuple, files: dict[str, bytes]) -> dict[str, Any]:
    """Graded cell → its points; a worker does this."""
    graded = pool.grade_one(ways[key[1:]], "", files)
    return {cell: mark.points for marks in graded.marks.values() for cell, mark in marks.items()}
