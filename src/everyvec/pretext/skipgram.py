"""Skip-gram with negative sampling: from the centre word, tell real neighbours from random words.

Mikolov, Sutskever, Chen, Corrado, Dean: Distributed Representations of Words and Phrases and their
Compositionality, NeurIPS 2013, arXiv:1310.4546.
"""

from collections.abc import Sequence

import numpy as np
import torch
from gensim.models import KeyedVectors
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec.evaluation import keyed
from everyvec.pretext.vocabulary import Vocabulary, skipgram_pairs
from everyvec.training import fit


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
        generator = torch.Generator().manual_seed(seed)
        words = len(counts)
        # as in word2vec.c: centres uniform in ±1/(2d), contexts zero, so that every score starts at 0
        self.centre = nn.Parameter((torch.rand(words, dim, generator=generator) - 0.5) / dim)  # (V, d)
        self.context = nn.Parameter(torch.zeros(words, dim))  # (V, d)
        self.negatives = negatives
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
        """(V, d) float32: the centre vectors, which is what people call the word vectors."""
        return self.centre.detach().cpu().numpy()


def word_vectors(
    sentences: Sequence[Sequence[str]],
    *,
    dim: int,
    window: int,
    min_count: int = 1,
    negatives: int = 5,
    epochs: int = 1,
    batch_size: int = 4096,
    lr: float = 0.01,
    seed: int = 0,
    device: str | torch.device = "cpu",
) -> KeyedVectors:
    """From sentences to word vectors, on a GPU too.

    Args:
        sentences: lists of words.
        dim: width d of the vectors.
        window: reach to each side. All pairs are made at once: 32 · window bytes for each word of text.
        min_count: words seen less often are left out.
        negatives: noise words for each real pair.
        epochs: passes over the pairs.
        batch_size: pairs in a step.
        lr: the highest learning rate of Adam.
        seed: for the initial vectors, the order and the noise.
        device: where the model and the batches go.
    """
    vocabulary = Vocabulary(sentences, min_count)
    pairs = torch.from_numpy(skipgram_pairs(vocabulary.encode(sentences), window))  # (N, 2)
    model = SkipGram(vocabulary.counts, dim, negatives, seed)
    how = {"epochs": epochs, "batch_size": batch_size, "lr": lr, "seed": seed, "device": device}
    fit(model, (pairs[:, 0], pairs[:, 1]), title="Skip-gram", **how)
    return keyed(vocabulary.words, model.vectors())
