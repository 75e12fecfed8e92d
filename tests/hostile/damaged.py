"""Notebook files as they arrive: cut off, renamed, duplicated, stripped. Each says what it is and what must
become of it: the graded cells that are lost, or the reason for which nothing can be graded."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from staffroom.course import grader

FILE = "1-word2vec.ipynb"


class Damage(NamedTuple):
    """What is handed in instead of the notebook `nb`, all of whose answers are right."""

    about: str
    files: Callable[[NotebookNode], dict[str, bytes]]
    loses: str = ""  # grade ids
    says: str = ""  # a piece of the reason, or of the feedback where nothing is lost
    gradable: bool = True


def at(nb: NotebookNode, name: str) -> int:
    return [grader(cell).get("grade_id") for cell in nb.cells].index(name)


def whole(nb: NotebookNode, name: str = FILE) -> dict[str, bytes]:
    return {name: json.dumps(nb).encode()}


def edited(change: Callable[[NotebookNode], object]) -> Callable[[NotebookNode], dict[str, bytes]]:
    """A copy of the notebook, changed in place."""

    def files(nb: NotebookNode) -> dict[str, bytes]:
        nb = copy.deepcopy(nb)
        change(nb)
        return whole(nb)

    return files


def strip(nb: NotebookNode, ids: bool = True) -> None:
    for number, cell in enumerate(nb.cells):
        cell.metadata = {}
        cell.id = cell.id if ids else f"new-{number}"


def collide(nb: NotebookNode) -> None:
    nb.cells += [
        new_code_cell("", id=name) for name in ("A" * 50, f"{'A' * 50}-{len(nb.cells) + 2}", "A" * 50)
    ]


def dearer(nb: NotebookNode) -> None:
    for cell in nb.cells:
        if grader(cell).get("grade"):
            cell.metadata.nbgrader.points = 1000


def forged(nb: NotebookNode) -> None:
    nb.cells[at(nb, "keep_probability")].source = "keep_probability = None"
    for name in ("test_keep_formula", "test_keep_cap", "test_keep_off"):
        cell = nb.cells[at(nb, name)]
        cell.outputs = [new_output("execute_result", data={"text/plain": "1"}, execution_count=1)]
        cell.source = "1"


def second_test(nb: NotebookNode) -> None:
    nb.cells[at(nb, "keep_probability")].source = "keep_probability = None"
    copied = copy.deepcopy(nb.cells[at(nb, "test_keep_cap")])
    copied.update(source="pass", id="forged")
    nb.cells.append(copied)


def old_format(nb: NotebookNode) -> dict[str, bytes]:
    cells = []
    for cell in nb.cells:
        made = {"cell_type": cell.cell_type, "metadata": cell.metadata}
        text = {"input": cell.source, "outputs": [], "language": "python"}
        cells.append(made | (text if cell.cell_type == "code" else {"source": cell.source}))
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}
    return {FILE: json.dumps(old).encode()}


def move(nb: NotebookNode) -> None:
    nb.cells.append(nb.cells.pop(at(nb, "window_pairs")))


def schema_1(nb: NotebookNode) -> None:
    for cell in nb.cells:
        if grader(cell):
            cell.metadata.nbgrader.schema_version = 1
            cell.metadata.nbgrader.pop("task", None)


KEEP = "test_keep_formula, test_keep_cap, test_keep_off"
DAMAGED: dict[str, Damage] = {
    "cut_off": Damage(
        "the file ends in the middle",
        lambda nb: {FILE: whole(nb)[FILE][:5000]},
        says="not valid JSON",
        gradable=False,
    ),
    "empty_file": Damage("a file of no bytes", lambda nb: {FILE: b""}, says="not valid JSON", gradable=False),
    "empty_folder": Damage("an empty folder", lambda nb: {}, says="the folder is empty", gradable=False),
    "another_type": Damage(
        "a text document instead of the notebook",
        lambda nb: {"answers.docx": b"PK"},
        says="answers.docx",
        gradable=False,
    ),
    "another_notebook": Damage(
        "a notebook of something else",
        lambda nb: whole(nbformat.v4.new_notebook(cells=[new_code_cell("1")])),
        says="none of the answer cells",
        gradable=False,
    ),
    "not_a_notebook": Damage(
        "JSON that is no notebook", lambda nb: {FILE: b"[1, 2]"}, says="not a notebook", gradable=False
    ),
    "nested": Damage(
        "a hundred thousand opening brackets",
        lambda nb: {FILE: b"[" * 100_000},
        says="not valid JSON",
        gradable=False,
    ),
    "too_large": Damage(
        "60 MB of notebook",
        lambda nb: {FILE: whole(nb)[FILE] + b" " * 60_000_000},
        says="larger than 50 MB",
        gradable=False,
    ),
    "renamed": Damage(
        "the notebook under another name", lambda nb: whole(nb, "1-word2vec (1).ipynb"), says="was taken for"
    ),
    "utf_16": Damage("the notebook in UTF-16", lambda nb: {FILE: json.dumps(nb).encode("utf-16")}),
    "byte_order_mark": Damage(
        "a byte order mark before it", lambda nb: {FILE: b"\xef\xbb\xbf" + whole(nb)[FILE]}
    ),
    "old_format": Damage("the format of 2013, nbformat 3", old_format),
    "old_schema": Damage("nbgrader's metadata of an old schema", edited(schema_1)),
    "stripped": Damage("all metadata stripped", edited(strip), says="had lost its mark"),
    "stripped_no_ids": Damage(
        "all metadata stripped, and new cell ids",
        edited(lambda nb: strip(nb, ids=False)),
        says="had lost its mark",
    ),
    "ids_that_collide": Damage("cells whose ids collide with those that would replace them", edited(collide)),
    "moved": Damage("an answer moved behind its tests", edited(move), says="original order was restored"),
    "retyped": Damage(
        "an answer turned into a raw cell",
        edited(lambda nb: nb.cells[at(nb, "window_pairs")].update(cell_type="raw")),
        says="code was restored",
    ),
    "duplicated": Damage(
        "an answer that stands twice",
        edited(lambda nb: nb.cells.append(copy.deepcopy(nb.cells[at(nb, "window_pairs")]))),
        says="stood 2 times",
    ),
    "test_deleted": Damage(
        "test cells deleted", edited(lambda nb: nb.cells.pop(at(nb, "test_keep_cap"))), says="was put back"
    ),
    "answer_deleted": Damage(
        "an answer cell deleted",
        edited(lambda nb: nb.cells.pop(at(nb, "keep_probability"))),
        loses=KEEP,
        says="was deleted",
    ),
    "test_edited": Damage(
        "a wrong answer, its test cells edited to pass, and results forged into them",
        edited(forged),
        loses=KEEP,
        says="not callable",
    ),
    "test_doubled": Damage(
        "a wrong answer, and a second test cell of the same id that passes",
        edited(second_test),
        loses=KEEP,
        says="not callable",
    ),
    "points_raised": Damage("a thousand points written into each test cell", edited(dearer)),
    "garbage_cells": Damage(
        "cells that are numbers, lists and nothing",
        edited(lambda nb: nb.cells.extend([7, [], None])),
        says="could not be read",
    ),
    "garbage_outputs": Damage(
        "outputs that are no outputs", edited(lambda nb: nb.cells[at(nb, "window_pairs")].update(outputs="x"))
    ),
    "surrogates": Damage(
        "half of a character in a text", edited(lambda nb: nb.cells[0].update(source="A \ud800"))
    ),
}
