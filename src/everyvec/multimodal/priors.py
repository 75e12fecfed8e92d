"""A CNN and a ViT with one assumption taken away, and the pictures of shapes on which they are compared.

LeCun et al.: Gradient-Based Learning Applied to Document Recognition, Proceedings of the IEEE 86(11), 1998
(local windows and shared weights).
"""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds
from everyvec.data import scenes
from everyvec.multimodal.cnn import CNN
from everyvec.multimodal.vit import ViT

SIDE = 24  # pixels of a picture; an object's box has 10, so there are 15 × 15 places
PLACES = range(SIDE - scenes.BOX + 1)
BLACK = scenes.COLOURS.index("black")


def shapes(count: int, lefts: range = PLACES, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Pictures of one black shape each, small or large, anywhere on white paper.

    Args:
        count: N.
        lefts: the first columns that an object's box may have; all are equally likely.
        seed: for shapes, sizes and places.

    Returns:
        (N, 1, 24, 24) ink from 0 (paper) to 1, and (N,) numbers of the shapes in `scenes.SHAPES`.

    Raises:
        ValueError: for columns at which an object would leave the picture.
    """
    if not len(lefts) or min(lefts) < 0 or max(lefts) > PLACES[-1]:
        raise ValueError(f"a box begins in one of the columns 0 to {PLACES[-1]}, not in {lefts}")
    drawn = scenes.draw(count, seed=seed)
    (places,) = seeds.rng(seed).spawn(1)  # independent of what the shapes were drawn from
    top, left = places.choice(PLACES, (count, 1)), places.choice(lefts, (count, 1))
    drawn = replace(drawn, colour=np.full_like(drawn.colour, BLACK), top=top, left=left)
    paper = torch.from_numpy(scenes.render(drawn)[:, :1, :SIDE, :SIDE])
    ink = (1 - paper) / (1 - scenes._RGB[BLACK, 0])
    return ink.contiguous(), torch.from_numpy(drawn.shape[:, 0])


def reordered(pictures: Tensor, patch: int, order: Tensor) -> Tensor:
    """The same pictures with their patches in another order; each patch stays as it is.

    Args:
        pictures: (B, C, height, width).
        patch: p, of the square patches; it divides both; with 1 the pixels get another order.
        order: (P,) which patch, counted row by row, comes to each place.
    """
    columns = F.unfold(pictures, patch, stride=patch)  # (B, C p², P)
    return F.fold(columns[..., order], pictures.shape[2:], patch, stride=patch)


class Flat(CNN):
    """A CNN whose vector keeps the places: the last grid as it is, in place of its mean.

    Args:
        size: height and width of the pictures.
        widths, channels, seed: see `CNN`.
    """

    def __init__(self, size: tuple[int, int], widths: tuple[int, ...], channels: int = 3, seed: int = 0):
        super().__init__(widths, channels, seed)
        with torch.no_grad():
            self.width = self.grid(torch.zeros(1, channels, *size)).numel()

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, D h w): the last grid (B, D, h, w) as one vector."""
        return self.grid(pictures).flatten(1)


class Unshared(nn.Module):
    """A convolution without weight sharing: at each place other windows, which are learned for it alone.

    Args:
        like: the convolution that it takes the place of, without a bias.
        size: height and width of the grids that come in.

    Attributes:
        weight: (P, D, C k²), D windows for each of P places; they start as a `Conv2d`'s do.
        size: rows and columns of places.
    """

    def __init__(self, like: nn.Conv2d, size: tuple[int, int]):
        super().__init__()
        self.window = {"kernel_size": like.kernel_size, "padding": like.padding, "stride": like.stride}
        (side, _), (pad, _), (stride, _) = self.window.values()
        self.size = tuple((length + 2 * pad - side) // stride + 1 for length in size)
        inputs = like.in_channels * side**2
        weight = torch.empty(self.size[0] * self.size[1], like.out_channels, inputs)
        self.weight = nn.Parameter(weight.uniform_(-(inputs**-0.5), inputs**-0.5))

    def forward(self, grid: Tensor) -> Tensor:
        """(B, C, h, w) → (B, D, rows, columns)."""
        windows = F.unfold(grid, **self.window)  # (B, C k², P)
        return torch.einsum("bkp,pdk->bdp", windows, self.weight).unflatten(2, self.size)


def unshare(cnn: CNN, size: tuple[int, int], seed: int = 0) -> CNN:
    """The same network with all its convolutions unshared, for pictures of this height and width."""
    torch.manual_seed(seeds.of(seed))
    for stage in cnn.stages:
        stage.halve = Unshared(stage.halve, size)
        size = stage.halve.size
        if stage.stay is not None:
            stage.stay = Unshared(stage.stay, size)
    return cnn


def without_positions(vit: ViT) -> ViT:
    """The same network, which is not told where a patch lies and does not learn it."""
    nn.init.zeros_(vit.positions.weight)
    vit.positions.weight.requires_grad_(False)
    return vit
