"""What every model of this module takes as a picture, and the head that gives pictures their class."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds

MODES = {1: "grey", 3: "RGB", 4: "RGBA"}


def check_pictures(pictures: Tensor, channels: int, size: tuple[int, int] | None = None) -> None:
    """Raise ValueError for what is no batch of pictures that a model can read.

    Args:
        pictures: should be (B, C, height, width), real numbers.
        channels: C of the model.
        size: height and width of the model; None where it reads any.
    """
    if pictures.ndim != 4 or pictures.numel() == 0:
        raise ValueError(
            f"pictures must be a batch (B, C, height, width), at least one, not {tuple(pictures.shape)}"
        )
    if not pictures.is_floating_point():
        raise ValueError(f"pictures must be real numbers, not {pictures.dtype}: divide bytes by 255")
    if pictures.shape[1] != channels:
        found, wanted = (f"{n} ({MODES.get(n, 'no mode')})" for n in (pictures.shape[1], channels))
        raise ValueError(f"these pictures have {found} channels, and the model reads {wanted}")
    if size is not None and tuple(pictures.shape[2:]) != tuple(size):
        found, wanted = (f"{height} × {width}" for height, width in (pictures.shape[2:], size))
        raise ValueError(f"these pictures are {found} pixels, and the model reads {wanted}")


class Classifier(nn.Module):
    """An encoder of pictures and one linear layer: a score for each class.

    Args:
        encoder: (B, C, height, width) → (B, encoder.width), such as a `CNN` or a `ViT`.
        classes: K.
        seed: for the layer's initial weights; the encoder has its own.
    """

    def __init__(self, encoder: nn.Module, classes: int, seed: int = 0):
        super().__init__()
        torch.manual_seed(seeds.of(seed))
        self.encoder, self.head = encoder, nn.Linear(encoder.width, classes)

    def scores(self, pictures: Tensor) -> Tensor:
        """(B, K) logits."""
        return self.head(self.encoder(pictures))

    def forward(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """Mean cross-entropy in nats, for labels (B,)."""
        return F.cross_entropy(self.scores(pictures), labels)
