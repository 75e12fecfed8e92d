"""The Transformer's block: attention, then a small network at each position, each added to what came in.

The same block makes an encoder (BERT), a decoder (GPT, OPT) and both halves of a translator. They differ in
the mask, in whether there is cross-attention, and in where the norm stands: after the sum, as in the paper
(post-norm), or before attention and network (pre-norm), which trains deep stacks more easily.

Vaswani et al.: Attention Is All You Need, NeurIPS 2017, arXiv:1706.03762. Xiong et al.: On Layer
Normalization in the Transformer Architecture, ICML 2020, arXiv:2002.04745 (pre-norm).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from torch import Tensor, nn
from torch.nn import functional as F

from everyvec.transformer.attention import Cache, MultiHeadAttention

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "gelu": F.gelu,
    "gelu_tanh": partial(F.gelu, approximate="tanh"),  # GPT-2's
    "silu": F.silu,
    "quick_gelu": lambda states: states * (1.702 * states).sigmoid(),  # CLIP's
}


@dataclass(frozen=True)
class Shape:
    """How large a Transformer is.

    Attributes:
        width: D, of all states.
        heads: H; it divides D.
        layers: L.
        inner: width of the network at each position; usually 4 D.
        positions: the longest sequence.
        activation: of that network, one of `ACTIVATIONS`.
        norm_first: pre-norm; else post-norm.
        eps: what keeps a norm from dividing by zero.
        dropout: share of the numbers that are set to 0 in training, after embeddings, attention and network.
    """

    width: int
    heads: int
    layers: int
    inner: int
    positions: int
    activation: str = "gelu"
    norm_first: bool = True
    eps: float = 1e-5
    dropout: float = 0.0

    def __post_init__(self):
        for name in ("width", "heads", "layers", "inner", "positions"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.width % self.heads:
            raise ValueError(f"{self.heads} heads do not divide a width of {self.width}")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be at least 0 and below 1, not {self.dropout}")
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"activation is one of {', '.join(ACTIVATIONS)}, not {self.activation!r}")


class Block(nn.Module):
    """One layer.

    Args:
        shape: see `Shape`.
        cross: whether it also asks an encoder's states.
    """

    def __init__(self, shape: Shape, cross: bool = False):
        super().__init__()
        width = shape.width
        self.norm_first, self.activation = shape.norm_first, ACTIVATIONS[shape.activation]
        self.attention = MultiHeadAttention(width, shape.heads, shape.dropout)
        self.norm = nn.LayerNorm(width, shape.eps)
        self.cross = MultiHeadAttention(width, shape.heads, shape.dropout) if cross else None
        self.cross_norm = nn.LayerNorm(width, shape.eps) if cross else None
        self.widen, self.narrow = nn.Linear(width, shape.inner), nn.Linear(shape.inner, width)
        self.last_norm = nn.LayerNorm(width, shape.eps)
        self.dropout = nn.Dropout(shape.dropout)

    def forward(
        self,
        states: Tensor,
        mask: Tensor | None = None,
        source: Tensor | None = None,
        source_mask: Tensor | None = None,
        cache: Cache | None = None,
    ) -> Tensor:
        """(B, N, D) → (B, N, D).

        Args:
            states: of the sequence, (B, N, D).
            mask: where its positions may look in it.
            source: the encoder's states (B, S, D), for a block with cross-attention.
            source_mask: where they may look in these.
            cache: of the sequence's earlier positions.

        Raises:
            ValueError: for a block with cross-attention and no source, or without it and a source.
        """
        if (source is None) != (self.cross is None):
            raise ValueError("a block asks an encoder's states if and only if it has cross-attention")

        def itself(asking: Tensor) -> Tensor:
            return self.attention(asking, asking, mask, cache)

        states = self._added(states, self.norm, itself)
        if self.cross is not None:
            states = self._added(
                states, self.cross_norm, lambda asking: self.cross(asking, source, source_mask)
            )
        return self._added(states, self.last_norm, self.network)

    def network(self, states: Tensor) -> Tensor:
        """What happens at each position by itself, (…, D) → (…, D)."""
        return self.narrow(self.activation(self.widen(states)))

    def _added(self, states: Tensor, norm: nn.LayerNorm, change: Callable[[Tensor], Tensor]) -> Tensor:
        if self.norm_first:
            return states + self.dropout(change(norm(states)))
        return norm(states + self.dropout(change(states)))
