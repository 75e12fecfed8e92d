"""What does each objective of BLIP buy, and when do captions clean themselves? `python -m tools.blip_study`

A small BLIP is trained on drawn scenes with each objective switched off, with random instead of hard wrong
pairs, and on captions of which half are wrong, before and after CapFilt; beside it a CLIP on emoji with half
of the names wrong. Together that is too long for the lesson *BLIP*, which shows the stored result.

All runs of a kind have the same number of steps and one rate.
"""

import json
import math
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn

from everyvec import profile, seeds, training
from everyvec.data import emoji, scenes
from everyvec.multimodal import shipped
from everyvec.multimodal.blip import BLIP
from everyvec.multimodal.captions import PAD, Captions
from everyvec.multimodal.clip import CLIP, class_vectors, picture_vectors
from everyvec.multimodal.drawings import DrawingEncoder, Drawings, quick_words
from everyvec.transformer.block import Shape

TABLE = Path("src/everyvec/multimodal/blip-study.json")
SIDE, TRAIN, ASKED = 16, 2000, 500
BATCH, STEPS, RATE, DECAY = 64, 256, 8e-3, 0.05
SEEDS = (41,)  # not a seed of the lesson
ALL = [
    f"a {size} {colour} {shape}"
    for size in scenes.SIZES
    for colour in scenes.COLOURS
    for shape in scenes.SHAPES
]  # the 128 captions
OBJECTIVES = {  # weights of ITC, ITM and LM, and whether wrong pairs are hard
    "all three": ((1, 1, 1), True),
    "without ITC": ((0, 1, 1), True),
    "without ITM": ((1, 0, 1), True),
    "without LM": ((1, 1, 0), True),
    "random wrong pairs": ((1, 1, 1), False),
}


class Weighted(nn.Module):
    """A BLIP with a weight for each objective; 0 switches it off."""

    def __init__(self, blip: BLIP, weights: tuple[float, float, float] = (1, 1, 1), hard: bool = True):
        super().__init__()
        self.blip, self.weights, self.hard = blip, weights, hard

    def forward(self, pictures: Tensor, ids: Tensor) -> Tensor:
        """The weighted sum for B pairs."""
        losses = self.blip.losses(pictures, ids, self.hard)
        return sum(weight * loss for weight, loss in zip(self.weights, losses, strict=True) if weight)


def small(count: int, seed: int) -> scenes.Scenes:
    """So many scenes of one object near the top left corner, so that a small picture is enough."""
    drawn = scenes.draw(count, seed=seed)
    room = SIDE - scenes.BOX + 1
    return replace(drawn, top=drawn.top % room, left=drawn.left % room)


def ink(shown: scenes.Scenes) -> Tensor:
    """(N, 3, 16, 16): 0 is paper."""
    return torch.from_numpy(1 - scenes.render(shown)[:, :, :SIDE, :SIDE])


def one_word_off(texts: list[str], seed: int) -> list[str]:
    """Each caption with another size, colour or shape, which of them is drawn."""
    rng, found = seeds.rng(seed), []
    for text in texts:
        words, place = text.split(), int(rng.integers(3))
        others = [w for w in (scenes.SIZES, scenes.COLOURS, scenes.SHAPES)[place] if w != words[1 + place]]
        words[1 + place] = others[rng.integers(len(others))]
        found.append(" ".join(words))
    return found


def new_blip(words: Captions, seed: int) -> BLIP:
    """The lesson's BLIP, not trained."""
    shape = Shape(width=32, heads=4, layers=1, inner=64, positions=6)
    return BLIP(DrawingEncoder((32, 64), seed=seed), len(words), shape, width=64, seed=seed)


def train(blip: BLIP, pictures: Tensor, ids: Tensor, seed: int, weights=(1, 1, 1), hard: bool = True) -> BLIP:
    """The same, trained for so many steps, whole passes over the pairs."""
    epochs = round(STEPS / math.ceil(len(ids) / BATCH))
    how = {"epochs": epochs, "batch_size": BATCH, "lr": RATE, "weight_decay": DECAY, "seed": seed}
    training.fit(Weighted(blip, weights, hard), (pictures, ids), **how)
    return blip


