"""What a diffusion model is told: all kinds in one shape, nothing of a held-out wish, a judge of its own."""

import torch

from everyvec.data import scenes
from everyvec.multimodal import conditions


def test_each_wish_has_its_own_picture_and_its_own_words():
    drawn = conditions.pictures()
    assert drawn.shape == (64, 3, 10, 10)
    assert len(drawn.flatten(1).unique(dim=0)) == 64
    for number, text in enumerate(conditions.WISHES):
        colour, shape = conditions.COLOUR_OF[number], conditions.SHAPE_OF[number]
        assert text == f"{scenes.COLOURS[colour]} {scenes.SHAPES[shape]}"
    full, empty = (drawn[conditions.WISHES.index(text), :, 5, 5] for text in ("red heart", "red ring"))
    assert full[0] > 0.5  # red
    assert full[1:].max() < -0.5
    assert empty.min() > 0.9  # white paper within a ring


def test_parts_share_words_and_no_wish():
    parts = [conditions.numbers(part) for part in ("train", "valid", "test")]
    assert [len(part) for part in parts] == [32, 16, 16]
    assert len(torch.cat(parts).unique()) == 64
    for part in parts:
        assert len(conditions.SHAPE_OF[part].unique()) == len(conditions.COLOUR_OF[part].unique()) == 8


def test_conditions_have_one_width_and_about_one_size():
    encoder = conditions.texts()
    for told, count in ((conditions.states(encoder), 3), (conditions.one_hot(), 1)):
        assert told.shape == (64, count, conditions.WIDTH)
        assert abs(told.square().mean().item() - 1) < 0.05


def test_a_state_knows_what_stands_before_it_and_nothing_behind():
    told = conditions.states(conditions.texts())
    red = [conditions.WISHES.index(text) for text in ("red circle", "red heart")]
    assert torch.allclose(told[red[0], 0], told[red[1], 0], atol=1e-6)  # the colour stands first
    assert not torch.allclose(told[red[0], 0], told[red[0] + 1, 0], atol=1e-3)  # an orange circle
    assert not torch.allclose(told[red[0], 2], told[red[1], 2], atol=1e-3)


def test_the_judge_counts_shape_colour_and_both():
    class Sure(conditions.Judge):
        def scores(self, drawn):
            """Always a red circle, whatever is drawn."""
            return torch.eye(8)[[0, 0]].expand(len(drawn), 2, 8)

    wish = torch.tensor([conditions.WISHES.index(t) for t in ("red circle", "blue circle", "red heart")])
    right = Sure().right(torch.zeros(3, 3, 10, 10), wish)
    assert right.tolist() == [[True, True, True], [True, False, False], [False, True, False]]


def test_noise_and_wishes_that_are_asked_fit_and_can_be_drawn_again():
    wish, noise = conditions.asked("test", 2, seed=3)
    assert noise.shape == (len(wish), 3, 10, 10) == (32, 3, 10, 10)
    assert torch.equal(noise, conditions.asked("test", 2, seed=3)[1])
