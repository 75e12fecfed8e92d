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
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
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
            part: [_PAIRS[name](phrase, n) for n, phrase in enumerate(_drawn(size, seed, part))]
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
def _drawn(count: int, seed: int, part: str) -> list[phrases.Phrase]:
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
            pairs[part].append(((next(word for word in words if word in TOPICS),), tuple(words)))
    return pairs


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


def baselines() -> dict[str, dict[str, float]]:
    """What a simple method gets on the test part of each task ("simple"), and guessing ("chance")."""
    found = {name: {} for name in EPOCHS}
    # classification: a logistic regression on pairs of neighbouring words, its strength chosen on validation
    pairs = material("classification").pairs
    texts = {part: [" ".join(("<s>", *words, "</s>")) for words, _ in of] for part, of in pairs.items()}
    answers = {part: [label for _, (label,) in of] for part, of in pairs.items()}
    counter = CountVectorizer(ngram_range=(2, 2), token_pattern=r"\S+", binary=True).fit(texts["train"])
    counts = {part: counter.transform(of) for part, of in texts.items()}
    fitted = [
        LogisticRegression(C=c, max_iter=300).fit(counts["train"], answers["train"]) for c in (0.1, 1, 10)
    ]
    best = max(fitted, key=lambda model: model.score(counts["valid"], answers["valid"]))
    found["classification"] = {"simple": best.score(counts["test"], answers["test"]), "chance": 0.5}
    # labelling: the word's most frequent label; and a label drawn as often as the word has it
    table, hits, drawn = label_counts(), [], []
    several = {w for w, its in table.items() if max(its.values()) < 0.9 * its.total()}
    for words, its in material("labelling").pairs["test"]:
        for word, label in zip(words, its, strict=True):
            if word in several:
                hits.append(table[word].most_common(1)[0][0] == label)
                drawn.append(table[word][label] / table[word].total())
    found["labelling"] = {"simple": share(hits), "chance": float(np.mean(drawn))}
    # generation: three-word counts, and single-word counts, of the sentences about the same word
    pairs, rng = material("generation").pairs, random.Random(seeds.of(5))
    topics = [topic for topic, _ in pairs["test"]]
    for name, width in (("simple", 2), ("chance", 0)):
        found["generation"][name] = judged(topics, _counted(pairs["train"], topics, width, rng))["right"]
    # translation: each word's most frequent label, in the order of the English words
    right = []
    for phrase in _drawn(TEST, 3, "test"):
        said = [table[word].most_common(1)[0][0] if word in table else NOTHING for word in phrase.english]
        right.append(tuple(word for word in said if word != NOTHING) == phrase.chinese)
    found["translation"] = {"simple": share(right), "chance": 0.0}
    return found


def _counted(pairs, topics, width, rng) -> list[Sentence]:
    """Sentences drawn from counts of what follows `width` words, among the sentences about the same topic."""
    follows = defaultdict(list)
    for topic, words in pairs:
        padded = ("<s>",) * width + words + ("</s>",)
        for place, word in enumerate(padded[width:]):
            follows[topic, padded[place : place + width]].append(word)
    written = []
    for topic in topics:
        words = ["<s>"] * width
        while (
            words[-1:] != ["</s>"]
            and len(words) < width + 20
            and (topic, tuple(words[len(words) - width :])) in follows
        ):
            words.append(rng.choice(follows[topic, tuple(words[len(words) - width :])]))
        written.append(tuple(word for word in words if word not in ("<s>", "</s>")))
    return written
