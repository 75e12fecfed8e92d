"""`staffroom audit` tests the tests; `staffroom sample` makes a class that shows every outcome."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import nbformat
import pytest

from staffroom import audit, sample
from staffroom.course import Course, grader
from staffroom.grade import How, package
from tests.staffroom.conftest import ANSWERS, Tiny

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # as staffroom.engine does


def test_audit_of_good_answers_is_clean(tiny: Tiny) -> None:
    said = tiny.run("audit", "--json", tiny.root / "a.json", "--markdown", tiny.root / "a.md")
    assert said.code == 0
    assert "double: 2 of 2 right kept, 6 of 6 wrong caught" in said.out
    assert "mean: 2 of 2 right kept, 6 of 6 wrong caught" in said.out
    lines = (tiny.root / "a.md").read_text().splitlines()
    assert [set(line) for line in lines].count({"|", "-"}) == 1, (
        "a Markdown table has one line below its head"
    )
    (report,) = json.loads((tiny.root / "a.json").read_text())
    assert report["ok"]
    assert {(row["question"], row["name"]): row["lost"] for row in report["rows"]} == {
        ("", "solution"): [],
        ("", "stubs"): ["test_double", "test_mean"],
        **{
            (q, name): [loses] * bool(loses)
            for q, some in ANSWERS.items()
            for name, (_, loses, _) in some.items()
        },
    }
    why = {row["name"]: row["why"] for row in report["rows"]}
    assert why["wrong_exit"] == "SystemExit:"
    assert why["wrong_abs"] == "AssertionError: no: -7"
    matrix = (tiny.root / "a.md").read_text()
    assert re.search(r"\| double +\| wrong_abs +\| test_double +\| test_double +\| ok +\|", matrix)
    assert not (tiny.root / "gradebook.db").exists()


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("double/right_bad.py", "def double(x): return 3 * x", "lost test_double, must lose nothing"),
        ("double/wrong_good.py", "def double(x): return 2 * x", "lost nothing, must lose test_double"),
        (
            "double/wrong_far.py",
            "import builtins; builtins.sum = max\ndouble = abs",
            "lost test_double, test_mean, must",
        ),
        ("mean/wrong_part.py", "def mean(v): return sum(v) / len(v)", "lost nothing, must lose test_mean"),
    ],
)
def test_an_answer_that_misbehaves_is_told(tiny: Tiny, name: str, body: str, says: str) -> None:
    folder = tiny.root / "tests/answers/numbers"
    for path in folder.glob("*/*.py"):
        path.unlink()
    loses = f"# loses: test_{Path(name).parent}\n" if "wrong" in name else ""
    (folder / name).write_text(f"# what it is\n{loses}{body}\n")
    said = tiny.run("audit", "numbers", "--limit", "2")
    assert said.code == 1
    assert f"tests/answers/numbers/{name}: " in said.err
    assert says in said.err
    assert "not clean" in said.out
    assert re.search(r"tests/answers/numbers/double: \d right and \d wrong, needs 2 and 6", said.err)
    assert re.search(r"tests/answers/numbers/mean: \d right and \d wrong, needs 2 and 6", said.err)


@pytest.mark.parametrize(
    ("double", "mean", "shared"),
    [
        ("def double(x): return x", "def mean(v): return sum(v)", True),
        ("import math\ndef double(x): return x", "import math\ndef mean(v): return math.fsum(v)", False),
        ("def half(v): return 0\ndef double(x): return x", "def mean(v): return half(v)", False),
        ("def half(v): return 0\ndouble = half", "def half(v): return 1\nmean = half", False),
        ("def double(x): return mean([x])", "def mean(v): return sum(v)", False),
        ("import builtins\nbuiltins.sum = max\ndouble = abs", "def mean(v): return sum(v)", False),
        ("print(1)\ndouble = abs", "def mean(v): return sum(v)", False),
        ("half = setattr(int, 'x', 1)\ndef double(x): return x", "def mean(v): return sum(v)", False),
        ("def double(x=print(1)): return x", "def mean(v): return sum(v)", False),
        ("def double(x):\n    global half\n    half = x", "def mean(v): return sum(v)", False),
        ("class A:\n    b = 1\ndef double(x): return x", "def mean(v): return sum(v)", True),
        ("class A:\n    print(1)\ndef double(x): return x", "def mean(v): return sum(v)", False),
        ("not Python", "def mean(v): return sum(v)", False),
    ],
)
def test_answers_share_a_submission_where_no_name_connects_them(
    tiny: Tiny, double: str, mean: str, shared: bool
) -> None:
    (nb,) = tiny.course.notebooks("numbers").values()
    known = [
        audit.Answer("double", "wrong_a", "", ["test_double"], source=double),
        audit.Answer("double", "wrong_b", "", ["test_double"], source=double),
        audit.Answer("mean", "wrong_c", "", ["test_mean"], source=mean),
    ]
    groups = audit.together(nb, known)
    assert sorted(a.name for some in groups for a in some) == ["wrong_a", "wrong_b", "wrong_c"]
    assert len(groups) == (2 if shared else 3)


def test_a_test_of_another_question_that_calls_an_answer_keeps_the_two_apart(tiny: Tiny) -> None:
    (nb,) = tiny.course.notebooks("numbers").values()
    known = [
        audit.Answer("double", "wrong_a", "", ["test_double"], source="double = abs"),
        audit.Answer("mean", "wrong_c", "", ["test_mean"], source="mean = sum"),
    ]
    assert len(audit.together(nb, known)) == 1
    for cell in nb.cells:
        if grader(cell).get("grade_id") == "setup":
            cell.source += "\ndef both(v):\n    return double(v[0])"
        if grader(cell).get("grade_id") == "test_mean":
            cell.source = f"assert both([1]) == 2\n{cell.source}"
    assert len(audit.together(nb, known)) == 2


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("def mean(v):\n    while True: pass", "TimeLimit: the whole was stopped after 2 s"),
        ("import os\ndef mean(v): os._exit(1)", "ProcessEnded: Python ended: exit(), or a crash"),
    ],
)
def test_an_answer_that_never_returns_costs_its_own_cell(tiny: Tiny, body: str, why: str) -> None:
    (tiny.root / "tests/answers/numbers/mean/wrong_end.py").write_text(
        f"# ends\n# loses: test_mean\n{body}\n"
    )
    assert tiny.run("audit", "--limit", "2", "--json", tiny.root / "a.json").code == 0
    (report,) = json.loads((tiny.root / "a.json").read_text())
    (row,) = [row for row in report["rows"] if row["name"] == "wrong_end"]
    assert row["why"].startswith(why)


@pytest.mark.parametrize(
    ("test", "summary", "says"),
    [
        (
            "double(3) is None",
            "2 of 2 right kept, 1 of 6 wrong",
            "wrong_same.py: lost nothing, must lose test_double",
        ),
        ("assert 0", "0 of 2 right kept, 6 of 6 wrong", "solution: lost test_double, must lose nothing"),
        (
            "double(3)",
            "0 of 2 right kept",
            "must lose nothing ValueError: partial credit cannot be greater than maximum",
        ),
    ],
)
def test_a_bad_test_is_told(tiny: Tiny, test: str, summary: str, says: str) -> None:
    """What the audit is for: a test that catches nothing, or refuses what is right, is told."""
    path = tiny.root / "solutions/numbers/numbers.ipynb"
    nb = nbformat.read(path, as_version=4)
    nb.cells[3].source = test
    nbformat.write(nb, path)
    said = tiny.run("audit", "numbers")
    assert said.code == 1
    assert f"double: {summary}" in said.out
    assert "mean: 2 of 2 right kept, 6 of 6 wrong caught" in said.out, (
        "who shared a submission is asked alone"
    )
    assert says in said.err


def test_an_answer_meets_no_test_that_stands_before_it_and_has_no_name_for_a_later_one(tiny: Tiny) -> None:
    path = tiny.root / "solutions/numbers/numbers.ipynb"
    nb = nbformat.read(path, as_version=4)
    for cell in nb.cells:
        if grader(cell).get("grade_id") == "test_double":
            cell.source += "\nseven = [x for x in range(8)][-1]"
    course = Course.find(tiny.root)
    for later, left_out in (("seven = 7\nassert seven", True), ("assert seven == 7", False)):
        made = copy.deepcopy(nb)
        for cell in made.cells:
            if grader(cell).get("grade_id") == "test_mean":
                cell.source += f"\ndef hidden():\n    {later.splitlines()[-1]}\n" + later
        nbformat.write(made, path)
        what = package(course, "numbers", How(sandbox=False))
        tests = {
            question: [
                grader(cell)["grade_id"]
                for cell in audit.after(what, "numbers", question).notebooks["numbers"].cells
                if grader(cell).get("grade") and cell.cell_type == "code" and cell.source
            ]
            for question in ("double", "mean")
        }
        assert "test_double" in tests["double"]
        assert ("test_double" not in tests["mean"]) == left_out
        assert "test_mean" in tests["mean"]
    assert "mean: 2 of 2 right kept, 6 of 6 wrong caught" in tiny.run("audit").out


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("double/wrong_x.py", "# w\ndef double(x): ...", "only a wrong answer says `# loses: CELL"),
        ("double/right_x.py", "# r\n# loses: test_double\n", "only a wrong answer says `# loses: CELL"),
        ("double/wrong_x.py", "# w\n# loses: test_dubble\n", "cells: test_double, test_mean"),
        ("double/wrong_x.py", "# loses: test_double\n", "the first line must be a comment"),
        ("double/right_x.py", "def double(x): ...\n", "the first line must be a comment"),
        ("double/maybe.py", "# m\n", "right or wrong?"),
        ("triple/right_x.py", "# r\n", "no such question; there is: double, mean"),
        ("why/right_x.py", "# r\n", "no such question; there is: double, mean"),
    ],
)
def test_an_answer_file_must_be_written_as_agreed(tiny: Tiny, name: str, text: str, says: str) -> None:
    path = tiny.root / "tests/answers/numbers" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    said = tiny.run("audit", "numbers")
    assert said.code == 2
    assert f"{path}: " in said.err
    assert says in said.err
    assert said.err.count("\n") == 1


# ---------------------------------------- the sample class


def test_sample_class_is_the_same_each_time(tiny: Tiny) -> None:
    course, expected = sample.make(tiny.course, "numbers")
    files = {path: path.read_bytes() for path in course.root.rglob("*") if path.is_file()}
    stamps = {path: path.stat().st_mtime_ns for path in files}
    assert sample.make(tiny.course, "numbers")[1] == expected
    assert {path: path.stat().st_mtime_ns for path in course.root.rglob("*") if path.is_file()} == stamps
    assert list(expected) == list(sample.STUDENTS)
    assert expected["ada-all-right"] == {"double": 2.0, "mean": 3.0, "why": None}
    assert expected["chen-untouched"] == {"double": 0.0, "mean": 0.0, "why": 0.0}
    solution = "doubled_value_in_the_instructors_own_solution"
    assert not any(solution.encode() in data for path, data in files.items() if "submitted" in path.parts)
    assert not any(b"loses" in data for path, data in files.items() if "submitted" in path.parts)


def test_sample_class_needs_answers(tiny: Tiny) -> None:
    for path in (tiny.root / "tests/answers/numbers/mean").glob("wrong*"):
        path.unlink()
    said = tiny.run("sample", "numbers")
    assert said.code == 2
    assert "mean: the sample class needs a right and a wrong answer; add them" in said.err


@pytest.mark.slow
def test_sample_class_gets_the_grades_it_must(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "LIMIT", 2)
    said = tiny.run("sample", "numbers", "--grade")
    assert said.code == 0, said.err
    assert "2 graded, 2 failed, 1 not gradable (5 run, 0 unchanged)" in said.out
    assert "submitted/eli-broken-file/numbers/numbers.ipynb: not gradable: not valid JSON" in said.err
    root = tiny.root / "_build/sample-class"
    lines = (root / "_build/grade/numbers.csv").read_text().splitlines()
    assert [",".join(line.split(",")[1:9]) for line in lines] == [
        "student_id,status,points,max_points,waiting_for_a_person,double,mean,why",
        "ada-all-right,graded,5,9,1,2,3,",
        "ben-partly-right,graded,3,9,1,0,3,",
        "chen-untouched,failed,0,9,0,0,0,0",
        "dara-endless-loop,failed,3,9,1,0,3,",
        "eli-broken-file,not gradable,,,0,,,",
    ]
    assert "double: stopped after 2 s (an endless loop? limit: cell_seconds), in cell test_double" in lines[4]
    stamps = {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}
    said = tiny.run("sample", "numbers", "--grade")
    assert said.code == 0
    assert "(0 run, 5 unchanged)" in said.out
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()} == stamps
    graded = json.loads((root / "_build/grade/numbers/ada-all-right.json").read_text())
    graded["outcome"]["not_gradable"] = "says the journal"
    (root / "_build/grade/numbers/ada-all-right.json").write_text(json.dumps(graded))
    said = tiny.run("sample", "numbers", "--grade")
    assert said.code == 1
    assert "ada-all-right got None, must get {'double': 2.0" in said.err
