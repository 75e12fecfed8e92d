"""CBOW, continuous bag of words: from the mean of the words around, guess the word in the centre.

Mikolov, Chen, Corrado, Dean: Efficient Estimation of Word Representations in Vector Space, 2013,
arXiv:1301.3781. With the full softmax over the vocabulary, which is affordable for a few thousand words.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds


class CBOW(nn.Module):
    """Input vectors that are averaged, output vectors that are scored.

    Args:
        words: V, the size of the vocabulary.
        dim: width d of the vectors.
        seed: for the initial vectors.
    """

    def __init__(self, words: int, dim: int, seed: int = 0):
        super().__init__()
        generator = torch.Generator().manual_seed(seeds.of(seed))
        self.input = nn.Parameter((torch.rand(words, dim, generator=generator) - 0.5) / dim)  # (V, d)
        self.output = nn.Parameter(torch.zeros(words, dim))  # (V, d)

    def logits(self, contexts: Tensor) -> Tensor:
        """Score of every word as the missing centre.

        Args:
            contexts: (B, C) int64 word numbers, −1 where there is no word; at least one word in each row.

        Returns:
            (B, V) float32.
        """
        present = (contexts >= 0).unsqueeze(-1)  # (B, C, 1)
        vectors = F.embedding(contexts.clamp(min=0), self.input) * present  # (B, C, d)
        mean = vectors.sum(1) / present.sum(1)  # (B, d)
        return mean @ self.output.T  # (B, V)

    def forward(self, centres: Tensor, contexts: Tensor) -> Tensor:
        """Mean loss of a batch: −log softmax(logits)[centre], in nats.

        Args:
            centres: (B,) int64, the words to guess.
            contexts: (B, C) int64, the words around them, −1 where there is none.
        """
        logits = self.logits(contexts)  # (B, V)
        right = logits.gather(1, centres.unsqueeze(1)).squeeze(1)  # (B,)
        return (torch.logsumexp(logits, dim=1) - right).mean()

    def vectors(self) -> np.ndarray:
        """(V, d) float32: the input vectors, which is what people call the word vectors."""
        return self.input.detach().cpu().numpy()
