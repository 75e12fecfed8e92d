"""A small world of pictures and words for a language model that sees: drawn scenes of two objects, a short
language that describes them and asks about them, and the parts that are trained apart and then frozen.

The language is made for small models. An object is one word, "redcircle", so that a question finds it in one
step: its last word looks for the object, and the answer lies in what it finds. Blank places are called
"paper".

    paper redcircle paper bluesquare colour circle red shape blue square
"""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds
from everyvec.data.scenes import COLOURS, SHAPES, Scenes, draw, render
from everyvec.multimodal.captions import Captions
from everyvec.multimodal.cnn import CNN
from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder

OBJECTS, PLACES = 2, 4  # of a scene; the longest description, as many words as a picture has quarters
GROWN = 6  # GPT-2's standard deviation of .02 is for a width of 768; at 48 attention would stay even for long
WORDS = Captions(
    [f"{colour}{shape} {colour} {shape} colour shape paper" for colour in COLOURS for shape in SHAPES]
)


def large(count: int, objects: int = OBJECTS, part: str | None = None, seed: int = 0) -> Scenes:
    """Scenes of large objects in the quarters of a picture; arguments as in `draw`."""
    found = draw(count, objects, (2, 2), part, seed)
    return replace(found, size=np.ones_like(found.size))


def ink(scenes: Scenes) -> Tensor:
    """(N, 3, 32, 32): 0 is white paper."""
    return 1 - torch.from_numpy(render(scenes))


def quarters(count: int, part: str | None = None, seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Pictures (4 · count, 3, 16, 16) with one object each, the number of its shape, and of its colour."""
    scenes = large(count, 4, part, seed)
    cut = ink(scenes).unflatten(3, (2, 16)).unflatten(2, (2, 16))  # (N, 3, 2, 16, 2, 16)
    pictures = cut.permute(0, 2, 4, 1, 3, 5).flatten(0, 2).contiguous()  # objects in the order of reading
    return pictures, *(torch.from_numpy(of).flatten() for of in (scenes.shape, scenes.colour))


class Names(nn.Module):
    """A picture encoder that learns to name the shape and the colour of one object.

    Args:
        encoder: of pictures.
        seed: for the initial weights of the layer that names; the encoder has its own.
    """

    def __init__(self, encoder: CNN, seed: int = 0):
        super().__init__()
        torch.manual_seed(seeds.of(seed))
        self.encoder, self.head = encoder, nn.Linear(encoder.width, len(SHAPES) + len(COLOURS))

    def scores(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 8) logits of the shapes, and (B, 8) of the colours."""
        return self.head(self.encoder(pictures)).split([len(SHAPES), len(COLOURS)], dim=1)

    def forward(self, pictures: Tensor, shape: Tensor, colour: Tensor) -> Tensor:
        """Cross-entropy of both in nats, for numbers (B,)."""
        return sum(map(F.cross_entropy, self.scores(pictures), (shape, colour)))


def language_model(seed: int = 0, width: int = 48) -> Decoder:
    """An untrained decoder of two layers for this language, with weights that are large enough to start."""
    positions = 16 + 6 * OBJECTS + 1  # up to 16 places, two questions an object, and the end
    shape = Shape(width=width, heads=4, layers=2, inner=4 * width, positions=positions)
    decoder = Decoder(len(WORDS), shape, seed=seed)
    with torch.no_grad():
        for weight in decoder.parameters():
            if weight.ndim == 2:
                weight.mul_(GROWN)
    return decoder


def questions(scenes: Scenes, seed: int = 0) -> tuple[list[list[str]], np.ndarray]:
    """All questions about each scene with their answers, in an order drawn by chance: "colour circle red",
    "shape red circle".

    Returns:
        N lists of 2 K texts, and (N, 2 K) bool, True for a question about a colour.
    """
    rng, rows, kinds = seeds.rng(seed), [], []
    for shapes, colours in zip(scenes.shape.tolist(), scenes.colour.tolist(), strict=True):
        pairs = [(COLOURS[c], SHAPES[s]) for c, s in zip(colours, shapes, strict=True)]
        texts = [f"colour {s} {c}" for c, s in pairs] + [f"shape {c} {s}" for c, s in pairs]
        order = rng.permutation(len(texts))
        rows.append([texts[i] for i in order])
        kinds.append(order < len(pairs))
    return rows, np.array(kinds)


def told(scenes: Scenes, seed: int = 0) -> list[str]:
    """Each scene in words, its objects in order among blank places, up to 4 in all, and then all questions
    about it with their answers."""
    rng, rows = seeds.rng(seed), []
    for k, asked in enumerate(questions(scenes, seed)[0]):
        objects = [COLOURS[c] + SHAPES[s] for c, s in zip(scenes.colour[k], scenes.shape[k], strict=True)]
        size = int(rng.integers(len(objects), PLACES + 1))
        words = ["paper"] * size
        for place, word in zip(sorted(rng.permutation(size)[: len(objects)]), objects, strict=True):
            words[place] = word
        rows.append(" ".join(words + asked))
    return rows


def dialogues(scenes: Scenes, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Tokens (N, 6 K) of all questions about each scene and their answers, and (N, 6 K) bool, True for the
    answers."""
    ids = WORDS.encode([" ".join(asked) for asked in questions(scenes, seed)[0]])[:, 1:-1]
    wanted = (torch.arange(ids.shape[1]) % 3 == 2).expand_as(ids).contiguous()
    return ids, wanted


def pooled(seen: Tensor, rows: int, columns: int) -> Tensor:
    """(B, rows · columns, S): means of neighbours on a square grid (B, T, S)."""
    side = round(seen.shape[1] ** 0.5)
    grid = seen.mT.unflatten(-1, (side, side))  # (B, S, side, side)
    return F.adaptive_avg_pool2d(grid, (rows, columns)).flatten(2).mT
