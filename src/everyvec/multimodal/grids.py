"""Grids of emoji, and sentences on who stands left of whom: what one vector of a picture must not forget.

A picture is a grid of different emoji. It is given as one vector for each cell: the cell's pixels, through a
principal component analysis of the drawings of all emoji. So nobody has to learn to see, and what differs
between models is what they do with the cells.

"dog left of robot" is true where the robot is in the cell directly right of the dog's. Pairs of kinds belong
to fixed parts: captions of training never name two kinds that a caption of another part names. They may stand
in one picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from everyvec import seeds
from everyvec.data import emoji
from everyvec.multimodal.captions import Captions

NAMES = (
    "ghost", "robot", "dog", "tiger", "frog", "whale", "owl", "butterfly",
    "banana", "strawberry", "pizza", "taxi", "rocket", "umbrella", "key", "balloon",
)  # fmt: skip
PARTS = {"train": 0.7, "valid": 0.15, "test": 0.15}  # shares of the pairs of kinds


@dataclass(frozen=True)
class Grids:
    """N pictures and what is said of them.

    Attributes:
        kinds: (N, P) numbers in `World.names`, row by row.
        cells: (N, P, S) a vector for each cell.
        first: (N,) the kind A that the right caption, "A left of B", names first.
        second: (N,) B.
        choices: (N, 3, L) tokens: the right caption, the swapped one ("B left of A"), and a random one of the
            same part, which may be true by chance.
        bound: (N, L) tokens of "A left of C", where C is in the picture and not directly right of A. In a
            grid of two there is none, and it is None.
    """

    kinds: Tensor
    cells: Tensor
    first: Tensor
    second: Tensor
    choices: Tensor
    bound: Tensor | None


class World:
    """The kinds, their vectors and tokens, and which pairs belong to which part.

    Args:
        names: of the kinds, each a word that names an emoji.
        seen: S, width of a cell's vector.
        seed: for the parts of the pairs.
    """

    def __init__(self, names: Sequence[str] = NAMES, seen: int = 64, seed: int = 0):
        plain = emoji.load().plain()
        self.names, self.things = tuple(names), plain.only(plain.find(*names))
        self.words = Captions([f"{name} left of" for name in names])
        self.tokens = self.words.encode(names)[:, 1]  # (K,)
        # every fourth emoji is enough for the directions in which drawings differ
        ink = np.concatenate([_ink(plain, house)[::4] for house in emoji.HOUSES[:2]])
        middle = ink.mean(axis=0)
        directions = np.linalg.svd(ink - middle, full_matrices=False)[2][:seen]  # (S, pixels)
        features = np.stack([(_ink(self.things, house) - middle) @ directions.T for house in emoji.HOUSES])
        # so that small differences count as much as large ones: each number varies by 1 in the two houses
        features /= features[:2].reshape(-1, seen).std(axis=0)
        self.features = torch.tensor(features, dtype=torch.float32)  # (3, K, S): Twemoji, Noto, Fluent
        draws = seeds.rng(seed).random((len(names), len(names)))
        draws = np.triu(draws, 1) + np.triu(draws, 1).T  # a pair has one part, in both orders
        self.parts = torch.tensor(np.searchsorted(np.cumsum(list(PARTS.values()))[:-1], draws))  # (K, K)

    def captions(self, first: Tensor, second: Tensor) -> Tensor:
        """(N, 6) tokens of "A left of B" for kinds (N,) and (N,)."""
        texts = [f"{self.names[a]} left of {self.names[b]}" for a, b in zip(first, second, strict=True)]
        return self.words.encode(texts)

    def grids(self, count: int, rows: int, columns: int, part: str, seed: int, fluent: bool = False) -> Grids:
        """`count` pictures whose captions belong to `part`, drawn by Twemoji and Noto, or by Fluent."""
        draws = torch.Generator().manual_seed(seeds.of(seed))
        places, kinds = rows * columns, len(self.names)
        grid = torch.rand(12 * count, kinds, generator=draws).topk(places, dim=1).indices  # (12 N, P)
        left = torch.randint(rows, (len(grid),), generator=draws) * columns
        left = (left + torch.randint(columns - 1, (len(grid),), generator=draws))[:, None]  # A's cell
        first, second = grid.gather(1, left)[:, 0], grid.gather(1, left + 1)[:, 0]
        mine = (self.parts[first, second] == list(PARTS).index(part)).nonzero()[:count, 0]
        if len(mine) < count:
            raise ValueError(f"only {len(mine)} of {count} pictures found: are there pairs for {part!r}?")
        grid, left, first, second = grid[mine], left[mine], first[mine], second[mine]
        house = torch.randint(2, grid.shape, generator=draws)
        house = torch.full_like(house, 2) if fluent else house
        # A random caption is one of the same part. Else training would show the pairs of the other parts, and
        # only as wrong captions: models then liked random captions better than right ones.
        others = ((self.parts == list(PARTS).index(part)) & ~torch.eye(kinds, dtype=torch.bool)).nonzero()
        other, another = others[torch.randint(len(others), (count,), generator=draws)].T
        table = self.table  # (K, K, L)
        choices = torch.stack([table[first, second], table[second, first], table[other, another]], dim=1)
        bound = None
        if places > 2:
            chance = torch.rand(grid.shape, generator=draws)  # (N, P)
            chance.scatter_(1, torch.cat([left, left + 1], dim=1), -1.0)  # neither A nor B
            bound = table[first, grid.gather(1, chance.argmax(dim=1, keepdim=True))[:, 0]]
        return Grids(grid, self.features[house, grid], first, second, choices, bound)

    @property
    def table(self) -> Tensor:
        """(K, K, 6) tokens of "A left of B" for each A and B."""
        first, second = torch.cartesian_prod(*[torch.arange(len(self.names))] * 2).T
        return self.captions(first, second).view(len(self.names), len(self.names), -1)

    @torch.no_grad()
    def anchor(self, words: nn.Embedding, into: nn.Linear) -> None:
        """Let each word begin as the mean vector of its kind's drawings, and cells as what they are.

        Without it, a model must first learn which word belongs to which drawing; a `Fuse` of width 32 was
        then at .77 on swapped captions after 400 steps.

        Li et al.: Oscar: Object-Semantics Aligned Pre-training, ECCV 2020, arXiv:2004.06165, has words as
        anchors, too: names of the objects that a detector found.
        """
        words.weight[self.tokens] = self.features[:2].mean(dim=0)
        into.weight.copy_(torch.eye(*into.weight.shape))
        into.bias.zero_()


def true_of(kinds: Tensor, columns: int, first: Tensor, second: Tensor) -> Tensor:
    """(N, M) bool: of which pictures with kinds (N, P) is each of M captions, "A left of B", true?"""
    grid = kinds.view(len(kinds), -1, columns)  # (N, rows, columns)
    a, b = grid[:, :, :-1, None] == first, grid[:, :, 1:, None] == second  # (N, rows, columns − 1, M)
    return (a & b).flatten(1, 2).any(dim=1)


def _ink(things: emoji.Emoji, house: str) -> np.ndarray:
    """(N, pixels), 0 where the paper is white."""
    return 1 - emoji.on(things.pictures(house)).reshape(len(things), -1)
