"""Data of explorables: checked where the author sees it, rounded, and on one line of the notebook's file."""

import copy
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from everyvec import explorable

SCRIPT = Path(__file__).parents[1] / "book/_static/explorables.js"
TABLE = {
    "caption": "What was found",
    "columns": ["setting", "value"],
    "rows": [["all", 0.123456], ["none", 1]],
}
PART = {
    "name": "layer 1",
    "asking": ["a", "b"],
    "asked": ["a", "b"],
    "causal": True,
    "queries": [[[1, 0], [0, 1]]],
    "keys": [[[1, 0], [0.5, 1]]],
}
PICTURE = {
    "name": "cat",
    "image": explorable.inline(np.zeros((2, 2, 4), np.uint8)),
    "vector": [1, 0.5, 0],
    "caption": [2, 0, 1],
}
MORE = {"name": "狗", "vector": np.ones(3)}
FRAMES = np.random.default_rng(0).integers(256, size=(6, 2, 2, 3, 3), dtype=np.uint8)
DRAWN = {
    "name": "red cross",
    "trained": True,
    "image": explorable.inline(FRAMES[0, 0]),
    "sheet": explorable.sheet(FRAMES),
    "away": [[0.9, 0.8], [0.5, 0.2], [0.6, 0.7]],
    "right": [0, 5, 3],
    "spread": [0.4, 0.1, 0.3],
}
OTHER = np.concatenate([FRAMES[:1], FRAMES[2:0:-1], FRAMES[3:4], FRAMES[:3:-1]])  # at 0 alike, else not
GUIDED = {
    "title": "Two texts",
    "table": TABLE,
    "guidance": [0, 1, 4],
    "steps": (5, 10),
    "left": [0.25, 1.0],
    "noise": explorable.inline(np.zeros((2, 3, 3), np.uint8)),
    "of": 5,
    "prompts": [DRAWN, DRAWN | {"name": "blue ring", "trained": False, "sheet": explorable.sheet(OTHER)}],
    "start": [1, 0],
}
DATA = {
    "analogies": {
        "title": "Words",
        "table": TABLE,
        "words": ["a", "b", "c", "d"],
        "spaces": [{"name": "all text", "vectors": np.eye(4), "points": np.eye(4)[:3, :2] / 3}],
        "start": ["a", "b", "c"],
    },
    "walk": {
        "title": "A walk",
        "table": TABLE,
        "names": ["hub", "leaf", "leaf"],
        "points": [(0, 0), (1, 0), (0, 1)],
        "edges": np.array([(0, 1), (0, 2)]),
        "start": 0,
        "steps": 5,
    },
    "text-and-passes": {
        "title": "Who wins",
        "table": TABLE,
        "sentences": (10, 20),
        "passes": [1, 2, 4],
        "unit": "share",
        "models": [
            {"name": "ours", "color": "model"}
            | {name: np.full((2, 3), value) for name, value in (("low", 0.4), ("mean", 0.5), ("high", 0.6))}
        ],
    },
    "lookup": {
        "title": "A store",
        "table": TABLE,
        "names": ["a", "b", "c"],
        "keys": [(1, 0), (0, 1), (-0.6, 0.8)],
        "values": [[0, 0.25, 0.5, 1], [1, 0, 0, 0], [0.1, 0.2, 0.3, 0.4]],
        "start": [0.5, -1],
    },
    "sampling": {
        "title": "The next token",
        "table": TABLE,
        "tokens": ["a", "b", "<end>"],
        "prompts": [{"name": "a b", "seen": [0, 1], "logits": [0.5, -1, 2]}],
    },
    "heads": {"title": "Heads", "table": TABLE, "parts": [PART], "start": 1},
    "board": {"title": "Board", "table": TABLE, "pictures": [PICTURE], "more": [MORE], "temperature": 0.1},
    "guidance": GUIDED,
}


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(explorable, "display", lambda data, raw, metadata: outputs.append((data, metadata)))
    return outputs


