"""What in a masked autoencoder helps, and whom does it beat? `python -m tools.mae_study`

The small MAE of the lesson *MAE* is pre-trained on digits with other shares of hidden patches, with a loss on
all patches, and with nothing hidden. Then few labels read digits from what each encoder learned: a linear
probe of the frozen features, and fine-tuning beside the same network from scratch. Together that is too long
for a lesson, which shows the stored result.

Rates of fine-tuning and of training from scratch are chosen on the validation part, for each by itself.
"""

import json
import sys
import time
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from everyvec import probes, profile, seeds, training
from everyvec.data import digits
from everyvec.multimodal.mae import MAE, on_grid
from everyvec.multimodal.pictures import Classifier
from everyvec.multimodal.vit import ViT
from everyvec.transformer.block import Shape

TABLE = Path("src/everyvec/multimodal/mae-study.json")
SEEDS = (31,)  # none is a seed of the lesson
PER_CLASS, DRAWS = 5, 3  # labels of each digit; choices of which pictures have one
ENCODER = Shape(width=48, heads=2, layers=2, inner=96, positions=17)
DECODER = Shape(width=32, heads=2, layers=1, inner=64, positions=17)
HOW = {"epochs": 100, "batch_size": 64, "lr": 4e-3, "weight_decay": 0.05}  # 1 700 steps
TUNED = {"epochs": 100, "batch_size": 50, "weight_decay": 0.05}  # 50 labels, so a step is a pass
RATES = (1e-3, 3e-3, 1e-2)


class AllPatches(MAE):
    """With the loss on the visible patches, too."""

    def forward(self, pictures: Tensor) -> Tensor:
        """The mean error of all patches."""
        hidden = self.draw_hidden(len(pictures)).to(pictures.device)
        return self.errors(pictures, hidden).mean()


class NothingHidden(MAE):
    """A plain autoencoder of the same size."""

    def forward(self, pictures: Tensor) -> Tensor:
        """The mean error of all patches, each of which was seen."""
        return F.mse_loss(self._painted(self.narrow(self.encoder.states(pictures))), pictures)


VARIANTS: dict[str, tuple[type[MAE], float]] = {
    "0.75": (MAE, 0.75),
    "nothing hidden": (NothingHidden, 0.75),
    "loss on all patches": (AllPatches, 0.75),
    "0.5": (MAE, 0.5),
    "0.9": (MAE, 0.9),
}


class Mean(ViT):
    """A ViT whose vector is the mean of the patches' states."""

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, C, height, width) → (B, D)."""
        return self.states(pictures)[:, 1:].mean(dim=1)


class Pictures:
    """Three parts; each number less its mean, all divided by one, so that guessing the mean picture costs 1.

    Attributes:
        parts: train, valid, test, (n, C, height, width) each.
        labels: (n,) each.
    """

    def __init__(self, seed: int):
        split = digits.load(seed)
        images, self.labels = [torch.from_numpy(part)[:, None] for part in split[::2]], split[1::2]
        mean = images[0].mean(dim=0)
        scale = (images[0] - mean).square().mean().sqrt()
        self.parts = [(part - mean) / scale for part in images]


def new_encoder(seed: int) -> Mean:
    """With torch's random positions, as a ViT starts."""
    return Mean((8, 8), 2, ENCODER, channels=1, seed=seed)


def new_mae(variant: str, seed: int) -> MAE:
    """Untrained."""
    kind, share = VARIANTS[variant]
    return on_grid(kind(new_encoder(seed), DECODER, share, seed=seed))


@torch.no_grad()
def probed(encoder: Callable[[Tensor], Tensor], data: Pictures) -> float:
    """Accuracy of a linear probe on the frozen features, mean over choices of labels."""
    features = [encoder(part).numpy() for part in data.parts]
    pairs, found = list(zip(features, data.labels, strict=True)), []
    for draw in range(DRAWS):
        few = probes.few_labels(data.labels[0], PER_CLASS, seed=draw)
        found.append(probes.probe_accuracy((features[0][few], data.labels[0][few]), *pairs[1:]))
    return float(np.mean(found))


@torch.no_grad()
def painted(mae: MAE, data: Pictures) -> dict[str, float]:
    """Mean errors of hidden and of visible patches of the test pictures."""
    hidden = mae.draw_hidden(len(data.parts[2]), torch.Generator().manual_seed(seeds.of(7)))
    errors = mae.errors(data.parts[2], hidden).flatten(1)
    return {"hidden": errors[hidden].mean().item(), "visible": errors[~hidden].mean().item()}


def tuned(make: Callable[[], Mean], data: Pictures, seed: int) -> dict[str, float]:
    """Accuracy of the whole network, trained on few labels; the rate is chosen on one draw of them.

    Args:
        make: gives a new encoder.
        data: whose validation part chooses the rate.
        seed: for head and order.
    """
    train, labels, tried = data.parts[0], torch.from_numpy(data.labels[0]), {}

    def accuracies(rate: float, draw: int) -> list[float]:
        model = Classifier(make(), 10, seed=seed)
        few = torch.from_numpy(probes.few_labels(data.labels[0], PER_CLASS, seed=draw))
        training.fit(model, (train[few], labels[few]), lr=rate, seed=seed, **TUNED)
        return [
            float((model.scores(pictures).argmax(dim=1).numpy() == right).mean())
            for pictures, right in zip(data.parts[1:], data.labels[1:], strict=True)
        ]

    for rate in RATES:
        tried[rate] = accuracies(rate, draw=0)
    rate = max(tried, key=lambda rate: tried[rate][0])
    rest = [accuracies(rate, draw)[1] for draw in range(1, DRAWS)]
    return {"rate": rate, "valid": tried[rate][0], "test": float(np.mean([tried[rate][1], *rest]))}


def learned(mae: MAE, data: Pictures, seed: int) -> MAE:
    """The same, pre-trained."""
    training.fit(mae, (data.parts[0],), seed=seed, **HOW)
    return mae


def main() -> int:
    """The command line."""
    profile.use()
    torch.set_num_threads(1)
    start, runs = time.process_time(), []

    def note(variant: str, seed: int, found: dict[str, float]) -> None:
        runs.append({"variant": variant, "seed": seed} | {k: round(float(v), 4) for k, v in found.items()})
        print(runs[-1], f"{time.process_time() - start:.0f} s", flush=True)
        TABLE.write_text(json.dumps({"runs": runs}, indent=1) + "\n", encoding="utf-8")

    for seed in SEEDS:
        data = Pictures(seed)
        note("random", seed, {"probe": probed(new_mae("0.75", seed).encoder, data)})
        for variant in VARIANTS:
            mae = learned(new_mae(variant, seed), data, seed)
            found = {"probe": probed(mae.encoder, data)}
            if variant in ("0.75", "loss on all patches"):
                found |= painted(mae, data)
            note(variant, seed, found)
            if variant == "0.75":
                starts = {
                    "tuned": mae.encoder,
                    "scratch, random positions": new_encoder(seed),
                    "scratch, grid": new_mae(variant, seed).encoder,
                }
                for name, encoder in starts.items():
                    note(name, seed, tuned(lambda encoder=encoder: deepcopy(encoder), data, seed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
