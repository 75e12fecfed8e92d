"""What a diffusion model may be told: the same wish, "red circle", as vectors of four kinds, and who judges.

A world of 64 wishes, 8 colours × 8 shapes of `everyvec.data.scenes`, each drawn in a picture of
10 × 10 pixels. Half of the wishes are trained on, as everywhere in the scenes.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds
from everyvec.data import scenes
from everyvec.multimodal.captions import Captions
from everyvec.multimodal.clip import CLIP, TextTransformer
from everyvec.multimodal.cnn import CNN
from everyvec.multimodal.diffusion import Diffusion, UNet
from everyvec.training import fit
from everyvec.transformer.block import Shape

SIDE = scenes.BOX  # 10 pixels
WIDTH = 64  # of all vectors
WISHES = [f"{colour} {shape}" for shape in scenes.SHAPES for colour in scenes.COLOURS]
ALL = torch.arange(len(WISHES))  # (64,)
SHAPE_OF, COLOUR_OF = ALL // 8, ALL % 8
PART_OF = scenes.part_of(SHAPE_OF.numpy(), COLOUR_OF.numpy())  # (64,) "train", "valid" or "test"
KINDS = (
    "CLIP, token states",
    "CLIP, aligned vector",
    "text only, repeats it",
    "text only, next word",
    "one-hot label",
    "untrained, token states",
)
SHAPE = Shape(width=WIDTH, heads=4, layers=2, inner=2 * WIDTH, positions=4)


def pictures() -> Tensor:
    """(64, 3, 10, 10) from −1 to 1: what is wished, large and in the middle; white paper is 1."""
    shape, colour = (of.numpy()[:, None] for of in (SHAPE_OF, COLOUR_OF))
    at, size = np.zeros_like(shape), np.ones_like(shape)
    drawn = scenes.render(scenes.Scenes(shape, colour, size, top=at, left=at))[:, :, :SIDE, :SIDE]
    return 2 * torch.from_numpy(drawn) - 1


def numbers(part: str) -> Tensor:
    """The numbers of the wishes of a part."""
    return torch.from_numpy(np.flatnonzero(part == PART_OF))


def tokens() -> tuple[Tensor, int]:
    """(64, 4): start, colour, shape, end of each wish; and how many tokens there are in all."""
    words = Captions(WISHES)
    return words.encode(WISHES), len(words)


def texts(seed: int = 0) -> TextTransformer:
    """The text encoder, untrained; all kinds have the same."""
    return TextTransformer(tokens()[1], SHAPE, seed=seed)


def clip(epochs: int = 150, lr: float = 2e-3, seed: int = 0) -> CLIP:
    """A CLIP of the trained wishes and their pictures."""
    model = CLIP(CNN((16, 32, 64), seed=seed + 1), texts(seed), width=WIDTH, seed=seed + 2)
    known = numbers("train")
    ids = tokens()[0][known]
    fit(model, (pictures()[known], ids), epochs=epochs, batch_size=32, lr=lr, seed=seed)
    return model


def language(epochs: int = 150, lr: float = 2e-3, seed: int = 0) -> TextTransformer:
    """The same text encoder as a language model of the trained wishes. It never sees a picture."""
    model = texts(seed)
    ids = tokens()[0][numbers("train")]
    fit(model.decoder, (ids,), epochs=epochs, batch_size=32, lr=lr, seed=seed)
    return model


class Repeat(nn.Module):
    """Text alone, and nothing may be forgotten: from the end token's state, where CLIP reads, say both words.

    Args:
        encoder: which learns.
        seed: for the linear map, which is not kept.
    """

    def __init__(self, encoder: TextTransformer, seed: int = 0):
        super().__init__()
        torch.manual_seed(seeds.of(seed))
        self.encoder = encoder
        self.says = nn.Linear(WIDTH, 2 * tokens()[1])

    def forward(self, ids: Tensor) -> Tensor:
        """(B, 4) tokens → the mean loss of the two words between start and end."""
        scores = self.says(self.encoder(ids)).unflatten(1, (2, -1))  # (B, 2, V)
        return F.cross_entropy(scores.flatten(0, 1), ids[:, 1:3].flatten())


def repeats(epochs: int = 150, lr: float = 2e-3, seed: int = 0) -> TextTransformer:
    """The same text encoder, trained to say what it read. It never sees a picture either."""
    model = Repeat(texts(seed), seed + 1)
    ids = tokens()[0][numbers("train")]
    fit(model, (ids,), epochs=epochs, batch_size=32, lr=lr, seed=seed)
    return model.encoder


@torch.no_grad()
def states(encoder: TextTransformer) -> Tensor:
    """(64, 3, D): what the encoder knows at each token but the start, the same for all wishes."""
    return encoder.eval().decoder.states(tokens()[0])[:, 1:]


@torch.no_grad()
def aligned(model: CLIP) -> Tensor:
    """(64, 1, D): the vector that CLIP compares with pictures, made as long as a state is."""
    return model.eval().encode_texts(tokens()[0])[:, None] * WIDTH**0.5


def one_hot() -> Tensor:
    """(64, 1, D): a number for each wish, and nothing that two wishes share."""
    return torch.eye(len(WISHES))[:, None] * WIDTH**0.5


class Judge(nn.Module):
    """Says which shape and which colour a picture shows; trained on all 64 wishes, and on nothing sampled."""

    def __init__(self, seed: int = 0):
        super().__init__()
        self.cnn = CNN((16, 32, 64), seed=seed)
        torch.manual_seed(seeds.of(seed))
        self.heads = nn.Linear(self.cnn.width, 16)

    def scores(self, drawn: Tensor) -> Tensor:
        """(B, 2, 8): of the shapes, and of the colours."""
        return self.heads(self.cnn(drawn)).unflatten(1, (2, 8))

    def forward(self, drawn: Tensor, wish: Tensor) -> Tensor:
        """The loss on pictures with a little noise, so that a sample need not be spotless."""
        share = torch.rand(len(drawn), 1, 1, 1, device=drawn.device)
        noisy = drawn + 0.3 * share * torch.randn_like(drawn)
        scores = self.scores(noisy)
        shape, colour = (of.to(wish.device)[wish] for of in (SHAPE_OF, COLOUR_OF))
        return F.cross_entropy(scores[:, 0], shape) + F.cross_entropy(scores[:, 1], colour)

    @torch.no_grad()
    def right(self, drawn: Tensor, wish: Tensor) -> Tensor:
        """(B, 3) bool: whether the shape is as wished, the colour, and both."""
        shape, colour = self.scores(drawn).argmax(dim=2).T
        both = torch.stack([shape == SHAPE_OF[wish], colour == COLOUR_OF[wish]], dim=1)
        return torch.cat([both, both.all(dim=1, keepdim=True)], dim=1)


def judge(epochs: int = 150, seed: int = 0) -> Judge:
    """A trained judge."""
    model, wish = Judge(seed), ALL
    fit(model, (pictures(), wish), epochs=epochs, batch_size=32, lr=5e-3, seed=seed)
    return model


def diffusion(told: Tensor, steps: int = 600, lr: float = 4e-3, seed: int = 0) -> Diffusion:
    """A diffusion model of the trained wishes, told (64, M, D) of them; the network is the same for all."""
    model = Diffusion(UNet((16, 32), condition=WIDTH, seed=seed), steps=200, beta=(5e-4, 0.1))
    known = numbers("train")
    data = (pictures()[known], told[known])
    fit(model, data, epochs=steps, batch_size=len(known), lr=lr, seed=seed)  # a step sees all 32
    return model


def asked(part: str, times: int = 6, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Wishes of a part (N,), each `times` times, and noise (N, 3, 10, 10) to start with."""
    torch.manual_seed(seeds.of(seed))
    wish = numbers(part).repeat(times)
    return wish, torch.randn(len(wish), 3, SIDE, SIDE)
