"""Contrastive learning: vectors from pictures alone, by telling two views of one picture from all other
pictures.

Chen, Kornblith, Norouzi, Hinton: A Simple Framework for Contrastive Learning of Visual Representations, ICML
2020, arXiv:2002.05709.
"""

import math
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds, training


def moved(images: Tensor, turn: float = 10.0, shift: float = 0.09, stretch: float = 0.1) -> Tensor:
    """Rotate, shift and stretch each picture a little, at random.

    Args:
        images: (B, h, w).
        turn: degrees at most, to either side; a 6 stays far from a 9.
        shift: share of the side at most, each way; 0.09 of 8 pixels keeps every stroke on the page.
        stretch: share of the size at most, larger or smaller.
    """
    n, _, side = images.shape

    def between(limit: float, *shape: int) -> Tensor:
        return (2 * torch.rand(shape, device=images.device) - 1) * limit

    angle, scale = between(math.radians(turn), n), 1 + between(stretch, n)  # (B,) each
    by = between(2 * shift, n, 2)  # (B, 2), in a grid that reaches from −1 to 1
    cos, sin = scale * angle.cos(), scale * angle.sin()
    matrix = torch.stack(
        [torch.stack([cos, -sin, by[:, 0]], dim=1), torch.stack([sin, cos, by[:, 1]], dim=1)], dim=1
    )  # (B, 2, 3)
    grid = F.affine_grid(matrix, [n, 1, side, side], align_corners=False)  # (B, h, w, 2)
    return F.grid_sample(images.unsqueeze(1), grid, align_corners=False).squeeze(1)  # (B, h, w)


class TwoViews(nn.Module):
    """A small convolutional network that learns to find the other view of the same picture among many.

    Args:
        side: pixels of a picture, each way; even.
        width: channels of the first layer; the second has twice as many.
        dim: length d of the vectors.
        temperature: by which cosines are divided; 0.5 is what the paper used for small pictures (CIFAR-10).
        moves: the limits of `moved`, where they differ from its own.
    """

    def __init__(
        self,
        side: int = 8,
        width: int = 16,
        dim: int = 64,
        temperature: float = 0.5,
        moves: Mapping[str, float] | None = None,
    ):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Unflatten(1, (1, side)),  # (B, 1, h, w)
            nn.Conv2d(1, width, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 3, stride=2, padding=1),  # (B, 2·width, h/2, w/2)
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(2 * width * (side // 2) ** 2, dim),
            nn.ReLU(),
        )
        self.head = nn.Sequential(nn.Linear(dim, dim), nn.ReLU(), nn.Linear(dim, dim // 2))
        self.temperature, self.moves = temperature, dict(moves or {})

    def forward(self, images: Tensor) -> Tensor:
        """Mean loss of a batch (B, h, w), in nats; each picture is moved twice."""
        first = self.head(self.encoder(moved(images, **self.moves)))  # (B, d/2)
        second = self.head(self.encoder(moved(images, **self.moves)))  # (B, d/2)
        return same_picture_loss(first, second, self.temperature)

    @torch.no_grad()
    def vectors(self, images: np.ndarray, batch: int = 2048) -> np.ndarray:
        """(n, d) float32, each row of length √d, for pictures (n, h, w). The head only serves training."""
        device = next(self.parameters()).device
        parts = [self.encoder(part.to(device)) for part in torch.as_tensor(images).split(batch)]
        vectors = F.normalize(torch.cat(parts), dim=1)
        return (vectors * vectors.shape[1] ** 0.5).cpu().numpy()


def same_picture_loss(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    """The contrastive loss of SimCLR (NT-Xent), in nats.

    Args:
        first, second: (B, k); row i of both comes from the same picture.
        temperature: by which cosines are divided.
    """
    views = F.normalize(torch.cat([first, second]), dim=1)  # (2B, k)
    scores = views @ views.T / temperature  # (2B, 2B)
    itself = torch.eye(len(views), dtype=torch.bool, device=views.device)
    partner = torch.arange(len(views), device=views.device).roll(len(first))  # (2B,)
    return F.cross_entropy(scores.masked_fill(itself, -math.inf), partner)


def pretrain(
    images: np.ndarray,
    *,
    width: int = 16,
    dim: int = 64,
    epochs: int = 45,
    batch_size: int = 128,
    lr: float = 3e-3,
    moves: Mapping[str, float] | None = None,
    seed: int = 0,
    device: str | torch.device = "cpu",
) -> tuple[TwoViews, training.History]:
    """Train `TwoViews` on pictures (n, h, w) without labels."""
    torch.manual_seed(seeds.of(seed))
    model = TwoViews(images.shape[1], width, dim, moves=moves)
    history = training.fit(
        model,
        [torch.as_tensor(images)],
        epochs=epochs,
        batch_size=batch_size,
        lr=lr,
        seed=seed,
        device=device,
        title="two views",
    )
    return model, history
