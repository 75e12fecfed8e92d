"""What a student handed in → notebooks that can be graded: restored where that is certain, reported where not.

Of a student's cell only its text, type, id, tags and (markdown) images get through. All else (outputs, metadata,
the kernel) is made by grading or comes from the source notebook.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import count
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
        self.file = file and _printable(file)


@dataclass
class Repaired:
    """A submission's notebooks, ready to execute: each cell that nbgrader manages once, in the source's order.
    `missing` holds the answer cells that were not found, with the reason; their stubs stand in their place."""

    notebooks: dict[str, NotebookNode] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)


def repair(
    files: dict[str, bytes], sources: dict[str, NotebookNode], released: dict[str, NotebookNode]
) -> Repaired:
    """Repair one submission (path → content). `sources` are the instructor's notebooks, `released` the students'
    versions of the same. Raises NotGradable, and nothing else whatever the files hold."""
    result, used = Repaired(), {name: f"{name}.ipynb" for name in sources if f"{name}.ipynb" in files}
    for name in sources:
        if name not in used:
            used[name] = _renamed(name, files, set(used.values()), sources, released)
    for name, source in sources.items():
        notes, (cells, unread) = [], _read(used[name], files[used[name]])
        if used[name] != f"{name}.ipynb":
            notes.append(f"{_printable(used[name])} was taken for {name}.ipynb")
        if unread:
            notes.append(f"cells that could not be read were left out: {unread}")
        cells, missing = _mend(cells, source, released[name], notes)
        if missing and len(missing) == sum(not _locked(cell) for cell in _known(source).values()):
            reason = "none of the answer cells is there: is this the right notebook? ask for it"
            raise NotGradable(reason, used[name])
        kernel = {k: source.metadata[k] for k in ("kernelspec", "language_info") if k in source.metadata}
        nb = {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells}
        result.notebooks[name] = from_dict(nb)
        result.notes += [f"{name}: {note}" for note in notes] if len(sources) > 1 else notes
        result.missing |= missing
    return result


def _renamed(name: str, files: dict[str, bytes], used: set[str], sources: Any, released: Any) -> str:
    """The one unused notebook that fits this source best, and fits no other source as well."""
    spare = [file for file in files if file.lower().endswith(".ipynb") and file not in used]
    score = {}
    for file in spare:
        try:
            cells, _ = _read(file, files[file])
        except NotGradable:
            if len(spare) == 1:
                raise  # its damage is the better reason
            continue
        fit = {n: len(_known(s).keys() & _recognise(cells, s, released[n])[0]) for n, s in sources.items()}
        if (mine := fit.pop(name)) > max(fit.values(), default=0):
            score[file] = mine
    best = [file for file in score if score[file] == max(score.values())]
    if len(best) == 1:
        return best[0]
    names = ", ".join(_printable(file) for file in sorted(files) if file != "timestamp.txt")  # nbgrader's own
    there = f"there is {shorten(names, 300, placeholder=' …')}; rename it or ask for it"
    raise NotGradable(f"{name}.ipynb is missing, {there if names else 'the folder is empty; ask for it'}")


def _read(file: str, data: bytes) -> tuple[list[NotebookNode], int]:
    """A notebook file's cells, of any format from 2 to 4, and how many of them could not be read."""
    if len(data) > MOST_BYTES:
        raise NotGradable("larger than 50 MB; ask for it without its outputs", file)
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        nb = json.loads(text, parse_int=lambda digits: int(digits[:9]))  # int() refuses 4301 digits
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        where = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise NotGradable(f"not valid JSON{where}: cut off or edited; ask for it again", file) from None
    if not isinstance(nb, dict) or not nb.keys() & {"nbformat", "cells", "worksheets"}:
        raise NotGradable("JSON, but not a notebook; ask for the notebook", file)
    sheets = [nb, *(nb["worksheets"] if isinstance(nb.get("worksheets"), list) else [])]
    raw = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    raw = [cell for cells in raw if isinstance(cells, list) for cell in cells]
    if len(raw) > MOST_CELLS:
        raise NotGradable(f"more than {MOST_CELLS} cells; ask for it without what is not needed", file)
    cells = [cell for cell in map(_cell, raw) if cell]
    if not cells:
        raise NotGradable("damaged notebook (no cell in it can be read); ask for it again", file)
    return cells, len(raw) - len(cells)


