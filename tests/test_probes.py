"""Probes: what they choose by, and what they cannot know."""

import numpy as np
import pytest

from everyvec import probes


def test_few_labels_are_alike_many_of_each_class_and_drawn_by_the_seed():
    labels = np.array([3, 1, 1, 3, 3, 1, 1, 3, 1, 3] * 4)
    chosen = probes.few_labels(labels, 6, seed=1)
    assert len(set(chosen)) == 12
    assert np.bincount(labels[chosen]).tolist() == [0, 6, 0, 6]
    assert np.array_equal(chosen, probes.few_labels(labels, 6, seed=1))
    assert not np.array_equal(chosen, probes.few_labels(labels, 6, seed=2))
    with pytest.raises(ValueError):
        probes.few_labels(labels, 21)


def blobs(count, noise_features=0, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    centres = np.array([[0, 0], [4, 0], [0, 4]])
    features = centres[labels] + rng.normal(size=(count, 2))
    return np.hstack([features, rng.normal(size=(count, noise_features)) * 3]), labels


def test_a_probe_reads_what_is_linear_and_units_do_not_matter():
    parts = [blobs(60, seed=seed) for seed in range(3)]
    accuracy = probes.probe_accuracy(*parts)
    assert accuracy > 0.9
    scaled = [(features * 1e-4 + 7, labels) for features, labels in parts]
    assert probes.probe_accuracy(*scaled) == pytest.approx(accuracy)
    rng = np.random.default_rng(0)
    shuffled = [(features, rng.permutation(labels)) for features, labels in parts]
    assert probes.probe_accuracy(*shuffled) < 0.6


def test_the_regularisation_is_chosen_on_the_validation_part_and_never_on_the_test_part():
    # mostly noise and few labels, so that the strength matters
    train, valid, test = (blobs(30, noise_features=40, seed=seed) for seed in range(3))
    strengths = (1e-4, 1e-2, 1, 100)
    alone = {
        s: (
            probes.probe_accuracy(train, valid, valid, [s]),
            probes.probe_accuracy(train, valid, test, [s]),
        )
        for s in strengths
    }
    assert len({accuracy for _, accuracy in alone.values()}) > 1
    chosen = max(strengths, key=lambda s: alone[s][0])
    assert probes.probe_accuracy(train, valid, test, strengths) == alone[chosen][1]
    assert probes.probe_accuracy(train, valid, test, strengths[::-1]) == alone[chosen][1]
    # a validation part that asks for another strength changes the choice
    best = max(strengths, key=lambda s: alone[s][1])
    assert probes.probe_accuracy(train, test, test, strengths) == alone[best][1]


def test_a_probe_on_features_that_say_nothing_does_not_fail():
    nothing = (np.zeros((12, 4)), np.arange(12) % 3)
    assert probes.probe_accuracy(nothing, nothing, nothing) == pytest.approx(1 / 3)
