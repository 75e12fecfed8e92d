"""Drawn scenes: objects with a shape, a colour, a size and a place, and the sentences that are true of them.

Everything about a picture is known, so a cause can be switched on and off: where the objects lie, which
colours meet which shapes in training, how many captions are wrong, how many say too little.

A combination of shape and colour belongs to a fixed part (`part_of`): 32 of 64 are trained on, 16 choose
settings, 16 measure. Each shape and each colour is equally often in each part, so an unseen combination has
known halves, and neither half tells whether it is unseen.

Within a scene all shapes differ, and all colours. "The circle" is therefore one object, and a sentence with
two colours exchanged is false.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

import numpy as np

from everyvec import seeds

SHAPES = ("circle", "ring", "square", "frame", "triangle", "diamond", "cross", "heart")
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "brown", "black")
SIZES = ("small", "large")
DIRECTIONS = ("left of", "right of", "above", "below")
SIDE = 32  # pixels of a picture
BOX = 10  # pixels of the square that an object lies in; a large one fills it

_RGB = np.array(
    [
        (0.86, 0.10, 0.12),
        (1.00, 0.55, 0.05),
        (0.96, 0.85, 0.15),
        (0.12, 0.62, 0.22),
        (0.12, 0.35, 0.90),
        (0.58, 0.20, 0.72),
        (0.50, 0.30, 0.14),
        (0.08, 0.08, 0.08),
    ],
    dtype=np.float32,
)
_SCALE = (0.65, 1.0)  # of a small and a large object
# How far its colour stands behind its shape in the two lists tells a combination's part. So no shape or
# colour is more frequent in one, and each has at least two combinations in each.
_PARTS = {"train": (0, 1, 4, 6), "valid": (3, 5), "test": (2, 7)}


@dataclass(frozen=True)
class Scenes:
    """N scenes of K objects each, all arrays (N, K) int64.

    Attributes:
        shape: numbers in `SHAPES`.
        colour: numbers in `COLOURS`.
        size: numbers in `SIZES`.
        top: first pixel row of the object's box.
        left: first pixel column.
    """

    shape: np.ndarray
    colour: np.ndarray
    size: np.ndarray
    top: np.ndarray
    left: np.ndarray

    def __len__(self) -> int:
        return len(self.shape)

    def only(self, chosen: np.ndarray) -> "Scenes":
        """These scenes: (N,) bool, or their numbers in the order wanted."""
        return Scenes(*(values[chosen] for values in vars(self).values()))

    def moved(self, down: int, right: int) -> "Scenes":
        """The same scenes with all objects elsewhere.

        Raises:
            ValueError: when an object would leave its picture.
        """
        top, left = self.top + down, self.left + right
        if min(top.min(), left.min()) < 0 or max(top.max(), left.max()) > SIDE - BOX:
            raise ValueError(f"moved by {down} and {right} pixels, an object leaves the picture")
        return replace(self, top=top, left=left)

    def exchanged(self) -> "Scenes":
        """The same scenes with the first two objects' colours exchanged: the same words, another scene.

        Of scenes from one part the new combinations may be of another part.

        Raises:
            ValueError: for scenes of one object.
        """
        if self.colour.shape[1] < 2:
            raise ValueError("colours are exchanged between two objects, and these scenes have one")
        return replace(self, colour=self.colour[:, [1, 0, *range(2, self.colour.shape[1])]])


class Captions(NamedTuple):
    """One caption a scene.

    Attributes:
        texts: N of them.
        wrong: (N,) bool, whether it is another scene's.
        vague: (N,) bool, whether it leaves out what could be told.
    """

    texts: list[str]
    wrong: np.ndarray
    vague: np.ndarray


class Relations(NamedTuple):
    """Three sentences a scene, about the same two of its objects.

    Attributes:
        true: "the red circle is left of the blue square".
        swapped: "the blue square is left of the red circle".
        misbound: "the blue circle is left of the red square".
    """

    true: list[str]
    swapped: list[str]
    misbound: list[str]


class Question(NamedTuple):
    """A question about the scene with this number, and its answer in one word."""

    scene: int
    kind: str
    text: str
    answer: str


def part_of(shape: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """The parts of combinations, in the shape of the arguments: "train", "valid" or "test"."""
    of = np.array([part for away in range(len(COLOURS)) for part, all_ in _PARTS.items() if away in all_])
    return of[(np.asarray(colour) - np.asarray(shape)) % len(COLOURS)]


def draw(
    count: int, objects: int = 1, grid: tuple[int, int] = (1, 1), part: str | None = None, seed: int = 0
) -> Scenes:
    """Draw scenes.

    Args:
        count: how many.
        objects: how many in each, at most as many as the grid has cells.
        grid: rows and columns of equal cells. An object lies anywhere in its cell, and in no other's: with
            (1, 1) anywhere in the picture, with (1, 2) two beside each other.
        part: of which part of the combinations the objects are; None for any.
        seed: for the draws.

    Raises:
        ValueError: when the objects or the cells do not fit, or there is no such part.
    """
    rows, columns = grid
    if count < 1:
        raise ValueError(f"draw at least one scene, not {count}")
    if not 1 <= objects <= min(rows * columns, len(SHAPES)):
        most = min(rows * columns, len(SHAPES))
        raise ValueError(f"a grid of {rows} × {columns} takes 1 to {most} objects, not {objects}")
    if max(rows, columns) * BOX > SIDE:
        raise ValueError(f"a grid of {rows} × {columns} does not fit: a cell has at least {BOX} pixels")
    if part not in (None, *_PARTS):
        raise ValueError(f"a part is one of {', '.join(_PARTS)}, or None, not {part!r}")
    rng = seeds.rng(seed)
    away = np.array(_PARTS[part] if part else range(len(COLOURS)))
    kept: list[np.ndarray] = []
    while sum(map(len, kept)) < count:  # those in which a colour came twice are drawn again
        shape = rng.random((count, len(SHAPES))).argsort(axis=1)[:, :objects]
        colour = (shape + away[rng.integers(0, len(away), shape.shape)]) % len(COLOURS)
        ordered = np.sort(colour, axis=1)
        kept.append(np.stack([shape, colour], axis=1)[(np.diff(ordered) > 0).all(axis=1)])
    shape, colour = np.concatenate(kept)[:count].swapaxes(0, 1)  # (count, objects) each
    cell = rng.random((count, rows * columns)).argsort(axis=1)[:, :objects]
    cell.sort(axis=1)  # objects in the order of reading
    places = []
    for number, cells in ((cell // columns, rows), (cell % columns, columns)):
        edges = np.arange(cells + 1) * SIDE // cells
        places.append(rng.integers(edges[number], edges[number + 1] - BOX + 1))
    size = rng.integers(0, len(SIZES), shape.shape)
    return Scenes(shape, colour, size, *places)


def render(scenes: Scenes, background: float = 1.0) -> np.ndarray:
    """The pictures: (N, 3, 32, 32) float32 from 0 to 1, on grey from 0 (black) to 1 (white)."""
    pictures = np.full((len(scenes), SIDE, SIDE, 3), background, dtype=np.float32)
    number = np.arange(len(scenes))[:, None, None]
    down, right = np.mgrid[:BOX, :BOX]
    for k in range(scenes.shape.shape[1]):
        ink = _stamps()[scenes.size[:, k], scenes.shape[:, k], :, :, None]  # (N, BOX, BOX, 1)
        row, column = scenes.top[:, k, None, None] + down, scenes.left[:, k, None, None] + right
        behind = pictures[number, row, column]  # (N, BOX, BOX, 3)
        pictures[number, row, column] = behind + ink * (_RGB[scenes.colour[:, k], None, None] - behind)
    return np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))


def captions(scenes: Scenes, wrong: float = 0.0, vague: float = 0.0, seed: int = 0) -> Captions:
    """One caption a scene: "a small red circle and a large blue square", in the order of reading.

    Args:
        scenes: N.
        wrong: this share of the captions, drawn by chance, belong to another of these scenes and are not
            true here.
        vague: this share say only "a circle and a square" or "something red and something blue", which is
            true and fits many scenes.
        seed: for the draws.

    Raises:
        ValueError: for shares that are not from 0 to 1, or when no other scene has another caption.
    """
    if not (0 <= wrong <= 1 and 0 <= vague <= 1):
        raise ValueError(f"shares are from 0 to 1, not {wrong} and {vague}")
    rng = seeds.rng(seed)
    is_wrong, is_vague, by_shape = (rng.random(len(scenes)) < share for share in (wrong, vague, 0.5))
    of = _others(scenes, is_wrong, rng)
    full, shapes, colours = (_phrases(scenes, only) for only in (None, "shape", "colour"))
    texts = [(shapes if by_shape[n] else colours)[n] if is_vague[n] else full[n] for n in of]
    return Captions(texts, is_wrong, is_vague[of])


def _others(scenes: Scenes, is_wrong: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Whose caption each scene gets, (N,): its own, or one of a scene with other shapes and other colours."""
    shapes, colours = np.sort(scenes.shape, axis=1), np.sort(scenes.colour, axis=1)
    of, left = np.arange(len(scenes)), np.flatnonzero(is_wrong)
    for _ in range(200):  # two or three are enough, unless hardly any scenes differ
        of[left] = rng.integers(0, len(scenes), len(left))
        same = [(values[left] == values[of[left]]).all(axis=1) for values in (shapes, colours)]
        left = left[same[0] | same[1]]
        if not len(left):
            return of
    raise ValueError("too few different scenes to give them each other's captions")