def _cell(raw: Any) -> NotebookNode | None:
    """What is kept of a student's cell, or None if that has no text; of its nbgrader metadata, the grade id."""
    raw = _dict(raw)
    text, kind, level = _text(raw.get("source", raw.get("input"))), raw.get("cell_type"), raw.get("level")
    if text is None:
        return None
    if kind == "heading":
        text = f"{'#' * level if isinstance(level, int) and 0 < level < 7 else '#'} {text}"
    kind = kind if kind in ("code", "markdown") else "markdown" if kind in ("heading", "html") else "raw"
    meta, tags = _dict(raw.get("metadata")), []
    if isinstance(meta.get("tags"), list):
        tags = [tag for tag in map(_text, meta["tags"]) if tag and "," not in tag]
    tags = {"tags": list(dict.fromkeys(tags))} if tags else {}
    mark = {"nbgrader": {"grade_id": _text(_dict(meta.get("nbgrader")).get("grade_id"))}}
    is_id = isinstance(raw.get("id"), str) and re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", raw["id"])
    cell = _new(kind, text, tags | mark, raw["id"] if is_id else None)
    if kind == "markdown" and isinstance(raw.get("attachments"), dict):
        bundles = {_text(name): _dict(bundle).items() for name, bundle in raw["attachments"].items()}
        kept = {n: {_text(k): _text(v) for k, v in b if _text(v) is not None} for n, b in bundles.items()}
        cell.attachments = from_dict(kept)
    return cell


def _mend(
    cells: list[NotebookNode], source: NotebookNode, release: NotebookNode, notes: list[str]
) -> tuple[list[NotebookNode], dict[str, str]]:
    """The student's and the source's cells as one list, and the missing answers; adds to `notes`."""
    known, stubs, texts = _known(source), _known(release), [_trim(cell.source) for cell in cells]
    places, how, doubts = _recognise(cells, source, release)
    kept: dict[str, int] = {}  # known cell → which of its copies it is
    older: set[int] = set()  # copies of an answer with other texts, which run before it as in "Run All"
    for name in (name for name in known if name in places):
        copies = places[name]
        live = [i for i in copies if texts[i] != _trim(stubs[name].source)] or copies
        before = [i for i in live if texts[i] != texts[live[-1]]]
        if _locked(known[name]):
            live, before = copies, []
        # of equal ones the first is kept: other cells may build on it
        kept[name] = next(i for i in live if i > max(before, default=-1))
        older |= set(before)
        if before:
            notes.append(
                f"cell {name} was there with different texts: the last counts, the others run before it"
            )
        if len(copies) > 1 + len(before):
            notes.append(f"cell {name} was there more than once: the copies were left out")
    groups: dict[Any, list[NotebookNode]] = defaultdict(list)  # other cells: before or after which known one
    owner, group = {i: name for name in kept for i in places[name]}, None
    for i, cell in enumerate(cells):
        if i in owner:
            group = (owner[i], "before" if i < kept[owner[i]] else "after")
        if i not in owner or i in older:
            groups[group].append(
                _new(cell, {k: v for k, v in cell.metadata.items() if k != "nbgrader"}, cell.id)
            )
    wanted, found = [name for name in known if name in kept], sorted(kept, key=kept.__getitem__)
    blocks = SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    moved = set(wanted).difference(*(wanted[at : at + size] for at, _, size in blocks))
    result, missing = groups[None], {}
    for name, cell in known.items():
        mine, locked = cells[kept[name]] if name in kept else None, _locked(cell)
        what = f"test cell {name}" if locked and grader(cell).get("grade") else f"cell {name}"
        if mine is None and locked:
            notes.append(f"{what} was missing: the original was put back")
        elif mine is None:
            missing[name] = doubts.get(name, LOST)
        else:
            if name in how:
                notes.append(f"{what} had lost its mark and was recognised by {how[name]}")
            if name in moved and len(places[name]) == 1:
                notes.append(f"{what} had been moved: it was put back in its place")
            if mine.cell_type != cell.cell_type:
                notes.append(f"{what} was no longer a {cell.cell_type} cell: it was made one again")
            if locked and _trim(mine.source) != _trim(stubs[name].source):
                notes.append(f"{what} was changed: the original was used")
        new = _new(cell if locked else mine or stubs[name], cell.metadata, cell.get("id"), cell.cell_type)
        result += [*groups[name, "before"], new, *groups[name, "after"]]
    reserved, seen, numbers = {cell.get("id") for cell in known.values()}, set(), count(1)
    for cell in result:
        while not cell.id or cell.id in seen or (cell.id in reserved and not grader(cell)):
            cell.id = f"cell-{next(numbers)}"
        seen.add(cell.id)
    return result, missing


