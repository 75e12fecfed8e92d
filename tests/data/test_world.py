"""The toy language: repeatable, closed, and with the structure that its docstring promises."""

import pytest

from everyvec.data import world


def test_a_longer_draw_begins_with_a_shorter_one():
    assert world.sentences(200, seed=3)[:50] == world.sentences(50, seed=3)
    assert world.sentences(50, seed=3) != world.sentences(50, seed=4)


def test_it_speaks_its_whole_vocabulary_and_nothing_else():
    drawn = world.sentences(5000)
    assert sorted({word for sentence in drawn for word in sentence}) == world.vocabulary()
    assert {len(sentence) for sentence in drawn} <= set(range(7, 15))


def test_analogies_ask_every_pair_with_every_other_both_ways():
    questions = world.analogies()
    assert (
        len(questions)
        == len(set(questions))
        == sum(2 * len(p) * (len(p) - 1) for p in world.pairs().values())
    )
    assert ("man", "woman", "king", "queen") in questions
    assert ("queen", "king", "woman", "man") in questions
    assert {word for question in questions for word in question} <= set(world.vocabulary())


def test_no_word_stands_for_two_things_unless_it_is_a_homonym():
    words = [word for group in world.groups() for word in group]
    words += [word for senses in world.HOMONYMS.values() for sense in senses for word in sense]
    assert len(words) == len(set(words))
    assert not set(words) & set(world.HOMONYMS)


def test_the_two_senses_of_a_homonym_never_meet():
    for sentence in world.sentences(3000):
        for word, (first, second) in world.HOMONYMS.items():
            if word in sentence:
                assert bool(set(first) & set(sentence)) != bool(set(second) & set(sentence)), sentence


def test_a_negative_number_of_sentences_is_an_error():
    with pytest.raises(ValueError, match="at least 0"):
        world.sentences(-1)


def test_it_says_only_what_is_possible_and_in_time_all_of_it():
    every = world.possible()
    drawn = {tuple(sentence) for sentence in world.sentences(30_000)}
    assert drawn <= every
    assert len(drawn) > 0.97 * len(every)
    assert ("he", "was", "a", "king", "and", "her", "crown", "was", "near", "the", "throne") not in every
