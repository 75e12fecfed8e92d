"""The supervisor: runs one submission's notebooks in two forked processes, and keeps the time.

It holds notebooks and tests and executes none of them: the student's cells run in a jailed student process,
the instructor's in a tester, both forked from one warm template. A process that ends or runs too long is
replaced by a fresh one in which the cells so far are run again: one bad answer costs only its own question.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import hashlib
import json
import marshal
import re
import signal
import symtable
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import determine_grade, is_grade, is_locked, is_solution

from .channel import DEPTH, FRAME, OUT_OF_MEMORY, Closed, pack
from .course import first_line, grader, write_file
from .jail import Limits
from .processes import Process, Template, imports, parsed, python, warm
from .repair import NotGradable, Repaired, repair, whole

OUTPUT = "output_type name text ename evalue traceback execution_count data metadata".split()  # what one has
OUTPUTS = {kind: kind for kind in ("stream", "error", "display_data", "execute_result")}
# A last value that is a number, as Python, numpy or torch show it.
NUMBER = re.compile(
    r"(?i)(?:[a-z_][\w.]*\()?([-+]?(?:nan|inf|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?))(?:, [^()]*)?\)?"
)
OURS = ("TimeLimit", "CPULimit", "ProcessEnded")  # names of errors that stand here for a process's end
# A test that uses one of these may find names that do not stand in it.
FINDS = set("globals locals vars dir eval exec get_ipython doctest testmod".split())
BINDS = set("run pylab load store rerun macro".split())  # IPython's magics that bind names
MOST_OUTPUTS = 1000  # of a cell
MOST_FILES = FRAME - (4 << 20)  # bytes of the files beside the notebooks
LIMITS = ("memory_mb", "processes", "open_files", "disk_mb")  # that are met inside a process
STOPPED = "stopped"  # says of a cell that its error is one of OURS, and no student's that is so called


class Stopped(Exception):
    """A process ended or was ended: (name of the error, what is said of it)."""


@dataclass(frozen=True)
class Package:
    """All that is needed to grade an assignment, sent to a worker once. Notebooks are JSON by name."""

    assignment: str
    sources: dict[str, str]
    released: dict[str, str]
    files: dict[str, bytes]  # what lies beside the release's notebooks
    limits: Limits
    sandbox: bool
    inside: bool  # run the tests in the student's process, as nbgrader does
    root: str  # the course's folder: never shown to a student's process

    @cached_property
    def notebooks(self) -> dict[str, NotebookNode]:
        return {name: nbformat.reads(text, as_version=4) for name, text in self.sources.items()}

    @cached_property
    def stubs(self) -> dict[str, NotebookNode]:
        return {name: nbformat.reads(text, as_version=4) for name, text in self.released.items()}

    @cached_property
    def plans(self) -> dict[str, Plan]:
        return {name: Plan.of(nb) for name, nb in self.notebooks.items()}

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """Every module that a cell of the instructor's imports."""
        return imports(c.source for nb in self.notebooks.values() for c in nb.cells if c.cell_type == "code")


# -------------------------------------------------------------------------------------- which cell needs what


