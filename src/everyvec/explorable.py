"""What a lesson lets a reader play with: its data, checked and stored in the output of a cell.

The website's directive `explorable` finds the data in the stored notebook and writes them into the page, and
`book/_static/explorables.js` has one function for each kind. Lists may be NumPy arrays. In every kind:

    title     one line, the explorable's heading
    table     {"caption": text, "columns": C texts, "rows": rows of C texts or numbers}: the main results, for
              readers without JavaScript; the first cell of a row is its head

`analogies`: b − a + c among words.

    words     N words, all of which may be nearest; the first M of them are on the map and may be chosen
    spaces    one or more of {"name": text, "vectors": (N, d), "points": (M, 2)}: the vectors of length 1, and
              their places on a map that is linear in them
    start     [a, b, c], the question that is asked first

`walk`: node2vec's walker on a small connected graph.

    names     N words, what each node is, such as "hub"
    points    (N, 2), where it is drawn
    edges     (E, 2) numbers of nodes, each edge once
    start     the node where a walk begins
    steps     in a walk

`text-and-passes`: stored results of models at each amount of text and each number of passes.

    sentences S numbers, ascending
    passes    P numbers, ascending
    unit      what is measured, such as "analogies answered"
    models    {"name": text, "color": a name of everyvec.plots.COLORS, "mean", "low", "high": (S, P)} each:
              mean, least and greatest of the runs, from 0 to 1

`lookup`: a store whose query the reader moves over a map of its keys.

    names     K words, one for each key
    keys      (K, 2), each of length 1
    values    (K, s · s), a picture of s rows for each key, from 0 (paper) to 1 (ink)
    start     (2,), the query at first; its largest coordinate is at most 1

`sampling`: the next token after a prompt, drawn as the reader sets temperature, top-k, top-p and penalty.

    tokens    V texts, the vocabulary, each once
    prompts   one or more of {"name": text, "seen": numbers of the prompt's tokens, "logits": (V,)}

`heads`: the weights of attention heads, and the products that each is made of.

    parts     one or more of {"name": text, "asking": N texts, "asked": T texts, "causal": whether a position
              looks at itself and what comes before alone, "queries": (H, N, d), "keys": (H, T, d)}
    start     the number of the word in the first part's `asking` that the question is about

`board`: pictures against captions, as CLIP's loss sees them.

    pictures     N of {"name": text, "image": the picture as `inline` writes it, "vector": (d,), "caption":
                 (d,)}: its vector and that of its caption, before they are divided by their length
    more         one or more of {"name": text, "vector": (d,)}: captions that a reader can add
    temperature  the learned one

`guidance`: what a diffusion model draws for two texts from the same noise, by step and by guidance.

    guidance  G numbers, ascending: first 0, and 1 among those before the last
    steps     F numbers of steps done, two or more, ascending; the last one ends the picture
    left      (F,) the share of the picture in the mixture after each of them; the last is 1
    noise     the noise that all start from, as `inline` writes it
    of        how many other noises `right` and `spread` come from
    prompts   two or more of {"name": text, "trained": whether the model was trained on it, "image": the
              picture asked for, as `inline` writes it, "sheet": 2 · G rows of F pictures, as `sheet` writes
              them (first the picture after a step, for each guidance; then the network's guess of the
              finished one, for each), "away": (G, F) the guess's distance from the picture asked for,
              "right": (G,) how many of `of` pictures show what is asked, "spread": (G,) how much they vary}
    start     numbers of the two prompts at first
"""

import base64
import io
import json
import math
from collections.abc import Callable
from numbers import Integral, Real

import numpy as np
from IPython.display import display
from PIL import Image

from everyvec.plots import COLORS

INLINE = "data:image/png;base64,"  # how a picture begins that a page holds itself
MOST_BYTES = (
    200_000  # a page with an explorable still opens at once on a phone; a notebook can still be diffed
)


