"""Damaged submissions: restored where that is certain, reported where not; nothing else is ever raised."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable

import nbformat
import pytest
from nbformat import NotebookNode

from staffroom.course import Course, grader
from staffroom.release import released
from staffroom.repair import REMOVED, NotGradable, Repaired, _read, repair
from tests.staffroom.conftest import ROOT, source_notebook

COURSE = Course.find(ROOT)
SOURCE = source_notebook()
STUB = released(COURSE, SOURCE)
IDS = [grader(cell).get("grade_id") for cell in SOURCE.cells]
ANSWERS = {
    "double": "def double(x):\n    return 2 * x",
    "mean": "def mean(values):\n    return 1",
    "why": "So.",
}


def answered() -> NotebookNode:
    nb = copy.deepcopy(STUB)
    for cell in nb.cells:
        cell.source = ANSWERS.get(grader(cell).get("grade_id"), cell.source)
    return nb


def mend(data: NotebookNode | bytes, name: str = "numbers.ipynb") -> Repaired:
    data = data if isinstance(data, bytes) else nbformat.writes(data).encode()
    result = repair({name: data, "timestamp.txt": b"2026"}, {"numbers": SOURCE}, {"numbers": STUB})
    nbformat.validate(result.notebooks["numbers"])
    return result


def cells(result: Repaired) -> list[NotebookNode]:
    return result.notebooks["numbers"].cells


def texts(result: Repaired) -> dict[str, str]:
    return {grader(cell)["grade_id"]: cell.source for cell in cells(result) if grader(cell)}


def at(nb: NotebookNode, name: str) -> int:
    return [grader(cell).get("grade_id") for cell in nb.cells].index(name)


# ---------------------------------------- nothing to repair


@pytest.mark.parametrize("nb", [STUB, answered()], ids=["untouched", "answered"])
def test_an_honest_notebook_comes_back_as_it_was(nb: NotebookNode) -> None:
    nb = copy.deepcopy(nb)
    nb.cells.insert(3, nbformat.v4.new_code_cell("print('tried')", id="mine"))
    result = mend(nb)
    assert (result.notes, result.missing) == ([], {})
    assert [cell.id for cell in cells(result)] == [cell.id for cell in nb.cells]
    assert texts(result)["double"] == nb.cells[2].source
    assert "secret_value_of_hidden_test" in texts(result)["test_double"], "tests are the instructor's"
    assert "checksum" in cells(result)[2].metadata.nbgrader, "by it nbgrader knows an untouched answer"


def test_an_honest_notebook_of_the_course_comes_back_as_it_was() -> None:
    sources = COURSE.notebooks("1-word2vec")
    stubs = {name: released(COURSE, nb) for name, nb in sources.items()}
    files = {f"{name}.ipynb": nbformat.writes(nb).encode() for name, nb in stubs.items()}
    result = repair(files, sources, stubs)
    assert (result.notes, result.missing) == ([], {})
    assert [c.source for c in result.notebooks["1-word2vec"].cells if c.cell_type == "markdown"] == [
        c.source for c in stubs["1-word2vec"].cells if c.cell_type == "markdown"
    ]


# ---------------------------------------- restored, and noted


def moved(nb: NotebookNode) -> None:
    nb.cells.append(nb.cells.pop(at(nb, "double")))


def renumbered(nb: NotebookNode) -> None:
    for cell in nb.cells:
        cell.metadata.get("nbgrader", {}).pop("schema_version", None)


def future(nb: NotebookNode) -> None:
    nb.cells[2].metadata.nbgrader.schema_version = 99


def stripped(nb: NotebookNode) -> None:
    for cell in nb.cells:
        cell.metadata.pop("nbgrader", None)


def stripped_and_new_ids(nb: NotebookNode) -> None:
    stripped(nb)
    for number, cell in enumerate(nb.cells):
        cell.id = f"new-{number}"


def dearer(nb: NotebookNode) -> None:
    nb.cells[at(nb, "test_double")].metadata.nbgrader.points = 100


REPAIRED: dict[str, tuple[Callable[[NotebookNode], object], str]] = {
    "moved": (moved, "original order was restored"),
    "deleted test": (
        lambda nb: nb.cells.pop(at(nb, "test_double")),
        "test_double was missing and was put back",
    ),
    "deleted setup": (lambda nb: nb.cells.pop(at(nb, "setup")), "setup was missing and was put back"),
    "edited test": (lambda nb: nb.cells[3].update(source="pass"), "test_double differed from the release"),
    "retyped": (
        lambda nb: nb.cells[2].update(cell_type="raw"),
        "double was turned into raw: code was restored",
    ),
    "duplicated": (lambda nb: nb.cells.append(copy.deepcopy(nb.cells[2])), "double stood 2 times: 1 without"),
    "duplicated test": (lambda nb: nb.cells.append(copy.deepcopy(nb.cells[3])), "test_double stood 2 times"),
    "stub beside the answer": (lambda nb: nb.cells.insert(2, copy.deepcopy(STUB.cells[2])), "stood 2 times"),
    "stripped": (stripped, "double had lost its mark and was recognised by its id"),
    "stripped, new ids": (
        stripped_and_new_ids,
        "double had lost its mark and was recognised by what it defines",
    ),
    "old schema": (renumbered, ""),
    "future schema": (future, ""),
    "points edited": (dearer, ""),
    "garbage outputs": (lambda nb: nb.cells[2].update(outputs="x", execution_count={}), ""),
    "no metadata": (lambda nb: nb.cells[0].update(metadata=None), ""),
    "garbage cell": (lambda nb: nb.cells.insert(1, 7), "1 of the notebook's cells could not be read"),
    "a source that is a number": (
        lambda nb: nb.cells.append({"cell_type": "code", "source": 5}),
        "could not be",
    ),
}


@pytest.mark.parametrize("name", REPAIRED)
def test_what_is_certain_is_restored(name: str) -> None:
    damage, note = REPAIRED[name]
    nb = answered()
    damage(nb)
    result = mend(json.dumps(nb).encode())
    assert result.missing == {}
    assert any(note in line for line in result.notes) if note else result.notes == []
    assert list(texts(result)) == [name for name in IDS if name]
    for question, text in ANSWERS.items():
        assert texts(result)[question] == text
    assert cells(result)[at(result.notebooks["numbers"], "test_double")].metadata.nbgrader.points == 2
    assert "secret_value_of_hidden_test" in texts(result)["test_double"]


def test_what_the_release_lacks_comes_from_the_source_and_its_answers_are_missing() -> None:
    stub, gone = copy.deepcopy(STUB), ("setup", "test_double", "why")
    stub.cells = [cell for cell in stub.cells if grader(cell).get("grade_id") not in gone]
    data = nbformat.writes(stub).encode()
    result = repair({"numbers.ipynb": data}, {"numbers": SOURCE}, {"numbers": stub})
    assert list(texts(result)) == [name for name in IDS if name]
    assert result.notes == [], "of no student's doing"
    assert result.missing == {("numbers", "why"): REMOVED}
    assert texts(result)["why"] == "", "not the instructor's answer"
    assert "secret_value_of_hidden_test" in texts(result)["test_double"]


def test_of_two_answers_the_last_counts_and_both_run() -> None:
    nb = answered()
    second = copy.deepcopy(nb.cells[2])
    second.source = "def double(x):\n    return x + x"
    nb.cells.insert(3, second)
    result = mend(nb)
    assert texts(result)["double"] == second.source
    assert [c.source for c in cells(result)].index(ANSWERS["double"]) < at(
        result.notebooks["numbers"], "double"
    )
    assert "the last one counts" in result.notes[0]


def test_an_older_answer_runs_before_the_one_that_counts_wherever_it_stood() -> None:
    nb = answered()
    test = nb.cells.pop(at(nb, "test_double"))
    older = copy.deepcopy(nb.cells[2])
    older.source = "def double(x):\n    return 0"
    nb.cells[2:2] = [test, older]
    result = mend(nb)
    sources = [cell.source for cell in cells(result)]
    assert sources.index(older.source) == sources.index(ANSWERS["double"]) - 1


def test_an_answer_with_a_magic_is_recognised_by_what_it_defines() -> None:
    nb = answered()
    nb.cells[2].source = "%matplotlib inline\n" + ANSWERS["double"]
    stripped_and_new_ids(nb)
    assert mend(nb).missing == {}


def test_halves_of_characters_and_endless_integers_are_no_trouble() -> None:
    nb = answered()
    nb.cells[0].attachments = {"\ud800": {"image/png": "\udfff"}}
    text = json.dumps(nb).replace('"nbformat_minor": 5', '"nbformat_minor": ' + "9" * 9000)
    assert nbformat.writes(mend(text.encode()).notebooks["numbers"]).encode()


def test_ids_that_are_in_each_others_way_are_told_apart() -> None:
    nb = answered()
    long = "A" * 50  # a new id made from an old one, shortened, can be one that is there
    nb.cells[:0] = [
        nbformat.v4.new_code_cell("1", id=id) for id in (f"{long}-2", long, long, "cell-4", "cell-4")
    ]
    ids = [cell.id for cell in cells(mend(nb))]
    assert len({*ids}) == len(ids) == len(nb.cells)
    assert ids[:2] == [f"{long}-2", long]


def test_a_missing_answer_is_told_and_the_rest_is_graded() -> None:
    nb = answered()
    nb.cells.pop(at(nb, "double"))
    result = mend(nb)
    assert list(result.missing) == [("numbers", "double")]
    assert "NotImplementedError" in texts(result)["double"]
    assert texts(result)["mean"] == ANSWERS["mean"]


def test_two_cells_that_could_be_the_answer_are_not_certain() -> None:
    nb = answered()
    stripped_and_new_ids(nb)
    nb.cells.append(nbformat.v4.new_code_cell("def double(x):\n    return 3 * x"))
    assert list(mend(nb).missing) == [("numbers", "double")]


@pytest.mark.parametrize("name", ["numbers (1).ipynb", "Untitled.ipynb", "ada/numbers.IPYNB"])
def test_a_renamed_notebook_is_found(name: str) -> None:
    result = mend(answered(), name)
    assert result.notes == [f"{name} was taken for numbers.ipynb"]


def test_a_renamed_notebook_is_not_looked_for_in_hundreds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing limits that time; and each file is read once, however many notebooks are missing."""
    sources, stubs = {"numbers": SOURCE, "more": SOURCE}, {"numbers": STUB, "more": STUB}
    opened = []
    monkeypatch.setattr("staffroom.repair._read", lambda file, data: opened.append(file) or _read(file, data))
    data = nbformat.writes(answered()).encode()
    for many, read in ((20, 20), (21, 0)):
        with pytest.raises(NotGradable, match=r"\.ipynb is missing"):
            repair({f"{number}.ipynb": data for number in range(many)}, sources, stubs)
        assert len(opened) == read
        opened.clear()