def _recognise(
    cells: list[NotebookNode], source: NotebookNode, release: NotebookNode
) -> tuple[dict, dict, dict]:
    """Which of the student's `cells` is which of the release's: by grade id; where that is lost, by what else is
    certain. Returns grade id (for a cell without one, its number) → the numbers of its copies in `cells`; grade
    id → by what it was recognised, where not by itself; and grade id → why it was not, where more is known."""
    known, places, how, doubts = _known(source), defaultdict(list), {}, {}
    for i, cell in enumerate(cells):
        if (grade_id := grader(cell).get("grade_id")) in known:
            places[grade_id].append(i)
    free = {i: cell for i, cell in enumerate(cells) if grader(cell).get("grade_id") not in known}
    keys = [
        grader(c).get("grade_id") if grader(c).get("grade_id") in known else n
        for n, c in enumerate(release.cells)
    ]

    def take(key: Any, numbers: list[int], by: str) -> None:
        places[key], how[key] = numbers, by
        for i in numbers:
            del free[i]

    def lost() -> list[tuple[Any, NotebookNode]]:
        return [(key, cell) for key, cell in zip(keys, release.cells, strict=True) if key not in places]

    for key, cell in lost():
        if numbers := [i for i in free if free[i].id and free[i].id == cell.get("id")]:
            take(key, numbers, "its cell id")
    alike = defaultdict(list)
    for key, cell in lost():
        alike[_trim(cell.source)].append(key)
    for text, same in alike.items():
        numbers = [i for i in free if _trim(free[i].source) == text] if text else []
        if len(same) == 1 and numbers:
            take(same[0], numbers, "its text")
        elif len(same) == len(numbers):
            for key, i in zip(same, numbers, strict=True):
                take(key, [i], "its text")
    answers = {key: cell for key, cell in lost() if key in known and not _locked(cell)}
    names = {i: _defined(cell.source) for i, cell in free.items() if cell.cell_type == "code"}
    offers = {}
    for key, cell in answers.items():
        wanted = _defined(cell.source) or _defined(known[key].source)
        offers[key] = [i for i in names if wanted and wanted <= names[i] and known[key].cell_type == "code"]
    for key, numbers in offers.items():
        claimed = {i for other in offers if other != key for i in offers[other]}
        if numbers and len({_trim(cells[i].source) for i in numbers}) == 1 and not claimed & set(numbers):
            take(key, numbers, "what it defines")
        elif numbers:
            doubts[key] = (
                "its cell lost its mark, and which cell it is is not certain: several define the same"
            )
    for n, key in enumerate(keys):
        if key in answers and known[key].cell_type == "markdown" and key not in places:
            low = max(places.get(keys[n - 1], [len(cells)])) if n else -1
            high = min(places.get(keys[n + 1], [-1])) if n + 1 < len(keys) else len(cells)
            between = [i for i in free if low < i < high]
            if len(between) == 1 and cells[between[0]].cell_type == "markdown":
                take(key, between, "its place")
    return places, how, doubts


def _known(nb: NotebookNode) -> dict[str, NotebookNode]:
    """Grade id → cell, of the cells that nbgrader manages."""
    roles = ("grade", "solution", "locked", "task")
    return {grader(cell)["grade_id"]: cell for cell in nb.cells if any(map(grader(cell).get, roles))}


def _locked(cell: NotebookNode) -> bool:
    """Whether the cell's text is the instructor's, as nbgrader sees it."""
    meta = grader(cell)
    return not meta.get("solution") and bool(meta.get("grade") or meta.get("locked"))


def _new(cell: NotebookNode, metadata: dict, cell_id: Any, kind: str = "") -> NotebookNode:
    """A cell without outputs and execution count, with the text and images of `cell`."""
    new = {"cell_type": kind or cell.cell_type, "id": cell_id, "metadata": metadata, "source": cell.source}
    if new["cell_type"] == "code":
        new |= {"execution_count": None, "outputs": []}
    elif new["cell_type"] == "markdown" and cell.get("attachments"):
        new["attachments"] = cell.attachments
    return from_dict(new)


def _defined(text: str) -> set[str]:
    """Functions and classes that a cell defines. Not by `ast`: an answer may have magics or not compile."""
    return set(re.findall(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", text, re.MULTILINE))


def _trim(text: str) -> str:
    """A text without what editors change unasked: line ends, and spaces and empty lines at the end."""
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip()


def _text(value: Any) -> str | None:
    """A string, or lines, as one string that can be encoded; None for anything else."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    return re.sub(r"[\ud800-\udfff]", "\ufffd", value) if isinstance(value, str) else None


def _dict(value: Any) -> dict:
    return value if isinstance(value, dict) else {}


def _printable(name: str) -> str:
    """A file's name with U+FFFD for what would break a line, steer a terminal or not encode."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)
