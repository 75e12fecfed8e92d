"""A language model that reads pictures: vision states become tokens that stand before the words.

The vision encoder and the language model were trained apart and stay as they are. Only what stands between
them learns: a connector that turns the vectors of one into vectors that the other reads as if they were
words. What it is trained for is to answer.

Liu et al.: Visual Instruction Tuning, NeurIPS 2023, arXiv:2304.08485 (LLaVA, linear). Liu et al.: Improved
Baselines with Visual Instruction Tuning, CVPR 2024, arXiv:2310.03744 (two layers). Alayrac et al.: Flamingo:
a Visual Language Model for Few-Shot Learning, NeurIPS 2022, arXiv:2204.14198 (the resampler).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds
from everyvec.multimodal.cnn import CNN
from everyvec.multimodal.vit import ViT
from everyvec.transformer.block import Block, Shape
from everyvec.transformer.decoder import Decoder, check


def places(encoder: CNN | ViT, pictures: Tensor) -> Tensor:
    """(B, T, S): what an encoder sees at each place of its grid, row by row. Of a ViT these are the patches'
    states, without the class token's."""
    if isinstance(encoder, ViT):
        return encoder.states(pictures)[:, 1:]
    return encoder.grid(pictures).flatten(2).mT


@torch.no_grad()
def look(encoder: CNN | ViT, pictures: Tensor, at_once: int = 256) -> Tensor:
    """The `places` that a frozen encoder sees, `at_once` pictures at a time. They never change, so they are
    computed once and not in each pass."""
    training = encoder.training
    encoder.eval()
    seen = torch.cat([places(encoder, part) for part in pictures.split(at_once)])
    encoder.train(training)
    return seen


def linear(seen: int, width: int, seed: int = 0) -> nn.Module:
    """A connector of one matrix: each vision state (S,) becomes a token (D,)."""
    torch.manual_seed(seeds.of(seed))
    return nn.Linear(seen, width)


def mlp(seen: int, width: int, seed: int = 0) -> nn.Module:
    """A connector of two layers: each vision state becomes a token."""
    torch.manual_seed(seeds.of(seed))
    return nn.Sequential(nn.Linear(seen, width), nn.GELU(), nn.Linear(width, width))


class Resampler(nn.Module):
    """A connector that chooses how many tokens a picture gets: so many learned queries ask all its states.

    Args:
        seen: S, width of a vision state.
        shape: see `Shape`; its width is the language model's, its positions the number of tokens K.
        seed: for the initial weights.
    """

    def __init__(self, seen: int, shape: Shape, seed: int = 0):
        super().__init__()
        torch.manual_seed(seeds.of(seed))
        self.into = nn.Linear(seen, shape.width)
        self.queries = nn.Parameter(torch.randn(shape.positions, shape.width) * 0.02)  # (K, D)
        self.blocks = nn.ModuleList(Block(shape, cross=True) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width, shape.eps)

    def forward(self, seen: Tensor) -> Tensor:
        """(B, T, S) → (B, K, D), for any T."""
        source = self.into(seen)  # (B, T, D)
        states = self.queries.expand(len(seen), -1, -1)  # (B, K, D)
        for block in self.blocks:
            states = block(states, source=source)
        return self.norm(states)


class PictureReader(nn.Module):
    """A frozen language model with a connector that learns.

    Args:
        connector: (B, T, S) vision states, as from `look` → (B, K, D) tokens.
        decoder: the language model. It is frozen: its weights get no gradient, and it drops nothing.
    """

    def __init__(self, connector: nn.Module, decoder: Decoder):
        super().__init__()
        self.connector, self.decoder = connector, decoder.requires_grad_(False)
        self.train()

    def train(self, mode: bool = True) -> "PictureReader":
        """The connector's mode; the frozen part stays in evaluation mode."""
        super().train(mode)
        self.decoder.eval()
        return self

    def forward(self, seen: Tensor, ids: Tensor, wanted: Tensor) -> Tensor:
        """Mean loss in nats of the wanted tokens, each predicted from the picture and the tokens before it.

        Args:
            seen: (B, T, S) vision states.
            ids: (B, N) a question and its answer, padding behind them.
            wanted: (B, N) bool, True for the answer's tokens; the first of a row may be wanted, too.

        Raises:
            ValueError: for tokens, states or `wanted` that do not fit, and when no token is wanted: then
                there would be no loss to learn from.
        """
        check(ids, self.decoder.tokens.num_embeddings)
        if wanted.dtype != torch.bool or wanted.shape != ids.shape:
            raise ValueError(
                f"wanted must be bool {tuple(ids.shape)}, True for a token of the answer, "
                f"not {wanted.dtype} {tuple(wanted.shape)}"
            )
        if not bool(wanted.any()):
            raise ValueError("no token of this batch is wanted: there is no answer to learn")
        states = self.decoder.states(ids, prompt=self._tokens(seen, ids))  # (B, K + N, D)
        # The state that predicts a token stands one place before it; for the first it is the picture's last.
        before = states[:, -ids.shape[1] - 1 : -1]  # (B, N, D)
        return F.cross_entropy(self.decoder.scores(before[wanted]), ids[wanted])

    @torch.no_grad()
    def answer(
        self, seen: Tensor, ids: Tensor, steps: int, end: int | None = None, cached: bool = True
    ) -> Tensor:
        """The most probable tokens after each question, one after the other.

        Args:
            seen: (B, T, S) vision states.
            ids: (B, N) questions, equally long.
            steps: tokens to write.
            end: the token after which an answer is over; what follows it is `end` again.
            cached: whether earlier keys and values are kept; without, each step computes all anew.

        Returns:
            (B, steps).
        """
        training, known = self.training, ids
        self.eval()
        cache = self.decoder.new_cache() if cached else None
        over = torch.zeros(len(ids), dtype=torch.bool, device=ids.device)
        states = self.decoder.states(ids, cache=cache, prompt=self._tokens(seen, ids))  # (B, K + N, D)
        for step in range(steps):
            token = self.decoder.scores(states[:, -1]).argmax(dim=-1)  # (B,)
            if end is not None:
                token = token.masked_fill(over, end)
                over = token == end  # an answer that is over gets `end`, and stays over
            known = torch.cat([known, token[:, None]], dim=1)
            if step == steps - 1:
                break
            if cached:
                states = self.decoder.states(token[:, None], cache=cache)
            else:
                states = self.decoder.states(known, prompt=self._tokens(seen, known))
        self.train(training)
        return known[:, ids.shape[1] :]

    def _tokens(self, seen: Tensor, ids: Tensor) -> Tensor:
        if seen.ndim != 3 or len(seen) != len(ids):
            raise ValueError(f"vision states {tuple(seen.shape)} are not (B, T, S) for {len(ids)} texts")
        return self.connector(seen)  # (B, K, D)
