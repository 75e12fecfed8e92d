"""Submissions from an LMS or a folder: whose they are, and what is wrong with them."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest

from staffroom import collect
from staffroom.book import Book
from staffroom.course import files_in
from tests.staffroom.conftest import ROOT, Said, Tiny, more, rows, seen

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # as staffroom.engine does


@pytest.mark.parametrize("kind", ["folder", "zip", "layout"])
def test_submissions_come_from_an_lms_or_another_folder(
    tiny: Tiny, tmp_path: Path, notebook: str, kind: str
) -> None:
    place = tmp_path / "in"
    place.mkdir()
    if kind == "layout":
        names = {"ada/numbers/numbers.ipynb": notebook, "jo-doe/numbers/numbers.ipynb": notebook}
    else:
        names = {
            "ada_17_99_numbers.ipynb": notebook,
            "Jo Doe_3_assignsubmission_file_numbers.ipynb": notebook,
            "Jo Doe_4_assignsubmission_file/numbers.ipynb": notebook,
            "Ann Li_5_assignsubmission_file_/mine.ipynb": notebook,
        }
    for name, text in names.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    if kind == "zip":
        with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
            for name in names:
                archive.write(place / name, f"submissions/{name}")
        place = tmp_path / "in.zip"
    assert collect.from_place(tiny.course, "numbers", place) == []
    found = sorted((tiny.root / "submitted").glob("*/numbers/numbers.ipynb"))
    students = {"ada", "jo-doe"} if kind == "layout" else {"ada", "Jo-Doe_3", "Jo-Doe_4", "Ann-Li_5"}
    assert {path.parts[-3] for path in found} == students
    assert all(path.read_text() == notebook for path in found)
    before = [path.stat().st_ino for path in found]
    collect.from_place(tiny.course, "numbers", place)
    assert [path.stat().st_ino for path in found] == before, "unchanged submissions are not copied again"


def test_files_that_are_nobodys_are_named(tiny: Tiny, tmp_path: Path, notebook: str) -> None:
    place = tmp_path / "in"
    place.mkdir()
    for name in ("ada_1.ipynb", "ada_2.ipynb", "notes.txt", "..ipynb"):
        (place / name).write_text(notebook)
    problems = collect.from_place(tiny.course, "numbers", place)
    assert len(problems) == 3
    assert any("ada_2.ipynb: ada has ada_1.ipynb already" in line for line in problems)
    assert any("notes.txt: whose is it?" in line for line in problems)
    assert [p.name for p in (tiny.root / "submitted").iterdir()] == ["ada"]


def test_an_lms_has_several_notebooks_of_a_student(two: Tiny, tmp_path: Path, notebook: str) -> None:
    """What follows the student's id says which notebook it is; or its cells do."""
    (tmp_path / "in").mkdir()
    names = {
        "ada_17_99_numbers.ipynb": "numbers",
        "ada_17_98_more-2.ipynb": "more",
        "ben_LATE_17_99_even_more.ipynb": "more",
        "ben_17_99_my numbers (1).ipynb": "numbers",
        "Jo Doe_3_assignsubmission_file_numbers.ipynb": "numbers",
        "Jo Doe_3_assignsubmission_file_more.ipynb": "more",
        "more_5_6_numbers.ipynb": "numbers",
        "ada_17_97_numbers-1.ipynb": "numbers",
    }
    for name, which in names.items():
        (tmp_path / "in" / name).write_text(notebook if which == "numbers" else more(two))
    problems = collect.from_place(two.course, "numbers", tmp_path / "in")
    assert [line.removeprefix(f"{tmp_path}/in/") for line in problems] == [
        "ada_17_97_numbers-1.ipynb: ada has the newer ada_17_99_numbers.ipynb, which counts",
        "more_5_6_numbers.ipynb: whose is it? No student's name; rename it or give --names",
    ]
    found = {p.name: sorted(files_in(p / "numbers")) for p in (two.root / "submitted").iterdir()}
    assert found == {
        "Jo-Doe_3": ["more.ipynb", "numbers.ipynb"],
        "ada": ["more.ipynb", "numbers.ipynb"],
        "ben": ["ben_17_99_my numbers (1).ipynb", "more.ipynb"],
    }
    assert two.run("grade", "numbers", "--workers", "1").code == 0
    assert {tuple(seen(two, student)) for student in found} == {("graded", "2", "3", "3", "", "", "3", "")}
    assert "was taken for numbers.ipynb" in str(two.journal("ben")["outcome"]["about"])