@functools.lru_cache(1000)
def prepared(source: str) -> tuple[str, bytes | None]:
    """A trusted cell's name in tracebacks, and its code, marshalled: all but the value of its last
    expression, and that value. To compile it anew would take a third of a submission's time. None: IPython
    has to run it (await, say)."""
    name = f"<ipython-input-test-{hashlib.sha256(source.encode()).hexdigest()[:12]}>"
    with contextlib.suppress(SyntaxError, ValueError, RecursionError):
        tree = python(source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        quiet = source.rstrip().endswith(";")
        value = last and compile(ast.Expression(last.value), name, "eval")
        return name, marshal.dumps((compile(tree, name, "exec"), value, quiet))
    return name, None


def bound(node: ast.AST) -> Iterator[str]:
    """The names that running this code binds, other than by import."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif not isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        for child in ast.iter_child_nodes(node):
            yield from bound(child)


def imported(tree: ast.Module) -> dict[str, str]:
    """Name → the import that binds it, of the imports at the top of a cell."""
    found = {}
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {(a.asname or a.name).split(".")[0]: ast.unparse(node) for a in node.names}
    return found


def used(tree: ast.AST) -> set[str]:
    """The names that this code reads, binds or deletes."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | set(bound(tree))


def unbound(tests: list[ast.Module], ours: list[ast.Module]) -> set[str]:
    """The global names that tests read and that none of our cells binds: in a course without solutions the
    student's. None where a cell of ours may bind what does not stand in it: a student could bind that."""
    read, made = set(), {"get_ipython", "display", "exit", "quit", "In", "Out", *vars(builtins)}
    for tree in ours:
        made |= {*bound(tree), *imported(tree)}
        names = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        if "*" in imported(tree) or used(tree) & (FINDS - {"get_ipython"}) or names & BINDS:
            return set()
    for tree in tests:
        tables = [symtable.symtable(ast.unparse(tree), "test", "exec")]
        for table in tables:
            tables += table.get_children()
            outer = table.get_type() == "module"
            for symbol in table.get_symbols():
                if symbol.is_referenced() and (outer or symbol.is_global()):
                    read.add(symbol.get_name())
                if outer and (symbol.is_assigned() or symbol.is_imported()):
                    made.add(symbol.get_name())
    return {name for name in read - made if not name.startswith("__")}


@dataclass
class Plan:
    """What the tester needs, from the instructor's notebook: before each of its cells, which others to run
    (the solutions' imports, given cells without nbgrader's mark), and which names in it are the student's."""

    before: dict[str, list[str]] = field(default_factory=dict)
    theirs: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, nb: NotebookNode) -> Plan:
        cells = [(cell, parsed(cell.source)) for cell in nb.cells if cell.cell_type == "code"]
        solutions = [tree for cell, tree in cells if is_solution(cell)]
        ours = [tree for cell, tree in cells if is_locked(cell)]
        theirs = {name for tree in solutions for name in bound(tree)}
        known = {name for tree in solutions for name in imported(tree)}  # the tester has these by itself
        theirs |= unbound(ours, [tree for cell, tree in cells if not is_solution(cell)]) - known
        needed = set().union(*map(used, ours)) - theirs
        given: set[int] = set()
        for number, (cell, tree) in reversed(list(enumerate(cells))):
            names = {*bound(tree), *imported(tree)}
            if not grader(cell).get("grade_id") and names & needed:
                given.add(number)
                needed |= used(tree) - theirs
        plan, waiting = cls(), []
        for number, (cell, tree) in enumerate(cells):
            if number in given:
                waiting.append((cell.source, sorted(used(tree) & theirs)))
            elif is_solution(cell):
                waiting += [(line, []) for line in dict.fromkeys(imported(tree).values())]
            elif is_locked(cell):
                name = grader(cell)["grade_id"]
                plan.before[name], waiting = waiting, []
                plan.theirs[name] = sorted(theirs if used(tree) & FINDS else used(tree) & theirs)
        return plan


