"""A submission is run in two processes: what a test may do from outside, and what becomes of bad answers."""

from __future__ import annotations

import io
import signal
import time
from collections.abc import Iterator
from dataclasses import replace

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from staffroom import engine, jail, processes
from staffroom.engine import Package, Plan
from staffroom.repair import NotGradable

BLANK = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
WHY = jail.probe()
QUICK = jail.Limits(cell_seconds=2, cpu_seconds=20, memory_mb=400, total_seconds=60)


def cell(source: str, name: str = "", **meta: object) -> NotebookNode:
    metadata = {"nbgrader": BLANK | {"grade_id": name} | meta} if name else {}
    return new_code_cell(source, metadata=metadata)


def given(source: str, name: str = "given") -> NotebookNode:
    return cell(source, name, locked=True)


def answer(source: str, name: str = "answer") -> NotebookNode:
    return cell(source, name, solution=True)


def graded(source: str, name: str = "test") -> NotebookNode:
    return cell(source, name, grade=True, locked=True, points=1)


def package(*cells: NotebookNode, **more: object) -> Package:
    text = nbformat.writes(new_notebook(cells=list(cells)))
    limits = jail.Limits(cell_seconds=20, cpu_seconds=20, memory_mb=400, total_seconds=60)
    made = Package("x", {"nb": text}, {"nb": text}, {}, limits, not WHY, False, "/nowhere")
    return replace(made, **more)


def outputs(what: Package, **answers: str) -> dict[str, list[NotebookNode]]:
    """Run the notebook with these answers; what each cell showed, by grade id or else by place."""
    nb = nbformat.reads(what.sources["nb"], as_version=4)
    for number, c in enumerate(nb.cells):
        name = c.metadata.get("nbgrader", {}).get("grade_id", str(number))
        c.source = answers.get(name, c.source)
    done = engine.run(what, {"nb.ipynb": nbformat.writes(nb).encode()})
    return {
        c.metadata.get("nbgrader", {}).get("grade_id", str(number)): c.outputs
        for number, c in enumerate(done.notebooks["nb"].cells)
    }


def errors(what: Package, **answers: str) -> dict[str, str]:
    found = {}
    for name, shown in outputs(what, **answers).items():
        found.update((name, f"{o.ename}: {o.evalue}") for o in shown if o.output_type == "error")
    return found


@pytest.fixture(scope="module", autouse=True)
def _one_template() -> Iterator[None]:
    yield
    processes.cool()


# ---------------------------------------- what a test may do

