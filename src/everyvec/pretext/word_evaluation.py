"""What do word vectors know? Analogies, agreement with human similarity ratings, neighbours of known
groups."""

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from gensim.models import KeyedVectors
from scipy.stats import spearmanr


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
    for chunk in np.array_split(known, math.ceil(len(known) / batch)):
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
