"""The command line: `staffroom release · grade · audit · sample · export`."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
import time
from collections.abc import Callable, Iterator
from json import dumps, loads
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from .course import Course, StaffroomError, explain, printable, write_file
from .outcome import Outcome, Status, by_question, canvas, moodle, table, to_csv, with_grade

if TYPE_CHECKING:
    from .grade import How

# What needs nbgrader is imported inside the commands: that takes seconds, and --help must not.

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
# Where no terminal tells its width (a log, a pipe), a table gets room for its reasons.
width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 140
out = Console(width=width, markup=False)  # a folder may be called [b], and a student [b]ada
err = Console(stderr=True, soft_wrap=True, highlight=False)


AnyCourse = Annotated[Path | None, typer.Option("--course", help="The course's folder (default: nearest)")]
Assignment = Annotated[str, typer.Argument(help="An assignment: its folder's name among the sources")]
Assignments = Annotated[list[str] | None, typer.Argument(help="Assignments (default: all)")]
Check = Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if exercises/ is out of date")]
From = Annotated[Path | None, typer.Option(help="STUDENT/ASSIGNMENT/ folders, or an LMS's folder or zip")]
Names = Annotated[str | None, typer.Option(help="Pattern of whole file names, with (?P<student_id>…)")]
Seconds = Annotated[int | None, typer.Option(min=1, help="Limit of a cell (default: Execute.timeout)")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes that grade (default: one for each core)")]
Scheduler = Annotated[str | None, typer.Option(help="A Dask scheduler, whose workers grade: tcp://HOST:8786")]
Sandboxed = Annotated[
    Literal["namespaces", "none"], typer.Option(help="none: students' code has your rights, and your files")
]
outside = "outside: where no student can read or forge them (default: inside, as nbgrader does)"
Tests = Annotated[Literal["outside", "inside"] | None, typer.Option(help=outside)]
refuse = typer.Option("--check/--no-check", help="Grade nothing where your own solution loses points")
Checked = Annotated[bool | None, refuse]
Force = Annotated[bool, typer.Option("--force", help="Grade unchanged submissions again")]
Json = Annotated[Path | None, typer.Option("--json", help="Write the matrix as JSON")]
Markdown = Annotated[Path | None, typer.Option(help="Write the matrix as a Markdown table")]
Limit = Annotated[float, typer.Option(help="Seconds that one answer, or your solution, may take")]
Mutants = Annotated[bool, typer.Option("--mutants", help="Mutants, though there are answers")]
GradeIt = Annotated[bool, typer.Option("--grade", help="Grade it; exit 1 if a grade is not as it must be")]
formats = typer.Option(help="csv: all there is; canvas, moodle: to import there")
Format = Annotated[Literal["csv", "canvas", "moodle"], formats]
To = Annotated[Path, typer.Option(help="The CSV file to write")]


def complain(line: str) -> None:
    err.print(Text(f"staffroom: {printable(line)}", style="red"))  # a student can have named a file


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[..., None]]:
    """A progress bar on stderr while it lasts; what it yields is called with completed, total and text."""
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    columns += ("left", TimeRemainingColumn(), "{task.fields[text]}")
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what, total=None, text="")
        yield lambda completed, total, text="": bar.update(task, completed=completed, total=total, text=text)


@app.command(epilog="Example:  staffroom release 1-word2vec")
def release(assignments: Assignments = None, check: Check = False, course: AnyCourse = None) -> None:
    """Make exercises/ from solutions/, and the bundle that students download."""
    here = Course.find(course)
    from . import release as work

    stale = False
    for name in assignments or here.assignments():
        old = work.release(here, name, check)
        if not check:
            out.print(f"exercises/{name}:", "written" if old else "up to date")
        elif old:
            stale, remedy = True, f"run: staffroom release {name}"
            complain(f"exercises/{name} is not what solutions/{name} generates; {remedy}")
    if not check:
        path, written = work.bundle(here)
        out.print(f"{path.relative_to(here.root)}:", "written" if written else "up to date")
    raise typer.Exit(int(stale))


@app.command(epilog="Example:  staffroom grade 1-word2vec --submissions ~/Downloads/submissions.zip")
def grade(
    assignment: Assignment,
    submissions: From = None,
    names: Names = None,
    time_limit: Seconds = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    sandbox: Sandboxed = "namespaces",
    tests: Tests = None,
    check: Checked = None,
    force: Force = False,
    course: AnyCourse = None,
) -> None:
    r"""Grade an assignment: collect, run, score, write feedback; a table and a CSV of the outcomes.

    Scores go into the gradebook, feedback into feedback/STUDENT/ASSIGNMENT/. Scores given by hand are kept.
    Stopped at any moment, it goes on where it was when it is called again. nbgrader_config.py keeps what a
    course needs always: c.Staffroom.tests = "outside", c.Limits.memory_mb = 4096.

    --names matches a file's whole name, and names its student. Students called by Moodle's numbers alone:
    --names '.+?_(?P<student_id>\d+)_assignsubmission_.+'

    Exits with 1 when a submission, or a notebook of it, could not be graded, with 2 when nothing could be.
    """
    here = Course.find(course)
    problems = []
    if submissions:
        from . import collect

        problems = collect.from_place(here, assignment, submissions, names or collect.NAMES)
    sandboxed = sandbox != "none"
    if scheduler is None and workers != 1:
        prepare(here, assignment, workers, sandboxed)
    from .grade import How

    limits = {"cell_seconds": time_limit} if time_limit else {}
    how = How(limits, workers, scheduler, sandboxed, tests, check, force)
    try:
        outcomes = run_grade(here, assignment, how)
    except KeyboardInterrupt:
        complain("stopped; what is finished is kept, and the same command goes on from there")
        raise typer.Exit(130) from None
    for line in problems:
        complain(line)
    raise typer.Exit(1 if problems or any(o.file for o in outcomes) else 0)


def prepare(here: Course, assignment: str, workers: int | None, sandbox: bool) -> None:
    """Where a class is large, start what takes long to start: processes that import the course's packages,
    and beside them this process's own imports; then the workers, which are forked from it."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy's threads would forbid to fork
    from . import processes

    where = here.config.CourseDirectory  # nbgrader itself takes a second to import
    work = len(list((here.root / where.get("submitted_directory", "submitted")).glob(f"*/{assignment}")))
    count = workers or processes.sensible(work)
    if count < 2 or sys.platform != "linux":
        return
    with contextlib.suppress(ValueError, KeyError, TypeError):  # a broken notebook is told of later
        source = here.root / where.get("source_directory", "source") / assignment
        found = sorted(source.glob("*.ipynb"))
        cells = [cell for path in found for cell in loads(path.read_bytes())["cells"]]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        templates = processes.start(processes.imports(code), str(here.root), sandbox, count) if code else []
        gc.disable()  # imports leave nothing that could be collected
        from . import pool

        gc.enable()
        if len(os.listdir("/proc/self/task")) == 1:
            pool.ready.append((count, pool.local(count, templates, found)))
        else:
            processes.idle.extend(templates)


