"""CLIP: pictures and captions in one space, where a picture lies near its caption and far from the others'.

Two encoders that never see each other's input, a linear map behind each, vectors of length 1, and one loss:
among the captions of a batch, find each picture's, and among the pictures each caption's. The batch's other
pairs are the negatives, so nobody has to name classes.

Radford et al.: Learning Transferable Visual Models From Natural Language Supervision, ICML 2021,
arXiv:2103.00020.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds
from everyvec.multimodal.captions import END, START
from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder, check

LARGEST = 100.0  # scores are multiplied by at most this, so the temperature is at least .01


class MeanOfWords(nn.Module):
    """A text encoder without order: the mean of the vectors of a caption's words.

    Args:
        vocabulary: V, tokens, padding and marks included.
        width: D, of a vector.
        marks: how many of the first numbers are no words: padding (0), start and end.
        seed: for the initial vectors.
    """

    def __init__(self, vocabulary: int, width: int, marks: int = 3, seed: int = 0):
        super().__init__()
        torch.manual_seed(seeds.of(seed))
        self.width, self.marks = width, marks
        self.words = nn.Embedding(vocabulary, width)

    def forward(self, ids: Tensor) -> Tensor:
        """(B, N) tokens → (B, D).

        Raises:
            ValueError: for tokens that the vocabulary does not have, and for a caption without a word.
        """
        words = self._words(ids)
        # the marks have a vector, too, but count nothing: their weight is 0
        weights = words / words.sum(dim=1, keepdim=True)  # (B, N)
        return F.embedding_bag(ids, self.words.weight, per_sample_weights=weights, mode="sum")

    def plain(self, ids: Tensor) -> Tensor:
        """The same, caption by caption."""
        pairs = zip(ids, self._words(ids), strict=True)
        return torch.stack([self.words(row[words]).mean(dim=0) for row, words in pairs])

    def _words(self, ids: Tensor) -> Tensor:
        """(B, N) bool: which tokens are words."""
        check(ids, self.words.num_embeddings)
        words = ids >= self.marks
        refuse_empty(words.any(dim=1))
        return words


class TextTransformer(nn.Module):
    """CLIP's text encoder: the decoder of module 3, read at the end token.

    It may only look back, so the end token's state is the first that has read the whole caption, and what
    stands after it, padding, changes nothing.

    Args:
        vocabulary: V, tokens.
        shape: see `Shape`; pre-norm. CLIP has 77 positions.
        start, end: the numbers of these marks, which each caption has.
        seed: for the initial weights.
    """

    def __init__(self, vocabulary: int, shape: Shape, start: int = START, end: int = END, seed: int = 0):
        super().__init__()
        self.width, self.start, self.end = shape.width, start, end
        self.decoder = Decoder(vocabulary, shape, seed)

    def forward(self, ids: Tensor) -> Tensor:
        """(B, N) tokens → (B, D).

        Raises:
            ValueError: for tokens that the vocabulary does not have, more of them than there are positions, a
                caption without its marks, and for one with nothing between them.
        """
        ends = self.ends(ids)  # (B,)
        # Columns behind the last end token change nothing, and are not read.
        states = self.decoder.states(ids[:, : int(ends.max()) + 1])  # (B, N, D)
        return states[torch.arange(len(ids), device=ids.device), ends]

    def ends(self, ids: Tensor) -> Tensor:
        """(B,) where each caption's end token stands, the first if there are several; errors as `forward`."""
        check(ids, self.decoder.tokens.num_embeddings)
        if ids.shape[1] > self.decoder.shape.positions:
            raise ValueError(
                f"captions of {ids.shape[1]} tokens are longer than the model's "
                f"{self.decoder.shape.positions} positions"
            )
        for wrong, what in (
            (ids[:, 0] != self.start, f"does not begin with the start token {self.start}"),
            ((ids != self.end).all(dim=1), f"has no end token {self.end}: was it cut off?"),
        ):
            if bool(wrong.any()):
                raise ValueError(f"caption {int(wrong.nonzero()[0])} of the batch {what}")
        ends = (ids == self.end).int().argmax(dim=1)  # argmax gives the first of equal ones
        refuse_empty(ends > 1)
        return ends


def refuse_empty(full: Tensor) -> None:
    """Raise ValueError unless all of (B,) say that their caption has a word."""
    if not bool(full.all()):
        raise ValueError(f"caption {int((~full).nonzero()[0])} of the batch is empty")


