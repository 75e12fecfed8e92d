"""BLIP: one text network in three roles, and a noisy set of captions that cleans itself.

    encoder            reads a caption by itself, to compare its vector with a picture's (ITC)
    grounded encoder   reads it with the picture before its eyes, and says whether they match (ITM)
    grounded decoder   writes a caption, token by token, looking at the picture (LM)

The three share their weights: the grounded encoder is the encoder with cross-attention added, and the decoder
has a self-attention of its own, since it may only look back, and all else in common. That is the mixture of
encoder and decoder (MED). With it one can caption and filter (CapFilt): the decoder writes captions for
pictures, and the matcher throws out those, of both kinds, that do not fit.

Li et al.: BLIP: Bootstrapping Language-Image Pre-training for Unified Vision-Language Understanding and
Generation, ICML 2022, arXiv:2201.12086.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds
from everyvec.attention.lookup import causal_mask
from everyvec.multimodal.captions import END, PAD, START
from everyvec.multimodal.clip import CLIP, contrastive_loss, refuse_empty
from everyvec.multimodal.cnn import CNN
from everyvec.multimodal.connector import places
from everyvec.multimodal.vit import SPREAD, ViT
from everyvec.transformer.block import Block, Shape
from everyvec.transformer.decoder import check
from everyvec.transformer.generation import GREEDY, Choice

SHARED_BY_ENCODERS = ("attention", "norm", "widen", "narrow", "last_norm")
SHARED_WITH_DECODER = ("cross", "cross_norm", "widen", "narrow", "last_norm")


class TextEncoder(nn.Module):
    """Reads captions in both directions; the start token's state stands for the whole.

    Args:
        vocabulary: V, tokens as `Captions` numbers them.
        shape: see `Shape`; pre-norm.
        seed: for the initial weights.
    """

    def __init__(self, vocabulary: int, shape: Shape, seed: int = 0):
        super().__init__()
        torch.manual_seed(seeds.of(seed))
        self.width, self.shape = shape.width, shape
        self.tokens = nn.Embedding(vocabulary, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width)
        for table in (self.tokens, self.positions):
            nn.init.normal_(table.weight, std=SPREAD)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width, shape.eps)

    def embed(self, ids: Tensor) -> Tensor:
        """(B, N) → (B, N, D).

        Raises:
            ValueError: for tokens that there are not, a caption that is too long, or one without a word.
        """
        check(ids, self.tokens.num_embeddings)
        if ids.shape[1] > self.shape.positions:
            raise ValueError(
                f"captions of {ids.shape[1]} tokens are longer than the model's "
                f"{self.shape.positions} positions"
            )
        return self.tokens(ids) + self.positions.weight[: ids.shape[1]]

    def forward(self, ids: Tensor) -> Tensor:
        """(B, D)."""
        refuse_empty((ids > END).any(dim=1))
        states = self.embed(ids)
        for block in self.blocks:
            states = block(states, _looks_at(ids))
        return self.norm(states)[:, 0]


class BLIP(CLIP):
    """A picture encoder and a text network in three roles.

    Args:
        images: an encoder of pictures with a grid, a `CNN` or a `ViT`.
        vocabulary: V, tokens as `Captions` numbers them.
        shape: see `Shape`, of the text network; pre-norm.
        width: d, of the space in which vectors are compared.
        temperature: of ITC, at the start.
        seed: for the initial weights; the picture encoder has its own.
    """

    def __init__(
        self,
        images: CNN | ViT,
        vocabulary: int,
        shape: Shape,
        width: int = 128,
        temperature: float = 0.07,
        seed: int = 0,
    ):
        super().__init__(images, TextEncoder(vocabulary, shape, seed), width, temperature, seed)
        self.source = nn.Linear(images.width, shape.width)
        self.reader = nn.ModuleList(Block(shape, cross=True) for _ in range(shape.layers))
        self.writer = nn.ModuleList(Block(shape, cross=True) for _ in range(shape.layers))
        for alone, reads, writes in zip(self.texts.blocks, self.reader, self.writer, strict=True):
            for part in SHARED_BY_ENCODERS:
                setattr(reads, part, getattr(alone, part))
            for part in SHARED_WITH_DECODER:
                setattr(writes, part, getattr(reads, part))
        self.fits = nn.Linear(shape.width, 2)
        self.last = nn.LayerNorm(shape.width, shape.eps)  # of the decoder

    def encode_images(self, pictures: Tensor) -> Tensor:
        """(B, d), of length 1: the mean of what is seen at all places."""
        return self._vectors(places(self.images, pictures))

    def _vectors(self, seen: Tensor) -> Tensor:
        return F.normalize(self.image_map(seen.mean(dim=1)).float(), dim=-1)

    def matches(self, seen: Tensor, ids: Tensor) -> Tensor:
        """(B, 2) logits: captions (B, N) and pictures, (B, T, S) as `places` sees them, do not fit, or do."""
        refuse_empty((ids > END).any(dim=1))
        states, source = self.texts.embed(ids), self.source(seen)
        for block in self.reader:
            states = block(states, _looks_at(ids), source)
        return self.fits(self.texts.norm(states)[:, 0])

    def match(self, pictures: Tensor, ids: Tensor) -> Tensor:
        """(B,): how probable it is that picture and caption fit; the filter of CapFilt."""
        return self.matches(places(self.images, pictures), ids).softmax(dim=1)[:, 1]

    def next_words(self, seen: Tensor, ids: Tensor) -> Tensor:
        """(B, N, V) logits of the token that follows each, from those up to it and the picture."""
        states, source = self.texts.embed(ids), self.source(seen)
        mask = causal_mask(ids.shape[1], ids.device)  # (N, N)
        for block in self.writer:
            states = block(states, mask, source)
        return self.last(states) @ self.texts.tokens.weight.T

    def losses(self, pictures: Tensor, ids: Tensor, hard: bool = True) -> tuple[Tensor, Tensor, Tensor]:
        """ITC, ITM and LM of B pairs, each a mean in nats.

        Args:
            pictures: (B, C, height, width).
            ids: (B, N), their captions.
            hard: wrong pairs are drawn by how well they seem to fit; else all are equally probable.

        Raises:
            ValueError: as the encoders, and where all captions are the same: then none is wrong.
        """
        seen = places(self.images, pictures)  # (B, T, S)
        scores = self.scores(self._vectors(seen), self.encode_texts(ids))  # (B, B)
        _, kinds = ids.unique(dim=0, return_inverse=True)
        itc = contrastive_loss(scores, kinds)
        # Each picture gets a caption that is wrong, and each caption such a picture.
        odds = scores if hard else torch.zeros_like(scores)
        captions, others = hard_negatives(odds, kinds), hard_negatives(odds.T, kinds)  # (B,) each
        pairs = self.matches(torch.cat([seen, seen, seen[others]]), torch.cat([ids, ids[captions], ids]))
        right = torch.arange(len(pairs), device=ids.device) < len(ids)  # (3 B,)
        itm = F.cross_entropy(pairs, right.long())
        wanted = ids[:, 1:] != PAD  # (B, N − 1)
        lm = F.cross_entropy(self.next_words(seen, ids[:, :-1])[wanted], ids[:, 1:][wanted])
        return itc, itm, lm

    def forward(self, pictures: Tensor, ids: Tensor) -> Tensor:
        """The sum of the three losses of B pairs."""
        return sum(self.losses(pictures, ids))

    @torch.no_grad()
    def caption(self, pictures: Tensor, steps: int, choice: Choice = GREEDY, seed: int = 0) -> Tensor:
        """Write a caption for each picture; the captioner of CapFilt.

        Args:
            pictures: (B, C, height, width).
            steps: tokens, the end among them, at most.
            choice: how each token is chosen; greedy by default.
            seed: for the draws.

        Returns:
            (B, 1 + steps) or less: start, words, end, and padding up to the longest.
        """
        training = self.training
        self.eval()
        seen = places(self.images, pictures)
        ids = torch.full((len(pictures), 1), START, device=pictures.device)
        over = torch.zeros(len(pictures), dtype=torch.bool, device=pictures.device)
        draws = torch.Generator(pictures.device).manual_seed(seeds.of(seed))
        for _ in range(steps):
            token = choice.token(self.next_words(seen, ids)[:, -1], ids, draws)[:, 0]  # (B,)
            token = token.masked_fill(over, PAD)
            over |= token == END
            ids = torch.cat([ids, token[:, None]], dim=1)
            if bool(over.all()):
                break
        self.train(training)
        return ids


def hard_negatives(scores: Tensor, kinds: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """For each row a column that does not belong to it, the sooner the better it seems to fit.

    Args:
        scores: (B, B); pairs stand on the diagonal.
        kinds: (B,); columns of the same kind as the row are right, and never drawn.
        generator: for the draws.

    Returns:
        (B,) columns.

    Raises:
        ValueError: when all are of one kind.
    """
    right = kinds[:, None] == kinds  # (B, B)
    if bool(right.all(dim=1).any()):
        raise ValueError("all captions of the batch are the same: none is wrong for any picture")
    chances = scores.detach().masked_fill(right, -torch.inf).softmax(dim=1)
    return torch.multinomial(chances, 1, generator=generator)[:, 0]


def _looks_at(ids: Tensor) -> Tensor:
    """(B, 1, 1, N) bool: no position looks at padding."""
    return (ids != PAD)[:, None, None, :]
