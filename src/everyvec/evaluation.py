"""What a representation knows: analogies, agreement with human similarity ratings, neighbours, probes."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from gensim.models import KeyedVectors
from scipy.sparse import csr_array
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits


def keyed(words: Sequence[str], vectors: np.ndarray) -> KeyedVectors:
    """Our vectors in gensim's container, which has nearest neighbours, saving and loading.

    Args:
        words: V words.
        vectors: (V, d).
    """
    table = KeyedVectors(vector_size=vectors.shape[1])
    table.add_vectors(list(words), np.asarray(vectors, dtype=np.float32))
    return table


class Analogies(NamedTuple):
    """`accuracy` over all questions, a word without a vector counting as wrong; `covered`, the share of the
    questions whose four words have vectors; `echoes`, the share of the covered ones answered with one of the
    three words of the question itself."""

    accuracy: float
    covered: float
    echoes: float


def analogy_accuracy(
    table: KeyedVectors,
    questions: Sequence[tuple[str, str, str, str]],
    exclude_inputs: bool = True,
    batch: int = 512,
) -> Analogies:
    """How often the word nearest to b − a + c, by cosine, is d.

    Args:
        table: V word vectors.
        questions: (a, b, c, d), read "a is to b as c is to d".
        exclude_inputs: whether a, b and c are kept out of the search.
        batch: questions answered at a time; memory grows as batch × V.

    Source: Mikolov, Yih, Zweig, NAACL 2013.
    """
    index = table.key_to_index
    known = np.array([[index[w] for w in q] for q in questions if all(w in index for w in q)], dtype=int)
    if len(known) == 0:
        return Analogies(0.0, 0.0, 0.0)
    unit = table.get_normed_vectors()  # (V, d)
    right = echoes = 0
    for chunk in np.array_split(known, -(-len(known) // batch)):
        inputs, answer = chunk[:, :3], chunk[:, 3]
        a, b, c = (unit[inputs[:, column]] for column in range(3))  # (B, d) each
        score = (b - a + c) @ unit.T  # (B, V); the query's own length does not change the order
        if exclude_inputs:
            np.put_along_axis(score, inputs, -np.inf, axis=1)
        found = score.argmax(axis=1)
        right += int((found == answer).sum())
        echoes += int((found[:, None] == inputs).any(axis=1).sum())
    return Analogies(right / len(questions), len(known) / len(questions), echoes / len(known))


class Agreement(NamedTuple):
    """Spearman's `rho` over the pairs whose two words have vectors, and the share `covered` of such pairs."""

    rho: float
    covered: float


def similarity_agreement(table: KeyedVectors, pairs: Sequence[tuple[str, str, float]]) -> Agreement:
    """Rank correlation between cosine similarity and human ratings.

    Args:
        table: word vectors.
        pairs: (word, word, rating), at least two of them covered.

    Raises:
        ValueError: when fewer than two pairs have vectors.
    """
    known = [(table.similarity(a, b), rating) for a, b, rating in pairs if a in table and b in table]
    if len(known) < 2:
        raise ValueError(f"only {len(known)} of {len(pairs)} pairs have vectors: nothing to correlate")
    cosine, rating = zip(*known, strict=True)
    return Agreement(float(spearmanr(cosine, rating).statistic), len(known) / len(pairs))


def group_precision(
    table: KeyedVectors, groups: Sequence[Sequence[str]], only: Collection[str] | None = None
) -> float:
    """Of each word's nearest neighbours, the share that belongs to its group: mean over the words in groups.

    For a word in a group of g words, its g − 1 nearest neighbours are looked at.

    Args:
        table: word vectors.
        groups: disjoint lists of words; words without a vector are left out.
        only: take the mean over these words alone.
    """
    scores = []
    for group in groups:
        members = [word for word in group if word in table]
        asked = [word for word in members if only is None or word in only]
        for word in asked if len(members) > 1 else []:
            near = table.most_similar(word, topn=len(members) - 1)
            scores.append(np.mean([neighbour in members for neighbour, _ in near]))
    return float(np.mean(scores))


