"""`staffroom grade`: every submission gets its points or its reason, and none gets in another's way."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from staffroom import engine, processes
from staffroom.course import explain
from staffroom.outcome import Outcome, Question, Status, to_csv
from tests.staffroom.conftest import Tiny, book, rows

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # as staffroom.engine does


# ---------------------------------------- what becomes of trouble


@pytest.mark.slow
def test_a_class_with_every_kind_of_trouble(tiny: Tiny) -> None:
    """Each submission by itself: the trouble of one stays its own, whatever its place in the alphabet."""
    tiny.submit("a-cut-off", nbformat.writes(tiny.answered())[:900])
    (tiny.root / "submitted/b-empty/numbers").mkdir(parents=True)
    tiny.submit("c-exit", tiny.answered(double="import os; os._exit(0)"))
    tiny.submit("d-deaf", tiny.answered(mean=DEAF))
    tiny.submit("e-loop", tiny.answered(double="while True: pass"))
    tiny.submit("f-crash", tiny.answered(mean="return values / 0"))
    tiny.submit("g-wrong", tiny.answered(double="return abs(2 * x)"))
    tiny.submit("h-warns", tiny.answered(double="import warnings; warnings.warn('slow'); return 2 * x"))
    tiny.submit("i-prints", tiny.answered(mean="print(values); return sum(values) / len(values)"))
    said = tiny.run("grade", "numbers", "--time-limit", "2")
    assert said.code == 1
    got = rows(tiny)
    assert {student: (row["status"], row["points"]) for student, row in got.items()} == {
        "a-cut-off": ("not gradable", ""),
        "b-empty": ("not gradable", ""),
        "c-exit": ("failed", "3"),
        "d-deaf": ("failed", "2"),
        "e-loop": ("failed", "3"),
        "f-crash": ("failed", "2"),
        "g-wrong": ("graded", "3"),
        "h-warns": ("graded", "5"),
        "i-prints": ("graded", "5"),
    }
    assert got["b-empty"]["reason"] == "numbers.ipynb is missing, the folder is empty; ask for it"
    assert got["c-exit"]["reason"] == "double: Python ended: exit(), or a crash, in cell test_double"
    why = "stopped after 2 s (an endless loop? limit: cell_seconds), in cell"
    assert got["d-deaf"]["reason"] == f"mean: {why} test_mean"
    assert got["e-loop"]["reason"] == f"double: {why} test_double"
    assert got["f-crash"]["reason"].startswith("mean: TypeError: unsupported operand")
    assert got["g-wrong"]["reason"] == "double: no: -7"
    assert (got["g-wrong"]["double"], got["g-wrong"]["mean"], got["g-wrong"]["why"]) == ("0", "3", "")
    assert got["a-cut-off"]["file"] == "submitted/a-cut-off/numbers/numbers.ipynb"
    for student in ("a-cut-off", "b-empty"):
        assert f"submitted/{student}/numbers" in said.err, "one line for each on stderr"
        assert not (tiny.root / "autograded" / student).exists()
    assert said.err.count("not gradable:") == 2
    with book(tiny) as gradebook:  # never a silent zero: who is not gradable has no entry that exports as 0
        submitted = {s.student_id for s in gradebook.assignment_submissions("numbers")}
    assert submitted == {s for s, row in got.items() if row["status"] != "not gradable"}
    assert "seconds (most)" in said.out
    assert not list((tiny.root / "_build").glob(".work-*"))


DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n    while True: pass"


def test_a_submission_that_ends_the_template_is_told_alone_and_run_again(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = engine.run

    def ends(package, files):
        if any(b"poison" in data for data in files.values()):
            raise processes.TemplateEnded("the template ended")
        return run(package, files)

    for student, text in (
        ("ada", "return 2 * x"),
        ("ben", "return 2 * x  # poison"),
        ("chen", "return 2 * x"),
    ):
        tiny.submit(student, tiny.answered(double=text))
    monkeypatch.setattr(engine, "run", ends)
    assert tiny.run("grade", "numbers").code == 1
    assert [row["status"] for row in rows(tiny).values()] == ["graded", "not gradable", "graded"]
    assert "TemplateEnded: the template ended" in rows(tiny)["ben"]["reason"]
    monkeypatch.undo()
    assert "1 run, 2 unchanged" in tiny.run("grade", "numbers").out
    assert rows(tiny)["ben"]["points"] == "5"


# ---------------------------------------- one clear line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["grade", "numbers"], "submitted/STUDENT/numbers: no submission yet; put some there, or say"),
        (["grade", "nombres"], "nombres: no such assignment in"),
        (["grade", "nombres"], "there is: numbers"),
        (["release", "nombres"], "there is: numbers"),
        (["audit", "nombres"], "there is: numbers"),
        (["sample", "nombres"], "there is: numbers"),
        (["export", "nombres"], "there is: numbers"),
        (["grade", "../numbers"], "no such assignment"),
        (["export"], "nothing graded yet; run: staffroom grade"),
        (["grade", "numbers", "--submissions", "/nowhere"], "/nowhere: no such folder or file"),
        (
            ["grade", "numbers", "--submissions", "{root}/solutions"],
            "solutions: no submission of numbers in it",
        ),
        (
            ["grade", "numbers", "--submissions", "{root}/pyproject.toml"],
            "neither a folder nor a zip that can be read (File is",
        ),
        (["grade", "numbers", "--time-limit", "0"], "Invalid value for '--time-limit'"),
        (["grade", "numbers", "--names", "(", "--submissions", "{root}/exercises"], "--names"),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_code(tiny: Tiny, arguments: list[str], says: str) -> None:
    before = sorted(tiny.root.rglob("*"))
    said = tiny.run(*(argument.format(root=tiny.root) for argument in arguments))
    assert said.code == 2
    assert says in said.err
    assert "Traceback" not in said.err
    assert said.err.count("\n") == 1 or "Usage" in said.err
    assert sorted(tiny.root.rglob("*")) == before, "nothing is written when nothing can be done"


def test_no_course_here(tiny: Tiny, tmp_path_factory: pytest.TempPathFactory) -> None:
    from tests.staffroom.conftest import run

    said = run(tiny.capfd, "release", "--course", tmp_path_factory.mktemp("empty"))
    assert said.code == 2
    assert "no nbgrader_config.py here; name the course: --course DIR" in said.err
    tiny.root.joinpath("nbgrader_config.py").write_text("c = (")
    said = tiny.run("grade", "numbers")
    assert said.code == 2
    assert said.err.endswith("'(' was never closed (nbgrader_config.py, line 1); mend this file\n")


def test_help_answers_with_examples(tiny: Tiny) -> None:
    from tests.staffroom.conftest import run

    for command in ("release", "grade", "audit", "sample", "export"):
        said = run(tiny.capfd, command, "--help")
        assert said.code == 0
        assert f"Example:  staffroom {command}" in said.out
        assert "--course" in said.out


# ---------------------------------------- disks that are full or locked


@pytest.fixture
def disk(tmp_path: Path):
    """A small disk of its own: a function that makes it read-only, or fills it up."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(place)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")

    def make(state: str) -> None:
        if state == "full":
            ballast = os.open(place / "ballast", os.O_WRONLY | os.O_CREAT)
            with contextlib.suppress(OSError):
                while True:
                    os.write(ballast, b"x" * 4096)
            os.close(ballast)
        else:
            subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)

    make.place = place
    yield make
    subprocess.run(["umount", "-l", str(place)], check=True)


