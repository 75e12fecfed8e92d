"""Pretext tasks on images: puzzles made from the pictures themselves, and an encoder that learns from them.

Rotation: Gidaris, Singh, Komodakis, ICLR 2018, arXiv:1803.07728. Jigsaw: Noroozi, Favaro, ECCV 2016,
arXiv:1603.09246 (four pieces here, nine there). Masked patches: Pathak et al., CVPR 2016, arXiv:1604.07379;
He et al., CVPR 2022, arXiv:2111.06377.
"""

from itertools import permutations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds

ORDERS = torch.tensor(list(permutations(range(4))))  # (24, 4): every order of four pieces


def rotate(images: Tensor, turns: Tensor) -> Tensor:
    """Turn each image counter-clockwise by `turns` right angles.

    Args:
        images: (B, S, S).
        turns: (B,) int64, 0 to 3.
    """
    all_turns = torch.stack([torch.rot90(images, k, (1, 2)) for k in range(4)])  # (4, B, S, S)
    return all_turns[turns, torch.arange(len(images), device=images.device)]  # (B, S, S)


def shuffle(images: Tensor, orders: Tensor) -> Tensor:
    """Cut each image into quadrants and lay them anew, row by row: first the quadrant `orders[0]`, …

    Args:
        images: (B, S, S), S even.
        orders: (B, 4) int64, each row a permutation of 0 (upper left), 1 (upper right), 2, 3.
    """
    half = images.shape[1] // 2
    rows = images.unflatten(1, (2, half)).unflatten(3, (2, half))  # (B, 2, S/2, 2, S/2)
    pieces = rows.transpose(2, 3).flatten(1, 2)  # (B, 4, S/2, S/2)
    laid = pieces[torch.arange(len(images), device=images.device).unsqueeze(1), orders]
    return laid.unflatten(1, (2, 2)).transpose(2, 3).flatten(3, 4).flatten(1, 2)  # (B, S, S)


def patch_mask(count: int, side: int, patch: int, hidden: int, device: str | torch.device = "cpu") -> Tensor:
    """True where a pixel is hidden: `hidden` patches of `patch` × `patch` pixels, drawn for each image.

    Returns:
        (count, side, side) bool; `patch` must divide `side`.
    """
    grid = side // patch
    order = torch.rand(count, grid * grid, device=device).argsort(dim=1).argsort(dim=1)  # ranks
    mask = (order < hidden).view(count, grid, grid)
    return mask.repeat_interleave(patch, 1).repeat_interleave(patch, 2)


class Encoder(nn.Module):
    """Convolutions, then the strongest response of each channel, wherever on the page it was.

    Args:
        width: channels of the first layer; the others have twice as many. 24 is as wide as three puzzles,
            each under three seeds, can be within the lesson's minute.
        halvings: how often height and width are halved; 2 leaves 3 × 3 places of a page of 12 × 12. More for
            larger images.
        seed: for the initial weights.
    """

    def __init__(self, width: int = 24, halvings: int = 2, seed: int = 0):
        super().__init__()
        self.dim = 2 * width
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seeds.of(seed))
            layers = [nn.Conv2d(1, width, 3, padding=1)]
            channels = width
            for _ in range(halvings):
                layers.append(nn.Conv2d(channels, self.dim, 3, stride=2, padding=1))
                channels = self.dim
            layers.append(nn.Conv2d(channels, self.dim, 3, padding=1))
        self.layers = nn.ModuleList(layers).to(memory_format=torch.channels_last)  # faster on a CPU

    def forward(self, images: Tensor) -> Tensor:
        """(B, H, W) → (B, 2·width)."""
        x = images.unsqueeze(1)  # (B, 1, H, W)
        for layer in self.layers:
            x = F.relu(layer(x))  # (B, C, H', W')
        return x.amax(dim=(2, 3))  # (B, 2·width)


