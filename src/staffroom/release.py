"""solutions/ → exercises/, the bundle that students download, and the search for what must be in neither."""

from __future__ import annotations

import contextlib
import copy
import html
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    ClearSolutions,
    InstantiateTests,
    SaveCells,
)
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from .course import CONFIG, Course, StaffroomError, files_in, first_line, grader, write_file

# What a student's copy is made of. Everything else (solutions, tests, staffroom, staff.mk …) stays at home.
FOLDERS = ("book/", "exercises/", "src/everyvec/", "jupyter/")
STAFF = ("jupyter/staff/",)
FILES = """pyproject.toml uv.lock environment.yml Makefile LICENSE LICENSE-text _config.yml _toc.yml postBuild
    nbgrader_config.py .gitignore""".split()
# the time of every file in the bundle, so that the same files give the same bytes
MADE = (2026, 1, 1, 0, 0, 0)


def notebook_bytes(nb: NotebookNode) -> bytes:
    """A notebook as bytes that are the same for the same notebook."""
    return (nbformat.writes(nb, version=nbformat.NO_CONVERT) + "\n").encode()


def released(
    course: Course, nb: NotebookNode, before: type | None = None, assignment: str = "", name: str = ""
) -> NotebookNode:
    """The student's version of a source notebook: nbgrader's own preprocessors, in its own order. Or what the
    notebook is `before` one of them. What they say against it is raised as StaffroomError."""
    text = json.dumps([assignment, name, nb])
    if text not in course.stages:
        course.stages[text] = _stages(course, copy.deepcopy(nb), assignment, name)
    stages = course.stages[text]
    # Without a step that clears solutions, the tests are as the gradebook has them: with the hidden ones.
    return copy.deepcopy(stages.get(before) or stages.get(SaveCells) or stages[None])


def _stages(course: Course, nb: NotebookNode, assignment: str, name: str) -> dict[type | None, NotebookNode]:
    """What the notebook is before each of nbgrader's steps, and in the end (None). SaveCells is left out: it
    writes to the gradebook. What varies between machines (the kernel's name, Python's version) is fixed."""
    folder, mine = course.path("source", ".", assignment), [cell.id for cell in nb.cells]
    language = nb.metadata.get("language_info", {}).get("name")
    spoken = nb.metadata.get("kernelspec", {}).get("language") or language
    if "python" not in str(spoken or "python").lower():
        said = f"{folder}/{name}.ipynb: is in {spoken}, and staffroom knows only Python"
        raise StaffroomError(f"{said}; use nbgrader's own commands for it")
    place = {"student": ".", "assignment": assignment, "notebook": name, "db_url": course.directory.db_url}
    resources = {"nbgrader": place, "unique_key": name, "metadata": {"name": name, "path": str(folder)}}
    stages: dict[type | None, NotebookNode] = {}
    with contextlib.chdir(course.root):  # the configuration may name files from there
        for step in GenerateAssignment(config=course.config).preprocessors:
            step = import_item(step) if isinstance(step, str) else step
            # A course's own step may be a kind of one of nbgrader's.
            stages = dict.fromkeys(step.__mro__, copy.deepcopy(nb)) | stages
            try:
                if not issubclass(step, SaveCells):
                    nb, resources = step(config=course.config)(nb, resources)
            except Exception as error:  # RuntimeError, ValueError, nbgrader's own, a course's own step's
                said = first_line(getattr(error, "evalue", error))
                lines = "its AUTOTEST lines (in test cells only), the solutions or autotests.yml"
                autotest = f" ({type(error).__name__}); mend {lines}"
                what = autotest if step is InstantiateTests else "; mend the notebook"
                raise StaffroomError(f"{folder}/{name}.ipynb: {said}{what}") from error
    stages[None] = nb
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    for nb in stages.values():
        for number, cell in enumerate(nb.cells):  # a header's may have no id
            cell["id"] = cell["id"] if cell.get("id") in mine else f"added-{number}"
        nb.metadata = NotebookNode({"kernelspec": kernel, "language_info": {"name": "python"}})
    return stages


def generate(course: Course, assignment: str) -> dict[str, bytes]:
    """File name → content of an assignment's release: its notebooks, and what lies in its files/ folder."""
    source = course.path("source", ".", assignment)
    notebooks = {f"{name}.ipynb": nb for name, nb in course.notebooks(assignment).items()}
    made: dict[str, bytes] = {}
    for name, data in course.given(assignment).items():
        path, nb = source / name, notebooks.get(name)
        if name.startswith("files/"):
            made[name] = data
        elif nb is None:
            raise StaffroomError(f"{path}: not a notebook; move it to {source}/files (for students), or away")
        elif not any(grader(cell).get("grade") for cell in nb.cells):
            raise StaffroomError(f"{path}: no graded cell in it; delete it or mark its cells for nbgrader")
        elif not all("id" in cell for cell in json.loads(data)["cells"]):
            raise StaffroomError(f"{path}: cells without ids (an old format); open and save it in JupyterLab")
        else:
            made[name] = notebook_bytes(released(course, nb, None, assignment, path.stem))
    for problem in leaks(made, secrets(course, [assignment]), marks(course)):
        raise StaffroomError(f"{source}: students would get this: {problem}; put it into a marked cell")
    return made


