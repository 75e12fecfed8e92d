"""Fine-tuning a CLIP: what may move moves, what is frozen stays, and the right name's place is counted."""

from copy import deepcopy
from itertools import product

import pytest
import torch
from torch.nn import functional as F

from everyvec.multimodal import fine_tuning
from everyvec.multimodal.captions import Captions
from everyvec.multimodal.clip import CLIP, contrastive_loss
from everyvec.multimodal.drawings import DrawingEncoder, quick_words
from everyvec.training import fit

NAMES = ["red cat", "blue dog", "green bird"]
NEW = ["红猫", "蓝狗", "绿鸟"]


@pytest.fixture(scope="module")
def start():
    words = Captions(NAMES)
    clip = CLIP(DrawingEncoder(fine_tuning.WIDTHS), quick_words(len(words), 16), 12).eval()
    draws = torch.Generator().manual_seed(0)
    for (
        value
    ) in clip.state_dict().values():  # trained, as it were: no weight or running mean is an initial one
        if value.is_floating_point():
            value.add_(torch.rand(value.shape, generator=draws) * 0.1)
    return clip, words, *fine_tuning.with_characters(clip, words, NEW)


@pytest.fixture(scope="module")
def pictures():
    return torch.rand(3, 3, 8, 8, generator=torch.Generator().manual_seed(1))


def test_new_characters_leave_the_old_captions_alone(start):
    clip, words, longer, both = start
    assert both.words[: len(words)] == words.words
    assert sorted(both.words[len(words) :]) == sorted("红猫蓝狗绿鸟")
    with torch.no_grad():
        assert longer.encode_texts(both.encode(NAMES)).equal(clip.encode_texts(words.encode(NAMES)))
    assert clip.texts.words.num_embeddings == len(words)  # the one that was given did not change


@pytest.mark.parametrize(
    ("way", "moves"),
    [
        ("characters", {"texts"}),
        ("LoRA", {"texts", "text_map"}),
        ("text side", {"texts", "text_map"}),
        ("picture LoRA", {"image_map"}),
        ("picture side", {"images", "image_map"}),
        ("full", {"texts", "text_map", "images", "image_map", "log_factor"}),
    ],
)
def test_each_way_moves_its_weights_and_no_others(start, pictures, way, moves):
    _, _, longer, both = start
    clip = fine_tuning.free(longer, way)
    before = {name: weight.detach().clone() for name, weight in clip.named_parameters()}
    optimizer = fine_tuning.adam(clip, 1e-2, 1e-2)
    for _ in range(2):  # LoRA's A has no gradient in the first step
        optimizer.zero_grad()
        clip(pictures, both.encode(NEW)).backward()
        optimizer.step()
    changed = {name for name, weight in clip.named_parameters() if not weight.equal(before[name])}
    assert {name.split(".")[0] for name in changed} == moves
    assert not any(name.endswith("linear.weight") for name in changed)  # under a LoRA the map stays


def test_from_scratch_begins_anew_and_other_ways_are_refused(start):
    longer = start[2]
    new = fine_tuning.free(longer, "from scratch")
    assert new.state_dict().keys() == longer.state_dict().keys()
    assert all(weight.requires_grad for weight in new.parameters())
    assert not any(weight.equal(longer.state_dict()[name]) for name, weight in new.named_parameters())
    with pytest.raises(ValueError, match="no way 'half'"):
        fine_tuning.free(longer, "half")


def test_the_table_has_a_rate_of_its_own(start):
    clip = fine_tuning.free(start[2], "text side")
    table, rest = fine_tuning.adam(clip, 3e-2, 1e-3).param_groups
    assert (table["lr"], rest["lr"]) == (3e-2, 1e-3)
    assert [len(weight) for weight in table["params"]] == [clip.texts.words.num_embeddings]
    assert len(rest["params"]) == 1
    assert len(fine_tuning.adam(fine_tuning.free(start[2], "characters"), 1, 1).param_groups) == 1


