"""Submissions from nbgrader's exchange: nothing of one student's stops another's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from staffroom import collect
from staffroom.course import files_in
from tests.staffroom.conftest import Tiny, rows

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # as staffroom.engine does


def inbound(tiny: Tiny, student: str, notebook: str, day: int) -> Path:
    """What a student has handed in through nbgrader's exchange."""
    stamp = f"2025-01-{day:02} 10:00:00.000000 UTC"
    folder = tiny.root / f".exchange/everyvec/inbound/{student}+numbers+{stamp}+secret"
    folder.mkdir(parents=True)
    (folder / "numbers.ipynb").write_text(notebook)
    (folder / "timestamp.txt").write_text(stamp)
    return folder


def test_submissions_come_from_the_exchange(tiny: Tiny, notebook: str) -> None:
    for day, text in ((1, "old"), (2, notebook)):
        inbound(tiny, "ada", text, day)
    tiny.root.joinpath(".exchange").chmod(0o777)
    collect.from_exchange(tiny.course, "numbers")
    assert (tiny.root / "submitted/ada/numbers/numbers.ipynb").read_text() == notebook


@pytest.mark.skipif(sys.platform == "win32", reason="the exchange is Unix's")
def test_what_the_users_own_configuration_says_holds_too(
    tiny: Tiny, notebook: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a shared server the exchange and the gradebook are set there: formgrader takes them from there."""
    own = tmp_path_factory.mktemp("jupyter")
    inbound(tiny, "ada", notebook, 1)
    tiny.root.joinpath(".exchange").rename(own / "exchange")
    own.joinpath("exchange").chmod(0o777)
    said = f"c.Exchange.root = '{own}/exchange'\nc.CourseDirectory.source_directory = 'nowhere'\n"
    own.joinpath("nbgrader_config.py").write_text(said)
    config = tiny.root / "nbgrader_config.py"
    lines = [line for line in config.read_text().splitlines() if "Exchange.root" not in line]
    config.write_text("\n".join(lines))
    collect.from_exchange(tiny.course, "numbers")
    assert not (tiny.root / "submitted").exists()
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(own))
    collect.from_exchange(tiny.course, "numbers")
    assert (tiny.root / "submitted/ada/numbers/numbers.ipynb").read_text() == notebook
    assert tiny.course.directory.source_directory == "solutions", "the course's own comes first"


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are Unix's")
def test_no_link_of_a_students_is_followed(tiny: Tiny, notebook: str) -> None:
    """It would show the student what the instructor may read: the hidden tests, the gradebook."""
    secret = tiny.root / "solutions/numbers/numbers.ipynb"
    handed_in = tiny.root / "submitted/ben/numbers"
    inbound = tiny.root / ".exchange/everyvec/inbound/ada+numbers+2025-01-01 10:00:00.000000 UTC+secret"
    for folder in (handed_in, inbound):
        (folder / "deep").mkdir(parents=True)
        (folder / "numbers.ipynb").write_text(notebook)
        (folder / "deep/data.txt").symlink_to(secret)
        (folder / "folder").symlink_to(secret.parent)
    os.mkfifo(handed_in / "pipe")
    whole = tiny.root / ".exchange/everyvec/inbound/eve+numbers+2025-01-01 10:00:00.000000 UTC+secret"
    whole.symlink_to(secret.parent)
    tiny.root.joinpath(".exchange").chmod(0o777)
    collect.from_exchange(tiny.course, "numbers")
    for student, files in (("ada", {"numbers.ipynb": notebook.encode()}), ("eve", {})):
        assert files_in(tiny.root / "submitted" / student / "numbers") == files
    assert files_in(handed_in) == {"numbers.ipynb": notebook.encode()}
    assert not (tiny.root / "submitted/ada/numbers/deep").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links are Unix's")
def test_a_link_for_a_students_folder_is_not_taken(tiny: Tiny, tmp_path: Path, notebook: str) -> None:
    """It could lead to another's work; and must not empty what was handed in before."""
    for student in ("ada", "ben"):
        (tmp_path / "in" / student / "numbers").mkdir(parents=True)
        (tmp_path / "in" / student / "numbers/numbers.ipynb").write_text(notebook)
    assert collect.from_place(tiny.course, "numbers", tmp_path / "in") == []
    shutil.rmtree(tmp_path / "in/ben/numbers")
    (tmp_path / "in/ben/numbers").symlink_to(tmp_path / "in/ada/numbers")
    (tmp_path / "in/eve").symlink_to(tmp_path / "in/ada")
    problems = collect.from_place(tiny.course, "numbers", tmp_path / "in")
    assert [line.split(": a link")[0][-11:] for line in problems] == ["ben/numbers", "eve/numbers"]
    assert (tiny.root / "submitted/ben/numbers/numbers.ipynb").read_text() == notebook
    assert not (tiny.root / "submitted/eve").exists()


def test_too_large_a_submission_stops_no_other(tiny: Tiny, notebook: str) -> None:
    inbound = tiny.root / ".exchange/everyvec/inbound"
    for student in ("ada", "ben"):
        folder = inbound / f"{student}+numbers+2025-01-01 10:00:00.000000 UTC+secret"
        folder.mkdir(parents=True)
        (folder / "numbers.ipynb").write_text(notebook)
    course = tiny.course
    course.config.CourseDirectory.max_dir_size = 10  # KB
    (inbound / "ada+numbers+2025-01-01 10:00:00.000000 UTC+secret/large").write_bytes(bytes(1 << 20))
    tiny.root.joinpath(".exchange").chmod(0o777)
    collect.from_exchange(course, "numbers")
    assert files_in(tiny.root / "submitted/ada/numbers") == {}
    assert files_in(tiny.root / "submitted/ben/numbers") == {"numbers.ipynb": notebook.encode()}


@pytest.mark.skipif(sys.platform == "win32", reason="links and such names are Unix's")
def test_what_files_are_called_stops_no_other(tiny: Tiny) -> None:
    """Each of these ended the grading of the whole class."""
    folder = tiny.submit("a-folder", name="mine.ipynb").parent
    (folder / "numbers.ipynb").mkdir()
    (folder / "numbers.ipynb/x").touch()
    (tiny.submit("b-name").parent / ("n" * 255)).touch()
    descriptor = os.open(tiny.submit("c-deep").parent, os.O_RDONLY)
    for _ in range(1100):
        os.mkdir("d", dir_fd=descriptor)
        above, descriptor = descriptor, os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(above)
    os.close(descriptor)
    (tiny.submit("d-time").parent / "timestamp.txt").write_text("31st٣999999999999999999999999999910h")
    (tiny.submit("e-times").parent / "timestamp.txt").write_text("1." * 5_000_000)
    (tiny.submit("f-link").parent / "timestamp.txt").symlink_to(tiny.root / "pyproject.toml")
    said = tiny.run("grade", "numbers", "--workers", "1", "--no-check")
    subprocess.run(["rm", "-rf", tiny.root / "submitted/c-deep"], check=True)  # too deep for pytest
    assert said.code == 1, said.err
    assert [row["points"] for row in rows(tiny).values()] == ["5", "5", "", "5", "5", "5"]
    assert rows(tiny)["c-deep"]["reason"] == "its files cannot be read (File name too long); ask for it again"
    assert "taken for handed in on time" in str(tiny.journal("d-time"))
    assert "name =" not in str(tiny.journal("f-link")), "the first line of a file that is not the student's"


@pytest.mark.skipif(sys.platform == "win32", reason="the exchange is Unix's")
def test_a_name_in_the_exchange_stops_no_collecting(tiny: Tiny, notebook: str, caplog) -> None:
    """Every student may write there: one folder of a wrong name was a traceback, and nobody was graded."""
    stamp = "2025-01-01 10:00:00.000000 UTC"
    names = [
        "eve+numbers+soon+x",
        "eve+numbers+",
        f"eve+numbers+{'9' * 99}+x",
        f"eve+numbers+{stamp}+numbers+x",
    ]
    names += [f"{user}+numbers+{stamp}+x" for user in ("", "e\nve", "\udcff")]
    for name in (f"ada+numbers+{stamp}+x", f"..+numbers+{stamp}+x", *names):
        folder = tiny.root / ".exchange/everyvec/inbound" / name
        folder.mkdir(parents=True)
        (folder / "numbers.ipynb").write_text(notebook)
    tiny.root.joinpath(".exchange").chmod(0o777)
    collect.from_exchange(tiny.course, "numbers")
    assert [path.name for path in (tiny.root / "submitted").iterdir()] == ["ada"]
    assert not (tiny.root / "numbers").exists()
    assert caplog.text.count("not the name of a submission; left alone") == len(names)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_students_are_called_what_their_folders_are(tiny: Tiny) -> None:
    tiny.submit("[b]ada")
    said = tiny.run("grade", "numbers")
    assert said.code == 0
    assert "[b]ada" in said.out
    tiny.submit("\udcff")
    said = tiny.run("grade", "numbers")
    assert said.code == 2
    assert said.err.endswith("submitted/\ufffd: no student's name; rename this folder\n")


def test_a_time_that_is_none_stops_no_collecting(tiny: Tiny, notebook: str) -> None:
    for day, text in ((1, "old"), (2, notebook)):
        handed_in = inbound(tiny, "ada", text, day)
        (handed_in / "timestamp.txt").write_text("no time")
        tiny.root.joinpath(".exchange").chmod(0o777)
        collect.from_exchange(tiny.course, "numbers")
        assert (tiny.root / "submitted/ada/numbers/numbers.ipynb").read_text() == text


@pytest.mark.skipif(sys.platform == "win32", reason="links are Unix's")
def test_a_hard_link_to_a_file_of_the_instructors_counts_as_nothing(tiny: Tiny, monkeypatch) -> None:
    folder = tiny.submit("eve").parent
    secret = tiny.root / "solutions/numbers/numbers.ipynb"
    os.link(secret, folder / "data.txt")
    os.link(folder / "numbers.ipynb", folder / "copy.txt")  # whoever owns the folder may do so
    seen = os.fstat

    def owned(opened: int) -> os.stat_result:
        found = seen(opened)
        return os.stat_result([*found[:4], found.st_uid + (found.st_ino == secret.stat().st_ino), *found[5:]])

    monkeypatch.setattr(os, "fstat", owned)
    assert sorted(files_in(folder)) == ["copy.txt", "numbers.ipynb"]
