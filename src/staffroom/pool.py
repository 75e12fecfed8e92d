"""Many processes, or machines: submissions go to workers, which need no shared disk and no gradebook."""

from __future__ import annotations

import contextlib
import functools
import gc
import itertools
import logging
import multiprocessing
import os
import pickle
import signal
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent import futures
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task

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


def untouched(cell: NotebookNode) -> bool:
    """Whether an answer is as it was handed out."""
    return not is_task(cell) and grader(cell).get("checksum") == compute_checksum(cell)


def marks_of(nb: NotebookNode, lost: bool = False) -> dict[str, Mark]:
    """What the outputs of an executed notebook's graded cells are worth, by nbgrader's own rule. Where it was
    `lost`, that is 0 for each, also for those that wait for a person otherwise."""
    marks = {}
    for cell in (cell for cell in nb.cells if is_grade(cell) or is_task(cell)):
        meta = grader(cell)
        points = 0.0 if lost else None if is_task(cell) else determine_grade(cell)[0]
        points = None if points is None else float(points)
        mark = marks[meta["grade_id"]] = Mark(points, float(meta["points"]))
        if not lost and is_solution(cell) and untouched(cell):
            mark.comment = "No response."  # nbgrader's own words
    return marks


PATIENCE = "20s"  # for a Dask scheduler that does not answer
ready: list[tuple[int, Executor]] = []  # so many processes, forked before a Pool is asked for: the next one's


def local(count: int, templates: Sequence[Template] = (), notebooks: Sequence[Path] = ()) -> Executor:
    """So many processes of this machine. With a template for each they are forked from this process, which
    must have one thread. All that they need has been imported, which is most of what starting one takes; and
    while this process goes on, they do for these notebooks what else the first submission would wait for."""
    context = multiprocessing.get_context("fork" if templates else "forkserver")
    context.set_forkserver_preload([__name__])
    numbers = context.SimpleQueue()
    for number in range(len(templates)):
        numbers.put(number)
    gc.freeze() if templates else None  # what is shared stays so
    made = ProcessPoolExecutor(count, context, _get_ready, (numbers, templates, notebooks))
    if templates:
        made.submit(int)  # this starts all of them
        for template in templates:
            template.leave()
    return made


def _get_ready(numbers: SimpleQueue, templates: Sequence[Template], notebooks: Sequence[Path]) -> None:
    """Become a worker; and fill the caches: compiled tests, and the HTML of what all students' pages show."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the command's, which then ends this process
    above = multiprocessing.parent_process().sentinel
    # However the command ends, this ends too: its own queue would wait for ever.
    threading.Thread(target=lambda: wait([above]) and os._exit(1), daemon=True).start()
    if templates:
        processes.idle[:] = [templates[numbers.get()]]
        for template in templates:
            template in processes.idle or template.leave()
    with contextlib.suppress(Exception):  # what fails here fails again where it is told
        for path in notebooks:
            nb = nbformat.read(path, as_version=4)
            for cell in nb.cells:
                cell.cell_type == "code" and engine.prepared(cell.source)
            feedback.render(path.stem, nb, {}, Outcome("", ""), nb)


class Pool:
    """Where submissions are worked on: in processes that are `ready` or, where none are, in this process (a
    small class), in `count` others, or in the workers of the Dask scheduler at `address`. Without a count:
    one for each core, as far as the `work`, a number of submissions, is worth their start."""

    def __init__(self, work: int, count: int | None = None, address: str | None = None) -> None:
        self.count, self.address = count or processes.sensible(work), address
        self.executor: Executor | None = None
        self.stack = contextlib.ExitStack()

    def __enter__(self) -> Pool:
        if self.address:
            import dask  # which takes a while
            from distributed import Client

            # Dask warns of what is meant here (tasks of many seconds, a worker that ends); we tell of errors.
            logging.getLogger("distributed").setLevel(logging.CRITICAL)
            warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
            dask.config.set({"distributed.comm.timeouts.connect": PATIENCE})
            try:
                self.client = self.stack.enter_context(Client(self.address))
            except OSError as error:
                said = f"{self.address}: no Dask scheduler answers ({error}); check --scheduler"
                raise StaffroomError(said) from None
            self.count = sum(self.client.nthreads().values())
            self.executor = self.client.get_executor(pure=False)
        elif ready or self.count > 1:
            self.count, self.executor = ready.pop() if ready else (self.count, local(self.count))
        return self

    def __exit__(self, *how: Any) -> None:
        if self.executor and not self.address:
            self.executor.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():  # whatever they are at
                process.kill()
        self.stack.__exit__(*how)

    def map(self, function: Callable, shared: Any, items: Iterable[tuple]) -> Iterator[tuple[Any, Any]]:
        """For each item (key, …), as they finish: its key, and function(shared, key, …) or the exception that
        ended it. With other processes the first are begun now, and others as workers become free, so that few
        are in memory."""
        items = iter(items)
        if self.executor is None:
            return ((item[0], attempt(function, shared, item)) for item in items)
        work = pickle.dumps((function, shared))
        if self.address:  # as a result, it goes to each worker once, to those that are started later too
            work = self.client.submit(bytes, work, pure=False)
        # A cluster may grow: its queue often starts workers later.
        room = max(3 * self.count, 64 if self.address else 3)
        running: dict[futures.Future, tuple] = {}
        suspects: list[tuple] = []  # one of these may have ended its process, and with it the others' work

        def begin() -> None:
            for item in itertools.islice(items, room - len(running)):
                try:
                    running[self.executor.submit(_do, work, item)] = item
                except BrokenExecutor:
                    return suspects.append(item)

        def once_more(item: tuple) -> Any:
            error: Exception | None = None
            for _ in range(2):  # the first time may only find that the processes have ended
                try:
                    return self.executor.submit(_do, work, item).result()
                except BrokenExecutor as ended:
                    self.executor, error = local(self.count), ended
                except Exception as other:
                    return other
            return error

        def results() -> Iterator[tuple[Any, Any]]:
            while running or suspects:
                for future in futures.wait(running, return_when=futures.FIRST_COMPLETED).done:
                    item = running.pop(future)
                    try:
                        result = future.result()
                    except futures.CancelledError:  # Dask's: what is submitted now would never end
                        lost = f"{self.address}: the scheduler has ended"
                        raise StaffroomError(f"{lost}; start one and run the same command again") from None
                    except Exception:
                        suspects.append(item)
                        continue
                    yield item[0], result
                    suspects or begin()
                if suspects and not running:  # now each by itself
                    yield from ((item[0], once_more(item)) for item in suspects)
                    suspects.clear()
                    begin()

        begin()
        return results()


def attempt(function: Callable, shared: Any, item: tuple) -> Any:
    """function(shared, key, …), or the exception in which that ended."""
    try:
        return function(shared, *item)
    except Exception as error:
        return error


_known = functools.lru_cache(2)(pickle.loads)


def _do(work: bytes, item: tuple) -> Any:
    return attempt(*_known(work), item)
