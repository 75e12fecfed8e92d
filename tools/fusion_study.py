"""Which rates suit Align and Fuse, and what if a picture is one vector? `python -m tools.fusion_study`

For the lesson *Align or fuse*: grids of six emoji, as there, in variants that would take too long for a
lesson. Rates of Align and Fuse are chosen with seed 0 on the validation part, by the mean share over swapped
and random captions. Variants take the rate of their kind, and those of AlignParts that of Fuse. The runs that
are reported have another seed, one each: Align and Fuse themselves run in the lesson.
"""

import json
import sys
import time
from pathlib import Path

import torch
from torch import nn

from everyvec import profile, training
from everyvec.multimodal.clip import CLIP, TextTransformer
from everyvec.multimodal.fusion import Align, Cells, Fuse
from everyvec.multimodal.grids import World
from everyvec.multimodal.parts import AlignParts, FuseOne
from everyvec.transformer.block import Shape

TABLE = Path("src/everyvec/multimodal/fusion-study.json")
WIDTH, ROWS, COLUMNS, BATCH, STEPS = 64, 2, 3, 32, 320
PARTS = ROWS * COLUMNS
SEED = 31  # no seed of the lesson
RATES = {"Align": (7.5e-4, 1.5e-3, 3e-3, 6e-3), "Fuse": (1.5e-3, 3e-3, 6e-3)}
# what is built, the width of the shared space, steps
VARIANTS = {
    "Align": ("Align", WIDTH, STEPS),
    "Fuse": ("Fuse", WIDTH, STEPS),
    "Fuse, one vector": ("FuseOne", WIDTH, STEPS),
    "AlignParts, one vector": ("whole", WIDTH, STEPS),
}


def shape(positions: int) -> Shape:
    """Of every encoder."""
    return Shape(width=WIDTH, heads=4, layers=2, inner=2 * WIDTH, positions=positions)


def build(kind: str, world: World, width: int, seed: int) -> nn.Module:
    """A model with words and cells that begin as anchors."""
    if kind in ("Fuse", "FuseOne"):
        parts = PARTS if kind == "Fuse" else 1
        fuse = Fuse(WIDTH, parts, len(world.words), shape(parts + 7), seed=seed)
        if kind == "Fuse":
            world.anchor(fuse.words, fuse.into)
            return fuse
        cells = Cells(WIDTH, shape(PARTS + 1), seed=seed + 1)
        world.anchor(fuse.words, cells.into)
        return FuseOne(cells, fuse)
    texts = TextTransformer(len(world.words), shape(6), seed=seed + 1)
    clip = CLIP(Cells(WIDTH, shape(PARTS + 1), seed=seed), texts, width, seed=seed)
    world.anchor(texts.decoder.tokens, clip.images.into)
    if kind in ("AlignParts", "whole"):
        return AlignParts(clip, whole=kind == "whole")
    return Align(clip)


def run(variant: str, rate: float, seed: int, world: World, part: str) -> dict[str, float]:
    """Train, and the shares of 1 000 right captions above the swapped and above the random one."""
    kind, width, steps = VARIANTS[variant]
    seen = world.grids(BATCH * steps, ROWS, COLUMNS, "train", seed=seed + 1)
    asked = world.grids(1000, ROWS, COLUMNS, part, seed=seed + 2)
    model = build(kind, world, width, seed)
    how = {"epochs": 1, "batch_size": BATCH, "lr": rate, "weight_decay": 0.01, "clip": 1.0, "seed": seed}
    training.fit(model, (seen.cells, seen.choices), **how)
    with torch.no_grad():
        right, swapped, random = (model.scores(asked.cells, asked.choices[:, n]) for n in range(3))
    shares = {"swapped": right > swapped, "random": right > random}
    return {name: round(above.double().mean().item(), 4) for name, above in shares.items()}


def main() -> int:
    """The command line."""
    profile.use()
    start, world, tried, runs = time.process_time(), World(), [], []
    for variant, rates in RATES.items():
        for rate in rates:
            tried.append({"variant": variant, "rate": rate} | run(variant, rate, 0, world, "valid"))
            print(tried[-1], f"{time.process_time() - start:.0f} s", flush=True)
    best = {}
    for variant in RATES:
        mine = [one for one in tried if one["variant"] == variant]
        best[variant] = max(mine, key=lambda one: one["swapped"] + one["random"])["rate"]
    for variant, (kind, _, _) in list(VARIANTS.items())[2:]:
        rate = best["Align" if kind == "Align" else "Fuse"]
        found = run(variant, rate, SEED, world, "test")
        runs.append({"variant": variant, "seed": SEED, "rate": rate} | found)
        print(runs[-1], f"{time.process_time() - start:.0f} s", flush=True)
    TABLE.write_text(json.dumps({"tried": tried, "runs": runs}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
