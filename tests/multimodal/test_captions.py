"""Captions become numbers; an empty one is refused."""

import pytest

from everyvec.multimodal.captions import END, PAD, START, Captions, split


def test_words_and_chinese_characters_are_tokens_and_marks_are_none():
    assert split("A black cat: 黑猫!") == ["a", "black", "cat", "黑", "猫"]
    assert split("flag: Côte d’Ivoire") == ["flag", "côte", "d", "ivoire"]
    assert split("?!") == []


def test_captions_stand_between_marks_and_unknown_words_fall_out():
    known = Captions(["red cat", "red dog", "a red 猫"])
    red = known.words.index("red")
    assert red == 3, "the most frequent comes first"
    ids = known.encode(["Red bird", "a red dog"])
    a, dog = known.words.index("a"), known.words.index("dog")
    assert ids.tolist() == [[START, red, END, PAD, PAD], [START, a, red, dog, END]]
    assert len(known) == 8


def test_rare_words_stay_unknown_where_that_is_asked_for():
    assert Captions(["red cat", "red dog"], min_count=2).words[3:] == ["red"]


@pytest.mark.parametrize("caption", ["", "…", "bird"])
def test_a_caption_of_which_nothing_is_known_is_refused(caption):
    with pytest.raises(ValueError, match=f"the caption '{caption}' is empty, or none of its words"):
        Captions(["red cat"]).encode(["red", caption])


def test_no_caption_at_all_is_refused():
    with pytest.raises(ValueError, match="no caption"):
        Captions(["red cat"]).encode([])
