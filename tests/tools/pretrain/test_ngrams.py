"""Kneser–Ney: probabilities add up to one and equal those of a plain implementation."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from tools.pretrain.ngrams import KneserNey, windows

V = 7


def text(seed: int, length: int = 200) -> np.ndarray:
    """Tokens 0 to 4 of 7, so that two are never seen."""
    return np.random.default_rng(seed).integers(0, 5, size=(3, length)) ** 2 % 5


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_probabilities_of_a_context_add_up_to_one_and_none_is_zero(order):
    model = KneserNey(windows(text(0, 30), order, 6), V)
    for context in ([2] * order, [6, 5, 1, 4][:order]):  # the second was never seen
        rows = np.array([[*context[: order - 1], token] for token in range(V)])
        probability = np.exp(-model.losses(rows))
        assert probability.min() > 0
        assert probability.sum() == pytest.approx(1)


def plain(grams: list[tuple[int, ...]], wanted: tuple[int, ...], discounts: list[float]) -> float:
    """The formula, in words of dictionaries."""
    counts = Counter(grams)

    def probability(counts: Counter, gram: tuple[int, ...]) -> float:
        shorter: Counter = Counter()
        if len(gram) > 1:
            for other in counts:
                shorter[other[1:]] += 1
            below = probability(shorter, gram[1:])
        else:
            below = 1 / V
        followed: dict = defaultdict(dict)
        for other, count in counts.items():
            followed[other[:-1]][other[-1]] = count
        here = followed.get(gram[:-1])
        if not here:
            return below
        discount = discounts[len(wanted) - len(gram)]
        total = sum(here.values())
        return max(here.get(gram[-1], 0) - discount, 0) / total + discount * len(here) / total * below

    return probability(counts, wanted)


def test_it_equals_the_plain_form():
    grams = windows(text(1, 40), 3, 6)
    model = KneserNey(grams, V)
    model.discounts = np.array([0.9, 0.6, 0.3])
    wanted = np.array([[0, 1, 4], [1, 1, 1], [4, 0, 6], [6, 6, 1], [5, 4, 1]])
    expected = [
        plain([tuple(gram) for gram in grams.tolist()], tuple(row), [0.9, 0.6, 0.3])
        for row in wanted.tolist()
    ]
    np.testing.assert_allclose(np.exp(-model.losses(wanted)), expected, rtol=1e-9)


def test_tuning_lowers_the_loss_on_the_validation_text():
    train, validation = (windows(text(seed, 60), 3, 6) for seed in (2, 3))
    model = KneserNey(train, V)
    before = model.losses(validation).mean()
    assert model.tune(validation).losses(validation).mean() < before - 0.001


def test_windows_give_each_token_but_the_first_what_stands_before_it():
    rows = np.array([[1, 2, 3], [4, 5, 0]])
    assert windows(rows, 1, 6).tolist() == [[2], [3], [5], [0]]
    assert windows(rows, 2, 6).tolist() == [[1, 2], [2, 3], [4, 5], [5, 0]]
    assert windows(rows, 3, 6).tolist() == [[6, 1, 2], [1, 2, 3], [6, 4, 5], [4, 5, 0]]


def test_n_grams_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        KneserNey(np.zeros((1, 6), dtype=int), 4096)