def test_nothing_is_exported_while_the_gradebook_lacks_something(tiny: Tiny, monkeypatch) -> None:
    """Killed before it had a new answer, the earlier one was exported, or there was a KeyError."""

    def killed(*_) -> None:
        raise KeyboardInterrupt

    def export() -> Said:
        return tiny.run("export", "--to", tiny.root / "grades.csv")

    for answer in ("return 2 * x", "return x"):
        tiny.submit("ada", tiny.answered(double=answer))
        with monkeypatch.context() as patch:
            patch.setattr(Book, "merge", killed)
            assert tiny.run("grade", "numbers", "--workers", "1").code == 130
        assert (export().code, export().err.count("\n")) == (2, 1)
        assert "ada.json: the gradebook does not have this yet; run: staffroom grade numbers" in export().err
        assert tiny.run("grade", "numbers", "--workers", "1").code == 0
        assert export().code == 0
    assert rows(tiny, "grades.csv")["ada"]["double"] == "0"
    (tiny.root / "_build/grade/numbers/ada.json").write_text("")
    assert "ada.json: the gradebook does not have this yet" in export().err


def zipped(place: Path, *names: str) -> Path:
    """A zip of these files, each of which has its own name in it."""
    with zipfile.ZipFile(place / "all.zip", "w") as archive:
        for name in names:
            archive.writestr(name, name)
    return place / "all.zip"


def handed_in(tiny: Tiny) -> dict[str, dict[str, str]]:
    """Student → file → the name that it had."""
    found = {path.name: files_in(path / "numbers") for path in (tiny.root / "submitted").iterdir()}
    return {who: {name: data.decode() for name, data in mine.items()} for who, mine in found.items()}


def test_nobody_hands_in_for_somebody_else(tiny: Tiny, tmp_path: Path) -> None:
    """In Moodle students can make folders in their own, and name them and what is in them as they like."""
    ann, ben = "Ann Li_5_assignsubmission_file_", "Ben Li_12_assignsubmission_file_"
    names = (f"{ann}/{ben}/numbers.ipynb", f"{ann}/a/ben.ipynb", f"{ann}/a\n/{ben}/b.ipynb")
    litter = (f"__MACOSX/{ben}/._numbers.ipynb", f"{ben}/.ipynb_checkpoints/numbers-checkpoint.ipynb")
    place = zipped(tmp_path, *names, *litter, f"{ben}/numbers.ipynb")
    assert collect.from_place(tiny.course, "numbers", place) == []
    assert handed_in(tiny) == {
        "Ann-Li_5": {name.removeprefix(f"{ann}/"): name for name in names},
        "Ben-Li_12": {"numbers.ipynb": f"{ben}/numbers.ipynb"},
    }


def test_two_people_of_one_name_in_canvas_are_not_made_one(two: Tiny, tmp_path: Path) -> None:
    """Where one lacked what the other had, they were, and nothing was said."""
    names = ("doejane_17_98_numbers.ipynb", "doejane_LATE_17_99_more.ipynb", "doejane_18_97_even_more.ipynb")
    place = zipped(tmp_path, names[0], names[2], names[1])
    [problem] = collect.from_place(two.course, "numbers", place)
    assert problem == f"{place}/{names[2]}: somebody else is doejane, too; rename it or give --names"
    assert handed_in(two) == {"doejane": {"numbers.ipynb": names[0], "more.ipynb": names[1]}}


def test_no_name_is_too_long_for_the_disk(two: Tiny, tmp_path: Path) -> None:
    """A student's file stopped everybody's grading."""
    names = (f"ada_17_99_{'ä' * 120}.ipynb", f"{'ä' * 125}_numbers.ipynb", "ben_17_99_numbers.ipynb")
    [problem] = collect.from_place(two.course, "numbers", zipped(tmp_path, *names))
    assert f"{names[1]}: whose is it?" in problem
    assert handed_in(two) == {"ada": {names[0][-60:]: names[0]}, "ben": {"numbers.ipynb": names[2]}}


