"""What do a CNN and a ViT learn from few pictures, and with a prior less? `python -m tools.priors_study`

The lesson *What a CNN and a ViT assume* shows the stored result. Each variant gets the best of two or three
rates, chosen with seed 0 on the validation part, with 400 shapes or 200 digits; with other numbers it
has the same rate. The runs that are reported have other seeds, for the pictures too, and are measured on the
test part.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn

from everyvec import profile, seeds, training
from everyvec.data import digits
from everyvec.multimodal.cnn import CNN, SMALL
from everyvec.multimodal.pictures import Classifier
from everyvec.multimodal.priors import SIDE, reordered, shapes, unshare, without_positions
from everyvec.multimodal.vit import ViT
from everyvec.transformer.block import Shape

TABLE = Path("src/everyvec/multimodal/priors-study.json")
SEEDS = (31, 32)  # none is a seed of the lesson
BATCH, DECAY = 32, 0.05
STEPS = {"shapes": 400, "digits": 200}
PATCH = {"shapes": 6, "digits": 2}  # 16 patches of each picture
RATES = {"CNN": (3e-3, 1e-2), "ViT": (3e-3, 6e-3)}
MORE = {("shapes", "CNN"): 2e-2, ("shapes", "ViT"): 1.2e-2}  # tried too, so that the best is not at the end
# pictures, variant, numbers of pictures; the rate is chosen with the first number
JOBS = [
    ("shapes", "CNN", (400, 100, 1600)),
    ("shapes", "ViT", (400, 100, 1600)),
    ("shapes", "CNN, patches reordered", (400,)),
    ("shapes", "CNN, unshared", (400,)),
    ("shapes", "ViT, no positions", (400,)),
    ("digits", "CNN", (200, 50, 1000)),
    ("digits", "ViT", (200, 50, 1000)),
    ("digits", "CNN, pixels reordered", (200,)),
    ("digits", "ViT, pixels reordered", (200,)),
]
LONG = (1600, 1000)  # and a ViT with so many shapes and steps


def encoder(data: str, variant: str, seed: int) -> nn.Module:
    """The network of a variant, for pictures of shapes or digits."""
    side = SIDE if data == "shapes" else 8
    if variant.startswith("ViT"):
        vit = ViT((side, side), PATCH[data], Shape(36, 4, 2, 144, 17), channels=1, seed=seed)
        return without_positions(vit) if "no positions" in variant else vit
    cnn = CNN(SMALL, channels=1, seed=seed)
    return unshare(cnn, (side, side), seed) if "unshared" in variant else cnn


def pictures(data: str, count: int, seed: int) -> dict[str, tuple[Tensor, Tensor]]:
    """Pictures and labels of each part; the first `count` for training."""
    if data == "shapes":
        parts = {"train": (count, 3 * seed), "valid": (1000, 3 * seed + 1), "test": (1000, 3 * seed + 2)}
        return {part: shapes(number, seed=own) for part, (number, own) in parts.items()}
    split = digits.load(seed)
    both = {part: (getattr(split, f"{part}_images"), getattr(split, f"{part}_labels")) for part in PARTS}
    found = {part: (torch.from_numpy(x)[:, None], torch.from_numpy(y)) for part, (x, y) in both.items()}
    found["train"] = tuple(tensor[:count] for tensor in found["train"])
    return found


PARTS = ("train", "valid", "test")


def order(data: str, variant: str, seed: int) -> Callable[[Tensor], Tensor]:
    """How a variant is shown a picture: as it is, or with its patches or pixels in one other order."""
    if "reordered" not in variant:
        return lambda shown: shown
    patch = 1 if "pixels" in variant else PATCH[data]
    side = (SIDE if data == "shapes" else 8) // patch
    new = torch.from_numpy(seeds.rng(seed).permutation(side * side))
    return lambda shown: reordered(shown, patch, new)


@torch.no_grad()
def right(model: Classifier, shown: Tensor, labels: Tensor) -> float:
    """The share of the pictures whose class has the largest score."""
    return (model.scores(shown).argmax(dim=1) == labels).double().mean().item()


def run(data: str, variant: str, count: int, rate: float, seed: int, steps: int | None = None) -> dict:
    """Train once; what was found, as one row of the table."""
    steps, see = steps or STEPS[data], order(data, variant, seed)
    parts = {part: (see(x), y) for part, (x, y) in pictures(data, count, seed).items()}
    model = Classifier(encoder(data, variant, seed), 8 if data == "shapes" else 10, seed)
    passes = max(1, round(steps * BATCH / count))
    training.fit(
        model, parts["train"], epochs=passes, batch_size=BATCH, lr=rate, weight_decay=DECAY, seed=seed
    )
    found = {part: round(right(model, *given), 4) for part, given in parts.items()}
    size = sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
    row = {"data": data, "variant": variant, "pictures": count, "steps": steps, "rate": rate, "seed": seed}
    return row | found | {"parameters": size}


def linear(data: str, count: int, seed: int) -> dict:
    """Logistic regression on the pixels, with the best of three strengths of regularisation."""
    parts = {part: (x.flatten(1).numpy(), y.numpy()) for part, (x, y) in pictures(data, count, seed).items()}
    tried = [LogisticRegression(C=c, max_iter=2000).fit(*parts["train"]) for c in (0.1, 1, 10)]
    best = max(tried, key=lambda model: model.score(*parts["valid"]))
    found = {part: round(best.score(*given), 4) for part, given in parts.items()}
    return {"data": data, "variant": "pixels, linear", "pictures": count, "seed": seed} | found


def main() -> None:
    profile.use()
    start, tried, runs = time.process_time(), [], []
    for data, counts in (("shapes", (100, 400, 1600)), ("digits", (50, 200, 1000))):
        runs += [linear(data, count, seed) for count in counts for seed in SEEDS]
    for data, variant, counts in JOBS:
        rates = list(RATES[variant[:3]])
        if (data, variant) in MORE:
            rates.append(MORE[data, variant])
        here = [run(data, variant, counts[0], rate, seed=0) for rate in rates]
        best = max(here, key=lambda row: row["valid"])["rate"]
        tried += here
        runs += [run(data, variant, count, best, seed) for count in counts for seed in SEEDS]
        if (data, variant) == ("shapes", "ViT"):
            runs.append(run(data, variant, LONG[0], best, SEEDS[0], steps=LONG[1]))
        write(tried, runs)
        print(f"{time.process_time() - start:.0f} s of CPU:", data, variant, file=sys.stderr, flush=True)


def write(tried: list[dict], runs: list[dict]) -> None:
    rows = {name: [json.dumps(row) for row in rows] for name, rows in (("tried", tried), ("runs", runs))}
    lists = (f'"{name}": [\n' + ",\n".join(lines) + "\n]" for name, lines in rows.items())
    TABLE.write_text("{\n" + ",\n".join(lists) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
