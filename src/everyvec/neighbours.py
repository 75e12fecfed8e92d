"""Nearest neighbours by cosine, exact, for vectors of anything: every vector is compared with every other.

That is N · Q · d multiplications for Q questions to N vectors of d numbers, which is what a GPU is good at.
For many millions of vectors people use approximate search, which compares each query with a part of them
(module 2).
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

_AT_ONCE = 1 << 24  # cosines that exist at the same time: 64 MB


class Nearest(NamedTuple):
    """For each of Q questions the `index` (Q, k) int64 of its nearest vectors, nearest first, and their
    `cosine` (Q, k) float32."""

    index: np.ndarray
    cosine: np.ndarray


def nearest(
    vectors: np.ndarray | Tensor,
    k: int = 1,
    *,
    queries: np.ndarray | Tensor | None = None,
    device: str | torch.device | None = None,
    at_once: int = _AT_ONCE,
) -> Nearest:
    """The k vectors with the largest cosine to each query.

    Args:
        vectors: (N, d), of any length; a vector of zeros has cosine 0 to everything.
        k: how many, at least 1.
        queries: (Q, d); None for the vectors themselves; a vector is then not its own neighbour.
        device: where to compute; None for where `vectors` are, which for arrays is the CPU.
        at_once: memory, as the number of cosines held at the same time (at least N are).

    Returns:
        Arrays; vectors with equal cosines come in any order.

    Raises:
        ValueError: when shapes do not fit, k is not between 1 and the number of possible neighbours, or a
            number is NaN or infinite.
    """
    own = queries is None
    vectors = torch.as_tensor(vectors)
    queries = vectors if own else torch.as_tensor(queries)
    if vectors.ndim != 2 or queries.ndim != 2 or vectors.shape[1] != queries.shape[1]:
        raise ValueError(
            f"vectors {tuple(vectors.shape)} and queries {tuple(queries.shape)} must be tables of one width"
        )
    if not 1 <= k <= len(vectors) - own:
        raise ValueError(f"k={k}, but there are {len(vectors) - own} vectors to choose from")
    device = vectors.device if device is None else torch.device(device)
    table = _unit(vectors, device)  # (N, d)
    index, cosine = [], []
    rows = max(1, at_once // len(table))
    for first in range(0, len(queries), rows):
        asked = table[first : first + rows] if own else _unit(queries[first : first + rows], device)
        scores = asked @ table.T  # (rows, N)
        if own:
            row = torch.arange(len(asked), device=device)
            scores[row, first + row] = -torch.inf
        best = scores.topk(k, dim=1)  # (rows, k)
        index.append(best.indices.cpu().numpy())
        cosine.append(best.values.cpu().numpy())
    if not index:
        return Nearest(np.empty((0, k), np.int64), np.empty((0, k), np.float32))
    return Nearest(np.concatenate(index), np.concatenate(cosine))


def _unit(vectors: Tensor, device: torch.device) -> Tensor:
    vectors = vectors.to(torch.float32).to(device)  # in this order: not every GPU knows float64
    if not torch.isfinite(vectors).all():
        raise ValueError("a vector holds a number that is NaN or infinite, so it has no neighbours")
    return F.normalize(vectors, dim=1)  # leaves zeros as they are
