"""The convolution window by window, the network's grids, and what shifts do."""

import pytest
import torch
from torch.nn import functional as F

from everyvec.multimodal.cnn import CNN, EMOJI, SMALL, Stage, convolve


@pytest.fixture
def pictures():
    return torch.rand(3, 4, 13, 11, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 0), (1, 2)])
def test_a_convolution_window_by_window_is_torchs(pictures, stride, padding):
    draws = torch.Generator().manual_seed(1)
    kernels, bias = torch.randn(5, 4, 3, 3, generator=draws), torch.randn(5, generator=draws)
    for given in (None, bias):
        found = convolve(pictures, kernels, given, stride, padding)
        wanted = F.conv2d(pictures, kernels, given, stride, padding)
        torch.testing.assert_close(found, wanted, rtol=0, atol=1e-5)


def test_a_stage_is_a_convolution_that_halves_and_one_that_is_added(pictures):
    torch.manual_seed(0)
    stage = Stage(4, 16, residual=True)
    halved = F.relu(stage.norm(convolve(pictures, stage.halve.weight, stride=2, padding=1)))
    added = halved + F.relu(stage.stay_norm(convolve(halved, stage.stay.weight, padding=1)))
    torch.testing.assert_close(stage(pictures), added, rtol=0, atol=1e-5)


def test_the_emoji_recipe_has_two_residual_convolutions_and_0_6_million_weights():
    cnn = CNN(EMOJI)
    assert [stage.stay is not None for stage in cnn.stages] == [False, True, True, False]
    assert 0.55e6 < sum(weight.numel() for weight in cnn.parameters()) < 0.65e6
    assert sum(weight.numel() for weight in CNN(SMALL).parameters()) < 40e3


def test_grids_are_halved_and_a_pictures_vector_is_the_mean_of_the_last(pictures):
    cnn = CNN(SMALL, channels=4)
    grid = cnn.grid(pictures)
    assert grid.shape == (3, 64, 2, 2)
    torch.testing.assert_close(cnn(pictures), grid.flatten(2).mean(dim=2))
    assert cnn(pictures).shape == (3, cnn.width)


def test_a_pictures_vector_does_not_depend_on_the_batch(pictures):
    cnn = CNN(SMALL, channels=4)
    torch.testing.assert_close(cnn(pictures)[1:2], cnn(pictures[1:2]), rtol=0, atol=1e-6)


def test_a_shift_by_the_stride_moves_the_grid_and_keeps_the_vector_and_a_smaller_one_does_not():
    cnn = CNN((16,))  # a deeper one feels the border of zeros through its norms
    picture = torch.zeros(1, 3, 16, 20)
    picture[..., 4:9, 6:12] = torch.rand(1, 3, 5, 6, generator=torch.Generator().manual_seed(0))
    moved = picture.roll((2, 4), dims=(2, 3))
    torch.testing.assert_close(cnn.grid(moved), cnn.grid(picture).roll((1, 2), dims=(2, 3)))
    torch.testing.assert_close(cnn(moved), cnn(picture))
    assert not torch.allclose(cnn(picture.roll((1, 1), dims=(2, 3))), cnn(picture), atol=1e-3)


def test_seeds_make_the_weights(pictures):
    assert torch.equal(CNN(SMALL, 4, seed=1)(pictures), CNN(SMALL, 4, seed=1)(pictures))
    assert not torch.equal(CNN(SMALL, 4, seed=1)(pictures), CNN(SMALL, 4, seed=2)(pictures))


@pytest.mark.parametrize("widths", [(), (12,), (0, 8)])
def test_widths_that_no_norm_divides_are_refused(widths):
    with pytest.raises(ValueError, match="multiples of 8"):
        CNN(widths)
