"""Submissions come in: from the exchange, from folders, from an LMS's zip."""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
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
from .course import (
    LITTER,
    MOST_PATH,
    Course,
    StaffroomError,
    explain,
    files_in,
    first_line,
    printable,
    write_file,
)

# Canvas: doejane_123_456_1-word2vec.ipynb; Moodle: "Jane Doe_123_assignsubmission_file_1-word2vec.ipynb", or
# that in a folder "Jane Doe_123_assignsubmission_file". The 123 tells people of one name apart. In both, the
# first of these is the LMS's: what follows, a student can have written. Other names are notebooks'.
NAMES = r"(?s)(?P<student_id>.+?_\d+(?=_assignsubmission_)|[^_/]+(?=_(LATE_)?\d+_\d+_|(_.*)?\.ipynb\Z)).*"
FOLDER = r"(?s)(?:\A|/)([^/]+?_\d+_assignsubmission_[^_/]+)(?:_?/|_)(.+)\Z"
PREFIX = r"(?s).+?_(\d+)_assignsubmission_[^_/]+_|[^_/]+_(?:LATE_)?(\d+)_\d+_"
UPLOAD = r"[^_/]+_(?:LATE_)?\d+_(\d+)_"  # the number that Canvas gives an upload: a newer one has a larger
STAMP = "timestamp.txt"


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
    folders = sorted(f for f in place.glob(f"*/{assignment}") if "_assignsubmission_" not in f.parent.name)
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
        wanted = "notebooks whose names begin with STUDENT_ (or --names)"
        wanted = wanted if names == NAMES else f"files whose whole names --names {names} matches"
        wanted = f"STUDENT/{assignment}/ folders, or {wanted}"
        raise StaffroomError(f"{place}: no submission of {assignment} in it; wanted: {wanted}")
    for student, files in found.items():
        folder = course.path("submitted", student, assignment)
        there = files_in(folder) if folder.is_dir() else {}
        stamp = {name: data for name, data in there.items() if name == STAMP}  # the instructor's
        course.replace(folder, stamp | files if there in (stamp, stamp | files) else files)
    return problems


def _by_name(place: Path, wanted: list[str], names: str, problems: list[str]) -> dict[str, dict[str, bytes]]:
    """Student → files, from a folder or zip of files whose names begin with the student's."""
    made: dict[str, tuple[int, ...]] = {}  # a file's name in the zip → its time there
    try:
        pattern = re.compile(names)
        pattern.groupindex["student_id"]
        if place.is_dir():
            files = files_in(place)
        else:
            with zipfile.ZipFile(place) as archive:
                files = _contents(archive, place, made, problems)
    except (re.error, KeyError) as error:
        raise StaffroomError(f"--names {names}: {error}; it needs a group (?P<student_id>…)") from error
    except Exception as error:  # a damaged zip raises nearly everything
        if getattr(error, "filename", None):  # it cannot be opened: explain() has the remedy
            raise
        said = f"{place}: neither a folder nor a zip that can be read ({first_line(error)})"
        raise StaffroomError(f"{said}; get it again, or unpack it and give the folder") from error
    origin: dict[str, dict[str, str]] = defaultdict(dict)  # student → what a file becomes → its name here
    people: dict[str, tuple[str, str]] = {}  # student → name and number in the LMS
    for name in files:
        whole, number, new = _parts(name)
        parts, theirs = re.split(r"[/\\]", name), new.split("/")
        litter = _litter([*parts, *theirs])
        # Whoever hands in nothing else is not dropped; what a Mac wrote of the whole says nothing.
        if litter and (_litter([*parts[: -len(theirs)], whole]) or not _litter(theirs)):
            continue
        match = pattern.fullmatch(whole)
        said = (match and match["student_id"]) or ""  # an optional group has None
        said = unicodedata.normalize("NFC", said)  # macOS takes letters and their accents apart
        student = re.sub(r"\A-+|-+(?=(_\d+)?\Z)", "", re.sub(r"[^\w@.+-]+", "-", said))
        fits = re.fullmatch(r"\w[\w@.+-]*", student) and len(student.encode()) < 240  # of a folder's 255
        if litter and not (match and fits):
            continue
        if not match or not fits or student in wanted:
            why = "No student's name; rename it or give --names"
            if not match and names != NAMES:
                why = f"--names must match the whole name, {whole}"
            problems.append(f"{place}/{name}: whose is it? {why}")
            continue
        if people.setdefault(student, (said, number)) != (said, number):
            problems.append(f"{place}/{name}: somebody else is {student}, too; rename it or give --names")
            continue
        mine = origin[student]
        if litter:
            continue
        if "/" not in new and new.lower().endswith(".ipynb"):
            new = _notebook(match, wanted)
        sizes = [len(os.fsencode(part)) for part in new.split("/")]
        clash = [old for old in mine if f"{old}/".startswith(f"{new}/") or new.startswith(f"{old}/")]
        if clash == [new]:  # two attempts: the LMS's number of the upload tells which is newer, or the time
            found = {one: re.match(UPLOAD, one.rpartition("/")[2]) for one in (mine[new], name)}
            ages = {one: (int(it[1]) if it else 0, made.get(one, ())) for one, it in found.items()}
            older, newer = sorted(ages, key=ages.get)
            if ages[older] != ages[newer]:
                problems.append(f"{place}/{older}: {student} has the newer {newer}, which counts")
                mine[new] = newer
                continue
        if new.lower().split("/")[0] == STAMP:
            remedy = "put yours beside the notebook in submitted/"
            problems.append(f"{place}/{name}: not taken, since a student could choose the time; {remedy}")
        elif not new or ".." in new.split("/") or max(sizes) > 255 or sum(sizes) > MOST_PATH:
            problems.append(f"{place}/{name}: not taken, no file here can be called so; rename it")
        elif clash:
            problems.append(f"{place}/{name}: {student} has {mine[clash[0]]} already; keep one of the two")
        else:
            mine[new] = name
    return {who: {new: files[name] for new, name in mine.items()} for who, mine in origin.items()}


def _contents(archive: zipfile.ZipFile, place: Path, made: dict, problems: list[str]) -> dict[str, bytes]:
    """What is in a zip. What is damaged is told, and stops nothing while there is something else."""
    files, bad = {}, {}
    for info in sorted(archive.infolist(), key=lambda info: info.date_time):  # of one name the newest is last
        try:
            if not info.is_dir():
                files[info.filename], made[info.filename] = archive.read(info), info.date_time
        except Exception as error:  # of nearly every kind
            bad[info.filename] = error
    if bad and not files:
        raise next(iter(bad.values()))
    said = "cannot be read from the zip"
    problems += [f"{place}/{name}: {said} ({first_line(e)}); get it again" for name, e in bad.items()]
    return {name: files[name] for info in archive.infolist() if (name := info.filename) in files}


def _litter(parts: list[str]) -> bool:
    return any(part in LITTER or part.startswith("._") for part in parts)


def _parts(name: str) -> tuple[str, str, str]:
    """Of a file's path in a folder or zip: its name as an LMS writes it where it makes no folders, the
    student's number in it, and what the student called it."""
    path = "/".join(part for part in re.split(r"[/\\]", name) if part not in ("", "."))
    inside = re.search(FOLDER, path)
    whole = f"{inside[1]}_{inside[2]}" if inside else path.rpartition("/")[2]
    prefix = re.match(PREFIX, whole)
    return whole, prefix[prefix.lastindex or 0] if prefix else "", whole[prefix.end() if prefix else 0 :]


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
