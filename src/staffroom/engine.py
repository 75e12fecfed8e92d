"""How one submission is run and scored: for now by nbgrader's own autograde, called in this process.

The only module that knows how cells are run; `grade` decides which, `outcome` holds what is said about it.
"""

from __future__ import annotations

import builtins
import contextlib
import copy
import re
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback, NbGraderException
from nbgrader.converters.base import BaseConverter
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from sqlalchemy.exc import SAWarning

from .course import Course, StaffroomError, first_line, grader, replace_folder

warnings.filterwarnings("ignore", category=SAWarning)  # about nbgrader's own queries; no user can act on them
STEPS = ("autograded", "feedback")  # the folders that grading makes
TIME_LIMIT = "TimeLimit"  # the error name that a cell gets when its time is up


class NotGradable(Exception):
    """This submission cannot be graded; the text says why, `file` (None: its notebook) where."""

    def __init__(self, reason: str, file: Path | None = None) -> None:
        super().__init__(reason)
        self.file = file


class RunCells(Execute):
    """nbgrader's Execute, with a reason for each stop, and with warnings that cost nothing."""

    def preprocess(self, nb: NotebookNode, resources: Any = None, km: Any = None) -> Any:
        self.timeout_func = self.seconds  # nbclient asks it before each cell
        self.iopub_timeout = 10
        self.shutdown_kernel = "immediate"  # nothing in a student's kernel is worth waiting for
        return super().preprocess(nb, resources, km)

    def seconds(self, cell: NotebookNode) -> int:
        """The cell's limit; a cell that is neither answer nor test imports packages and may take longer."""
        limit = self.timeout if is_grade(cell) or is_solution(cell) else 4 * self.timeout
        said = f"stopped after {limit} s"
        self.error_on_timeout = {"ename": TIME_LIMIT, "evalue": said, "traceback": [f"{TIME_LIMIT}: {said}"]}
        return limit

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> Any:
        name = grader(cell).get("grade_id") or f"number {index + 1}"
        try:
            cell, resources = super().preprocess_cell(cell, resources, index)
        except DeadKernelError:
            raise NotGradable(f"Python ended in cell {name}: exit(), a crash, or no memory left") from None
        except CellTimeoutError:
            limit = self.seconds(cell)
            raise NotGradable(
                f"cell {name} ran on after its limit of {limit} s, deaf to interrupts"
            ) from None
        for output in cell.get("outputs", []):
            if is_grade(cell) and output.output_type == "stream":
                output.name = "stdout"  # nbgrader gives 0 for any word on stderr, even a library's warning
        return cell, resources


class HideHiddenTests(NbGraderPreprocessor):
    """Feedback shows a hidden test's `# purpose:` line and whether it failed, never its source or values."""

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> Any:
        if cell.cell_type == "code" and "BEGIN HIDDEN TESTS" in cell.source:
            cell.source, purposes = hide(cell.source)
            errors = [output for output in cell.outputs if output.output_type == "error"]
            traces = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(line for e in errors for line in e.traceback))
            place = re.search(r"Cell In\[\d+\], line (\d+)", traces)  # the first frame is the test cell's own
            purpose = purposes.get(int(place[1])) if place else "not known which test"
            # Other outputs go: what the student's code prints here can show hidden inputs. So can the message
            # of an error in a hidden test, and IPython's traceback of any error, with the lines around.
            cell.outputs = [_without_values(error, purpose) for error in errors]
        return cell, resources


def hide(source: str) -> tuple[str, dict[int, str]]:
    """A test cell without its hidden tests, and the purpose of each hidden line (line numbers from 1)."""
    shown: list[str] = []
    purposes: dict[int, str] = {}
    block: list[int] | None = None
    for number, line in enumerate(source.split("\n"), 1):
        if "BEGIN HIDDEN TESTS" in line:
            block, purpose = [], "hidden test"
        if block is None:
            shown.append(line)
            continue
        block.append(number)
        if match := re.match(r"\s*#\s*purpose:\s*(.+)", line):
            purpose = match[1].strip()
        if "END HIDDEN TESTS" in line:
            purposes |= dict.fromkeys(block, purpose)
            shown.append(f"# hidden test, its purpose: {purpose}")
            block = None
    return "\n".join(shown), purposes


