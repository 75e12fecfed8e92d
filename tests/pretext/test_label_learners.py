"""Each learner knows what it was given, and nothing else."""

import numpy as np
import pytest

from everyvec.data import digits
from everyvec.pretext import label_learners, weak_labels


@pytest.fixture(scope="module")
def pictures():
    return digits.load()


def accuracy(models, images, labels):
    return [model.score(images, labels) for model in models]


def given(pictures, per_class, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.full(len(pictures.train_labels), -1)
    for kind in range(10):
        chosen = rng.choice(np.flatnonzero(pictures.train_labels == kind), per_class, replace=False)
        labels[chosen] = kind
    return labels


def test_each_learner_yields_three_settings_that_know_more_than_chance(pictures):
    train, test = (part.reshape(len(part), -1) for part in (pictures.train_images, pictures.test_images))
    labels, weak = given(pictures, 5), weak_labels.in_haste(pictures.train_labels, 0.5)
    learners = {
        "labels": label_learners.from_labels(train, labels),
        "copies": label_learners.with_copies(train, labels, copies=5),
        "spread": label_learners.spreading(train, labels),
        "weak": label_learners.with_weak(train, labels, weak),
    }
    found = {name: accuracy(models, test, pictures.test_labels) for name, models in learners.items()}
    assert all(len(scores) == 3 and min(scores) > 0.7 for scores in found.values()), found


def test_learners_do_not_see_labels_that_they_were_not_given(pictures):
    train = pictures.train_images.reshape(len(pictures.train_images), -1)
    labels = np.where(given(pictures, 5) == 4, -1, given(pictures, 5))  # nobody ever says "four"
    weak = np.where(pictures.train_labels == 4, -1, pictures.train_labels)
    for models in (
        label_learners.from_labels(train, labels),
        label_learners.with_copies(train, labels, copies=2),
        label_learners.spreading(train, labels),
        label_learners.self_training(train, labels, step=400),
        label_learners.with_weak(train, labels, weak),
    ):
        assert all(4 not in model.predict(train) for model in models)


def test_a_true_label_counts_more_than_a_weak_one():
    # two points in the same place: the one true label must outvote three weak ones
    vectors = np.array([[0.0, 0.0]] * 4 + [[9.0, 9.0]] * 4)
    labels = np.array([0, -1, -1, -1, 1, -1, -1, -1])
    weak = np.array([1, 1, 1, 1, 1, 1, 1, 1])
    for model in label_learners.with_weak(vectors, labels, weak):
        assert model.predict(vectors[[0, 4]]).tolist() == [0, 1]


def test_an_island_without_a_label_is_left_out_of_spreading():
    left, right = np.arange(16.0)[:, None], np.arange(16.0)[:, None] + 1000
    labels = np.full(32, -1)
    labels[[0, 15]] = 3, 5  # both in the left group; the right one hears of no label
    for model in label_learners.spreading(np.concatenate([left, right]), labels):
        assert len(model._fit_X) == 16


def test_copies_are_moves_of_the_labelled_pictures_alone(pictures):
    train = pictures.train_images.reshape(len(pictures.train_images), -1)
    labels = given(pictures, 1)
    for model in label_learners.with_copies(train, labels, copies=4):
        assert model.shape_fit_ == (50, 64)  # ten pictures, and four copies of each


def test_self_training_takes_its_own_guesses_for_truth():
    # each step adopts the surest picture, so that the two groups are named from their labelled ends inwards
    vectors = np.array([[-9.0], [-8.0], [-7.0], [7.0], [8.0], [9.0]])
    labels = np.array([0, -1, -1, -1, -1, 1])
    for model in label_learners.self_training(vectors, labels, step=1):
        assert model.predict(vectors).tolist() == [0, 0, 0, 1, 1, 1]
    assert labels.tolist() == [0, -1, -1, -1, -1, 1]  # the caller's array is as it was
    for model in label_learners.self_training(vectors[[0, 5]], labels[[0, 5]]):
        assert model.predict(vectors[[1, 4]]).tolist() == [0, 1]  # nothing to adopt


def test_middles_are_one_of_each_group():
    rng = np.random.default_rng(0)
    groups = np.repeat([[0.0, 0.0], [50.0, 0.0], [0.0, 50.0]], 20, axis=0)
    chosen = label_learners.middles(groups + rng.normal(size=(60, 2)), 3)
    assert sorted(chosen // 20) == [0, 1, 2]
    assert len(label_learners.middles(groups, 3)) == 3