SAYS = {
    "full": "no space left on device; free some space",
    "locked": "read-only file system; make it writable",
}


@pytest.mark.parametrize("state", ["full", "locked"])
@pytest.mark.parametrize("arguments", [["release"], ["grade", "numbers"], ["sample", "numbers"]])
def test_a_full_or_locked_disk_is_one_line_and_nothing_half_written(
    disk, capfd: pytest.CaptureFixture[str], state: str, arguments: list[str]
) -> None:
    from tests.staffroom.conftest import write_course

    tiny = Tiny(disk.place, capfd)
    write_course(tiny.root)
    assert tiny.run("release").code == 0
    tiny.submit("ada")
    source = tiny.root / "solutions/numbers/numbers.ipynb"
    source.write_text(source.read_text().replace("# Numbers", "# Numerals" + " and more" * 1000))
    disk(state)
    before = {path: path.read_bytes() for path in tiny.root.rglob("*") if path.is_file()}
    said = tiny.run(*arguments)
    assert said.code == 2
    assert SAYS[state] in said.err or "the gradebook:" in said.err
    assert str(tiny.root) in said.err or "the gradebook:" in said.err
    assert said.err.strip().count("\n") == 0, said.err
    after = {path: path.read_bytes() for path in tiny.root.rglob("*") if path.is_file()}
    assert {p: data for p, data in after.items() if p in before} == before
    assert not [
        p for p in after.keys() - before.keys() if p.suffix in (".ipynb", ".csv", ".zip", ".json", ".html")
    ]