class CLIP(nn.Module):
    """Two encoders and the space that they share.

    Args:
        images: an encoder of pictures, → (B, images.width), such as a `CNN` or a `ViT`.
        texts: an encoder of captions, → (B, texts.width), such as `MeanOfWords` or `TextTransformer`.
        width: d, of the shared space.
        temperature: at the start; it is learned.
        seed: for the two linear maps; the encoders have their own.
    """

    def __init__(
        self, images: nn.Module, texts: nn.Module, width: int = 128, temperature: float = 0.07, seed: int = 0
    ):
        super().__init__()
        if temperature < 1 / LARGEST:
            raise ValueError(f"the temperature must be at least {1 / LARGEST}, not {temperature}")
        torch.manual_seed(seeds.of(seed))
        self.images, self.texts, self.width = images, texts, width
        self.image_map = nn.Linear(images.width, width, bias=False)
        self.text_map = nn.Linear(texts.width, width, bias=False)
        # Learned as a logarithm: it cannot become negative, and a step changes it by a share of itself.
        self.log_factor = nn.Parameter(torch.tensor(-math.log(temperature)))

    def encode_images(self, pictures: Tensor) -> Tensor:
        """(B, d), of length 1; whatever the encoder reads → where it lies in the shared space."""
        return F.normalize(self.image_map(self.images(pictures)).float(), dim=-1)

    def encode_texts(self, ids: Tensor) -> Tensor:
        """(B, d), of length 1."""
        return F.normalize(self.text_map(self.texts(ids)).float(), dim=-1)

    def factor(self) -> Tensor:
        """What cosines are multiplied with, 1 / temperature, at most `LARGEST`."""
        # The number itself is set back, as CLIP's authors do. A bound within the formula would have a
        # gradient of zero beyond it, and the temperature could never come back.
        with torch.no_grad():
            self.log_factor.clamp_(max=math.log(LARGEST))
        return self.log_factor.exp()

    @property
    def temperature(self) -> float:
        """The temperature now."""
        return 1 / self.factor().item()

    def scores(self, images: Tensor, texts: Tensor) -> Tensor:
        """(N, M): how well each of N pictures' vectors (N, d) fits each of M captions' (M, d): cosine over
        temperature."""
        return self.factor() * images @ texts.T

    def forward(self, pictures: Tensor, ids: Tensor) -> Tensor:
        """The loss of B pairs: pictures, and the tokens of their captions (B, N).

        Two pictures with the same caption are no negatives of each other's.

        Raises:
            ValueError: as the encoders, and where pictures and captions are no pairs.
        """
        scores = self.scores(self.encode_images(pictures), self.encode_texts(ids))  # (B, B)
        _, kinds = ids.unique(dim=0, return_inverse=True)  # (B,) equal for equal captions
        return contrastive_loss(scores, kinds)


def contrastive_loss(scores: Tensor, kinds: Tensor | None = None) -> Tensor:
    """Symmetric cross-entropy in nats: find each row's own column, and each column's own row.

    Args:
        scores: (B, B); pairs stand on the diagonal.
        kinds: (B,) numbers; of two pairs with the same, neither is the other's negative. None where all
            differ.

    Raises:
        ValueError: for a table that is no square.
    """
    if scores.ndim != 2 or scores.shape[0] != scores.shape[1]:
        raise ValueError(f"pairs make a square of scores, not {tuple(scores.shape)}: is a caption missing?")
    own = torch.arange(len(scores), device=scores.device)  # (B,)
    if kinds is not None:
        twins = (kinds[:, None] == kinds) & (own[:, None] != own)  # (B, B)
        scores = scores.masked_fill(twins, -torch.inf)
    return (F.cross_entropy(scores, own) + F.cross_entropy(scores.T, own)) / 2


def contrastive_loss_plain(scores: Tensor, kinds: Tensor | None = None) -> Tensor:
    """The same, pair by pair: how probable is its own among those that it is compared with?"""
    total = 0.0
    for pair in range(len(scores)):
        others = [n for n in range(len(scores)) if n == pair or kinds is None or kinds[n] != kinds[pair]]
        own = others.index(pair)
        captions = scores[pair, others].softmax(dim=0)  # for this picture
        pictures = scores[others, pair].softmax(dim=0)  # for this caption
        total = total - (captions[own].log() + pictures[own].log()) / 2
    return total / len(scores)


def picture_vectors(clip: CLIP, pictures: Tensor, at_once: int = 256) -> Tensor:
    """(B, d) without gradients, `at_once` pictures at a time, whatever mode the model is in."""
    return _in_parts(clip, clip.encode_images, pictures, at_once)


def class_vectors(clip: CLIP, prompts: Tensor, at_once: int = 256) -> Tensor:
    """(K, d): a classifier made of sentences, one prompt (K, N) for each class, without any picture.

    `clip.scores(pictures, classes).argmax(dim=1)` is then zero-shot classification.
    """
    return _in_parts(clip, clip.encode_texts, prompts, at_once)


@torch.no_grad()
def _in_parts(clip: CLIP, encode: Callable[[Tensor], Tensor], given: Tensor, at_once: int) -> Tensor:
    training = clip.training
    clip.eval()
    vectors = torch.cat([encode(part) for part in given.split(at_once)])
    clip.train(training)
    return vectors
