"""Mutants: the instructor's solution with one small mistake. One that keeps every point shows what no test
looks at. Only what the student would write is changed. The text of a mutant is Python's own for its tree."""

from __future__ import annotations

import ast
import copy
import difflib
from collections.abc import Iterator
from typing import NamedTuple

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from .course import grader
from .processes import parsed

MARKS = ("BEGIN SOLUTION", "END SOLUTION")  # nbgrader's own
OTHER = {  # operator → what may stand in its place
    getattr(ast, names.split()[0]): [getattr(ast, name) for name in names.split()[1:]]
    for names in """Lt LtE Gt, LtE Lt GtE, Gt GtE Lt, GtE Gt LtE, Eq NotEq, NotEq Eq, Is IsNot, IsNot Is,
        In NotIn, NotIn In, And Or, Or And, Add Sub, Sub Add, Mult Div, Div Mult, FloorDiv Div, Mod FloorDiv,
        Pow Mult, MatMult Mult, BitAnd BitOr, BitOr BitAnd, BitXor BitAnd, LShift RShift, RShift LShift
        """.split(",")
}
REMOVED = tuple(
    getattr(ast, n) for n in "Assign AugAssign Expr Return For Raise Delete Break Continue".split()
)
# Annotations and the texts of errors: no test should look at these.
LEFT = {"annotation", "returns", "decorator_list", "exc", "cause", "msg"}


class Mutant(NamedTuple):
    """One changed answer: which, the changed line in its cell (from 1), that line before and after, and the
    whole cell's new source."""

    question: str  # its grade id
    line: int
    old: str
    new: str
    source: str

    def of(self, nb: NotebookNode) -> NotebookNode:
        """A copy of the notebook with this mistake in it."""
        nb = copy.deepcopy(nb)
        next(cell for cell in nb.cells if grader(cell).get("grade_id") == self.question).source = self.source
        return nb


def mutants(
    nb: NotebookNode, stubs: NotebookNode | None = None, marks: tuple[str, str] = MARKS
) -> list[Mutant]:
    """Every mutant of a notebook that holds solutions, each once, in the order of its cells and lines. In a
    cell without `marks` all lines count that the released `stubs` lack. Answers that a person grades have
    none, nor has a cell that is not Python."""
    given = {grader(cell).get("grade_id"): cell.source for cell in stubs.cells} if stubs else {}
    found = []
    for cell in nb.cells:
        if cell.cell_type == "code" and is_solution(cell) and not is_grade(cell):
            name = grader(cell)["grade_id"]
            lines = _theirs(cell.source.split("\n"), given.get(name, "").split("\n"), marks)
            found += sorted(_of_cell(name, cell.source, lines), key=lambda mutant: mutant.line)
    return found


