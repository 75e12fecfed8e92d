"""Four tasks for every architecture: say one label, label each word, write a sentence, translate one.

    classification   an English sentence: are its words in order, or have two neighbours changed places?
    labelling        an English sentence: with which Chinese word does the translation of each word begin?
    generation       a word of the toy language: write a sentence about it
    translation      an English sentence: its Chinese

The sentences are those of `phrases`, and for generation those of `world`, of which it is known which are
possible. The three parts of a task, to train, to choose and to test, share no sentence.
"""

import random
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor, nn

from everyvec import seeds, training
from everyvec.attention.seq2seq import END, PAD, Words
from everyvec.data import phrases, world
from everyvec.transformer.architectures import OneStack, Task, TwoStacks, until_end
from everyvec.transformer.block import Shape

LONGEST = 7  # English words; shorter sentences than in other lessons, since there are many trainings
TRAINING, VALIDATION, TEST = 6400, 300, 400
BATCH = 64
EPOCHS = {"classification": 6, "labelling": 3, "generation": 6, "translation": 4}
# As many parameters in one stack of two layers as in two stacks of one layer, of which one asks the other.
ONE = Shape(width=64, heads=4, layers=2, inner=192, positions=16)
TWO = Shape(width=64, heads=4, layers=1, inner=128, positions=16)
NETWORKS = {
    "encoder only": lambda words, seed: OneStack(words, ONE, "all", seed),
    "decoder only": lambda words, seed: OneStack(words, ONE, "back", seed),
    "decoder only, source open": lambda words, seed: OneStack(words, ONE, "prefix", seed),
    "encoder–decoder": lambda words, seed: TwoStacks(words, TWO, seed),
}
MASK, NOTHING, IN_ORDER, SWAPPED = "<mask>", "–", "<in order>", "<swapped>"
TOPICS = {word for pairs in world.pairs().values() for pair in pairs for word in pair} | set(world.HOMONYMS)
Sentence = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Material:
    """A task's sentences, as words and as tokens.

    Attributes:
        name: of the task.
        words: their numbers.
        pairs: "train", "valid" and "test": sources and targets.
        tokens: the same as (N, S) and (N, T), with padding.
    """

    name: str
    words: Words
    pairs: dict[str, list[tuple[Sentence, Sentence]]]
    tokens: dict[str, tuple[Tensor, Tensor]]

    @property
    def mask(self) -> int:
        """The mask's number."""
        return int(self.words.encode([[MASK]])[0, 0])


@cache
def material(name: str, count: int = TRAINING) -> Material:
    """The material of "classification", "labelling", "generation" or "translation".

    Raises:
        KeyError: for another task.
    """
    if name == "generation":
        words, pairs = Words([MASK, *world.vocabulary()]), _about(count)
    else:
        english, chinese = phrases.vocabulary()
        words = Words([MASK, NOTHING, IN_ORDER, SWAPPED, *english, *chinese])
        sizes = {"train": count, "valid": VALIDATION, "test": TEST}
        pairs = {
            part: [_PAIRS[name](phrase, n) for n, phrase in enumerate(drawn(size, seed, part))]
            for seed, (part, size) in enumerate(sizes.items(), start=1)
        }
    tokens = {}
    for side in (0, 1):
        rows = {part: words.encode([pair[side] for pair in of]) for part, of in pairs.items()}
        if side == 1 and name in ("classification", "labelling"):  # these targets have no end
            rows = {part: ids.masked_fill(ids == END, PAD) for part, ids in rows.items()}
        width = 1 if side == 1 and name == "classification" else max(ids.shape[1] for ids in rows.values())
        for part, ids in rows.items():
            ids = nn.functional.pad(ids, (0, width - ids.shape[1]), value=PAD)
            tokens[part] = (*tokens.get(part, ()), ids)
    return Material(name, words, pairs, tokens)


@cache
def drawn(count: int, seed: int, part: str) -> list[phrases.Phrase]:
    """The sentences of a part, as they are before a task is made of them."""
    return phrases.draw(count, seed=seed, max_words=LONGEST, part=part)


def _maybe_swapped(phrase: phrases.Phrase, number: int) -> tuple[Sentence, Sentence]:
    words = list(phrase.english)
    if number % 2 == 0:
        return tuple(words), (IN_ORDER,)
    # by the sentence itself: one that is drawn twice is swapped alike, and has one label in all parts
    rng = random.Random(zlib.crc32(" ".join(words).encode()))
    place = rng.choice([i for i in range(len(words) - 1) if words[i] != words[i + 1]])
    words[place : place + 2] = words[place + 1], words[place]
    return tuple(words), (SWAPPED,)


