"""PPMI and its SVD, against the formula cell by cell."""

import math

import numpy as np

from everyvec.pretext.counts import ppmi, svd_tables, svd_vectors

# 0 and 1 are frequent and meet only once, less often than by chance: their information is negative
ONE_WAY = [(0, 2)] * 5 + [(1, 3)] * 4 + [(0, 1), (2, 3)]
PAIRS = np.array(ONE_WAY + [(b, a) for a, b in ONE_WAY] + [(3, 3)])


def test_ppmi_equals_the_formula():
    joint = np.zeros((4, 4))
    for word, context in PAIRS:
        joint[word, context] += 1 / len(PAIRS)
    for smoothing in (1.0, 0.75):
        p_context = joint.sum(0) ** smoothing / (joint.sum(0) ** smoothing).sum()
        expected = np.zeros((4, 4))
        for w in range(4):
            for c in range(4):
                if joint[w, c] > 0:
                    expected[w, c] = max(0.0, math.log(joint[w, c] / (joint[w].sum() * p_context[c])))
        assert joint[0, 1] > 0
        assert expected[0, 1] == 0  # cut off, not missing
        assert (expected > 0).sum() >= 4
        np.testing.assert_allclose(ppmi(PAIRS, 4, smoothing).toarray(), expected, atol=1e-12)


def test_svd_keeps_the_inner_products_of_the_best_approximation():
    matrix = ppmi(np.random.default_rng(0).integers(0, 9, size=(60, 2)), 9)
    vectors = svd_vectors(matrix, dim=3)
    left, values, _ = np.linalg.svd(matrix.toarray())
    assert values[2] - values[3] > 0.5  # so that it is clear which three are the largest
    expected = left[:, :3] * np.sqrt(values[:3])
    np.testing.assert_allclose(vectors @ vectors.T, expected @ expected.T, atol=1e-5)
    np.testing.assert_array_equal(vectors, svd_vectors(matrix, dim=3))
    _, _, right = np.linalg.svd(matrix.toarray())
    nearest = (left[:, :3] * values[:3]) @ right[:3]
    both = svd_tables(matrix, dim=3)
    np.testing.assert_allclose(both[0] @ both[1].T, nearest, atol=1e-5)