@pytest.mark.parametrize("encode", [lambda t: b"\xef\xbb\xbf" + t.encode(), lambda t: t.encode("utf-16")])
def test_other_encodings_are_read(encode: Callable[[str], bytes]) -> None:
    assert mend(encode(nbformat.writes(answered()))).notes == []


def test_lone_surrogates_are_replaced() -> None:
    nb = answered()
    nb.cells[2].source = "x = 'A'"
    text = nbformat.writes(nb).replace("'A'", "'\\ud800'")
    assert texts(mend(text.encode()))["double"] == "x = '\ufffd'"


def test_nbformat_3_is_read() -> None:
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": []}]}
    for cell in answered().cells:
        made = {"cell_type": cell.cell_type, "metadata": cell.metadata}
        made |= (
            {"input": cell.source, "outputs": [], "language": "python"} if cell.cell_type == "code" else {}
        )
        old["worksheets"][0]["cells"].append(made if "input" in made else made | {"source": cell.source})
    old["worksheets"][0]["cells"].insert(0, {"cell_type": "heading", "level": 1, "source": "Title"})
    result = mend(json.dumps(old).encode())
    assert result.notes == []
    assert texts(result)["double"] == ANSWERS["double"]


# ---------------------------------------- not gradable


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (nbformat.writes(answered())[:-200].encode(), "not valid JSON, line"),
        (b"\x00\x01", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"", "not valid JSON"),
        (
            nbformat.writes(answered())
            .replace("So.", "\N{LATIN SMALL LETTER O WITH DIAERESIS}")
            .encode("latin-1"),
            "not valid JSON",
        ),
        (b"[1, 2]", "JSON, but not a notebook"),
        (b'{"a": 1}', "JSON, but not a notebook"),
        (b'{"nbformat": 4}', "damaged notebook"),
        (b'{"nbformat": 4, "cells": 7}', "damaged notebook"),
        (b'{"nbformat": 4, "cells": [[], null, {"cell_type": 3}]}', "damaged notebook"),
        (b'{"nbformat": 3, "worksheets": [7]}', "damaged notebook"),
        (
            nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])).encode(),
            "none of the",
        ),
        (b" " * 50_000_001, "larger than 50 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_graded_is_told_with_the_file_and_the_remedy(data: bytes, says: str) -> None:
    with pytest.raises(NotGradable, match=r"ask for it|ask for the notebook") as error:
        mend(data)
    assert says in str(error.value)
    assert error.value.file == "numbers.ipynb"


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "numbers.ipynb is missing, the folder is empty; ask for it"),
        ({"timestamp.txt": b"x"}, "numbers.ipynb is missing, the folder is empty; ask for it"),
        (
            {"numbers.docx": b"x"},
            "numbers.ipynb is missing; if it is one of these, rename that one, else ask for it: numbers.docx",
        ),
        ({"\ud800\n.txt": b"x"}, "ask for it: \ufffd\ufffd.txt"),
        (
            dict.fromkeys(("a.ipynb", "b.ipynb"), nbformat.writes(answered()).encode()),
            "rename that one, else ask for it: a.ipynb, b.ipynb",
        ),
        ({"a.ipynb": b"{"}, "not valid JSON"),
    ],
)
def test_a_notebook_that_is_not_there(files: dict[str, bytes], says: str) -> None:
    with pytest.raises(NotGradable) as error:
        repair(files, {"numbers": SOURCE}, {"numbers": STUB})
    assert says in str(error.value)