class Session:
    """One notebook of a submission being run: its tester, its student, and what each has run so far."""

    def __init__(
        self,
        template: Template,
        package: Package,
        folder: str,
        files: dict[str, bytes],
        end: float,
        most: int,
    ) -> None:
        self.template, self.package, self.folder, self.files = template, package, folder, files
        self.most_output = package.limits.output_kb << 10
        self.room = 16 * self.most_output  # for all cells: there can be thousands
        self.end, self.most = end, most  # when all must be over; how many processes may be started
        self.processes: dict[str, Process | None] = {"tester": None, "student": None}
        self.history: dict[str, list[tuple[bytes, float]]] = {"tester": [], "student": []}
        self.cpu, self.peak = 0.0, 0
        self._stopped: Stopped | None = None  # why the student's process was ended while a test ran

    def run(
        self, side: str, source: str, theirs: list[str] | None = None, seconds: float | None = None
    ) -> dict:
        """Run a cell on one side; return its outputs (nbformat's form), failing line and execution count."""
        limit = seconds or self.package.limits.cell_seconds
        body = pack([source] if side == "student" else [source, theirs, *prepared(source)])
        try:
            answer = self._attempt(side, body, limit)
            try:
                result = json.loads(answer.decode("utf-8", "replace"))
                # A test shows what is limited already; were its error left out, it would have passed.
                most = FRAME if side == "tester" else max(0, min(self.most_output, self.room))
                outputs = cleaned(result["outputs"], most)
                self.room -= len(answer) if side == "student" else 0
                numbers = {key: result[key] for key in ("line", "count")}
                more = {k: n if type(n) is int and 0 <= n < 1 << 31 else None for k, n in numbers.items()}
                more["why"] = met = next((name for name in LIMITS if name == result["limit"]), "")
                if side == "tester" and any(o.get("ename") in OURS for o in outputs):
                    more["why"] = STOPPED
            except (ValueError, RecursionError, TypeError, KeyError):  # not our own code's: they changed it
                self._end(side)
                raise Stopped("ProcessEnded", "the student's process answered nonsense") from None
            if met:
                self._end("student")  # what has used up a limit would be missing to the next question,
                if side == "student":  # and would be used up again if this were run again
                    return {"outputs": outputs, **more}
            self.history[side].append((body, limit))
            return {"outputs": outputs, **more}
        except Stopped as stop:
            name, said = stop.args
        error = nbformat.v4.new_output("error", ename=name, evalue=said, traceback=[f"{name}: {said}"])
        return {"outputs": [error], "line": None, "count": None, "why": STOPPED}

    def _attempt(self, side: str, body: bytes, limit: float) -> bytes:
        """Run a cell; meanwhile, give the tester what it asks about the student's process."""
        self._process(side)  # first: what may have to be run again for it is not this cell's time
        end = time.monotonic() + limit
        kind, answer = self._exchange(side, b"R", body, end, limit)
        while side == "tester" and kind != b"O":
            direct, said = [], b""
            try:
                if kind != b"N":
                    raise self._stopped or Stopped(*self._why("student", kind == b"M", False, limit))
                began = time.monotonic()
                student = self._process("student")
                if student.direct is None:  # the tester has had it, and has found it ended or talking unasked
                    self._end("student")
                    student = self._process("student")
                direct, student.direct = [student.direct], None
                end += time.monotonic() - began
            except Stopped as stop:
                said = pack(list(stop.args))
            kind, answer = self._exchange("tester", b"X", said, max(end, time.monotonic() + 1), limit, direct)
            for sock in direct:
                sock.close()
        return answer

    def _exchange(
        self, side: str, kind: bytes, body: bytes, end: float, limit: float, more: Sequence = ()
    ) -> tuple[bytes, bytes]:
        """Send a frame, receive the answer; where there is none, end the process and say why by Stopped."""
        channel, self._stopped = self._process(side).channel, None
        try:
            channel.send(kind, body, max(0.01, min(end, self.end) - time.monotonic()), more)
            try:
                return channel.receive(max(0.01, min(end, self.end) - time.monotonic()))
            except TimeoutError:
                if side == "student" or not self.processes["student"]:
                    raise
                # It may be the student's function that takes so long: then the tester finds it ended.
                self._stopped = Stopped(*self._why("student", False, True, limit))
                return channel.receive(1.0)
        except (TimeoutError, Closed) as error:
            raise Stopped(*self._why(side, False, isinstance(error, TimeoutError), limit)) from None

    def _why(self, side: str, nonsense: bool, late: bool, limit: float) -> tuple[str, str]:
        """End a process that has ended, answers nonsense, or is late; the kind of its end, and in words."""
        code, cpu = self._end(side, 0 if late or nonsense else 1)
        limits, what = self.package.limits, "the test" if side == "tester" else "Python"
        if nonsense:
            return "ProcessEnded", "the student's process answered nonsense"
        if late and time.monotonic() >= self.end:
            said = f"the whole was stopped after {limits.total_seconds:g} s (limit: total_seconds)"
            return "TimeLimit", said
        if late:
            return "TimeLimit", f"stopped after {limit:g} s (an endless loop? limit: cell_seconds)"
        if code == -signal.SIGKILL and cpu >= limits.cpu_seconds - 1:
            return "CPULimit", f"stopped after {cpu:.0f} s of CPU (limit: cpu_seconds)"
        how = signal.Signals(-code).name if code < 0 else "exit(), or a crash"
        how = f"no memory left (limit: memory_mb = {limits.memory_mb})" if code == OUT_OF_MEMORY else how
        return "ProcessEnded", f"{what} ended: {how}"

    def _process(self, side: str) -> Process:
        """The running process; where it has ended, a new one, in which the cells so far are run again."""
        if (process := self.processes[side]) and process.channel.pending():
            self._end(side)  # it spoke unasked, or has ended
        if self.processes[side] is None:
            self.most -= 1
            if self.most < 0:
                raise Stopped("ProcessEnded", "Python ended too often")
            setup = [asdict(self.package.limits), self.package.sandbox, self.folder, self.files]
            student = side == "student"
            # JSON writes some letters in six; an output's limit counts letters.
            most = 6 * self.most_output + (1 << 20) if student else FRAME
            self.processes[side] = Process(self.template.sides[side], setup, student, most)
            for body, limit in self.history[side]:
                self._attempt(side, body, limit)
        return self.processes[side]

    def _end(self, side: str, grace: float = 0.0) -> tuple[int, float]:
        process, self.processes[side] = self.processes[side], None
        if process is None:
            return 0, 0.0
        student = self.processes["student"]
        if side == "tester" and student and student.direct is None:
            self._end("student")  # which ends by itself, soon: its channel to the tester is closed
        code, cpu, peak = process.end(grace)
        if side == "student":
            self.cpu, self.peak = self.cpu + cpu, max(self.peak, peak)
        return code, cpu

    def close(self) -> None:
        for side in self.processes:
            self._end(side)