RIGHT = {
    "plain data": ("def f(x): return [x, (x, {'a': x})]", "assert f(2) == [2, (2, {'a': 2})]"),
    "a variable": ("x = 42", "assert x == 42"),
    "arrays": (
        "import numpy as np\ndef f(a): return a @ a.T",
        "import numpy as np\na = np.ones((2, 3))\nassert np.array_equal(f(a), a @ a.T)",
    ),
    "keywords": ("def f(*a, **k): return [a, k]", "assert f(1, b=2) == [(1,), {'b': 2}]"),
    "in place": ("def f(xs): xs.sort()", "xs = ys = [3, 1]\nassert f(xs) is None\nassert ys == [1, 3]"),
    "an exception": (
        "class Mine(ValueError): pass\ndef f(x): raise Mine('no')",
        "import pytest\nwith pytest.raises(ValueError, match='no'):\n    f(1)",
    ),
    "a callback": ("def f(g, x): return g(x) + 1", "assert f(lambda x: 10 * x, 2) == 21"),
    "a callback that calls back": (
        "def f(g): return g(3)\ndef h(x): return x + 1",
        "assert f(lambda x: h(x) * 2) == 8",
    ),
    "a callback that raises": (
        "def f(g):\n    try:\n        g()\n    except KeyError as error:\n        return str(error)",
        "def bad(): raise KeyError('k')\nassert f(bad) == \"'k'\"",
    ),
    "an object passed back": (
        "class A:\n    n = 3\ndef make(): return A()\ndef see(a): return a.n",
        "assert see(make()) == 3",
    ),
    "a class": (
        "class Stack:\n    def __init__(self): self.items = []\n    def push(self, x): self.items.append(x)",
        "s = Stack()\ns.push(1)\ns.push('b')\nassert s.items == [1, 'b']",
    ),
    "attributes of any name": (
        "class Card:\n    kind, number, function, tester, data = 'ace', 7, 'f', 't', [1]\ncard = Card()",
        "assert [card.kind, card.number, card.function, card.tester, card.data] == ['ace', 7, 'f', 't', [1]]",
    ),
    "a closure": ("def adder(n): return lambda x: x + n", "assert adder(3)(4) == 7"),
    "what it prints": (
        "def f(): print('hello')",
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as out:\n    f()\n"
        "assert out.getvalue() == 'hello\\n'",
    ),
    "a name deleted and put back": (
        "def square(x): return x * x\ndef total(xs): return sum(map(square, xs))",
        "kept = square\ndel square\ntry:\n    total([1])\nexcept NameError:\n    pass\nelse:\n"
        "    raise AssertionError('total must use square')\nfinally:\n    square = kept\n"
        "assert total([1, 2]) == 5",
    ),
    "a name rebound to the test's function": (
        "def square(x): return x * x\ndef total(xs): return sum(map(square, xs))",
        "seen = []\ndef square(x):\n    seen.append(x)\n    return 1\n"
        "assert total([4, 5]) == 2\nassert seen == [4, 5]",
    ),
    "a random generator": (
        "def f(rng): return rng.random()",
        "import numpy as np\nrng, same = np.random.default_rng(1), np.random.default_rng(1)\n"
        "assert f(rng) == same.random()\nassert rng.random() == same.random()",
    ),
    "await": (
        "async def f(): return 1\ndef g(): return 2",
        "import asyncio\nawait asyncio.sleep(0)\nassert g() == 2",
    ),
    "magics": ("%matplotlib inline\ndef f(): return 1", "%time f()\nassert f() == 1"),
    "names in texts": ("def f(): return 1\nx = 2", "assert 'f' in globals()\nassert eval('x') == 2"),
    "a function's name and docstring": (
        "def f(): 'One.'",
        "assert callable(f) and f.__name__ == 'f' and f.__doc__ == 'One.'",
    ),
    "a name that is too large to pass on, and others": (
        "import numpy as np\nx, xs = 2, np.ones(9 << 20)\ndef total(xs): return int(xs.sum())",
        "assert x == 2\nassert total(xs) == xs.size == 9 << 20",
    ),
    "names beside one that is too deep": (
        "deep, cycle = (), []\nfor _ in range(2000): deep = (deep,)\n"
        "cycle.append((cycle,))\ndef f(): return 1",
        "assert f() == 1\nassert (deep is cycle) is False",
    ),
    "names that are too large together": (
        "import numpy as np\na, b = np.ones(5 << 20), np.ones(5 << 20)",
        "assert len(a) == len(b)",
    ),
    "containers that add something": (
        "from collections import *\ndef f(c, q, d):\n    d['a'] += 1\n    q.rotate()\n"
        "    return c.most_common(1)\ndef g(): return defaultdict(list)",
        "from collections import *\nqueue, counts = deque([1, 2]), defaultdict(int)\n"
        "assert f(Counter('aab'), queue, counts) == [('a', 2)]\n"
        "assert (queue, counts) == (deque([2, 1]), {'a': 1})\n"
        "d = g()\nd['x'].append(1)\nassert d == {'x': [1]}",
    ),
    "exact numbers and dates": (
        "import datetime\nfrom fractions import Fraction\ndef f(x): return x / 3\n"
        "def g(day): return day + datetime.timedelta(1)",
        "import datetime\nfrom fractions import Fraction\nassert f(Fraction(1)) == Fraction(1, 3)\n"
        "assert g(datetime.date(2024, 2, 28)).day == 29",
    ),
    "a named tuple of the student's": (
        "from collections import namedtuple\nPoint = namedtuple('Point', 'x y')\ndef f(): return Point(1, 2)",
        "p = f()\nassert (p.x, p.y, p == (1, 2)) == (1, 2, True)",
    ),
    "a generator": (
        "def f(n):\n    for i in range(n):\n        yield i\n    f.ended = True",
        "some = f(3)\nassert next(some) == 0\nassert list(some) == [1, 2]\nassert list(some) == []\n"
        "assert f.ended and [*zip(f(2), f(9))] == [(0, 0), (1, 1)]",
    ),
    "what its objects can do": (
        "class A:\n    _next, _kind = 5, 2\ndef f(): return A()",
        "import pytest\nassert callable(f) and not callable(f())\nfor cannot in (len, iter, int, f()):\n"
        "    with pytest.raises(TypeError):\n        cannot(f())\nassert (f()._next, f()._kind) == (5, 2)",
    ),
    "attributes set on an object": (
        "class A:\n    def twice(self): return 2 * self.n\na = A()",
        "a.n = 21\nassert a.twice() == 42 and vars(a) == a.__dict__ == {'n': 21}\ndel a.n\n"
        "assert not hasattr(a, 'n')",
    ),
    "a variable of its own that the answer has, too": (
        "def f(x):\n    kept = x\n    return kept\nkept = 1",
        "import types\nkept = types.SimpleNamespace(n=f(3))\nassert kept.n == 3",
    ),
    "a warning": ("import warnings\ndef f():\n    warnings.warn('slow')\n    return 1", "assert f() == 1"),
}


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("inside", [False, True])
def test_a_test_can_use(name: str, inside: bool) -> None:
    """The same test passes outside, in another process than the student's code, and inside."""
    solution, test = RIGHT[name]
    what = package(answer(solution), graded(test), inside=inside)
    assert errors(what) == {}
    stub = errors(what, answer="raise NotImplementedError")
    assert set(stub) == {"answer", "test"}, "it would pass with anything"