def test_the_longest_name_that_fits_says_which_notebook_it_is(
    two: Tiny, tmp_path: Path, notebook: str
) -> None:
    folder = two.root / "solutions/numbers"
    for name in ("even_more", "numbers-1"):
        shutil.copy(folder / "more.ipynb", folder / f"{name}.ipynb")
    (tmp_path / "in").mkdir()
    for name in ("ada_1_2_even_more-1", "ada_1_2_more", "ada_1_2_numbers-1", "ada_1_2_numbers"):
        (tmp_path / "in" / f"{name}.ipynb").write_text(notebook)
    assert collect.from_place(two.course, "numbers", tmp_path / "in") == []
    found = sorted(files_in(two.root / "submitted/ada/numbers"))
    assert found == ["even_more.ipynb", "more.ipynb", "numbers-1.ipynb", "numbers.ipynb"]


@pytest.mark.parametrize(
    ("damage", "method"),
    [
        ("content", zipfile.ZIP_STORED),
        ("content", zipfile.ZIP_DEFLATED),
        ("content", zipfile.ZIP_BZIP2),
        ("content", zipfile.ZIP_LZMA),
        ("password", zipfile.ZIP_DEFLATED),
        ("unknown compression", zipfile.ZIP_DEFLATED),
        ("a name that is no text", zipfile.ZIP_DEFLATED),
    ],
)
def test_a_damaged_zip_is_named_in_one_line(tiny: Tiny, notebook: str, damage: str, method: int) -> None:
    place = tiny.root / "in.zip"
    with zipfile.ZipFile(place, "w", method) as archive:
        archive.writestr("ada_1é.ipynb", notebook)
    data = bytearray(place.read_bytes())
    if damage == "content":
        data[60:600] = b"\xaa" * 540
    for head in (0, data.rindex(b"PK\1\2") + 2):  # the same fields, twice
        data[head + 6] |= damage == "password"
        data[head + 8] = 77 if damage == "unknown compression" else data[head + 8]
    place.write_bytes(data.replace("é".encode(), b"\xff\xff") if damage.startswith("a name") else data)
    said = tiny.run("grade", "numbers", "--submissions", place)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert said.err.startswith(f"staffroom: {place}: neither a folder nor a zip that can be read (")
    assert not (tiny.root / "submitted").exists()


def test_names_follow_a_pattern_of_the_instructors(tiny: Tiny, tmp_path: Path, notebook: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/hw1-ada.ipynb").write_text(notebook)
    collect.from_place(tiny.course, "numbers", tmp_path / "in", r"hw1-(?P<student_id>\w+)\.ipynb")
    assert (tiny.root / "submitted/ada/numbers/numbers.ipynb").read_text() == notebook


def test_a_pattern_may_find_no_name(tiny: Tiny, tmp_path: Path, notebook: str) -> None:
    (tmp_path / "in").mkdir()
    for name in ("y-ada.ipynb", "ben.ipynb"):
        (tmp_path / "in" / name).write_text(notebook)
    (problem,) = collect.from_place(tiny.course, "numbers", tmp_path / "in", "(?P<student_id>y)?.*")
    assert "ben.ipynb: whose is it?" in problem
    assert [path.name for path in (tiny.root / "submitted").iterdir()] == ["y"]


def archive_of(place: Path, *names: str, text: str = "{}") -> Path:
    """An LMS's zip of these files."""
    with zipfile.ZipFile(place, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), text)
    return place


EXAMPLE = r".+?_(?P<student_id>\d+)_assignsubmission_.+"  # on the page and in --help


def taken(tiny: Tiny) -> dict[str, list[str]]:
    """What was taken for whose."""
    found: dict[str, list[str]] = {}
    for path in sorted(path for path in (tiny.root / "submitted").rglob("*") if path.is_file()):
        student, _, *name = path.relative_to(tiny.root / "submitted").parts
        found.setdefault(student, []).append("/".join(name))
    return found


