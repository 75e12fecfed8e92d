"""Each assumption taken away changes what it should, and nothing else."""

import pytest
import torch
from torch import nn

from everyvec.data import scenes
from everyvec.multimodal.cnn import CNN, SMALL
from everyvec.multimodal.priors import Flat, Unshared, reordered, shapes, unshare, without_positions
from everyvec.multimodal.vit import ViT
from everyvec.transformer.block import Shape


@pytest.fixture
def vit():
    return ViT((6, 9), 3, Shape(width=8, heads=2, layers=2, inner=16, positions=7), channels=2)


def test_shapes_are_black_on_white_and_each_is_its_label():
    pictures, labels = shapes(200)
    assert pictures.shape == (200, 1, 24, 24)
    assert pictures.dtype == torch.float32
    assert pictures.min() == 0
    assert pictures.max() == pytest.approx(1)
    assert set(labels.tolist()) == set(range(8))
    ink = pictures.sum(dim=(1, 2, 3))
    frame, square = (ink[labels == scenes.SHAPES.index(name)].max() for name in ("frame", "square"))
    assert frame < square < 100


def test_shapes_lie_where_they_were_asked_for_and_the_same_shapes_come_at_other_places():
    everywhere, labels = shapes(300, seed=1)
    left, again = shapes(300, range(5), seed=1)
    assert torch.equal(labels, again)
    assert left[..., 14:].sum() == 0
    assert left[..., :14].sum() > 0
    ink = everywhere.sum(dim=(0, 1))
    assert (ink[[2, 20]] > 0).any()
    assert (ink[:, [2, 20]] > 0).any()
    torch.testing.assert_close(everywhere.sum(), left.sum())


@pytest.mark.parametrize("lefts", [range(-1, 3), range(12, 16), range(0)])
def test_columns_outside_are_refused(lefts):
    with pytest.raises(ValueError, match="columns 0 to 14"):
        shapes(3, lefts)


def test_patches_change_places_and_stay_as_they_are():
    pictures = torch.rand(2, 3, 4, 6)
    order = torch.tensor([5, 0, 1, 2, 3, 4])
    moved = reordered(pictures, 2, order)
    torch.testing.assert_close(moved[:, :, :2, :2], pictures[:, :, 2:, 4:])
    torch.testing.assert_close(moved[:, :, :2, 2:4], pictures[:, :, :2, :2])
    pixels = reordered(pictures, 1, torch.arange(24).flip(0))
    torch.testing.assert_close(pixels, pictures.flip(2, 3))


def test_unshared_with_equal_windows_is_the_convolution():
    torch.manual_seed(0)
    for options in ({"stride": 2, "padding": 1}, {"padding": 1}, {"stride": 1}):
        like = nn.Conv2d(3, 5, 3, bias=False, **options)
        free = Unshared(like, (7, 6))
        grid = torch.rand(2, 3, 7, 6)
        assert free(grid).shape == like(grid).shape
        assert not torch.allclose(free(grid), like(grid), atol=1e-3)
        with torch.no_grad():
            free.weight[:] = like.weight.flatten(1)
        torch.testing.assert_close(free(grid), like(grid), rtol=0, atol=1e-5)


def test_an_unshared_network_has_the_same_grids_and_windows_of_its_own_at_each_place():
    shared, free = CNN(SMALL, 1), unshare(CNN(SMALL, 1), (24, 24))
    pictures = torch.rand(2, 1, 24, 24)
    assert free.grid(pictures).shape == shared.grid(pictures).shape
    assert not any(isinstance(part, nn.Conv2d) for part in free.modules())
    assert free.stages[0].halve.weight.shape == (144, 16, 9)
    assert len({tuple(window.tolist()) for window in free.stages[0].halve.weight[:, 0].detach()}) == 144


def test_flat_is_the_grid_and_its_mean_is_the_cnn():
    flat, cnn = Flat((24, 16), SMALL, 1, seed=3), CNN(SMALL, 1, seed=3)
    pictures = torch.rand(2, 1, 24, 16)
    assert flat(pictures).shape == (2, flat.width) == (2, 64 * 3 * 2)
    torch.testing.assert_close(flat(pictures).unflatten(1, (64, 6)).mean(dim=2), cnn(pictures))


def test_without_positions_the_order_of_patches_changes_nothing_and_with_them_it_does(vit):
    pictures, order = torch.rand(2, 2, 6, 9), torch.tensor([3, 5, 0, 2, 1, 4])
    moved = reordered(pictures, 3, order)
    assert not torch.allclose(vit(pictures), vit(moved), atol=1e-3)
    without_positions(vit)
    torch.testing.assert_close(vit(pictures), vit(moved), rtol=0, atol=1e-5)
    assert not vit.positions.weight.requires_grad
