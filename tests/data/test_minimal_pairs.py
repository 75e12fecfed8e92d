"""The toy language of minimal pairs: what its sentences and pairs promise."""

import math

import pytest

from everyvec.data import minimal_pairs as language


def differences(one, other):
    assert len(one) == len(other)
    return [place for place, words in enumerate(zip(one, other, strict=True)) if len(set(words)) > 1]


@pytest.mark.parametrize("kind", language.KINDS)
@pytest.mark.parametrize("distance", language.DISTANCES)
def test_twins_differ_in_cue_and_answer_alone_and_exchange_right_and_wrong(kind, distance):
    pairs = language.pairs(40, kind, distance)
    assert len(pairs) == 40
    for one, other in zip(pairs[::2], pairs[1::2], strict=True):
        assert (one.kind, one.distance) == (other.kind, other.distance) == (kind, distance)
        cue, answer = differences(one.right, other.right)
        assert answer - cue == distance
        assert differences(one.right, one.wrong) == differences(other.right, other.wrong) == [answer]
        assert differences(one.wrong, other.right) == differences(one.right, other.wrong) == [cue]


def test_the_sentences_hold_only_right_answers_and_each_pair_of_cue_and_answer():
    seen = {tuple(sentence) for sentence in language.sentences(60_000)}
    for kind in language.KINDS:
        for distance in (1, 2):
            for pair in language.pairs(60, kind, distance):
                assert tuple(pair.right) in seen
                assert tuple(pair.wrong) not in seen


def test_distant_pairs_are_mostly_new_sentences():
    seen = {tuple(sentence) for sentence in language.sentences(4000)}
    pairs = [pair for kind in language.KINDS for pair in language.pairs(100, kind, 7)]
    assert sum(tuple(pair.right) in seen for pair in pairs) < 10


def test_the_best_perplexity_is_the_language_s_own():
    drawn = language.sentences(50_000)
    # one sentence, to see that the choices below are as likely as they should be
    expected = math.exp(log_probability(["this", "is", "anna", "anna", "nods"]))
    share = drawn.count(["this", "is", "anna", "anna", "nods"]) / len(drawn)
    assert share == pytest.approx(expected, rel=0.3)
    nats = -sum(log_probability(sentence) for sentence in drawn)
    tokens = sum(len(sentence) + 1 for sentence in drawn)  # and the end
    assert math.exp(nats / tokens) == pytest.approx(language.best_perplexity(), rel=0.01)


def log_probability(sentence):
    """By the choices that the docstring names, read off the sentence."""
    phrases = sum(word in ("near", "behind", "beside", "under") for word in sentence)
    adverbs = sum(word in ("today", "again", "often", "here") for word in sentence)
    p = 1 / 5 / 4 / 4**adverbs / 32**phrases
    if sentence[:2] == ["this", "is"]:
        return math.log(p / 8 / 3)
    if sentence[0] == "in" or sentence[0] == "someone":
        return math.log(p / 8 / 2)
    if sentence[-1] in ("now", "daily", "alone"):
        return math.log(p / 8 / 3 / 3)
    return math.log(p / 8 / 3)


def test_the_same_seed_gives_the_same_and_the_beginning_of_a_longer_draw():
    assert language.sentences(5) == language.sentences(9)[:5] != language.sentences(5, seed=1)
    assert language.pairs(4, "fact", 7) == language.pairs(8, "fact", 7)[:4] != language.pairs(4, "fact", 7, 1)


@pytest.mark.parametrize("wrong", [(3, "fact", 7), (4, "faith", 7), (4, "fact", 3)])
def test_pairs_that_do_not_exist_are_refused(wrong):
    with pytest.raises(ValueError, match="must be even"):
        language.pairs(*wrong)