@pytest.mark.parametrize("inside", [False, True])
def test_an_object_of_a_class_that_is_given_crosses_as_what_it_is(inside: bool) -> None:
    what = package(
        given("from dataclasses import dataclass\n@dataclass\nclass Card:\n    rank: int"),
        answer("def up(card):\n    card.rank += 1\n    return Card(9)"),
        graded("card = Card(1)\nassert up(card) == Card(9)\nassert card.rank == 2"),
        inside=inside,
    )
    assert errors(what) == {}
    assert "AssertionError" in errors(what, answer="def up(card): return Card(9)")["test"]


@pytest.mark.parametrize(
    ("source", "test", "says"),
    [
        ("def f(x): return object()", "assert f(1) == 1", "object is no plain data"),
        ("def f(x): return object()", "assert f(1)", "object is no plain data"),
        ("def f(x): return object()", "assert len(f(1))", "TypeError: object of type 'object' has no len()"),
        ("def f(x): return object()", "import numpy as np\nnp.asarray(f(1))", "object is no plain data"),
        ("class A:\n    def __len__(self): return 1\nf = A()", "assert len(f) == 1", "A is no plain data"),
        ("async def f(x): return x", "assert await f(1) == 1", "tests inside"),
        ("class f: pass", "assert isinstance(3, f)", "type is no plain data"),
        *(
            ("def f(): return object()", f"from collections.abc import *\nassert {holds}, 'none'", "none")
            for holds in ("isinstance(f(), (Awaitable, Iterable, Sized))", "hasattr(f(), '__iter__')")
        ),
        # doctest finds nothing in a module without functions, and says that nothing failed
        ("def f(x): '>>> f(1)\\n2'", "import doctest\nassert doctest.testmod() == (0, 1)", "tests inside"),
        ("def f(x): return x", "assert f.__doc__, 'no docstring'", "no docstring"),
        ("f = 3", "assert f(1) == 1", "'int' object is not callable"),
        (
            "def f(x): return x",
            "import types\nf(types.SimpleNamespace())",
            "SimpleNamespace is no plain data",
        ),
        (
            "def f(x): raise StopIteration",
            "assert all(v == x for v, x in zip(map(f, [1]), [1]))",
            "StopIteration",
        ),
        ("def f(x): return 1 / 0", "f(1)", "ZeroDivisionError: division by zero"),
        ("def f(x): raise SystemExit(0)", "f(1)", "SystemExit"),
        ("def f(x): return b'x' * (70 << 20)", "f(1)", "the limit is 64 MB"),
        ("def f(x): return [[]] * (20 << 20)", "f(1)", "more than 16 MB"),
        (
            "class E(Exception):\n    def __str__(self): raise E\ndef f(x): raise E",
            "f(1)",
            "text cannot be had",
        ),
        ("def f(x): return '\\ud800'", "assert f(1) == 'x', f(1)", "AssertionError"),
    ],
)
def test_what_cannot_be_seen_from_outside_is_an_error_that_says_so(source: str, test: str, says: str) -> None:
    assert says in errors(package(answer(source), graded(test)))["test"]


