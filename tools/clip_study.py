"""What makes CLIP learn, and what beats it? `python -m tools.clip_study`

The small CLIP of the lesson *CLIP from scratch* is trained on emoji with batches of another size, with fewer
negatives in the same batch, and with another temperature; beside it the same convolutional network as a
classifier of the known names. Together that is too long for a lesson, which shows the stored result.

Rates are chosen with seed 0 on the validation parts; the runs that are reported have other seeds.
"""

import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from torch import Tensor, nn

from everyvec import profile, training
from everyvec.data import emoji
from everyvec.multimodal.captions import Captions
from everyvec.multimodal.clip import CLIP, class_vectors, picture_vectors
from everyvec.multimodal.drawings import DrawingEncoder, Drawings, moved, quick_words
from everyvec.multimodal.pictures import Classifier

TABLE = Path("src/everyvec/multimodal/clip-study.json")
WIDTH, DECAY = 128, 0.05
STEPS = 220  # at least: 20 passes in batches of 128 are 220 steps, 2 in batches of 8 are 340
SEEDS = (31, 32)  # none is a seed of the lesson
LONG, LONG_SEEDS = 660, (31,)  # three times as long; one seed, since it takes three times as long
# pairs in a batch; how many of them a pair is compared with (None: all); a temperature that stays (None:
# learned from .07)
VARIANTS: dict[str, tuple[int, int | None, float | None]] = {
    "128": (128, None, None),
    "8": (8, None, None),
    "128 in groups of 8": (128, 8, None),
    "temperature 1": (128, None, 1.0),
}
SOFTMAX = "softmax over the known names"
RATES = {
    "128": (1.5e-3, 3e-3, 6e-3),
    "8": (7.5e-4, 1.5e-3),
    SOFTMAX: (1.5e-3, 3e-3, 6e-3),
}  # the others, which have the same batches of pictures, take the rate of "128"


class Emoji:
    """Pictures and captions, and what is asked: train (N), and the unseen names of a part."""

    def __init__(self):
        plain = emoji.load().plain()
        self.train = plain.only(plain.by_name == "train")
        self.parts = {part: plain.only(plain.by_name == part) for part in ("valid", "test")}
        self.told = [
            f"{name} {' '.join(tags)}"
            for name, tags in zip(self.train.english, self.train.english_tags, strict=True)
        ]
        self.words = Captions(self.told)
        self.names = self.words.encode(self.train.english)  # (N, L)
        self.captions = [self.names, self.words.encode(self.told)]
        # (2, N, 3, 24, 24): Fluent's drawings are not trained on
        self.pictures = torch.stack([drawn(self.train, house) for house in emoji.HOUSES[:2]])


def drawn(things: emoji.Emoji, house: str) -> Tensor:
    """(N, 3, 24, 24) ink, 0 where the paper is white."""
    return 1 - torch.from_numpy(emoji.on(things.pictures(house)))


class Labelled(nn.Module):
    """A classifier of the known names, trained on what CLIP is trained on."""

    def __init__(self, classifier: Classifier, pictures: Tensor):
        super().__init__()
        self.classifier = classifier
        self.register_buffer("pictures", pictures, persistent=False)

    def forward(self, things: Tensor) -> Tensor:
        """The loss of a batch of things (B,)."""
        houses = torch.randint(len(self.pictures), things.shape)
        return self.classifier(moved(self.pictures[houses, things]), things)


def train(variant: str, rate: float, seed: int, data: Emoji, steps: int = STEPS) -> CLIP | Classifier:
    """The model of a variant after at least so many steps, whole passes over the data."""
    images = DrawingEncoder(seed=seed)
    batch, group, temperature = VARIANTS.get(variant, (128, None, None))
    if variant == SOFTMAX:
        model = Classifier(images, len(data.train), seed=seed)
        pairs = Labelled(model, data.pictures)
    else:
        texts = quick_words(len(data.words), WIDTH, seed=seed)
        model = CLIP(images, texts, WIDTH, temperature or 0.07, seed=seed)
        model.log_factor.requires_grad_(temperature is None)
        pairs = Drawings(model, data.pictures, data.captions, group)
    epochs = math.ceil(steps / math.ceil(len(data.train) / batch))
    how = {"epochs": epochs, "batch_size": batch, "lr": rate, "weight_decay": DECAY, "seed": seed}
    training.fit(pairs, (torch.arange(len(data.train)),), **how)
    return model