def shallow(data: Any, levels: int = DEPTH) -> bool:
    """Whether there are few containers within containers. What is deeper can be read where little has been
    called before, and then ends whoever copies it where more has."""
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return levels > 0 and all(shallow(part, levels - 1) for part in parts)


def cleaned(outputs: Any, most: int) -> list[NotebookNode]:
    """Outputs of a process that the student can change, as a notebook may hold them: so many letters."""
    made, left = [], 6 * most + 100_000  # JSON's own signs; tracebacks, which its own limit does not count
    outputs, half = outputs if isinstance(outputs, list) else [], MOST_OUTPUTS // 2
    too_much = len(outputs) > MOST_OUTPUTS
    for output in outputs[:half] + outputs[half:][-half:]:  # a test's error and its points come last
        with contextlib.suppress(Exception):  # what is no output is none
            text = whole(json.dumps(output, ensure_ascii=False))
            if len(text) > left:  # what comes later can be small: a test's error, its points
                too_much = True
                continue
            left -= len(text)
            data = json.loads(text)
            if not shallow(data):
                continue
            new = nbformat.from_dict({key: data[key] for key in OUTPUT if key in data})
            if "evalue" in new:
                new.update(ename=str(new.ename)[:200], evalue=str(new.evalue)[:2000])
            nbformat.validate(new, ref=OUTPUTS[new.output_type], version=4)
            made.append(new)
    if too_much:
        said = f"[{len(outputs)} outputs: what is too large, or more than {MOST_OUTPUTS}, is left out]\n"
        made.append(nbformat.v4.new_output("stream", name="stderr", text=said))
    return made


# --------------------------------------------------------------------------------------- a submission


