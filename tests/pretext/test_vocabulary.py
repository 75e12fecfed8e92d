"""Words get their numbers by frequency, and rare ones get none."""

import pytest

from everyvec.pretext.vocabulary import Vocabulary

SENTENCES = [["a", "b", "c", "b"], ["d"], ["c", "a"], ["b", "b", "a", "c", "d", "b"]]


def test_words_are_ordered_by_frequency_then_alphabet():
    vocabulary = Vocabulary(SENTENCES)
    assert vocabulary.words == ["b", "a", "c", "d"]
    assert vocabulary.counts.tolist() == [5, 3, 3, 2]
    assert [vocabulary.index[word] for word in vocabulary.words] == [0, 1, 2, 3]


def test_rare_words_are_left_out_and_the_gap_closes():
    vocabulary = Vocabulary(SENTENCES, min_count=3)
    assert vocabulary.words == ["b", "a", "c"]
    assert [part.tolist() for part in vocabulary.encode([["a", "d", "c"]])] == [[1, 2]]
    with pytest.raises(ValueError, match="no word occurs 9 times"):
        Vocabulary(SENTENCES, min_count=9)