@pytest.mark.parametrize("folders", ["/", "_/", "_"])
def test_whatever_people_are_called_in_moodle(tiny: Tiny, folders: str) -> None:
    names = {
        "Siobhán O'Neil_1013": "Siobhán-O-Neil_1013",
        "Siobhán O’Neil_1014": "Siobhán-O-Neil_1014",
        "Sio\u0301n_1015": "Sión_1015",
        "Robert (Bob) Roe_1016": "Robert-Bob-Roe_1016",
        "(Bob) Roe (12)_1017": "Bob-Roe-12_1017",
        "Smith, John_1018": "Smith-John_1018",
        "Jean_Luc Picard_2011": "Jean_Luc-Picard_2011",
        "Group 3-Ann Li_2012": "Group-3-Ann-Li_2012",
        "Participant_2013": "Participant_2013",
    }
    files = [f"{name}_assignsubmission_file{folders}data.ipynb" for name in names]
    assert collect.from_place(tiny.course, "numbers", archive_of(tiny.root / "in.zip", *files)) == []
    assert taken(tiny) == {student: ["numbers.ipynb"] for student in names.values()}


def test_people_who_would_have_one_id_are_told_and_never_merged(tiny: Tiny) -> None:
    names = ["O'Neil_numbers.ipynb", "O’Neil_more.ipynb", "doe_17_98_numbers.ipynb", "doe_18_99_mine.py"]
    problems = collect.from_place(tiny.course, "numbers", archive_of(tiny.root / "in.zip", *names))
    assert [line.removeprefix(f"{tiny.root}/in.zip/") for line in problems] == [
        "O’Neil_more.ipynb: somebody else is O-Neil, too; rename it or give --names",
        "doe_18_99_mine.py: somebody else is doe, too; rename it or give --names",
    ]
    assert taken(tiny) == {"O-Neil": ["numbers.ipynb"], "doe": ["numbers.ipynb"]}


@pytest.mark.parametrize("folders", ["/", "_/", "_"])
def test_what_lies_beside_a_notebook_is_handed_in_too(tiny: Tiny, tmp_path: Path, folders: str) -> None:
    helped = tiny.answered(double="import _helper\n    return _helper.__dict__['twice'](x)")
    files = {
        f"Ann Li_1006_assignsubmission_file{folders}numbers.ipynb": nbformat.writes(helped),
        f"Ann Li_1006_assignsubmission_file{folders}_helper.py": "def twice(x):\n    return 2 * x\n",
        f"Ann Li_1006_assignsubmission_onlinetext{folders}onlinetext.html": "<p>Here it is.</p>",
        f"Greta Missing_1007_assignsubmission_file{folders}report.pdf": "%PDF",
        "ada_LATE_17_99_ada_1_2_report.docx": "PK",
        "README.txt": "",
        "report_5.pdf": "",
        ".DS_Store": "",
        "__MACOSX/._Ann Li_1006_assignsubmission_file_numbers.ipynb": "",
        "Ann Li_1006_assignsubmission_file_.DS_Store": "",
    }
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    problems = collect.from_place(tiny.course, "numbers", tmp_path / "in.zip")
    assert [line.split("/in.zip/")[1].split("?")[0] for line in problems] == [
        "README.txt: whose is it",
        "report_5.pdf: whose is it",
    ]
    assert taken(tiny) == {
        "Ann-Li_1006": ["_helper.py", "numbers.ipynb", "onlinetext.html"],
        "Greta-Missing_1007": ["report.pdf"],
        "ada": ["ada_1_2_report.docx"],
    }
    if folders == "_":
        tiny.run("grade", "numbers", "--workers", "1")
        assert rows(tiny)["Ann-Li_1006"]["points"] == "5"
        reason = (
            "numbers.ipynb is missing; if it is one of these, rename that one, else ask for it: report.pdf"
        )
        assert rows(tiny)["Greta-Missing_1007"]["reason"] == reason


