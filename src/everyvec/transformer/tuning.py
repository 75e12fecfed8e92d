"""Fine-tuning without touching most of the weights: LoRA, adapters, biases alone, a learned prompt.

Each function changes a model in place: it freezes all weights, adds a few or sets some free, and returns the
model. What is trained then is what `trained` gives.

Hu et al.: LoRA: Low-Rank Adaptation of Large Language Models, ICLR 2022, arXiv:2106.09685. Houlsby et al.:
Parameter-Efficient Transfer Learning for NLP, ICML 2019, arXiv:1902.00751 (adapters). Ben Zaken, Goldberg,
Ravfogel: BitFit, ACL 2022, arXiv:2106.10199 (biases alone). Lester, Al-Rfou, Constant: The Power of Scale for
Parameter-Efficient Prompt Tuning, EMNLP 2021, arXiv:2104.08691.
"""

import math
from collections.abc import Iterator
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds
from everyvec.transformer.block import Block
from everyvec.transformer.decoder import Decoder, check

Model = TypeVar("Model", bound=nn.Module)


def freeze(model: Model) -> Model:
    """No weight of the model is trained."""
    for weight in model.parameters():
        weight.requires_grad_(False)
    return model


def trained(model: nn.Module) -> Iterator[nn.Parameter]:
    """The weights that are trained."""
    return (weight for weight in model.parameters() if weight.requires_grad)


class LoRA(nn.Module):
    """A linear layer that stays as it is, plus a product of two thin matrices that is trained: W + (α/r) B A.

    Args:
        linear: the layer, (out, in).
        rank: r, of the product.
        alpha: α. The factor α/r keeps the size of the change when another rank is tried.
        dropout: share of the inputs of A that are set to 0 in training.

    Raises:
        ValueError: for a rank below 1 or above the layer's, or an α that is not above 0.
    """

    def __init__(self, linear: nn.Linear, rank: int, alpha: float, dropout: float = 0.0):
        super().__init__()
        if not 0 < rank <= min(linear.weight.shape):
            raise ValueError(f"a rank of {rank} does not fit a layer of {tuple(linear.weight.shape)}")
        if not alpha > 0:
            raise ValueError(f"alpha must be above 0, not {alpha}")
        self.linear, self.scale, self.dropout = linear, alpha / rank, nn.Dropout(dropout)
        like = linear.weight
        self.a = nn.Parameter(like.new_empty(rank, linear.in_features))
        self.b = nn.Parameter(like.new_zeros(linear.out_features, rank))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))  # as nn.Linear begins; B is 0, and so is the product
        self.merged = False

    def forward(self, states: Tensor) -> Tensor:
        """(…, in) → (…, out)."""
        if self.merged:
            return self.linear(states)
        change = F.linear(F.linear(self.dropout(states), self.a), self.b)  # (…, r), then (…, out)
        return self.linear(states) + self.scale * change

    @torch.no_grad()
    def merge(self) -> None:
        """Add the product to the layer's own matrix, once: then it costs nothing more to run."""
        if not self.merged:
            self.linear.weight += self.scale * self.b @ self.a
            self.merged = True

    @torch.no_grad()
    def unmerge(self) -> None:
        """Take it out again."""
        if self.merged:
            self.linear.weight -= self.scale * self.b @ self.a
            self.merged = False


def lora(
    model: Model,
    rank: int,
    alpha: float,
    where: tuple[str, ...] = ("query", "value"),
    dropout: float = 0.0,
    seed: int = 0,
) -> Model:
    """Give each linear layer of these names a LoRA.

    Args:
        model: all its other weights are frozen.
        rank, alpha, dropout: see `LoRA`.
        where: last parts of names: "query", "key", "value", "out", "widen", "narrow".
        seed: for the initial weights.

    Raises:
        ValueError: for a rank or an α that `LoRA` refuses, or names that no linear layer has: one that has
            a LoRA already counts no more. The model then stays as it was.
    """
    torch.manual_seed(seeds.of(seed))
    parts = [(name, part) for name, part in model.named_modules() if isinstance(part, nn.Linear)]
    chosen = [(name, part) for name, part in parts if name.rpartition(".")[2] in where]
    if not chosen:
        raise ValueError(f"the model has no linear layer called {' or '.join(where)}")
    made = [(name, LoRA(part, rank, alpha, dropout)) for name, part in chosen]
    freeze(model)
    for name, part in made:
        above, _, last = name.rpartition(".")
        setattr(model.get_submodule(above), last, part)
    return model