@pytest.mark.parametrize(
    ("source", "test"),
    [
        ("def f(x): return x", "f(types.SimpleNamespace())"),  # an argument
        ("def f(x): return f", "f(1) == 3"),  # a value
        ("def f(x): return b'x' * (70 << 20)", "f(1)"),  # too much of it
        ("def f(g): return g()", "f(lambda: types.SimpleNamespace())"),  # what a callback returns
        ("def f(g): return g(f) == f", "f(lambda same: same == f)"),
    ],
)
def test_a_test_cannot_take_what_did_not_cross_for_an_error_of_the_students(source: str, test: str) -> None:
    """Whoever catches it, the cell fails; the next one is not concerned."""
    caught = f"import types, pytest\ntry:\n    {test}\nexcept Exception:\n    pass"
    what = package(answer(source), graded(caught), graded("assert callable(f)", "next"))
    assert errors(what).keys() == {"test"}
    assert errors(what)["test"].startswith("CannotCross: ")


GROUP = """import asyncio
async def check():
    assert f() == 1
async with asyncio.TaskGroup() as tasks:
    tasks.create_task(check())"""


@pytest.mark.parametrize(
    ("bad", "test", "inside"),
    [
        ("def f(): return 2", GROUP, False),
        ("def f(): return 2", GROUP, True),
        ("def f(): raise ExceptionGroup('', [ValueError()])", "assert f() == 1", True),
        ("from IPython.core.error import UsageError\ndef f(): raise UsageError", "assert f() == 1", True),
        (
            "class E(Exception):\n    def _render_traceback_(self): raise self\ndef f(): raise E",
            "assert f() == 1",
            True,
        ),
    ],
)
def test_an_error_that_ipython_would_only_print_fails_the_test(bad: str, test: str, inside: bool) -> None:
    what = package(answer("def f(): return 1"), graded(test), inside=inside)
    assert errors(what) == {}
    assert set(errors(what, answer=bad)) == {"test"}


def test_an_instructor_s_names_are_not_the_student_s() -> None:
    """Given cells run on both sides: what a student does to them, or to the modules, changes no test."""
    cells = (
        given("import math\nWANT = 3"),
        new_code_cell("helper = lambda x: x + WANT"),
        answer("from itertools import chain\ndef f(): return 3"),
        graded(
            "assert f() == WANT == 3\nassert helper(1) == 4\nassert math.floor(2.5) == 2\n"
            "assert list(chain([1]))"
        ),
    )
    bad = "import math\nWANT = 4\nhelper = lambda x: 4\nmath.floor = lambda x: 2\ndef f(): return 4"
    assert errors(package(*cells)) == {}
    assert "AssertionError" in errors(package(*cells), answer=bad)["test"]


def test_the_tester_runs_only_what_the_tests_need() -> None:
    cells = [
        new_code_cell("slow = 1"),
        new_code_cell("base = 2"),
        answer("import json\ndef f(): ..."),
        new_code_cell("value = base + f()"),
        graded("assert value and json"),
    ]
    plan = Plan.of(new_notebook(cells=cells))
    # and what no cell binds is the student's
    other = Plan.of(new_notebook(cells=[*cells, graded("assert g(json) == [n for n in h]", "more")]))
    assert other.theirs == {"test": [], "more": ["g", "h"]}
    given_by_star = [new_code_cell("from math import *"), *cells, graded("assert floor(g) == 1", "more")]
    assert Plan.of(new_notebook(cells=given_by_star)).theirs["more"] == [], "floor must not be the student's"
    assert plan.before == {"test": [("base = 2", []), ("import json", []), ("value = base + f()", ["f"])]}
    assert plan.theirs == {"test": []}


def test_outputs_are_what_a_notebook_would_hold() -> None:
    what = package(
        answer("import sys\nprint('out')\nprint('err', file=sys.stderr)\n1 + 1"),
        cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()", "figure", solution=True),
        graded("print('seen')\n0.5"),
    )
    shown = outputs(what)
    assert [(o.output_type, o.get("name"), o.get("text")) for o in shown["answer"]] == [
        ("stream", "stdout", "out\n"),
        ("stream", "stderr", "err\n"),
        ("execute_result", None, None),
    ]
    assert "image/png" in shown["figure"][-1].data
    assert shown["test"][-1].data == {"text/plain": "0.5"}


def test_a_last_value_that_is_no_partial_credit_is_an_error_of_the_test() -> None:
    assert "partial credit cannot be greater" in errors(package(answer("x = 1"), graded("5")))["test"]


