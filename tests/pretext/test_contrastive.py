"""Views, their loss by hand, and pre-training; the GPU run at a reduced size."""

import math

import numpy as np
import pytest
import torch

from everyvec.data import digits
from everyvec.pretext import contrastive, label_learners


@pytest.fixture(scope="module")
def pictures():
    return digits.load()


def test_moved_with_no_limits_is_the_same_picture_and_with_limits_another(pictures):
    images = torch.tensor(pictures.train_images[:5])
    still = contrastive.moved(images, turn=0, shift=0, stretch=0)
    torch.testing.assert_close(still, images, atol=1e-5, rtol=0)
    assert (contrastive.moved(images) - images).abs().amax(dim=(1, 2)).min() > 0.05


def test_moved_shifts_by_no_more_than_its_share_of_the_side():
    dot = torch.zeros(200, 21, 21)
    dot[:, 10, 10] = 1
    torch.manual_seed(0)
    there = contrastive.moved(dot, turn=0, shift=0.1, stretch=0)  # 2.1 pixels at most
    rows = torch.arange(21.0) - 10
    ways = torch.stack([there.sum(2) @ rows, there.sum(1) @ rows])  # where the ink's centre went
    assert 1.9 < ways.abs().max() < 2.1 + 1e-4
    assert ways.amin(dim=1).max() < -1.5  # both ways, and in both directions
    assert ways.amax(dim=1).min() > 1.5


def test_loss_equals_the_sum_by_hand():
    generator = torch.Generator().manual_seed(3)
    first, second = torch.randn(3, 5, generator=generator), torch.randn(3, 5, generator=generator)
    views = [view / view.norm() for view in [*first, *second]]
    expected = 0.0
    for i in range(6):
        score = [math.exp(float(views[i] @ views[j]) / 0.3) if j != i else 0.0 for j in range(6)]
        expected -= math.log(score[(i + 3) % 6] / sum(score)) / 6
    assert contrastive.same_picture_loss(first, second, 0.3).item() == pytest.approx(expected, abs=1e-5)


def test_pretraining_learns_and_repeats(pictures):
    torch.set_num_threads(1)
    small = {"width": 4, "dim": 16, "epochs": 6}
    model, history = contrastive.pretrain(pictures.train_images[:400], **small)
    assert history.smoothed(4) < 0.9 * history.losses[0]
    vectors = model.vectors(pictures.test_images)
    assert vectors.shape == (360, 16)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 4.0, rtol=1e-4)  # √16
    again, _ = contrastive.pretrain(pictures.train_images[:400], **small)
    np.testing.assert_array_equal(vectors, again.vectors(pictures.test_images))
    np.testing.assert_allclose(vectors, model.vectors(pictures.test_images, batch=7), atol=1e-5)


def test_views_are_moved_as_far_as_asked(pictures):
    # with no moves both views are the picture itself, and each scores its partner highest
    still = contrastive.TwoViews(moves={"turn": 0, "shift": 0, "stretch": 0})
    images = torch.tensor(pictures.train_images[:20])
    views = still.head(still.encoder(images))
    expected = contrastive.same_picture_loss(views, views, still.temperature)
    torch.testing.assert_close(still(images), expected, atol=1e-4, rtol=0)
    torch.manual_seed(0)
    assert contrastive.TwoViews(moves={"turn": 90})(images) != contrastive.TwoViews()(images)


def test_the_gpu_run_in_small():
    # pictures of MNIST's size, and every step that the lesson takes with them on a GPU
    images = np.random.default_rng(0).random((40, 28, 28), dtype=np.float32)
    model, history = contrastive.pretrain(images, width=6, dim=24, epochs=1, batch_size=16)
    assert len(history.losses) == 3
    assert np.isfinite(history.losses).all()
    vectors = model.vectors(images)
    assert vectors.shape == (40, 24)
    assert np.isfinite(vectors).all()
    labels = np.arange(40) % 10
    for head in label_learners.from_labels(vectors, labels):
        assert head.predict(vectors).shape == (40,)