@pytest.mark.parametrize("name", DATA)
def test_data_are_kept_in_the_output_and_one_stable_line_is_shown(shown, name):
    explorable.store(name, DATA[name])
    ((line, metadata),) = shown
    assert line == {"text/plain": f"data of the explorable '{name}'"}
    record = metadata["everyvec_explorable"]
    assert record["name"] == name
    assert "\n" not in record["data"]
    kept = json.loads(record["data"])
    assert kept.keys() == DATA[name].keys()
    assert kept["table"]["rows"] == [["all", 0.123], ["none", 1]]


def test_numbers_are_rounded_and_without_a_sign_on_zero(shown):
    data = copy.deepcopy(DATA["walk"])
    data["points"] = np.array([(-0.0001, 2 / 3), (1, 0), (0, 1)], dtype=np.float32)
    explorable.store("walk", data, digits=2)
    text = shown[0][1]["everyvec_explorable"]["data"]
    assert '"points":[[0.0,0.67],[1.0,0.0],[0.0,1.0]]' in text
    assert '"edges":[[0,1],[0,2]]' in text


# What is wrong: the kind, what to put where, and what the message must say.
WRONG = {
    "NaN": ("walk", "points", [(0, 0), (1, 0), (0, math.nan)], r"walk\.points\[2\]\[1\] is nan"),
    "infinity": ("walk", "points", [(0, 0), (1, 0), (0, math.inf)], "is inf, not a finite number"),
    "nothing for JSON": ("walk", "names", ["hub", "leaf", {1, 2}], "set is nothing that JSON can hold"),
    "no title": ("walk", "title", "", "walk.title must be a str that is not empty"),
    "no table": ("analogies", "table", None, "analogies.table must be a dict"),
    "a short row": ("walk", "table", TABLE | {"rows": [["all", 1], ["none"]]}, "1 cells for 2 columns"),
    "a row too long": ("walk", "table", TABLE | {"rows": [["all", 1, 2]]}, "3 cells for 2 columns"),
    "a word twice": ("analogies", "words", ["a", "b", "c", "a"], "names a word twice"),
    "a vector too few": ("analogies", "words", ["a", "b", "c", "d", "e"], r"\(4, 4\), not \(5, 4\)"),
    "a question off the map": ("analogies", "start", ["a", "b", "d"], "three of the first 3 words"),
    "long vectors": (
        "analogies",
        "spaces",
        [{"name": "all text", "vectors": 2 * np.eye(4), "points": np.eye(4)[:3, :2]}],
        "must have length 1",
    ),
    "more points than words": (
        "analogies",
        "spaces",
        [{"name": "all text", "vectors": np.eye(4), "points": np.zeros((5, 2))}],
        "5 points for 4 words",
    ),
    "a colour that is none": (
        "text-and-passes",
        "models",
        [DATA["text-and-passes"]["models"][0] | {"color": "red"}],
        "color must be one of query, key",
    ),
    "an edge to nowhere": ("walk", "edges", [(0, 1), (0, 3)], "nodes are 0 to 2"),
    "an edge twice": ("walk", "edges", [(0, 1), (1, 0), (0, 2)], "an edge twice"),
    "a loop": ("walk", "edges", [(0, 1), (0, 2), (2, 2)], "to itself"),
    "two parts": ("walk", "edges", [(0, 1)], "1 nodes cannot be reached"),
    "a place too few": ("walk", "points", [(0, 0), (1, 0)], r"\(2, 2\), not \(3, 2\)"),
    "descending": ("text-and-passes", "sentences", (20, 10), "sentences must be ascending"),
    "a column too few": ("text-and-passes", "passes", [1, 2], r"\(2, 3\), not \(2, 2\)"),
    "a mean out of its range": (
        "text-and-passes",
        "models",
        [DATA["text-and-passes"]["models"][0] | {"mean": np.full((2, 3), 0.7)}],
        "does not hold",
    ),
    "a key too few": (
        "lookup",
        "keys",
        [(1, 0), (0, 1)],
        r"lookup.keys has the shape \(2, 2\), not \(3, 2\)",
    ),
    "a long key": ("lookup", "keys", [(1, 0), (0, 1), (1, 1)], "lookup.keys must have length 1"),
    "no square": ("lookup", "values", [[0, 1, 0]] * 3, r"lookup.values has the shape \(3, 3\), not \(3, 1\)"),
    "a value too few": ("lookup", "values", [[0, 1, 0, 0]] * 2, r"\(2, 4\), not \(3, 4\)"),
    "more than ink": ("lookup", "values", [[0, 1, 0, 1.5]] * 3, "between 0 and 1"),
    "less than paper": ("lookup", "values", [[0, 1, 0, -0.5]] * 3, "between 0 and 1"),
    "a query off the map": ("lookup", "start", [0.5, -1.2], "lookup.start must lie on the map"),
    "a token twice": ("sampling", "tokens", ["a", "b", "a"], "sampling.tokens names a token twice"),
    "a logit too few": (
        "sampling",
        "tokens",
        ["a", "b", "c", "d"],
        r"logits has the shape \(3,\), not \(4,\)",
    ),
    "a prompt twice": (
        "sampling",
        "prompts",
        [{"name": "x", "seen": [0], "logits": [0, 0, 0]}] * 2,
        "sampling.prompts names a prompt twice",
    ),
    "a token seen that is none": (
        "sampling",
        "prompts",
        [{"name": "x", "seen": [3], "logits": [0, 0, 0]}],
        "tokens are 0 to 2",
    ),
    "a part twice": ("heads", "parts", [PART, PART], "heads.parts names a part twice"),
    "a query too few": ("heads", "parts", [PART | {"asking": ["a", "b", "c"]}], r"queries has the shape"),
    "a key too many": ("heads", "parts", [PART | {"keys": [[[1, 0]] * 3]}], r"keys has the shape"),
    "no word of causal": ("heads", "parts", [PART | {"causal": 1}], "causal must be True or False"),
    "a causal part that asks another": (
        "heads",
        "parts",
        [PART | {"asked": ["a"], "keys": [[[1, 0]]]}],
        "where 2 words look at 1",
    ),
    "a word that is not there": ("heads", "start", 2, "heads.start is the number of a word"),
    "a caption twice": ("board", "more", [MORE | {"name": "cat"}], "board names a caption twice"),
    "a caption of another width": ("board", "more", [MORE | {"vector": [1, 2]}], r"more\[0\]\.vector has"),
    "no vector of a caption": ("board", "pictures", [PICTURE | {"caption": []}], "caption must be a list"),
    "a picture elsewhere": (
        "board",
        "pictures",
        [PICTURE | {"image": "cat.png"}],
        "made by explorable.inline",
    ),
    "a temperature of nothing": ("board", "temperature", 0.0, "temperature must lie between 0 and 1"),
    "a guidance that goes down": ("guidance", "guidance", [0, 4, 1], "guidance.guidance must be ascending"),
    "a step twice": ("guidance", "steps", [5, 5], "guidance.steps must be ascending"),
    "no guidance 0": ("guidance", "guidance", [1, 2, 4], "must begin with 0 and have 1 before its last"),
    "nothing beyond guidance 1": ("guidance", "guidance", [0, 0.5, 1], "must begin with 0 and have 1 before"),
    "one step": ("guidance", "steps", [10], "guidance.steps must be two or more"),
    "a share too many": ("guidance", "left", [0.1, 0.5, 1], r"left has the shape \(3,\), not \(2,\)"),
    "shares that fall": ("guidance", "left", [1, 0.25], "left must ascend from 0 or more to 1"),
    "noise left at the end": ("guidance", "left", [0.25, 0.9], "left must ascend from 0 or more to 1"),
    "a noise elsewhere": ("guidance", "noise", "noise.png", "guidance.noise must be made by explorable"),
    "a share below nothing": ("guidance", "left", [-0.1, 1], "left must ascend from 0 or more to 1"),
    "no texts": ("guidance", "prompts", [], "guidance.prompts must be a list that is not empty"),
    "no counts": ("guidance", "prompts", [DRAWN | {"right": []}], "right must be a list that is not empty"),
    "a text twice": ("guidance", "prompts", [DRAWN, DRAWN], "guidance.prompts names a prompt twice"),
    "not told whether it was trained on": (
        "guidance",
        "prompts",
        [DRAWN | {"trained": 1}],
        "trained must be True or False",
    ),
    "a distance too few": ("guidance", "prompts", [DRAWN | {"away": [[0.9, 0.8]]}], r"away has the shape"),
    "a spread too few": ("guidance", "prompts", [DRAWN | {"spread": [0.4]}], r"spread has the shape \(1,\)"),
    "more right than there are": (
        "guidance",
        "prompts",
        [DRAWN | {"right": [0, 6, 3]}],
        "right must lie between 0 and 5",
    ),
    "what is asked in another size": (
        "guidance",
        "prompts",
        [DRAWN | {"image": PICTURE["image"]}],
        r"image has the shape \(2, 2, 3\), not \(2, 3, 3\)",
    ),
    "a row of frames too few": (
        "guidance",
        "prompts",
        [DRAWN | {"sheet": explorable.sheet(FRAMES[:5])}],
        r"sheet has the shape \(10, 6, 3\), not \(12, 6, 3\)",
    ),
    "a text that changes what is drawn without it": (
        "guidance",
        "prompts",
        [DRAWN, DRAWN | {"name": "blue ring", "sheet": explorable.sheet(FRAMES[[0, 1, 2, 4, 3, 5]])}],
        "at guidance 0 the text must change nothing",
    ),
    "one text against itself": ("guidance", "start", [1, 1], "start must be the numbers of two prompts"),
    "a text that is not there": ("guidance", "start", [0, 2], "start must be the numbers of two prompts"),
    "a query in space": ("lookup", "start", [0.5, 0, 1], r"\(3,\), not \(2,\)"),
}