def some(names: list[str]) -> str:
    """How many, and the first of them."""
    return f"{len(names)} ({printable(', '.join(names[:10]))}{', …' if len(names) > 10 else ''})"


def run_grade(here: Course, assignment: str, how: How) -> list[Outcome]:
    """Grade, print the table, write the CSV, name on stderr what is not gradable; return the outcomes."""
    from . import grade as work

    ran: list[bool] = []
    began = time.monotonic()
    with progress(f"grading {assignment}") as show:

        def tell(now: bool | None, total: int, text: str = "") -> None:
            if text:
                return show(completed=0, total=total, text=text)
            ran.extend([now] if now is not None else [])
            rate = f"{60 * sum(ran) / (time.monotonic() - began):.0f} a minute"
            text = f"{sum(ran)} run ({rate}), {len(ran) - sum(ran)} unchanged"
            show(completed=len(ran), total=total, text=text)

        outcomes = work.grade(here, assignment, how, tell)
    path = here.build("grade", f"{assignment}.csv")
    write_file(path, to_csv(outcomes))
    out.print(table(outcomes, assignment, out.width), by_question(outcomes), sep="")
    counts = {status: sum(o.status == status for o in outcomes) for status in Status}
    runs = f"({sum(ran)} run, {len(ran) - sum(ran)} unchanged)"
    out.print(", ".join(f"{n} {status}" for status, n in counts.items() if n), runs)
    if repaired := [o.student for o in outcomes if o.about]:
        said = "something was repaired (what: in the CSV and in their feedback)"
        out.print(f"{said}: {some(repaired)}", soft_wrap=True)
    if absent := sorted(work.people(here, assignment).keys() - {o.student for o in outcomes}):
        out.print(f"in the gradebook, without a submission: {some(absent)}", soft_wrap=True)
    out.print(f"grades: {path}\nfeedback: {here.path('feedback', 'STUDENT', assignment)}", soft_wrap=True)
    for o in outcomes:
        whole = [[o.file, o.not_gradable]] if o.not_gradable else []
        for file, why in dict.fromkeys(map(tuple, whole or o.lost.values())):
            complain(f"{file}: not gradable: {why}")
    return outcomes


