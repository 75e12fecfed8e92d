"""What is hidden, what is read, and where there is loss. That all equals Hugging Face's is in
test_loading.py."""

import pytest
import torch

from everyvec.multimodal.mae import MAE, on_grid
from everyvec.multimodal.vit import ViT
from everyvec.transformer.block import Shape

# 3 × 5 patches of 4 × 4
SIZE, P = (12, 20), 4
SHAPE = Shape(width=12, heads=3, layers=2, inner=20, positions=16)
SMALLER = Shape(width=8, heads=2, layers=1, inner=14, positions=16)


@pytest.fixture
def pictures():
    return torch.rand(6, 2, *SIZE, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def mae():
    made = MAE(ViT(SIZE, P, SHAPE, channels=2), SMALLER, share=0.7)
    with torch.no_grad():
        for weight in made.parameters():
            weight.add_(torch.randn_like(weight) * 0.1)
    return made


@pytest.fixture
def hidden(mae):
    return mae.draw_hidden(6, torch.Generator().manual_seed(1))


def test_equally_many_patches_are_hidden_in_each_picture_and_others_each_time(mae):
    hidden = mae.draw_hidden(2000, torch.Generator().manual_seed(1))
    assert hidden.dtype == torch.bool
    assert hidden.sum(dim=1).unique().tolist() == [11] == [mae.hides], "a visible share of .3 of 15 is 4"
    torch.testing.assert_close(hidden.float().mean(dim=0), torch.full((15,), 11 / 15), rtol=0, atol=0.05)
    assert not torch.equal(mae.draw_hidden(6), mae.draw_hidden(6))


def test_it_paints_the_same_patch_by_patch(mae, pictures, hidden):
    painted = mae.rebuild(pictures, hidden)
    assert painted.shape == pictures.shape
    torch.testing.assert_close(painted, mae.rebuild_plain(pictures, hidden), rtol=0, atol=1e-5)


def test_what_is_hidden_is_not_read_and_what_is_visible_is_read_at_its_place(mae, pictures):
    hidden = torch.ones(6, 15, dtype=torch.bool)
    hidden[:, [2, 8]] = False
    covered, changed = pictures.clone(), pictures.clone()
    covered[:, :, 4:8, :12] = 0  # row 1, columns 0 to 2: patches 5 to 7
    changed[:, :, :4, 8:12] += 1  # patch 2
    painted = mae.rebuild(pictures, hidden)
    assert torch.equal(mae.rebuild(covered, hidden), painted)
    assert not torch.allclose(mae.rebuild(changed, hidden), painted, atol=1e-3)
    elsewhere = torch.ones(6, 15, dtype=torch.bool)
    elsewhere[:, [8, 9]] = False
    moved = pictures.clone()
    moved[:, :, 4:8, 12:16] = pictures[:, :, :4, 8:12]  # patch 8 is what patch 2 was
    moved[:, :, 4:8, 16:20] = pictures[:, :, 4:8, 12:16]  # patch 9 what patch 8 was
    assert not torch.allclose(mae.rebuild(moved, elsewhere), painted, atol=1e-3)


def test_a_hidden_patch_is_painted_for_its_place(mae, pictures, hidden):
    painted = mae.rebuild(pictures, hidden)[0]
    first, second = hidden[0].nonzero().flatten()[:2].tolist()

    def patch(number):
        top, left = number // 5 * P, number % 5 * P
        return painted[:, top : top + P, left : left + P]

    assert not torch.allclose(patch(first), patch(second), atol=1e-4)


def test_errors_are_those_of_each_patch_and_only_the_hidden_count(mae, pictures, hidden):
    painted, errors = mae.rebuild(pictures, hidden), mae.errors(pictures, hidden)
    assert errors.shape == (6, 3, 5)
    patch = (painted - pictures)[4, :, 8:12, 4:8]  # row 2, column 1
    torch.testing.assert_close(errors[4, 2, 1], (patch**2).mean())
    pairs = [(n, place) for n in range(6) for place in range(15) if hidden[n, place]]
    wanted = sum(errors[n, place // 5, place % 5] for n, place in pairs) / len(pairs)
    torch.testing.assert_close(mae(pictures, hidden), wanted)
    assert abs(wanted - errors.mean()) > 1e-3


def test_without_a_mask_each_call_draws_its_own(mae, pictures):
    torch.manual_seed(0)
    assert mae(pictures) != mae(pictures)


def test_on_a_grid_neighbours_are_similar_and_rows_are_not_columns(mae):
    assert on_grid(mae, height=0.5) is mae
    for table in (mae.encoder.positions.weight, mae.positions.weight):
        assert table[0].abs().max() == 0, "the class token has no place"
        places = table[1:].unflatten(0, (3, 5))  # rows × columns × width
        assert table.abs().max() <= 0.5
        half = places.shape[2] // 2
        assert (places[:, :1, :half] == places[:, :, :half]).all(), "the first half tells the row"
        assert (places[:1, :, half:] == places[:, :, half:]).all(), "the second half tells the column"
        far = torch.cdist(places[1, 0][None], places[1])[0]
        assert far[0] < 1e-6
        assert (far.diff()[:3] > 0).all()
        assert len(table[1:].unique(dim=0)) == 15
        assert table.requires_grad


def test_both_halves_and_what_stands_for_the_hidden_learn(mae, pictures, hidden):
    mae(pictures, hidden).backward()
    assert all(weight.grad is not None for weight in mae.parameters())
    assert mae.blank.grad.abs().sum() > 0


@pytest.mark.parametrize(
    ("positions", "share", "message"),
    [
        (17, 0.5, "the decoder has 17 positions, and the encoder 16"),
        (16, 0.0, "hides 0 of 15 patches"),
        (16, 0.99, "hides 15 of 15 patches"),
    ],
)
def test_what_makes_no_masked_autoencoder_is_refused(positions, share, message):
    shape = Shape(width=8, heads=2, layers=1, inner=14, positions=positions)
    with pytest.raises(ValueError, match=message):
        MAE(ViT(SIZE, P, SHAPE), shape, share)


def test_a_mask_that_does_not_fit_is_refused(mae, pictures, hidden):
    unequal = hidden.clone()
    unequal[2] = True
    for wrong, message in (
        (hidden.float(), r"hidden must be bool \(6, 15\), True for a hidden patch, not torch.float32"),
        (hidden[:, :14], r"not torch.bool \(6, 14\)"),
        (unequal, "equally many patches must be hidden, not none and not all; here 11 to 15 of 15"),
        (torch.ones_like(hidden), "here 15 to 15 of 15"),
    ):
        with pytest.raises(ValueError, match=message):
            mae.rebuild(pictures, wrong)
    with pytest.raises(ValueError, match="20 × 12 pixels"):
        mae(torch.zeros(6, 2, 20, 12))