@torch.no_grad()
def measure(blip: BLIP, words: Captions, shown: scenes.Scenes, seed: int) -> dict[str, float]:
    """Shares of new pictures that are right.

    Returns:
        "retrieval": the caption with the largest cosine among all 128 is the right one.
        "match": the matcher gives the right caption more than one with a word exchanged; chance .5.
        "cosine": the same question, asked of the cosine.
        "caption": all words of the written caption are right. "colour", "shape": this word is.
    """
    pictures, texts = ink(shown), scenes.captions(shown).texts
    ids, off, table = words.encode(texts), words.encode(one_word_off(texts, seed)), words.encode(ALL)
    own = torch.tensor([ALL.index(text) for text in texts])
    found, names = picture_vectors(blip, pictures), class_vectors(blip, table)
    ours, theirs = (class_vectors(blip, asked) for asked in (ids, off))
    return {
        "retrieval": mean((found @ names.T).argmax(dim=1) == own),
        "match": mean(blip.match(pictures, ids) > blip.match(pictures, off)),
        "cosine": mean((found * (ours - theirs)).sum(dim=1) > 0),
    } | written(blip.caption(pictures, steps=5), ids)


def written(captions: Tensor, ids: Tensor) -> dict[str, float]:
    """How many captions, and how many of their colours and shapes, are right."""
    same = torch.nn.functional.pad(captions, (0, 6 - captions.shape[1]), value=PAD) == ids  # (N, 6)
    return {"caption": mean(same.all(dim=1)), "colour": mean(same[:, 3]), "shape": mean(same[:, 4])}


def mean(right: Tensor) -> float:
    """The share that is true."""
    return right.double().mean().item()


def objectives(seed: int, words: Captions) -> list[dict]:
    """Each objective switched off."""
    shown, asked = small(TRAIN, seed), small(ASKED, seed + 100)
    ids = words.encode(scenes.captions(shown).texts)
    runs = []
    for name, (weights, hard) in OBJECTIVES.items():
        blip = train(new_blip(words, seed), ink(shown), ids, seed, weights, hard)
        runs.append(
            {"study": "objectives", "variant": name, "seed": seed} | measure(blip, words, asked, seed)
        )
        print(rounded(runs[-1]), flush=True)
    return runs


@torch.no_grad()
def fits(blip: BLIP, pictures: Tensor, ids: Tensor, by: str) -> Tensor:
    """(N,) how well they fit, by the matcher or by the cosine."""
    if by == "matcher":
        return blip.match(pictures, ids)
    return (picture_vectors(blip, pictures) * class_vectors(blip, ids)).sum(dim=1)