def merge(model: nn.Module) -> None:
    """Merge every LoRA of the model; ValueError where it has none."""
    parts = [part for part in model.modules() if isinstance(part, LoRA)]
    if not parts:
        raise ValueError("the model has no LoRA to merge")
    for part in parts:
        part.merge()


class Adapter(nn.Module):
    """A layer, and behind it a small network with a narrow middle, which is added to what the layer gave.

    Args:
        layer: gives states (…, D).
        width: D.
        narrow: width of the middle.
    """

    def __init__(self, layer: nn.Module, width: int, narrow: int):
        super().__init__()
        self.layer = layer
        self.down, self.up = nn.Linear(width, narrow), nn.Linear(narrow, width)
        nn.init.zeros_(self.up.weight)  # so that it begins by changing nothing
        nn.init.zeros_(self.up.bias)

    def forward(self, *inputs: Tensor) -> Tensor:
        found = self.layer(*inputs)
        return found + self.up(F.gelu(self.down(found)))


def adapters(model: Model, narrow: int, seed: int = 0) -> Model:
    """Put an adapter behind the attention and behind the network of each block; all else is frozen.

    Raises:
        ValueError: for a middle narrower than 1, or a model without blocks.
    """
    torch.manual_seed(seeds.of(seed))
    blocks = [part for part in model.modules() if isinstance(part, Block)]
    if narrow < 1:
        raise ValueError(f"the middle of an adapter must be at least 1 wide, not {narrow}")
    if not blocks:
        raise ValueError("the model has no block to put an adapter into")
    freeze(model)
    for block in blocks:
        width = block.norm.normalized_shape[0]
        block.attention.out = Adapter(block.attention.out, width, narrow)
        block.narrow = Adapter(block.narrow, width, narrow)
    return model


def biases(model: Model) -> Model:
    """BitFit: only the biases are trained, those of the norms among them."""
    freeze(model)
    for name, weight in model.named_parameters():
        if name.endswith("bias"):
            weight.requires_grad_(True)
    return model


class Prompted(nn.Module):
    """A frozen decoder that reads vectors before each text: a prompt in no words, which is trained.

    Args:
        model: a decoder; it is frozen.
        length: how many vectors.
        seed: which tokens' vectors the prompt begins as; random numbers would lie where no token lies.

    Raises:
        ValueError: for a prompt of no vectors, or one that leaves no position for a text.
    """

    def __init__(self, model: Decoder, length: int, seed: int = 0):
        super().__init__()
        if not 0 < length < model.shape.positions:
            raise ValueError(f"a prompt has from 1 to {model.shape.positions - 1} vectors here, not {length}")
        self.model = freeze(model)
        chosen = seeds.rng(seed).integers(0, model.tokens.num_embeddings, length)
        self.prompt = nn.Parameter(model.tokens.weight[torch.as_tensor(chosen)].detach().clone())  # (P, D)

    def states(self, ids: Tensor, real: Tensor | None = None) -> Tensor:
        """(B, N, D): the states at the tokens (B, N), which have read the prompt; `real` as in `Decoder`."""
        check(ids, self.model.tokens.num_embeddings)
        length = len(self.prompt)
        real = torch.ones_like(ids, dtype=torch.bool) if real is None else real
        before = torch.ones_like(real[:, :1]).expand(-1, length)
        # The prompt stands first, also before padding on the left; places count what is real.
        return self.model.states(ids, torch.cat([before, real], dim=1), prompt=self.prompt)[:, length:]

    def scores(self, states: Tensor) -> Tensor:
        return self.model.scores(states)


def prompted(model: Decoder, length: int, seed: int = 0) -> Prompted:
    """Prompt tuning with so many vectors."""
    return Prompted(model, length, seed)
