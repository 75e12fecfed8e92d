"""Chinese names for the CLIP on emoji: character vectors and a LoRA; the pictures' vectors stay.

It takes a minute.
"""

import argparse
import hashlib
import shutil
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from everyvec import training
from everyvec.data import emoji
from everyvec.multimodal import shipped
from everyvec.multimodal.captions import Captions, split
from everyvec.multimodal.clip import CLIP, class_vectors, picture_vectors
from everyvec.multimodal.fine_tuning import Cached
from tools.pretrain import ship
from tools.pretrain.clip import HOUSES, drawn, share

NAME = "clip-emoji-chinese"
BATCH, PASSES, RATE = 128, 40, 1e-2


class Pairs(Cached):
    """Pictures that are vectors of the shared space already, (houses, N, d)."""

    def vectors(self, states: Tensor) -> Tensor:
        return states


def measure(clip: CLIP, words: Captions, part: str) -> dict[str, tuple[float, float]]:
    """question → the share right, and chance: names never seen in `part`, in languages that it reads."""
    plain = emoji.load().plain()
    asked = plain.only(plain.by_name == part)
    right, found = torch.arange(len(asked)), {}
    for language, names in (("English", asked.english), ("Chinese", asked.chinese)):
        if language == "Chinese" and "猫" not in words.words:
            continue
        readable = torch.tensor([any(word in words.words for word in split(name)) for name in names])
        vectors = torch.zeros(len(names), clip.width)  # a name without a known character is never the answer
        chosen = [name for name, known in zip(names, readable, strict=True) if known]
        vectors[readable] = class_vectors(clip, words.encode(chosen))
        for house in emoji.HOUSES:
            value = share(picture_vectors(clip, drawn(asked, house)) @ vectors.T, right)
            found[f"{language} names never seen, drawn by {house.capitalize()}"] = value, 1 / len(asked)
    return found


def percent(value: float | None) -> str:
    """A share as the card writes it; a dash for what was not measured."""
    return "–" if value is None else f"{100 * value:.1f} %"


def train(options: argparse.Namespace) -> None:
    """Train it, measure it and write its folder."""
    things = shipped.known(emoji.load())
    clip, english = shipped.emoji_clip()
    before = measure(clip, english, "test")
    clip, words = shipped.with_chinese(clip, english, things)
    vectors = torch.stack([picture_vectors(clip, drawn(things, house)) for house in HOUSES])
    captions = [words.encode(form) for form in shipped.chinese_captions(things)]
    began = time.process_time()
    # without decay: it would shorten the English words' vectors, which get no gradient
    how = {"epochs": options.steps or PASSES, "batch_size": BATCH, "lr": RATE}
    training.fit(Pairs(clip, vectors, captions), (torch.arange(len(things)),), **how)
    seconds = time.process_time() - began
    more = len(words) - len(english)
    learned = {
        "characters": clip.texts.words.weight[-more:],
        "a": clip.text_map.a,
        "b": clip.text_map.b,
    }
    folder = ship.WEIGHTS / NAME
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    save_file({key: value.detach().half() for key, value in learned.items()}, folder / "model.safetensors")
    (folder / "words.txt").write_text("\n".join(words.words) + "\n", encoding="utf-8", newline="\n")
    rows = {part: measure(clip, words, part) for part in ("valid", "test")}
    card = TEXT.format(
        more=more,
        numbers=sum(value.numel() for value in learned.values()),
        things=len(things),
        passes=options.steps or PASSES,
        seconds=seconds,
        test=ship.table(
            ("", "before", "this model", "chance"),
            [
                (told, *(percent(x) for x in (before.get(told, (None,))[0], *values)))
                for told, values in rows["test"].items()
            ],
        ),
        valid=ship.table(
            ("", "this model", "chance"),
            [(told, *map(percent, values)) for told, values in rows["valid"].items()],
        ),
    )
    (folder / "README.md").write_text(card, encoding="utf-8", newline="\n")
    print(card)
    for file in sorted(folder.iterdir()):
        print(f"{file.name} {file.stat().st_size:,} bytes {hashlib.sha256(file.read_bytes()).hexdigest()}")


TEXT = (Path(__file__).parent / "clip-chinese-card.md").read_text(encoding="utf-8")
