"""Courses with delimiters, headers, steps and tests of their own."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbgrader.preprocessors import instantiatetests

from staffroom.grade import How, package
from tests.staffroom.conftest import Tiny, book, rows, source_notebook, without

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # as staffroom.engine does


@pytest.mark.slow
def test_feedback_shows_purposes_and_no_hidden_test(tiny: Tiny) -> None:
    tiny.submit("a-hidden", tiny.answered(double="print(f'saw {x}'); return abs(2 * x)"))
    tiny.submit("b-visible", tiny.answered(double="return 7"))
    tiny.submit(
        "c-raises",
        tiny.answered(double="class Seen(Exception): pass\n    if x < 0: raise Seen(x)\n    return 2 * x"),
    )
    tiny.submit("d-right")
    assert tiny.run("grade", "numbers").code == 0
    purpose = "hidden test, its purpose: negative numbers and zero"
    for student in ("a-hidden", "b-visible", "c-raises", "d-right"):
        page = tiny.feedback(student)
        assert purpose in page
        assert "secret_value" not in page
        assert "-7" not in page.split("<body", 1)[1]
        assert "HIDDEN TESTS" not in page
    assert "hidden test failed (AssertionError): negative numbers and zero" in tiny.feedback("a-hidden")
    assert "saw -7" not in tiny.feedback("a-hidden")
    assert "AssertionError: double(3) is 6: is the factor right?" in tiny.feedback("b-visible")
    assert "hidden test failed" not in tiny.feedback("b-visible")
    assert "hidden test failed (Exception): negative numbers and zero" in tiny.feedback("c-raises")
    assert "hidden test failed" not in tiny.feedback("d-right")
    staff = (tiny.root / "autograded/a-hidden/numbers/numbers.ipynb").read_text()
    assert "secret_value" in staff, "instructors see the hidden tests"


@pytest.mark.slow
def test_hidden_tests_may_have_delimiters_of_the_courses_own(tiny: Tiny) -> None:
    path, config = tiny.root / "solutions/numbers/numbers.ipynb", tiny.root / "nbgrader_config.py"
    path.write_text(path.read_text().replace("BEGIN HIDDEN TESTS", "KEEP").replace("END HIDDEN", "END"))
    tiny.submit("ada", tiny.answered(double="return abs(2 * x)"))
    assert tiny.run("grade", "numbers").code == 0
    assert "secret_value" in tiny.feedback("ada"), "as nbgrader would release it"
    own = """c.ClearHiddenTests.update(begin_test_delimeter="KEEP", end_test_delimeter="END TESTS")"""
    config.write_text(f"{config.read_text()}\n{own}\n")
    assert tiny.run("grade", "numbers").code == 0
    page = tiny.feedback("ada")
    assert "hidden test failed (AssertionError): negative numbers and zero" in page
    assert "double(3) is 6" in page
    assert "secret_value" not in page
    assert "-7" not in page.split("<body", 1)[1]


@pytest.mark.slow
def test_a_header_of_nbgraders_is_part_of_the_source(tiny: Tiny) -> None:
    """Its imports are the tests' too: correct answers had 0 points for "name 'math' is not defined"."""
    path, config = tiny.root / "solutions/numbers/numbers.ipynb", tiny.root / "nbgrader_config.py"
    nbformat.write(without(source_notebook(), "setup"), path)
    header = {"cell_type": "code", "source": "import math", "metadata": {}, "outputs": []}
    old = {"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [header | {"execution_count": None}]}
    (tiny.root / "header.ipynb").write_text(json.dumps(old))
    config.write_text(f'{config.read_text()}\nc.IncludeHeaderFooter.header = "header.ipynb"\n')
    assert tiny.run("release").code == 0
    assert "up to date" in tiny.run("release").out
    tiny.submit("ada")
    assert tiny.run("grade", "numbers").code == 0
    assert rows(tiny)["ada"]["points"] == "5"
    assert "0 run, 1 unchanged" in tiny.run("grade", "numbers").out


REMOVES = """
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import NbGraderPreprocessor


class Remove(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        gone = ("setup", "test_double", "why")
        nb.cells = [c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in gone]
        return nb, resources


c.GenerateAssignment.preprocessors = [*GenerateAssignment().preprocessors, Remove]
"""


@pytest.mark.slow
def test_a_release_may_lack_whole_cells(tiny: Tiny) -> None:
    config = tiny.root / "nbgrader_config.py"
    config.write_text(config.read_text() + REMOVES)
    assert tiny.run("release").code == 0
    spies = tiny.answered(mean="return 0 if 'math' in globals() else sum(values) / len(values)")
    tiny.submit("ada", without(tiny.answered(double="return abs(2 * x)"), "why"))
    tiny.submit("ben", without(spies, "why"))
    said = tiny.run("grade", "numbers")
    assert said.code == 0, said.err
    got = rows(tiny)
    marks = {student: (row["double"], row["mean"], row["why"]) for student, row in got.items()}
    assert marks == {"ada": ("0", "3", ""), "ben": ("2", "3", "")}
    assert "why: its cell is not in the release" in got["ada"]["reason"]
    for student in got:
        page = tiny.feedback(student)
        assert "double(3)" not in page
        assert "secret_value" not in page
        assert "import math" not in page
    assert "hidden test failed (AssertionError): negative numbers and zero" in tiny.feedback("ada")


@pytest.mark.slow
def test_what_is_removed_before_the_gradebook_knows_of_it_counts_nowhere(tiny: Tiny) -> None:
    """As in nbgrader. Also: a step may be named by a text, as nbconvert allows."""
    config = tiny.root / "nbgrader_config.py"
    steps = '"nbgrader.preprocessors.SaveCells" if s.__name__ == "SaveCells" else s'
    steps = f"[{steps} for s in GenerateAssignment().preprocessors]"
    removes = REMOVES.replace("[*GenerateAssignment().preprocessors, Remove]", steps).replace('"setup", ', "")
    config.write_text(f"{config.read_text()}{removes}c.GenerateAssignment.preprocessors.insert(4, Remove)\n")
    assert tiny.run("release").code == 0
    tiny.submit("ada", without(tiny.answered(), "why"))
    said = tiny.run("grade", "numbers")
    assert said.code == 0, said.err
    assert (rows(tiny)["ada"]["points"], rows(tiny)["ada"]["max_points"]) == ("3", "3")
    with book(tiny) as gradebook:
        assert gradebook.find_submission("numbers", "ada").max_score == 3


@pytest.mark.parametrize("way", ["type('Own', (s,), {}) if s is ClearSolutions else s", "s"])
def test_hidden_tests_are_run_whoever_clears_solutions(tiny: Tiny, way: str) -> None:
    """They were not, where a course has a step of its own for it, or none."""
    config = tiny.root / "nbgrader_config.py"
    which = "" if "Own" in way else "if s is not ClearSolutions"
    lines = f"""
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions
c.GenerateAssignment.preprocessors = [{way} for s in GenerateAssignment().preprocessors {which}]
"""
    config.write_text(config.read_text() + lines)
    assert "secret_value" in package(tiny.course, "numbers", How()).sources["numbers"]


AUTOTESTS = """
python3:
    setup: "from hashlib import sha1"
    hash: 'sha1({{snippet}}.encode("utf-8")+b"{{salt}}").hexdigest()'
    dispatch: "type({{snippet}})"
    normalize: "str({{snippet}})"
    check: 'assert {{snippet}} == "{{value}}", "{{message}}"'
    templates:
        default:
            - test: "{{snippet}}"
              fail: "value of {{snippet}} is not correct"
"""


def with_autotests(tiny: Tiny, lines: str = "### AUTOTEST double(4)\n# HASHED AUTOTEST double(-1)") -> None:
    nb = source_notebook()
    nb.cells[3].source = lines
    nbformat.write(nb, tiny.root / "solutions/numbers/numbers.ipynb")
    (tiny.root / "autotests.yml").write_text(AUTOTESTS)


@pytest.mark.slow
def test_autotest_lines_become_the_tests_that_nbgrader_makes_of_them(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a kernel that is started once each time; what comes of it is the same each time."""
    with_autotests(tiny)
    started = []
    monkeypatch.setattr(
        instantiatetests, "start_new_kernel", lambda **how: started.append(how) or start_new_kernel(**how)
    )
    assert tiny.run("release").code == 0
    tiny.submit("ada")
    tiny.submit("ben", tiny.answered(double="return abs(2 * x)"))
    tiny.submit("chen", tiny.answered(double="return x"))
    started.clear()
    said = tiny.run("grade", "numbers")
    assert said.code == 0, said.err
    assert len(started) == 1
    assert {student: row["double"] for student, row in rows(tiny).items()} == {
        "ada": "2",
        "ben": "0",
        "chen": "0",
    }
    assert rows(tiny)["chen"]["reason"] == "double: value of double(4) is not correct"
    with book(tiny) as gradebook:
        source = gradebook.find_source_cell("test_double", "numbers", "numbers").source
        assert source.count("assert ") == 2
        assert "AUTOTEST" not in source
    assert "0 run, 3 unchanged" in tiny.run("grade", "numbers").out


@pytest.mark.parametrize(
    ("lines", "yml", "says"),
    [
        (
            "### AUTOTEST double(4)",
            None,
            "[Errno 2] No such file or directory: 'autotests.yml' (FileNotFoundError)",
        ),
        ("### AUTOTEST double(4)", "r: {}", "'python3' (KeyError)"),
        ("### AUTOTEST double(4 / 0)", AUTOTESTS, "division by zero (CellExecutionError)"),
    ],
)
def test_autotest_lines_that_nbgrader_cannot_read_are_told(
    tiny: Tiny, lines: str, yml: str | None, says: str
) -> None:
    tiny.submit("ada")
    with_autotests(tiny, lines)
    (tiny.root / "autotests.yml").write_text(yml) if yml else (tiny.root / "autotests.yml").unlink()
    said = tiny.run("grade", "numbers")
    assert said.code == 2
    assert f"solutions/numbers/numbers.ipynb: {says}; mend its AUTOTEST lines" in said.err


def test_a_notebook_in_another_language_is_refused(tiny: Tiny) -> None:
    tiny.submit("ada")
    nb = source_notebook()
    nb.metadata = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}
    nbformat.write(nb, tiny.root / "solutions/numbers/numbers.ipynb")
    said = tiny.run("grade", "numbers")
    assert said.code == 2
    assert "numbers.ipynb: is in R, and staffroom knows only Python; use nbgrader's own" in said.err


def test_what_a_configuration_names_relatively_lies_in_the_course(
    tiny: Tiny, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tiny.root / "nbgrader_config.py"
    here = "import os\nc.CourseDirectory.course_id = os.path.basename(os.getcwd())\n"
    config.write_text(f'{config.read_text()}c.CourseDirectory.db_url = "sqlite:///mine.db"\n{here}')
    tiny.submit("ada")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert tiny.course.directory.course_id == tiny.root.name
    assert tiny.run("grade", "numbers").code == 0
    assert (tiny.root / "mine.db").is_file()
    assert not Path("mine.db").exists()
