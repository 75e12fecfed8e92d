"""A small decoder that has read rated sentences, and the task of naming where a sentence is from.

The weights, `reviews-decoder.safetensors` beside this file, are trained by `python -m tools.tuning pretrain`
on the training part of `everyvec.data.reviews` (its credits and licence are there): the sentences in random
order, as one stream of words, cut into rows, read six times. There are 251 072, in half precision. The
decoder's perplexity is 78 on validation sentences, unknown words and end marks included. It is too small to
write usable text.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from everyvec import probes, seeds
from everyvec.attention.language import END, Words
from everyvec.data import reviews
from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder

LONGEST = 22  # words of a sentence that are read
ROW = 48  # tokens of a row of the stream
SHAPE = Shape(width=64, heads=4, layers=2, inner=256, positions=ROW, dropout=0.1)
WEIGHTS = Path(__file__).with_name("reviews-decoder.safetensors")
_SHA256 = "bb507e43e15160afd29f1891a31c2cf3e1d10605b45b9169b4fdb01fad8a47c7"


@cache
def texts() -> reviews.Split:
    """The sentences, in their three parts."""
    return reviews.load()


def split_words(text: str) -> list[str]:
    """Words and marks of a text, in lower case, at most `LONGEST`."""
    return re.findall(r"[a-z']+|[^\sa-z]", text.lower())[:LONGEST]


@cache
def vocabulary() -> Words:
    """The words that occur at least 12 times in the training part."""
    return Words([split_words(text) for text in texts().train.texts], min_count=12)


def stream(part: str, size: int, seed: int = 0) -> Tensor:
    """(rows, size) tokens: a part's sentences in random order, an end mark behind each, cut into rows."""
    some = getattr(texts(), part).texts
    order = seeds.rng(seed).permutation(len(some))
    flat = [n for i in order for n in vocabulary().encode(split_words(some[i]))[1:]]
    return torch.tensor(flat[: len(flat) // size * size]).view(-1, size)


def encode(some: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Each sentence between two end marks: tokens (B, N), and which of them are real (B, N)."""
    rows = [torch.tensor([END, *vocabulary().encode(split_words(text))[1:]]) for text in some]
    ids = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=-1)
    return ids.clamp(min=0), ids >= 0


def drawn(part: str, per_class: int, seed: int) -> tuple[list[str], Tensor]:
    """So many sentences of each source from a part, and the numbers of their sources."""
    whole = getattr(texts(), part)
    chosen = probes.few_labels(whole.source, per_class, seed)
    return [whole.texts[n] for n in chosen], torch.from_numpy(whole.source[chosen])


def load() -> Decoder:
    """The pre-trained decoder.

    Raises:
        FileNotFoundError: when its weights are not there.
        ValueError: when they are not those that belong here.
    """
    if not WEIGHTS.is_file():
        raise FileNotFoundError(f"{WEIGHTS} is missing; python -m tools.tuning pretrain makes it")
    if hashlib.sha256(WEIGHTS.read_bytes()).hexdigest() != _SHA256:
        raise ValueError(f"{WEIGHTS} is damaged or another: python -m tools.tuning pretrain makes it")
    model = Decoder(len(vocabulary()), SHAPE)
    model.load_state_dict({name: weight.float() for name, weight in load_file(WEIGHTS).items()})
    return model.eval()
