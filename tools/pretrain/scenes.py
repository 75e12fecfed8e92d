"""A small BLIP on drawn scenes of one and of two objects: a vision encoder, a captioner and a matcher.

It takes minutes and keeps no checkpoint. Two rates were compared on the validation combinations, 2e-3 and
4e-3, each with 1,500 steps on half of the scenes.
"""

import argparse
import hashlib
import json
import shutil
import time
from itertools import product
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from everyvec import training
from everyvec.data import scenes
from everyvec.multimodal import shipped
from everyvec.multimodal.blip import BLIP
from everyvec.multimodal.captions import PAD, Captions
from everyvec.multimodal.clip import class_vectors, picture_vectors
from tools.pretrain import ship

NAME = "blip-scenes"
CONFIG = {
    "picture_widths": [32, 64, 128],
    "width": 64,
    "text": {"width": 64, "heads": 4, "layers": 2, "inner": 128, "positions": 12},
}
TRAIN, ASKED = 8000, 500  # scenes of each number of objects
BATCH, STEPS, RATE, DECAY = 64, 4000, 4e-3, 0.05


def world(count: int, part: str | None, seed: int) -> tuple[list[scenes.Scenes], Tensor, list[str]]:
    """So many scenes of one object anywhere and as many of two in two quarters; their ink and captions."""
    shown = [
        scenes.draw(count, 1, part=part, seed=seed),
        scenes.draw(count, 2, grid=(2, 2), part=part, seed=seed + 1),
    ]
    ink = torch.cat([1 - torch.from_numpy(scenes.render(each)) for each in shown])  # (2 count, 3, 32, 32)
    return shown, ink, [text for each in shown for text in scenes.captions(each).texts]


@torch.no_grad()
def measure(blip: BLIP, words: Captions, part: str) -> dict[str, tuple[float, float | None, float]]:
    """question → shares right: the model's, the nearest known picture's, chance. `part` is "valid" or
    "test": the combinations of shape and colour that were not trained on.
    """
    _, known, told = world(TRAIN, "train", seed=0)
    found: dict[str, tuple[float, float | None, float]] = {}
    for name, which in (("known", "train"), ("never seen", part)):
        shown, pictures, texts = world(ASKED, which, seed=100 if which == "train" else 200)
        wanted = words.encode(texts)
        written = torch.cat([_padded(blip.caption(some, steps=11)) for some in pictures.split(250)])
        right = (written == _padded(wanted)).all(dim=1)  # all words, in their order
        near = torch.cat(
            [torch.cdist(some.flatten(1), known.flatten(1)).argmin(1) for some in pictures.split(100)]
        )
        rival = torch.tensor([told[n] == text for n, text in zip(near.tolist(), texts, strict=True)])
        for start, objects, ways in ((0, "one object", 128), (ASKED, "two objects", 128 * 98)):
            part_of = slice(start, start + ASKED)
            found[f"a caption without a mistake, {objects}, combinations {name}"] = (
                share(right[part_of]),
                share(rival[part_of]),
                1 / ways,
            )
        single = pictures[:ASKED]
        names = class_vectors(blip, words.encode(ALL))
        own = torch.tensor([ALL.index(text) for text in texts[:ASKED]])
        found[f"the right one of 128 captions by cosine, one object, combinations {name}"] = (
            share((picture_vectors(blip, single) @ names.T).argmax(dim=1) == own),
            share(rival[:ASKED]),
            1 / len(ALL),
        )
        pairs = shown[1]
        false = words.encode(scenes.captions(pairs.exchanged()).texts)
        both = pictures[ASKED:]
        found[
            f"the caption, not the one with the two colours exchanged, two objects, combinations {name}"
        ] = (
            share(blip.match(both, wanted[ASKED:]) > blip.match(both, false)),
            None,
            0.5,
        )
    return found


def _padded(ids: Tensor) -> Tensor:
    """(B, N) → (B, 12)."""
    return torch.nn.functional.pad(ids, (0, 12 - ids.shape[1]), value=PAD)


def share(right: Tensor) -> float:
    """The share that is true."""
    return right.double().mean().item()


ALL = [
    f"a {size} {colour} {shape}"
    for size, colour, shape in product(scenes.SIZES, scenes.COLOURS, scenes.SHAPES)
]


def train(options: argparse.Namespace) -> None:
    """Train it, measure it and write its folder."""
    _, pictures, texts = world(TRAIN, "train", seed=0)
    words = Captions([*ALL, *texts])
    folder = ship.WEIGHTS / NAME
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(CONFIG) + "\n", encoding="utf-8")
    (folder / "words.txt").write_text("\n".join(words.words) + "\n", encoding="utf-8", newline="\n")
    blip = shipped.blank_blip(folder, len(words))
    steps, began = options.steps or STEPS, time.process_time()
    training.fit(
        blip,
        (pictures, words.encode(texts)),
        epochs=-(-steps * BATCH // len(texts)),
        batch_size=BATCH,
        lr=RATE,
        weight_decay=DECAY,
    )
    minutes = (time.process_time() - began) / 60
    blip.half().float().eval()  # what ships, rounded to half precision
    # named_parameters lists a weight that several parts share once
    kept = {**dict(blip.named_parameters()), **dict(blip.named_buffers())}
    save_file({key: value.detach().half() for key, value in kept.items()}, folder / "model.safetensors")
    valid, test = (
        ship.table(
            ("", "this model", "nearest pixels", "chance"),
            [
                (told, *("" if value is None else f"{100 * value:.1f} %" for value in values))
                for told, values in measure(blip, words, part).items()
            ],
        )
        for part in ("valid", "test")
    )
    card = TEXT.format(
        parameters=sum(weight.numel() for weight in blip.parameters()) / 1e6,
        scenes=len(texts),
        asked=ASKED,
        words=len(words) - 3,
        steps=steps,
        minutes=minutes,
        valid=valid,
        test=test,
    )
    (folder / "README.md").write_text(card, encoding="utf-8", newline="\n")
    print(card)
    for file in sorted(folder.iterdir()):
        print(f"{file.name} {file.stat().st_size:,} bytes {hashlib.sha256(file.read_bytes()).hexdigest()}")


TEXT = (Path(__file__).parent / "scenes-card.md").read_text(encoding="utf-8")
