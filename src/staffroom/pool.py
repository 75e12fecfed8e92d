"""Many processes, or machines: submissions go to workers, which need no shared disk and no gradebook."""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import pickle
import queue
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent import futures
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, NoReturn

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from . import engine, feedback, processes
from .course import StaffroomError, grader, questions
from .engine import Package
from .outcome import Mark, Outcome, Question
from .processes import EngineError, Template
from .repair import NotGradable


@dataclass
class Graded:
    """What a worker sends back: the outcome; by notebook: the executed one, its marks, its page."""

    outcome: Outcome
    notebooks: dict[str, NotebookNode] = field(default_factory=dict)
    marks: dict[str, dict[str, Mark]] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)


def grade_one(package: Package, student: str, files: dict[str, bytes]) -> Graded:
    """Run, score and report one submission: this is what a worker does."""
    outcome = Outcome(student, package.assignment)
    try:
        try:
            done = engine.run(package, files)
        except EngineError:
            done = engine.run(package, files)  # once more, with a new template
    except NotGradable as error:
        outcome.not_gradable, outcome.file = str(error), error.file or ""
        return Graded(outcome)
    for name, nb in done.notebooks.items():
        feedback.still(nb, package.stubs[name])  # before anything is told of it or kept
    outcome.about = done.notes
    outcome.usage = f"Run in {done.seconds:.1f} s ({done.cpu:.1f} s of CPU), {done.peak} MB at most."
    outcome.lost = {name: [why.file or f"{name}.ipynb", str(why)] for name, why in done.lost.items()}
    graded = Graded(outcome, done.notebooks)
    for name, source in package.notebooks.items():
        cells = {grader(cell).get("grade_id"): cell for cell in done.notebooks[name].cells}
        marks = graded.marks[name] = marks_of(done.notebooks[name], name in done.lost)
        for question, ids in questions(source).items():
            verdicts = [engine.verdict(cells[i], cells.get(question), package.limits) for i in ids]
            reasons = dict.fromkeys(why for why, _ in verdicts if why)
            stopped = any(stop for _, stop in verdicts)
            if why := done.lost.get(name):
                said = str(why).partition("; ")[0]  # what an instructor can do comes after that
                reasons, stopped = dict.fromkeys([f"{why.file}: {said}" if why.file else said]), True
            run = [cells[i].metadata.get("staffroom", {}) for i in {question, *ids} & cells.keys()]
            took = sum(here.get("seconds", 0.0) for here in run)
            points = [marks[i].points for i in ids]
            total = None if None in points else float(sum(points))
            most = float(sum(marks[i].max_points for i in ids))
            if total != most and (why := done.missing.get((name, question))):
                reasons, stopped = dict.fromkeys([why]), True
            outcome.questions.append(
                Question(question, total, most, " / ".join(reasons), stopped, ids, took, name)
            )
    for name, nb in done.notebooks.items():
        graded.pages[name] = feedback.render(name, nb, graded.marks[name], outcome, package.stubs[name])
    return graded


def marks_of(nb: NotebookNode, lost: bool = False) -> dict[str, Mark]:
    """What the outputs of an executed notebook's graded cells are worth, by nbgrader's own rule. Where it was
    `lost`, that is 0 for each, also for those that wait for a person otherwise."""
    metas = [(cell, grader(cell)) for cell in nb.cells]
    if lost:
        graded = (meta for _, meta in metas if meta.get("grade") or meta.get("task"))
        return {meta["grade_id"]: Mark(0.0, meta["points"]) for meta in graded}
    marks = {meta["grade_id"]: Mark(*determine_grade(cell)) for cell, meta in metas if meta.get("grade")}
    for _, meta in metas:
        if meta.get("grade") and meta.get("solution") and marks[meta["grade_id"]].points == 0:
            marks[meta["grade_id"]].comment = "No response."  # nbgrader's own words
    return marks | {meta["grade_id"]: Mark(None, meta["points"]) for _, meta in metas if meta.get("task")}


