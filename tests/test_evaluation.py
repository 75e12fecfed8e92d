"""Rankings against tables small enough to check by eye."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from everyvec import evaluation


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


def test_perplexity_is_a_mean_over_tokens_and_not_over_sentences():
    rows = [np.log([1 / 2]), np.log([1 / 8, 1 / 8, 1 / 8])]
    assert evaluation.perplexity(rows) == pytest.approx(2 ** (10 / 4))
    # of n equally likely words it is n
    assert evaluation.perplexity([np.log(np.full(5, 1 / 7)), np.log(np.full(2, 1 / 7))]) == pytest.approx(7)
    assert evaluation.perplexity([np.zeros(3), np.zeros(0)]) == 1


@pytest.mark.parametrize("rows", [[], [np.zeros(0)], [np.array([0.1])], [np.array([-1, np.nan])]])
def test_perplexity_refuses_what_has_none(rows):
    with pytest.raises(ValueError, match=r"no token|above 0 or NaN"):
        evaluation.perplexity(rows)
