"""What a student handed in, made into notebooks to grade: restored where that is certain, reported where not.

Of a student's notebook only plain text gets through: each cell's type, source and id, and the images of a
Markdown cell. All else (outputs, metadata, the kernel) is made by grading or comes from the source notebook.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

from nbformat import NotebookNode, from_dict
from nbgrader.utils import is_locked

from .course import grader, printable, questions

MOST_BYTES, MOST_CELLS = 50_000_000, 5_000
MOST_SPARE = 20  # notebooks to look for renamed ones in: each can take a second, and no limit holds here
LOST = "its cell was deleted, or lost its mark and no other cell is certain to be it"
REMOVED = "its cell is not in the release: the course's configuration takes it away"


class NotGradable(Exception):
    """This submission cannot be graded; the text says why, `file` (a name within the submission) where."""

    def __init__(self, reason: str, file: str | None = None) -> None:
        super().__init__(reason)
        self.file = file and printable(file)


@dataclass
class Repaired:
    """A submission's notebooks, ready to run: each cell that nbgrader manages once, in the source's order.
    `missing`: notebook and answer cell, of those that were not found; `lost`: of several notebooks, those
    that are not there or cannot be read; both with the reason. Their stubs stand in their place, and are not
    run. What the run took is filled in by that."""

    notebooks: dict[str, NotebookNode] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    missing: dict[tuple[str, str], str] = field(default_factory=dict)
    lost: dict[str, NotGradable] = field(default_factory=dict)
    seconds: float = 0.0
    cpu: float = 0.0
    peak: int = 0  # megabytes


def repair(
    files: dict[str, bytes], sources: dict[str, NotebookNode], released: dict[str, NotebookNode]
) -> Repaired:
    """Repair one submission, path → content. `sources` are the instructor's notebooks, `released` the
    students' versions of the same. Raises NotGradable where no notebook with a question can be graded, and
    nothing else whatever the files hold."""
    result = Repaired()
    used = {name: f"{name}.ipynb" for name in sources if f"{name}.ipynb" in files}
    used |= _renamed(files, used, sources, released)
    for name, source in sources.items():
        notes: list[str] = []
        try:
            if name not in used:
                raise _not_there(name, files, set(used.values()))
            file = used[name]
            cells, unread = _read(file, files[file])
            if file != f"{name}.ipynb":
                notes.append(f"{printable(file)} was taken for {name}.ipynb")
            if unread:
                notes.append(f"{unread} of the notebook's cells could not be read: left out")
            cells, missing = _mend(cells, source, released[name], notes)
            if missing and len(missing) == sum(not is_locked(cell) for cell in _known(source).values()):
                raise NotGradable("none of the answer cells is there (another notebook?); ask for it", file)
        except NotGradable as error:
            result.lost[name] = error
            stub = list(filter(None, map(_plain, released[name].cells)))
            cells, missing, notes = _mend(stub, source, released[name], [])[0], {}, []
        meta = {k: source.metadata[k] for k in ("kernelspec", "language_info") if k in source.metadata}
        nb = {"nbformat": 4, "nbformat_minor": 5, "metadata": meta, "cells": cells}
        result.notebooks[name] = from_dict(nb)
        result.notes += [f"{name}: {note}" for note in notes] if len(sources) > 1 else notes
        result.missing |= {(name, answer): why for answer, why in missing.items()}
    if result.lost and not any(questions(nb) for name, nb in sources.items() if name not in result.lost):
        raise next(iter(result.lost.values()))
    return result


def _renamed(files: dict[str, bytes], used: dict[str, str], sources: Any, released: Any) -> dict[str, str]:
    """Notebook → the one unused file that has more of its cells than any other, and of no other as many."""
    score: dict[str, dict[str, int]] = defaultdict(dict)
    spare = _spare(files, set(used.values()))
    for file in spare if len(spare) <= MOST_SPARE and len(used) < len(sources) else ():
        with contextlib.suppress(NotGradable):
            cells, _ = _read(file, files[file])
            fit = {n: len(_recognise(cells, s, released[n])[0]) for n, s in sources.items()}
            (name, most), *others = sorted(fit.items(), key=lambda one: one[1], reverse=True)
            if name not in used and most > max((less for _, less in others), default=0):
                score[name][file] = most
    best = {name: [f for f in mine if mine[f] == max(mine.values())] for name, mine in score.items()}
    return {name: found[0] for name, found in best.items() if len(found) == 1}


def _not_there(name: str, files: dict[str, bytes], used: set[str]) -> NotGradable:
    """Why no file is this notebook, where `used` are taken for others."""
    if len(spare := _spare(files, used)) == 1:
        try:
            _read(spare[0], files[spare[0]])
        except NotGradable as error:
            return error  # what is wrong with it says more than that its name is
    others = sorted(files.keys() - used - {"timestamp.txt"})  # nbgrader's own
    there = shorten(", ".join(map(printable, others)), 300)
    remedy = f"; if it is one of these, rename that one, else ask for it: {there}"
    empty = "; ask for it" if used else ", the folder is empty; ask for it"
    return NotGradable(f"{name}.ipynb is missing{remedy if others else empty}")


def _spare(files: dict[str, bytes], used: set[str]) -> list[str]:
    """The notebooks that are not taken for one of the assignment's yet."""
    return [file for file in files if file.lower().endswith(".ipynb") and file not in used]