# To nbgrader, all but the first of these are all the points.
@pytest.mark.parametrize("last", ["inf", "nan", "-inf", "-0.5", "np.float64('nan')", "np.float64(2)"])
@pytest.mark.parametrize("inside", [False, True])
def test_a_last_value_that_is_no_number_of_points_fails_the_test(last: str, inside: bool) -> None:
    start = "import numpy as np\nfrom math import inf, nan\n"
    what = package(answer("x = 1"), graded(f"{start}{last}"), inside=inside)
    said = errors(what)["test"]
    assert said.startswith("ValueError: ")
    assert "points" in said
    assert errors(package(answer("x = 1"), graded(f"{start}np.float64(0.5)"), inside=inside)) == {}


# ---------------------------------------- answers that end or block the process

TWO = (
    answer("def f(): return 1", "one"),
    graded("assert f() == 1", "test_one"),
    new_code_cell("kept = 'kept'"),
    answer("def g(): return kept", "two"),
    graded("assert g() == 'kept'", "test_two"),
)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("import os\ndef f(): os._exit(0)", "ProcessEnded: Python ended: exit(), or a crash"),
        ("import ctypes\ndef f(): ctypes.string_at(0)", "ProcessEnded: Python ended: SIGSEGV"),
        (
            "def f():\n    while True: pass",
            "TimeLimit: stopped after 2 s (an endless loop? limit: cell_seconds)",
        ),
        ("import os\ndef f(): os.closerange(3, 256)", "ProcessEnded"),
        (
            "def f():\n    while True:\n        try:\n            while True: pass\n"
            "        except BaseException: pass",
            "Time",
        ),
    ],
)
def test_a_bad_answer_costs_its_own_question(bad: str, says: str) -> None:
    found = errors(package(*TWO, limits=QUICK), one=bad)
    assert set(found) == {"test_one"}
    assert found["test_one"].startswith(says)


def test_a_cell_that_ends_python_is_left_out_when_the_others_run_again() -> None:
    found = errors(package(*TWO), one="def f(): return 1\nimport os\nos._exit(3)")
    assert set(found) == {"one", "test_one"}
    assert "NameError" in found["test_one"]


def test_a_test_that_hangs_on_what_came_back_is_stopped() -> None:
    cells = (answer("def f(): return range(3)"), graded("assert sum(1 for _ in f()) == 3"), *TWO)
    found = errors(package(*cells, limits=QUICK), answer="def f(): return range(10**12)")
    assert set(found) == {"test"}
    assert "stopped after 2 s" in found["test"]


def test_a_process_that_answers_nonsense_is_replaced() -> None:
    me = "import gc\nme = next(o for o in gc.get_objects() if type(o).__name__ == 'Student')\n"
    for side, kind in (("tester", "O"), ("tester", "V"), ("tester", "B"), ("engine", "O"), ("engine", "N")):
        bad = f"def f():\n    me.{side}.send(b'{kind}', b'forged')\n    return 'forged' * 9"
        found = errors(package(*TWO), one=me + bad)
        assert set(found) == {"test_one"}
        if side == "tester" and kind in "OV":
            assert "nonsense" in found["test_one"] or "CannotCross: " in found["test_one"]


def test_the_whole_has_a_time_limit() -> None:
    limits = replace(QUICK, total_seconds=3)
    bad = "while True: pass"
    found = errors(package(*TWO, limits=limits), one=bad, two=bad)
    assert "total_seconds" in found["two"]
    assert set(found) == {"one", "two", "test_one", "test_two"}


# ---------------------------------------- limits, by name


@pytest.mark.skipif(bool(WHY), reason=WHY)
@pytest.mark.parametrize(
    ("bad", "name"),
    [
        ("def f(): return len(bytes(1 << 30))", "memory_mb"),
        ("import torch\ndef f(): return torch.ones(1 << 28).sum().item()", "memory_mb"),
        ("def f():\n    files = [open('/dev/null') for _ in range(9999)]", "open_files"),
        (
            "def f():\n    with open('x', 'wb') as file:\n"
            "        for _ in range(999): file.write(bytes(1 << 20))",
            "disk_mb",
        ),
        (
            "import threading, time\ndef f():\n    for _ in range(999):\n"
            "        threading.Thread(target=time.sleep, args=(9,)).start()",
            "processes",
        ),
        (
            "import subprocess\ndef f():\n    kept = [subprocess.Popen(['sleep', '9']) for _ in range(99)]",
            "processes",
        ),
    ],
)
def test_a_limit_that_was_hit_is_told_by_its_name(bad: str, name: str) -> None:
    limits = jail.Limits(cell_seconds=10, memory_mb=400, disk_mb=50)
    what = package(*TWO, given("import torch"), limits=limits)
    nb = nbformat.reads(what.sources["nb"], as_version=4)
    nb.cells[0].source = bad
    done = engine.run(what, {"nb.ipynb": nbformat.writes(nb).encode()}).notebooks["nb"]
    said, stopped = engine.verdict(done.cells[1], done.cells[0], limits)
    assert f"limit: {name} = {getattr(limits, name)}" in said
    assert stopped
    assert done.cells[-1].outputs == []


