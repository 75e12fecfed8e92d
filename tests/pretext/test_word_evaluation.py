"""Tests of word vectors against tables small enough to check by eye, and against gensim."""

import numpy as np
import pytest

from everyvec.pretext import word_evaluation

# he/she in the second dimension, what it is in the first and third
TABLE = word_evaluation.keyed(
    ["man", "woman", "king", "queen", "stone"],
    np.array([[1, 0.2, 0], [1, 1.2, 0], [0.2, 0.2, 1], [0.2, 1.2, 1], [-1, 0, -1]]),
)
QUESTION = ("man", "woman", "king", "queen")


def test_a_question_is_answered_by_the_sum():
    assert word_evaluation.analogy_accuracy(TABLE, [QUESTION]) == (1.0, 1.0, 0.0)


def test_unknown_words_count_as_wrong():
    result = word_evaluation.analogy_accuracy(TABLE, [QUESTION, ("man", "woman", "duke", "duchess")])
    assert result == (0.5, 0.5, 0.0)
    assert word_evaluation.analogy_accuracy(TABLE, [("a", "b", "c", "d")]) == (0.0, 0.0, 0.0)


def test_inputs_are_echoed_unless_they_are_left_out():
    # a step so small that the sum stays at c
    table = word_evaluation.keyed(["a", "b", "c", "d"], np.array([[1, 0], [1, 0.01], [0, 1], [0.5, 1]]))
    assert word_evaluation.analogy_accuracy(table, [("a", "b", "c", "d")], exclude_inputs=False).echoes == 1.0
    assert word_evaluation.analogy_accuracy(table, [("a", "b", "c", "d")]) == (1.0, 1.0, 0.0)


def test_batches_change_nothing_and_gensim_agrees():
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(30)]
    table = word_evaluation.keyed(words, rng.normal(size=(30, 5)))
    questions = []
    for _ in range(40):
        a, b, c = rng.choice(words, 3, replace=False)
        # half of the questions have the answer that gensim finds
        ((found, _),) = table.most_similar(positive=[b, c], negative=[a], topn=1)
        questions.append((a, b, c, found if rng.random() < 0.5 else a))
    expected = np.mean([d != a for a, _, _, d in questions])
    for batch in (1, 7, 512):
        assert word_evaluation.analogy_accuracy(table, questions, batch=batch).accuracy == pytest.approx(
            expected
        )


def test_similarity_agreement_is_a_rank_correlation_over_the_covered_pairs():
    pairs = [("man", "woman", 9.0), ("man", "king", 4.0), ("man", "stone", 0.1), ("man", "duke", 9.9)]
    assert word_evaluation.similarity_agreement(TABLE, pairs) == (pytest.approx(1.0), 0.75)
    reverse = [(a, b, -rating) for a, b, rating in pairs]
    assert word_evaluation.similarity_agreement(TABLE, reverse).rho == pytest.approx(-1.0)
    with pytest.raises(ValueError, match="only 0 of 1 pairs"):
        word_evaluation.similarity_agreement(TABLE, [("x", "y", 1.0)])


def test_group_precision_counts_neighbours_within_the_group():
    table = word_evaluation.keyed(list("abcd"), np.array([[1, 0], [1, 0.1], [0, 1], [0.1, 1]]))
    assert word_evaluation.group_precision(table, [["a", "b"], ["c", "d", "unknown"]]) == 1.0
    assert word_evaluation.group_precision(table, [["a", "c"], ["b", "d"]]) == 0.0
    # a finds b and not c; b finds a and not c; c finds both others behind d, or only one of them
    assert word_evaluation.group_precision(table, [["a", "b", "c"]], only={"c"}) == 0.5
