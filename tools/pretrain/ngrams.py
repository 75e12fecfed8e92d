"""What counting alone predicts: Kneser–Ney n-grams, the baseline of each language model that ships.

Kneser and Ney: Improved backing-off for m-gram language modeling, ICASSP 1995; Chen and Goodman: An empirical
study of smoothing techniques for language modeling, 1998 (interpolated, and better than the rest).
"""

import numpy as np
from scipy.optimize import minimize


class KneserNey:
    """Interpolated Kneser–Ney: a count less a discount, and what that leaves free goes to the next shorter
    context, in which a token counts by how many different contexts it has followed.

    Args:
        rows: (N, n) the n-grams of the training text, all of them, context first and token last.
        vocabulary: V, tokens.
    """

    def __init__(self, rows: np.ndarray, vocabulary: int):
        self.order, self.vocabulary = rows.shape[1], vocabulary
        if vocabulary**self.order >= 2**63:
            raise ValueError(f"{self.order} tokens out of {vocabulary} do not fit one 64-bit number")
        # for each order, from the longest: its n-grams and their counts, its contexts, the sum of the counts
        # in each, and how many different tokens followed
        self.levels = []
        keys, counts = np.unique(self._keys(rows), return_counts=True)
        for order in range(self.order, 0, -1):
            contexts, where, kinds = np.unique(keys // vocabulary, return_inverse=True, return_counts=True)
            totals = np.bincount(where, weights=counts)
            self.levels.append((keys, counts, contexts, totals, kinds))
            # the shorter n-grams count the different longer ones that they end
            keys, counts = np.unique(keys % vocabulary ** (order - 1), return_counts=True)
        self.discounts = np.full(self.order, 0.75)

    def _keys(self, rows: np.ndarray) -> np.ndarray:
        return rows.astype(np.int64) @ self.vocabulary ** np.arange(rows.shape[1] - 1, -1, -1, dtype=np.int64)

    def _parts(self, rows: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """For each order, from the longest: count, sum of the context's counts, kinds; 0 for what is new."""
        keys, parts = self._keys(rows), []
        for level, (known, counts, contexts, totals, kinds) in enumerate(self.levels):
            key = keys % self.vocabulary ** (self.order - level)
            count, total = _found(known, counts, key), _found(contexts, totals, key // self.vocabulary)
            parts.append((count, total, _found(contexts, kinds, key // self.vocabulary)))
        return parts

    def _probability(self, parts: list, discounts: np.ndarray) -> np.ndarray:
        probability = np.full(len(parts[0][0]), 1 / self.vocabulary)
        for (count, total, kinds), discount in zip(parts[::-1], discounts[::-1], strict=True):
            seen, total = total > 0, np.maximum(total, 1)
            mixed = (np.maximum(count - discount, 0) + discount * kinds * probability) / total
            probability = np.where(seen, mixed, probability)
        return probability

    def tune(self, rows: np.ndarray) -> "KneserNey":
        """Choose the discounts that give the validation text's n-grams (N, n) the least loss."""
        parts = self._parts(rows)

        def loss(free: np.ndarray) -> float:
            return -np.log(self._probability(parts, 1 / (1 + np.exp(-free)))).mean()

        best = minimize(loss, np.full(self.order, 1.0), method="Nelder-Mead", options={"xatol": 0.02})
        self.discounts = 1 / (1 + np.exp(-best.x))
        return self

    def losses(self, rows: np.ndarray) -> np.ndarray:
        """(N, n) n-grams → (N,) the loss of the last token of each, in nats."""
        return -np.log(self._probability(self._parts(rows), self.discounts))


def _found(known: np.ndarray, values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[place] == wanted, values[place], 0).astype(float)


def windows(rows: np.ndarray, order: int, start: int) -> np.ndarray:
    """(B, T) tokens → (B · (T − 1), n): each token after the first, with the n − 1 before it.

    Args:
        rows: sequences of one length.
        order: n.
        start: the token that stands where there is nothing before.
    """
    padded = np.pad(rows, ((0, 0), (max(order - 2, 0), 0)), constant_values=start)
    # with n = 1 the first token is left out, as with all other n
    cut = padded[:, 1:] if order == 1 else padded
    return np.lib.stride_tricks.sliding_window_view(cut, order, axis=1).reshape(-1, order)
