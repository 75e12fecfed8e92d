"""What is lost when a part of BERT is left out? `python -m tools.bert_parts`

The small BERT of the lesson *BERT: two puzzles* is trained on both puzzles, each time with one part changed:
other rules for what stands at a chosen word, no segment vectors, no position vectors. Three seeds each take
about five minutes on one free core, which is too long for a lesson. The lesson shows the stored result.
"""

import json
import sys
import time
from pathlib import Path

import torch
from torch import Tensor

from everyvec import profile, training
from everyvec.data import continued, world
from everyvec.transformer.bert import BERT, Pretraining, as_rows
from everyvec.transformer.block import Shape

TABLE = Path("src/everyvec/transformer/bert-parts.json")
RELATIONS = ("gender", "age", "homonym")
PAD, CLS, SEP, MASK = range(4)
WORDS = ("[PAD]", "[CLS]", "[SEP]", "[MASK]", *world.vocabulary())
NUMBER = {word: n for n, word in enumerate(WORDS)}
SHAPE = Shape(width=64, heads=4, layers=2, inner=256, positions=32, norm_first=False)
PAIRS, BATCH, RATE, EPOCHS = 6400, 16, 2e-3, 5
SEEDS = (21, 22, 23)  # none is a seed of the lesson
# masked, another word; a part that is set to 0 and not trained
VARIANTS: dict[str, tuple[tuple[float, float], str | None]] = {
    "as in BERT": ((0.8, 0.1), None),
    "no other words": ((0.8, 0.0), None),
    "only [MASK]": ((1.0, 0.0), None),
    "no segments": ((0.8, 0.1), "segments"),
    "no positions": ((0.8, 0.1), "positions"),
}


def encode(rows: list[tuple[tuple[str, ...], ...]]) -> tuple[Tensor, Tensor, Tensor]:
    """Rows of one or two sentences → tokens, real, segments (B, T)."""
    return as_rows([[[NUMBER[word] for word in text] for text in row] for row in rows], CLS, SEP, PAD)


def batch(part: str, count: int, seed: int) -> tuple[Tensor, ...]:
    """Pairs of a part: tokens, real, segments (B, T), and (B,) 1 where the second is of another text."""
    told = [one for one in continued.sentences(part) if one.relation in RELATIONS]
    pairs = continued.pairs(told, count, seed=seed)
    rows = encode([(pair.first.words, pair.second.words) for pair in pairs])
    return *rows, torch.tensor([pair.other for pair in pairs])


@torch.no_grad()
def build(without: str | None, seed: int) -> BERT:
    """The lesson's BERT, with a spread of the initial weights that suits its width, or without one part."""
    bert = BERT(len(WORDS), SHAPE, seed=seed)
    for module in bert.modules():
        if isinstance(module, torch.nn.Linear | torch.nn.Embedding):
            module.weight.mul_((768 / SHAPE.width) ** 0.5)
    if without is not None:
        getattr(bert, without).weight.zero_().requires_grad_(False)
    return bert


def measure(variant: str, seed: int, pairs: int = PAIRS, epochs: int = EPOCHS) -> dict[str, float]:
    """Shares of a test that are right, of one model.

    Returns:
        "gaps": every seventh word of test pairs, masked; "pairs": the next sentence; "after": places where
        only words after tell the side; "trusts": places that agree, with the right word in them, where the
        model names it; "doubts": the same places with a word of the wrong side, where it prefers the right
        side.
    """
    rule, without = VARIANTS[variant]
    bert = build(without, seed)
    how = {"epochs": epochs, "batch_size": BATCH, "lr": RATE, "clip": 1.0, "seed": seed}
    training.fit(Pretraining(bert, MASK, rule=rule), batch("train", pairs, 10 * seed), **how)
    return {name: round(share, 4) for name, share in (on_pairs(bert, seed) | on_places(bert, seed)).items()}


@torch.inference_mode()
def on_pairs(bert: BERT, seed: int) -> dict[str, float]:
    """Gaps and next sentences of 800 test pairs."""
    ids, real, segments, other = batch("test", 800, 10 * seed + 1)
    rows, columns = torch.meshgrid(*(torch.arange(size) for size in ids.shape), indexing="ij")
    gaps = ((rows + columns) % 7 == 3) & (ids > MASK)  # (B, T)
    named = bert.words(bert.states(ids.masked_fill(gaps, MASK), real, segments)[gaps]).argmax(dim=1)
    told = bert.pairs(bert.states(ids, real, segments)).argmax(dim=1)
    return {
        "gaps": (named == ids[gaps]).float().mean().item(),
        "pairs": (told == other).float().mean().item(),
    }


@torch.inference_mode()
def on_places(bert: BERT, seed: int) -> dict[str, float]:
    """Words of test sentences that agree with the side: masked, as they are, and wrong."""
    told = [one for one in continued.sentences("test") if one.relation in RELATIONS]
    asked = [(one, found) for one in told for found in continued.agreements(one)]
    ids, real, segments = encode([(one.words,) for one, _ in asked])
    each, at = torch.arange(len(asked)), torch.tensor([found.at + 1 for _, found in asked])
    right, wrong = torch.zeros(2, len(asked), len(WORDS))  # (N, V): 1 for the words of the side
    for n, (_, found) in enumerate(asked):
        right[n, [NUMBER[word] for word in found.right]] = 1
        wrong[n, [NUMBER[word] for word in found.wrong]] = 1
    after = torch.tensor([not found.told for _, found in asked])

    def shares(tokens: Tensor) -> Tensor:  # (N,) → (N, V)
        states = bert.states(ids.index_put((each, at), tokens), real, segments)
        return bert.words(states[each, at]).softmax(dim=1)

    def better(found: Tensor) -> Tensor:
        return ((found * right).sum(dim=1) > (found * wrong).sum(dim=1)).float()

    lies = wrong.multinomial(1, generator=torch.Generator().manual_seed(seed))[:, 0]
    return {
        "after": better(shares(torch.full_like(at, MASK)))[after].mean().item(),
        "trusts": (shares(ids[each, at]).argmax(dim=1) == ids[each, at]).float().mean().item(),
        "doubts": better(shares(lies)).mean().item(),
    }


def main() -> int:
    """The command line."""
    profile.use()
    start, runs = time.perf_counter(), []
    for seed in SEEDS:
        for variant in VARIANTS:
            runs.append({"variant": variant, "seed": seed} | measure(variant, seed))
            print(runs[-1], f"{time.perf_counter() - start:.0f} s", flush=True)
    table = {"pairs": PAIRS, "batch": BATCH, "rate": RATE, "epochs": EPOCHS, "runs": runs}
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
