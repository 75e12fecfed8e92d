"""What a student handed in, made into notebooks to grade: restored where that is certain, reported where not.

Of a student's notebook only plain text gets through: each cell's type, source and id, and the images of a
Markdown cell. All else (outputs, metadata, the kernel) is made by grading or comes from the source notebook.
"""

from __future__ import annotations

import ast
import copy
import itertools
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

from nbformat import NotebookNode, from_dict

from .course import grader

MOST_BYTES, MOST_CELLS = 50_000_000, 5_000
LOST = "its cell was deleted, or lost its mark and no other cell is certain to be it"


class NotGradable(Exception):
    """This submission cannot be graded; the text says why, `file` (a name within the submission) where."""

    def __init__(self, reason: str, file: str | None = None) -> None:
        super().__init__(reason)
        self.file = file and printable(file)


@dataclass
class Repaired:
    """A submission's notebooks, ready to run: each cell that nbgrader manages once, in the source's order.
    `missing`: the answer cells that were not found, with the reason; their stubs stand in their place."""

    notebooks: dict[str, NotebookNode] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)


def repair(
    files: dict[str, bytes], sources: dict[str, NotebookNode], released: dict[str, NotebookNode]
) -> Repaired:
    """Repair one submission, path → content. `sources` are the instructor's notebooks, `released` the
    students' versions of the same. Raises NotGradable, and nothing else whatever the files hold."""
    result = Repaired()
    used = {name: f"{name}.ipynb" for name in sources if f"{name}.ipynb" in files}
    for name in [name for name in sources if name not in used]:
        used[name] = _renamed(name, files, set(used.values()), sources, released)
    for name, source in sources.items():
        notes, (cells, unread) = [], _read(used[name], files[used[name]])
        if used[name] != f"{name}.ipynb":
            notes.append(f"{printable(used[name])} was taken for {name}.ipynb")
        if unread:
            notes.append(f"{unread} of the notebook's cells could not be read: left out")
        cells, missing = _mend(cells, source, released[name], notes)
        if missing and len(missing) == sum(not _locked(cell) for cell in _known(source).values()):
            reason = "none of the answer cells is there: is this the right notebook? ask for it"
            raise NotGradable(reason, used[name])
        meta = {k: source.metadata[k] for k in ("kernelspec", "language_info") if k in source.metadata}
        nb = {"nbformat": 4, "nbformat_minor": 5, "metadata": copy.deepcopy(meta), "cells": cells}
        result.notebooks[name] = from_dict(nb)
        result.notes += [f"{name}: {note}" for note in notes] if len(sources) > 1 else notes
        result.missing |= missing
    return result


def printable(name: str) -> str:
    """A file's name with U+FFFD for what would end the line, steer a terminal or fail to encode."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


def _renamed(name: str, files: dict[str, bytes], used: set[str], sources: Any, released: Any) -> str:
    """The one unused notebook that has more of this source's cells than any other, and of no source more."""
    spare = [file for file in files if file.lower().endswith(".ipynb") and file not in used]
    score = {}
    for file in spare:
        try:
            cells, _ = _read(file, files[file])
        except NotGradable:
            if len(spare) == 1:
                raise  # what is wrong with it says more than that its name is
            continue
        fit = {n: len(_recognise(cells, s, released[n])[0]) for n, s in sources.items()}
        if (mine := fit.pop(name)) > max(fit.values(), default=0):
            score[file] = mine
    best = [file for file in score if score[file] == max(score.values())]
    if len(best) == 1:
        return best[0]
    there = ", ".join(printable(file) for file in sorted(files) if file != "timestamp.txt")  # nbgrader's own
    there = f"there is {shorten(there, 300)}; rename it" if there else "the folder is empty; ask for it"
    there += " or ask for it" if there.endswith("rename it") else ""
    raise NotGradable(f"{name}.ipynb is missing, {there}")


# ---------------------------------------- what stands in the file