def test_cached_pairs_have_the_loss_of_the_whole_model(start, pictures):
    _, _, longer, both = start
    tables = [both.encode(NEW)]
    pairs = fine_tuning.Cached(longer, fine_tuning.states(longer, pictures)[None], tables)
    things = torch.tensor([2, 0, 1])
    with torch.no_grad():
        whole = longer(pictures[things], tables[0][things])
        assert torch.allclose(pairs(things), whole, atol=1e-5)


def test_each_drawing_and_each_caption_of_a_thing_is_drawn(start):
    longer, both = start[2:]
    tables = [both.encode(NEW), both.encode([f"{name} 狗 鸟" for name in NEW])]  # the second is wider
    seen = torch.randn(2, 3, longer.images.width, generator=torch.Generator().manual_seed(2))
    pairs, things = fine_tuning.Cached(longer, seen, tables), torch.tensor([2, 0])
    torch.manual_seed(0)
    with torch.no_grad():
        texts = [longer.encode_texts(table)[things] for table in tables]
        images = [F.normalize(longer.image_map(states), dim=-1)[things] for states in seen]
        wanted = {
            round(contrastive_loss(longer.scores(torch.stack(shown), torch.stack(told))).item(), 4)
            for shown in product(*zip(*images, strict=True))
            for told in product(*zip(*texts, strict=True))
        }
        found = {round(pairs(things).item(), 4) for _ in range(200)}
    assert len(wanted) == 16
    assert found == wanted


def test_states_are_those_of_evaluation_and_the_mode_stays(start, pictures):
    clip = deepcopy(start[0]).train()
    states = fine_tuning.states(clip, pictures, at_once=2)
    assert clip.training
    assert torch.allclose(states, start[0].images(pictures), atol=1e-5)


def test_only_the_characters_are_trained_and_english_stays(start, pictures):
    _, _, longer, both = start
    clip = fine_tuning.free(longer, "characters")
    pairs = fine_tuning.Cached(clip, fine_tuning.states(clip, pictures)[None], [both.encode(NEW)])
    fit(pairs, (torch.arange(3),), epochs=5, batch_size=3, optimizer=fine_tuning.adam(clip, 0.1, 0.1))
    with torch.no_grad():
        new, old = (model.encode_texts(both.encode(NAMES)) for model in (clip, longer))
        assert new.equal(old)
        assert not clip.encode_texts(both.encode(NEW)).allclose(longer.encode_texts(both.encode(NEW)))


def test_mixed_weights(start):
    old, new = start[2], fine_tuning.free(start[2], "from scratch")
    before, after = deepcopy(old.state_dict()), deepcopy(new.state_dict())
    for share in (0.0, 0.25, 1.0):
        there = fine_tuning.mixed(old, new, share).state_dict()
        for name, value in there.items():
            if value.is_floating_point():  # running means, too
                assert torch.allclose(value, (1 - share) * before[name] + share * after[name], atol=1e-6)
    assert all(value.equal(before[name]) for name, value in old.state_dict().items())
    assert all(value.equal(after[name]) for name, value in new.state_dict().items())


def test_places_and_recall(start):
    clip, words, *_ = start
    with torch.no_grad():
        texts = clip.encode_texts(words.encode(NAMES))
    # the first picture lies on the third name; the unreadable name is never an answer
    names = [*NAMES, "鱼"]
    vectors = texts[[2, 2, 2]]
    order = (texts[2] @ texts.T).argsort(descending=True).tolist()
    found = fine_tuning.places(clip, words, vectors, names, torch.tensor([2, order[1], 3]))
    assert found.tolist() == [0, 1, 3]
    assert fine_tuning.recall(found, 1) == pytest.approx(1 / 3)
    assert fine_tuning.recall(found, 2) == pytest.approx(2 / 3)


def test_of_equal_cosines_the_right_one_comes_last(start):
    clip, words, *_ = start
    with torch.no_grad():
        vectors = clip.encode_texts(words.encode(["red cat", "red cat"]))
    names = ["red cat", "blue dog", "cat red"]  # the mean of words knows no order
    assert fine_tuning.places(clip, words, vectors, names, torch.tensor([0, 2])).tolist() == [1, 1]