def execute(session: Session, plan: Plan, nb: NotebookNode, stub: NotebookNode) -> None:
    """Run a repaired notebook's cells and put what they show into it."""
    limits, inside = session.package.limits, session.package.inside
    public = {grader(cell).get("grade_id"): cell.source for cell in stub.cells}
    for cell in (cell for cell in nb.cells if cell.cell_type == "code" and cell.source.strip()):
        name = grader(cell).get("grade_id", "")
        answer, locked, points = is_solution(cell), is_locked(cell), float(grader(cell).get("points") or 0)
        # A cell that is neither answer nor test imports packages and prepares data, and may take longer.
        seconds = limits.cell_seconds * (1 if is_grade(cell) or answer else 4)
        result, began = {}, time.monotonic()
        if locked and not inside:
            for source, theirs in plan.before[name]:
                session.run("tester", source, theirs, seconds)
            result = session.run("tester", cell.source, plan.theirs[name], seconds)
        if not is_grade(cell) or answer or inside:
            source = public.get(name, "") if locked and not inside else cell.source
            result = session.run("student", source, None, seconds)
        cell.outputs, cell.execution_count = result["outputs"], result["count"]
        cell.metadata["staffroom"] = {key: result[key] for key in ("line", "why")}
        cell.metadata["staffroom"]["seconds"] = round(time.monotonic() - began, 3)
        for output in cell.outputs if is_grade(cell) and not answer else []:
            if output.output_type == "stream":
                output.name = "stdout"  # nbgrader gives 0 for any word on stderr, even a library's warning
        try:
            determine_grade(cell) if is_grade(cell) else None
            for output in cell.outputs if is_grade(cell) and not answer else []:
                text = output.data.get("text/plain", "") if output.output_type == "execute_result" else ""
                # To nbgrader, NaN and what is below zero are all the points.
                if (found := NUMBER.fullmatch(text.strip())) and not 0 <= float(found[1]) <= points:
                    said = f"the test's last value, {found[1]}, is not from 0 to its {points:g} points"
                    raise ValueError(said)
        except (ValueError, KeyError) as error:  # a test whose last value is no partial credit
            said = {"ename": "ValueError", "evalue": str(error), "traceback": []}
            cell.outputs = [nbformat.v4.new_output("error", **said)]


def run(package: Package, files: dict[str, bytes]) -> Repaired:
    """Repair and run one submission; raise NotGradable where it cannot be."""
    done = repair(files, package.notebooks, package.stubs)
    theirs = {name: data for name, data in files.items() if not name.endswith(".ipynb")} | package.files
    if (size := sum(map(len, theirs.values()))) > MOST_FILES:
        said = f"its files and the release's, besides the notebooks, have {size >> 20} MB"
        raise NotGradable(f"{said}; the limit is {MOST_FILES >> 20} MB")
    with warm(package.modules, package.root, package.sandbox) as template:
        began = time.monotonic()
        for name, nb in done.notebooks.items():
            if name in done.lost:
                continue
            most = 10 + 2 * sum(cell.cell_type == "code" for cell in nb.cells)
            with tempfile.TemporaryDirectory(dir=template.home) as folder:
                for file, data in package.files.items():
                    write_file(Path(folder, file), data)
                end = began + package.limits.total_seconds
                session = Session(template, package, folder, theirs, end, most)
                execute(session, package.plans[name], nb, package.stubs[name])
                session.close()
            done.cpu, done.peak = done.cpu + session.cpu, max(done.peak, session.peak)
        done.seconds = time.monotonic() - began
    return done


def error_of(cell: NotebookNode | dict) -> NotebookNode | None:
    """The error that a cell ended in, if it did."""
    return next((output for output in cell.get("outputs", []) if output.output_type == "error"), None)


def verdict(cell: NotebookNode, answer: NotebookNode | None, limits: Limits) -> tuple[str, bool]:
    """Why a graded cell lost points, and whether that was something else than a test's verdict. An error in
    the answer itself comes first: the tests that follow only find a name missing."""
    mine, before = error_of(cell), error_of(answer or {})
    if mine is None:
        return "", False
    error, source = (before, answer) if before else (mine, cell)
    if error.ename == "NotImplementedError":
        return "not answered", True
    why = source.metadata.get("staffroom", {}).get("why")
    if why == STOPPED:
        return f"{error.evalue}, in cell {grader(source)['grade_id']}", True
    if error.ename == "AssertionError":
        return first_line(error.evalue or "a test failed"), False
    limit = f" (limit: {why} = {getattr(limits, why)})" if why else ""
    return first_line(f"{error.ename}: {error.evalue}") + limit, True