def _read(file: str, data: bytes) -> tuple[list[dict[str, Any]], int]:
    """The cells of a notebook file, plain, and how many could not be read."""
    if len(data) > MOST_BYTES:
        raise NotGradable(f"larger than {MOST_BYTES // 1_000_000} MB; ask for it without its outputs", file)
    try:
        coding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        found = json.loads(data.decode(coding), parse_int=lambda digits: int(digits[:300]))
    except (ValueError, RecursionError) as error:
        where = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise NotGradable(f"not valid JSON{where}: cut off or edited; ask for it again", file) from None
    if not isinstance(found, dict) or not {"nbformat", "cells", "worksheets"} & found.keys():
        raise NotGradable("JSON, but not a notebook; ask for the notebook", file)
    cells = found.get("cells")
    if not isinstance(cells, list):  # nbformat 3 has worksheets
        sheets = found.get("worksheets")
        sheets = [s for s in sheets if isinstance(s, dict)] if isinstance(sheets, list) else []
        cells = [c for sheet in sheets if isinstance(sheet.get("cells"), list) for c in sheet["cells"]]
    if len(cells) > MOST_CELLS:
        raise NotGradable(f"more than {MOST_CELLS} cells; ask for it again", file)
    read = [_plain(cell) for cell in cells]
    if not any(read):
        raise NotGradable("damaged notebook (it has no cell that can be read); ask for it again", file)
    return [cell for cell in read if cell], read.count(None)


def _plain(cell: Any) -> dict[str, Any] | None:
    """A cell of what may be kept, or None."""
    if not isinstance(cell, dict):
        return None
    kind, text = cell.get("cell_type"), cell.get("source", cell.get("input"))
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        text = "".join(text)
    if not isinstance(text, str) or kind not in ("code", "markdown", "raw", "heading"):
        return None
    text = _whole(text)
    if kind == "heading":
        kind, text = "markdown", f"# {text}"
    made: dict[str, Any] = {"cell_type": kind, "source": text, "metadata": {}}
    meta = cell.get("metadata") if isinstance(cell.get("metadata"), dict) else {}
    mark = meta.get("nbgrader") if isinstance(meta.get("nbgrader"), dict) else {}
    if isinstance(mark.get("grade_id"), str):
        made["mark"] = mark["grade_id"]
    if isinstance(cell.get("id"), str) and re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", cell["id"]):
        made["id"] = cell["id"]
    if kind == "markdown" and isinstance(cell.get("attachments"), dict):
        images = {
            _whole(name): {_whole(m): _whole(data) for m, data in parts.items() if isinstance(data, str)}
            for name, parts in cell["attachments"].items()
            if isinstance(parts, dict)
        }
        made |= {"attachments": images} if images else {}
    return made


def _whole(text: str) -> str:
    """A text without halves of characters, which no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# ---------------------------------------- which cell is which


def _known(nb: NotebookNode) -> dict[str, NotebookNode]:
    """Grade id → cell, of the cells that nbgrader manages, in order."""
    return {grader(cell)["grade_id"]: cell for cell in nb.cells if grader(cell).get("grade_id")}


def _locked(cell: NotebookNode) -> bool:
    meta = grader(cell)
    return not meta.get("solution") and bool(meta.get("locked") or meta.get("grade"))


def _same(text: str) -> str:
    """A text without what editors change by themselves: line ends and trailing white space."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def _defined(text: str) -> frozenset[str]:
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # magics are no Python either
        return frozenset(re.findall(r"(?m)^(?:async +)?(?:def|class) +(\w+)", text))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return frozenset(node.name for node in body if isinstance(node, kinds))


def _recognise(
    cells: list[dict], source: NotebookNode, stub: NotebookNode
) -> tuple[dict[str, list[int]], dict[str, str]]:
    """Grade id → the places of its cells; and for those that had lost their mark, by what they were known."""
    known, stubs = _known(source), _known(stub)
    places: dict[str, list[int]] = defaultdict(list)
    for place, cell in enumerate(cells):
        if cell.get("mark") in known:
            places[cell["mark"]].append(place)
    how: dict[str, str] = {}
    free = [place for place, cell in enumerate(cells) if cell.get("mark") not in known]

    def give(name: str, found: list[int], by: str) -> None:
        if name not in places and len(found) == 1:
            places[name], how[name] = found, by
            free.remove(found[0])

    lost = {name: cell for name, cell in known.items() if name not in places}
    for name, cell in lost.items():
        mine = [place for place in free if cell.get("id") and cells[place].get("id") == cell.id]
        give(name, mine, "its id")
    for name in lost:
        text = _same(stubs[name].source) if name in stubs else None
        give(name, [place for place in free if text and _same(cells[place]["source"]) == text], "its text")
    for name, cell in lost.items():
        if wanted := _defined(cell.source) if cell.cell_type == "code" and not _locked(cell) else None:
            mine = [
                p for p in free if cells[p]["cell_type"] == "code" and wanted <= _defined(cells[p]["source"])
            ]
            give(name, mine, "what it defines")
    order = list(known)
    given = {_same(cell.source) for cell in stub.cells} if lost else set()
    for name, cell in lost.items():
        if cell.cell_type == "markdown" and name not in places:
            at = order.index(name)
            before = max((max(places[n]) for n in order[:at] if n in places), default=-1)
            after = min((min(places[n]) for n in order[at + 1 :] if n in places), default=len(cells))
            mine = [p for p in free if before < p < after and _same(cells[p]["source"]) not in given]
            give(name, [p for p in mine if cells[p]["cell_type"] == "markdown"], "its place")
    return dict(places), how


