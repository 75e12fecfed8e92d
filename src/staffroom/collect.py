"""Submissions come in: from the exchange, from folders, from an LMS's zip."""

from __future__ import annotations

import contextlib
import os
import re
import zipfile
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeCollect

from .book import moment
from .course import LITTER, Course, StaffroomError, explain, files_in, first_line, printable, write_file

# Canvas: doejane_123_456_1-word2vec.ipynb; Moodle: "Jane Doe_123_assignsubmission_file_1-word2vec.ipynb", or
# that in a folder "Jane Doe_123_assignsubmission_file". The 123 tells people of one name apart.
NAMES = (
    r"(?P<student_id>[^_/]+(_\d+(?=_assignsubmission_))?)((_LATE)?_(?P<number>\d+)_\d+(?=_))?(_.*)?\.ipynb"
)
# What comes below that folder is named by the student: it could be another's name.
FOLDER = r"(?s)(_assignsubmission_file)_?/(?:.*/)?([^/]+)\Z"


class Directory(CourseDirectory):
    """nbgrader's own stops where a student's timestamp.txt says no time; here it is collected again then."""

    def get_existing_timestamp(self, dest_path: str) -> Any:
        with contextlib.suppress(OSError, ValueError):
            return moment(Path(dest_path, "timestamp.txt").read_text(errors="replace"))


class Collect(ExchangeCollect):
    """nbgrader's own copies what links lead to: a student's could lead to the solutions. And it ends in an
    error where a folder's name, which whoever hands in can choose, has no time or no user in it."""

    def _path_to_record(self, path: str) -> dict[str, Any]:
        with contextlib.suppress(Exception):  # dateutil's of every kind
            record = super()._path_to_record(path)
            if record["username"] and record["username"].isprintable():
                return record
        self.log.warning(f"{printable(path)}: not the name of a submission; left alone")
        return {"username": "", "filename": "", "timestamp": datetime.min}

    def init_src(self) -> None:
        super().init_src()
        self.src_records = [record for record in self.src_records if record["username"]]

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        most = 1000 * self.coursedir.max_dir_size  # of what is larger, nothing comes, and it stops no other
        with TemporaryDirectory() as folder:
            copy = Path(folder, "submission")
            copy.mkdir()
            files: dict[str, bytes] = {}
            with contextlib.suppress(OSError, RecursionError):  # nor of what cannot be read
                files = files_in(Path(src)) if self.get_size(src) <= most else {}
            for name, data in files.items():
                write_file(copy / name, data)
            super().do_copy(str(copy), dest, log)


def from_exchange(course: Course, assignment: str) -> None:
    """Fetch what students submitted through nbgrader's exchange, where the course has one."""
    directory = Directory(config=course.config)
    directory.assignment_id = assignment
    collect = Collect(directory, Authenticator(config=course.config), config=course.config)
    inbound = Path(collect.root, directory.course_id, "inbound")
    if inbound.is_dir() and any(f"+{assignment}+" in path.name for path in inbound.iterdir()):
        collect.update = True
        try:
            collect.start()
        except ExchangeError as error:
            raise StaffroomError(f"{inbound}: {first_line(error)}; check the exchange's folder") from error


def from_place(course: Course, assignment: str, place: Path, names: str = NAMES) -> list[str]:
    """Copy submissions from a folder or zip into the course; return a line for each file that is nobody's."""
    if not place.exists():
        raise StaffroomError(f"{place}: no such folder or file; check --submissions")
    place = place.resolve()
    problems: list[str] = []
    folders = sorted(place.glob(f"*/{assignment}"))
    found: dict[str, dict[str, bytes]] = {}
    for path in place.glob("*") if folders else ():
        if path.is_dir() and not os.access(path, os.X_OK):
            problems.append(f"{path}: permission denied, and not taken; make it readable")
    for folder in folders:
        if folder.is_symlink() or folder.parent.is_symlink():  # it could lead to another student's work
            problems.append(f"{folder}: a link, and not taken; put a copy of the files there")
            continue
        try:
            found[folder.parent.name] = files_in(folder)
        except OSError as error:
            problems.append(first_line(explain(error)))
    if not folders:
        found = _by_name(place, list(course.notebooks(assignment)), names, problems)
    if not found:
        wanted = f"STUDENT/{assignment}/ folders, or notebooks whose names begin with STUDENT_ (or --names)"
        raise StaffroomError(f"{place}: no submission of {assignment} in it; wanted: {wanted}")
    for student, files in found.items():
        course.replace(course.path("submitted", student, assignment), files)
    return problems


def _by_name(place: Path, wanted: list[str], names: str, problems: list[str]) -> dict[str, dict[str, bytes]]:
    """Student → files, from a folder or zip of notebooks whose names begin with the student's."""
    try:
        pattern = re.compile(names)
        pattern.groupindex["student_id"]
        if place.is_dir():
            files = files_in(place)
        else:
            with zipfile.ZipFile(place) as archive:
                infos = [i for i in archive.infolist() if not i.is_dir()]
                files = {i.filename: archive.read(i) for i in infos if not LITTER & {*i.filename.split("/")}}
    except (re.error, KeyError) as error:
        raise StaffroomError(f"--names {names}: {error}; it needs a group (?P<student_id>…)") from error
    except Exception as error:  # a damaged zip raises nearly everything
        if getattr(error, "filename", None):  # it cannot be opened: explain() has the remedy
            raise
        said = f"{place}: neither a folder nor a zip that can be read ({first_line(error)})"
        raise StaffroomError(f"{said}; get it again, or unpack it and give the folder") from error
    origin: dict[str, dict[str, str]] = defaultdict(dict)  # student → what a file becomes → its name here
    numbers: dict[str, str | None] = {}  # Canvas' own of a student
    for name in files:
        match = pattern.fullmatch(Path(re.sub(FOLDER, r"\1_\2", name)).name)
        student = re.sub(r"\s+", "-", (match and match["student_id"]) or "")  # an optional group has None
        fits = re.fullmatch(r"[\w@+-][\w@.+-]*", student) and len(student.encode()) < 240  # of a folder's 255
        if not match or not fits or student in wanted:
            problems.append(f"{place}/{name}: whose is it? No student's name; rename it or give --names")
            continue
        mine, new = origin[student], _notebook(match, wanted)
        number = match.groupdict().get("number")
        if number != numbers.setdefault(student, number):
            other = next(iter(mine.values()))
            problems.append(f"{place}/{name}: another {student} than in {other}? rename one of the two")
        elif new in mine:
            problems.append(f"{place}/{name}: {student} has {mine[new]} already; keep one of the two")
        else:
            mine[new] = name
    return {who: {new: files[name] for new, name in mine.items()} for who, mine in origin.items()}


def _notebook(match: re.Match[str], wanted: list[str]) -> str:
    """Which of the assignment's notebooks a file is, by what follows the student's id in its name. Where that
    says none of several, it keeps its name: it can be recognised by its cells."""
    if len(wanted) == 1:
        return f"{wanted[0]}.ipynb"
    rest = match.string[match.end("student_id") :]
    for name in sorted(wanted, key=len, reverse=True):  # Canvas puts a number after what is handed in again
        if re.search(rf"_{re.escape(name)}(-\d+)?\.ipynb\Z", rest):
            return f"{name}.ipynb"
    return match.string[-60:]  # a student can choose a name that no disk takes