def _without_values(error: NotebookNode, purpose: str | None) -> NotebookNode:
    kind = error.ename if hasattr(builtins, error.ename) or error.ename == TIME_LIMIT else "an error"
    text = f"hidden test failed ({kind}): {purpose}" if purpose else f"{error.ename}: {error.evalue}"
    return nbformat.v4.new_output("error", ename=kind, evalue=purpose or error.evalue, traceback=[text])


def convert(converter: BaseConverter) -> None:
    """Start an nbgrader converter; raise what went wrong, where nbgrader would say "see the traceback"."""
    causes: list[BaseException] = []

    def noting(method: Any, *args: Any) -> Any:
        try:
            return method(*args)
        except BaseException as error:
            causes.append(error)
            raise

    for step in ("init_assignment", "convert_single_notebook", "set_permissions"):
        setattr(converter, step, partial(noting, getattr(converter, step)))
    try:
        converter.start()
    except NbGraderException as error:
        raise (causes[0] if causes else error) from None


def gradebook(course: Course) -> Gradebook:
    """The course's gradebook; use it in a `with`."""
    return Gradebook(course.directory.db_url, course.directory.course_id)


def register(course: Course, assignment: str, workplace: Path) -> None:
    """Bring the gradebook up to date with the assignment's source, without touching the release folder."""
    directory = course.nbgrader_directory(assignment_id=assignment)
    directory.release_directory = str((workplace / "release").relative_to(course.root))
    try:
        convert(GenerateAssignment(coursedir=directory, config=course.config, force=True))
    except RuntimeError as error:
        remedy = "mend the notebook"
        if "submissions associated" in str(error):
            remedy = "put the cells back, or move the gradebook away and grade everything again"
        source = course.path("source", ".", assignment)
        raise StaffroomError(f"{source}: {first_line(error)}; {remedy}") from error


def autograde(
    course: Course, assignment: str, student: str, workplace: Path, limit: int, known: bool
) -> dict[str, NotebookNode]:
    """Run and score one submission, and write its feedback; return the executed notebooks by name.

    Scores go into the gradebook. Where this raises, it has no submission of a student who was not `known` to
    it before, and the course's folders are as they were.
    """
    directory = course.nbgrader_directory(assignment_id=assignment, student_id=student)
    for step in STEPS:
        setattr(directory, f"{step}_directory", str((workplace / step).relative_to(course.root)))
    config = copy.deepcopy(course.config)
    config.Execute.timeout = limit
    config.KernelManager.transport_encryption = "auto"  # or each kernel warns the instructor's terminal
    grading = Autograde(coursedir=directory, config=config)
    steps = grading.autograde_preprocessors
    grading.autograde_preprocessors = [RunCells if step is Execute else step for step in steps]
    feedback = GenerateFeedback(coursedir=directory, config=config)
    feedback.preprocessors = [HideHiddenTests, *feedback.preprocessors]
    try:
        convert(grading)
        convert(feedback)
    except BaseException as error:
        if not known:
            with gradebook(course) as book, contextlib.suppress(Exception):
                book.remove_submission(assignment, student)
        if isinstance(error, NoSuchKernel):
            source = course.path("source", ".", assignment)
            raise StaffroomError(
                f"{source}: wants the kernel {error.name}; choose Python 3 for it"
            ) from error
        raise
    made = sorted((workplace / "autograded" / student / assignment).glob("*.ipynb"))
    executed = {path.stem: nbformat.read(path, as_version=4) for path in made}
    for step in STEPS:
        replace_folder(workplace / step / student / assignment, course.path(step, student, assignment))
    return executed


def verdict(cell: NotebookNode, answer: NotebookNode | None) -> tuple[str, bool]:
    """Why a graded cell lost points, and whether that was something else than a test's verdict. An error in
    the answer itself comes first: the tests that follow only find a name missing."""
    mine, before = _error(cell), _error(answer or {})
    if mine is None:
        return "", False
    error, source = (before, answer) if before else (mine, cell)
    if error.ename == "NotImplementedError":
        return "not answered", True
    if error.ename == TIME_LIMIT:
        return f"{error.evalue} (an endless loop?) in cell {grader(source)['grade_id']}", True
    if error.ename == "AssertionError":
        return first_line(error.evalue or "a test failed"), False
    return f"{error.ename}: {first_line(error.evalue)}", True


def _error(cell: NotebookNode | dict) -> NotebookNode | None:
    """A cell's error output; the time limit's rather than that of the interrupt it sent."""
    errors = [o for o in cell.get("outputs", []) if o.output_type == "error"]
    return min(errors, key=lambda o: o.ename != TIME_LIMIT, default=None)
