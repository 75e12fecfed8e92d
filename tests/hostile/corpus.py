"""The hostile corpus: submissions that try to gain points, to break the grading, or arrive damaged.

gain/NAME.py   code put into a notebook with wrong_answers.py for answers: not one point may come of it
break/NAME.py  code put into a notebook whose answers are all right: it costs the cells that it names
damaged.py     the right notebook as a damaged file

A file's first line says what it tries; `# cell:` says where it goes: `first`, `after imports`, `last`,
`answer GRADE_ID` or `every answer`. Cells run in their order: what is to meet the tests cannot be `last`.
`# loses: CELL, …` names what it costs, `# says:` a piece of the reason, `# shows:` what its cells show.
Run as a program, it grades the corpus and writes the page of the book that shows what became of each.
"""

from __future__ import annotations

import copy
import os
import re
import secrets
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook

from staffroom import grade
from staffroom.course import Course, grader, write_file
from staffroom.outcome import Outcome
from staffroom.release import notebook_bytes, released

from .damaged import DAMAGED, FILE

ROOT = Path(__file__).resolve().parents[2]
NAME = "1-word2vec"
LIMITS = """
c.Limits.cell_seconds, c.Limits.total_seconds, c.Limits.cpu_seconds = 3, 30, 8
c.Limits.memory_mb, c.Limits.processes, c.Limits.disk_mb, c.Limits.output_kb = 512, 32, 64, 256
c.Limits.open_files = 128
"""
KINDS = {"gain": "to gain points", "break": "to break the grading", "damaged": "damaged files"}
NEIGHBOURS = ("a-neighbour", "break-neighbour", "z-neighbour")  # honest, before, among and after the others


@dataclass
class Entry:
    """One submission of the corpus, and what must become of it."""

    kind: str
    name: str
    about: str
    files: dict[str, bytes]
    loses: set[str] = field(default_factory=set)
    says: str = ""
    shows: str = ""
    gradable: bool = True

    @property
    def student(self) -> str:
        return f"{self.kind}-{self.name.replace('_', '-')}"


def whole(stub: NotebookNode, source: NotebookNode) -> NotebookNode:
    """The released notebook with the instructor's answers in it."""
    answers = {grader(cell).get("grade_id"): cell.source for cell in source.cells}
    nb = copy.deepcopy(stub)
    for cell in nb.cells:
        if grader(cell).get("solution"):
            text = answers[grader(cell)["grade_id"]]
            cell.source = re.sub(r"(?m)^ *### (BEGIN|END) SOLUTION\n?", "", text)
    return nb


def placed(nb: NotebookNode, where: str, code: str) -> NotebookNode:
    nb = copy.deepcopy(nb)
    names = [grader(cell).get("grade_id") for cell in nb.cells]
    if "answer" in where:
        for cell in nb.cells:
            its = grader(cell).get("solution") and cell.cell_type == "code"
            if its and where in ("every answer", f"answer {grader(cell)['grade_id']}"):
                cell.source = code
    else:
        place = {"first": 0, "after imports": names.index("imports") + 1, "last": len(names)}[where]
        nb.cells.insert(place, new_code_cell(code))
    return nb


def entries() -> list[Entry]:
    """The corpus."""
    source = Course.find(ROOT).notebooks(NAME)[NAME]
    stub = released(Course.find(ROOT), source)
    right = whole(stub, source)
    wrong = placed(stub, "every answer", Path(__file__).with_name("wrong_answers.py").read_text())
    tests = {grader(c)["grade_id"] for c in source.cells if grader(c).get("grade") and c.cell_type == "code"}
    found = []
    for path in sorted(Path(__file__).parent.glob("*/*.py")):
        kind, code = path.parent.name, path.read_text(encoding="utf-8")
        head = dict(re.findall(r"(?m)^# (cell|loses|says|shows): (.+)$", code))
        about = code.splitlines()[0].removeprefix("# ")
        nb = placed(wrong if kind == "gain" else right, head["cell"], code)
        loses = tests if kind == "gain" else set(re.findall(r"\w+", head.get("loses", "")))
        says = head.get("says", ""), head.get("shows", "")
        found.append(Entry(kind, path.stem, about, {FILE: notebook_bytes(nb)}, loses, *says))
    for name, damage in DAMAGED.items():
        loses = set(re.findall(r"\w+", damage.loses))
        more = {"says": damage.says, "gradable": damage.gradable}
        found.append(Entry("damaged", name, damage.about, damage.files(right), loses, **more))
    return found


def build(root: Path, corpus: list[Entry]) -> tuple[Course, dict[str, str]]:
    """A course folder with the corpus and honest neighbours; and its secrets, by where they lie."""
    canaries = {
        place: f"canary-{secrets.token_hex(8)}" for place in ("source", "neighbour", "gradebook", "root")
    }
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    write_file(root / "nbgrader_config.py", (config + LIMITS).encode())
    write_file(root / "secret.txt", canaries["root"].encode())
    root.chmod(0o755)  # the sandbox has to hide it: others may read it, as is usual
    source = nbformat.read(ROOT / "solutions" / NAME / FILE, as_version=4)
    right = whole(released(Course.find(ROOT), source), source)
    for cell in source.cells:
        mark = "### BEGIN " + "HIDDEN TESTS"
        cell.source = cell.source.replace(mark, f'{mark}\nhidden_canary = "{canaries["source"]}"')
    write_file(root / "solutions" / NAME / FILE, notebook_bytes(source))
    honest = copy.deepcopy(right)
    honest.cells.append(new_markdown_cell(canaries["neighbour"]))
    for student in NEIGHBOURS:
        write_file(root / "submitted" / student / NAME / FILE, notebook_bytes(honest))
    for entry in corpus:
        (root / "submitted" / entry.student / NAME).mkdir(parents=True)
        for name, data in entry.files.items():
            write_file(root / "submitted" / entry.student / NAME / name, data)
    course = Course.find(root)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with Gradebook(course.directory.db_url, course.directory.course_id) as book:
        book.add_student("a-neighbour", first_name=canaries["gradebook"])
    return course, canaries


def table(corpus: list[Entry], outcomes: dict[str, Outcome]) -> str:
    """The page of the book: what each tries, and what became of it."""
    lines = ["# The hostile corpus", ""]
    lines += [
        "`make test` grades every submission below in one run, with honest ones between them. This page is"
    ]
    lines += ["written by a run, `python -m tests.hostile.corpus`, and the test compares it with its own."]
    lines += ["*Points* are of the 27 that tests give.", ""]
    for kind, title in KINDS.items():
        mine = [entry for entry in corpus if entry.kind == kind]
        lines += [f"## {title[0].upper()}{title[1:]}: {len(mine)}", ""]
        if kind == "gain":
            lines += ["No answer is right here, so every point would be a gain.", ""]
        lines += ["| what it tries | outcome | points |", "|---|---|---:|"]
        for entry in mine:
            outcome = outcomes[entry.student]
            points = "" if outcome.points is None else f"{outcome.points:g}"
            lines.append(f"| {entry.about.replace('|', '/')} | {outcome.status} | {points} |")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    root, corpus = Path(sys.argv[1] if len(sys.argv) > 1 else "/tmp/hostile"), entries()
    shutil.rmtree(root, ignore_errors=True)
    course, _ = build(root, corpus)
    outcomes = grade.grade(course, NAME, grade.How(), lambda run, total: print(end=".", flush=True))
    write_file(ROOT / "book" / "hostile-corpus.md", table(corpus, {o.student: o for o in outcomes}).encode())


if __name__ == "__main__":
    main()
