"""What must hold for every assignment in solutions/: good tests, and answers that stay with the staff."""

from __future__ import annotations

import ast
import io
import os
import random
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from staffroom import audit, grade, release, sample
from staffroom.course import Course, files_in, grader, write_file
from tests.staffroom.conftest import ROOT, Tiny

COURSE = Course.find(ROOT)
ASSIGNMENTS = COURSE.assignments()
SECRETS, MARKS = release.secrets(COURSE, ASSIGNMENTS), release.marks(COURSE)
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # as staffroom.engine does


def test_there_is_an_assignment() -> None:
    assert ASSIGNMENTS, "the tests below would run on nothing"
    assert len(SECRETS) > 20


# ---------------------------------------- tests that are good


@pytest.fixture(scope="module", params=ASSIGNMENTS)
def report(request: pytest.FixtureRequest) -> audit.Report:
    return audit.audit(COURSE, request.param, tell=lambda done, total: None)


@pytest.mark.slow
def test_solution_passes_every_graded_cell(report: audit.Report) -> None:
    (row,) = [row for row in report.rows if row.name == "solution"]
    assert row.lost == [], row.why


@pytest.mark.slow
def test_stubs_fail_every_graded_cell(report: audit.Report) -> None:
    (row,) = [row for row in report.rows if row.name == "stubs"]
    tests = [
        t
        for nb in COURSE.notebooks(report.assignment).values()
        for ts in audit.tested(nb).values()
        for t in ts
    ]
    assert row.lost == tests
    assert row.ok


@pytest.mark.slow
def test_right_answers_keep_every_point_and_wrong_ones_lose_theirs(report: audit.Report) -> None:
    wrong = [
        f"{r.question}/{r.name}: lost {r.lost}, must lose {r.loses} {r.why}" for r in report.rows if not r.ok
    ]
    assert wrong == []
    assert report.too_few == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_graded_cell_can_be_lost_by_some_wrong_answer_alone(assignment: str) -> None:
    """A graded cell that no answer loses is points for nothing; and where a question has several, they tell a
    student which idea is missing only if a mistake can lose one and keep another."""
    for nb in COURSE.notebooks(assignment).values():
        for question, tests in audit.tested(nb).items():
            lost = [
                set(a.loses)
                for a in audit.answers(COURSE, assignment)
                if a.question == question and not a.right
            ]
            assert set(tests) <= set().union(*lost), question
            if len(tests) > 1:
                assert any(some < set(tests) for some in lost), question


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_sample_class_gets_the_grades_it_must(
    assignment: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The whole way, which begins with the proof that no test of ours means something else outside; and
    nothing hidden in the pages that students get."""
    for name in ("nbgrader_config.py", f"solutions/{assignment}", f"tests/answers/{assignment}"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    said = Tiny(tmp_path, capfd).run("sample", assignment, "--grade")
    assert said.code == 0, said.err
    made = Course.find(tmp_path / "_build/sample-class")
    everyone = files_in(made.root / "feedback").items()
    pages = {name: page for name, page in everyone if name.startswith(("ben-", "chen-"))}
    known = SECRETS.keys() - {
        release.squeeze(x) for a in audit.answers(COURSE, assignment) for x in a.source.splitlines()
    }
    assert len(pages) == 2
    assert list(release.leaks(pages, {line: SECRETS[line] for line in known}, MARKS)) == []


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_honest_submissions_get_what_stock_nbgrader_gives(assignment: str, tmp_path: Path) -> None:
    """Cell by cell, on answers right and wrong, and on one that was left as it was handed out."""
    ((name, nb),) = COURSE.notebooks(assignment).items()
    stubs, answers, rng = release.released(COURSE, nb), audit.answers(COURSE, assignment), random.Random(1)
    for course in ("stock", "ours"):
        (tmp_path / course).mkdir()
        config = (ROOT / "nbgrader_config.py").read_text().replace('"exercises"', '"release"')
        (tmp_path / course / "nbgrader_config.py").write_text(config)
        shutil.copytree(ROOT / "solutions" / assignment, tmp_path / course / "solutions" / assignment)
    for number in range(3):  # stock nbgrader takes half a minute for each
        chosen = {q: rng.choice([a for a in answers if a.question == q]).source for q in audit.tested(nb)}
        data = sample.submission(stubs, chosen if number else {})
        for course in ("stock", "ours"):
            write_file(tmp_path / course / f"submitted/s{number}" / assignment / f"{name}.ipynb", data)
    nbgrader = [sys.executable, "-m", "nbgrader"]
    for command in ("generate_assignment", "autograde"):
        run = [*nbgrader, command, assignment, "--quiet"]
        subprocess.run(run, cwd=tmp_path / "stock", check=True, capture_output=True)
    outcomes = grade.grade(
        Course.find(tmp_path / "ours"), assignment, grade.How(check=False), lambda run, total: None
    )
    assert [outcome.not_gradable for outcome in outcomes] == [""] * 3
    scores = {}
    for course in ("stock", "ours"):
        with Gradebook(f"sqlite:///{tmp_path / course / 'gradebook.db'}", "everyvec") as book:
            for submission in book.assignment_submissions(assignment):
                for mark in (mark for notebook in submission.notebooks for mark in notebook.grades):
                    scores.setdefault(course, {})[submission.student.id, mark.name] = mark.auto_score
    assert scores["ours"] == scores["stock"]
    assert len(scores["ours"]) >= 25
    assert len(set(scores["ours"].values())) > 2, "right, wrong and waiting for a person"


# ---------------------------------------- answers that stay with the staff


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_exercises_are_what_solutions_generate(assignment: str) -> None:
    assert not release.release(COURSE, assignment, check=True), f"run: staffroom release {assignment}"


def test_exercises_hold_nothing_else() -> None:
    place = COURSE.path("release", ".", "x").parent
    assert sorted(path.name for path in place.iterdir() if not path.name.startswith(".")) == ASSIGNMENTS


@pytest.mark.parametrize("folder", ["exercises", "book", "src/everyvec", "jupyter", "_build/html"])
def test_no_solution_and_no_hidden_test_where_students_look(folder: str) -> None:
    if not (ROOT / folder).is_dir():
        pytest.skip(f"{folder} is not there (make site builds the site)")
    texts = {".ipynb", ".py", ".md", ".html", ".js", ".json", ".txt", ".toml", ".yml", ".svg", ".css"}
    contents = {name: data for name, data in files_in(ROOT / folder).items() if Path(name).suffix in texts}
    assert contents
    assert list(release.leaks(contents, SECRETS, MARKS)) == []


def lesson_cells() -> Iterator[tuple[str, str]]:
    """Where it stands and source, of everything in Python that students are given to read."""
    for name, data in files_in(ROOT / "src/everyvec").items():
        if name.endswith(".py"):
            yield f"src/everyvec/{name}", data.decode()
    for path in sorted((ROOT / "book").rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts:
            for number, cell in enumerate(nbformat.read(path, as_version=4).cells):
                if cell.cell_type == "code":
                    yield f"{path.relative_to(ROOT)} cell {number}", cell.source


def parse(source: str) -> ast.Module:
    """The tree of a cell; one with magics, which is not Python, has nothing to compare."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])


def statements(source: str) -> set[str]:
    """Statements in one normal form (spaces, quotes, comments, brackets do not matter), the long ones only: a
    short one, such as `return total`, is no answer."""
    plain = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.For, ast.While, ast.If, ast.With)
    nodes = [node for node in ast.walk(parse(source)) if isinstance(node, ast.stmt)]
    return {text for node in nodes if not isinstance(node, plain) and len(text := ast.unparse(node)) >= 45}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_graded_answer_in_the_library_or_the_lessons(assignment: str) -> None:
    given = list(lesson_cells())
    assert len(given) > 5
    for nb in COURSE.notebooks(assignment).values():
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        answers = [cell for cell in code if grader(cell).get("solution")]
        names = {
            n.name for cell in answers for n in parse(cell.source).body if isinstance(n, ast.FunctionDef)
        }
        assert names
        public = {text for cell in release.released(COURSE, nb).cells for text in statements(cell.source)}
        secret = {text for cell in answers for text in statements(cell.source)} - public
        for where, source in given:
            defined = {n.name for n in ast.walk(parse(source)) if isinstance(n, ast.FunctionDef)}
            assert not names & defined, f"{where} defines {names & defined}, which {assignment} asks for"
            assert not secret & statements(source), f"{where} has a line of the solution of {assignment}"