def store(name: str, data: dict, digits: int = 3) -> None:
    """Keep `data` in this cell's output, where the website's explorable `name` finds them.

    In JupyterLab one line is shown, the same on every machine; draw the figure of the same data above it.

    Args:
        name: the kind, one of those in this module's docstring.
        data: as there.
        digits: decimal places to which numbers are rounded, so that the file stays small.

    Raises:
        ValueError: where a number is not finite, something is missing, of the wrong size or too large; the
            message says which.
    """
    if name not in _KINDS:
        raise ValueError(f"there is no explorable {name!r}; there are {', '.join(_KINDS)}")
    plain = _plain(data, digits, name)
    _need(plain, name, {"title": str, "table": dict})
    _check_table(plain["table"], f"{name}.table")
    _KINDS[name](plain)
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    if (size := len(text.encode())) > MOST_BYTES:
        raise ValueError(f"{name}: {size:,} bytes, more than {MOST_BYTES:,}: fewer words, or fewer digits")
    # the data as one string: one line of the notebook's file, not one for each number
    display(
        {"text/plain": f"data of the explorable {name!r}"},
        raw=True,
        metadata={"everyvec_explorable": {"name": name, "data": text}},
    )


def _plain(value, digits: int, where: str):
    """`value` in what JSON has: dicts, lists, texts, whole numbers, rounded numbers."""
    if isinstance(value, dict):
        return {str(key): _plain(item, digits, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple | range):
        return [_plain(item, digits, f"{where}[{place}]") for place, item in enumerate(value)]
    if isinstance(value, str | bool | None):
        return value
    if isinstance(value, Integral):
        return int(value)
    if not isinstance(value, Real):
        raise ValueError(f"{where}: {type(value).__name__} is nothing that JSON can hold")
    if not math.isfinite(value):
        raise ValueError(f"{where} is {value}, not a finite number")
    return round(float(value), digits) + 0.0  # + 0.0 makes -0.0 into 0.0


def _need(data: dict, where: str, kinds: dict[str, type]) -> None:
    for key, kind in kinds.items():
        if not isinstance(data.get(key), kind) or data[key] in ("", [], {}):
            raise ValueError(f"{where}.{key} must be a {kind.__name__} that is not empty")


def _need_shape(rows, shape: tuple[int, ...], where: str) -> None:
    if np.shape(rows) != shape:  # NumPy itself raises ValueError where rows differ in length
        raise ValueError(f"{where} has the shape {np.shape(rows)}, not {shape}")


def _check_table(table: dict, where: str) -> None:
    _need(table, where, {"caption": str, "columns": list, "rows": list})
    for row in table["rows"]:
        if len(row) != len(table["columns"]):
            raise ValueError(
                f"{where}: the row {row} has {len(row)} cells for {len(table['columns'])} columns"
            )


def _check_analogies(data: dict) -> None:
    _need(data, "analogies", {"words": list, "spaces": list, "start": list})
    words = data["words"]
    if len(set(words)) != len(words):
        raise ValueError("analogies.words names a word twice")
    shown = len(data["spaces"][0]["points"])
    for space in data["spaces"]:
        where = f"analogies.spaces[{space.get('name')!r}]"
        _need(space, where, {"name": str, "vectors": list, "points": list})
        vectors = np.array(space["vectors"], dtype=float)
        _need_shape(vectors, (len(words), vectors.shape[-1]), f"{where}.vectors")
        _need_shape(space["points"], (shown, 2), f"{where}.points")
        if abs(np.linalg.norm(vectors, axis=1) - 1).max() > 0.02:
            raise ValueError(f"{where}.vectors must have length 1")
    if shown > len(words):
        raise ValueError(f"analogies: {shown} points for {len(words)} words")
    if len(set(data["start"])) != 3 or not set(data["start"]) <= set(words[:shown]):
        raise ValueError(f"analogies.start must be three of the first {shown} words, not {data['start']}")


def _check_walk(data: dict) -> None:
    _need(data, "walk", {"names": list, "points": list, "edges": list, "start": int, "steps": int})
    nodes, edges = len(data["names"]), data["edges"]
    _need_shape(data["points"], (nodes, 2), "walk.points")
    _need_shape(edges, (len(edges), 2), "walk.edges")
    if not {data["start"]}.union(*edges) <= set(range(nodes)):
        raise ValueError(f"walk names a node that is not there: nodes are 0 to {nodes - 1}")
    if len({frozenset(edge) for edge in edges if edge[0] != edge[1]}) != len(edges):
        raise ValueError("walk.edges names an edge twice, or one from a node to itself")
    reached, more = set(), {data["start"]}
    while more:
        reached |= more
        more = {node for edge in edges if more & set(edge) for node in edge} - reached
    if len(reached) != nodes:
        raise ValueError(f"walk: {nodes - len(reached)} nodes cannot be reached from the start")


def _check_text_and_passes(data: dict) -> None:
    where = "text-and-passes"
    _need(data, where, {"sentences": list, "passes": list, "unit": str, "models": list})
    for name in ("sentences", "passes"):
        if data[name] != sorted(set(data[name])):
            raise ValueError(f"{where}.{name} must be ascending")
    for model in data["models"]:
        place = f"{where}.models[{model.get('name')!r}]"
        _need(model, place, {"name": str, "color": str, "mean": list, "low": list, "high": list})
        for key in ("mean", "low", "high"):
            _need_shape(model[key], (len(data["sentences"]), len(data["passes"])), f"{place}.{key}")
        if model["color"] not in COLORS:
            raise ValueError(f"{place}.color must be one of {', '.join(COLORS)}, not {model['color']}")
        low, mean, high = (np.array(model[key], dtype=float) for key in ("low", "mean", "high"))
        if not (0 <= low.min() and high.max() <= 1 and (low <= mean).all() and (mean <= high).all()):
            raise ValueError(f"{place}: 0 ≤ low ≤ mean ≤ high ≤ 1 does not hold everywhere")


def _check_lookup(data: dict) -> None:
    _need(data, "lookup", {"names": list, "keys": list, "values": list, "start": list})
    count, values = len(data["names"]), np.array(data["values"], dtype=float)
    _need_shape(data["keys"], (count, 2), "lookup.keys")
    side = math.isqrt(values.shape[-1])
    _need_shape(values, (count, side * side), "lookup.values")
    _need_shape(data["start"], (2,), "lookup.start")
    if abs(np.linalg.norm(data["keys"], axis=1) - 1).max() > 0.02:
        raise ValueError("lookup.keys must have length 1")
    if not 0 <= values.min() <= values.max() <= 1:
        raise ValueError("lookup.values must lie between 0 and 1")
    if np.abs(data["start"]).max() > 1:
        raise ValueError("lookup.start must lie on the map, which goes from −1 to 1")


def _check_sampling(data: dict) -> None:
    _need(data, "sampling", {"tokens": list, "prompts": list})
    size = len(data["tokens"])
    if len({str(token) for token in data["tokens"]}) != size:
        raise ValueError("sampling.tokens names a token twice")
    if len({prompt.get("name") for prompt in data["prompts"]}) != len(data["prompts"]):
        raise ValueError("sampling.prompts names a prompt twice")
    for prompt in data["prompts"]:
        where = f"sampling.prompts[{prompt.get('name')!r}]"
        _need(prompt, where, {"name": str, "seen": list, "logits": list})
        _need_shape(prompt["logits"], (size,), f"{where}.logits")
        if not set(prompt["seen"]) <= set(range(size)):
            raise ValueError(f"{where}.seen names a token that is not there: tokens are 0 to {size - 1}")


def _check_heads(data: dict) -> None:
    _need(data, "heads", {"parts": list, "start": int})
    if len({part.get("name") for part in data["parts"]}) != len(data["parts"]):
        raise ValueError("heads.parts names a part twice")
    for part in data["parts"]:
        where = f"heads.parts[{part.get('name')!r}]"
        _need(part, where, {"name": str, "asking": list, "asked": list, "queries": list, "keys": list})
        if not isinstance(part.get("causal"), bool):
            raise ValueError(f"{where}.causal must be True or False")
        asking, asked, (heads, _, width) = len(part["asking"]), len(part["asked"]), np.shape(part["queries"])
        _need_shape(part["queries"], (heads, asking, width), f"{where}.queries")
        _need_shape(part["keys"], (heads, asked, width), f"{where}.keys")
        if part["causal"] and asking != asked:
            raise ValueError(f"{where}: where {asking} words look at {asked}, none of these comes later")
    if not 0 <= data["start"] < len(data["parts"][0]["asking"]):
        raise ValueError(f"heads.start is the number of a word of the first part, not {data['start']}")


def inline(picture: np.ndarray) -> str:
    """A picture (h, w, 3 or 4) uint8 as a text that a page shows without another file."""
    held = io.BytesIO()
    Image.fromarray(picture).save(held, "png", optimize=True)
    return INLINE + base64.b64encode(held.getvalue()).decode()


def sheet(pictures: np.ndarray) -> str:
    """Pictures (rows, columns, h, w, 3) uint8 of one size, as `inline` writes the one picture made of all."""
    rows, columns, height, width, channels = pictures.shape
    return inline(pictures.swapaxes(1, 2).reshape(rows * height, columns * width, channels))


def _check_board(data: dict) -> None:
    _need(data, "board", {"pictures": list, "more": list, "temperature": float})
    names = [one.get("name") for one in data["pictures"] + data["more"]]
    if len(set(names)) != len(names):
        raise ValueError("board names a caption twice")
    width = np.shape(data["pictures"][0].get("vector"))
    for kind, keys in (("pictures", ("vector", "caption")), ("more", ("vector",))):
        for place, one in enumerate(data[kind]):
            where = f"board.{kind}[{place}]"
            _need(one, where, {"name": str} | dict.fromkeys(keys, list))
            for key in keys:
                _need_shape(one[key], width, f"{where}.{key}")
            if kind == "pictures" and not str(one.get("image")).startswith(INLINE):
                raise ValueError(f"{where}.image must be made by explorable.inline")
    if not 0 < data["temperature"] < 1:
        raise ValueError(f"board.temperature must lie between 0 and 1, not {data['temperature']}")


def _pixels(text: str, where: str) -> np.ndarray:
    """(h, w, 3): the picture that `inline` wrote."""
    if not str(text).startswith(INLINE):
        raise ValueError(f"{where} must be made by explorable.inline or explorable.sheet")
    return np.array(Image.open(io.BytesIO(base64.b64decode(text.removeprefix(INLINE)))).convert("RGB"))


def _check_guidance(data: dict) -> None:
    kinds = {"guidance": list, "steps": list, "left": list, "noise": str, "of": int, "prompts": list}
    _need(data, "guidance", kinds | {"start": list})
    guidance, steps = data["guidance"], data["steps"]
    for name in ("guidance", "steps"):
        if data[name] != sorted(set(data[name])):
            raise ValueError(f"guidance.{name} must be ascending")
    if guidance[0] != 0 or 1 not in guidance[:-1]:
        raise ValueError(f"guidance.guidance must begin with 0 and have 1 before its last, not {guidance}")
    if len(steps) < 2:
        raise ValueError("guidance.steps must be two or more")
    _need_shape(data["left"], (len(steps),), "guidance.left")
    if data["left"] != sorted(data["left"]) or data["left"][0] < 0 or data["left"][-1] != 1:
        raise ValueError(f"guidance.left must ascend from 0 or more to 1, not {data['left']}")
    prompts = data["prompts"]
    if len({prompt.get("name") for prompt in prompts}) != len(prompts):
        raise ValueError("guidance.prompts names a prompt twice")
    height, width, _ = _pixels(data["noise"], "guidance.noise").shape
    unguided = []
    for prompt in prompts:
        where = f"guidance.prompts[{prompt.get('name')!r}]"
        _need(prompt, where, {"name": str, "away": list, "right": list, "spread": list})
        if not isinstance(prompt.get("trained"), bool):
            raise ValueError(f"{where}.trained must be True or False")
        _need_shape(prompt["away"], (len(guidance), len(steps)), f"{where}.away")
        for name in ("right", "spread"):
            _need_shape(prompt[name], (len(guidance),), f"{where}.{name}")
        if not 0 <= min(prompt["right"]) <= max(prompt["right"]) <= data["of"]:
            raise ValueError(f"{where}.right must lie between 0 and {data['of']}")
        _need_shape(_pixels(prompt.get("image"), f"{where}.image"), (height, width, 3), f"{where}.image")
        pixels = _pixels(prompt.get("sheet"), f"{where}.sheet")
        _need_shape(pixels, (2 * len(guidance) * height, len(steps) * width, 3), f"{where}.sheet")
        unguided.append(pixels.reshape(2, len(guidance), height, -1)[:, 0])
    if any((pixels != unguided[0]).any() for pixels in unguided):
        raise ValueError("guidance: at guidance 0 the text must change nothing, and two prompts differ")
    if len(set(data["start"])) != 2 or not set(data["start"]) <= set(range(len(prompts))):
        raise ValueError(f"guidance.start must be the numbers of two prompts, not {data['start']}")


_KINDS: dict[str, Callable[[dict], None]] = {
    "analogies": _check_analogies,
    "walk": _check_walk,
    "text-and-passes": _check_text_and_passes,
    "lookup": _check_lookup,
    "sampling": _check_sampling,
    "heads": _check_heads,
    "board": _check_board,
    "guidance": _check_guidance,
}
