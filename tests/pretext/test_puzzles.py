"""Puzzles on images: posed as they say, solved when they can be, and an encoder that learns from them."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from everyvec import training
from everyvec.pretext import puzzles


def numbers(count, side):
    return torch.arange(count * side * side, dtype=torch.float32).view(count, side, side)


def test_each_image_is_turned_by_its_own_number_of_right_angles():
    images = numbers(5, 6)
    turned = puzzles.rotate(images, torch.tensor([3, 0, 1, 2, 1]))
    for image, after, turns in zip(images, turned, [3, 0, 1, 2, 1], strict=True):
        assert np.array_equal(after, np.rot90(image, turns))


def test_quadrants_are_laid_in_the_order_that_is_asked_for():
    image = numbers(1, 6)[0]
    quadrants = [image[:3, :3], image[:3, 3:], image[3:, :3], image[3:, 3:]]
    orders = puzzles.ORDERS
    assert len({tuple(order) for order in orders.tolist()}) == 24
    laid = puzzles.shuffle(image.expand(24, 6, 6), orders)
    for after, (a, b, c, d) in zip(laid, orders.tolist(), strict=True):
        rows = [
            torch.cat([quadrants[a], quadrants[b]], 1),
            torch.cat([quadrants[c], quadrants[d]], 1),
        ]
        assert torch.equal(after, torch.cat(rows))


def test_a_mask_hides_whole_patches_and_as_many_as_asked():
    torch.manual_seed(0)
    mask = puzzles.patch_mask(200, side=12, patch=4, hidden=3)
    patches = mask.unfold(1, 4, 4).unfold(2, 4, 4).flatten(3)  # (200, 3, 3, 16)
    assert torch.equal(patches.any(3), patches.all(3))
    assert (patches.all(3).sum((1, 2)) == 3).all()
    share = mask.float().mean(0)  # each patch is hidden alike often
    assert share.min() > 0.2
    assert share.max() < 0.47


def test_an_encoder_keeps_the_strongest_response_wherever_it_was():
    encoder = puzzles.Encoder(width=3, halvings=1, seed=1)
    for layer in encoder.layers:
        torch.nn.init.zeros_(layer.bias)  # so that the empty page says nothing
    image = torch.zeros(1, 24, 24)
    image[0, 8:11, 8:12] = torch.rand(3, 4, generator=torch.Generator().manual_seed(2))
    moved = image.roll((4, 2), (1, 2))  # by the stride, twice and once
    assert encoder(image).shape == (1, 6)
    assert encoder(image).max() > 0
    torch.testing.assert_close(encoder(image), encoder(moved))


def test_the_seed_decides_the_initial_encoder_and_leaves_the_global_one_alone():
    images = torch.rand(2, 8, 8)
    torch.manual_seed(3)
    first, again, other = (puzzles.Encoder(3, 1, seed=seed)(images) for seed in (1, 1, 2))
    after = torch.rand(1)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    torch.manual_seed(3)
    assert torch.equal(after, torch.rand(1))


def test_more_halvings_see_more_of_the_picture():
    assert [len(puzzles.Encoder(3, halvings).layers) for halvings in (1, 2, 3)] == [3, 4, 5]
    assert puzzles.Encoder(3, 3)(torch.rand(2, 42, 42)).shape == (2, 6)


@pytest.mark.parametrize("make", [puzzles.Rotation, puzzles.Jigsaw])
def test_the_loss_of_a_choice_is_the_cross_entropy_of_the_puzzles_posed(make):
    puzzle = make(puzzles.Encoder(3, 1, seed=1), seed=2)
    images = torch.rand(9, 8, 8)
    torch.manual_seed(5)
    loss = puzzle(images)
    torch.manual_seed(5)
    posed, answers = puzzle.pose(images)
    assert loss.item() == pytest.approx(F.cross_entropy(puzzle.head(puzzle.encoder(posed)), answers).item())
    assert len(set(answers.tolist())) > 1
    redo = {
        puzzles.Rotation: puzzles.rotate,
        puzzles.Jigsaw: lambda images, a: puzzles.shuffle(images, puzzles.ORDERS[a]),
    }
    assert torch.equal(posed, redo[make](images, answers))


def test_hidden_pixels_reach_the_encoder_blank_and_alone_make_the_loss():
    puzzle = puzzles.MaskedPatch(puzzles.Encoder(3, 1, seed=1), side=8, patch=2, hidden=5)
    images = torch.rand(4, 8, 8) + 0.5
    seen = []
    puzzle.encoder.register_forward_hook(lambda module, inputs, output: seen.append(inputs[0]))
    torch.manual_seed(5)
    loss = puzzle(images)
    torch.manual_seed(5)
    errors, mask = puzzle.errors(images)
    assert torch.equal(seen[0] == 0, mask)
    assert torch.equal(seen[0][~mask], images[~mask])
    assert mask.sum().item() == 4 * 5 * 4
    assert loss.item() == pytest.approx((errors[mask] ** 2).mean().item())


def test_a_mark_in_the_corner_gives_the_rotation_away():
    images = torch.zeros(256, 8, 8)
    puzzle = puzzles.Rotation(puzzles.Encoder(8, 1, seed=0))
    training.fit(puzzle, (images,), epochs=1, batch_size=64, lr=4e-3)
    assert puzzle.solved(images) < 0.4  # blank pages: nothing to go by
    images[:, 0, :] = 1
    training.fit(puzzle, (images,), epochs=20, batch_size=64, lr=4e-3)
    assert puzzle.solved(images) > 0.95


def test_masked_patches_that_repeat_what_is_seen_are_filled_in():
    rng = torch.Generator().manual_seed(0)
    images = (torch.rand(256, 1, 1, generator=rng) > 0.5).float().expand(256, 8, 8)  # all ink or no ink
    puzzle = puzzles.MaskedPatch(puzzles.Encoder(8, 1, seed=0), side=8, patch=2, hidden=8)
    assert puzzle.solved(images) < 0.3
    training.fit(puzzle, (images,), epochs=20, batch_size=64, lr=4e-3)
    assert puzzle.solved(images) > 0.9


def test_features_come_in_order_whatever_the_batches():
    encoder = puzzles.Encoder(3, 1)
    images = np.random.default_rng(0).random((23, 8, 8), dtype=np.float32)
    found = puzzles.features(encoder, images, batch_size=5)
    assert (found.shape, found.dtype) == ((23, 6), np.float32)
    assert found == pytest.approx(puzzles.features(encoder, images), abs=1e-6)