def spread(found: list[Mutant], most: int) -> list[Mutant]:
    """At most so many, from all over the list; the same ones each time."""
    return [found[n * len(found) // most] for n in range(most)] if len(found) > most else found


def _theirs(lines: list[str], stub: list[str], marks: tuple[str, str]) -> set[int]:
    """The numbers of the lines that the student would write."""
    # IPython's own lines are made Python, and are not changed.
    found, inside = {n for n, line in enumerate(lines, 1) if line.lstrip()[:1] not in ("%", "!")}, False
    if not any(marks[0] in line for line in lines):
        same = difflib.SequenceMatcher(None, lines, stub, autojunk=False).get_matching_blocks()
        return found - {block.a + n for block in same for n in range(1, block.size + 1)}
    for number, line in enumerate(lines, 1):
        inside = marks[0] in line or (inside and marks[1] not in line)
        found -= set() if inside else {number}
    return found


def _of_cell(question: str, source: str, theirs: set[int]) -> Iterator[Mutant]:
    tree = parsed(source)
    before = ast.unparse(tree)
    seen = {before}
    for where, key, at, condition in list(_places(tree)):
        node = where[key]
        for new in _variants(node, condition) if {*range(at.lineno, at.end_lineno + 1)} <= theirs else ():
            where[key] = new
            after = ast.unparse(tree)
            if after not in seen:
                seen.add(after)
                yield Mutant(question, at.lineno, *_changed(before.split("\n"), after.split("\n")), after)
        where[key] = node


def _changed(old: list[str], new: list[str]) -> Iterator[str]:
    """The lines that differ, before and after; of several the first."""
    same = next(
        (n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
    gone = len(old) - len(new) + 1  # one line stands for so many
    return f"{old[same].strip()}{' …' * (gone > 1)}", new[same].strip()


def _places(node: ast.AST, above: ast.AST | None = None) -> Iterator[tuple]:
    """What can be changed: container and key of a node; the node that tells its lines (no position within an
    f-string can be trusted); whether it is a condition."""
    for field, value in ast.iter_fields(node):
        where = value if isinstance(value, list) else vars(node)
        for key in range(len(value)) if isinstance(value, list) else [field]:
            child = where[key]
            alone = isinstance(child, ast.Expr) and child.value
            if not isinstance(child, ast.AST) or field in LEFT or isinstance(alone, ast.Constant):
                continue
            at = child if hasattr(child, "lineno") and not isinstance(above, ast.JoinedStr) else above
            if hasattr(child, "lineno"):
                test = field == "test" and isinstance(node, (ast.If, ast.While, ast.IfExp))
                yield where, key, at, test or field == "ifs"
            if not (isinstance(alone, ast.Call) and ast.unparse(alone.func) == "print"):  # shown, not tested
                yield from _places(child, at)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    new = copy.copy(node)
    vars(new).update(fields)
    return new


def _fewer(items: list) -> list[list]:
    return [items[:n] + items[n + 1 :] for n in range(len(items))]


def _swapped(items: list) -> list[list]:
    return [[*items[:n], items[n + 1], items[n], *items[n + 2 :]] for n in range(len(items) - 1)]


def _more(bound: ast.expr) -> list[ast.expr]:
    """One more than a bound, unless a number in it is changed anyway."""
    numbers = any(isinstance(node, ast.Constant) for node in (bound, *ast.iter_child_nodes(bound)))
    return [] if numbers else [ast.BinOp(bound, ast.Add(), ast.Constant(1))]


def _variants(node: ast.AST, condition: bool) -> Iterator[ast.AST]:
    """What may stand in a node's place."""
    if isinstance(node, REMOVED):
        yield ast.Pass()
    if condition:
        yield from (ast.Constant(True), ast.Constant(False))
        below = isinstance(node, ast.Compare) and len(node.ops) == len(OTHER[type(node.ops[0])]) == 1
        if not below and not isinstance(getattr(node, "op", node), (ast.Not, ast.Constant)):
            yield ast.UnaryOp(ast.Not(), node)
    match node:
        case ast.Compare(ops=ops):
            for n, op in enumerate(ops):
                yield from (_with(node, ops=[*ops[:n], new(), *ops[n + 1 :]]) for new in OTHER[type(op)])
        case ast.BoolOp(op=op, values=values):
            yield _with(node, op=OTHER[type(op)][0]())
            yield from (_with(node, values=rest) if rest[1:] else rest[0] for rest in _fewer(values))
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in OTHER:
            yield _with(node, op=OTHER[type(op)][0]())
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1) if value >= 1 else ast.UnaryOp(ast.USub(), ast.Constant(1))
        case ast.Constant(value=str() as value):
            yield ast.Constant("" if value else "x")
        case ast.Call(func=func, args=args, keywords=keywords):
            name, last = getattr(func, "id", ""), int(len(args) > 1)
            swapped = [] if name in ("min", "max") else _swapped(args)  # to which the order is nothing
            yield from (_with(node, args=rest) for rest in _fewer(args) + swapped)
            yield from (_with(node, keywords=rest) for rest in _fewer(keywords))
            for more in _more(args[last]) if name == "range" and args else []:
                yield _with(node, args=[*args[:last], more, *args[last + 1 :]])
        case ast.Subscript(slice=ast.Tuple(elts=elts) as both):
            yield from (_with(node, slice=_with(both, elts=rest)) for rest in _swapped(elts))
        case ast.Subscript(value=ast.Subscript() as inner):
            yield _with(node, slice=inner.slice, value=_with(inner, slice=node.slice))
        case ast.Slice():
            for name, bound in ((name, getattr(node, name)) for name in ("lower", "upper", "step")):
                yield from (_with(node, **{name: new}) for new in ([None, *_more(bound)] if bound else []))
