"""CLIP's training on drawings with names: each time one house's drawing, a little moved, and one caption.

A batch has each thing once, so its captions differ and no pair is a false negative of another. Which house
drew it, how it is moved, and whether the caption has the tags, is drawn anew at every step.
"""

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec.multimodal.clip import CLIP, MeanOfWords, contrastive_loss
from everyvec.multimodal.cnn import CNN
from everyvec.multimodal.pictures import check_pictures

WIDTHS = (16, 32, 64, 128)  # 0.2 million parameters


class DrawingEncoder(CNN):
    """The convolutional network with norms over the batch.

    Drawings are mostly paper, so without them the vectors of all pictures begin nearly alike: CLIP's loss
    on 128 emoji was 2.8 after 110 steps, and 3.1 after 154 with norms over groups of channels.
    In evaluation the norms are fixed, and a picture's vector does not depend on others.

    Ioffe, Szegedy: Batch Normalization, ICML 2015, arXiv:1502.03167.
    """

    def __init__(self, widths: tuple[int, ...] = WIDTHS, channels: int = 3, seed: int = 0):
        super().__init__(widths, channels, seed)
        for stage in self.stages:
            width = stage.norm.num_channels
            stage.norm = nn.BatchNorm2d(width)
            if stage.stay is not None:
                stage.stay_norm = nn.BatchNorm2d(width)


def quick_words(vocabulary: int, width: int = 128, seed: int = 0) -> MeanOfWords:
    """The text encoder with initial vectors a tenth as long, so that Adam's steps turn them faster.

    CLIP's loss on 128 emoji was as low after 110 steps as it was otherwise after more than 200.
    """
    texts = MeanOfWords(vocabulary, width, seed=seed)
    with torch.no_grad():
        texts.words.weight.mul_(0.1)
    return texts


def moved(pictures: Tensor) -> Tensor:
    """(B, C, h, w) the same pictures, each a little larger or smaller, shifted, turned and tinted.

    Args:
        pictures: (B, C, h, w), ink from 0 (white paper) to 1. Paper comes in from outside; it is also what a
            convolution sees there, since it pads with zeros.
    """
    check_pictures(pictures, pictures.shape[1])
    count, new = len(pictures), partial(torch.empty, device=pictures.device)
    scale = new(count).uniform_(0.92, 1.12)  # above 1: the window is larger, the thing smaller
    turn = new(count).uniform_(-0.15, 0.15)  # radians, about 9 degrees
    shift = new(count, 2).uniform_(-0.2, 0.2)  # of half a side: a tenth of a side
    cos, sin = scale * turn.cos(), scale * turn.sin()
    rows = torch.stack([torch.stack([cos, -sin], 1), torch.stack([sin, cos], 1)], 1)  # (B, 2, 2)
    window = F.affine_grid(torch.cat([rows, shift[:, :, None]], 2), list(pictures.shape), align_corners=False)
    seen = F.grid_sample(pictures, window, align_corners=False)  # fills up with zeros
    tint = new(count, pictures.shape[1], 1, 1).uniform_(0.9, 1.1)
    return (seen * tint).clamp(max=1)


class Drawings(nn.Module):
    """A CLIP and the pairs that it learns from, as `everyvec.training.fit` takes them.

    Args:
        clip: to be trained.
        pictures: (houses, N, C, h, w), N things drawn by each house, as ink: see `moved`.
        captions: token tables of the same N things, such as [names (N, L), names with tags (N, M)]; one of
            them is drawn for each thing of a batch.
        group: each pair is compared with so many pairs of its batch only, itself among them; None: with all.

    Raises:
        ValueError: when the numbers of pictures and captions differ.
    """

    def __init__(self, clip: CLIP, pictures: Tensor, captions: Sequence[Tensor], group: int | None = None):
        super().__init__()
        if any(len(table) != pictures.shape[1] for table in captions):
            raise ValueError(
                f"{pictures.shape[1]} things are drawn, but the captions are of {list(map(len, captions))}"
            )
        self.clip, self.group = clip, group
        longest = max(table.shape[1] for table in captions)
        padded = [F.pad(table, (0, longest - table.shape[1])) for table in captions]
        self.register_buffer("pictures", pictures, persistent=False)
        self.register_buffer("captions", torch.stack(padded), persistent=False)  # (tables, N, L)

    def forward(self, things: Tensor) -> Tensor:
        """The loss of a batch of things (B,), all different."""
        houses = torch.randint(len(self.pictures), things.shape, device=things.device)
        tables = torch.randint(len(self.captions), things.shape, device=things.device)
        pictures, ids = moved(self.pictures[houses, things]), self.captions[tables, things]  # (B, …), (B, L)
        if self.group is None:
            return self.clip(pictures, ids)
        scores = self.clip.scores(self.clip.encode_images(pictures), self.clip.encode_texts(ids))  # (B, B)
        parts = torch.arange(len(things), device=things.device).split(self.group)
        return sum(contrastive_loss(scores[part][:, part]) * len(part) for part in parts) / len(things)