@pytest.mark.skipif(
    os.getuid() != 0 or not shutil.which("setpriv"), reason="needs root, and setpriv to be less"
)
def test_a_course_of_somebody_else_is_one_line(tiny: Tiny) -> None:
    path = tiny.root / "solutions/numbers/numbers.ipynb"
    path.write_text(path.read_text().replace("# Numbers", "# Numerals"))
    tiny.root.chmod(0o755)
    for folder in (tiny.root, *tiny.root.rglob("*")):
        os.chown(folder, 65534, 65534)  # and root without its capabilities is an ordinary user to these
    program = "from staffroom.cli import main; main()"
    command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", sys.executable, "-c", program]
    said = subprocess.run([*command, "release", "--course", str(tiny.root)], capture_output=True, text=True)
    assert said.returncode == 2
    assert "permission denied; make it writable" in said.stderr
    assert said.stderr.count("\n") == 1


@pytest.mark.skipif(
    os.getuid() != 0 or not shutil.which("setpriv"), reason="needs root, and setpriv to be less"
)
def test_a_students_folder_that_cannot_be_looked_into_is_told(tiny: Tiny, tmp_path_factory) -> None:
    """It was taken for nothing there: the student was in no table."""
    place = tmp_path_factory.mktemp("handed-in")
    for student in ("ada", "ben"):
        tiny.submit(student)
    for student in ("cem", "dan"):
        shutil.copytree(tiny.root / "submitted/ada", place / student)
    for folder in (tiny.root / "submitted/ben", place / "dan"):
        folder.chmod(0o700)
        os.chown(folder, 65534, 65534)
    program = "from staffroom.cli import main; main()"
    command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", sys.executable, "-c", program]
    command += ["grade", "numbers", "--sandbox", "none", "--submissions", str(place)]
    said = subprocess.run([*command, "--course", str(tiny.root)], capture_output=True, text=True)
    assert said.returncode == 1
    assert "submitted/ben/numbers: not gradable: its files cannot be read (Permission denied)" in said.stderr
    assert f"{place}/dan: permission denied" in said.stderr
    assert "2 graded, 1 not gradable" in said.stdout


# ---------------------------------------- outcomes


def test_an_error_of_the_machine_is_no_files() -> None:
    assert explain(BlockingIOError(errno.EAGAIN, "Busy")).startswith("this machine: busy; end other programs")


def test_three_outcomes_and_no_silent_zero() -> None:
    q = [Question("a", 2.0, 2.0), Question("b", None, 3.0)]
    graded = Outcome("ada", "x", q)
    failed = Outcome("ben", "x", [Question("a", 0.0, 2.0, "not answered", True), q[1]], penalty=0.0)
    nothing = Outcome("eli", "x", not_gradable="not valid JSON", file="submitted/eli/x/x.ipynb")
    assert [o.status for o in (graded, failed, nothing)] == list(Status)
    assert (graded.points, graded.waiting, failed.points, nothing.points) == (2.0, 1, 0.0, None)
    lines = to_csv([graded, failed, nothing]).decode().splitlines()
    assert lines[1] == "x,ada,graded,2,5,1,2,,0,,,"
    assert lines[2] == "x,ben,failed,0,5,1,0,,0,a: not answered,,"
    assert lines[3] == "x,eli,not gradable,,,0,,,0,not valid JSON,submitted/eli/x/x.ipynb,"
