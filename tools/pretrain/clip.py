"""A CLIP on emoji in English: two houses' drawings of the names and combinations that may be trained on.

It takes minutes and keeps no checkpoint. Steps were chosen on the validation parts; the rate was not tuned.
"""

import argparse
import hashlib
import json
import shutil
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.feature_extraction.text import TfidfVectorizer
from torch import Tensor

from everyvec import training
from everyvec.data import emoji
from everyvec.multimodal import shipped
from everyvec.multimodal.captions import Captions
from everyvec.multimodal.clip import CLIP, class_vectors, picture_vectors
from everyvec.multimodal.drawings import Drawings
from tools.pretrain import ship

NAME = "clip-emoji"
CONFIG = {"picture_widths": [32, 64, 128, 256], "text_width": 128, "width": 128}
BATCH, STEPS, RATE, DECAY = 128, 2400, 3e-3, 0.05
HOUSES = emoji.HOUSES[:2]  # Fluent's drawings are not trained on


def drawn(things: emoji.Emoji, house: str) -> Tensor:
    """(N, 3, 24, 24) ink, 0 where the paper is white."""
    return 1 - torch.from_numpy(emoji.on(things.pictures(house)))


def share(scores: Tensor, right: Tensor, chosen: np.ndarray | None = None) -> float:
    """The share of rows, or of the chosen ones, whose largest score is in the right column."""
    found = scores.argmax(dim=1) == right
    return (found if chosen is None else found[torch.from_numpy(chosen)]).double().mean().item()


class Nearest:
    """The rival without training: the known drawing with the most similar pixels."""

    def __init__(self, things: emoji.Emoji):
        self.things = things
        self.pixels = torch.cat([drawn(things, house).flatten(1) for house in HOUSES])  # (2 N, D)
        told = shipped.captions(things)[1]
        self.counts = TfidfVectorizer(token_pattern=r"\w+").fit(told)
        self.told = self.counts.transform(told)

    def find(self, pictures: Tensor) -> Tensor:
        """(n,) which of the N things."""
        return torch.cdist(pictures.flatten(1), self.pixels).argmin(dim=1) % len(self.things)

    def names(self, pictures: Tensor, names: list[str]) -> Tensor:
        """(n, K): how like the name the found thing's name and tags are, rare words counting more."""
        alike = (self.told @ self.counts.transform(names).T).toarray()  # (N, K)
        return torch.from_numpy(alike)[self.find(pictures)]


def measure(clip: CLIP, words: Captions, part: str) -> dict[str, tuple[float, float, float]]:
    """question → shares right: the model's, the nearest pixels', chance. `part` is "valid" or "test"."""
    every = emoji.load()
    known, plain, people = shipped.known(every), every.plain(), every.people()
    nearest, found = Nearest(known), {}
    new = plain.only(plain.by_name == part)
    names, right = class_vectors(clip, words.encode(new.english)), torch.arange(len(new))
    for house in emoji.HOUSES:
        pictures = drawn(new, house)
        ours = share(picture_vectors(clip, pictures) @ names.T, right)
        rival = share(nearest.names(pictures, new.english), right)
        found[f"a name never seen, drawn by {house.capitalize()}"] = ours, rival, 1 / len(new)
    old = known.only(known.tone == 0)
    asked = old.by_house == part
    pictures, right = drawn(old, "fluent"), torch.arange(len(old))
    ours = share(
        picture_vectors(clip, pictures) @ class_vectors(clip, words.encode(old.english)).T, right, asked
    )
    code = np.array([old.code.index(c) if c in old.code else -1 for c in known.code])
    rival = (torch.from_numpy(code)[nearest.find(pictures)] == right)[torch.from_numpy(asked)]
    found["a known name, drawn by Fluent"] = ours, rival.double().mean().item(), 1 / len(old)
    names = class_vectors(clip, words.encode(people.english))
    vectors = torch.cat([picture_vectors(clip, drawn(people, house)) for house in HOUSES])
    right = torch.arange(len(people)).repeat(2)
    for kind, told in (
        ("triple", "role, gender and tone never seen together"),
        ("pair", "role and gender never seen together"),
    ):
        chosen = np.tile(people.by_combination == f"{part} {kind}", 2)
        # the nearest known drawing has another name, always
        found[told] = share(vectors @ names.T, right, chosen), 0.0, 1 / len(people)
    return found


def train(options: argparse.Namespace) -> None:
    """Train it, measure it and write its folder."""
    things = shipped.known(emoji.load())
    captions = shipped.captions(things)
    words = Captions([caption for form in captions for caption in form])
    folder = ship.WEIGHTS / NAME
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(CONFIG) + "\n", encoding="utf-8")
    (folder / "words.txt").write_text("\n".join(words.words) + "\n", encoding="utf-8", newline="\n")
    clip = shipped.blank(folder, len(words))
    pairs = Drawings(
        clip,
        torch.stack([drawn(things, house) for house in HOUSES]),
        [words.encode(form) for form in captions],
    )
    steps, began = options.steps or STEPS, time.process_time()
    training.fit(
        pairs,
        (torch.arange(len(things)),),
        epochs=-(-steps * BATCH // len(things)),
        batch_size=BATCH,
        lr=RATE,
        weight_decay=DECAY,
    )
    minutes = (time.process_time() - began) / 60
    clip.half().float()  # what ships, rounded to half precision
    save_file({key: value.half() for key, value in clip.state_dict().items()}, folder / "model.safetensors")
    tables = [
        ship.table(
            ("", "this model", "nearest pixels", "chance"),
            [
                (told, *(f"{100 * value:.1f} %" for value in values))
                for told, values in measure(clip, words, part).items()
            ],
        )
        for part in ("valid", "test")
    ]
    card = TEXT.format(
        parameters=sum(weight.numel() for weight in clip.parameters()) / 1e6,
        things=len(things),
        words=len(words) - 3,
        steps=steps,
        minutes=minutes,
        valid=tables[0],
        test=tables[1],
    )
    (folder / "README.md").write_text(card, encoding="utf-8", newline="\n")
    print(card)
    for file in sorted(folder.iterdir()):
        print(f"{file.name} {file.stat().st_size:,} bytes {hashlib.sha256(file.read_bytes()).hexdigest()}")


TEXT = (Path(__file__).parent / "clip-card.md").read_text(encoding="utf-8")
