"""What passed before does not run again, and whatever it depends on changes its digest."""

import json
import subprocess
import sys

import pytest

from tests import passes
from tests.passes import ROOT, Digests, reads, unit_of, units

LESSON = "book/1-pretext/node2vec.ipynb"
ASSIGNMENT = "tests/staffroom/test_assignments.py:1-graphs"


NOW = Digests()  # reads each file once, so that nothing changes while these tests run


class Edited(Digests):
    """Digests as they would be after a change to one file."""

    def __init__(self, edited: str):
        super().__init__()
        self.imports, self.matching = NOW.imports, NOW.matching
        self.file = lambda name: NOW.file(name) + " edited" * (name == edited)


@pytest.fixture(scope="module")
def before():
    return {unit: NOW.of(unit) for unit in units()}


def runs_again(before, edited):
    assert (ROOT / edited).exists(), edited
    digests = Edited(edited)
    return {unit for unit, digest in before.items() if digests.of(unit) != digest}


def below(*folders):
    return {unit for unit in units() if unit.startswith(folders)}


# Tests that look at all pages, or at all that students get.
PAGES = below("tests/site/", "tests/project/", "tests/staffroom/test_assignments.py")
PAGES |= below("tests/staffroom/test_release.py")


def test_a_lesson_changed(before):
    assert runs_again(before, LESSON) == PAGES | {LESSON}


def test_an_answer_changed(before):
    answer = next((ROOT / "tests/answers/1-graphs").rglob("wrong_*.py")).relative_to(ROOT).as_posix()
    again = runs_again(before, answer)
    assert ASSIGNMENT in again
    assert "tests/staffroom/test_assignments.py:1-word2vec" not in again
    assert again <= below(
        "tests/staffroom/test_assignments.py", "tests/staffroom/test_release.py", "tests/hostile/"
    )


def test_a_library_file_changed(before):
    again = runs_again(before, "src/everyvec/pretext/node2vec.py")
    assert LESSON in again
    assert "tests/pretext/test_walks.py" in again  # it imports node2vec
    assert "book/1-pretext/cbow-and-skip-gram.ipynb" not in again
    assert "tests/pretext/test_windows.py" not in again
    # one that is imported through others
    assert LESSON in runs_again(before, "src/everyvec/seeds.py")
    assert not below("tests/staffroom/test_engine.py") & runs_again(before, "src/everyvec/seeds.py")


def test_a_test_changed(before):
    file = "tests/pretext/test_windows.py"
    assert runs_again(before, file) == {file}


def test_a_part_of_the_grader_changed(before):
    again = runs_again(before, "src/staffroom/jail.py")
    assert below("tests/staffroom/", "tests/hostile/") <= again
    assert not below("book/", "tests/pretext/", "tests/data/") & again


@pytest.mark.parametrize("edited", ["uv.lock", "pyproject.toml", "tests/conftest.py"])
def test_what_everything_depends_on_changed(before, edited):
    assert runs_again(before, edited) == set(before)


def test_python_and_the_processor_count(before, monkeypatch):
    for name, value in (("version", "3.99"), ("_processor", lambda: "another")):
        monkeypatch.setattr(sys if name == "version" else passes, name, value)
        assert all(NOW.of(unit) != digest for unit, digest in before.items())
        monkeypatch.undo()


def test_what_is_not_named_always_runs():
    assert reads("tests/test_lessons.py") is None
    assert Digests().of("tests/test_lessons.py") is None


def test_units_are_lessons_files_and_assignments():
    assert unit_of("book/1-pretext/node2vec.ipynb::Cell 3") == LESSON
    assert unit_of("tests/site/test_pages.py::test_links[index]") == "tests/site/test_pages.py"
    assert unit_of("tests/staffroom/test_assignments.py::test_right[1-graphs]") == ASSIGNMENT
    assert unit_of("tests/site/test_axe.py::test_it[1-pretext]") == "tests/site/test_axe.py:1-pretext"
    assert Digests().of("tests/site/test_axe.py:1-pretext") == Digests().of("tests/site/test_axe.py")


# ---------------------------------------------------------------------------------------- the plugin at work

CODE = """
from everyvec import number

def test_one():
    assert number.ONE == 1

def test_two():
    assert number.ONE + 1 == 2
"""


@pytest.fixture
def project(tmp_path):
    """A project with a library, two files of tests that are kept, and one that is not."""
    files = {
        "src/everyvec/__init__.py": "",
        "src/everyvec/number.py": "ONE = 1\n",
        "tests/data/test_number.py": CODE,
        "tests/data/test_other.py": "def test_other():\n    pass\n",
        "tests/test_always.py": "def test_always():\n    pass\n",
        "tests/passes.py": (ROOT / "tests/passes.py").read_text(encoding="utf-8"),
        "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["src"]\n',
        "uv.lock": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "solutions").mkdir()
    return tmp_path


def run(project, *arguments, **environment):
    keep = ("PATH", "HOME", "LANG")
    environ = {name: value for name, value in passes.os.environ.items() if name in keep} | environment
    environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # starts in a third of the time
    environ["PYTHONDONTWRITEBYTECODE"] = "1"  # a change within the same second would not be seen
    command = [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "tests.passes", "-p", "no:cacheprovider"]
    command += arguments
    ended = subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True)
    assert ended.returncode in (0, 1), ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_second_run_repeats_what_is_not_kept_and_says_so(project, workers):
    first = run(project, "-n", workers, "tests")
    assert "4 passed" in first
    assert "did not run again" not in first
    second = run(project, "-n", workers, "tests")
    assert "3 tests of 2 lessons and files did not run again" in second
    assert "1 passed" in second
    assert "4 passed" in run(project, "-n", workers, "tests", FRESH="1")


def test_a_run_of_nothing_but_kept_tests_is_a_success(project):
    run(project, "tests/data")
    assert "3 tests of 2 lessons" in run(project, "tests/data")


def test_exactly_what_depends_on_a_change_runs_again(project):
    run(project, "tests")
    (project / "src/everyvec/number.py").write_text("ONE = 1.0\n")
    again = run(project, "tests")
    assert "1 tests of 1 lessons and files did not run again" in again
    assert "3 passed" in again


def test_what_fails_is_never_kept_and_a_pass_that_was_is_forgotten(project):
    run(project, "tests")
    (project / "src/everyvec/number.py").write_text("ONE = 2\n")
    for _ in range(2):
        assert "2 failed, 1 passed" in run(project, "tests")
    (project / "src/everyvec/number.py").write_text("ONE = 1\n")
    assert "3 passed" in run(project, "tests")


def test_a_part_of_a_file_says_nothing_about_the_file(project):
    for part in ("tests/data/test_number.py::test_one", "-k=one", "-x"):
        run(project, part, *(["tests"] if part.startswith("-") else []))
    kept = project / passes.KEPT
    assert not kept.exists() or json.loads(kept.read_text()) == {}


def test_a_skipped_test_is_asked_again(project):
    file = project / "tests/data/test_other.py"
    file.write_text("import pytest\n\ndef test_other():\n    pytest.skip('no browser')\n")
    run(project, "tests/data/test_other.py")
    assert "1 skipped" in run(project, "tests/data/test_other.py")
