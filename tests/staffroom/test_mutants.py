"""Mutants of the instructor's solution: which are made, where, and that they are told killed or surviving."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from staffroom import audit
from staffroom.mutants import Mutant, mutants, spread
from tests.staffroom.conftest import Tiny, _graded, source_notebook

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # as staffroom.engine does


def of(source: str, **meta: object) -> list[Mutant]:
    return mutants(new_notebook(cells=[_graded(source, grade_id="q", **{"solution": True} | meta)]))


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("a < b", ["a <= b", "a > b"]),
        ("a >= b", ["a > b", "a <= b"]),
        ("a == b != c", ["a != b != c", "a == b == c"]),
        ("a in b", ["a not in b"]),
        ("a is not b", ["a is b"]),
        ("a + b", ["a - b"]),
        ("a // b", ["a / b"]),
        ("x += a", ["x -= a"]),
        ("a and b", ["a or b", "b", "a"]),
        ("a or b or c", ["a and b and c", "b or c", "a or c", "a or b"]),
        ("-a", ["a"]),
        ("not a", ["a"]),
        ("x = 3", ["x = 4", "x = 2"]),
        ("x = 0", ["x = 1", "x = -1"]),
        ("x = 1.5", ["x = 2.5", "x = 0.5"]),
        ("x = True", ["x = False"]),
        ("x = 'a'", ["x = ''"]),
        ("x = ''", ["x = 'x'"]),
        ("f(a, b)", ["f(b)", "f(a)", "f(b, a)"]),
        ("f(a, k=b)", ["f(k=b)", "f(a)"]),
        ("f(a, a)", ["f(a)"]),
        ("min(a, b)", ["min(b)", "min(a)"]),
        ("range(a, b)", ["range(b)", "range(a)", "range(b, a)", "range(a, b + 1)"]),
        ("x[a:b]", ["x[:b]", "x[a + 1:b]", "x[a:]", "x[a:b + 1]"]),
        ("x[::a]", ["x[:]", "x[::a + 1]"]),
        ("x[i, j]", ["x[j, i]"]),
        ("x[i][j]", ["x[j][i]"]),
        ("a if b else c", ["a if True else c", "a if False else c", "a if not b else c"]),
        (
            "[a for a in b if c]",
            ["[a for a in b if True]", "[a for a in b if False]", "[a for a in b if not c]"],
        ),
        # parentheses come where they are needed
        ("a * b ** c", ["a / b ** c", "a * (b * c)"]),
        ("x = f'{a + 1}'", ["x = f'{a - 1}'", "x = f'{a + 2}'", "x = f'{a + 0}'"]),
        # what no test should look at
        ("print(a + 1)", []),
        ("'''About.'''", []),
        ("import a", []),
        ("x: list[3]", []),
    ],
)
def test_each_kind_of_mistake_is_made(source: str, made: list[str]) -> None:
    found = of(source)
    assert [mutant.new for mutant in found if mutant.new.split("  #")[0] != "pass"] == made
    assert {mutant.old for mutant in found} <= {source}
    assert [mutant.source for mutant in found] == [mutant.new for mutant in found]


def test_statements_and_branches_are_removed() -> None:
    source = (
        "def f(a):\n    if a:\n        raise ValueError('no')\n    for x in a:\n        x()\n    return a"
    )
    assert [(mutant.line, mutant.old, mutant.new) for mutant in of(source)] == [
        (2, "if a:", "if True:"),
        (2, "if a:", "if False:"),
        (2, "if a:", "if not a:"),
        (3, "raise ValueError('no')", "pass"),
        (4, "for x in a: …", "pass"),
        (5, "x()", "pass"),
        (6, "return a", "pass"),
    ]


def test_only_what_the_student_would_write_is_changed() -> None:
    source = "x = 1 + y\n### BEGIN SOLUTION\nz = y\n### END SOLUTION\nw = 2 * z"
    assert [(mutant.line, mutant.old, mutant.new) for mutant in of(source)] == [(3, "z = y", "pass")]
    assert of("x = 1", grade=True) == [], "a person grades this one"
    assert of("x = 1", solution=False, locked=True) == []
    stubs = new_notebook(cells=[_graded("x = 1\n# yours", grade_id="q", solution=True)])
    nb = new_notebook(cells=[_graded("x = 1\ny = x", grade_id="q", solution=True)])
    assert [mutant.old for mutant in mutants(nb, stubs)] == ["y = x"], "without marks, what the stub lacks"
    nb.cells[0].source = "x = 1\n# START\ny = x\n# STOP\nz = 1"
    assert [mutant.old for mutant in mutants(nb, None, ("START", "STOP"))] == ["y = x"]


def test_a_cell_for_ipython_keeps_its_own_lines() -> None:
    found = of("%matplotlib inline\nif a:\n    !ls\nx = y")
    assert [(mutant.line, mutant.new) for mutant in found] == [
        (2, "if True:"),
        (2, "if False:"),
        (2, "if not a:"),
        (4, "pass"),
    ]
    assert found[-1].source.startswith("get_ipython().run_line_magic('matplotlib', 'inline')\nif a:\n")
    assert of("this is no Python") == []


def test_mutants_are_distinct_ordered_and_sampled_alike() -> None:
    nb = source_notebook()
    found = mutants(nb)
    assert found == mutants(nb)
    assert len({mutant.source for mutant in found}) == len(found) > 5
    assert [mutant.question for mutant in found] == sorted(mutant.question for mutant in found)
    some = spread(found, 4)
    assert len(some) == 4
    assert {mutant.question for mutant in some} == {"double", "mean"}
    assert spread(found, 2) == [found[0], found[len(found) // 2]]
    assert spread(found, 1000) == found
    changed = found[0].of(nb)
    assert [a.source != b.source for a, b in zip(nb.cells, changed.cells, strict=True)].count(True) == 1


# ---------------------------------------- on a course


@pytest.fixture
def bare(tiny: Tiny) -> Tiny:
    """The small course as most are: nobody has written a wrong answer. One test does not look at much."""
    shutil.rmtree(tiny.root / "tests/answers")
    change(tiny, 3, "assert double(0) == 0")
    return tiny


def change(tiny: Tiny, cell: int, source: str) -> None:
    path = tiny.root / "solutions/numbers/numbers.ipynb"
    nb = nbformat.read(path, as_version=4)
    nb.cells[cell].source = source
    nbformat.write(nb, path)


DOUBLED = """double, line 4
- doubled_value_in_the_instructors_own_solution = x + x
+ doubled_value_in_the_instructors_own_solution = x - x
"""


def test_without_answers_the_solution_is_changed(bare: Tiny) -> None:
    said = bare.run("audit", "numbers", "--json", bare.root / "a.json", "--markdown", bare.root / "a.md")
    assert said.code == 1
    assert DOUBLED in said.out
    assert "mean, line" not in said.out, "all of its mutants are killed"
    assert "numbers: 6 of 7 mutants killed (0 by a time limit), 0 left out as equivalent" in said.out
    (report,) = json.loads((bare.root / "a.json").read_text())
    assert report["questions"] == {"double": [2, 3], "mean": [4, 4]}
    assert [(one["question"], one["line"]) for one in report["survivors"]] == [("double", 4)]
    assert "| double" in (bare.root / "a.md").read_text()
    assert not (bare.root / "gradebook.db").exists()


def test_what_is_marked_as_equivalent_is_left_out_and_not_released(bare: Tiny) -> None:
    path = bare.root / "solutions/numbers.equivalent.txt"
    moved = DOUBLED.replace("line 4", "line 9")
    path.write_text(f"# zero either way\n{moved}\n{DOUBLED.replace('x - x', 'x * x')}")
    said = bare.run("audit", "numbers")
    assert said.code == 0
    assert "numbers: 6 of 6 mutants killed (0 by a time limit), 1 left out as equivalent" in said.out
    assert f"{path}: no such mutant any more: double, line 4: doubled" in said.err
    assert bare.run("release", "numbers").code == 0
    assert [p.name for p in (bare.root / "exercises/numbers").iterdir()] == ["numbers.ipynb"]
    path.write_text("double, line 4\n- x\n")
    said = bare.run("audit", "numbers")
    assert said.code == 2
    assert f"{path}: not understood: double, line 4; copy the three lines" in said.err


@pytest.mark.parametrize(("line", "which"), [(3, 0), (8, 1)])
def test_of_two_alike_the_nearer_line_is_meant(tmp_path: Path, line: int, which: int) -> None:
    path = tmp_path / "equivalent.txt"
    path.write_text(f"q, line {line}\n- i += 1\n+ pass\n")
    every = [("nb", Mutant("q", line, "i += 1", "pass", "")) for line in (2, 9)]
    assert audit._marked(path, every) == ({which}, [])


def test_answers_come_first_where_there_are_some(tiny: Tiny) -> None:
    assert "mutants" not in tiny.run("audit", "numbers").out
    said = tiny.run("audit", "numbers", "--mutants")
    assert said.code == 0
    assert "numbers: 7 of 7 mutants killed" in said.out


def test_a_mutant_that_never_ends_costs_little(bare: Tiny) -> None:
    body = "total = 0\n    while values:\n        total += values.pop()\n    return total"
    change(bare, 4, f"def mean(values):\n    ### BEGIN SOLUTION\n    {body}\n    ### END SOLUTION")
    change(bare, 5, "assert mean([1, 2]) == 3")
    began = time.monotonic()
    said = bare.run("audit", "numbers")
    assert "(1 by a time limit)" in said.out, "nothing is taken from the list"
    assert time.monotonic() - began < 30, "a cell's own limit is 30 s"


def test_a_solution_that_loses_points_is_told(bare: Tiny) -> None:
    change(bare, 3, "assert double(3) == 7, 'is it?'")
    said = bare.run("audit", "numbers")
    assert said.code == 2
    assert "your own solution loses points, so no mutant was run: test_double (is it?)" in said.err


def test_an_assignment_of_two_notebooks(two: Tiny) -> None:
    nb = nbformat.read(two.root / "solutions/numbers/more.ipynb", as_version=4)
    nb.cells.append(new_markdown_cell("The end.", id="end"))
    nbformat.write(nb, two.root / "solutions/numbers/more.ipynb")
    said = two.run("audit", "numbers", "--mutants")
    assert said.code == 1
    assert "value, line 3\n- value = 1\n+ value = 2\n" in said.out
