"""Generation: a decoder writes one token after the other; who chooses, and what is kept for the next step.

A model says how probable each token is as the next one. What is written depends on how one chooses: the most
probable token (greedy), one drawn from all of them (sampling), from the k most probable (top-k, Fan et al.
2018), from the fewest that hold a share p of the probability (top-p, the nucleus), or the most probable whole
text that a search finds (beam search).

Holtzman et al.: The Curious Case of Neural Text Degeneration, ICLR 2020, arXiv:1904.09751 (top-p). Keskar et
al.: CTRL, 2019, arXiv:1909.05858 (the repetition penalty). Wu et al.: Google's Neural Machine Translation
System, 2016, arXiv:1609.08144 (the length penalty).
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from everyvec import seeds
from everyvec.transformer.decoder import Decoder, check, check_real


@dataclass(frozen=True)
class Choice:
    """How the next token is chosen.

    Attributes:
        temperature: what the logits are divided by; 0 always takes the most probable token.
        top_k: only so many of the most probable tokens; None for all.
        top_p: only the most probable tokens that together hold this share of the probability, among them the
            one with which they reach it; None for all.
        penalty: tokens that were there before count less: their logits are divided by it where they are above
            zero and multiplied where they are below; 1 for none.
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None
    penalty: float = 1.0

    def __post_init__(self):
        if not 0 <= self.temperature < math.inf:
            raise ValueError(f"the temperature must be a number of at least 0, not {self.temperature}")
        if self.top_k is not None and self.top_k < 1:
            raise ValueError(f"top_k must be at least 1, not {self.top_k}")
        if self.top_p is not None and not 0 < self.top_p <= 1:
            raise ValueError(f"top_p must be above 0 and at most 1, not {self.top_p}")
        if not self.penalty > 0:
            raise ValueError(f"the penalty must be above 0, not {self.penalty}")

    def logits(self, logits: Tensor, seen: Tensor) -> Tensor:
        """The logits (B, V) from which one draws, −∞ where nothing may be drawn; `seen` (B, T) are the tokens
        so far. The order matters: penalty, temperature, top-k, and top-p of what these leave."""
        if self.penalty != 1:
            old = logits.gather(1, seen)  # (B, T)
            logits = logits.scatter(1, seen, torch.where(old > 0, old / self.penalty, old * self.penalty))
        if self.temperature not in (0, 1):
            logits = logits / self.temperature
        if self.top_k is not None:
            least = logits.topk(min(self.top_k, logits.shape[1])).values[:, -1:]  # (B, 1)
            logits = logits.masked_fill(logits < least, -torch.inf)
        if self.top_p is not None:
            ordered, places = logits.sort(descending=True)  # (B, V)
            shares = ordered.softmax(dim=-1)
            before = shares.cumsum(dim=-1) - shares  # what the more probable ones hold
            dropped = torch.zeros_like(before, dtype=torch.bool).scatter(1, places, before >= self.top_p)
            logits = logits.masked_fill(dropped, -torch.inf)
        return logits

    def token(self, logits: Tensor, seen: Tensor, generator: torch.Generator) -> Tensor:
        """(B, 1) the next token of each row."""
        logits = self.logits(logits, seen)
        if self.temperature == 0:
            return logits.argmax(dim=-1, keepdim=True)
        return torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)  # a draw for each row


GREEDY = Choice(temperature=0)


@torch.inference_mode()
def generate(
    model: Decoder,
    ids: Tensor,
    steps: int,
    choice: Choice = GREEDY,
    *,
    real: Tensor | None = None,
    end: int | None = None,
    pad: int = 0,
    cached: bool = True,
    seed: int = 0,
) -> Tensor:
    """Write `steps` more tokens after each prompt, or fewer where every row has come to its end.

    Args:
        model: in evaluation mode.
        ids: (B, T) the prompts; shorter ones are padded on the left.
        steps: how many tokens, at most.
        choice: how each is chosen.
        real: (B, T) bool, False for padding; None where there is none.
        end: the token after which a text is over; None where there is none.
        pad: what stands after it.
        cached: whether the keys and values of earlier tokens are kept. Without, each step computes all of
            them anew; the tokens are the same.
        seed: for the draws.

    Returns:
        (B, T + the steps made).

    Raises:
        ValueError: for an empty prompt, a token that the model does not have, padding on the right, more
            tokens than the model has positions, or a model whose dropout is on.
    """
    check(ids, model.tokens.num_embeddings)
    _ready(model, steps, end=end, pad=pad)
    if real is not None:
        check_real(real, ids)
    real = None if real is None or bool(real.all()) else real
    if real is not None and not bool(real[:, -1].all()):
        raise ValueError("a prompt ends in padding: pad on the left, so that its last token is a real one")
    longest = ids.shape[1] if real is None else int(real.sum(dim=1).max())
    if longest + steps > model.shape.positions:
        raise ValueError(
            f"{longest} tokens and {steps} more are more than the model's {model.shape.positions} positions"
        )
    generator = torch.Generator(ids.device).manual_seed(seeds.of(seed))
    cache = model.new_cache() if cached else None
    ended = torch.zeros_like(ids[:, :1], dtype=torch.bool)  # (B, 1)
    read = ids  # what the model has not read yet
    for _ in range(steps):
        states = model.states(read, real, cache)  # (B, N, D)
        logits = model.scores(states[:, -1])  # (B, V)
        token = choice.token(logits, ids, generator).masked_fill(ended, pad)  # (B, 1)
        ids = torch.cat([ids, token], dim=1)
        if real is not None:
            real = torch.cat([real, torch.ones_like(real[:, :1])], dim=1)
        read = token if cached else ids
        if end is not None:
            ended = ended | (token == end)
            if bool(ended.all()):
                break
    return ids