class Choice(nn.Module):
    """A puzzle with a few possible answers: an encoder, and a head that is thrown away afterwards.

    Args:
        encoder: what is kept.
        options: how many answers there are.
        hidden: width of the head's hidden layer, more than twice the encoder's 48 features, so that the head
            is not what limits the answer.
        seed: for the head's initial weights.
    """

    def __init__(self, encoder: Encoder, options: int, hidden: int = 128, seed: int = 0):
        super().__init__()
        self.encoder, self.options = encoder, options
        self.head = _head(encoder.dim, hidden, options, seed)

    def pose(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures to puzzle over (B, S, S), and the right answers (B,) int64, drawn at random."""
        raise NotImplementedError

    def forward(self, images: Tensor) -> Tensor:
        """Mean cross-entropy of a batch of freshly drawn puzzles, in nats."""
        puzzles, answers = self.pose(images)
        return F.cross_entropy(self.head(self.encoder(puzzles)), answers)

    @torch.no_grad()
    def solved(self, images: Tensor, seed: int = 0) -> float:
        """Share of the puzzles solved, one for each image; guessing solves 1 / options."""
        torch.manual_seed(seeds.of(seed))
        puzzles, answers = self.pose(images)
        return (self.head(self.encoder(puzzles)).argmax(dim=1) == answers).float().mean().item()


class Rotation(Choice):
    """By how many right angles was the picture rotated?"""

    def __init__(self, encoder: Encoder, seed: int = 0):
        super().__init__(encoder, options=4, seed=seed)

    def pose(self, images: Tensor) -> tuple[Tensor, Tensor]:
        turns = torch.randint(0, 4, (len(images),), device=images.device)
        return rotate(images, turns), turns


class Jigsaw(Choice):
    """In which order were the quadrants laid?"""

    def __init__(self, encoder: Encoder, seed: int = 0):
        super().__init__(encoder, options=len(ORDERS), seed=seed)

    def pose(self, images: Tensor) -> tuple[Tensor, Tensor]:
        answers = torch.randint(0, len(ORDERS), (len(images),), device=images.device)
        return shuffle(images, ORDERS.to(images.device)[answers]), answers


class MaskedPatch(nn.Module):
    """What was in the blanked patches?

    Args:
        encoder: what is kept.
        side: height and width of the images.
        patch: side of a patch, in pixels; divides `side`.
        hidden: how many patches are blanked.
        seed: for the head's initial weights.
    """

    def __init__(self, encoder: Encoder, side: int, patch: int, hidden: int, seed: int = 0):
        super().__init__()
        self.encoder, self.side, self.patch, self.hidden = encoder, side, patch, hidden
        self.head = _head(encoder.dim, 128, side * side, seed)

    def errors(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Difference between guess and truth at each pixel (B, S, S), and which were hidden."""
        mask = patch_mask(len(images), self.side, self.patch, self.hidden, images.device)
        guess = self.head(self.encoder(images * ~mask)).view_as(images)  # (B, S, S)
        return guess - images, mask

    def forward(self, images: Tensor) -> Tensor:
        """Mean squared error over the hidden pixels."""
        errors, mask = self.errors(images)
        return errors[mask].square().mean()

    @torch.no_grad()
    def solved(self, images: Tensor, seed: int = 0) -> float:
        """Share of the hidden pixels' variance that is explained; the mean of all images explains none."""
        torch.manual_seed(seeds.of(seed))
        errors, mask = self.errors(images)
        by_mean = (images.mean(dim=0) - images)[mask].square().mean()
        return 1 - (errors[mask].square().mean() / by_mean).item()


def _head(inputs: int, hidden: int, outputs: int, seed: int) -> nn.Sequential:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seeds.of(seed))
        return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, outputs))


@torch.no_grad()
def features(encoder: nn.Module, images: np.ndarray, batch_size: int = 512) -> np.ndarray:
    """What `encoder` makes of `images` (n, H, W): (n, d) float32."""
    device = next(encoder.parameters()).device
    parts = [encoder(part.to(device)).cpu() for part in torch.as_tensor(images).split(batch_size)]
    return torch.cat(parts).numpy()
