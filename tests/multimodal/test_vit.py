"""Patches, positions and attention maps. That states equal Hugging Face's is in test_loading.py."""

import pytest
import torch

from everyvec.multimodal.cnn import convolve
from everyvec.multimodal.vit import ViT, attention_maps
from everyvec.transformer.attention import watch
from everyvec.transformer.block import Shape

# 3 × 5 patches of 4 × 4
SIZE, P = (12, 20), 4
SHAPE = Shape(width=12, heads=3, layers=2, inner=20, positions=16)


@pytest.fixture
def pictures():
    return torch.rand(6, 2, *SIZE, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def vit():
    made = ViT(SIZE, P, SHAPE, channels=2)
    with torch.no_grad():
        for weight in made.parameters():
            weight.add_(torch.randn_like(weight) * 0.1)
    return made


def test_a_patchs_vector_is_one_window_laid_over_it_and_its_position(vit, pictures):
    grid = convolve(pictures, vit.patches.weight, vit.patches.bias, stride=P)  # (B, D, 3, 5)
    found = vit.embed(pictures)
    assert found.shape == (6, 15, 12)
    for row in range(3):
        for column in range(5):
            place = row * 5 + column
            wanted = grid[:, :, row, column] + vit.positions.weight[1 + place]
            torch.testing.assert_close(found[:, place], wanted, rtol=0, atol=1e-5)


def test_a_change_of_one_patch_changes_its_vector_alone_and_then_every_state(vit, pictures):
    changed = pictures.clone()
    changed[:, :, 4:8, 12:16] += 1  # row 1, column 3
    differs = (vit.embed(changed) != vit.embed(pictures)).any(dim=2).any(dim=0)
    assert differs.nonzero().flatten().tolist() == [1 * 5 + 3]
    assert ((vit.states(changed) - vit.states(pictures)).abs().amax(dim=(0, 2)) > 1e-6).all()


def test_a_pictures_vector_is_the_class_tokens_state_and_its_place_in_the_batch_does_not_matter(
    vit, pictures
):
    states = vit.states(pictures)
    assert states.shape == (6, 16, 12)
    assert torch.equal(vit(pictures), states[:, 0])
    torch.testing.assert_close(vit(pictures[2:3]), states[2:3, 0], rtol=0, atol=1e-5)


def test_without_positions_the_order_of_patches_does_not_matter_and_with_them_it_does(vit, pictures):
    patches, turned = vit.embed(pictures), torch.arange(14, -1, -1)
    # patches carry their positions, so read() knows no order of its own
    torch.testing.assert_close(vit.read(patches[:, turned])[:, 0], vit.read(patches)[:, 0])
    mirrored = pictures.flip(3)
    assert not torch.allclose(vit(mirrored), vit(pictures), atol=1e-3)


def test_some_patches_can_be_read_without_the_others(vit, pictures):
    kept = torch.tensor([1, 4, 9])
    states = vit.read(vit.embed(pictures)[:, kept])
    assert states.shape == (6, 4, 12)
    changed = pictures.clone()
    changed[:, :, 8:, :4] += 1  # row 2, column 0: patch 10
    assert torch.equal(vit.read(vit.embed(changed)[:, kept]), states)


def test_attention_maps_are_the_class_tokens_weights_laid_out_as_the_picture(vit, pictures):
    vit.train()
    maps = attention_maps(vit, pictures)
    assert maps.shape == (6, 2, 3, 3, 5)
    assert vit.training
    vit.eval()
    with watch(vit) as seen:
        vit(pictures)
    weights = seen["blocks.1.attention"][0]  # (B, H, 16, 16)
    torch.testing.assert_close(maps[4, 1, 2, 1, 3], weights[4, 2, 0, 1 + 1 * 5 + 3])
    torch.testing.assert_close(maps.sum(dim=(3, 4))[:, 1], 1 - weights[:, :, 0, 0])


def test_a_norm_before_the_first_block(pictures):
    vit = ViT(SIZE, P, SHAPE, channels=2, norm_before=True)
    seen = []
    vit.blocks[0].register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    vit(pictures)
    torch.testing.assert_close(seen[0].mean(dim=2), torch.zeros(6, 16), rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("size", "patch", "more", "message"),
    [
        ((12, 21), 4, {}, "patches of 4 × 4 do not cover a picture of 12 × 21"),
        ((12, 20), 0, {}, "patches of 0 × 0"),
        ((12, 24), 4, {}, "3 × 6 patches and a class token need 19 positions, not 16"),
        ((12, 16), 4, {}, "need 13 positions, not 16"),
        ((12, 20), 4, {"norm_first": False}, "pre-norm"),
    ],
)
def test_what_makes_no_vit_is_refused(size, patch, more, message):
    shape = Shape(width=12, heads=3, layers=2, inner=20, positions=16, **more)
    with pytest.raises(ValueError, match=message):
        ViT(size, patch, shape)


def test_a_picture_of_another_size_or_mode_is_refused(vit):
    with pytest.raises(ValueError, match="20 × 12 pixels, and the model reads 12 × 20"):
        vit(torch.zeros(1, 2, 20, 12))
    with pytest.raises(ValueError, match=r"3 \(RGB\) channels, and the model reads 2"):
        vit.states(torch.zeros(1, 3, 12, 20))