@torch.inference_mode()
def measure(model: CLIP | Classifier, data: Emoji, part: str) -> dict[str, float]:
    """Shares that are right, on the validation or the test part.

    Returns:
        "unseen": pictures of unseen names, two known houses, the name among those of the part. The classifier
            answers with the name whose words are most like those of the names that it holds for likely.
        "known": Fluent's pictures of known names, the name among all known ones.
        And for CLIP the mean cosines of the unseen pairs, "matched" and "unmatched", and the "temperature".
    """
    asked = data.parts[part]
    known = data.train.only(data.train.by_house == part)
    own = torch.tensor(data.train.find(*known.english))
    pictures = torch.cat([drawn(asked, house) for house in emoji.HOUSES[:2]])  # (2 n, …)
    of = torch.arange(len(asked)).repeat(2)
    new_house = drawn(known, "fluent")
    if isinstance(model, Classifier):
        counts = TfidfVectorizer(token_pattern=r"\w+").fit(data.told)
        likely = model.scores(pictures).softmax(dim=1).numpy() @ counts.transform(data.told)  # (2 n, V)
        unseen = torch.from_numpy(np.asarray(likely @ counts.transform(asked.english).T))
        return {
            "unseen": share(unseen, of),
            "known": share(model.scores(new_house), own),
        }
    found, names = picture_vectors(model, pictures), class_vectors(model, data.words.encode(asked.english))
    cosines = found @ names.T  # (2 n, n)
    matched = cosines[torch.arange(len(of)), of]
    unmatched = (cosines.sum() - matched.sum()) / (cosines.numel() - len(of))
    return {
        "unseen": share(cosines, of),
        "known": share(picture_vectors(model, new_house) @ class_vectors(model, data.names).T, own),
        "matched": matched.mean().item(),
        "unmatched": unmatched.item(),
        "temperature": model.temperature,
    }


def share(scores: Tensor, own: Tensor) -> float:
    """Rows whose largest score is at their own column."""
    return (scores.argmax(dim=1) == own).float().mean().item()


def main() -> int:
    """The command line."""
    profile.use()
    torch.set_num_threads(1)
    start, data, chosen, tried, runs = time.perf_counter(), Emoji(), {}, [], []
    for variant, rates in RATES.items():
        for rate in rates:
            found = measure(train(variant, rate, 0, data), data, "valid")
            tried.append({"variant": variant, "rate": rate} | rounded(found))
            print(tried[-1], f"{time.perf_counter() - start:.0f} s", flush=True)
        asked = "known" if variant == SOFTMAX else "unseen"
        best = max((one for one in tried if one["variant"] == variant), key=lambda one: one[asked])
        chosen[variant] = best["rate"]
    short = [(variant, STEPS, seed) for seed in SEEDS for variant in VARIANTS]
    long = [(variant, LONG, seed) for seed in LONG_SEEDS for variant in ("128", SOFTMAX)]
    for variant, steps, seed in short + long:
        rate = chosen.get(variant, chosen["128"])
        found = measure(train(variant, rate, seed, data, steps), data, "test")
        runs.append({"variant": variant, "steps": steps, "seed": seed, "rate": rate} | rounded(found))
        print(runs[-1], f"{time.perf_counter() - start:.0f} s", flush=True)
    table = {"decay": DECAY, "tried": tried, "runs": runs}
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return 0


def rounded(found: dict[str, float]) -> dict[str, float]:
    """Four digits are stored."""
    return {name: round(value, 4) for name, value in found.items()}


if __name__ == "__main__":
    sys.exit(main())
