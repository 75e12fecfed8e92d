"""Pairs of sentences of the toy language of `world`: does the second go on about the same thing?

A text of this language tells of one thing (a king, France, to sing …) on one side of its relation (he or she,
country or capital, now or then), so two sentences of one text share both, and two sentences of two texts do
not. All that a sentence says is known: its thing, its side, and which of its words agree with the side.

There are about 2 500 different sentences. Each belongs to one part for ever, by a hash of its words.
"""

import random
import zlib
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from everyvec import seeds
from everyvec.data import world

_DRAWN = 20_000  # sentences of `world`: enough to meet nearly all that it can say
_TENTHS = {"train": range(6), "valid": range(6, 7), "test": range(7, 10)}


class Told(NamedTuple):
    """A sentence and what it tells.

    Attributes:
        words: the sentence.
        relation: "gender", "age", "capital" or "tense"; "homonym" for a sentence with *bank*, *bat* or
            *spring*.
        thing: the first of the thing's two words, such as "king" also for the queen; a homonym itself.
        side: 0 or 1; of a homonym its sense.
    """

    words: tuple[str, ...]
    relation: str
    thing: str
    side: int


class Agreement(NamedTuple):
    """A word that agrees with the side of its sentence.

    Attributes:
        at: its place.
        right: the words that could stand there.
        wrong: those of the other side.
        told: whether a word before it tells the side; otherwise only words after it do.
    """

    at: int
    right: list[str]
    wrong: list[str]
    told: bool


class Pair(NamedTuple):
    """Two sentences; `other` is 1 where the second is of another text."""

    first: Told
    second: Told
    other: int


@cache
def _naming() -> dict[str, tuple[str, str, int]]:
    """The word of a thing → relation, thing, side."""
    return {
        word: (relation, words[0], side)
        for relation, pairs in world.pairs().items()
        for words in pairs
        for side, word in enumerate(words)
    }


@cache
def sentences(part: str) -> tuple[Told, ...]:
    """The different sentences of a part: about 60 of 100 in "train", 10 in "valid" and 30 in "test".

    Raises:
        ValueError: for another part.
    """
    if part not in _TENTHS:
        raise ValueError(f"a part is one of {', '.join(_TENTHS)}, not {part!r}")
    drawn = sorted({tuple(words) for words in world.sentences(_DRAWN)})
    # by a hash and not by a seed, so that a sentence of the test is never one of training
    return tuple(read(words) for words in drawn if zlib.crc32(" ".join(words).encode()) % 10 in _TENTHS[part])


def read(words: Sequence[str]) -> Told:
    """What a sentence of `world` tells.

    Raises:
        ValueError: for one that names no thing.
    """
    for word in words:
        for sense, company in enumerate(world.HOMONYMS.get(word, ())):
            if set(company) & set(words):
                return Told(tuple(words), "homonym", word, sense)
        if word in _naming():
            return Told(tuple(words), *_naming()[word])
    raise ValueError(f"no word of {' '.join(words)!r} is one of the toy language's things")


def agreements(told: Told) -> list[Agreement]:
    """The words of a sentence that its side decides, in their order; none for a homonym."""
    slots = world._RELATIONS[told.relation]["sides"] if told.relation != "homonym" else [{}, {}]
    found, known = [], False
    for at, word in enumerate(told.words):
        for slot, choices in slots[told.side].items():
            if word in choices:
                found.append(Agreement(at, choices, slots[1 - told.side][slot], known))
                known = True
        known = known or word in _naming()
    return found


def pairs(told: Sequence[Told], count: int, seed: int = 0) -> list[Pair]:
    """Draw pairs of different sentences: half of the seconds are of the same text, half of another one.

    Args:
        told: the sentences to draw from. Each text is equally likely; one of a single sentence is left out.
        count: how many pairs.
        seed: for the draws.

    Raises:
        ValueError: for fewer than two texts of at least two sentences.
    """
    texts: dict[tuple[str, str, int], list[Told]] = {}
    for one in told:
        texts.setdefault(one[1:], []).append(one)
    names = [name for name, ones in texts.items() if len(ones) > 1]
    if len(names) < 2:
        raise ValueError("pairs need at least two texts of at least two sentences, one to be another text")
    rng, drawn = random.Random(seeds.of(seed)), []
    for _ in range(count):
        name = rng.choice(names)
        first, second = rng.sample(texts[name], 2)
        other = rng.randrange(2)
        if other:
            second = rng.choice(texts[rng.choice([one for one in names if one != name])])
        drawn.append(Pair(first, second, other))
    return drawn
