"""Keep the decoder: a stack of blocks that may only look back predicts the next token. GPT and OPT are this.

Radford et al.: Improving Language Understanding by Generative Pre-Training, 2018 (GPT-1). Radford et al.:
Language Models are Unsupervised Multitask Learners, 2019 (GPT-2). Zhang et al.: OPT: Open Pre-trained
Transformer Language Models, 2022, arXiv:2205.01068.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds
from everyvec.attention.lookup import causal_mask
from everyvec.transformer.attention import Cache
from everyvec.transformer.block import Block, Shape


class Decoder(nn.Module):
    """A language model. The token vectors are used twice: to read a token, and to score it as the next
    (tied).

    Args:
        vocabulary: V, tokens.
        shape: see `Shape`; pre-norm, and then there is one more norm after the last block.
        seed: for the initial weights.
    """

    def __init__(self, vocabulary: int, shape: Shape, seed: int = 0):
        super().__init__()
        torch.manual_seed(seeds.of(seed))
        self.shape = shape
        self.tokens = nn.Embedding(vocabulary, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width, shape.eps) if shape.norm_first else nn.Identity()
        self.dropout = nn.Dropout(shape.dropout)
        initialise(self, shape.layers)

    def embed(self, ids: Tensor, real: Tensor | None = None, prompt: Tensor | None = None) -> Tensor:
        """What the first block reads, (B, N, D); arguments and errors as in `states`."""
        check(ids, self.tokens.num_embeddings)
        if prompt is not None:
            check_prompt(prompt, len(ids), self.shape.width)
        vectors = self.tokens(ids)  # (B, N, D)
        if prompt is not None:
            vectors = torch.cat([prompt.expand(len(ids), -1, -1), vectors], dim=1)  # (B, P + N, D)
        if real is None:
            places = torch.arange(vectors.shape[1], device=ids.device).expand(len(ids), -1)
        else:
            places = places_of(real)[:, -vectors.shape[1] :]
        longest = int(places.max()) + 1
        if longest > self.shape.positions:
            raise ValueError(f"{longest} tokens are more than the model's {self.shape.positions} positions")
        return self.dropout(vectors + self.positions(places))

    def states(
        self,
        ids: Tensor,
        real: Tensor | None = None,
        cache: list[Cache] | None = None,
        prompt: Tensor | None = None,
    ) -> Tensor:
        """(B, N, D): the state at each token, which knows that token and those before it.

        Args:
            ids: (B, N) tokens; with a cache, those that come after the cached ones.
            real: (B, T) bool, False for padding, on whichever side; of all T tokens, the cached ones and the
                prompt included. None where there is no padding.
            cache: from `new_cache`; keeps the keys and values of these tokens for the next call.
            prompt: (P, D) vectors that stand before the tokens of each row, or (B, P, D), those of each row;
                then P + N states are returned.

        Raises:
            ValueError: for tokens that the vocabulary does not have, more of them than there are positions,
                none at all, or `real`, a cache or a prompt that does not fit.
        """
        if cache is not None and len(cache) != len(self.blocks):
            raise ValueError(f"a cache of {len(cache)} layers does not fit a model of {len(self.blocks)}")
        known = cache[0].length if cache else 0
        if real is not None:
            check_real(real, ids, known + (0 if prompt is None else prompt.shape[-2]))
        if real is None and known:
            real = ids.new_ones(len(ids), known + ids.shape[1], dtype=torch.bool)
        states = self.embed(ids, real, prompt)  # (B, N, D)
        mask = look_back(states.shape[1], known, real, ids.device)
        for layer, block in enumerate(self.blocks):
            states = block(states, mask, cache=cache[layer] if cache else None)
        return self.norm(states)

    def scores(self, states: Tensor) -> Tensor:
        """(…, V) logits of the next token, from states (…, D)."""
        return states @ self.tokens.weight.T

    def forward(self, ids: Tensor, real: Tensor | None = None) -> Tensor:
        """Mean loss in nats of tokens 2 to T of (B, T), each predicted from those before it. Padding, False
        in `real`, is neither read nor predicted.

        Raises:
            ValueError: as `states`, and when there is no token to predict.
        """
        check(ids, self.tokens.num_embeddings)
        seen, targets = ids[:, :-1], ids[:, 1:]  # (B, T − 1)
        if real is not None:
            check_real(real, ids)
        if ids.shape[1] == 1 or (real is not None and not bool((real[:, 1:] & real[:, :-1]).any())):
            raise ValueError("there is nothing to predict: no row has two tokens one after the other")
        if real is None:
            return F.cross_entropy(self.scores(self.states(seen)).flatten(0, 1), targets.flatten())
        wanted = real[:, 1:] & real[:, :-1]  # the first token has nothing before it, wherever it stands
        states = self.states(seen, real[:, :-1])[wanted]  # (n, D)
        return F.cross_entropy(self.scores(states), targets[wanted])

    def new_cache(self) -> list[Cache]:
        """An empty cache, for one batch."""
        return [Cache() for _ in self.blocks]


def look_back(count: int, known: int, real: Tensor | None, device: torch.device) -> Tensor | None:
    """Where the last `count` of `known` + `count` tokens may look: at themselves and back, not at padding.

    Returns:
        (N, T), or (B, 1, N, T) where there is padding; None where all may be looked at.
    """
    size = known + count
    padded = real is not None and not bool(real.all())
    if count == 1 and not padded:
        return None
    mask = causal_mask(size, device)[known:]  # (N, T)
    return mask & real[:, None, None, :] if padded else mask


def places_of(real: Tensor) -> Tensor:
    """(B, T) the position of each token, from 0, not counting padding before it; 0 for padding itself at
    first."""
    return (real.cumsum(dim=1) - 1).clamp(min=0)


def check(ids: Tensor, vocabulary: int) -> None:
    """Raise ValueError for what is no batch of tokens."""
    if ids.ndim != 2 or ids.numel() == 0:
        raise ValueError(
            f"tokens must be a table (B, N) with at least one token a row, not {tuple(ids.shape)}"
        )
    if ids.dtype not in (torch.int64, torch.int32):
        raise ValueError(f"tokens must be whole numbers, torch.int64, not {ids.dtype}")
    least, most = (int(end) for end in torch.aminmax(ids))
    if least < 0 or most >= vocabulary:
        wrong = least if least < 0 else most
        raise ValueError(f"there is no token {wrong}: the vocabulary has the numbers 0 to {vocabulary - 1}")


def check_prompt(prompt: Tensor, rows: int, width: int) -> None:
    """Raise ValueError for vectors that cannot stand before the tokens of so many rows."""
    if prompt.ndim not in (2, 3) or prompt.shape[-1] != width or prompt.shape[:-2] not in ((), (rows,)):
        raise ValueError(
            f"a prompt is (P, {width}) or ({rows}, P, {width}) vectors, not {tuple(prompt.shape)}"
        )


def check_real(real: Tensor, ids: Tensor, before: int = 0) -> None:
    """Raise ValueError for what does not say which tokens are real: of (B, N) and of all `before` them."""
    if real.dtype != torch.bool:
        raise ValueError(f"a mask of tokens must be bool, True for a real one, not {real.dtype}")
    wanted = (*ids.shape[:-1], before + ids.shape[-1])
    if real.shape != wanted:
        raise ValueError(f"a mask of shape {tuple(real.shape)} does not fit tokens of shape {wanted}")


def initialise(model: nn.Module, layers: int) -> None:
    """GPT-2's initial weights: a standard deviation of .02, and smaller where a block adds to the states, so
    that the sum does not grow with the number of layers."""
    for name, module in model.named_modules():
        if isinstance(module, (nn.Linear, nn.Embedding)):
            adds = name.endswith((".out", ".narrow"))
            nn.init.normal_(module.weight, std=0.02 / (2 * layers) ** 0.5 if adds else 0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)