# ---------------------------------------- what stands in the file


def _read(file: str, data: bytes) -> tuple[list[dict[str, Any]], int]:
    """The cells of a notebook file, plain, and how many could not be read."""
    if len(data) > MOST_BYTES:
        raise NotGradable(f"larger than {MOST_BYTES // 1_000_000} MB; ask for it without its outputs", file)
    try:
        found = json.loads(data, parse_int=float)  # int() refuses too many digits
    except (ValueError, RecursionError) as error:
        where = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise NotGradable(f"not valid JSON{where}: cut off or edited; ask for it again", file) from None
    if not isinstance(found, dict) or not {"nbformat", "cells", "worksheets"} & found.keys():
        raise NotGradable("JSON, but not a notebook; ask for the notebook", file)
    sheets = [found, *_as(list, found.get("worksheets"))]  # nbformat 3 has its cells in these
    cells = [cell for sheet in sheets for cell in _as(list, _as(dict, sheet).get("cells"))]
    if len(cells) > MOST_CELLS:
        raise NotGradable(f"more than {MOST_CELLS} cells; ask for it again", file)
    read = [_plain(cell) for cell in cells]
    if not any(read):
        raise NotGradable("damaged notebook (it has no cell that can be read); ask for it again", file)
    return [cell for cell in read if cell], read.count(None)


def _as(kind: type, found: Any) -> Any:
    """What was found, or an empty one where it is of another kind."""
    return found if isinstance(found, kind) else kind()


def _plain(cell: Any) -> dict[str, Any] | None:
    """What may be kept of a cell, or None."""
    cell = _as(dict, cell)
    kind, text = cell.get("cell_type"), cell.get("source", cell.get("input"))
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        text = "".join(text)
    if not isinstance(text, str) or kind not in ("code", "markdown", "raw", "heading"):
        return None
    if kind == "heading":
        kind, text = "markdown", f"# {text}"
    mark = _as(dict, _as(dict, cell.get("metadata")).get("nbgrader")).get("grade_id")
    valid = re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", _as(str, cell.get("id")))
    made = {"cell_type": kind, "source": whole(text), "metadata": {}, "mark": _as(str, mark)}
    images = {
        whole(name): {whole(m): whole(data) for m, data in parts.items() if isinstance(data, str)}
        for name, parts in _as(dict, cell.get("attachments")).items()
        if isinstance(parts, dict)
    }
    return made | {"id": valid and valid[0]} | ({"attachments": images} if images else {})


def whole(text: str) -> str:
    """A text without halves of characters, which no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# ---------------------------------------- which cell is which


def _known(nb: NotebookNode) -> dict[str, NotebookNode]:
    """Grade id → cell, of the cells that nbgrader manages, in order."""
    return {grader(cell)["grade_id"]: cell for cell in nb.cells if grader(cell).get("grade_id")}


def _same(text: str) -> str:
    """A text without what editors change by themselves: line ends and trailing white space."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def _defined(text: str) -> set[str]:
    """What a cell defines; not by parsing it: that takes a thousand times the memory that the text does."""
    return set(re.findall(r"(?m)^(?:async +)?(?:def|class) +(\w+)", text))