def test_who_hands_in_a_macs_litter_alone_is_not_dropped(tiny: Tiny) -> None:
    names = [
        "Ann Li_5_assignsubmission_file_/__MACOSX/._numbers.ipynb",
        "Bo_6_assignsubmission_file_.DS_Store",
        "cy_17_99_.DS_Store",
        "__MACOSX/._Di_7_assignsubmission_file_",
        "__MACOSX/Di_7_assignsubmission_file_/._numbers.ipynb",
        "._Di_7_assignsubmission_file_.DS_Store",
        ".DS_Store",
    ]
    assert collect.from_place(tiny.course, "numbers", archive_of(tiny.root / "in.zip", *names)) == []
    assert handed_in(tiny) == {"Ann-Li_5": {}, "Bo_6": {}, "cy": {}}


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_a_folder_that_is_handed_in_stays_one_of_that_student(tiny: Tiny, tmp_path: Path, kind: str) -> None:
    """One has the assignment's name, as in the other layout; one would be Bob's."""
    names = [
        "Ann Li_5_assignsubmission_file/numbers/mine.ipynb",
        "Ann Li_5_assignsubmission_file/numbers/__init__.py",
        "Jo Doe_3_assignsubmission_file/Bob_4_assignsubmission_file/numbers.ipynb",
        "Jo Doe_3_assignsubmission_file/x_4_assignsubmission_file.ipynb",
    ]
    place = tmp_path / "in.zip"
    for name in names if kind == "folder" else ():
        place = tmp_path / "in"
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).touch()
    if kind == "zip":
        archive_of(place, *names)
    for names in (collect.NAMES, EXAMPLE):
        shutil.rmtree(tiny.root / "submitted", ignore_errors=True)
        assert collect.from_place(tiny.course, "numbers", place, names) == []
        ann, jo = ("Ann-Li_5", "Jo-Doe_3") if names == collect.NAMES else ("5", "3")
        assert taken(tiny) == {
            ann: ["numbers/__init__.py", "numbers/mine.ipynb"],
            jo: ["Bob_4_assignsubmission_file/numbers.ipynb", "numbers.ipynb"],
        }


def test_no_path_in_a_zip_leaves_the_students_folder(tiny: Tiny, tmp_path: Path) -> None:
    before = files_in(tiny.root)
    names = [
        "Ann Li_5_assignsubmission_file/numbers.ipynb",
        "Ann Li_5_assignsubmission_file/../../../../up.py",
        "Ann Li_5_assignsubmission_file\\..\\up.py",
        "Ann Li_5_assignsubmission_file_../up.py",
        f"Ann Li_5_assignsubmission_file_/{tmp_path}/absolute.py",
        "/Ann Li_5_assignsubmission_file\\deep\\back.py",
        f"Ann Li_5_assignsubmission_file/{'ü' * 128}.py",
        f"Ann Li_5_assignsubmission_file/{'d/' * 600}deep.py",
        "Ann Li_5_assignsubmission_file/numbers.ipynb/x.py",
        "Ann Li_5_assignsubmission_file/deep",
    ]
    problems = collect.from_place(tiny.course, "numbers", archive_of(tmp_path / "in.zip", *names))
    assert [line.rsplit(": ", 1)[1].split("/")[0] for line in problems] == [
        *["not taken, no file here can be called so; rename it"] * 5,
        "Ann-Li_5 has Ann Li_5_assignsubmission_file",
        "Ann-Li_5 has ",
    ]
    inside = ["deep/back.py", "numbers.ipynb", f"{tmp_path}/absolute.py"[1:]]
    assert taken(tiny) == {"Ann-Li_5": sorted(inside)}
    shutil.rmtree(tiny.root / "submitted")
    (tmp_path / "in.zip").unlink()
    assert files_in(tiny.root) == before


def test_the_example_of_a_pattern_is_told_and_takes_moodles_numbers(tiny: Tiny) -> None:
    command = f"--names '{EXAMPLE}'"
    assert command in (ROOT / "book/instructors.md").read_text()
    assert command in tiny.run("grade", "--help").out
    names = ["Ann_Li_5_assignsubmission_file_/mine.ipynb", "Jo Doe_6_assignsubmission_file_report.pdf"]
    assert collect.from_place(tiny.course, "numbers", archive_of(tiny.root / "in.zip", *names), EXAMPLE) == []
    assert taken(tiny) == {"5": ["numbers.ipynb"], "6": ["report.pdf"]}


def test_a_pattern_that_matches_a_part_of_the_name_is_told(tiny: Tiny) -> None:
    names = ["Ann Li_5_assignsubmission_file_/mine.ipynb", "Jo_6_assignsubmission"]
    place, part = archive_of(tiny.root / "in.zip", *names), r".+_(?P<student_id>\d+)_assignsubmission"
    (problem,) = collect.from_place(tiny.course, "numbers", place, part)
    assert problem.endswith("--names must match the whole name, Ann Li_5_assignsubmission_file_mine.ipynb")
    said = tiny.run("grade", "numbers", "--submissions", place, "--names", part + "!")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert f"or files whose whole names --names {part}! matches" in said.err


