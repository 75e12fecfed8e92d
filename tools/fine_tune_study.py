"""Which rates suit each way of fine-tuning a CLIP, and what is forgotten? `python -m tools.fine_tune_study`

The lesson *Fine-tuning CLIP* shows what this stores: every way at several learning rates, measured on the
validation part, which chooses the rate, and on the test part, which is what the lesson reports for the chosen
one. It takes about two minutes of one core.
"""

import json
import sys
import time

import torch
from torch import Tensor

from everyvec import profile, training
from everyvec.data import emoji
from everyvec.multimodal import fine_tuning, shipped
from everyvec.multimodal.captions import Captions
from everyvec.multimodal.clip import CLIP, picture_vectors
from everyvec.multimodal.drawings import Drawings

SEED = 31  # not the lesson's
PASSES, BATCH, FEW = 8, 128, 100
OLD = emoji.HOUSES[:2]
TOKENS = (3e-3, 1e-2, 3e-2, 1e-1)
TOKENS_CHOSEN = 3e-2  # by "characters", which trains nothing else
# way → the rates tried; two numbers: of the tokens' vectors, and of all else
NAMES = {
    "characters": [(rate, rate) for rate in TOKENS],
    "LoRA": [(TOKENS_CHOSEN, rate) for rate in (1e-3, 3e-3, 1e-2)],
    "text side": [(TOKENS_CHOSEN, rate) for rate in (1e-4, 1e-3, 3e-3)],
    "full, one rate": [(rate, rate) for rate in (1e-3, 3e-3, 1e-2)],
    "full, two rates": [(TOKENS_CHOSEN, rate) for rate in (1e-4, 3e-4, 1e-3, 3e-3)],
    "full, one rate, replay": [(rate, rate) for rate in (1e-3, 3e-3, 1e-2)],
    "from scratch": [(rate, rate) for rate in (3e-3, 1e-2, 3e-2)],
}
HOUSE = {
    "picture LoRA": (3e-4, 1e-3, 3e-3),
    "full": (1e-4, 3e-4, 1e-3),
    "full, replay": (1e-4, 3e-4, 1e-3),
    "full, 100 pairs": (1e-4, 3e-4, 1e-3),
}


def drawn(things: emoji.Emoji, house: str) -> Tensor:
    """(N, 3, 24, 24) ink."""
    return 1 - torch.from_numpy(emoji.on(things.pictures(house)))


class Data:
    """The plain emoji whose names may be trained on, and those of each part that are asked."""

    def __init__(self):
        plain = emoji.load().plain()
        self.train = plain.only(plain.by_name == "train")
        self.parts = {part: plain.only(plain.by_name == part) for part in ("valid", "test")}
        self.old = torch.stack([drawn(self.train, house) for house in OLD])  # (2, N, 3, 24, 24)
        self.fluent = drawn(self.train, "fluent")
        self.clip, self.english = shipped.emoji_clip()
        chinese = shipped.chinese_captions(self.train)
        self.start, self.words = fine_tuning.with_characters(self.clip, self.english, chinese[1])
        self.chinese = [self.words.encode(form) for form in chinese]
        self.names = [self.words.encode(form) for form in shipped.captions(self.train)[:2]]


def asked(clip: CLIP, words: Captions, pictures: Tensor, names: list[str], right: Tensor) -> list[float]:
    """Recall@1 and @10, four digits."""
    found = fine_tuning.places(clip, words, picture_vectors(clip, pictures), names, right)
    return [round(fine_tuning.recall(found, k), 4) for k in (1, 10)]


def measure_names(clip: CLIP, data: Data) -> dict[str, list[float]]:
    """What it finds: unseen Chinese names and unseen English ones of both parts, known English ones."""
    found = {}
    for part, things in data.parts.items():
        pictures = torch.cat([drawn(things, house) for house in OLD])
        right = torch.arange(len(things)).repeat(2)
        for language, names in (("chinese", things.chinese), ("english", things.english)):
            found[f"{language}, {part}"] = asked(clip, data.words, pictures, names, right)
    right = torch.arange(len(data.train)).repeat(2)
    found["english, known"] = asked(clip, data.words, data.old.flatten(0, 1), data.train.english, right)
    return found