@pytest.mark.parametrize(("name", "key", "value", "message"), WRONG.values(), ids=WRONG)
def test_wrong_data_are_refused_with_their_reason(shown, name, key, value, message):
    with pytest.raises(ValueError, match=message):
        explorable.store(name, DATA[name] | {key: value})
    assert not shown


def test_a_sheet_has_each_picture_in_its_place_and_loses_nothing():
    pixels = explorable._pixels(explorable.sheet(FRAMES), "sheet")
    for row, column in np.ndindex(6, 2):
        there = pixels[2 * row : 2 * row + 2, 3 * column : 3 * column + 3]
        assert (there == FRAMES[row, column]).all()


def test_too_much_is_refused(shown):
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(500, 100))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = [*"abc", *map(str, range(497))]
    space = {"name": "all", "vectors": vectors, "points": np.zeros((3, 2))}
    with pytest.raises(ValueError, match="bytes, more than 200,000"):
        explorable.store("analogies", DATA["analogies"] | {"words": words, "spaces": [space]})
    assert not shown


def test_an_unknown_name_is_refused_and_the_known_ones_are_those_of_the_script(shown):
    with pytest.raises(ValueError, match="no explorable 'dance'; there are analogies, walk"):
        explorable.store("dance", {})
    kinds = re.search(r"const KINDS = \{(.*?)\}", SCRIPT.read_text(encoding="utf-8"))[1]
    assert (
        {re.match(r'\s*"?([\w-]+)', kind)[1] for kind in kinds.split(",")}
        == set(DATA)
        == set(explorable._KINDS)
    )
