"""Before tests run outside, it is proven that they mean there what they mean inside."""

from __future__ import annotations

import ast
from collections.abc import Callable

import nbformat
import pytest

from staffroom import jail, pool, processes, proof
from staffroom.engine import Package
from staffroom.proof import asks_of_given, meaningless
from tests.staffroom.conftest import UNCHECKED, Tiny, rows
from tests.staffroom.test_engine import answer, errors, given, graded, package

WHY = jail.probe()


@pytest.mark.parametrize(
    ("test", "why"),
    [
        ("assert f(a) is not a", "two objects are the same one"),
        ("assert not (f(a) is f.memory)", "two objects are the same one"),
        ("assert id(f(a)) != id(a)", "two objects are the same one"),
        ("import numpy as np\nassert not np.shares_memory(f(a), a)", "(np.shares_memory)"),
        ("assert f(a).data_ptr() != a.data_ptr()", "two objects are the same one"),
        ("import builtins\nbuiltins.sorted = None\nf(a)", "line 2 changes builtins for the test alone"),
        ("import numpy as np\nnp.linalg.solve = None\nf(a)", "changes np for the test alone"),
        ("import os\nos.environ['LANG'] = 'C'", "changes os for the test alone"),
        ("import math\ndel math.fsum", "changes math for the test alone"),
        ("from unittest import mock\nwith mock.patch('numpy.linalg.solve'):\n    f(a)", "(unittest.mock)"),
        ("from unittest.mock import patch", "(unittest.mock)"),
        ("import sys\nassert 'scipy' not in sys.modules", "(sys.modules)"),
        ("from sys import modules", "(sys.modules)"),
        ("import sys\nsys.setrecursionlimit(50)", "(sys.setrecursionlimit)"),
        ("import gc\ngc.collect()", "(gc)"),
        ("import warnings\nwarnings.simplefilter('error')\nf(a)", "makes errors of warnings"),
        ("import warnings\nwith warnings.catch_warnings(record=True) as seen:\n    f(a)", "of warnings"),
        ("import numpy as np\nwith np.errstate(all='raise'):\n    f(a)", "makes errors of warnings"),
        ("import pytest\nwith pytest.warns(UserWarning):\n    f(a)", "(pytest.warns)"),
    ],
)
def test_what_means_nothing_outside_is_named(test: str, why: str) -> None:
    assert why in meaningless(test)


@pytest.mark.parametrize(
    "test",
    [
        "assert f(a) is None and f(a) is not True",
        "assert type(f(a)) is int",
        "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n    f(a)",
        "import numpy as np\nx = np.ones(3)\nx[0] = 2\nx.flags.writeable = False",
        "import torch\ntorch.manual_seed(0)\nwith torch.no_grad():\n    f(a)",
        "identity, modules = f(a), 3\nassert identity == modules",
        "f.calls = 0\ndel f.calls",
        "import io, sys\nkept, sys.stdout = sys.stdout, io.StringIO()\nf(a)\nsys.stdout = kept",
    ],
)
def test_what_means_the_same_outside_is_not(test: str) -> None:
    assert meaningless(test) == ""


@pytest.mark.parametrize(
    ("test", "asks"),
    [
        ("before = list(data)\nf()\nassert data == before", True),
        ("def same():\n    assert data == [1]\nf()\nsame()", True),
        ("got = f(3)\nassert got == data", False),
        ("for x in f(3):\n    y = x + 1\n    assert y in data", False),
        ("data = [1]\nassert data == [1]", False),
        ("def g(data):\n    assert data", False),
    ],
)
def test_an_assertion_about_what_is_given_is_recognised(test: str, asks: bool) -> None:
    assert asks_of_given(ast.parse(test), {"data"}, {"f"}) is asks


def test_what_is_given_may_change_the_process_since_it_runs_on_both_sides() -> None:
    settings = "import sys\nsys.setrecursionlimit(500)"
    what = package(given(settings), answer("def f(): return 1"), graded("assert f() == 1"))
    assert proof.without_meaning(what) == {}
    assert "setrecursionlimit" in proof.without_meaning(package(graded(settings)))["test"]


def proven(what: Package, say: Callable = lambda text: None) -> dict[str, str]:
    whole = what.notebooks
    solution = {f"{name}.ipynb": text.encode() for name, text in what.sources.items()}
    result = pool.grade_one(what, "", solution)
    assert [q.reason for q in result.outcome.questions if q.points != q.max_points] == []
    with pool.Pool(1, 1) as workers:
        found = proof.prove(what, whole, result, workers, say=say)
    processes.cool()
    return found