def test_the_instructor_says_when_something_was_handed_in_and_no_student(tiny: Tiny, notebook: str) -> None:
    stamp = tiny.root / "submitted/Ann-Li_5/numbers/timestamp.txt"
    mine = "Ann Li_5_assignsubmission_file_/mine.ipynb"
    stamp.parent.mkdir(parents=True)
    stamp.write_text("2025-01-01 10:00:00 UTC")
    for _ in range(2):  # before anything is there, and beside it
        place = archive_of(tiny.root / "in.zip", mine, text=notebook)
        assert collect.from_place(tiny.course, "numbers", place) == []
        assert taken(tiny) == {"Ann-Li_5": ["numbers.ipynb", "timestamp.txt"]}
    theirs = "Ann Li_5_assignsubmission_file_/Timestamp.txt"
    place = archive_of(tiny.root / "in.zip", mine, theirs, text=notebook)
    (problem,) = collect.from_place(tiny.course, "numbers", place)
    assert "Timestamp.txt: not taken, since a student could choose the time; put yours" in problem
    assert stamp.read_text() == "2025-01-01 10:00:00 UTC"
    (stamp.parent / "numbers.ipynb").unlink()
    place = archive_of(tiny.root / "in.zip", mine, f"{theirs}/x", f"{theirs.lower()}/x", text=notebook)
    assert len(collect.from_place(tiny.course, "numbers", place)) == 2, "a folder there stopped it all"
    collect.from_place(tiny.course, "numbers", archive_of(tiny.root / "in.zip", mine, text="later"))
    assert taken(tiny) == {"Ann-Li_5": ["numbers.ipynb"]}, "something else is handed in at another time"


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize(
    "attempts",  # a name, its time in the zip: the older one first
    [
        [("ada_17_98_numbers.ipynb", 2025), ("ada_LATE_17_123_numbers-1.ipynb", 2025)],
        [("ada_17_98_numbers-1.ipynb", 2025), ("ada_17_123_numbers.ipynb", 2024)],
        [
            ("Ann Li_5_assignsubmission_file_/a.ipynb", 2024),
            ("Ann Li_5_assignsubmission_file_/b.ipynb", 2025),
        ],
        [("ada_17_98_numbers.ipynb", 2024), ("ada_17_98_numbers.ipynb", 2025)],
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_attempts_the_newest_counts(tiny: Tiny, attempts: list, turn: int) -> None:
    with zipfile.ZipFile(tiny.root / "in.zip", "w") as archive:
        for number, (name, year) in [*enumerate(attempts)][::turn]:
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), ["older", "newer"][number])
    problems = collect.from_place(tiny.course, "numbers", tiny.root / "in.zip")
    (path,) = (tiny.root / "submitted").rglob("*.ipynb")
    assert path.read_text() == "newer"
    if attempts[0][0] != attempts[1][0]:
        (line,) = problems
        assert f"{attempts[0][0]}: " in line
        assert line.endswith(f"has the newer {attempts[1][0]}, which counts")


def test_attempts_that_nothing_orders_are_told(tiny: Tiny) -> None:
    place = archive_of(tiny.root / "in.zip", "ada_1.ipynb", "ada_2.ipynb")
    (line,) = collect.from_place(tiny.course, "numbers", place)
    assert line.endswith("ada_2.ipynb: ada has ada_1.ipynb already; keep one of the two")


@pytest.mark.parametrize("flag", [0, 1])  # damaged, or with a password
def test_a_corrupt_file_in_a_zip_is_named_and_stops_nobody(tiny: Tiny, notebook: str, flag: int) -> None:
    place = archive_of(tiny.root / "in.zip", "ada_1_2_numbers.ipynb", "ben_1_3_numbers.ipynb", text=notebook)
    data = bytearray(place.read_bytes())
    data[100:200] = bytes(100) if not flag else data[100:200]
    for at in (6, data.index(b"PK\1\2") + 8):
        data[at] |= flag
    place.write_bytes(data)
    said = tiny.run("grade", "numbers", "--submissions", place)
    assert "ada_1_2_numbers.ipynb: cannot be read from the zip (" in said.err
    assert taken(tiny) == {"ben": ["numbers.ipynb"]}
    assert rows(tiny)["ben"]["status"] == "graded"
