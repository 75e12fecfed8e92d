"""How good is a ranking, a prediction, a representation? Measures that every module uses.

They need numpy and scipy alone. Probes, which need scikit-learn, are in `probes.py`; tests of word vectors,
which need gensim's tables, in `pretext/word_evaluation.py`.
"""

import math
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

_AT_ONCE = 1024  # wanted items ranked together: with 10 000 items their scores take 80 MB


def recall_at_k(
    scores: np.ndarray, relevant: csr_array, k: int = 10, exclude: csr_array | None = None
) -> float:
    """Recall: the share of the items that a user wanted among the k with the highest scores, mean over users.

    Items that tie for the last places share them: each counts with the probability of getting a place when
    ties are broken at random. So a recommender whose scores are all equal gets exactly what guessing gets.

    Args:
        scores: (U, N), higher is better.
        relevant: (U, N), not zero for what the user went on to want; users without any are left out.
        k: places, at least 1.
        exclude: (U, N), non-zero for items that must not be ranked, such as those the user already has.

    Raises:
        ValueError: when shapes differ, k is below 1, no user has a relevant item, or a score is NaN.
    """
    if scores.shape != relevant.shape or (exclude is not None and exclude.shape != scores.shape):
        raise ValueError(f"scores {scores.shape} and relevant {relevant.shape} (and exclude) must agree")
    user, item = relevant.nonzero()  # (R,) each
    if k < 1 or len(user) == 0:
        raise ValueError(f"need k of at least 1 and a relevant item, got k={k} and {len(user)} items")
    if np.isnan(scores).any():
        raise ValueError("a score is NaN and cannot be ranked")
    if exclude is not None:
        scores = scores.astype(np.float64)  # a copy, and one that holds −inf
        scores[exclude.nonzero()] = -np.inf
    found = np.empty(len(user))  # (R,) the chance of each wanted item to be shown
    for part in np.array_split(np.arange(len(user)), math.ceil(len(user) / _AT_ONCE)):
        rows, own = scores[user[part]], scores[user[part], item[part], None]  # (r, N), (r, 1)
        better, equal = (rows > own).sum(axis=1), (rows == own).sum(axis=1)
        found[part] = np.where(np.isneginf(own[:, 0]), 0, np.clip((k - better) / equal, 0, 1))
    wanted, hits = (np.bincount(user, weights) for weights in (None, found))
    return float((hits[wanted > 0] / wanted[wanted > 0]).mean())


def perplexity(log_probs: Sequence[np.ndarray]) -> float:
    """Perplexity: as uncertain as a choice among so many equally likely words.

    It is e to the mean of −log p over all tokens, so a long sentence counts for more than a short one.

    Args:
        log_probs: for each sentence the (T,) natural logarithms of its tokens' probabilities.

    Raises:
        ValueError: when there is no token, or a number is no logarithm of a probability.
    """
    tokens = np.concatenate([np.asarray(row, dtype=np.float64) for row in log_probs] or [np.empty(0)])
    if len(tokens) == 0:
        raise ValueError("no token, so no perplexity")
    if not (tokens <= 1e-6).all():  # NaN is not; float32 may round log 1 to a little above 0
        raise ValueError("the log-probability of a token is above 0 or NaN")
    return float(np.exp(-tokens.mean()))