PATIENCE = 60.0  # seconds without a result, after which is asked whether anybody is at work


class WorkerEnded(Exception):
    """The process that was at work on an item has ended."""


@dataclass
class Forked:
    """A process that was forked from this one to be a worker."""

    pid: int
    line: Connection
    knows: tuple = ()  # the function and the shared value that it has
    ended: bool = False  # somebody killed it

    def attempt(self, function: Callable, shared: Any, item: tuple) -> Any:
        if self.knows != (function, shared):
            self.line.send_bytes(b"S" + pickle.dumps((function, shared)))
            self.knows = function, shared
        self.line.send_bytes(b"I" + pickle.dumps(item))
        if isinstance(result := self.line.recv(), WorkerEnded):
            raise result
        return result


forked: list[Forked] = []
free: queue.SimpleQueue[Forked] = queue.SimpleQueue()  # those that have nothing to do


def fork(templates: list[Template], notebooks: Sequence[Path] = ()) -> None:
    """Fork a process for each template, to do the work of the next Pool. All that it needs has been imported,
    which is most of what starting a worker takes; and while this process goes on, it does for these notebooks
    what else the first submission would wait for. This process must have one thread."""
    gc.freeze()  # what is shared stays so
    for mine in templates:
        here, there = Pipe()
        if pid := os.fork():
            forked.append(Forked(pid, here))
            there.close()
            continue
        try:
            os.setsid()
            for line in (here, *(other.line for other in forked)):
                line.close()
            for template in templates:
                template is mine or template.leave()
            processes.idle[:] = [mine]
            with contextlib.suppress(Exception):  # what fails here fails again where it is told
                _get_ready(notebooks)
            _relay(there)
        finally:
            os._exit(1)  # whatever happens: the command's own work is not this process's
    for template in templates:
        template.leave()
    for process in forked:
        free.put(process)


def _get_ready(notebooks: Sequence[Path]) -> None:
    """Fill the caches: compiled tests, and the HTML of what all students' pages show."""
    for path in notebooks:
        nb = nbformat.read(path, as_version=4)
        for cell in nb.cells:
            cell.cell_type == "code" and engine.prepared(cell.source)
        feedback.render(path.stem, nb, {}, Outcome("", ""), nb)


def _relay(line: Connection) -> NoReturn:
    """Pass what comes on the line to a child that does it; should that be killed, to another."""
    shared, busy = b"", False
    while True:
        here, there = Pipe()
        if (pid := os.fork()) == 0:
            here.close()
            line.close()
            _work(there)
        there.close()
        with contextlib.suppress(EOFError, OSError):  # the child has ended
            here.send_bytes(shared) if shared else None
            while True:
                if here in wait([line, here]):
                    line.send_bytes(here.recv_bytes())
                    busy = False
                    continue
                try:
                    message = line.recv_bytes()
                except (EOFError, OSError):  # the command has ended: so do this process and its child
                    os.killpg(0, signal.SIGKILL)
                shared, busy = (message, False) if message[:1] == b"S" else (shared, True)
                here.send_bytes(message)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        processes.cool()  # its template may be in the middle of something
        with contextlib.suppress(OSError):
            line.send(WorkerEnded("the process that graded it was killed")) if busy else None
        busy = False


def _work(line: Connection) -> NoReturn:
    function = shared = None
    while True:
        message = line.recv_bytes()
        data = pickle.loads(memoryview(message)[1:])
        if message[:1] == b"S":
            function, shared = data
            continue
        result = attempt(function, shared, data)
        try:
            line.send(result)
        except OSError:
            raise
        except Exception as error:  # it cannot be pickled, of which nothing has been sent
            line.send(RuntimeError(f"what came of it cannot be sent: {type(error).__name__}: {error}"))


def end() -> None:
    """End the forked processes, whatever they are at."""
    for process in forked:
        os.killpg(process.pid, signal.SIGKILL)
        os.waitpid(process.pid, 0)
        process.line.close()
    forked.clear()
    while not free.empty():
        free.get()