# What Python code raises is no limit, whatever it says; nor is what only mentions one.
@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize(
    "bad",
    [
        "raise MemoryError('mine')",
        "raise OSError(24, 'Too many open files')",
        "assert False, 'a MemoryError, No space left on device'",
        "int('MemoryError: cannot allocate memory')",
        "open('Too many open files')",
        "import socket; one, other = socket.socketpair(); one.setblocking(False); one.recv(1)",
        "raise TimeLimit('stopped after 2 s')",
    ],
)
def test_an_error_of_the_students_own_is_no_limit_and_costs_its_cell(bad: str, inside: bool) -> None:
    start = "class TimeLimit(Exception): pass\ncount = [1]\n"
    what = package(*TWO, inside=inside)
    nb = nbformat.reads(what.sources["nb"], as_version=4)
    nb.cells[0].source = f"{start}def f():\n    count.append(1)\n    {bad}\n{bad}"
    nb.cells[3].source = "count.append(1)\ndef g(): return 'kept' if len(count) < 4 else len(count)"
    done = engine.run(what, {"nb.ipynb": nbformat.writes(nb).encode()}).notebooks["nb"]
    for before in (done.cells[0], None):
        said, _ = engine.verdict(done.cells[1], before, what.limits)
        assert "(limit: " not in said
        assert "in cell" not in said
    assert done.cells[-1].outputs == []


@pytest.mark.skipif(bool(WHY), reason=WHY)
def test_a_limit_is_told_where_the_student_raises_another_error_of_it() -> None:
    bad = "def f():\n    try: bytes(1 << 30)\n    except MemoryError as error: raise ValueError from error"
    what = package(*TWO)
    nb = nbformat.reads(what.sources["nb"], as_version=4)
    nb.cells[0].source = bad
    done = engine.run(what, {"nb.ipynb": nbformat.writes(nb).encode()}).notebooks["nb"]
    assert "(limit: memory_mb" in engine.verdict(done.cells[1], done.cells[0], what.limits)[0]


@pytest.mark.skipif(bool(WHY), reason=WHY)
def test_the_limit_on_cpu_time_is_told() -> None:
    limits = jail.Limits(cell_seconds=20, cpu_seconds=1)
    found = errors(package(*TWO, limits=limits), one="def f():\n    while True: pass")
    assert set(found) == {"test_one"}
    assert "limit: cpu_seconds" in found["test_one"]


def test_endless_output_is_cut_and_costs_nothing() -> None:
    bad = "import os\ndef f():\n    print('x' * (9 << 20))\n    os.write(1, b'y' * 99)\n    return 1\n"
    bad += "print('z' * (9 << 20))"
    shown = outputs(package(*TWO), one=bad)
    assert all(o.output_type == "stream" for o in shown["test_one"])
    assert "output limit" in shown["one"][-1].text
    assert sum(len(o.text) for o in shown["one"]) < 4 << 20


# ---------------------------------------- what a second reader found


def test_points_are_kept_however_much_a_students_function_prints() -> None:
    part = package(answer("def f(): return 1", "one"), graded("1.0 if f() == 1 else 0.0", "test_one"))
    shown = outputs(part, one="def f():\n    print('x' * (3 << 20))\n    return 2")["test_one"]
    assert [o.data["text/plain"] for o in shown if o.output_type == "execute_result"] == ["0.0"]


def test_files_that_are_too_large_to_pass_on_are_told_and_harm_nobody() -> None:
    what = package(*TWO)
    files = {"nb.ipynb": what.sources["nb"].encode()}
    with pytest.raises(NotGradable, match="besides the notebooks, have 70 MB; the limit is 60 MB"):
        engine.run(what, files | {"large.bin": bytes(70 << 20)})
    assert errors(what) == {}


