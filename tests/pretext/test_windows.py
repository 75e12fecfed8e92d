"""Pairs and windows against loops that are too plain to be wrong, for sentences, sets and walks."""

import numpy as np
import pytest
import torch

from everyvec.pretext.windows import cbow_windows, flatten, pairs, pairs_by_loop

# one of a single token, an empty one, and tokens that stand twice in one sequence
SEQUENCES = [np.array(row, dtype=np.int64) for row in ([1, 2, 3, 2], [4], [], [3, 1], [2, 2, 1, 3, 4, 2])]
WALKS = np.array(
    [[3, 1, 4, 1, 5], [2, 6, -1, -1, -1], [0, -1, -1, -1, -1], [3, 5, 8, -1, -1]], dtype=np.int32
)


def test_the_loop_by_hand():
    assert pairs_by_loop([[7, 8, 9], [5]], window=1) == [(7, 8), (8, 7), (8, 9), (9, 8)]
    assert pairs_by_loop([[7, 8, 7]]) == [(7, 8), (7, 7), (8, 7), (8, 7), (7, 7), (7, 8)]


@pytest.mark.parametrize("window", [1, 2, 3, 9, None])
@pytest.mark.parametrize("kind", ["list", "table"])
def test_pairs_are_those_of_the_loop(kind, window):
    sequences = SEQUENCES if kind == "list" else WALKS
    plain = [[token for token in row.tolist() if token >= 0] for row in sequences]
    found = pairs(*flatten(sequences), window)
    assert found.dtype == torch.int64
    assert sorted(map(tuple, found.tolist())) == sorted(pairs_by_loop(plain, window))


def test_no_two_tokens_together_give_no_pair():
    for sequences in ([], [np.array([1]), np.array([2])]):
        assert pairs(*flatten(sequences), 3).shape == pairs(*flatten(sequences)).shape == (0, 2)


@pytest.mark.parametrize("window", [1, 2, 7])
def test_cbow_windows_are_those_of_a_loop(window):
    expected_centres, expected_contexts = [], []
    for sequence in SEQUENCES:
        for i in range(len(sequence)):
            around = [j for j in range(i - window, i + window + 1) if j != i]
            context = [sequence[j] if 0 <= j < len(sequence) else -1 for j in around]
            if max(context) >= 0:
                expected_centres.append(sequence[i])
                expected_contexts.append(context)
    centres, contexts = cbow_windows(*flatten(SEQUENCES), window)
    np.testing.assert_array_equal(centres, expected_centres)
    np.testing.assert_array_equal(contexts, expected_contexts)
