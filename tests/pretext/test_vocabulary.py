"""Vocabulary and windows, checked against loops that are too plain to be wrong."""

import numpy as np
import pytest

from everyvec.pretext.vocabulary import Vocabulary, cbow_windows, skipgram_pairs

SENTENCES = [["a", "b", "c", "b"], ["d"], ["c", "a"], ["b", "b", "a", "c", "d", "b"]]


def encoded():
    return Vocabulary(SENTENCES).encode(SENTENCES)


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


@pytest.mark.parametrize("window", [1, 2, 7])
def test_skipgram_pairs_equal_the_loop(window):
    expected = []
    for sentence in encoded():
        for i in range(len(sentence)):
            for j in range(len(sentence)):
                if i != j and abs(i - j) <= window:
                    expected.append((sentence[i], sentence[j]))
    assert sorted(map(tuple, skipgram_pairs(encoded(), window))) == sorted(expected)


@pytest.mark.parametrize("window", [1, 2, 7])
def test_cbow_windows_equal_the_loop(window):
    expected_centres, expected_contexts = [], []
    for sentence in encoded():
        for i in range(len(sentence)):
            around = [j for j in range(i - window, i + window + 1) if j != i]
            context = [sentence[j] if 0 <= j < len(sentence) else -1 for j in around]
            if max(context) >= 0:
                expected_centres.append(sentence[i])
                expected_contexts.append(context)
    centres, contexts = cbow_windows(encoded(), window)
    np.testing.assert_array_equal(centres, expected_centres)
    np.testing.assert_array_equal(contexts, expected_contexts)