def recall_at_k(
    scores: np.ndarray, relevant: csr_array, k: int = 10, exclude: csr_array | None = None
) -> float:
    """How much of what a user wanted stands among the k items with the highest scores: mean over users.

    Items that tie for the last places share them: each counts with the chance that it has when ties are
    broken at random. So a recommender whose scores are all equal gets exactly what guessing gets.

    Args:
        scores: (U, N), higher is better.
        relevant: (U, N), not zero for what the user went on to want; users without any are left out.
        k: places, at least 1.
        exclude: (U, N), not zero for items that may take no place, such as what the user has already.

    Raises:
        ValueError: when shapes differ, k is below 1, no user has a relevant item, or a score is NaN.
    """
    if scores.shape != relevant.shape or (exclude is not None and exclude.shape != scores.shape):
        raise ValueError(f"scores {scores.shape} and relevant {relevant.shape} (and exclude) must agree")
    user, item = relevant.nonzero()  # (R,) each
    if k < 1 or len(user) == 0:
        raise ValueError(f"need k of at least 1 and a relevant item, got k={k} and {len(user)} items")
    if np.isnan(scores).any():
        raise ValueError("a score is NaN, which has no place in an order")
    if exclude is not None:
        scores = scores.astype(np.float64)  # a copy, and one that holds −inf
        scores[exclude.nonzero()] = -np.inf
    found = np.empty(len(user))  # (R,) the chance of each wanted item to be shown
    for part in np.array_split(np.arange(len(user)), -(-len(user) // 1024)):
        rows, own = scores[user[part]], scores[user[part], item[part], None]  # (r, N), (r, 1)
        better, equal = (rows > own).sum(axis=1), (rows == own).sum(axis=1)
        found[part] = np.where(np.isneginf(own[:, 0]), 0, np.clip((k - better) / equal, 0, 1))
    wanted, hits = (np.bincount(user, weights) for weights in (None, found))
    return float((hits[wanted > 0] / wanted[wanted > 0]).mean())


def few_labels(labels: np.ndarray, per_class: int, seed: int = 0) -> np.ndarray:
    """Which examples get a label: `per_class` of each class, drawn by `seed`.

    Returns:
        (classes × per_class,) int64 indices into `labels`.

    Raises:
        ValueError: when a class has fewer than that.
    """
    rng = np.random.default_rng(seed)
    classes = np.unique(labels)
    return np.concatenate(
        [rng.choice(np.flatnonzero(labels == kind), per_class, replace=False) for kind in classes]
    )


def probe_accuracy(
    train: tuple[np.ndarray, np.ndarray],
    valid: tuple[np.ndarray, np.ndarray],
    test: tuple[np.ndarray, np.ndarray],
    strengths: Sequence[float] = (1e-3, 1e-2, 1e-1, 1, 10),
) -> float:
    """How well a linear classifier reads the classes from fixed features: its accuracy on `test`.

    Logistic regression. Features are centred, and divided by one number for all of them, so that a strength
    means the same for every representation. The regularisation that does best on `valid` is taken, the
    strongest one where several do equally well; `test` is looked at once.

    Args:
        train, valid, test: features (n, d) and labels (n,).
        strengths: the regularisations to choose from, as the C of scikit-learn: small is strong.
    """
    centre = train[0].mean(axis=0)
    scale = np.sqrt(np.mean((train[0] - centre) ** 2)) or 1.0
    with threadpool_limits(1):  # for matrices this small, threads that wait for each other cost 20 times more
        probes = [
            LogisticRegression(C=strength, max_iter=500).fit((train[0] - centre) / scale, train[1])
            for strength in sorted(strengths)
        ]
    best = max(probes, key=lambda probe: probe.score((valid[0] - centre) / scale, valid[1]))
    return float(best.score((test[0] - centre) / scale, test[1]))
