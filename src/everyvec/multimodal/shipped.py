"""The models of pictures and words that come with the course; the card beside each says how good it is.

`python -m tools.pretrain clip` trained the CLIP on two houses' drawings, Twemoji's and Noto's, of the emoji
whose names and whose combinations of role, gender and tone are in the training parts of
`everyvec.data.emoji`. `python -m tools.pretrain scenes` trained the BLIP on `everyvec.data.scenes`.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file

from everyvec import pretrained
from everyvec.data import emoji
from everyvec.multimodal.blip import BLIP
from everyvec.multimodal.captions import Captions
from everyvec.multimodal.clip import CLIP, MeanOfWords
from everyvec.multimodal.drawings import DrawingEncoder, quick_words
from everyvec.transformer import tuning
from everyvec.transformer.block import Shape

TEMPLATE = "an emoji of {}"  # one of four forms that a caption had in training
RANK, ALPHA = 8, 16.0  # of the Chinese model's LoRA


def known(every: emoji.Emoji) -> emoji.Emoji:
    """The emoji that it was trained on: neither the name nor the combination is held out."""
    combination = every.by_combination
    return every.only((every.by_name == "train") & ((combination == "") | (combination == "train")))


def captions(things: emoji.Emoji) -> list[list[str]]:
    """The four forms of a caption, each for all N: the name, with tags, with its group, in a sentence."""
    tags = zip(things.english, things.english_tags, strict=True)
    groups = zip(things.english, things.group, strict=True)
    return [
        things.english,
        [f"{name} {' '.join(words)}" for name, words in tags],
        [f"{name}, {group.replace('-', ' ')}" for name, group in groups],
        [TEMPLATE.format(name) for name in things.english],
    ]


def emoji_clip(name: str = "clip-emoji") -> tuple[CLIP, Captions]:
    """The model, in evaluation mode, and the words that it knows; prints a line that says which it is.

    Its pictures are ink, (B, 3, 24, 24): `1 - torch.from_numpy(emoji.on(things.pictures(house)))`.

    Raises:
        ValueError, FileNotFoundError: as `everyvec.pretrained.shipped`.
    """
    folder = pretrained.shipped(name)
    words = Captions.kept((folder / "words.txt").read_text(encoding="utf-8").splitlines())
    clip = blank(folder, len(words))
    clip.load_state_dict(
        {key: value.float() for key, value in load_file(folder / "model.safetensors").items()}
    )
    print(f"{name}: {sum(weight.numel() for weight in clip.parameters()) / 1e6:.1f} million parameters")
    return clip.eval(), words


def blank(folder: Path, vocabulary: int) -> CLIP:
    """A CLIP of the shape that the folder's config.json gives, not trained."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    images = DrawingEncoder(tuple(config["picture_widths"]))
    return CLIP(images, quick_words(vocabulary, config["text_width"]), config["width"])


def with_chinese(clip: CLIP, words: Captions, things: emoji.Emoji) -> tuple[CLIP, Captions]:
    """A CLIP ready to learn Chinese names: a vector for each character, and a LoRA behind the texts.

    All else is frozen, and so are the pictures' vectors. Words and characters share one
    table, but Chinese captions leave the words' vectors as they are.

    Args:
        clip: as `emoji_clip` gives it; it is changed.
        words: those that it knows.
        things: the emoji whose Chinese names and tags are to be known.
    """
    new = [word for word in Captions(chinese_captions(things)[1]).words[3:] if word not in words.words]
    both = Captions.kept([*words.words, *new])
    tuning.lora(clip, RANK, ALPHA, where=("text_map",))
    clip.texts = _extended(clip.texts, len(new))
    return clip, both


def chinese_captions(things: emoji.Emoji) -> list[list[str]]:
    """Two forms of a caption, each for all N: the Chinese name, and the name with tags."""
    tags = zip(things.chinese, things.chinese_tags, strict=True)
    return [things.chinese, [f"{name} {' '.join(words)}" for name, words in tags]]


def _extended(texts: MeanOfWords, more: int) -> MeanOfWords:
    """The same words, and so many more with initial vectors."""
    longer = quick_words(len(texts.words.weight) + more, texts.width)
    with torch.no_grad():
        longer.words.weight[: -more or None] = texts.words.weight
    return longer


def chinese_emoji_clip() -> tuple[CLIP, Captions]:
    """The same model after it has learned Chinese names, with one space for pictures, English and Chinese.

    Raises:
        ValueError, FileNotFoundError: as `everyvec.pretrained.shipped`.
    """
    folder = pretrained.shipped("clip-emoji-chinese")
    clip, words = emoji_clip()
    words = Captions.kept((folder / "words.txt").read_text(encoding="utf-8").splitlines())
    learned = {key: value.float() for key, value in load_file(folder / "model.safetensors").items()}
    tuning.lora(clip, RANK, ALPHA, where=("text_map",))
    more = len(learned["characters"])
    clip.texts = _extended(clip.texts, more)
    with torch.no_grad():
        clip.texts.words.weight[-more:] = learned["characters"]
        clip.text_map.a.copy_(learned["a"])
        clip.text_map.b.copy_(learned["b"])
    print(f"clip-emoji-chinese: {sum(value.numel() for value in learned.values()) / 1e6:.2f} million more")
    return clip.eval(), words


def scenes_blip() -> tuple[BLIP, Captions]:
    """A vision encoder, a captioner and a matcher of drawn scenes, in evaluation mode, and the words known.

    Its pictures are ink, (B, 3, 32, 32): `1 - torch.from_numpy(scenes.render(shown))`.

    Raises:
        ValueError, FileNotFoundError: as `everyvec.pretrained.shipped`.
    """
    folder = pretrained.shipped("blip-scenes")
    words = Captions.kept((folder / "words.txt").read_text(encoding="utf-8").splitlines())
    blip = blank_blip(folder, len(words))
    kept = load_file(folder / "model.safetensors")
    with torch.no_grad():  # a weight that several parts share is kept once, under its first name
        for name, value in (*blip.named_parameters(), *blip.named_buffers()):
            value.copy_(kept[name])
    print(f"blip-scenes: {sum(weight.numel() for weight in blip.parameters()) / 1e6:.1f} million parameters")
    return blip.eval(), words


def blank_blip(folder: Path, vocabulary: int) -> BLIP:
    """A BLIP of the shape that the folder's config.json gives, not trained."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    images = DrawingEncoder(tuple(config["picture_widths"]))
    return BLIP(images, vocabulary, Shape(**config["text"]), config["width"])
