"""What is lost when a part of BERT is left out? `python -m tools.bert_parts`

The small BERT of the lesson *BERT: two puzzles* is trained, each time with one part changed: other rules for
what stands at a chosen word, no segment vectors, no position vectors, one puzzle alone, nothing at all. From
the models of the puzzles probes read, too. Three seeds take about ten minutes on one free core, which is too
long for a lesson. The lesson shows the stored result.
"""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from everyvec import profile, seeds, training
from everyvec.data import continued, world
from everyvec.transformer import bert_probes
from everyvec.transformer.bert import BERT, Pretraining, as_rows
from everyvec.transformer.bert_probes import AllVisible
from everyvec.transformer.block import Shape

TABLE = Path("src/everyvec/transformer/bert-parts.json")
RELATIONS = ("gender", "age", "homonym")
PAD, CLS, SEP, MASK = range(4)
WORDS = ("[PAD]", "[CLS]", "[SEP]", "[MASK]", *world.vocabulary())
NUMBER = {word: n for n, word in enumerate(WORDS)}
SHAPE = Shape(width=64, heads=4, layers=2, inner=256, positions=32, norm_first=False)
PAIRS, BATCH, RATE, EPOCHS = 6400, 16, 2e-3, 5
RIVAL_RATE = 3e-2  # on validation .003 was worse, and .01 and .1 were as good
SEEDS = (21, 22, 23)  # none is a seed of the lesson
CURVE = 100  # updates between two looks at agreement
# task, whether a row has a second sentence of the same text, labels of each class
PROBES = {
    "thing": (bert_probes.thing, {}, 3),
    "thing, pairs": (bert_probes.thing, {"pairs": True}, 3),
    "wrong word": (bert_probes.wrong_word, {}, 128),
    "wrong word, pairs": (bert_probes.wrong_word, {"pairs": True}, 128),
    "same topic": (bert_probes.same_topic, {}, 32),
}


@dataclass(frozen=True)
class Variant:
    """What is changed: of the chosen words the shares masked and replaced, a part set to 0 and not trained,
    the puzzles, the rate, the passes over the pairs; and whether probes read the model."""

    rule: tuple[float, float] = (0.8, 0.1)
    without: str | None = None
    gaps: bool = True
    pairs: bool = True
    rate: float = RATE
    epochs: int = EPOCHS
    probed: bool = False


VARIANTS = {
    "80/10/10": Variant(probed=True),
    "80/0/20": Variant((0.8, 0.0)),
    "90/0/10": Variant((0.9, 0.0)),
    "100/0/0": Variant((1.0, 0.0)),
    "no segments": Variant(without="segments"),
    "no positions": Variant(without="positions"),
    "random": Variant(epochs=0, probed=True),
    "MLM": Variant(pairs=False, probed=True),
    "NSP": Variant(gaps=False, rate=5e-4, probed=True),
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


def measure(name: str, seed: int, pairs: int = PAIRS) -> dict:
    """What one model gets on the test.

    Returns:
        "gaps": every seventh word of test pairs, masked; "pairs": the next sentence; "after": places where
        only words after tell the side; "trusts": places that agree, with the right word in them, where the
        model names it; "doubts": the same places with a word of the wrong side, where it prefers the right
        side; "curve": "after" every `CURVE` updates of a model trained on gaps; "probes": by task, accuracy
        from each vector.
    """
    its = VARIANTS[name]
    bert, curve = trained(its, seed, pairs)
    found = on_pairs(bert, seed) | on_places(bert, seed)
    found = {key: round(share, 4) for key, share in found.items()}
    return found | ({"curve": curve, "probes": probes_of(bert, seed)} if its.probed else {})


def trained(its: Variant, seed: int, pairs: int = PAIRS) -> tuple[BERT, list[float]]:
    """One model, and its agreement every `CURVE` updates."""
    bert, curve = build(its.without, seed), []

    def look(step: int, loss: float) -> None:
        if its.probed and its.gaps and step % CURVE == 0:
            curve.append(round(on_places(bert, seed)["after"], 4))

    if its.epochs:
        how = {"epochs": its.epochs, "batch_size": BATCH, "lr": its.rate, "clip": 1.0, "seed": seed}
        puzzles = Pretraining(bert, MASK, its.gaps, its.pairs, its.rule)
        training.fit(puzzles, batch("train", pairs, 10 * seed), after_step=look, **how)
    return bert.eval(), curve


def probes_of(bert: BERT, seed: int) -> dict[str, dict[str, float]]:
    """By task, test accuracy of a linear probe from each vector."""
    parts = {
        part: [one for one in continued.sentences(part) if one.relation in RELATIONS]
        for part in ("train", "valid", "test")
    }
    found = {}
    for task, (draw, how, per_class) in PROBES.items():
        made = {
            part: draw(told, seeds.rng(10 * seed + n), **how) for n, (part, told) in enumerate(parts.items())
        }
        read = {part: bert_probes.vectors(bert, *encode(rows), MASK) for part, (rows, _) in made.items()}
        labels = {part: of for part, (_, of) in made.items()}
        found[task] = {
            way: round(
                bert_probes.probed({part: its[way] for part, its in read.items()}, labels, per_class), 4
            )
            for way in ("mean", "[CLS]", "pooled")
        }
    return found


def rival(seed: int, epochs: int = EPOCHS) -> float:
    """The share of the same gaps that a sum over all visible words gets right, with as many updates."""
    model = AllVisible(len(WORDS), MASK)
    how = {"epochs": epochs, "batch_size": BATCH, "lr": RIVAL_RATE, "seed": seed}
    training.fit(model, batch("train", PAIRS, 10 * seed), **how)
    ids = batch("test", 800, 10 * seed + 1)[0]
    gaps = gaps_of(ids)
    with torch.inference_mode():
        named = model.words(ids.masked_fill(gaps, MASK))[gaps].argmax(dim=1)
    return round((named == ids[gaps]).float().mean().item(), 4)


def gaps_of(ids: Tensor) -> Tensor:
    """(B, T) bool: every seventh of the words of (B, T) tokens."""
    rows, columns = torch.meshgrid(*(torch.arange(size) for size in ids.shape), indexing="ij")
    return ((rows + columns) % 7 == 3) & (ids > MASK)


@torch.inference_mode()
def on_pairs(bert: BERT, seed: int) -> dict[str, float]:
    """Gaps and next sentences of 800 test pairs."""
    ids, real, segments, other = batch("test", 800, 10 * seed + 1)
    gaps = gaps_of(ids)
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
    start, runs = time.process_time(), []
    for seed in SEEDS:
        for variant in VARIANTS:
            runs.append({"variant": variant, "seed": seed} | measure(variant, seed))
            print(runs[-1], f"{time.process_time() - start:.0f} s", flush=True)
    table = {"pairs": PAIRS, "batch": BATCH, "rate": RATE, "epochs": EPOCHS, "runs": runs}
    table["all visible words"] = [rival(seed) for seed in SEEDS]
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