class Pool:
    """Where submissions are worked on: in forked processes or, where there are none, in this process (a small
    class), in `count` others, or in the workers of the Dask scheduler at `address`. Without a count: one for
    each core, as far as the `work`, a number of submissions, is worth their start."""

    def __init__(self, work: int, count: int | None = None, address: str | None = None) -> None:
        self.count = count or processes.sensible(work)
        self.address = address
        self.stack = contextlib.ExitStack()
        self.executor: Executor | None = None

    def __enter__(self) -> Pool:
        if forked and not self.address:
            self.count = len(forked)
            self.executor = ThreadPoolExecutor(self.count)
            self.stack.callback(self.executor.shutdown)
            self.stack.callback(end)
            self.stack.callback(self.executor.shutdown, wait=False, cancel_futures=True)
        elif self.address or self.count > 1:
            from . import cluster  # Dask takes a while to import

            self.client = self.stack.enter_context(cluster.connect(self.count, self.address))
            self.count = sum(self.client.nthreads().values())
            self.executor = self.client.get_executor(pure=False)
        return self

    def __exit__(self, *how: Any) -> None:
        self.stack.__exit__(*how)

    def map(self, function: Callable, shared: Any, items: Iterable[tuple]) -> Iterator[tuple[Any, Any]]:
        """For each item (key, …), as they finish: its key, and function(shared, key, …) or the exception that
        ended it. With other processes the first are begun now, and others as workers become free, so that few
        are in memory."""
        items, running = iter(items), {}
        if self.executor is None:
            return ((item[0], attempt(function, shared, item)) for item in items)
        do = partial(hand_over, function, shared)
        if not forked or self.address:
            from . import cluster

            do = self.stack.enter_context(cluster.sharing(self.client, function, shared))

        def begin(item: tuple) -> None:
            running[self.executor.submit(do, item)] = item

        def results() -> Iterator[tuple[Any, Any]]:
            again, alone = set(), 0
            while running:
                done = futures.wait(running, PATIENCE, futures.FIRST_COMPLETED).done
                alone = 0 if done or forked or self.address or self.client.nthreads() else alone + 1
                if alone > 1:  # Dask starts a worker that was killed again, and gives up where that fails
                    lost = "the processes that grade were killed, and could not be started again"
                    raise StaffroomError(f"{lost}; run the same command once more: what is finished is kept")
                for future in done:
                    item = running.pop(future)
                    try:
                        result = future.result()
                    except futures.CancelledError:  # Dask's: what is submitted now would never end
                        lost = f"{self.address or 'Dask'}: the scheduler has ended"
                        raise StaffroomError(f"{lost}; start one and run the same command again") from None
                    except Exception as error:  # of the worker's: by this item, or one that was sent with it
                        if item[0] not in again:
                            again.add(item[0])
                            begin(item)
                            continue
                        result = error
                    yield item[0], result
                    for new in itertools.islice(items, 1):
                        begin(new)

        # A cluster may grow: its queue often starts workers later.
        for item in itertools.islice(items, max(3 * self.count, 64 if self.address else 3)):
            begin(item)
        return results()


def attempt(function: Callable, shared: Any, item: tuple) -> Any:
    """function(shared, key, …), or the exception in which that ended."""
    try:
        return function(shared, *item)
    except Exception as error:
        return error


def hand_over(function: Callable, shared: Any, item: tuple) -> Any:
    """The same, by a forked process that has nothing to do. One that has ended gets nothing more: it would
    fail on all that is left sooner than the others finish one."""
    process = free.get()
    try:
        return process.attempt(function, shared, item)
    except (EOFError, OSError):
        process.ended = True
        if all(other.ended for other in forked):
            raise EngineError("the processes that grade were killed") from None
        raise
    finally:
        if not process.ended or all(other.ended for other in forked):  # or threads would wait for ever
            free.put(process)
