"""A convolutional network: the same small window looks at every place of a picture, and again at what it saw.

What it assumes is built in: neighbours belong together (a window is 3 × 3), a thing is the same thing
wherever it is (one window for all places), and large things are made of small ones (each layer halves the
grid and so sees twice as far).

LeCun et al.: Gradient-Based Learning Applied to Document Recognition, Proceedings of the IEEE 86(11), 1998.
He et al.: Deep Residual Learning for Image Recognition, CVPR 2016, arXiv:1512.03385 (residual convolutions).
Wu, He: Group Normalization, ECCV 2018, arXiv:1803.08494.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds
from everyvec.multimodal.pictures import check_pictures

EMOJI = (32, 64, 128, 256)  # 0.6 million parameters; the image encoder of the course's CLIP
SMALL = (16, 32, 64)  # 33 thousand; for curves over the number of examples
GROUPS = 8


def convolve(
    pictures: Tensor, kernels: Tensor, bias: Tensor | None = None, stride: int = 1, padding: int = 0
) -> Tensor:
    """A convolution, window by window: what `F.conv2d` computes.

    Args:
        pictures: (B, C, height, width).
        kernels: (D, C, k, k), D windows; each is laid over every place.
        bias: (D,), added everywhere.
        stride: from one place to the next.
        padding: rows and columns of zeros around each picture.

    Returns:
        (B, D, rows, columns), at each place the D products with what lies under the window.
    """
    size = kernels.shape[-1]
    padded = F.pad(pictures, (padding,) * 4)  # (B, C, height + 2 padding, width + 2 padding)
    rows, columns = ((length - size) // stride + 1 for length in padded.shape[2:])
    found = pictures.new_empty(len(pictures), len(kernels), rows, columns)
    for row in range(rows):
        for column in range(columns):
            top, left = row * stride, column * stride
            window = padded[:, :, top : top + size, left : left + size]  # (B, C, k, k)
            found[:, :, row, column] = torch.einsum("bcij,dcij->bd", window, kernels)  # (B, D)
    return found if bias is None else found + bias[:, None, None]


class Stage(nn.Module):
    """A convolution that halves the grid, and one more that is added to what came in.

    Args:
        before, after: channels of what comes in, and of what goes out.
        residual: whether there is the second convolution.
    """

    def __init__(self, before: int, after: int, residual: bool):
        super().__init__()
        self.halve = nn.Conv2d(before, after, kernel_size=3, stride=2, padding=1, bias=False)
        # Norms over groups of channels of one picture: unlike a batch norm's, a picture's vector does not
        # depend on the other pictures of the batch.
        self.norm = nn.GroupNorm(GROUPS, after)
        self.stay = nn.Conv2d(after, after, kernel_size=3, padding=1, bias=False) if residual else None
        self.stay_norm = nn.GroupNorm(GROUPS, after) if residual else None

    def forward(self, grid: Tensor) -> Tensor:
        """(B, C, h, w) → (B, C′, h/2, w/2), rounded up."""
        grid = F.relu(self.norm(self.halve(grid)))  # (B, C′, h/2, w/2)
        if self.stay is None:
            return grid
        return grid + F.relu(self.stay_norm(self.stay(grid)))


class CNN(nn.Module):
    """Stages that halve the grid, and the mean over the places that are left.

    The stages between the first and the last have a residual convolution.

    Args:
        widths: channels after each stage, multiples of 8; `EMOJI` or `SMALL`.
        channels: C, of the pictures.
        seed: for the initial weights.

    Attributes:
        width: of a picture's vector; the last of the widths.
    """

    def __init__(self, widths: tuple[int, ...] = EMOJI, channels: int = 3, seed: int = 0):
        super().__init__()
        if not widths or any(width < 1 or width % GROUPS for width in widths):
            raise ValueError(f"widths must be multiples of {GROUPS}, at least one, not {widths}")
        torch.manual_seed(seeds.of(seed))
        self.channels, self.width = channels, widths[-1]
        last = len(widths) - 1
        self.stages = nn.ModuleList(
            Stage(before, after, residual=0 < number < last)
            for number, (before, after) in enumerate(zip((channels, *widths), widths, strict=False))
        )

    def grid(self, pictures: Tensor) -> Tensor:
        """(B, D, h, w): a vector at each place of the last grid, from pictures (B, C, height, width) of any
        size.

        Raises:
            ValueError: for what is no such batch.
        """
        check_pictures(pictures, self.channels)
        grid = pictures
        for stage in self.stages:
            grid = stage(grid)
        return grid

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, D): one vector for each picture, the mean of its grid."""
        return self.grid(pictures).mean(dim=(2, 3))
