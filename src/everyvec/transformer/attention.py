"""Self-attention with heads, and a cache for generation.

Module 2's lookup asks a store with one query. Here every position of a sequence is query, key and value at
once, in H heads: each head has its own part of the width and looks for its own kind of thing. One class
serves for all uses. In self-attention a sequence asks itself; in cross-attention the decoder's sequence asks
the encoder's.

Vaswani et al.: Attention Is All You Need, NeurIPS 2017, arXiv:1706.03762.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec.attention.lookup import attend, attend_fast


class MultiHeadAttention(nn.Module):
    """H lookups side by side, each in a part of the width, and a matrix that mixes what they found.

    Args:
        width: D, of all states.
        heads: H; it divides D.
        dropout: share of the weights that are set to 0 in training.

    Raises:
        ValueError: when the heads do not divide the width.
    """

    def __init__(self, width: int, heads: int, dropout: float = 0.0):
        super().__init__()
        if heads < 1 or width % heads:
            raise ValueError(f"{heads} heads do not divide a width of {width}")
        self.heads, self.dropout = heads, dropout
        self.weights: list[Tensor] | None = None  # what `watch` collects, (B, H, N, T) for each call
        self.query, self.key = nn.Linear(width, width), nn.Linear(width, width)
        self.value, self.out = nn.Linear(width, width), nn.Linear(width, width)

    def forward(
        self, asking: Tensor, asked: Tensor, mask: Tensor | None = None, cache: "Cache | None" = None
    ) -> Tensor:
        """What each position of `asking` finds in `asked`.

        Args:
            asking: (B, N, D).
            asked: (B, T, D); the same states as `asking` in self-attention.
            mask: bool, True where a position may look, (N, T), (B, 1, N, T) or one that broadcasts to
                (B, H, N, T). With a cache, T counts the cached positions, too.
            cache: keys and values of earlier positions; those of `asked` are added to it.

        Returns:
            (B, N, D).

        Raises:
            ValueError: for a cache while `watch` collects the weights.
        """
        if self.weights is not None:
            if cache is not None:
                raise ValueError("while weights are watched there is no cache: read the whole text at once")
            found, weights = self.plain(asking, asked, mask)
            self.weights.append(weights)
            return found
        queries = self.split(self.query(asking))  # (B, H, N, D/H)
        keys, values = self.split(self.key(asked)), self.split(self.value(asked))  # (B, H, T, D/H)
        if cache is not None:
            keys, values = cache.extend(keys, values)
        if self.training and self.dropout:
            found = F.scaled_dot_product_attention(
                queries, keys, values, attn_mask=mask, dropout_p=self.dropout
            )
        else:
            found = attend_fast(queries, keys, values, mask)  # (B, H, N, D/H)
        return self.out(self.join(found))

    def plain(self, asking: Tensor, asked: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The same head by head, without dropout: what was found (B, N, D), and the weights (B, H, N, T)."""
        queries, keys, values = self.query(asking), self.key(asked), self.value(asked)  # (B, N or T, D)
        size = queries.shape[-1] // self.heads
        found, weights = [], []
        for head in range(self.heads):
            own = slice(head * size, (head + 1) * size)  # this head's part of the width
            if mask is None or mask.ndim == 2:
                its_mask = mask
            else:
                its_mask = mask[:, head if mask.shape[1] > 1 else 0]  # (B, N, T)
            mixture, its = attend(queries[..., own], keys[..., own], values[..., own], its_mask)
            found.append(mixture)  # (B, N, D/H)
            weights.append(its)  # (B, N, T)
        return self.out(torch.cat(found, dim=-1)), torch.stack(weights, dim=1)

    def split(self, states: Tensor) -> Tensor:
        """(B, T, D) → (B, H, T, D/H). The width is cut first, then the heads change places with the
        positions."""
        return states.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def join(self, states: Tensor) -> Tensor:
        """(B, H, N, D/H) → (B, N, D)."""
        return states.transpose(1, 2).flatten(2)


@contextmanager
def watch(model: nn.Module) -> Iterator[dict[str, list[Tensor]]]:
    """Collect the weights of every attention in `model` while this lasts: its name → (B, H, N, T) of each
    call. The model then runs the plain form, without dropout; a call with a cache is refused."""
    watched = {name: part for name, part in model.named_modules() if isinstance(part, MultiHeadAttention)}
    for part in watched.values():
        part.weights = []
    try:
        yield {name: part.weights for name, part in watched.items()}
    finally:
        for part in watched.values():
            part.weights = None


class Cache:
    """Keys and values of the positions so far, of one layer. Room for more is taken in blocks of `block`
    positions: to copy all of them at each step would cost time that grows with the square of the length."""

    def __init__(self, block: int = 128):
        self.block, self.length = block, 0
        self.keys = self.values = torch.empty(0)

    def extend(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Add (B, H, N, d) and (B, H, N, d); all keys and values so far, (B, H, T, d) each.

        Raises:
            ValueError: for another batch, or another attention, than the cached one.
        """
        if self.length and (keys.shape[:2], keys.shape[3]) != (self.keys.shape[:2], self.keys.shape[3]):
            old, new = ((*of.shape[:2], of.shape[3]) for of in (self.keys, keys))
            raise ValueError(f"the cache is of rows, heads and width {old}; these are {new}: take a new one")
        end = self.length + keys.shape[2]
        if self.length == 0 or end > self.keys.shape[2]:
            self.keys, self.values = self._larger(self.keys, keys), self._larger(self.values, values)
        self.keys[:, :, self.length : end] = keys
        self.values[:, :, self.length : end] = values
        self.length = end
        return self.keys[:, :, :end], self.values[:, :, :end]

    def select(self, rows: Tensor) -> None:
        """Keep these rows of the batch, (B′,), in this order: beam search drops some and doubles others."""
        if self.length:
            self.keys, self.values = self.keys[rows], self.values[rows]

    def _larger(self, old: Tensor, new: Tensor) -> Tensor:
        blocks = -(-(self.length + new.shape[2]) // self.block)
        made = new.new_empty(*new.shape[:2], blocks * self.block, new.shape[3])
        if self.length:
            made[:, :, : self.length] = old[:, :, : self.length]
        return made


def sinusoids(positions: Tensor, width: int) -> Tensor:
    """Vaswani's position vectors: sines of each position, with wavelengths from 2π to 10 000 · 2π, and
    cosines.

    Args:
        positions: (…) whole numbers, from 0.
        width: D, even.

    Returns:
        (…, D): first the D/2 sines and then the D/2 cosines. The paper alternates them; a linear layer after
        it makes no difference between the two, and pre-trained translators (Marian) have them in this order.
    """
    if width % 2:
        raise ValueError(f"sines and cosines need an even width, not {width}")
    waves = 10_000 ** (
        -torch.arange(0, width, 2, dtype=torch.float64, device=positions.device) / width
    )  # (D/2,)
    angles = positions.unsqueeze(-1) * waves  # (…, D/2)
    return torch.cat([angles.sin(), angles.cos()], dim=-1).float()