def labels(phrase: phrases.Phrase) -> Sentence:
    """For each English word the first of the Chinese words that it stands for, or `NOTHING`."""
    partners = [[j for i, j in phrase.alignment if i == place] for place in range(len(phrase.english))]
    return tuple(phrase.chinese[min(found)] if found else NOTHING for found in partners)


_PAIRS = {
    "classification": _maybe_swapped,
    "labelling": lambda phrase, number: (phrase.english, labels(phrase)),
    "translation": lambda phrase, number: (phrase.english, phrase.chinese),
}


def _about(count: int) -> dict[str, list[tuple[Sentence, Sentence]]]:
    """Sentences of the toy language, each with its topic, the one word that decides about the others."""
    sizes = {"train": count, "valid": VALIDATION, "test": TEST}
    pairs = {part: [] for part in sizes}
    for words in world.sentences(3 * sum(sizes.values()), seed=1):
        # a sentence belongs to one part for ever: half of all possible ones are never seen in training
        part = ("train", "train", "valid", "test")[zlib.crc32(" ".join(words).encode()) % 4]
        if len(pairs[part]) < sizes[part]:
            pairs[part].append(((topic_of(words),), tuple(words)))
    return pairs


def topic_of(words: list[str]) -> str:
    """The word of a sentence of the toy language that decides about the others."""
    return next(word for word in words if word in TOPICS)


def train(name: str, network: str, how: str, lr: float, seed: int = 0, times: int = 1) -> Task:
    """Train one network on one task, with `times` as many updates as others; `how` as in `Task`."""
    its = material(name)
    task = Task(NETWORKS[network](len(its.words), seed), how, its.mask)
    settings = {"epochs": times * EPOCHS[name], "batch_size": BATCH, "warmup": 0.1, "clip": 1.0}
    training.fit(task, its.tokens["train"], lr=lr, seed=seed, title=f"{name}: {network}", **settings)
    return task


def score(task: Task, name: str, part: str = "test", passes: int | None = None) -> dict[str, float]:
    """Which share is right of what the network says on one part of the material.

    Returns:
        "right": of the labels; of the labels of ambiguous words; of the sentences written, those that are
        possible and about their topic (drawn, not the most probable); of the translations, those without a
        mistake. Also "all words" for labelling, and "new" for generation: right, and not seen in training.
    """
    its = material(name)
    source, target = its.tokens[part]
    torch.manual_seed(seeds.of(100))  # for the order of masked places, and for what is drawn
    said = task.write(source, target.shape[1], passes, draw=name == "generation")
    if name == "classification":
        return {"right": share(said == target)}
    if name == "labelling":
        same, counts = said == target, target != PAD
        return {"right": share(same[counts & ambiguous()[source]]), "all words": share(same[counts])}
    if name == "translation":
        pairs = zip(until_end(said), until_end(target), strict=True)
        return {"right": share([mine == theirs for mine, theirs in pairs])}
    return judged([pair[0] for pair in its.pairs[part]], its.words.decode(said))


def judged(topics: list[Sentence], sentences: list[Sentence]) -> dict[str, float]:
    """Which share of the sentences written is right, and which is right and new; see `score`."""
    possible, seen = _possible(), {sentence for _, sentence in material("generation").pairs["train"]}
    right = [s in possible and topic[0] in s for topic, s in zip(topics, sentences, strict=True)]
    return {
        "right": share(right),
        "new": share([r and s not in seen for r, s in zip(right, sentences, strict=True)]),
    }


def share(right) -> float:
    """Of a list, array or tensor of yes and no, the share of yes."""
    return float(np.mean(np.asarray(right, dtype=float)))


@cache
def _possible() -> set[Sentence]:
    return world.possible()


@cache
def label_counts() -> dict[str, Counter]:
    """How often each English word has each label, in training."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for words, its in material("labelling").pairs["train"]:
        for word, label in zip(words, its, strict=True):
            counts[word][label] += 1
    return counts


@cache
def ambiguous() -> Tensor:
    """(V,) bool: words whose most frequent label is right for less than nine in ten of their uses."""
    words = material("labelling").words
    several = {w for w, its in label_counts().items() if max(its.values()) < 0.9 * its.total()}
    return torch.tensor([word in several for word in words.words])