def _phrases(scenes: Scenes, only: str | None = None) -> list[str]:
    words = {
        None: lambda s, c, z: f"a {SIZES[z]} {COLOURS[c]} {SHAPES[s]}",
        "shape": lambda s, c, z: f"a {SHAPES[s]}",
        "colour": lambda s, c, z: f"something {COLOURS[c]}",
    }[only]
    every = np.stack([scenes.shape, scenes.colour, scenes.size], axis=-1).tolist()
    return [" and ".join(words(*one) for one in objects) for objects in every]


def relations(scenes: Scenes, seed: int = 0) -> Relations:
    """A true sentence about two objects of each scene, drawn by chance, and two false ones in the same words.

    One object is left of another when its box ends before the other's begins, whatever their heights; of two
    objects in cells of their own at least one of left of, right of, above and below is true.

    Of scenes from one part, the combinations in a misbound sentence may be of another part. Whoever trains on
    these would teach that unseen combinations are false; the swapped sentence has no such trace.

    Raises:
        ValueError: for scenes of one object, or with objects that overlap.
    """
    count, objects = scenes.shape.shape
    if objects < 2:
        raise ValueError("a relation needs scenes of at least two objects")
    rng = seeds.rng(seed)
    first, second = rng.random((count, objects)).argsort(axis=1)[:, :2].T  # (N,) each
    number = np.arange(count)
    right, down = (at[number, second] - at[number, first] for at in (scenes.left, scenes.top))
    true = np.stack([right >= BOX, right <= -BOX, down >= BOX, down <= -BOX], axis=1)  # (N, 4)
    if not true.any(axis=1).all():
        raise ValueError(f"in scene {true.any(axis=1).argmin()} two objects overlap")
    which = np.where(true, rng.random(true.shape), -1).argmax(axis=1)
    found = []
    for n, (a, b, says) in enumerate(zip(first, second, which, strict=True)):
        colour, shape = scenes.colour[n], scenes.shape[n]
        one, other, crossed, back = (
            f"the {COLOURS[colour[i]]} {SHAPES[shape[j]]}" for i, j in ((a, a), (b, b), (b, a), (a, b))
        )
        between = f" is {DIRECTIONS[says]} "
        found.append((one + between + other, other + between + one, crossed + between + back))
    return Relations(*map(list, zip(*found, strict=True)))