COURSE = """import numpy as np
data = [3, 1, 2]
def copied(a): return list(a)
COPIED a = [1, 2]; b = copied(a); b.append(3); assert (a, b) == ([1, 2], [1, 2, 3])
def kept(a): return sorted(a)
KEPT one = kept([2, 1]); two = kept([9]); assert (one, two) == ([1, 2], [9])
def most(): return max(data)
MOST before = [3, 1, 2]; assert most() == 3; assert data == before
def third(): return data[2]
THIRD assert third() == 2
def scaled(a): return a * 1.0
SCALED a = np.ones(3); b = scaled(a); a[0] = 5; assert b[0] == 1
def first(a): return a[0]
FIRST a = [4, 5]; assert first(a) == 4; assert a == [4, 5]
"""


def test_a_test_whose_verdicts_differ_is_named() -> None:
    """By the answers that it cannot see through from outside; the tests beside it are not."""
    cells = []
    for line in COURSE.splitlines():
        name, _, rest = line.partition(" ")
        if name.isupper():
            cells.append(graded(rest.replace("; ", "\n"), f"test_{name.lower()}"))
        elif name == "def":
            cells.append(answer(line, rest.partition("(")[0]))
        else:
            cells.append(given(line, f"given_{name}"))
    found = proven(package(*cells))
    said = "an answer that {} has 1 points there and 0 inside"
    assert found == {
        "test_most": said.format("changes what is given"),
        "test_scaled": said.format("returns a view of an argument that it changes"),
    }


def test_only_what_differs_runs_once_more() -> None:
    """A second run could but take the difference away: where there is none, it has nothing to say."""
    double = answer("def double(a): return [2 * x for x in a]", "double")
    told: list[str] = []
    assert proven(package(double, graded("assert double([1]) == [2]", "test")), told.append) == {}
    assert told[-1].endswith(f" {len(told)} of {len(told)}")
    assert {said.split()[-1] for said in told} == {str(len(told))}
    once = len(told)
    scaled = answer("def scaled(a): return a * 1.0", "scaled")
    copied = graded("a = np.ones(3)\nb = scaled(a)\na[0] = 5\nassert b[0] == 1", "test")
    told.clear()
    assert [*proven(package(given("import numpy as np"), scaled, copied), told.append)] == ["test"]
    assert told[-1].endswith(f" {len(told)} of {len(told)}")
    assert int(told[0].split()[-1]) < len(told) < int(told[0].split()[-1]) + once


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize(
    ("bad", "test"),
    [
        ("def f(a): return a", "a = [1]\nb = f(a)\nb.append(2)\nassert a == [1]"),
        (
            "def f(a, *, kept=[]):\n    kept[:] = a\n    return kept",
            "one, two = f([1]), f([2])\nassert one == [1]",
        ),
        ("def f(a, b): return b", "a, b = {1: 2}, {3: 4}\nf(a, b=b).clear()\nassert b == {3: 4}"),
        (
            "import numpy as np\ndef f(a): return a",
            "import numpy as np\na = np.ones(2)\nf(a)[0] = 3\nassert a[0] == 1",
        ),
    ],
)
def test_an_answer_that_is_an_argument_is_that_outside_too(bad: str, test: str, inside: bool) -> None:
    what = package(answer("def f(*a, **k): return [1]"), graded(test), inside=inside)
    assert errors(what, answer=bad).keys() == {"test"}


def about(tiny: Tiny, test: str) -> None:
    path = tiny.root / "solutions/numbers/numbers.ipynb"
    nb = nbformat.read(path, as_version=4)
    nb.cells[3].source = test
    nbformat.write(nb, path)
    assert tiny.run("release").code == 0


def test_nothing_is_graded_until_it_is_rewritten_or_the_course_chooses_inside(tiny: Tiny) -> None:
    tiny.configure(UNCHECKED, "")
    tiny.submit("ada")
    about(tiny, "assert double([1]) is not None\nassert double(a := [1]) is not a")
    for more in ([], ["--no-check"]):
        said = tiny.run("grade", "numbers", *more)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert f"{tiny.root}/solutions/numbers: outside, tests do not mean what they mean inside" in said.err
        assert "test_double: line 2 asks whether two objects are the same one" in said.err
        assert "nbgrader_config.py says: c.Staffroom.tests = 'inside'" in said.err
        assert not (tiny.root / "autograded").exists()
    assert tiny.run("grade", "numbers", "--tests", "inside").code == 0
    assert rows(tiny)["ada"]["double"] == "2"


def test_a_course_that_says_nothing_is_graded_inside(tiny: Tiny) -> None:
    """As nbgrader does it: what is the same object there is the same object."""
    about(tiny, "assert double(a := [1]) is not a\nimport sys\nassert 'antigravity' not in sys.modules")
    tiny.configure('c.Staffroom.tests = "outside"\n', "")
    tiny.submit("ada")
    tiny.submit("ben", tiny.answered(double="return x"))
    tiny.submit("chen", tiny.answered(double="import antigravity; return 2 * x"))
    assert tiny.run("grade", "numbers").code == 0
    assert [rows(tiny)[who]["double"] for who in ("ada", "ben", "chen")] == ["2", "0", "0"]
