"""Scenes: what is drawn is what is said, parts share no combination, noise is as much as asked for."""

import re
import time
from collections import Counter
from dataclasses import fields, replace

import numpy as np
import pytest

from everyvec.data import scenes
from everyvec.data.scenes import BOX, COLOURS, SHAPES, SIDE, SIZES

KINDS = {
    "one": {},
    "two": {"objects": 2, "grid": (1, 2)},
    "some": {"objects": 3, "grid": (3, 3)},
    "six": {"objects": 6, "grid": (2, 3)},
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_drawn(kind):
    how = KINDS[kind]
    drawn = scenes.draw(400, **how)
    objects = how.get("objects", 1)
    for field in fields(drawn):
        values = getattr(drawn, field.name)
        assert (values.shape, values.dtype) == ((400, objects), np.int64)
    for values in (drawn.shape, drawn.colour):
        assert all(len(set(row)) == objects for row in values.tolist()), "all differ within a scene"
        assert set(values.ravel()) == set(range(8))
    assert set(drawn.size.ravel()) == {0, 1}
    for at in (drawn.top, drawn.left):
        assert at.min() == 0
        assert at.max() == SIDE - BOX
    for a in range(objects):
        for b in range(a):
            apart = np.maximum(
                abs(drawn.top[:, a] - drawn.top[:, b]), abs(drawn.left[:, a] - drawn.left[:, b])
            )
            assert apart.min() >= BOX, "no two objects overlap"


def test_objects_stay_in_their_cells_in_the_order_of_reading():
    six = scenes.draw(300, objects=6, grid=(2, 3))
    assert (six.top[:, :3] <= 6).all()
    assert (six.top[:, 3:] >= 16).all()
    assert (np.diff(six.left[:, :3]) >= BOX).all()
    two = scenes.draw(300, objects=2, grid=(1, 2))
    assert (two.left[:, 0] <= 6).all()
    assert (two.left[:, 1] >= 16).all()
    assert np.ptp(two.top) == SIDE - BOX


def test_the_parts_share_no_combination_and_each_has_all_halves():
    shape, colour = np.mgrid[:8, :8]
    parts = scenes.part_of(shape, colour)
    assert Counter(parts.ravel()) == {"train": 32, "valid": 16, "test": 16}
    for part in ("train", "valid", "test"):
        assert len({*((parts == part).sum(axis=0)), *((parts == part).sum(axis=1))}) == 1
        for objects in (1, 2, 6):
            drawn = scenes.draw(50, objects=objects, grid=(2, 3), part=part)
            assert (scenes.part_of(drawn.shape, drawn.colour) == part).all()
    some = scenes.draw(5000, part="test")
    assert len(set(zip(some.shape[:, 0], some.colour[:, 0], strict=True))) == 16


def test_the_same_seed_draws_the_same_and_another_seed_another(monkeypatch):
    def all_of_it(seed=0):
        drawn = scenes.draw(30, objects=2, grid=(2, 2), seed=seed)
        said = scenes.captions(drawn, 0.3, 0.3, seed)
        asked, related = scenes.questions(drawn, seed), scenes.relations(drawn, seed)
        return scenes.render(drawn).tobytes(), said.texts, said.wrong.tolist(), asked, related

    first = all_of_it()
    assert all(one == other for one, other in zip(first, all_of_it(), strict=True))
    assert not any(one == other for one, other in zip(first, all_of_it(1), strict=True))
    monkeypatch.setenv("EVERYVEC_SEEDS", "1")
    assert not any(one == other for one, other in zip(first, all_of_it(), strict=True))


def test_pictures_show_the_objects_where_they_are_and_nothing_else():
    drawn = scenes.draw(200, objects=3, grid=(2, 2))
    pictures = scenes.render(drawn)
    assert (pictures.shape, pictures.dtype) == ((200, 3, SIDE, SIDE), np.float32)
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    inked = (pictures < 0.999).any(axis=1)  # (N, SIDE, SIDE)
    for n in range(200):
        for k in range(3):
            top, left = drawn.top[n, k], drawn.left[n, k]
            box = pictures[n, :, top : top + BOX, left : left + BOX].reshape(3, -1)
            ink = box[:, (box - 1).min(axis=0).argmin()]
            # the strongest pixel has the object's colour
            away = np.abs(scenes._RGB - ink).sum(axis=1)
            assert away.argmin() == drawn.colour[n, k]
            inked[n, top : top + BOX, left : left + BOX] = False
    assert not inked.any()
    on_black = scenes.render(drawn, 0.0)
    assert on_black[:, :, (drawn.top + BOX).max() :].sum() == 0


def test_shapes_and_sizes_look_different():
    stamps = scenes._stamps()
    flat = stamps.reshape(len(SIZES) * len(SHAPES), -1)
    apart = np.abs(flat[:, None] - flat).mean(axis=-1) + np.eye(len(flat))
    assert apart.min() > 0.04
    assert (stamps[1].mean(axis=(1, 2)) > 1.8 * stamps[0].mean(axis=(1, 2))).all()
    assert np.allclose(stamps, stamps[..., ::-1], atol=0.02), "all are symmetric"
    circle = stamps[1, SHAPES.index("circle")]
    assert circle.sum() == pytest.approx(np.pi * 25, rel=0.01)


def test_a_scene_moved_is_the_picture_shifted():
    drawn = replace(scenes.draw(20), top=np.full((20, 1), 5), left=np.full((20, 1), 9))
    shifted = np.roll(scenes.render(drawn), (3, -4), axis=(2, 3))
    assert (scenes.render(drawn.moved(3, -4)) == shifted).all()
    with pytest.raises(ValueError, match="moved by 0 and 14 pixels, an object leaves the picture"):
        drawn.moved(0, 14)
    with pytest.raises(ValueError, match="moved by -6 and 0"):
        drawn.moved(-6, 0)


def test_exchanged_colours_keep_the_words_and_change_the_picture():
    drawn = scenes.draw(50, objects=3, grid=(2, 2))
    other = drawn.exchanged()
    assert (scenes.render(other) != scenes.render(drawn)).any(axis=(1, 2, 3)).all()
    for one, two in zip(scenes.captions(drawn).texts, scenes.captions(other).texts, strict=True):
        assert one != two
        assert sorted(one.split()) == sorted(two.split()) or "an" in one + two
    assert (other.exchanged().colour == drawn.colour).all()
    with pytest.raises(ValueError, match="these scenes have one"):
        scenes.draw(3).exchanged()


def test_captions_say_what_is_there():
    said = scenes.captions(scenes.draw(300))
    assert not said.wrong.any()
    assert not said.vague.any()
    assert all(re.fullmatch(r"a (small|large) (\w+) (\w+)", text) for text in said.texts)
    drawn = scenes.Scenes(*(np.array([values]) for values in ([0, 7], [1, 4], [1, 0], [0, 0], [0, 20])))
    assert scenes.captions(drawn).texts == ["a large orange circle and a small blue heart"]
    vague = {scenes.captions(drawn, vague=1, seed=seed).texts[0] for seed in range(9)}
    assert vague == {"a circle and a heart", "something orange and something blue"}


def test_wrong_captions_are_as_many_as_asked_for_and_really_wrong():
    drawn = scenes.draw(3000, objects=2, grid=(1, 2))
    full, said = scenes.captions(drawn).texts, scenes.captions(drawn, wrong=0.4, vague=0.3)
    assert 0.37 < said.wrong.mean() < 0.43
    assert 0.27 < said.vague.mean() < 0.33
    assert abs(said.vague[said.wrong].mean() - said.vague[~said.wrong].mean()) < 0.05
    for text, true, wrong, vague in zip(said.texts, full, said.wrong, said.vague, strict=True):
        if vague:
            told = set(text.replace("something", "").replace(" and ", " ").split()) - {"a"}
            assert (told <= set(true.split())) != wrong
        else:
            assert (text == true) != wrong


def test_wrong_captions_need_other_scenes():
    one = scenes.draw(1)
    with pytest.raises(ValueError, match="too few different scenes"):
        scenes.captions(one.only(np.zeros(5, int)), wrong=1)
    for share in (-0.1, 1.5):
        with pytest.raises(ValueError, match="shares are from 0 to 1"):
            scenes.captions(one, wrong=share)


def holds(drawn, n, text):
    """Whether a relation is true of scene n, read from its words and its pixels' places alone."""
    one, first, says, other, second = re.fullmatch(
        r"the (\w+) (\w+) is (left of|right of|above|below) the (\w+) (\w+)", text
    ).groups()
    found = []
    for colour, shape in ((one, first), (other, second)):
        here = (drawn.shape[n] == SHAPES.index(shape)) & (drawn.colour[n] == COLOURS.index(colour))
        found.append(np.flatnonzero(here))
    if not all(map(len, found)):
        return False
    (a,), (b,) = found
    down, right = drawn.top[n, b] - drawn.top[n, a], drawn.left[n, b] - drawn.left[n, a]
    return {"left of": right >= BOX, "right of": -right >= BOX, "above": down >= BOX, "below": -down >= BOX}[
        says
    ]


@pytest.mark.parametrize("kind", ["two", "some", "six"])
def test_relations_are_true_and_both_negatives_false_in_the_same_words(kind):
    drawn = scenes.draw(300, **KINDS[kind])
    related = scenes.relations(drawn)
    for n, texts in enumerate(zip(*related, strict=True)):
        assert [holds(drawn, n, text) for text in texts] == [True, False, False]
        assert len({tuple(sorted(text.split())) for text in texts}) == 1
    says = Counter(re.search("left of|right of|above|below", text)[0] for text in related.true)
    assert set(says) == set(scenes.DIRECTIONS)
    assert 0.8 < says["left of"] / says["right of"] < 1.25
    with pytest.raises(ValueError, match="at least two objects"):
        scenes.relations(scenes.draw(3))
    others = (np.arange(300) != 1)[:, None]
    with pytest.raises(ValueError, match="in scene 1 two objects overlap"):
        scenes.relations(replace(drawn, left=drawn.left * others, top=drawn.top * others))


def test_questions_have_the_answers_that_the_scene_gives():
    drawn = scenes.draw(300, objects=3, grid=(2, 2))
    asked = scenes.questions(drawn)
    assert Counter(one.kind for one in asked) == {"colour": 300, "shape": 300, "there": 600}
    near = []
    for scene, kind, text, answer in asked:
        things = {
            (SHAPES[s], COLOURS[c]) for s, c in zip(drawn.shape[scene], drawn.colour[scene], strict=True)
        }
        if kind == "there":
            colour, shape = re.fullmatch(r"is there an? (\w+) (\w+)", text).groups()
            assert ("an " in text) == colour.startswith("o")
            assert answer == ("yes" if (shape, colour) in things else "no")
            near.append(answer == "yes" or shape in dict(things) or colour in dict(things).values())
        else:
            asks = {"colour": r"what colour is the (\w+)", "shape": r"what shape is the (\w+) one"}[kind]
            about = re.fullmatch(asks, text)[1]
            assert ((about, answer) if kind == "colour" else (answer, about)) in things
    assert all(near), "a combination that is not there has a half that is"
    for part in ("train", "valid", "test"):  # a question never asks for a combination of another part
        drawn = scenes.draw(100, objects=2, grid=(1, 2), part=part)
        for one in scenes.questions(drawn):
            if one.kind == "there":
                colour, shape = one.text.split()[-2:]
                assert scenes.part_of(SHAPES.index(shape), COLOURS.index(colour)) == part
    assert Counter(one.answer for one in asked if one.kind == "there") == {"yes": 300, "no": 300}


def test_what_does_not_fit_is_told():
    with pytest.raises(ValueError, match="a grid of 1 × 2 takes 1 to 2 objects, not 3"):
        scenes.draw(1, objects=3, grid=(1, 2))
    with pytest.raises(ValueError, match="a grid of 3 × 3 takes 1 to 8 objects, not 9"):
        scenes.draw(1, objects=9, grid=(3, 3))
    with pytest.raises(ValueError, match="not 0"):
        scenes.draw(1, objects=0)
    with pytest.raises(ValueError, match="a grid of 1 × 4 does not fit"):
        scenes.draw(1, objects=2, grid=(1, 4))
    with pytest.raises(ValueError, match="a part is one of train, valid, test, or None, not 'dev'"):
        scenes.draw(1, part="dev")
    with pytest.raises(ValueError, match="at least one scene, not 0"):
        scenes.draw(0)


def test_it_is_fast():
    """`make bench` measures; this fails only when it is slower by an order of magnitude."""
    scenes.render(scenes.draw(1))
    began = time.process_time()
    scenes.render(scenes.draw(2000, objects=6, grid=(2, 3)))
    assert time.process_time() - began < 4
