"""Runs code cells in processes of their own. Imports nothing heavy: what is worth importing, it is told."""

from __future__ import annotations

import ast
import contextlib
import importlib
import multiprocessing
import os
import signal
import sys
import time
import types
from multiprocessing.connection import Connection, wait

WORKERS = 2  # two laptop cores; the imported packages are shared
# For each cell: None (ran), ("value", text of its last expression) or ("error", error name, message).
Result = tuple[str, ...] | None


def run_versions(
    versions: list[list[str]], modules: list[str], folder: str, limit: float, out: Connection
) -> None:
    """Import `modules`, then run each version, a list of cells, in a process forked from this one, `limit`
    seconds at most; send its number and its results when it is done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, which then ends this process; and
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # an orderly exit ends the forked ones as well
    for module in modules:
        with contextlib.suppress(ImportError):  # the cell that imports it will say so
            importlib.import_module(module)
    fork = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if fork else "spawn")
    todo, running = list(enumerate(versions)), {}
    while todo or running:
        while todo and len(running) < WORKERS:
            number, cells = todo.pop(0)
            pipe, theirs = context.Pipe(duplex=False)
            process = context.Process(target=run_cells, args=(cells, folder, theirs), daemon=True)
            process.start()
            theirs.close()
            running[pipe] = (number, process, time.monotonic() + limit)
        first = min(deadline for _, _, deadline in running.values())
        ready = wait(running, timeout=max(0.0, first - time.monotonic()))
        for pipe, (number, process, deadline) in list(running.items()):
            if pipe not in ready and time.monotonic() < deadline:
                continue
            try:
                if pipe not in ready:
                    process.kill()
                    raise EOFError(f"not done after {limit:g} s")
                results = pipe.recv()
            except EOFError as error:
                said = str(error) or "Python ended before the last cell"
                results = [("error", "Stopped", said)] * len(versions[number])
            process.join()
            del running[pipe]
            out.send((number, results))


def run_cells(cells: list[str], folder: str, out: Connection) -> None:
    """Execute `cells` one after another in one fresh namespace, in `folder`, and send the list of results."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ["MPLBACKEND"] = "Agg"
    os.chdir(folder)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    module = types.ModuleType("__main__")  # dataclasses and pickle look a class's module up by name
    sys.modules["__main__"] = module
    out.send([_run(source, f"<cell {number}>", module.__dict__) for number, source in enumerate(cells, 1)])


def _run(source: str, name: str, namespace: dict) -> Result:
    try:
        tree = ast.parse(source, name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), namespace)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), name, "eval"), namespace)
            if value is not None and not source.rstrip().endswith(";"):  # as in IPython, `;` shows nothing
                return ("value", repr(value))
    except BaseException as error:  # SystemExit too is only this cell's end
        return ("error", type(error).__name__, str(error)[:500])
    return None