# ---------------------------------------- the student bundle


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The student bundle, unpacked in an empty folder."""
    path, _ = release.bundle(COURSE)
    place = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        archive.extractall(place)
    return place / "everything-is-a-vector"


def test_bundle_has_the_course_and_nothing_of_the_staff(unpacked: Path) -> None:
    files = files_in(unpacked)
    assert list(release.leaks(files, SECRETS, MARKS)) == []
    for part in ("solutions", "tests", "staffroom", "staff", "staff.mk", "gradebook.db"):
        assert not any(part in Path(name).parts for name in files), part
    assert b"staffroom" not in files["pyproject.toml"] + files["Makefile"]
    for name in ("README.md", "uv.lock", "Makefile", "LICENSE", "_toc.yml", "src/everyvec/__init__.py"):
        assert name in files
    for assignment in ASSIGNMENTS:
        assert f"exercises/{assignment}/{assignment}.ipynb" in files
    assert {n for n in files if n.startswith("book/")} >= {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "book").glob("*-*/*.ipynb")
    }


def test_bundle_has_the_environment_of_the_course(unpacked: Path) -> None:
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text())
    theirs = tomllib.loads((unpacked / "pyproject.toml").read_text())
    assert theirs["project"]["dependencies"] == ours["project"]["dependencies"]
    assert theirs["dependency-groups"] == ours["dependency-groups"]
    assert theirs["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["src/everyvec"]
    uv = shutil.which("uv") or str(ROOT / ".tools/uv/bin/uv")
    if not Path(uv).exists():
        pytest.skip("uv is not there to compare uv.lock with pyproject.toml (make env fetches it)")
    command = [uv, "lock", "--check", "--offline", "--directory", str(unpacked)]
    said = subprocess.run(command, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_bundle_runs_the_exercises(unpacked: Path, assignment: str) -> None:
    """In a process that finds `everyvec` in the bundle: the cells that are given run, the stubs raise."""
    folder = unpacked / "exercises" / assignment
    program = """
import sys, nbformat, everyvec
print(everyvec.__file__)
raised = 0
names = {}
for cell in nbformat.read(sys.argv[1], as_version=4).cells:
    meta = cell.metadata.get("nbgrader", {})
    if cell.cell_type == "code":
        try:
            exec(cell.source, names)
        except NotImplementedError:
            assert meta["grade"], cell.source
            raised += 1
        else:
            assert not meta.get("grade"), cell.source
print(raised)
"""
    command = [sys.executable, "-c", program, str(folder / f"{assignment}.ipynb")]
    environment = {**os.environ, "PYTHONPATH": str(unpacked / "src"), "MPLBACKEND": "Agg"}
    said = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
    assert said.returncode == 0, said.stderr
    where, raised = said.stdout.split()
    assert Path(where).is_relative_to(unpacked)
    assert int(raised) >= 4