def capfilt(seed: int, words: Captions) -> list[dict]:
    """Captions of scenes, half of them wrong: as they are, filtered, written anew, and both."""
    shown, asked, valid = small(TRAIN, seed), small(ASKED, seed + 100), small(ASKED, seed + 200)
    pictures, truth = ink(shown), words.encode(scenes.captions(shown).texts)
    ids = words.encode(scenes.captions(shown, wrong=0.5, seed=seed + 1).texts)
    noisy = train(new_blip(words, seed), pictures, ids, seed)
    own = written_ids(noisy, pictures)
    told = scenes.captions(valid, wrong=0.5, seed=seed + 2)
    tested = {
        by: roc_auc_score(~told.wrong, fits(noisy, ink(valid), words.encode(told.texts), by).numpy())
        for by in ("matcher", "cosine")
    }
    by = max(tested, key=tested.get)
    half = [fits(noisy, pictures, some, by).argsort(descending=True)[: TRAIN // 2] for some in (ids, own)]
    some = torch.arange(TRAIN // 2)
    sets = {
        "noisy": (pictures, ids, truth),
        "a random half": (pictures[some], ids[some], truth[some]),
        "filter": tuple(part[half[0]] for part in (pictures, ids, truth)),
        "captioner": (pictures, own, truth),
        "captioner and filter": (
            pictures[torch.cat(half)],
            torch.cat([ids[half[0]], own[half[1]]]),
            truth[torch.cat(half)],
        ),
    }
    runs = []
    for name, (seen, told_ids, right) in sets.items():
        blip = noisy if name == "noisy" else train(new_blip(words, seed), seen, told_ids, seed)
        run = {
            "study": "scenes",
            "variant": name,
            "seed": seed,
            "clean": mean((told_ids == right).all(dim=1)),
        }
        runs.append(run | measure(blip, words, asked, seed) | {f"auc {key}": a for key, a in tested.items()})
        print(rounded(runs[-1]), flush=True)
    return runs


def written_ids(blip: BLIP, pictures: Tensor) -> Tensor:
    """(N, 6) captions that it writes."""
    ids = blip.caption(pictures, steps=5)
    return torch.nn.functional.pad(ids, (0, 6 - ids.shape[1]), value=PAD)


def drawn(things: emoji.Emoji, house: str) -> Tensor:
    """(N, 3, 24, 24) ink."""
    return 1 - torch.from_numpy(emoji.on(things.pictures(house)))


def names(seed: int) -> list[dict]:
    """A CLIP on emoji, half of whose names are another's: as they are, filtered, and clean."""
    plain = emoji.load().plain()
    train_on, asked = plain.only(plain.by_name == "train"), plain.only(plain.by_name == "test")
    told = [f"{n} {' '.join(t)}" for n, t in zip(train_on.english, train_on.english_tags, strict=True)]
    words = Captions(told)
    tables = [words.encode(train_on.english), words.encode(told)]
    pictures = torch.stack([drawn(train_on, house) for house in emoji.HOUSES[:2]])  # (2, N, 3, 24, 24)
    rng, count = seeds.rng(seed), len(train_on)
    wrong = np.flatnonzero(rng.random(count) < 0.5)
    of = np.arange(count)
    mixed = rng.permutation(wrong)
    of[mixed] = np.roll(mixed, 1)  # none keeps its own
    of = torch.from_numpy(of)
    clean = of == torch.arange(count)

    def trained(kept: Tensor, whose: Tensor) -> CLIP:
        clip = CLIP(DrawingEncoder(seed=seed), quick_words(len(words), 128, seed), 128, seed=seed)
        pairs = Drawings(clip, pictures[:, kept], [table[whose[kept]] for table in tables])
        epochs = round(220 / math.ceil(len(kept) / 128))
        how = {"epochs": epochs, "batch_size": 128, "lr": 6e-3, "weight_decay": DECAY, "seed": seed}
        training.fit(pairs, (torch.arange(len(kept)),), **how)
        return clip

    def scores(clip: CLIP, known: Captions) -> Tensor:
        found = sum(picture_vectors(clip, house) for house in pictures)  # (N, d)
        return (found * class_vectors(clip, known.encode([train_on.english[n] for n in of]))).sum(dim=1)

    every = torch.arange(count)
    noisy = trained(every, of)
    by = {"noisy CLIP": scores(noisy, words), "shipped CLIP": scores(*shipped.emoji_clip())}
    kept = {name: score.argsort(descending=True)[: count // 2] for name, score in by.items()}
    clips = {
        "noisy": (every, of),
        "a random half": (torch.from_numpy(rng.permutation(count))[: count // 2], of),
        "filter": (kept["noisy CLIP"], of),
        "filter that knows the names": (kept["shipped CLIP"], of),
        "all clean": (every, every),
    }
    shown = torch.cat([drawn(asked, house) for house in emoji.HOUSES[:2]])
    own, table = torch.arange(len(asked)).repeat(2), words.encode(asked.english)
    runs = []
    for name, (rows, whose) in clips.items():
        clip = noisy if name == "noisy" else trained(rows, whose)
        cosines = picture_vectors(clip, shown) @ class_vectors(clip, table).T  # (320, 160)
        best = cosines.topk(5, dim=1).indices == own[:, None]
        run = {"study": "emoji", "variant": name, "seed": seed}
        run |= {"clean": mean(whose[rows] == rows)}
        run |= {"retrieval": mean(best[:, 0]), "in five": mean(best.any(1))}
        run |= {f"auc {key}": float(roc_auc_score(clean, value)) for key, value in by.items()}
        runs.append(run)
        print(rounded(run), flush=True)
    return runs


def rounded(found: dict) -> dict:
    """Four digits are stored."""
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in found.items()}


def main() -> int:
    """The command line."""
    profile.use()
    torch.set_num_threads(1)
    start, runs, words = time.process_time(), [], Captions(ALL)
    for seed in SEEDS:
        for part in (lambda s: objectives(s, words), lambda s: capfilt(s, words), names):
            runs += map(rounded, part(seed))
            print(f"{time.process_time() - start:.0f} s of CPU", flush=True)
            TABLE.write_text(json.dumps({"runs": runs}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
