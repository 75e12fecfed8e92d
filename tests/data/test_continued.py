"""Pairs of sentences of the toy language, and what is known of them."""

from collections import Counter

import pytest

from everyvec.data import continued, world


def test_no_sentence_is_in_two_parts_and_each_part_knows_every_text():
    parts = {name: continued.sentences(name) for name in ("train", "valid", "test")}
    together = [one.words for part in parts.values() for one in part]
    assert len(together) == len(set(together)) > 2300
    assert 0.5 < len(parts["train"]) / len(together) < 0.7
    assert 0.2 < len(parts["test"]) / len(together) < 0.4
    texts = {one[1:] for one in parts["train"]}
    assert len(texts) == 2 * sum(map(len, world.pairs().values())) + 2 * len(world.HOMONYMS)
    assert {one[1:] for one in parts["test"]} == texts


def test_unknown_parts_are_refused():
    with pytest.raises(ValueError, match="part"):
        continued.sentences("training")


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("with her crown the queen saw the throne and she smiled", ("gender", "king", 1)),
        ("near the bark the puppy with the leash was young", ("age", "dog", 1)),
        ("the bank and the loan near the cash", ("homonym", "bank", 0)),
        ("a stream by the bank with the shore", ("homonym", "bank", 1)),
    ],
)
def test_it_reads_thing_and_side(sentence, told):
    assert continued.read(sentence.split()) == (tuple(sentence.split()), *told)


def test_a_sentence_without_a_thing_is_refused():
    with pytest.raises(ValueError, match="thing"):
        continued.read("the cheese and the wine".split())


def test_agreements_say_what_could_stand_there_and_what_is_known_before():
    told = continued.read("with her crown the queen saw the throne and she smiled".split())
    assert continued.agreements(told) == [
        (1, ["her"], ["his"], False),  # "with" tells nothing
        (9, ["she"], ["he"], True),
    ]
    assert continued.agreements(continued.read("the bank and the loan near the cash".split())) == []
    told = continued.read("the heavy horse was old and had the saddle and the stable".split())
    assert continued.agreements(told) == [
        (1, ["big", "heavy"], ["tiny", "light"], False),
        (4, ["grown", "old"], ["newborn", "young"], True),
    ]


def test_half_of_the_seconds_follow_and_the_others_are_of_another_text():
    pairs = continued.pairs(continued.sentences("train"), 2000, seed=3)
    for pair in pairs:
        assert (pair.first[1:] == pair.second[1:]) == (pair.other == 0)
        assert pair.first != pair.second  # a sentence beside itself would be told by any count of words
    assert 0.45 < sum(pair.other for pair in pairs) / 2000 < 0.55
    first, second = (Counter(getattr(pair, name)[1:] for pair in pairs) for name in ("first", "second"))
    assert len(first) == len(second) == 56  # no text is only first, or only elsewhere
    assert pairs[:50] == continued.pairs(continued.sentences("train"), 50, seed=3)
    assert pairs[:50] != continued.pairs(continued.sentences("train"), 50, seed=4)


def test_one_text_alone_makes_no_pairs():
    one = [told for told in continued.sentences("train") if told[1:] == ("gender", "king", 0)]
    lone = next(told for told in continued.sentences("train") if told[1:] == ("gender", "king", 1))
    for few in (one, [*one, lone]):  # a second text of one sentence cannot go on
        with pytest.raises(ValueError, match="another text"):
            continued.pairs(few, 4)
