"""The small world: what is said of a scene is true of its picture, and one answer fits each question."""

import pytest
import torch

from everyvec.data.scenes import COLOURS, SHAPES, part_of
from everyvec.multimodal import asking
from everyvec.multimodal.captions import PAD
from everyvec.multimodal.cnn import CNN, SMALL


@pytest.fixture(scope="module")
def scenes():
    return asking.large(40, part="train", seed=3)


def test_each_quarter_is_cut_with_the_names_of_its_object():
    pictures, shapes, colours = asking.quarters(6, seed=1)
    assert pictures.shape == (24, 3, 16, 16)
    whole = asking.large(6, 4, seed=1)
    assert shapes.tolist() == whole.shape.flatten().tolist()
    assert colours.tolist() == whole.colour.flatten().tolist()
    torch.testing.assert_close(pictures[1], asking.ink(whole)[0, :, :16, 16:])  # top right
    torch.testing.assert_close(pictures[2], asking.ink(whole)[0, :, 16:, :16])  # bottom left
    for colour in range(len(COLOURS)):
        strongest = pictures[colours == colour].flatten(2).amax(dim=2)
        assert torch.allclose(strongest, strongest[:1], atol=1e-3), "one colour, one ink"


def test_descriptions_name_the_objects_and_all_questions_have_their_answer(scenes):
    for k, text in enumerate(asking.told(scenes, seed=2)):
        words = text.split()
        size = len(words) - 6 * asking.OBJECTS
        assert asking.OBJECTS <= size <= asking.PLACES
        pairs = dict(
            zip((SHAPES[s] for s in scenes.shape[k]), (COLOURS[c] for c in scenes.colour[k]), strict=True)
        )
        assert [w for w in words[:size] if w != "paper"] == [c + s for s, c in pairs.items()]
        asked = [tuple(words[i : i + 3]) for i in range(size, len(words), 3)]
        wanted = {("colour", s, c) for s, c in pairs.items()} | {("shape", c, s) for s, c in pairs.items()}
        assert len(asked) == 4
        assert set(asked) == wanted


def test_dialogues_are_those_questions_and_only_answers_are_wanted(scenes):
    ids, wanted = asking.dialogues(scenes, seed=2)
    texts, about_colour = asking.questions(scenes, seed=2)
    assert ids.shape == wanted.shape == (40, 12)
    assert (ids != PAD).all()
    words = [asking.WORDS.words[i] for i in ids[7].tolist()]
    assert " ".join(words) == " ".join(texts[7])
    for place, colour in zip(range(2, 12, 3), about_colour[7], strict=True):
        assert words[place] in (COLOURS if colour else SHAPES)
    assert wanted.sum(dim=1).tolist() == [4] * 40
    assert wanted[0].nonzero().flatten().tolist() == [2, 5, 8, 11]


def test_scenes_are_of_large_objects_of_their_part(scenes):
    assert (scenes.size == 1).all()
    assert (part_of(scenes.shape, scenes.colour) == "train").all()


def test_names_has_the_loss_of_both_names():
    naming = asking.Names(CNN(SMALL))
    pictures, shape, colour = asking.quarters(2, seed=1)
    shapes, colours = naming.scores(pictures)
    by_hand = sum(
        -torch.log_softmax(scores, dim=1)[torch.arange(8), right].mean()
        for scores, right in ((shapes, shape), (colours, colour))
    )
    torch.testing.assert_close(naming(pictures, shape, colour), by_hand)


def test_pooling_takes_means_of_neighbours_on_the_grid():
    seen = torch.arange(16.0)[None, :, None].repeat(1, 1, 2)
    assert asking.pooled(seen, 2, 2)[0, :, 0].tolist() == [2.5, 4.5, 10.5, 12.5]
    assert asking.pooled(seen, 1, 2)[0, :, 0].tolist() == [6.5, 8.5]  # left and right
    assert torch.equal(asking.pooled(seen, 4, 4), seen)


def test_the_language_model_reads_the_longest_dialogue_and_starts_with_large_weights():
    model = asking.language_model()
    assert model.shape.positions >= 16 + 6 * asking.OBJECTS
    assert model.tokens.weight.std() > 0.08
