"""Runs code cells in a process of its own. Imports nothing heavy: every child process imports this."""

from __future__ import annotations

import ast
import os
import sys
import types
from multiprocessing.connection import Connection

# For each cell: None (ran), ("value", text of its last expression) or ("error", error name, message).
Result = tuple[str, ...] | None


def run_cells(cells: list[str], folder: str, out: Connection) -> None:
    """Execute `cells` one after another in one fresh namespace, in `folder`, and send the list of results."""
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
