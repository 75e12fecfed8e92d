"""Word vectors by counting: positive pointwise mutual information, then a truncated SVD.

The baseline that every learned vector must be measured against.
Levy, Goldberg: Neural Word Embedding as Implicit Matrix Factorization, NeurIPS 2014;
Levy, Goldberg, Dagan: Improving Distributional Similarity with Lessons Learned from Word Embeddings,
TACL 2015.
"""

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.linalg import svds


def ppmi(pairs: np.ndarray, words: int, smoothing: float = 0.75) -> csr_array:
    """Positive pointwise mutual information, max(0, log p(w, c) / (p(w) p(c))), in nats.

    Args:
        pairs: (N, 2) int64 (centre, context) word numbers.
        words: V, the size of the vocabulary.
        smoothing: power to which context counts are raised before they are made probabilities; below 1 it
            keeps rare contexts from looking too informative. ¾ is what Levy, Goldberg and Dagan
            chose, after Skip-gram's noise.

    Returns:
        (V, V) sparse.
    """
    ones = np.ones(len(pairs))
    joint = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(words, words)).tocsr()  # sums duplicates
    joint = joint / joint.sum()
    p_word = np.asarray(joint.sum(axis=1)).ravel()
    p_context = np.asarray(joint.sum(axis=0)).ravel() ** smoothing
    p_context /= p_context.sum()
    cells = joint.tocoo()
    information = np.log(cells.data / (p_word[cells.row] * p_context[cells.col]))
    positive = information > 0
    return csr_array(
        (information[positive], (cells.row[positive], cells.col[positive])), shape=(words, words)
    )


def svd_vectors(matrix: csr_array, dim: int) -> np.ndarray:
    """(V, dim) float32: the left singular vectors, each scaled by the square root of its singular value."""
    return svd_tables(matrix, dim)[0]


def svd_tables(matrix: csr_array, dim: int) -> tuple[np.ndarray, np.ndarray]:
    """(V, dim) float32 twice: left and right singular vectors, each scaled by the root of its singular value.

    `left @ right.T` is the matrix of rank `dim` that is nearest to `matrix`. The two are for the two places
    in a pair, as Skip-gram's centre and context vectors are.
    """
    start = np.ones(matrix.shape[0])  # a fixed start makes the result repeatable
    left, values, right = svds(matrix.astype(np.float64), k=dim, v0=start)
    root = np.sqrt(values)
    return (left * root).astype(np.float32), (right.T * root).astype(np.float32)
