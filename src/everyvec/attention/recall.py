"""Associative recall: a list of pairs is shown, then one of its keys. Which value stood beside it?

A reader summarises the list, and a small network answers from the summary and the key. Three readers differ
in the summary alone: attention asks the list with the key, a GRU reads it into one state before it knows the
key, and the mean takes all pairs alike.

Ba et al.: Using Fast Weights to Attend to the Recent Past, NeurIPS 2016, arXiv:1610.06258 (the task and the
failure of recurrent networks on it).
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds
from everyvec.attention.lookup import Attention

NAMES = 32  # different keys, and as many different values


class Lists(NamedTuple):
    """N lists of P pairs, as numbers: `keys` (N, P) and `values` (N, P), each without repeats in a list; the
    key that is `asked` (N,) and its `answer` (N,)."""

    keys: Tensor
    values: Tensor
    asked: Tensor
    answer: Tensor


def draw(count: int, pairs: int, seed: int = 0) -> Lists:
    """Random lists.

    Args:
        count: N.
        pairs: P, from 1 to `NAMES`. Who names one of the list's values without looking at the key is right
            once in P times.
        seed: for all of it.
    """
    if not 1 <= pairs <= NAMES:
        raise ValueError(f"a list has 1 to {NAMES} pairs, not {pairs}")
    rng = torch.Generator().manual_seed(seeds.of(seed))
    keys, values = (torch.rand(count, NAMES, generator=rng).argsort(1)[:, :pairs] for _ in range(2))
    place = torch.randint(pairs, (count, 1), generator=rng)
    return Lists(keys, values, keys.gather(1, place).squeeze(1), values.gather(1, place).squeeze(1))


class Reader(nn.Module):
    """Answers from a summary of the list and the key that is asked.

    Args:
        kind: how the list is summarised: "attention", "gru" or "mean".
        hidden: h, width of the summary.
        width: w, of the vectors of keys and values.
        seed: for the initial weights.
    """

    def __init__(self, kind: str, hidden: int, width: int = 16, seed: int = 0):
        super().__init__()
        torch.manual_seed(seeds.of(seed))
        self.kind = kind
        self.key = nn.Embedding(NAMES, width)
        self.value = nn.Embedding(NAMES, width)
        if kind == "attention":
            self.read = Attention(width, 2 * width, hidden, hidden)
        elif kind == "gru":
            self.read = nn.GRU(2 * width, hidden, batch_first=True)
        elif kind == "mean":
            self.read = nn.Linear(2 * width, hidden)
        else:
            raise ValueError(f"there is no reader {kind!r}; there are attention, gru and mean")
        self.answer = nn.Sequential(nn.Linear(hidden + width, hidden), nn.ReLU(), nn.Linear(hidden, NAMES))

    def states(self, keys: Tensor, values: Tensor) -> Tensor:
        """(B, P, 2w): one for each pair, the vector of its key beside that of its value."""
        return torch.cat([self.key(keys), self.value(values)], dim=-1)

    def logits(self, keys: Tensor, values: Tensor, asked: Tensor) -> Tensor:
        """(B, NAMES) scores of the values, for a batch of `Lists`."""
        states = self.states(keys, values)  # (B, P, 2w)
        query = self.key(asked)  # (B, w)
        if self.kind == "attention":
            summary = self.read(query.unsqueeze(1), states)[0].squeeze(1)  # (B, h) it knows the query
        elif self.kind == "gru":
            summary = self.read(states)[1].squeeze(0)  # (B, h) the state after the last pair
        else:
            summary = self.read(states).mean(dim=1)  # (B, h)
        return self.answer(torch.cat([summary, query], dim=-1))

    def forward(self, keys: Tensor, values: Tensor, asked: Tensor, answer: Tensor) -> Tensor:
        """Mean loss of a batch, in nats."""
        return F.cross_entropy(self.logits(keys, values, asked), answer)

    @torch.no_grad()
    def accuracy(self, lists: Lists) -> float:
        """Share of the lists that it answers right."""
        found = self.logits(*lists[:3]).argmax(dim=1)
        return (found == lists.answer).float().mean().item()