def _recognise(
    cells: list[dict], source: NotebookNode, stub: NotebookNode
) -> tuple[dict[str, list[int]], dict[str, str]]:
    """Grade id → the places of its cells; and for those that had lost their mark, by what they were known."""
    known, order = _known(source), list(_known(source))
    places: dict[str, list[int]] = defaultdict(list)
    for place, cell in enumerate(cells):
        places[cell["mark"] if cell["mark"] in known else ""].append(place)
    free, how = places.pop("", []), {}
    texts = {place: _same(cells[place]["source"]) for place in free}
    code = {place: _defined(cells[place]["source"]) for place in free if cells[place]["cell_type"] == "code"}
    blank = {name: _same(cell.source) for name, cell in _known(stub).items()}
    given = {_same(cell.source) for cell in stub.cells}

    def look(by: str, fitting: Callable[[str, NotebookNode], list[int]]) -> None:
        """Give each cell that is still lost the free place that fits it, where there is exactly one."""
        for name in order:
            if name not in places and len(found := fitting(name, known[name])) == 1:
                places[name], how[name] = found, by
                free.remove(found[0])

    def defines(name: str, cell: NotebookNode) -> list[int]:
        wanted = _defined(cell.source) if cell.cell_type == "code" and not is_locked(cell) else set()
        return [place for place in free if wanted and wanted <= code.get(place, set())]

    def between(name: str, cell: NotebookNode) -> list[int]:
        at = order.index(name)
        before = max((max(places[n]) for n in order[:at] if n in places), default=-1)
        after = min((min(places[n]) for n in order[at + 1 :] if n in places), default=len(cells))
        mine = [place for place in free if before < place < after and texts[place] not in given]
        return [p for p in mine if cells[p]["cell_type"] == cell.cell_type == "markdown"]

    look("its id", lambda name, cell: [p for p in free if cells[p]["id"] == cell.get("id", "")])
    look("its text", lambda name, cell: [p for p in free if texts[p] and texts[p] == blank.get(name)])
    look("what it defines", defines)
    look("its place", between)
    return dict(places), how


def _mend(
    cells: list[dict], source: NotebookNode, stub: NotebookNode, notes: list[str]
) -> tuple[list[dict], dict[str, str]]:
    """The cells in the source's order, each known one once; and the answers that are missing."""
    known, given = _known(source), _known(stub)
    # What a release lacks (a preprocessor of the course's took it away), no student can have deleted.
    stubs = {n: c if is_locked(c) else NotebookNode(c, source="") for n, c in known.items()} | given
    places, how = _recognise(cells, source, stub)
    notes += [f"cell {name} had lost its mark and was recognised by {by}" for name, by in how.items()]
    kept: dict[str, int] = {}
    older: dict[str, list[dict]] = {}
    for name, found in places.items():
        texts = {place: _same(cells[place]["source"]) for place in found}
        blank = _same(stubs[name].source)
        tried = [place for place in found if texts[place] != blank and not is_locked(known[name])]
        kept[name] = max(tried, default=found[0])
        older[name] = [cells[place] for place in tried if texts[place] != texts[kept[name]]]
        times = f"cell {name} stood {len(found)} times"
        if same := len(found) - 1 - len(older[name]):
            notes.append(f"{times}: {same} without anything new left out")
        if older[name]:
            notes.append(f"{times}: the last one counts, the others run before it")
    names = {place: name for name, found in places.items() for place in found}
    followers: dict[str | None, list[dict]] = defaultdict(list)
    last = None
    for place, cell in enumerate(cells):
        if place not in names:
            followers[last].append(cell)
        elif place == kept[names[place]]:
            last = names[place]
    made, missing = followers[None], {}
    for name, cell in known.items():
        mine = cells[kept[name]] if name in kept else {"source": stubs[name].source}
        locked = is_locked(cell)
        if name not in kept:
            notes += [f"cell {name} was missing and was put back"] * (name in given)
            missing |= {} if locked else {name: LOST if name in given else REMOVED}
        elif mine["cell_type"] != cell.cell_type:
            notes.append(f"cell {name} was turned into {mine['cell_type']}: {cell.cell_type} was restored")
        elif locked and _same(mine["source"]) != _same(stubs[name].source):
            notes.append(f"cell {name} differed from the release, whose own was used")
        new = mine | {"cell_type": cell.cell_type, "source": cell.source if locked else mine["source"]}
        new |= {"metadata": {"nbgrader": grader(stubs[name])}, "id": cell.get("id") or mine.get("id")}
        made += [*older.get(name, []), new, *followers[name]]
    moved = [b for a, b in itertools.pairwise(name for name in known if name in kept) if kept[b] < kept[a]]
    if moved:
        notes.append(f"cells had been moved (before {', '.join(moved)}): the original order was restored")
    seen = {None}
    for number, cell in enumerate(made):
        if cell["id"] in seen:
            cell["id"] = next(new for n in itertools.count(number) if (new := f"cell-{n}") not in seen)
        seen.add(cell["id"])
        cell.pop("mark", None)
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
        if cell["cell_type"] != "markdown":
            cell.pop("attachments", None)
    return made, missing
