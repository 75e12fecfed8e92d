"""Attention is a lookup: from a dictionary to many soft lookups at once, one step at a time.

A store has T keys (T, d), each with a value (T, e). A query (d,) asks it for a value.

    exact    a dictionary: the value of the key that equals the query
    best     the value of the key that is most similar to the query
    soft     a mixture of all values; a dial says how sharply the best key is preferred
    attend   the same for any number of queries, batches and heads, with a mask: attention

Bahdanau, Cho, Bengio: Neural Machine Translation by Jointly Learning to Align and Translate, ICLR 2015,
arXiv:1409.0473 (`AdditiveScores`). Vaswani et al.: Attention Is All You Need, NeurIPS 2017, arXiv:1706.03762
(`attend`).
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def exact(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """A dictionary: the value of the key that equals the query, number by number; zeros where there is none.

    Args:
        queries: (N, d).
        keys: (T, d); of two equal keys the later one counts, as in a dictionary.
        values: (T, e).

    Returns:
        (N, e).
    """
    _check(queries, keys, values)
    store = {tuple(key.tolist()): value for key, value in zip(keys, values, strict=True)}
    nothing = torch.zeros_like(values[0])
    return torch.stack([store.get(tuple(query.tolist()), nothing) for query in queries])


def best(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """The value of the key with the largest dot product with the query; of equal ones, the first.

    Args:
        queries: (N, d).
        keys: (T, d).
        values: (T, e).

    Returns:
        (N, e).
    """
    _check(queries, keys, values)
    scores = queries @ keys.T  # (N, T)
    return values[scores.argmax(dim=-1)]


def soft(queries: Tensor, keys: Tensor, values: Tensor, beta: float) -> Tensor:
    """A mixture of all values: softmax of beta · (dot product) says how much of each.

    Args:
        queries: (N, d).
        keys: (T, d).
        values: (T, e).
        beta: the dial, an inverse temperature. With 0 all keys count alike and the mixture is the mean of the
            values. The larger it is, the nearer the result comes to that of `best`.

    Returns:
        (N, e).
    """
    mixture, _ = attend(queries, keys, values, scale=beta)
    return mixture


def attend(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None = None, scale: float | None = None
) -> tuple[Tensor, Tensor]:
    """Attention: a soft lookup for each query, every step with its name.

    The leading dimensions, written … below, are none, (B,) for a batch, or (B, H) for a batch with heads.

    Args:
        queries: (…, N, d).
        keys: (…, T, d).
        values: (…, T, e).
        mask: bool, True where a query may look at a key: (N, T) for all, or with the dimensions that the
            scores (…, N, T) have, where 1 stands for "the same for all". A query that may look at no key gets
            weights and a mixture of zeros, not NaN, and passes on gradients of zero.
        scale: what scores are multiplied with; None for 1/√d, which keeps their variance at 1 where the
            numbers of queries and keys are independent with variance 1.

    Returns:
        The mixture (…, N, e), and the weights (…, N, T).

    Raises:
        ValueError: when shapes do not fit, the store is empty, or the mask is not bool.
    """
    _check(queries, keys, values, mask)
    if scale is None:
        scale = 1 / math.sqrt(queries.shape[-1])
    scores = queries @ keys.transpose(-2, -1) * scale  # (…, N, T) each query with each key
    weights = masked_softmax(scores, mask)  # (…, N, T) each row sums to 1
    mixture = weights @ values  # (…, N, e)
    return mixture, weights


def attend_fast(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None = None, scale: float | None = None
) -> Tensor:
    """The mixture of `attend`, by torch's fused function, which never stores the weights.

    Arguments as there, and the same zeros, forward and backward, for a query that may look nowhere: not each
    of the kernels that torch chooses from gives them.
    """
    _check(queries, keys, values, mask)
    if mask is None:
        return F.scaled_dot_product_attention(queries, keys, values, scale=scale)
    nowhere = ~mask.any(dim=-1, keepdim=True)  # (…, N, 1)
    mixture = F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask | nowhere, scale=scale)
    return mixture.masked_fill(nowhere, 0)


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    """Softmax over the last dimension, among the places that the mask allows.

    Args:
        scores: (…, N, T).
        mask: bool, True where a query may look; as in `attend`.

    Returns:
        (…, N, T). A row that may look nowhere is all zeros, and so is its gradient.
    """
    if mask is None:
        return scores.softmax(dim=-1)
    # softmax of −inf alone is 0/0, so a row that may look nowhere looks everywhere first and is emptied after
    nowhere = ~mask.any(dim=-1, keepdim=True)  # (…, N, 1)
    allowed = scores.masked_fill(~(mask | nowhere), -torch.inf)
    return allowed.softmax(dim=-1).masked_fill(nowhere, 0)


def padding_mask(lengths: Tensor, size: int) -> Tensor:
    """True for the places of each sequence that hold something, for all queries alike.

    Args:
        lengths: (B,) how many of the first places of each sequence are filled; 0 is allowed.
        size: T, places.

    Returns:
        (B, 1, T) bool; with heads, `padding_mask(…).unsqueeze(1)`, which is (B, 1, 1, T).
    """
    if lengths.ndim != 1 or (len(lengths) and not 0 <= int(lengths.min()) <= int(lengths.max()) <= size):
        raise ValueError(f"lengths must be a row of numbers from 0 to {size}, not {lengths.tolist()}")
    return (torch.arange(size, device=lengths.device) < lengths[:, None]).unsqueeze(1)


def causal_mask(size: int, device: str | torch.device = "cpu") -> Tensor:
    """(T, T) bool: place i may look at the places 0 to i, so at itself and back."""
    return torch.ones(size, size, dtype=torch.bool, device=device).tril()


class Attention(nn.Module):
    """A lookup whose queries, keys and values are computed from states, each by a learned matrix.

    Args:
        query_dim: width of the states that ask.
        state_dim: width of the states that are asked.
        dim: d, width of queries and keys.
        value_dim: e, width of the values; None to take the states themselves as values.
    """

    def __init__(self, query_dim: int, state_dim: int, dim: int, value_dim: int | None = None):
        super().__init__()
        self.query = nn.Linear(query_dim, dim, bias=False)
        self.key = nn.Linear(state_dim, dim, bias=False)
        self.value = nn.Identity() if value_dim is None else nn.Linear(state_dim, value_dim, bias=False)

    def forward(self, asking: Tensor, states: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The mixture (…, N, e) and the weights (…, N, T), for asking (…, N, query_dim), states
        (…, T, state_dim) and a mask as in `attend`."""
        queries = self.query(asking)  # (…, N, d)
        keys = self.key(states)  # (…, T, d)
        values = self.value(states)  # (…, T, e)
        return attend(queries, keys, values, mask)


