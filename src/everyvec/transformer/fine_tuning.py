"""Fine-tune a pre-trained decoder on few labels, in each of seven ways, and measure what it forgets.

Radford et al.: Improving Language Understanding by Generative Pre-Training, 2018 (a new layer on the last
state). The ways are those of `everyvec.transformer.tuning`, with their references.
"""

import json
import math
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds, training
from everyvec.transformer import tuning
from everyvec.transformer.decoder import Decoder

PROMPT = 8  # vectors
BATCH = 32
STEPS = 60  # of fine-tuning
HEAD_RATE = 0.03  # beside other weights; for a head alone, with 8 labels, higher ones are hardly better
RATES = Path(__file__).with_name("tuning-rates.json")  # written by tools/tuning.py
MORE = Path(__file__).with_name("tuning-more.json")  # likewise: at other rates, and with more steps

# What is trained beside a new head: decoder and seed → the decoder, changed in place, or another.
WAYS: dict[str, Callable[[Decoder, int], nn.Module]] = {
    "from scratch": lambda decoder, seed: Decoder(decoder.tokens.num_embeddings, decoder.shape, seed),
    "head only": lambda decoder, seed: tuning.freeze(decoder),
    "prompt tuning": lambda decoder, seed: tuning.prompted(decoder, PROMPT, seed),
    "BitFit": lambda decoder, seed: tuning.biases(decoder),
    "LoRA": lambda decoder, seed: tuning.lora(decoder, rank=4, alpha=4, seed=seed),
    "adapters": lambda decoder, seed: tuning.adapters(decoder, narrow=4, seed=seed),
    "full": lambda decoder, seed: decoder,
}


def best(tried: dict[str, list[float]]) -> float:
    """The learning rate with the highest mean, of rate → accuracies; of equal ones the lowest."""
    return float(max(tried, key=lambda rate: sum(tried[rate])))


def rates(way: str, per_class: int) -> tuple[float, float]:
    """The learning rates of what is trained in the decoder, and of the head, chosen on validation sentences.

    Args:
        way: one of `WAYS`.
        per_class: labels a class, 8 or 64.
    """
    rate = best(json.loads(RATES.read_text(encoding="utf-8"))[str(per_class)][way])
    return rate, rate if way == "head only" else HEAD_RATE


class Classifier(nn.Module):
    """A decoder, and one linear layer on the state at the last real token.

    Args:
        decoder: anything with `states`.
        width: D, of its states.
        classes: how many.
        seed: for the layer's initial weights.
    """

    def __init__(self, decoder: nn.Module, width: int, classes: int, seed: int = 0):
        super().__init__()
        torch.manual_seed(seeds.of(seed))
        self.decoder, self.head = decoder, nn.Linear(width, classes)

    def logits(self, ids: Tensor, real: Tensor) -> Tensor:
        """(B, N) tokens, and which are real → (B, classes)."""
        states = self.decoder.states(ids, real)  # (B, N, D)
        return self.head(states[torch.arange(len(ids)), real.sum(dim=1) - 1])

    def forward(self, ids: Tensor, real: Tensor, labels: Tensor) -> Tensor:
        return F.cross_entropy(self.logits(ids, real), labels)

    @torch.no_grad()
    def accuracy(self, ids: Tensor, real: Tensor, labels: Tensor) -> float:
        """Share of the rows whose class is found."""
        self.eval()
        return (self.logits(ids, real).argmax(dim=1) == labels).float().mean().item()


def fine_tune(
    decoder: Decoder,
    way: str,
    rates: tuple[float, float],
    data: tuple[Tensor, ...],
    steps: int = STEPS,
    seed: int = 0,
) -> Classifier:
    """Tune a copy of `decoder` and a new head on labelled rows.

    Args:
        decoder: pre-trained; it stays as it is.
        way: one of `WAYS`.
        rates: the learning rate of what is trained in the decoder, and that of the head, which is new.
        data: tokens (n, N), which are real, and labels (n,).
        steps: of at most `BATCH` rows.
        seed: for new weights and the order of the rows.
    """
    labels = data[-1]
    model = Classifier(WAYS[way](deepcopy(decoder), seed), decoder.shape.width, int(labels.max()) + 1, seed)
    inside = {"params": list(tuning.trained(model.decoder)), "lr": rates[0]}
    groups = [{"params": model.head.parameters(), "lr": rates[1]}] + [inside] * bool(inside["params"])
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    epochs = math.ceil(steps / math.ceil(len(labels) / BATCH))
    how = {"batch_size": BATCH, "clip": 1.0, "seed": seed, "title": way}
    training.fit(model, data, epochs=epochs, optimizer=optimizer, **how)
    return model


@torch.no_grad()
def perplexity(decoder: nn.Module, rows: Tensor) -> float:
    """Of the next token in rows (n, N); of a decoder, or of one that reads a prompt first."""
    decoder.eval()
    total = 0.0
    for part in rows.split(100):
        scores = decoder.scores(decoder.states(part[:, :-1]))  # (b, N − 1, V)
        total += F.cross_entropy(scores.flatten(0, 1), part[:, 1:].flatten(), reduction="sum").item()
    return math.exp(total / rows[:, 1:].numel())