@pytest.mark.parametrize("test", ["assert len(xs) == 9 << 20", "assert abs(xs - 1).sum() == 0"])
def test_a_name_that_is_too_large_says_so(test: str) -> None:
    what = package(answer("import numpy as np\nxs = np.ones(9 << 20)"), graded(test))
    assert "ndarray (72 MB are too much to pass on; the limit is 64 MB)" in errors(what)["test"]


@pytest.mark.parametrize("inside", [False, True])
def test_a_module_may_lie_beside_the_notebook(inside: bool) -> None:
    files = {"helper.py": b"two = 2", "data/tools.py": b"def close(a, b): return abs(a - b) < 1e-9"}
    cells = (
        answer("import helper\ndef f(): return helper.two"),
        graded("from data import tools\nassert tools.close(f(), 2)"),
    )
    assert errors(package(*cells, files=files, inside=inside)) == {}


@pytest.mark.parametrize("inside", [False, True])
def test_a_user_has_a_name_as_on_every_machine(inside: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given cells of real courses ask for it; it is not the instructor's."""
    monkeypatch.setenv("USER", "instructor")
    ask = given("import getpass, os\nname = 'logs/' + os.getenv('USER')\nassert getpass.getuser()")
    test = "assert name.startswith('logs/') and 'instructor' not in name + f()"
    what = package(ask, answer("import getpass\ndef f(): return getpass.getuser()"), graded(test))
    assert errors(replace(what, inside=inside)) == {}


def test_a_callback_that_ends_leaves_the_student_listening() -> None:
    cells = (answer("def f(g): return g(1)", "one"), graded("f(lambda x: exit_now())", "test_one"), *TWO[2:])
    exits = "def exit_now():\n    raise SystemExit\n"
    cells = (cells[0], graded(exits + cells[1].source, "test_one"), *cells[2:])
    assert set(errors(package(*cells, limits=QUICK))) == {"test_one"}


def test_an_alarm_of_a_tests_own_costs_its_own_question() -> None:
    alarm = (
        "import signal\n"
        "def late(*_): raise TimeoutError('too slow')\n"
        "signal.signal(signal.SIGALRM, late)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.2)\n"
        "assert f() == 1"
    )
    # The next test comes at once: no cell of the student's lies between, during which the answer could come.
    both = "def f(): return 1\ndef h(): return 2"
    cells = (answer(both, "one"), graded(alarm, "test_one"), graded("assert h() == 2", "test_h"))
    found = errors(
        package(*cells), one="import time\ndef f():\n    time.sleep(1)\n    return 1\ndef h(): return 2"
    )
    assert set(found) == {"test_one"}
    assert "too slow" in found["test_one"]


def test_a_tester_that_dies_costs_its_own_question() -> None:
    cells = (TWO[0], graded("import ctypes\nf()\nctypes.string_at(0)", "test_one"), *TWO[2:])
    for _ in range(3):
        assert set(errors(package(*cells))) == {"test_one"}


def test_running_again_takes_no_time_from_the_next_cell() -> None:
    slow = new_code_cell("import time\ntime.sleep(3)\nkept = 'kept'")
    quick = answer("import time\ntime.sleep(0.3)\ndef g(): return kept", "two")
    cells = (slow, *TWO[:2], quick, TWO[4])  # an answer comes next: given cells have more time
    found = errors(package(*cells, limits=QUICK), one="def f():\n    while True: pass")
    assert set(found) == {"test_one"}


def test_a_forged_result_is_cut_before_anything_is_searched_in_it() -> None:
    error = {"output_type": "error", "ename": "X", "evalue": "BlockingIOError" * 9000, "traceback": []}
    many = [{"output_type": "stream", "name": "stdout", "text": ""}] * 5000
    made = engine.cleaned([error, *many], 1 << 20)
    assert len(made[0].evalue) == 2000
    assert len(made) == engine.MOST_OUTPUTS + 1
    assert "5001 outputs" in made[-1].text


def test_many_cells_do_not_show_more_than_memory_holds() -> None:
    """200 cells of 2 MB each took the command 1.7 GB, and there may be 5 000."""
    loud = [new_code_cell(f"print('x' * {QUICK.output_kb << 9})") for _ in range(40)]
    test = graded("f()\n0.5")
    found = outputs(package(*loud, answer("def f(): print('y' * 500_000)"), test, limits=QUICK))
    assert sum(len(o.get("text", "")) for shown in found.values() for o in shown) < 18 * QUICK.output_kb << 10
    assert "left out" in found["39"][0].text
    assert found["test"][-1].data == {"text/plain": "0.5"}


LOUD = [
    new_code_cell(f"print('x' * {QUICK.output_kb << 10})") for _ in range(17)
]  # all that a notebook may show


@pytest.mark.parametrize(
    ("before", "source", "test"),
    [
        (LOUD, "def f(): return '\\1' * 20_000", "assert f() == 1, f()"),  # JSON writes such a letter in six
        ([], "def f():\n    print('\\1' * (3 << 20))\n    return '\\1' * 20_000", "assert f() == 1, f()"),
        ([], "def f(): print()", "for i in range(600): display(i, f())\nassert False"),
    ],
)
def test_what_is_shown_does_not_take_the_place_of_an_error(before: list, source: str, test: str) -> None:
    found = errors(package(*before, answer(source), graded(test), limits=QUICK))
    assert found["test"].startswith("AssertionError")


def test_nor_of_the_points() -> None:
    test = graded("for i in range(600): display(i, f())\n0.5")
    assert outputs(package(answer("def f(): print()"), test))["test"][-2].data == {"text/plain": "0.5"}


def test_letters_of_every_kind_come_through_and_halves_of_one_do_not() -> None:
    text = "a \U0001f600 and \\ud83d, \ud83d"
    [made] = engine.cleaned([{"output_type": "stream", "name": "stdout", "text": text}], 1000)
    assert made.text == "a \U0001f600 and \\ud83d, \ufffd"


def test_an_interrupt_is_one_also_where_grading_was_started_in_the_background() -> None:
    """A shell lets what it starts with `&` ignore Ctrl-C, and that is inherited."""
    processes.cool()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        bad = "import os, signal\ndef f():\n    os.kill(os.getpid(), signal.SIGINT)\n    while True: pass"
        found = errors(package(*TWO, limits=QUICK), one=bad)
    finally:
        signal.signal(signal.SIGINT, before)
        processes.cool()
    assert set(found) == {"test_one"}
    assert "KeyboardInterrupt" in found["test_one"]


def test_outputs_are_not_nested_deeper_than_whoever_copies_them_can_follow() -> None:
    """Read by a worker, 485 levels ended the whole grading where the notebook was read again from deeper."""

    def deep(levels: int) -> dict:
        data: dict = {}
        for _ in range(levels):
            data = {"a": [data]}
        return {"output_type": "display_data", "data": {"application/json": data}, "metadata": {}}

    assert len(engine.cleaned([deep(40)], 1 << 20)) == 1
    assert engine.cleaned([deep(60), deep(100), deep(110), deep(220)], 1 << 20) == []


@pytest.mark.parametrize("ends", ["", "f()\n"])
def test_a_hundred_thousand_printed_lines_take_less_than_a_second(ends: str) -> None:
    what = package(*TWO)
    nb = nbformat.reads(what.sources["nb"], as_version=4)
    nb.cells[0].source = f"def f():\n    for number in range(100_000): print(number)\n    return 1\n{ends}"
    done = engine.run(what, {"nb.ipynb": nbformat.writes(nb).encode()}).notebooks["nb"]
    (shown,) = done.cells[0 if ends else 1].outputs[:1]
    assert shown.text.endswith("99998\n99999\n")
    began, plain = time.perf_counter(), io.StringIO()
    for number in range(100_000):
        print(number, file=plain)
    slow = (time.perf_counter() - began) / 0.03  # how many times as slow as where a second was enough
    assert max(c.metadata["staffroom"]["seconds"] for c in done.cells) < max(1, slow)


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("back", ["", "def g(x): return f(x)\n"], ids=["plain", "callbacks"])
def test_a_test_may_call_a_students_function_from_threads(back: str, inside: bool) -> None:
    solution = "def f(x): return 2 * x\ndef h(g, x): return g(x)"
    test = "from concurrent.futures import ThreadPoolExecutor\n" + back
    test += "with ThreadPoolExecutor(8) as pool:\n    found = [*pool.map(lambda x: "
    test += ("h(g, x)" if back else "f(x)") + ", range(400))]\nassert found == [2 * x for x in range(400)]"
    assert errors(package(answer(solution), graded(test), inside=inside)) == {}