class AdditiveScores(nn.Module):
    """Bahdanau's scores, v · tanh(W q + U k): a network with one hidden layer compares a query with a key.

    Queries and keys may have different widths. `masked_softmax` turns the scores into weights.

    Args:
        query_dim: width of the queries.
        key_dim: width of the keys.
        hidden: h, width of the hidden layer.
    """

    def __init__(self, query_dim: int, key_dim: int, hidden: int):
        super().__init__()
        self.query = nn.Linear(query_dim, hidden, bias=False)  # W
        self.key = nn.Linear(key_dim, hidden, bias=False)  # U
        self.score = nn.Linear(hidden, 1, bias=False)  # v

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        """Scores (…, N, T) of queries (…, N, query_dim) and keys (…, T, key_dim)."""
        asked = self.query(queries).unsqueeze(-2)  # (…, N, 1, h)
        offered = self.key(keys).unsqueeze(-3)  # (…, 1, T, h)
        return self.score(torch.tanh(asked + offered)).squeeze(-1)


def _check(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None = None) -> None:
    q, k, v = tuple(queries.shape), tuple(keys.shape), tuple(values.shape)
    if min(len(q), len(k), len(v)) < 2 or not q[:-2] == k[:-2] == v[:-2]:
        raise ValueError(f"queries {q}, keys {k} and values {v} must be tables, as many of each")
    if q[-1] != k[-1]:
        raise ValueError(f"queries {q} and keys {k} must have the same width")
    if k[-2] != v[-2]:
        raise ValueError(f"keys {k} and values {v}: each key needs one value")
    if k[-2] == 0:
        raise ValueError("the store is empty: there is no key to look up")
    if mask is None:
        return
    if mask.dtype != torch.bool:
        raise ValueError(f"the mask must be bool, True where a query may look, not {mask.dtype}")
    scores, m = (*q[:-1], k[-2]), tuple(mask.shape)
    fits = len(m) in (2, len(scores)) and all(
        have in (1, need) for have, need in zip(m, scores[-len(m) :], strict=True)
    )
    if not fits:
        raise ValueError(f"the mask {m} does not fit the scores {scores} of each query with each key")
