"""Skip-gram with negative sampling: from the centre word, tell real neighbours from random words.

Mikolov, Sutskever, Chen, Corrado, Dean: Distributed Representations of Words and Phrases and their
Compositionality, NeurIPS 2013, arXiv:1310.4546.

A "word" may as well be a node of a walk (DeepWalk, node2vec) or an item of a basket (Item2Vec): the model
knows numbers only. There are two trainers for all of them, `train` in torch and `train_gensim`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from gensim.models import Word2Vec
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds, training
from everyvec.pretext import windows


class Tables(NamedTuple):
    """The two vectors of each word: as `centre` (V, d) and as `context` (V, d), float32, zero for a word that
    is in no pair. The centre vectors are what people call the word vectors."""

    centre: np.ndarray
    context: np.ndarray


class SkipGram(nn.Module):
    """Two tables of vectors, one for words as centres and one for words as contexts.

    Args:
        counts: (V,) how often each word occurs; noise words are drawn in proportion to counts^¾.
        dim: width d of the vectors.
        negatives: K, noise words for each real pair.
        seed: for the initial vectors.
    """

    def __init__(self, counts: np.ndarray, dim: int, negatives: int = 5, seed: int = 0):
        super().__init__()
        generator = torch.Generator().manual_seed(seeds.of(seed))
        words = len(counts)
        # as in word2vec.c: centres uniform in ±1/(2d), contexts zero, so that every score starts at 0
        self.centre = nn.Parameter((torch.rand(words, dim, generator=generator) - 0.5) / dim)  # (V, d)
        self.context = nn.Parameter(torch.zeros(words, dim))  # (V, d)
        self.negatives = negatives
        # to the power ¾, which did best among those that the paper tried: rare words get more than their
        # share
        noise = torch.tensor(np.asarray(counts, dtype=np.float64) ** 0.75)
        self.register_buffer("noise", (noise / noise.sum()).float())  # (V,)

    def forward(self, centres: Tensor, contexts: Tensor) -> Tensor:
        """Mean loss of a batch of pairs: −log σ(v·u⁺) − Σₖ log σ(−v·uₖ), in nats.

        Args:
            centres: (B,) int64 word numbers.
            contexts: (B,) int64 word numbers, each seen next to its centre.
        """
        v = F.embedding(centres, self.centre)  # (B, d)
        u = F.embedding(contexts, self.context)  # (B, d)
        real = (v * u).sum(-1)  # (B,)
        drawn = torch.multinomial(self.noise, len(centres) * self.negatives, replacement=True)
        noise_u = F.embedding(drawn.view(len(centres), self.negatives), self.context)  # (B, K, d)
        noise = (noise_u @ v.unsqueeze(-1)).squeeze(-1)  # (B, K)
        return -(F.logsigmoid(real) + F.logsigmoid(-noise).sum(-1)).mean()

    def vectors(self) -> np.ndarray:
        """(V, d) float32: the centre vectors."""
        return self.centre.detach().cpu().numpy()


class SequenceSkipGram(nn.Module):
    """Skip-gram whose examples are sequences: pairs are made from each batch, where the batch is.

    All pairs of a million walks at once would be tens of gigabytes. This way memory is bounded by the batch,
    and what travels to a GPU is the sequences.

    Args:
        skipgram: the model that sees the pairs.
        window: reach to each side.
    """

    def __init__(self, skipgram: SkipGram, window: int):
        super().__init__()
        self.skipgram, self.window = skipgram, window

    def forward(self, sequences: Tensor) -> Tensor:
        """Mean loss of all pairs of a batch of sequences (B, L), −1 after the end of each, in nats."""
        found = windows.pairs(*windows.flatten(sequences), self.window)  # (P, 2)
        return self.skipgram(found[:, 0], found[:, 1])


def train(
    examples: np.ndarray,
    size: int,
    *,
    window: int | None = None,
    dim: int = 32,
    negatives: int = 5,
    epochs: int = 10,
    batch_size: int = 512,
    lr: float = 0.01,
    seed: int = 0,
    device: str | torch.device = "cpu",
) -> tuple[Tables, training.History]:
    """Train Skip-gram in torch, on a GPU too.

    Args:
        examples: (N, 2) int64, all pairs at once, from `windows.pairs`. Or, with `window`, a table (S, L) of
            sequences in which −1 fills the places after the end of each; then each batch makes its own pairs.
        size: V, how many words there are; some may be in no example.
        window: reach to each side, for a table of sequences.
        dim: width d of the vectors.
        negatives: noise words for each real pair; the paper found 5 to 20 useful for little text, 2 to 5 for
            much.
        epochs: passes over the examples.
        batch_size: pairs, or sequences, in a step. What counts is the number of steps: with little data, keep
            it small. A step on sequences needs about batch_size · L · 2·window · negatives · d · 12 bytes.
        lr: the highest learning rate of Adam. Vectors start at about 1/d and a step moves each number by
            about lr, so 0.01 lets them grow within tens of steps.
        seed: for the initial vectors, the order and the noise.
        device: where the model and the batches go.

    Raises:
        ValueError: when an example names a word that is not there, or there is no pair.
    """
    table = np.asarray(examples)
    if window is not None:
        table = table[(table[:, :2] >= 0).sum(axis=1) == 2]  # a sequence of one word makes no pair
    counts = _occurrences(table if window is not None else table[:, 1], size)
    model = SkipGram(counts, dim, negatives, seed)
    how = {"epochs": epochs, "batch_size": batch_size, "lr": lr, "seed": seed, "device": device}
    if window is None:
        columns = torch.from_numpy(np.ascontiguousarray(table.T))
        history = training.fit(model, tuple(columns), title="Skip-gram", **how)
    else:
        rows = (torch.from_numpy(table),)
        history = training.fit(SequenceSkipGram(model, window), rows, title="Skip-gram", **how)
    tables = Tables(model.vectors().copy(), model.context.detach().cpu().numpy().copy())
    for part in tables:
        part[counts == 0] = 0
    return tables, history


def train_gensim(
    sequences: Sequence[Sequence[int]] | np.ndarray,
    size: int,
    *,
    window: int | None = None,
    shrink: bool = False,
    cbow: bool = False,
    dim: int = 32,
    negatives: int = 5,
    epochs: int = 10,
    lr: float = 0.05,
    sample: float = 0.0,
    seed: int = 0,
) -> Tables:
    """Train Skip-gram, or CBOW with negative sampling, with gensim on one thread, so that it can be repeated.

    Args:
        sequences: lists of word numbers, or a table (S, L) in which −1 fills the places after the end of
            each.
        size: V, how many words there are; some may be in no sequence.
        window: reach to each side; None for the whole sequence, as a set like a basket asks for.
        shrink: draw for each centre a reach from 1 to `window`, which is gensim's default.
        cbow: predict the centre from the mean of its context, instead of Skip-gram.
        dim, negatives, epochs: as in `train`.
        lr: the learning rate at the start, which falls linearly to almost zero. Twice gensim's default of
            0.025, which suits millions of words; our data sets are small and get few updates.
        sample: threshold of the subsampling of frequent words; 0 keeps all.
        seed: for the initial vectors and the noise.

    Raises:
        ValueError: when a sequence names a word that is not there, or no sequence has two words.
    """
    if isinstance(sequences, np.ndarray):
        sequences = [row[row >= 0].tolist() for row in sequences]
    sequences = [list(map(int, sequence)) for sequence in sequences if len(sequence) > 1]
    counts = _occurrences(np.array([token for sequence in sequences for token in sequence], dtype=int), size)
    known = np.flatnonzero(counts)
    model = Word2Vec(
        sg=int(not cbow), vector_size=dim, window=window or max(map(len, sequences)), shrink_windows=shrink,
        negative=negatives, alpha=lr, sample=sample, min_count=1, seed=seeds.of(seed), workers=1,
    )  # fmt: skip
    # names as text: asked for the count of the i-th word, gensim takes a number for a word's name, and would
    # draw its noise in proportion to the counts of other words
    names = [str(word) for word in range(size)]
    model.build_vocab_from_freq({names[word]: int(counts[word]) for word in known})
    texts = [[names[word] for word in sequence] for sequence in sequences]
    model.train(texts, total_examples=len(texts), epochs=epochs)
    tables = Tables(np.zeros((size, dim), np.float32), np.zeros((size, dim), np.float32))
    row = [int(name) for name in model.wv.index_to_key]
    tables.centre[row], tables.context[row] = model.wv.vectors, model.syn1neg
    return tables


def _occurrences(tokens: np.ndarray, size: int) -> np.ndarray:
    # (V,) how often each word occurs
    tokens = tokens[tokens >= 0]
    if not len(tokens):
        raise ValueError("no sequence has two words: there is nothing to learn from")
    if tokens.max() >= size:
        raise ValueError(f"an example names word {tokens.max()}, but words are 0 to {size - 1}")
    return np.bincount(tokens, minlength=size)
