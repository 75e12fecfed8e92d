"""A course folder: what is in it, where nbgrader keeps things, and how files are written in one step."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import sys
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import jupyter_config_path
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

if TYPE_CHECKING:  # nbgrader takes seconds to import, and `--help` must not
    from nbformat import NotebookNode
    from nbgrader.coursedir import CourseDirectory

# nbformat's jsonschema would spend a second on importing this, for a format that no notebook has.
sys.modules.setdefault("rfc3987_syntax", None)

warnings.filterwarnings("ignore", "Cell is missing an id field")  # in an older course; nothing to be done

CONFIG = "nbgrader_config.py"
MOST_PATH = 500  # bytes of a folder's path within a submission or an assignment
LITTER = {".ipynb_checkpoints", "__pycache__", ".DS_Store", "__MACOSX"}


class StaffroomError(Exception):
    """A mistake the user can mend. Its text is one line that names the file and the remedy."""


def explain(error: OSError) -> str:
    """One line for a failed file operation: which file, what is wrong, what to do."""
    remedy = "check the path"
    if error.errno in (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE):
        return f"this machine: {error.strerror.lower()}; end other programs, or see what `ulimit -a` says"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        remedy = "free some space and run the same command again"
    elif error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        remedy = "make it writable, or work in a copy of the course that is, and run the same command again"
    return f"{error.filename or 'the disk'}: {(error.strerror or str(error)).lower()}; {remedy}"


def printable(text: str) -> str:
    """A text with U+FFFD for what would end the line, steer a terminal or fail to encode."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def first_line(error: object) -> str:
    """The first line of an error's text, for messages that must stay on one line."""
    found = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return printable(found[:300])


def write_file(path: Path, data: bytes) -> bool:
    """Write `data` to `path` in one step, with its folders; return whether anything had to be written."""
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name[:50]}.{os.getpid()}")  # with the whole, a name could become too long
    try:
        new.write_bytes(data)
        os.replace(new, path)
    except OSError as error:  # a failed write() does not know its file's name
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        new.unlink(missing_ok=True)
    return True


