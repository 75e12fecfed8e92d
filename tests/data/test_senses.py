"""Sentences in which a capital letter tells the sense."""

from collections import Counter

from everyvec.data import senses


def test_each_use_is_the_word_at_its_place_and_its_letter_says_the_sense():
    for use in senses.uses(most=20):
        found = use.text[use.at : use.at + len(use.word)]
        assert found.lower() == use.word
        assert found[0].isupper() == bool(use.sense)
        # the first word of a sentence is large in any case
        assert use.at > 0
        if use.word == "us":
            assert found in ("us", "US")  # and not the "Us" of a title


def test_a_word_has_as_many_sentences_of_one_sense_as_of_the_other():
    # otherwise the frequent sense alone would be right most of the time
    counts = Counter((use.word, use.sense) for use in senses.uses(most=20))
    for word in senses.WORDS:
        assert 5 < counts[word, 0] == counts[word, 1] <= 20


def test_no_sentence_twice_and_another_seed_draws_others():
    first, again, other = senses.uses(seed=0), senses.uses(seed=0), senses.uses(seed=1)
    assert first == again != other
    assert len({(use.word, use.text) for use in first}) == len(first)
