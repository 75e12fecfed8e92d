"""Evaluation against tables small enough to check by eye, and against gensim."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from everyvec import evaluation

# he/she in the second dimension, what it is in the first and third
TABLE = evaluation.keyed(
    ["man", "woman", "king", "queen", "stone"],
    np.array([[1, 0.2, 0], [1, 1.2, 0], [0.2, 0.2, 1], [0.2, 1.2, 1], [-1, 0, -1]]),
)
QUESTION = ("man", "woman", "king", "queen")


def test_a_question_is_answered_by_the_sum():
    assert evaluation.analogy_accuracy(TABLE, [QUESTION]) == (1.0, 1.0, 0.0)


def test_unknown_words_count_as_wrong():
    result = evaluation.analogy_accuracy(TABLE, [QUESTION, ("man", "woman", "duke", "duchess")])
    assert result == (0.5, 0.5, 0.0)
    assert evaluation.analogy_accuracy(TABLE, [("a", "b", "c", "d")]) == (0.0, 0.0, 0.0)


def test_inputs_are_echoed_unless_they_are_left_out():
    # a step so small that the sum stays at c
    table = evaluation.keyed(["a", "b", "c", "d"], np.array([[1, 0], [1, 0.01], [0, 1], [0.5, 1]]))
    assert evaluation.analogy_accuracy(table, [("a", "b", "c", "d")], exclude_inputs=False).echoes == 1.0
    assert evaluation.analogy_accuracy(table, [("a", "b", "c", "d")]) == (1.0, 1.0, 0.0)


def test_batches_change_nothing_and_gensim_agrees():
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(30)]
    table = evaluation.keyed(words, rng.normal(size=(30, 5)))
    questions = []
    for _ in range(40):
        a, b, c = rng.choice(words, 3, replace=False)
        # half of the questions have the answer that gensim finds
        ((found, _),) = table.most_similar(positive=[b, c], negative=[a], topn=1)
        questions.append((a, b, c, found if rng.random() < 0.5 else a))
    expected = np.mean([d != a for a, _, _, d in questions])
    for batch in (1, 7, 512):
        assert evaluation.analogy_accuracy(table, questions, batch=batch).accuracy == pytest.approx(expected)


def test_similarity_agreement_is_a_rank_correlation_over_the_covered_pairs():
    pairs = [("man", "woman", 9.0), ("man", "king", 4.0), ("man", "stone", 0.1), ("man", "duke", 9.9)]
    assert evaluation.similarity_agreement(TABLE, pairs) == (pytest.approx(1.0), 0.75)
    reverse = [(a, b, -rating) for a, b, rating in pairs]
    assert evaluation.similarity_agreement(TABLE, reverse).rho == pytest.approx(-1.0)
    with pytest.raises(ValueError, match="only 0 of 1 pairs"):
        evaluation.similarity_agreement(TABLE, [("x", "y", 1.0)])


def test_group_precision_counts_neighbours_within_the_group():
    table = evaluation.keyed(list("abcd"), np.array([[1, 0], [1, 0.1], [0, 1], [0.1, 1]]))
    assert evaluation.group_precision(table, [["a", "b"], ["c", "d", "unknown"]]) == 1.0
    assert evaluation.group_precision(table, [["a", "c"], ["b", "d"]]) == 0.0
    # a finds b and not c; b finds a and not c; c finds both others behind d, or only one of them
    assert evaluation.group_precision(table, [["a", "b", "c"]], only={"c"}) == 0.5


def test_few_labels_are_alike_many_of_each_class_and_drawn_by_the_seed():
    labels = np.array([3, 1, 1, 3, 3, 1, 1, 3, 1, 3] * 4)
    chosen = evaluation.few_labels(labels, 6, seed=1)
    assert len(set(chosen)) == 12
    assert np.bincount(labels[chosen]).tolist() == [0, 6, 0, 6]
    assert np.array_equal(chosen, evaluation.few_labels(labels, 6, seed=1))
    assert not np.array_equal(chosen, evaluation.few_labels(labels, 6, seed=2))
    with pytest.raises(ValueError):
        evaluation.few_labels(labels, 21)


def blobs(count, noise_features=0, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    centres = np.array([[0, 0], [4, 0], [0, 4]])
    features = centres[labels] + rng.normal(size=(count, 2))
    return np.hstack([features, rng.normal(size=(count, noise_features)) * 3]), labels


def test_a_probe_reads_what_is_linear_and_units_do_not_matter():
    parts = [blobs(60, seed=seed) for seed in range(3)]
    accuracy = evaluation.probe_accuracy(*parts)
    assert accuracy > 0.9
    scaled = [(features * 1e-4 + 7, labels) for features, labels in parts]
    assert evaluation.probe_accuracy(*scaled) == pytest.approx(accuracy)
    rng = np.random.default_rng(0)
    shuffled = [(features, rng.permutation(labels)) for features, labels in parts]
    assert evaluation.probe_accuracy(*shuffled) < 0.6


def test_the_regularisation_is_chosen_on_the_validation_part_and_never_on_the_test_part():
    # mostly noise and few labels, so that the strength matters
    train, valid, test = (blobs(30, noise_features=40, seed=seed) for seed in range(3))
    strengths = (1e-4, 1e-2, 1, 100)
    alone = {
        s: (
            evaluation.probe_accuracy(train, valid, valid, [s]),
            evaluation.probe_accuracy(train, valid, test, [s]),
        )
        for s in strengths
    }
    assert len({accuracy for _, accuracy in alone.values()}) > 1
    chosen = max(strengths, key=lambda s: alone[s][0])
    assert evaluation.probe_accuracy(train, valid, test, strengths) == alone[chosen][1]
    assert evaluation.probe_accuracy(train, valid, test, strengths[::-1]) == alone[chosen][1]
    # a validation part that asks for another strength changes the choice
    best = max(strengths, key=lambda s: alone[s][1])
    assert evaluation.probe_accuracy(train, test, test, strengths) == alone[best][1]


def test_a_probe_on_features_that_say_nothing_does_not_fail():
    nothing = (np.zeros((12, 4)), np.arange(12) % 3)
    assert evaluation.probe_accuracy(nothing, nothing, nothing) == pytest.approx(1 / 3)


def test_recall_counts_the_wanted_items_among_the_best_and_averages_over_users():
    scores = np.array([[5, 4, 3, 2.0], [1, 2, 3, 4.0], [9, 9, 9, 9.0]])
    relevant = csr_array(np.array([[1, 0, 0, 1], [0, 1, 1, 0], [0, 0, 0, 0]]))
    # the first user's 0 is shown and 3 is not, the second's 2 is and 1 is not; the third wants nothing
    assert evaluation.recall_at_k(scores, relevant, 2) == pytest.approx(0.5)
    # what the second user has already makes room for one item more
    exclude = csr_array(np.array([[0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]))
    assert evaluation.recall_at_k(scores, relevant, 2, exclude) == pytest.approx(0.75)
    assert scores[1, 3] == 4  # the caller's array is as it was
    assert evaluation.recall_at_k(scores, relevant, 4) == 1
    # an excluded item is never found, even where places are left
    assert (
        evaluation.recall_at_k(scores, csr_array(np.array([[0] * 4, [0, 0, 0, 1], [0] * 4])), 4, exclude) == 0
    )


def test_recall_shares_places_among_ties_as_a_random_order_would():
    rng = np.random.default_rng(0)
    scores = rng.integers(0, 4, size=(40, 12)).astype(float)
    relevant, exclude = rng.random((40, 12)) < 0.2, rng.random((40, 12)) < 0.2
    relevant &= ~exclude
    runs = []
    for _ in range(300):
        order = scores + rng.random(scores.shape) * 0.5
        order[exclude] = -1
        shown = np.zeros_like(relevant)
        np.put_along_axis(shown, np.argsort(-order, axis=1)[:, :5], True, axis=1)
        wants = relevant.any(axis=1)
        runs.append(((shown & relevant).sum(axis=1)[wants] / relevant.sum(axis=1)[wants]).mean())
    exact = evaluation.recall_at_k(scores, csr_array(relevant), 5, csr_array(exclude))
    assert exact == pytest.approx(np.mean(runs), abs=0.01)
    assert evaluation.recall_at_k(np.zeros((40, 12)), csr_array(relevant), 3) == pytest.approx(0.25)


def test_recall_refuses_what_has_no_answer():
    scores, relevant = np.zeros((2, 3)), csr_array(np.eye(2, 3))
    for arguments, message in (
        ((scores, csr_array(np.eye(3, 3)), 1), "must agree"),
        ((scores, relevant, 1, csr_array(np.eye(3, 3))), "must agree"),
        ((scores, relevant, 0), "k of at least 1"),
        ((scores, csr_array((2, 3)), 1), "a relevant item"),
        ((np.full((2, 3), np.nan), relevant, 1), "NaN"),
    ):
        with pytest.raises(ValueError, match=message):
            evaluation.recall_at_k(*arguments)