def files_in(folder: Path) -> dict[str, bytes]:
    """Relative path → content of every file under `folder`, sorted, without what editors and caches leave.
    A link counts as nothing, also one that replaces a file right now: it could lead a student to the
    instructor's files. So does a hard link to a file of somebody else than the folder's owner. OSError where
    a path is so long that a copy elsewhere might have too long a one."""
    found: dict[str, bytes] = {}
    for here, folders, names, at in os.fwalk(folder):
        folders[:] = [name for name in folders if name not in LITTER]
        if len(os.fsencode(os.path.relpath(here, folder))) > MOST_PATH:
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), here)
        for name in (name for name in names if name not in LITTER):
            path = Path(here, name)
            try:
                opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
            except OSError as error:
                if error.errno in (errno.ELOOP, errno.ENXIO, errno.ENOENT):  # a link, a socket, just removed
                    continue
                error.filename = str(path)
                raise
            with open(opened, "rb") as file:
                seen = os.fstat(opened)
                theirs = seen.st_nlink > 1 and seen.st_uid != os.stat(here).st_uid
                if stat.S_ISREG(seen.st_mode) and not theirs:
                    found[path.relative_to(folder).as_posix()] = file.read()
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class Course:
    """One course folder with its nbgrader configuration."""

    root: Path
    config: Config
    # Text of a source notebook → what it is at nbgrader's steps, one of which may start a kernel.
    stages: dict[str, dict] = field(default_factory=dict)

    @classmethod
    def find(cls, folder: Path | None = None) -> Course:
        """The course in `folder`, or in the nearest folder upwards that has an nbgrader_config.py. Where that
        says nothing, the machine's and the user's in Jupyter's folders hold, as they do for formgrader."""
        here = (folder or Path.cwd()).resolve()
        for root in [here] if folder else [here, *here.parents]:
            if (root / CONFIG).is_file():
                config = Config()
                # As nbgrader does, but last: a file of the course's must not stand in for a package.
                sys.path += [str(root)] * (str(root) not in sys.path)
                places = [Path(place, CONFIG) for place in (*reversed(jupyter_config_path()), root)]
                for path in filter(Path.is_file, places):
                    try:
                        with contextlib.chdir(root):  # where nbgrader reads it
                            config.merge(PyFileConfigLoader(CONFIG, str(path.parent)).load_config())
                    except Exception as error:  # it is Python, and may raise anything
                        raise StaffroomError(f"{path}: {first_line(error)}; mend this file") from error
                config.CourseDirectory.root = str(root)
                return cls(root, config)
        above = "" if folder else " or above"
        raise StaffroomError(f"{here}: no {CONFIG} here{above}; name the course: --course DIR")

    @cached_property
    def directory(self) -> CourseDirectory:
        """nbgrader's own view of the folder."""
        from nbgrader.coursedir import CourseDirectory

        return CourseDirectory(config=self.config)

    def path(self, step: str, student: str, assignment: str) -> Path:
        """Where nbgrader keeps an assignment at a step: source, release, submitted, autograded, feedback."""
        folder = getattr(self.directory, f"{step}_directory")
        return Path(self.directory.format_path(folder, student, assignment))

    def build(self, *parts: str) -> Path:
        """A path under _build/, where everything generated goes."""
        return self.root.joinpath("_build", *parts)

    def replace(self, place: Path, files: dict[str, bytes]) -> bool:
        """Make `place` a folder of these files alone, in one step; return whether it was not one yet."""
        if place.is_dir() and files_in(place) == files:
            return False
        self.build().mkdir(parents=True, exist_ok=True)  # on the same file system, so that one step moves it
        with TemporaryDirectory(prefix=".work-", dir=self.build(), ignore_cleanup_errors=True) as folder:
            new, old = Path(folder, "new"), Path(folder, "old")
            new.mkdir()
            for name, data in files.items():
                write_file(new / name, data)
            place.parent.mkdir(parents=True, exist_ok=True)
            if place.exists():
                os.replace(place, old)
            try:
                os.replace(new, place)
            except OSError:
                if old.exists():
                    os.replace(old, place)
                raise
        return True

    def given(self, assignment: str) -> dict[str, bytes]:
        """An assignment's notebooks, and the files beside them that students get by nbgrader's rules: what
        `ignore`, `include` and `max_file_size` leave out, its release or its exchange does not pass on."""
        from nbgrader.utils import find_all_files, ignore_patterns

        folder, rules = self.path("source", ".", assignment).resolve(), self.directory
        kept = {Path(path) for path in find_all_files(str(folder), rules.ignore)}
        leaves_out = ignore_patterns(rules.ignore, rules.include, rules.max_file_size)
        return {
            name: data
            for name, data in files_in(folder).items()
            if ((path := folder / name).parent == folder and path.suffix == ".ipynb")
            or (path in kept and not leaves_out(str(path.parent), [path.name]))
        }

    def assignments(self) -> list[str]:
        """Names of the assignments that have a source notebook."""
        return sorted({p.parent.name for p in self.path("source", ".", "x").parent.glob("[!.]*/*.ipynb")})

    def notebooks(self, assignment: str) -> dict[str, NotebookNode]:
        """Notebook name → source notebook of an assignment; raises StaffroomError for an unknown one."""
        import nbformat

        if assignment not in self.assignments():
            known = ", ".join(self.assignments()) or "none"
            raise StaffroomError(f"{assignment}: no such assignment in {self.root}; there is: {known}")
        found = {}
        for path in sorted(self.path("source", ".", assignment).glob("*.ipynb")):
            try:
                data = json.loads(path.read_bytes())
                for cell in data.get("cells", ()):  # some tools leave these out
                    if cell["cell_type"] == "code":
                        cell.setdefault("outputs", [])
                        cell.setdefault("execution_count", None)
                nb = found[path.stem] = nbformat.reads(json.dumps(data), as_version=4)
                for number, cell in enumerate(nb.cells):
                    cell.setdefault("id", f"cell-{number}")  # an older course has none
                nb.nbformat_minor = 5
            except Exception as error:  # damaged notebooks raise nearly everything
                raise StaffroomError(f"{path}: not a notebook ({first_line(error)}); restore it") from error
        return found


def grader(cell: NotebookNode) -> dict[str, Any]:
    """A cell's nbgrader metadata, or an empty dict where there is none."""
    meta = cell.metadata.get("nbgrader", {})
    return meta if isinstance(meta, dict) else {}


def questions(nb: NotebookNode) -> dict[str, list[str]]:
    """Question → its graded cells. A question is a cell that the student answers, named by its grade id; the
    test cells up to the next one belong to it. An answer graded by hand is its own graded cell."""
    found: dict[str, list[str]] = {}
    question = None
    for meta in map(grader, nb.cells):
        if meta.get("solution") or meta.get("task"):
            question = meta["grade_id"]
        if meta.get("grade") or meta.get("task"):
            found.setdefault(question or meta["grade_id"], []).append(meta["grade_id"])
    return found