def release(course: Course, assignment: str, check: bool = False) -> bool:
    """Write exercises/ASSIGNMENT in one step, or only `check` it; return whether it was out of date."""
    place, files = course.path("release", ".", assignment), generate(course, assignment)
    return files_in(place) != files if check else course.replace(place, files)


def bundle(course: Course) -> tuple[Path, bool]:
    """Write the student bundle, whose bytes depend on the files alone; return its path and whether anything
    had to be written. StaffroomError, and nothing written, where a file shows a solution or a hidden test."""
    contents = student_files(course)
    for problem in leaks(contents, secrets(course, course.assignments()), marks(course)):
        raise StaffroomError(f"{problem}; the student bundle was not written: take that out")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(f"everything-is-a-vector/{name}", MADE)
            executable = (course.root / name).stat().st_mode & 0o100 if (course.root / name).exists() else 0
            entry.create_system, entry.external_attr = 3, (0o100755 if executable else 0o100644) << 16
            archive.writestr(entry, contents[name], zipfile.ZIP_DEFLATED, 6)
    path = course.build("student", "everything-is-a-vector.zip")
    return path, write_file(path, data.getvalue())


def student_files(course: Course) -> dict[str, bytes]:
    """Path → content of all that a student gets: what git knows or would take, from the allow-list above."""
    command = ["git", "-C", str(course.root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True)
    if listed.returncode:
        raise StaffroomError(f"{course.root}: git does not know this folder; work in a clone of it")
    names = listed.stdout.split("\0")
    wanted = (n for n in names if n in FILES or (n.startswith(FOLDERS) and not n.startswith(STAFF)))
    contents = {name: (course.root / name).read_bytes() for name in wanted if (course.root / name).is_file()}
    if project := contents.get("pyproject.toml"):
        lines = project.decode().splitlines(keepends=True)
        contents["pyproject.toml"] = "".join(x for x in lines if not x.rstrip().endswith("# staff")).encode()
    return contents | {"README.md": Path(__file__).with_name("student_readme.md").read_bytes()}


def secrets(course: Course, assignments: Iterable[str]) -> dict[str, str]:
    """Distinctive lines of solutions and hidden tests → the notebook they come from. A line counts, without
    its spaces, when it is too long to be met by chance and students are not given it."""
    found: dict[str, str] = {}
    for assignment in assignments:
        for name, nb in course.notebooks(assignment).items():
            stub = released(course, nb, None, assignment, name)
            public = {squeeze(x) for cell in stub.cells for x in cell.source.splitlines()}
            lines = {squeeze(x) for cell in nb.cells for x in cell.source.splitlines()} - public
            found |= dict.fromkeys((x for x in sorted(lines) if len(x) >= 40), f"{assignment}/{name}")
    return found


def marks(course: Course) -> set[str]:
    """What delimits solutions, hidden tests and mark schemes: nbgrader's own words and the course's."""
    kinds, configs = (ClearSolutions, ClearHiddenTests, ClearMarkScheme), (Config(), course.config)
    steps = [kind(config=config) for kind in kinds for config in configs]
    return {getattr(step, name) for step in steps for name in step.traits() if name.endswith("_delimeter")}


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def leaks(contents: dict[str, bytes], hidden: dict[str, str], marks: set[str]) -> Iterator[str]:
    """A line for each mark of a solution or hidden test, and each distinctive line of one, in each file."""
    for name, data in contents.items():
        text = squeeze(plain_text(name, data))
        found = sorted(mark for mark in marks if squeeze(mark) in text and name != CONFIG)  # which names them
        yield from (f"{name}: contains {mark}" for mark in found)
        yield from (f"{name}: from {hidden[line]}, hidden: {line[:60]}" for line in hidden if line in text)


def plain_text(name: str, data: bytes) -> str:
    """What a reader of the file sees: a notebook's sources and outputs, a page without its tags, the text."""
    text, suffix = data.decode("utf-8", errors="ignore"), PurePosixPath(name).suffix
    if suffix != ".ipynb":
        return html.unescape(re.sub(r"<[^>]*>", "", text)) if suffix in (".html", ".svg") else text
    found, todo = [], [json.loads(text)]
    for part in todo:
        found += [part] if isinstance(part, str) else []
        todo += part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
    return "\n".join(found)