def _mend(
    cells: list[dict], source: NotebookNode, stub: NotebookNode, notes: list[str]
) -> tuple[list[dict], dict[str, str]]:
    """The cells in the source's order, each known one once; and the answers that are missing."""
    known, stubs = _known(source), _known(stub)
    places, how = _recognise(cells, source, stub)
    notes += [f"cell {name} had lost its mark and was recognised by {by}" for name, by in how.items()]
    kept: dict[str, int] = {}
    dropped: set[int] = set()
    older: dict[str, list[int]] = {}
    for name, found in places.items():
        texts = {place: _same(cells[place]["source"]) for place in found}
        blank = _same(stubs[name].source)
        kept[name] = max((p for p in found if texts[p] != blank), default=found[0])
        copies = [p for p in found if p != kept[name]]
        if _locked(known[name]):
            kept[name], copies = found[0], found[1:]
        same = [p for p in copies if _locked(known[name]) or texts[p] in (texts[kept[name]], blank)]
        dropped.update(copies)
        older[name] = [p for p in copies if p not in same]
        if same:
            notes.append(f"cell {name} stood {len(found)} times: {len(same)} without anything new left out")
        if len(same) < len(copies):
            notes.append(
                f"cell {name} stood {len(found)} times: the last one counts, the others run before it"
            )
    followers: dict[str | None, list[dict]] = defaultdict(list)
    at = {place: name for name, place in kept.items()}
    last = None
    for place, cell in enumerate(cells):
        last = at.get(place, last)
        if place not in at and place not in dropped:
            followers[last].append(_finished(cell, {}))
    made, missing = followers[None], {}
    for name, cell in known.items():
        mine = cells[kept[name]] if name in kept else None
        if mine is None:
            notes.append(f"cell {name} was missing and was put back")
            missing |= {} if _locked(cell) else {name: LOST}
            mine = {"source": stubs[name].source}
        elif mine["cell_type"] != cell.cell_type:
            notes.append(f"cell {name} was turned into {mine['cell_type']}: {cell.cell_type} was restored")
        elif _locked(cell) and _same(mine["source"]) != _same(stubs[name].source):
            notes.append(f"cell {name} was changed: the original was used")
        text = cell.source if _locked(cell) else mine["source"]
        meta = {"nbgrader": copy.deepcopy(dict(grader(stubs[name])))}
        new = {**mine, "cell_type": cell.cell_type, "source": text, "id": cell.get("id") or mine.get("id")}
        made += [_finished(cells[p], {}) for p in older.get(name, [])]
        made += [_finished(new, meta), *followers[name]]
    kept_in_order = [kept[name] for name in known if name in kept]
    if kept_in_order != sorted(kept_in_order):
        moved = [b for a, b in itertools.pairwise(n for n in known if n in kept) if kept[b] < kept[a]]
        notes.append(f"cells had been moved (before {', '.join(moved)}): the original order was restored")
    seen: set[str] = set()
    for number, cell in enumerate(made):
        while not cell.get("id") or cell["id"] in seen:
            cell["id"] = f"cell-{number}-{len(seen)}" if not cell.get("id") else f"{cell['id'][:50]}-{number}"
        seen.add(cell["id"])
    return made, missing


def _finished(cell: dict, metadata: dict) -> dict:
    """A cell as nbformat wants it, without outputs."""
    made = {
        "cell_type": cell["cell_type"],
        "source": cell["source"],
        "metadata": metadata,
        "id": cell.get("id"),
    }
    if made["cell_type"] == "code":
        return made | {"outputs": [], "execution_count": None}
    if made["cell_type"] == "markdown" and cell.get("attachments"):
        made["attachments"] = cell["attachments"]
    return made