def measure_house(clip: CLIP, data: Data) -> dict[str, list[float]]:
    """Known names drawn by Fluent and by the old houses, of both parts; unseen names, old houses."""
    found = {}
    for part in ("valid", "test"):
        those = torch.from_numpy(data.train.by_house == part).nonzero()[:, 0]
        found[f"fluent, {part}"] = asked(clip, data.words, data.fluent[those], data.train.english, those)
        old = data.old[:, those].flatten(0, 1)
        found[f"old, {part}"] = asked(clip, data.words, old, data.train.english, those.repeat(2))
    things = data.parts["test"]
    pictures = torch.cat([drawn(things, house) for house in OLD])
    found["unseen, old houses"] = asked(
        clip, data.words, pictures, things.english, torch.arange(len(things)).repeat(2)
    )
    return found


def names(way: str, tokens: float, rest: float, data: Data) -> CLIP:
    """A CLIP that has learned the Chinese names in one way."""
    clip = fine_tuning.free(data.start, way.split(",")[0])
    if way in ("characters", "LoRA", "text side"):
        states = torch.stack([fine_tuning.states(data.clip, pictures) for pictures in data.old])
        pairs = fine_tuning.Cached(clip, states, data.chinese)
    else:
        pairs = Drawings(clip, data.old, data.chinese + data.names * way.endswith("replay"))
    how = {"epochs": PASSES, "batch_size": BATCH, "optimizer": fine_tuning.adam(clip, tokens, rest)}
    training.fit(pairs, (torch.arange(len(data.train)),), seed=SEED, **how)
    return clip


def house(way: str, rate: float, data: Data) -> CLIP:
    """A CLIP that has learned Fluent's drawings in one way."""
    clip = fine_tuning.free(data.start, way.split(",")[0])
    those = torch.from_numpy(data.train.by_house == "train").nonzero()[:, 0]  # 823
    steps = PASSES * -(-len(those) // BATCH)
    if way == "full, 100 pairs":
        those = those[torch.randperm(len(those), generator=torch.Generator().manual_seed(SEED))[:FEW]]
    captions = [table[those] for table in data.names]
    pictures = data.fluent[None, those]  # (1, n, 3, 24, 24)
    if way == "picture LoRA":
        pairs = fine_tuning.Cached(clip, fine_tuning.states(data.clip, pictures[0])[None], captions)
    elif way == "full, replay":  # half of the drawings are Fluent's
        pairs = Drawings(clip, torch.cat([pictures, pictures, data.old[:, those]]), captions)
    else:
        pairs = Drawings(clip, pictures, captions)
    how = {"batch_size": BATCH, "optimizer": fine_tuning.adam(clip, rate, rate)}
    epochs = steps // -(-len(those) // BATCH)
    training.fit(pairs, (torch.arange(len(those)),), epochs=epochs, seed=SEED, **how)
    return clip


def main() -> int:
    """The command line."""
    profile.use()
    torch.set_num_threads(1)
    data, runs = Data(), []
    if fine_tuning.STUDY.is_file():  # what is stored is not run again: delete the file for a new study
        runs = json.loads(fine_tuning.STUDY.read_text(encoding="utf-8"))["runs"]
    else:
        runs.append({"task": "names", "way": "before"} | measure_names(data.start, data))
        runs.append({"task": "house", "way": "before"} | measure_house(data.start, data))
    done = [(run["task"], run["way"], run.get("rates")) for run in runs]

    def keep(task: str, way: str, rates: list[float], began: float, found: dict) -> None:
        seconds = round(time.process_time() - began, 1)
        runs.append({"task": task, "way": way, "rates": rates, "seconds": seconds} | found)
        print(runs[-1], flush=True)
        table = {"seed": SEED, "passes": PASSES, "batch": BATCH, "runs": runs}
        fine_tuning.STUDY.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")

    for way, pairs_of_rates in NAMES.items():
        for tokens, rest in pairs_of_rates:
            if ("names", way, [tokens, rest]) in done:
                continue
            began = time.process_time()
            clip = names(way, tokens, rest, data)
            keep("names", way, [tokens, rest], began, measure_names(clip, data))
    for way, rates in HOUSE.items():
        for rate in rates:
            if ("house", way, [rate, rate]) in done:
                continue
            began = time.process_time()
            keep("house", way, [rate, rate], began, measure_house(house(way, rate, data), data))
    return 0


if __name__ == "__main__":
    sys.exit(main())
