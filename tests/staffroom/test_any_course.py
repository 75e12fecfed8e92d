"""A course that knows nothing of ours: nbgrader's own example, made by `nbgrader quickstart`."""

from __future__ import annotations

import ast
import copy
import csv
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from staffroom import jail
from tests.staffroom.conftest import ROOT, run

BLANK = "raise NotImplementedError()"
FIXED = """def squares(n):
    if n < 1:
        raise ValueError
    return [1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121][:n]"""
# its own formula in place of squares: the test that deletes squares must notice
ALONE = "def sum_of_squares(n):\n    return n * (n + 1) * (2 * n + 1) // 6"


def submit(root: Path, student: str, **answers: str) -> None:
    for path in root.glob("source/ps1/*.ipynb"):
        nb = copy.deepcopy(nbformat.read(path, as_version=4))
        for cell in nb.cells:
            meta = cell.metadata.get("nbgrader", {})
            text = re.sub(r"(?m)^ *### (BEGIN|END) SOLUTION\n?", "", cell.source)
            cell.source = answers.get(meta.get("grade_id"), text) if meta.get("solution") else cell.source
        target = root / "submitted" / student / "ps1" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nb, target)


def test_the_page_names_all_packages_that_grading_needs() -> None:
    """What staffroom imports is named on the instructors' page, or comes with what is."""
    page = (ROOT / "book/instructors.md").read_text()
    named = re.search(r"(?ms)^pip install (?!--)(.+?)^pip", page)[1]
    named = named.replace('"', "").replace("\\", "").split()
    comes, new = set(), {Requirement(name).name for name in named}
    while new:
        comes |= new
        wanted = [Requirement(line) for name in new for line in metadata.requires(name) or []]
        new = {r.name for r in wanted if not r.marker or r.marker.evaluate({"extra": ""})} - comes
    comes = {canonicalize_name(name) for name in comes}
    trees = [ast.parse(path.read_text()) for path in (ROOT / "src/staffroom").glob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    found = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    found = {name.split(".")[0] for name in found} - sys.stdlib_module_names
    provides = metadata.packages_distributions()
    missing = {name for name in found if not comes & {canonicalize_name(d) for d in provides[name]}}
    assert missing <= {"torch"}, "used only where a course imports it"


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: nbgrader starts itself for each of its steps."""
    place = tmp_path_factory.mktemp("quickstart")
    made = [sys.executable, "-m", "nbgrader", "quickstart", "course101"]
    subprocess.run(made, cwd=place, check=True, capture_output=True)
    return place / "course101"


@pytest.mark.slow
@pytest.mark.parametrize("tests", ["outside", "inside"])
def test_nbgraders_own_example_is_graded(
    tests: str, quickstart: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "course101"
    shutil.copytree(quickstart, root)
    submit(root, "ada")
    submit(root, "ben", squares=FIXED)
    submit(root, "chen", sum_of_squares=ALONE)
    submit(root, "dara", squares=BLANK, sum_of_squares=BLANK, sum_of_squares_application=BLANK)
    sandbox = "none" if jail.probe() else "namespaces"
    said = run(capfd, "grade", "ps1", "--course", root, "--tests", tests, "--sandbox", sandbox)
    assert said.code == 0, said.err
    assert "Warning" not in said.err
    rows = {row["student_id"]: row for row in csv.DictReader((root / "_build/grade/ps1.csv").open())}
    got = {student: (row["squares"], row["sum_of_squares"]) for student, row in rows.items()}
    assert got == {"ada": ("2", "1"), "ben": ("2", "1"), "chen": ("2", "0.5"), "dara": ("0", "0")}
    assert "does not use squares" in rows["chen"]["reason"]
    assert rows["dara"]["status"] == "failed"