OTHER = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# More"), *SOURCE.cells[4:6]])
OTHER = copy.deepcopy(OTHER)
for cell, name in zip(OTHER.cells[1:], ("other", "test_other"), strict=True):
    cell.metadata.nbgrader.grade_id = name
    cell.update(source=f"def {name}(): ...", id=name)
FIRST, SECOND = nbformat.writes(answered()).encode(), nbformat.writes(OTHER).encode()


def of_two(files: dict[str, bytes]) -> Repaired:
    result = repair(files, {"more": OTHER, "numbers": SOURCE}, {"more": OTHER, "numbers": STUB})
    assert set(result.notebooks) == {"numbers", "more"}
    return result


def test_two_notebooks_are_told_apart() -> None:
    result = of_two({"x.ipynb": SECOND, "y.ipynb": FIRST})
    assert "numbers: y.ipynb was taken for numbers.ipynb" in result.notes
    assert result.lost == {}


@pytest.mark.parametrize(
    ("files", "lost", "says"),
    [
        ({"more.ipynb": SECOND}, "numbers", "numbers.ipynb is missing; ask for it"),
        ({"more.ipynb": SECOND, "numbers.ipynb": FIRST[:900]}, "numbers", "not valid JSON"),
        ({"x.ipynb": FIRST[:900], "y.ipynb": SECOND}, "numbers", "not valid JSON"),
        ({"x.ipynb": SECOND[:90], "y.ipynb": FIRST}, "more", "not valid JSON"),
        ({"more.ipynb": FIRST, "numbers.ipynb": FIRST}, "more", "none of the answer cells is there"),
        (
            {"numbers (1).ipynb": FIRST, "notes.txt": b"", "timestamp.txt": b""},
            "more",
            "more.ipynb is missing; if it is one of these, rename that one, else ask for it: notes.txt",
        ),
    ],
)
def test_of_two_notebooks_one_is_lost_and_the_other_is_not(files: dict, lost: str, says: str) -> None:
    result = of_two(files)
    assert list(result.lost) == [lost]
    assert str(result.lost[lost]).startswith(says)
    assert result.missing == {}
    assert not any("missing" in note for note in result.notes), (
        "of which cells are not there, nothing is told"
    )
    stub = {"numbers": STUB, "more": OTHER}[lost]
    assert [c.cell_type for c in result.notebooks[lost].cells] == [c.cell_type for c in stub.cells]
    assert result.notebooks[lost].cells[0].source == stub.cells[0].source, "what stands between its questions"


