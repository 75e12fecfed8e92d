"""`staffroom release`: what students get, byte for byte, and what they must never get."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory

from staffroom import grade, release
from staffroom.course import Course, files_in
from tests.staffroom.conftest import ROOT, Tiny, rows, source_notebook

SECRET = "doubled_value_in_the_instructors_own_solution = x + x"
BUNDLE = "_build/student/everything-is-a-vector.zip"


def released(tiny: Tiny) -> nbformat.NotebookNode:
    return nbformat.reads((tiny.root / "exercises/numbers/numbers.ipynb").read_text(), as_version=4)


def test_release_is_what_nbgrader_generates(tiny: Tiny) -> None:
    config = tiny.course.config
    directory = CourseDirectory(config=config, assignment_id="numbers", release_directory="by-nbgrader")
    GenerateAssignment(coursedir=directory, config=config).start()
    theirs = nbformat.read(tiny.root / "by-nbgrader/numbers/numbers.ipynb", as_version=4)
    assert released(tiny).cells == theirs.cells


def test_stubs_raise_and_hidden_tests_are_gone(tiny: Tiny) -> None:
    text = (tiny.root / "exercises/numbers/numbers.ipynb").read_text()
    assert text.count("raise NotImplementedError") == 2
    assert "double(3) == 6" in text
    for secret in (
        "doubled_value_in_the_instructors_own_solution",
        "secret_value_of_hidden_test",
        "BEGIN",
        "Because.",
    ):
        assert secret not in text


def test_nothing_varies_with_the_machine(tiny: Tiny) -> None:
    made = released(tiny)
    assert made.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert [cell.id for cell in made.cells] == [cell.id for cell in source_notebook().cells]
    assert all(
        cell.execution_count is None and not cell.outputs for cell in made.cells if cell.cell_type == "code"
    )


def test_second_release_writes_nothing(tiny: Tiny) -> None:
    files = [path for path in tiny.root.rglob("*") if path.is_file()]
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in files}
    said = tiny.run("release")
    assert said.code == 0
    assert "written" not in said.out
    assert {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in before} == before


def test_release_needs_no_gradebook(tiny: Tiny) -> None:
    assert not (tiny.root / "gradebook.db").exists()


@pytest.mark.parametrize("change", ["edited", "missing", "more"])
def test_check_says_when_exercises_are_out_of_date(tiny: Tiny, change: str) -> None:
    assert tiny.run("release", "--check").code == 0
    path = tiny.root / "exercises/numbers/numbers.ipynb"
    if change == "edited":
        path.write_text(path.read_text().replace("# Numbers", "# Numerals"))
    elif change == "missing":
        path.unlink()
    else:
        (path.parent / "old.ipynb").write_text("{}")
    before = tiny.root.joinpath("exercises").stat()
    said = tiny.run("release", "numbers", "--check")
    assert said.code == 1
    assert (
        "exercises/numbers is not what solutions/numbers generates; run: staffroom release numbers"
        in said.err
    )
    assert tiny.root.joinpath("exercises").stat().st_mtime_ns == before.st_mtime_ns
    assert tiny.run("release").code == 0
    assert tiny.run("release", "--check").code == 0
    assert [p.name for p in path.parent.iterdir()] == ["numbers.ipynb"]


def test_litter_is_ignored_and_data_files_go_along(tiny: Tiny) -> None:
    source = tiny.root / "solutions/numbers"
    for litter in (".ipynb_checkpoints/numbers-checkpoint.ipynb", "__pycache__/x.pyc", ".DS_Store"):
        (source / litter).parent.mkdir(exist_ok=True)
        (source / litter).write_text("litter")
    (source / "files").mkdir()
    (source / "files/table.csv").write_text("1,2\n")
    assert tiny.run("release").code == 0
    made = {
        p.relative_to(tiny.root / "exercises/numbers").as_posix()
        for p in (tiny.root / "exercises").rglob("*.*")
    }
    assert made == {"numbers.ipynb", "files/table.csv"}


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("rubric.md", "4 points for …", "rubric.md: not a notebook; move it to"),
        (
            "Untitled.ipynb",
            nbformat.writes(nbformat.v4.new_notebook()),
            "Untitled.ipynb: no graded cell in it",
        ),
        ("numbers", "like the notebook, but for its suffix", "numbers/numbers: not a notebook; move it to"),
        ("broken.ipynb", "{", "broken.ipynb: not a notebook"),
    ],
)
def test_what_is_no_part_of_an_assignment_is_refused(tiny: Tiny, name: str, text: str, says: str) -> None:
    before = (tiny.root / "exercises/numbers/numbers.ipynb").read_bytes()
    (tiny.root / "solutions/numbers" / name).write_text(text)
    said = tiny.run("release")
    assert said.code == 2
    assert says in said.err
    assert said.err.count("\n") == 1
    assert (tiny.root / "exercises/numbers/numbers.ipynb").read_bytes() == before


def test_a_solution_without_an_end_is_refused(tiny: Tiny) -> None:
    path = tiny.root / "solutions/numbers/numbers.ipynb"
    path.write_text(path.read_text().replace("### END SOLUTION", ""))
    said = tiny.run("release")
    assert said.code == 2
    assert "numbers.ipynb: no end solution statement found; mend the notebook" in said.err


def test_bundle_is_reproducible_and_holds_what_a_student_needs(tiny: Tiny) -> None:
    (tiny.root / "book").mkdir()
    (tiny.root / "book/lesson.md").write_text("# Lesson\n")
    (tiny.root / "ignored.txt").write_text("x")
    (tiny.root / "staff.mk").write_text("x")
    (tiny.root / "book/new.tmp").write_text("x")
    (tiny.root / ".gitignore").write_text("*.tmp\n")
    assert tiny.run("release").code == 0
    path = tiny.root / BUNDLE
    first = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert archive.read("everything-is-a-vector/pyproject.toml") == b'name = "x"\n'
        assert {entry.date_time for entry in archive.infolist()} == {release.MADE}
    top = "everything-is-a-vector/"
    wanted = {
        ".gitignore",
        "README.md",
        "book/lesson.md",
        "exercises/numbers/numbers.ipynb",
        "nbgrader_config.py",
    }
    assert names == sorted(top + name for name in wanted | {"pyproject.toml"})
    path.unlink()
    (tiny.root / "book/lesson.md").touch()
    assert tiny.run("release").code == 0
    assert path.read_bytes() == first


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("book/page.md", f"As in\n    {SECRET.replace(' ', '  ')}\n"),
        ("book/page.md", "### BEGIN SOLUTION"),
        ("book/page.html", f"<pre><i>{SECRET.replace('=', '</i> = <b>')}</b></pre>"),
        ("book/lesson.ipynb", json.dumps({"cells": [{"source": ["def f(x):\n", f"    {SECRET}"]}]})),
        ("src/everyvec/x.py", "for secret_value_of_hidden_test in (-7, 0, 41):"),
    ],
)
def test_bundle_is_not_written_with_a_solution_in_it(tiny: Tiny, name: str, text: str) -> None:
    path = tiny.root / BUNDLE
    path.unlink()
    (tiny.root / name).parent.mkdir(parents=True, exist_ok=True)
    (tiny.root / name).write_text(text)
    said = tiny.run("release")
    assert said.code == 2
    assert name in said.err
    assert not path.exists()


OWN = """
c.ClearHiddenTests.begin_test_delimeter = "KEEP FROM STUDENTS"
c.ClearHiddenTests.end_test_delimeter = "SHOW AGAIN"
"""


@pytest.mark.parametrize("own", [True, False])
def test_a_course_may_have_delimiters_of_its_own(tiny: Tiny, own: bool) -> None:
    config, path = tiny.root / "nbgrader_config.py", tiny.root / "solutions/numbers/numbers.ipynb"
    config.write_text(config.read_text() + OWN)
    said = tiny.run("release")
    assert said.code == 2, "nbgrader leaves its own words where they are not the course's"
    assert "BEGIN HIDDEN TESTS" in said.err
    mine = path.read_text().replace("BEGIN HIDDEN TESTS", "KEEP FROM STUDENTS")
    path.write_text(mine.replace("END HIDDEN TESTS", "SHOW AGAIN"))
    if own:
        assert tiny.run("release").code == 0
        assert (
            "secret_value_of_hidden_test" not in (tiny.root / "exercises/numbers/numbers.ipynb").read_text()
        )
    else:
        steps = "[s for s in GenerateAssignment().preprocessors if s.__name__ != 'ClearHiddenTests']"
        code = "from nbgrader.converters import GenerateAssignment\nc.GenerateAssignment.preprocessors = "
        config.write_text(config.read_text() + code + steps)
        said = tiny.run("release")
        assert said.code == 2
        assert "numbers.ipynb: contains KEEP FROM STUDENTS" in said.err


def test_short_and_public_lines_are_no_secrets(tiny: Tiny) -> None:
    secrets = release.secrets(tiny.course, ["numbers"])
    assert all(len(line) >= 40 for line in secrets)
    assert not any("isthefactorright" in line for line in secrets)


def test_outside_git_the_bundle_says_so(tiny: Tiny, tmp_path: Path) -> None:
    subprocess.run(["rm", "-rf", str(tmp_path / ".git")], check=True)
    said = tiny.run("release")
    assert said.code == 2
    assert "git does not know this folder" in said.err


def test_all_that_a_students_copy_is_made_of_exists() -> None:
    missing = [name for name in (*release.FOLDERS, *release.STAFF) if not (ROOT / name).is_dir()]
    assert missing + [name for name in release.FILES if not (ROOT / name).is_file()] == []


# These are for instructors and contributors, and are about the full repository from beginning to end.
FOR_STAFF = ("book/instructors.md", "book/contributing.md", "book/hostile-corpus.md")


def test_students_are_told_no_command_that_their_copy_lacks() -> None:
    """Where a page names one, it says there or in the paragraph before that the full repository has it."""
    files = release.student_files(Course.find(ROOT))
    theirs = re.findall(r"^([a-z-]+):.*## ", files["Makefile"].decode(), re.MULTILINE)
    assert {"lab", "site"} <= set(theirs)
    wrong, named = [], set()
    for name, data in files.items():
        if name.endswith((".md", ".ipynb")) and name not in FOR_STAFF:
            blocks = re.split(r"\n\s*\n", release.plain_text(name, data))
            for before, block in pairwise(["", *blocks]):
                for target in re.findall(r"(?:`|^)make ([a-z-]+)", block, re.MULTILINE):
                    named.add(target)
                    if target not in theirs and "full repository" not in f"{before} {block}":
                        wrong.append(f"{name}: make {target}")
    assert wrong == []
    assert {"lab", "course"} <= named


# What nbgrader would not release: by its own default, by name, by what alone is included, by size.
RULES = {
    "feedback": "",
    "reference.py": "c.CourseDirectory.ignore = ['reference.*', '.ipynb_checkpoints']\n",
    "keys/reference.py": "c.CourseDirectory.ignore = ['keys']\n",
    "deep/reference.py": "c.CourseDirectory.include = ['*.csv', '*.ipynb']\n",
    "large.py": "c.CourseDirectory.max_file_size = 1\n",
}


@pytest.mark.parametrize("name", RULES)
def test_what_nbgrader_would_not_release_reaches_no_student(tiny: Tiny, name: str) -> None:
    with (tiny.root / "nbgrader_config.py").open("a") as file:
        file.write(RULES[name])
    folder = tiny.root / "solutions/numbers/files"
    (folder / name).parent.mkdir(parents=True)
    (folder / "table.csv").write_text("1,2\n")
    (folder / name).write_text("def double(x): return x + x\n" + "#" * 2000)
    assert [*grade.package(tiny.course, "numbers", grade.How()).files] == ["files/table.csv"]
    assert tiny.run("release").code == 0
    assert sorted(files_in(tiny.root / "exercises/numbers")) == ["files/table.csv", "numbers.ipynb"]


def test_a_solution_that_is_not_released_cannot_be_imported(tiny: Tiny) -> None:
    with (tiny.root / "nbgrader_config.py").open("a") as file:
        file.write(RULES["reference.py"])
    (tiny.root / "solutions/numbers/reference.py").write_text("def double(x): return x + x\n")
    tiny.submit("ada", tiny.answered(double="from reference import double\n    return double(x)"))
    assert tiny.run("grade", "numbers").code == 0
    assert rows(tiny)["ada"]["double"] == "0"