@torch.inference_mode()
def beam_search(
    model: Decoder, ids: Tensor, steps: int, beams: int, end: int | None = None, length_penalty: float = 1.0
) -> list[tuple[Tensor, float]]:
    """The most probable texts that a search with so many beams finds.

    At each step every beam is continued with every token, and the best are kept. A text that has come to its
    end waits, and the search is over when there are `beams` of these or after `steps`.

    Args:
        model: in evaluation mode.
        ids: (T,) the prompt.
        steps: how many tokens, at most.
        beams: how many texts are kept at each step.
        end: the token after which a text is over; None where there is none.
        length_penalty: a text's log-probability is divided by its length, without the prompt, to this power.
            Above 0 it favours long texts, since log-probabilities are below zero; 0 leaves the sum as it is.

    Returns:
        The texts, prompt included, and their scores; the best first.

    Raises:
        ValueError: as `generate`, and for less than one step or beam.
    """
    if ids.ndim != 1:
        raise ValueError(f"the prompt of a beam search is one row (T,), not {tuple(ids.shape)}")
    if beams < 1 or steps < 1:
        raise ValueError(f"a beam search has at least 1 beam and 1 step, not {beams} and {steps}")
    check(ids.unsqueeze(0), model.tokens.num_embeddings)
    _ready(model, steps, end=end)
    if len(ids) + steps > model.shape.positions:
        raise ValueError(
            f"{len(ids)} tokens and {steps} more are more than the model's {model.shape.positions} positions"
        )
    finished: list[tuple[Tensor, float]] = []
    running, scores = ids.unsqueeze(0), torch.zeros(1, device=ids.device)  # (b, T), (b,)
    cache, read = model.new_cache(), running
    for step in range(1, steps + 1):
        logits = model.scores(model.states(read, cache=cache)[:, -1])  # (b, V)
        sums = scores.unsqueeze(1) + logits.log_softmax(dim=-1)  # (b, V)
        # One more than there are beams for each end: were all of these ends, there still are enough to go on.
        best, places = sums.flatten().topk(min(2 * beams, sums.numel()))
        rows, tokens = places // sums.shape[1], places % sums.shape[1]
        texts = torch.cat([running[rows], tokens.unsqueeze(1)], dim=1)  # (2b, T + step)
        over = tokens == end if end is not None else torch.zeros_like(tokens, dtype=torch.bool)
        if step == steps:
            over = torch.ones_like(over)
        for place in over[:beams].nonzero().flatten().tolist():
            finished.append((texts[place], float(best[place]) / step**length_penalty))
        finished = sorted(finished, key=lambda text: -text[1])[:beams]
        if len(finished) == beams or step == steps:
            break
        kept = (~over).nonzero().flatten()[:beams]
        running, scores, read = texts[kept], best[kept], tokens[kept].unsqueeze(1)
        for layer in cache:
            layer.select(rows[kept])
    return finished


def _ready(model: Decoder, steps: int, **numbers: int | None) -> None:
    """Raise ValueError when the model would not write what it should."""
    if model.training and model.shape.dropout:
        raise ValueError("the model's dropout is on, as for training: call model.eval() first")
    if steps < 0:
        raise ValueError(f"steps must be at least 0, not {steps}")
    most = model.tokens.num_embeddings - 1
    for name, number in numbers.items():
        if number is not None and not 0 <= number <= most:
            raise ValueError(f"{name} must be a token of the vocabulary, 0 to {most}, not {number}")