def test_where_both_notebooks_are_lost_nothing_is_graded() -> None:
    for files in ({}, {"numbers.ipynb": FIRST[:900]}, {"more.ipynb": b"", "numbers.ipynb": b"{"}):
        with pytest.raises(NotGradable, match="ask for it"):
            of_two(files)


def test_a_notebook_without_a_question_does_not_make_a_submission_gradable() -> None:
    text = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Read this", id="read")])
    both = {"numbers": SOURCE, "text": text}
    with pytest.raises(NotGradable, match=r"numbers\.ipynb is missing; ask for it"):
        repair({"text.ipynb": nbformat.writes(text).encode()}, both, {"numbers": STUB, "text": text})


# ---------------------------------------- whatever the bytes


def mutate(data: object, rng: random.Random) -> object:
    """Delete, double, swap, retype or blank something at a random depth."""
    if isinstance(data, dict) and data and rng.random() < 0.85:
        key = rng.choice(list(data))
        return {**data, key: mutate(data[key], rng)}
    if isinstance(data, list) and data and rng.random() < 0.8:
        at = rng.randrange(len(data))
        kind = rng.choice(("go on", "go on", "delete", "double", "swap"))
        if kind == "go on":
            return [*data[:at], mutate(data[at], rng), *data[at + 1 :]]
        if kind == "delete":
            return data[:at] + data[at + 1 :]
        if kind == "double":
            return [*data, data[at]]
        return data[::-1]
    return rng.choice([None, 0, -1, 1e999, "", "\ud800", [], {}, True, [None], {"a": []}, "x" * 1000, [[[]]]])


def test_random_damage_is_repaired_or_reported() -> None:
    rng = random.Random(0)
    whole = json.loads(nbformat.writes(answered()))
    graded = 0
    for _ in range(400):
        nb = whole
        for _ in range(rng.randint(1, 6)):
            nb = mutate(nb, rng)
        try:
            result = mend(json.dumps(nb).encode())
        except NotGradable:
            continue
        graded += 1
        assert list(texts(result)) == [name for name in IDS if name]
    assert graded > 150, "most damage leaves something to grade"