@app.command(epilog="Example:  staffroom audit 1-word2vec --json audit.json")
def audit(
    assignments: Assignments = None,
    json: Json = None,
    markdown: Markdown = None,
    limit: Limit = 60,
    mutants: Mutants = False,
    course: AnyCourse = None,
) -> None:
    """Test the tests: right answers keep every point, each wrong one loses exactly the cells it names.

    Answers: tests/answers/ASSIGNMENT/QUESTION/right_*.py and wrong_*.py. Exits with 1 if one does not behave.

    Where an assignment has none, mutants of your own solution are graded: one small mistake each. Exits with
    1 if one survives, that is, keeps every point: no test looks at what was changed. A survivor that is as
    right as your solution is left out once its three lines are in SOURCE/ASSIGNMENT.equivalent.txt.
    """
    here = Course.find(course)
    from . import audit as work

    reports = []
    for name in assignments or here.assignments():
        began, folder = time.monotonic(), f"tests/answers/{name}"
        if mutants or not (here.root / folder).exists():
            with progress(f"mutants of {name}") as show:
                found = work.survey(here, name, limit=limit, tell=show)
            reports.append(found)
            out.print(found.table(), *map(work.shown, found.survivors), sep="\n", soft_wrap=True)
            killed, of = map(sum, zip((0, 0), *found.questions.values(), strict=True))
            more = f" ({found.late} by a time limit), {found.equivalent} left out as equivalent"
            out.print(f"{name}: {killed} of {of} mutants killed{more}, {time.monotonic() - began:.0f} s")
            for line in found.unknown:
                complain(f"{work.equivalents(here, name)}: no such mutant any more: {line}")
            continue
        with progress(f"auditing {name}") as show:
            report = work.audit(here, name, limit=limit, tell=show)
        reports.append(report)
        out.print(report.table())
        for question, n in report.counts().items():
            kept = f"{n['kept']} of {n['right']} right kept"
            out.print(f"{question}: {kept}, {n['caught']} of {n['wrong']} wrong caught")
        out.print(f"{name}: {'clean' if report.ok else 'not clean'}, {time.monotonic() - began:.0f} s")
        for row in (row for row in report.rows if not row.ok):
            where = f"{folder}/{row.question}/{row.name}.py" if row.question else f"{name}: {row.name}"
            lost, must = ", ".join(row.lost) or "nothing", ", ".join(row.loses) or "nothing"
            complain(f"{where}: lost {lost}, must lose {must} {row.why}")
        for line in report.too_few:
            complain(f"{folder}/{line}")
    if json:
        write_file(json, dumps([report.to_json() for report in reports], indent=1).encode())
    if markdown:
        page = Console(file=io.StringIO(), width=240)
        page.print(*(report.table(box.MARKDOWN) for report in reports))
        write_file(markdown, page.file.getvalue().encode())
    raise typer.Exit(0 if all(report.ok for report in reports) else 1)


@app.command(epilog="Example:  staffroom sample 1-word2vec --grade")
def sample(assignment: Assignment, grade: GradeIt = False, course: AnyCourse = None) -> None:
    """Make the sample class in _build/sample-class/: five submissions that show every outcome of grading."""
    here = Course.find(course)
    from . import sample as work

    klass, expected = work.make(here, assignment)
    for student, what in work.STUDENTS.items():
        points = expected[student]
        must = f"{sum(p or 0 for p in points.values()):g} points" if points else "no grade"
        out.print(f"{student}: {what}; must get {must}")
    command = f"staffroom grade {assignment} --course {os.path.relpath(klass.root)}"
    out.print("its grading:", command, soft_wrap=True)
    if grade:
        from .grade import How
        from .jail import probe

        how = How(sandbox=not probe())  # the class is made of our own code
        got = {}
        for o in run_grade(klass, assignment, how):
            got[o.student] = None if o.not_gradable else {q.name: q.points for q in o.questions}
        for student in sorted(expected.keys() | got.keys()):
            if got.get(student) != expected.get(student):
                complain(f"{klass.root}: {student} got {got.get(student)}, must get {expected.get(student)}")
        raise typer.Exit(0 if got == expected else 1)


@app.command(epilog="Example:  staffroom export --to grades.csv")
def export(
    assignments: Assignments = None,
    to: To = Path("grades.csv"),
    format: Format = "csv",
    course: AnyCourse = None,
) -> None:
    """Write the grades of everything graded so far as one CSV, scores given by hand included.

    The formats canvas and moodle are what these import: one assignment a file; who is not gradable or waits
    for a person is left out, since an empty field would be a change there.
    """
    here = Course.find(course)
    from . import grade as work

    outcomes = [o for name in assignments or here.assignments() for o in work.finished(here, name)]
    if not outcomes:
        raise StaffroomError(f"{here.build('grade')}: nothing graded yet; run: staffroom grade ASSIGNMENT")
    names = list(dict.fromkeys(o.assignment for o in outcomes))
    make = {"canvas": canvas, "moodle": moodle}.get(format)
    if make and len(names) > 1:
        raise StaffroomError(f"{format} imports one assignment a file; name one of: {', '.join(names)}")
    write_file(to, make(outcomes, names[0], work.people(here, names[0])) if make else to_csv(outcomes))
    left = [o.student for o in outcomes if make and o.student not in dict(with_grade(outcomes))]
    out.print(f"{to}: {len(outcomes) - len(left)} of {len(outcomes)} submissions", soft_wrap=True)
    if left:
        out.print(f"left out, not gradable or waiting for a person: {some(left)}", soft_wrap=True)


def main() -> None:
    """Run the command line; a mistake of the user's or the disk's is one line on stderr and exit code 2."""
    # nbgrader starts alembic by its name, also when the environment is not activated
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        app()
    except Exception as error:
        if type(error).__module__.startswith("sqlalchemy"):
            why = getattr(error, "orig", error)
            complain(f"the gradebook: {why}; check that it can be written, and run again")
        elif isinstance(error, (StaffroomError, OSError)):
            complain(explain(error) if isinstance(error, OSError) else str(error))
        else:
            raise
    sys.exit(2)
