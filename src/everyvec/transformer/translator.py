"""Encoder and decoder: the Transformer as it was first built, to translate.

The encoder makes a store of keys and values of the sentence that is read. The decoder writes: each of its
blocks first looks back at what was written, and then, with that, asks the encoder's store (cross-attention).

Vaswani et al.: Attention Is All You Need, NeurIPS 2017, arXiv:1706.03762.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds
from everyvec.attention.seq2seq import END, PAD, START
from everyvec.transformer.attention import Cache, sinusoids, watch
from everyvec.transformer.block import Block, Shape
from everyvec.transformer.decoder import check, initialise, look_back, places_of


class Translator(nn.Module):
    """An encoder–decoder Transformer.

    Args:
        source_words: size of the vocabulary that is read.
        target_words: size of the vocabulary that is written.
        shape: see `Shape`; as many layers in each half.
        place: "sinusoid", "learned", or None for no information about the order of the words.
        seed: for the initial weights.
    """

    def __init__(
        self,
        source_words: int,
        target_words: int,
        shape: Shape,
        place: str | None = "sinusoid",
        seed: int = 0,
    ):
        super().__init__()
        if place not in ("sinusoid", "learned", None):
            raise ValueError(f"place is 'sinusoid', 'learned' or None, not {place!r}")
        torch.manual_seed(seeds.of(seed))
        self.shape, self.place, width = shape, place, shape.width
        self.source, self.target = nn.Embedding(source_words, width), nn.Embedding(target_words, width)
        if place == "learned":
            self.source_places = nn.Embedding(shape.positions, width)
            self.target_places = nn.Embedding(shape.positions, width)
        self.encoder = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.decoder = nn.ModuleList(Block(shape, cross=True) for _ in range(shape.layers))
        last = nn.LayerNorm if shape.norm_first else nn.Identity  # post-norm blocks end with one of their own
        self.encoder_norm, self.decoder_norm = last(width), last(width)
        self.bias = nn.Parameter(torch.zeros(target_words))
        self.dropout = nn.Dropout(shape.dropout)
        initialise(self, shape.layers)
        # Word vectors are multiplied by √D below, so that positions, of size 1, do not drown them.
        for words in (self.source, self.target):
            nn.init.normal_(words.weight, std=width**-0.5)

    def embed(self, words: nn.Embedding, ids: Tensor, places: Tensor) -> Tensor:
        """(B, N) → (B, N, D), from the words and their places (B, N)."""
        check(ids, words.num_embeddings)
        if self.place is not None and int(places.max()) >= self.shape.positions:
            raise ValueError(
                f"{int(places.max()) + 1} words are more than the model's {self.shape.positions} positions"
            )
        states = words(ids) * self.shape.width**0.5
        if self.place == "sinusoid":
            states = states + sinusoids(places, self.shape.width)
        elif self.place == "learned":
            learned = self.source_places if words is self.source else self.target_places
            states = states + learned(places)
        return self.dropout(states)

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """The store for a batch of sentences (B, S): states (B, S, D), and where a decoder may look (B, 1, 1,
        S).

        Raises:
            ValueError: for words that the vocabulary does not have, none at all, or more than positions.
        """
        real = source != PAD  # (B, S)
        mask = real[:, None, None, :]  # (B, 1, 1, S)
        states = self.embed(self.source, source, places_of(real))
        for block in self.encoder:
            states = block(states, mask)
        return self.encoder_norm(states), mask

    def decode(
        self, written: Tensor, store: tuple[Tensor, Tensor], cache: list[Cache] | None = None
    ) -> Tensor:
        """Logits (B, N, V) of the word after each of the words written, (B, N); with a cache, these are the
        words that come after the cached ones.

        Raises:
            ValueError: for words that the vocabulary does not have, none at all, more of them than there are
                positions, or another number of rows than the store has.
        """
        states, source_mask = store
        if len(states) != len(written):
            raise ValueError(f"{len(written)} rows are written, and the store has {len(states)} sentences")
        known = cache[0].length if cache else 0
        places = known + torch.arange(written.shape[1], device=written.device).expand_as(written)  # (B, N)
        mask = look_back(written.shape[1], known, None, written.device)
        found = self.embed(self.target, written, places)
        for layer, block in enumerate(self.decoder):
            found = block(found, mask, states, source_mask, cache[layer] if cache else None)
        return self.decoder_norm(found) @ self.target.weight.T + self.bias

    def forced(self, source: Tensor, target: Tensor) -> Tensor:
        """Teacher forcing: logits (B, N, V) where the words so far are right."""
        check(target, self.target.num_embeddings)
        start = torch.full_like(target[:, :1], START)
        return self.decode(torch.cat([start, target[:, :-1]], dim=1), self.encode(source))

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Mean loss of a word, in nats, for sentences (B, S) and their translations (B, N), each with its
        end.

        Raises:
            ValueError: as `encode` and `decode`, and for translations that are padding alone.
        """
        if not bool((target != PAD).any()):
            raise ValueError("there is no word to predict: the translations are empty or padding alone")
        return F.cross_entropy(self.forced(source, target).flatten(0, 1), target.flatten(), ignore_index=PAD)

    @torch.no_grad()
    def translate(self, source: Tensor, most: int) -> tuple[Tensor, Tensor]:
        """Greedy decoding: always the word with the highest score, until all sentences have ended.

        Args:
            source: (B, S).
            most: words, at most.

        Returns:
            Words (B, N), padding after the end, and the weights (B, N, S) with which the last block asked for
            each, as the mean of its heads.

        Raises:
            ValueError: as `encode` and `decode`, and when no word is allowed.
        """
        if most < 1:
            raise ValueError(f"at least one word must be allowed, not {most}")
        words = self._greedy(source, most)
        with watch(self) as weights:
            self.forced(source, words)
        return words, weights[f"decoder.{len(self.decoder) - 1}.cross"][0].mean(dim=1)

    def _greedy(self, source: Tensor, most: int) -> Tensor:
        store, cache = self.encode(source), [Cache() for _ in self.decoder]
        word = torch.full_like(source[:, :1], START)  # (B, 1)
        ended = torch.zeros_like(word, dtype=torch.bool)
        words = []
        while len(words) < most and not ended.all():
            scores = self.decode(word, store, cache)  # (B, 1, V)
            word = scores.argmax(dim=-1).masked_fill(ended, PAD)  # (B, 1)
            ended = ended | (word == END)
            words.append(word)
        return torch.cat(words, dim=1)