def questions(scenes: Scenes, seed: int = 0) -> list[Question]:
    """Four questions a scene: a colour, a shape, and two to be answered by yes or no.

    "what colour is the circle", "what shape is the red one", and "is there a red circle" once with yes and
    once with no. The combination that is not there has a colour or a shape of an object that is, and is of
    the same part. Otherwise unseen combinations would be asked for in training, always with the answer no.
    """
    rng = seeds.rng(seed)
    asked: list[Question] = []
    for n in range(len(scenes)):
        shapes, colours = scenes.shape[n], scenes.colour[n]
        k, m = rng.integers(len(shapes), size=2)
        near = _near(int(shapes[m]), int(colours[m]))
        other_shape, other_colour = near[rng.integers(len(near))]
        there = f"{COLOURS[colours[m]]} {SHAPES[shapes[m]]}"
        missing = f"{COLOURS[other_colour]} {SHAPES[other_shape]}"
        shape, colour = SHAPES[shapes[k]], COLOURS[colours[k]]
        asked += [
            Question(n, "colour", f"what colour is the {shape}", colour),
            Question(n, "shape", f"what shape is the {colour} one", shape),
            Question(n, "there", f"is there {_a(there)}", "yes"),
            Question(n, "there", f"is there {_a(missing)}", "no"),
        ]
    return asked


@cache
def _near(shape: int, colour: int) -> list[tuple[int, int]]:
    """Combinations of the same part with another shape or another colour. None is in a scene with this one,
    since each shape of a scene has one colour."""
    all_ = [(shape, other) for other in range(len(COLOURS)) if other != colour]
    all_ += [(other, colour) for other in range(len(SHAPES)) if other != shape]
    return [pair for pair in all_ if part_of(*pair) == part_of(shape, colour)]


def _a(words: str) -> str:
    return f"{'an' if words.startswith('o') else 'a'} {words}"


@cache
def _stamps() -> np.ndarray:
    """(sizes, shapes, BOX, BOX) float32: how much of each pixel an object covers, by 16 × 16 points in it."""
    at = (np.arange(BOX * 16) + 0.5) / (BOX * 8) - 1  # from −1 to 1
    stamps = np.empty((len(SIZES), len(SHAPES), BOX, BOX), dtype=np.float32)
    for number, scale in enumerate(_SCALE):
        y, x = np.meshgrid(at / scale, at / scale, indexing="ij")  # y grows downwards
        radius, edge, taxi = np.hypot(x, y), np.maximum(abs(x), abs(y)), abs(x) + abs(y)
        inside = {
            "circle": radius < 1,
            "ring": (radius > 0.55) & (radius < 1),
            "square": edge < 0.9,
            "frame": (edge > 0.5) & (edge < 0.9),
            "triangle": (y < 0.85) & (abs(x) < (y + 1) / 1.85),
            "diamond": taxi < 1,
            "cross": (np.minimum(abs(x), abs(y)) < 0.3) & (edge < 0.95),
            "heart": (np.hypot(abs(x) - 0.48, y + 0.4) < 0.5) | ((y > -0.4) & (abs(x) < 0.73 * (0.95 - y))),
        }
        for place, shape in enumerate(SHAPES):
            stamps[number, place] = inside[shape].reshape(BOX, 16, BOX, 16).mean(axis=(1, 3))
    return stamps
