"""What simple methods get in the four tasks of *Which architecture?*, and guessing: counts, and a regression.

Each learns from the same training sentences as the networks, and what it chooses it chooses on the validation
part.
"""

import random
from collections import Counter, defaultdict

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from everyvec import seeds
from everyvec.data import phrases, world
from everyvec.transformer import four_tasks
from everyvec.transformer.four_tasks import Sentence, share, topic_of


def by_neighbours(train, asked, before: int, after: int) -> list[list]:
    """The most frequent answer at each word, seen with up to so many words `before` and `after` it.

    Args:
        train: sentences, each with an answer at each word.
        asked: sentences.
        before, after: the most neighbours looked at; fewer where training has not this word with all of them.

    Returns:
        For each sentence asked the answer at each word, None at a word that training does not have.
    """
    spans = [(min(n, before), min(n, after)) for n in range(max(before, after), -1, -1)]

    def near(words, at, left, right):
        row = ("<s>",) * left + tuple(words) + ("</s>",) * right
        return row[at : at + left + 1 + right]  # of another length for each span

    counts = defaultdict(Counter)
    for words, answers in train:
        for at, answer in enumerate(answers):
            for span in spans:
                counts[near(words, at, *span)][answer] += 1
    said = []
    for words in asked:
        keys = [[near(words, at, *span) for span in spans] for at in range(len(words))]
        found = [next((key for key in widest if key in counts), None) for widest in keys]
        said.append([key and counts[key].most_common(1)[0][0] for key in found])
    return said


def baselines() -> dict[str, dict[str, float]]:
    """What simple methods get on the test part of each task, and guessing ("chance").

    "simple" is the simplest. "words before" and "words after" also look at neighbours; how many, 1 to 4, is
    chosen on the validation part. "speaker's new": which share of the sentences of one who knows the whole
    language is not in training.
    """
    found = {name: {} for name in four_tasks.EPOCHS}
    # classification: a logistic regression on pairs of neighbouring words, its strength chosen on validation
    pairs = four_tasks.material("classification").pairs
    texts = {part: [" ".join(("<s>", *words, "</s>")) for words, _ in of] for part, of in pairs.items()}
    answers = {part: [label for _, (label,) in of] for part, of in pairs.items()}
    counter = CountVectorizer(ngram_range=(2, 2), token_pattern=r"\S+", binary=True).fit(texts["train"])
    counts = {part: counter.transform(of) for part, of in texts.items()}
    fitted = [
        LogisticRegression(C=c, max_iter=300).fit(counts["train"], answers["train"]) for c in (0.1, 1, 10)
    ]
    best = max(fitted, key=lambda model: model.score(counts["valid"], answers["valid"]))
    found["classification"] = {"simple": best.score(counts["test"], answers["test"]), "chance": 0.5}
    # labelling: the most frequent label of the word, or of the word with its neighbours on one side
    pairs, table = four_tasks.material("labelling").pairs, four_tasks.label_counts()
    several = {w for w, its in table.items() if max(its.values()) < 0.9 * its.total()}
    drawn = [
        table[word][label] / table[word].total()
        for words, its in pairs["test"]
        for word, label in zip(words, its, strict=True)
        if word in several
    ]

    def labelled(part: str, before: int, after: int) -> float:
        said = by_neighbours(pairs["train"], [words for words, _ in pairs[part]], before, after)
        rows = zip(pairs[part], said, strict=True)
        cases = [case for (words, its), row in rows for case in zip(words, its, row, strict=True)]
        return share([label == mine for word, label, mine in cases if word in several])

    found["labelling"] = {
        "simple": labelled("test", 0, 0),
        "words before": _chosen(lambda part, n: labelled(part, n, 0)),
        "words after": _chosen(lambda part, n: labelled(part, 0, n)),
        "chance": float(np.mean(drawn)),
    }
    # generation: three-word counts, and single-word counts, of the sentences about the same word
    pairs, rng = four_tasks.material("generation").pairs, random.Random(seeds.of(5))
    topics = [topic for topic, _ in pairs["test"]]
    for name, width in (("simple", 2), ("chance", 0)):
        found["generation"][name] = four_tasks.judged(topics, _counted(pairs["train"], topics, width, rng))[
            "right"
        ]
    # and how often one who knows the language says a sentence that training does not have
    known, new = {sentence for _, sentence in pairs["train"]}, defaultdict(list)
    for words in world.sentences(20_000, seed=9):
        new[topic_of(words)].append(tuple(words) not in known)
    found["generation"]["speaker's new"] = float(np.mean([share(new[word]) for (word,) in topics]))
    # translation: the most frequent Chinese words of each English word, in English order
    parts = enumerate(four_tasks.material("translation").pairs.items(), start=1)
    phrases_of = {part: four_tasks.drawn(len(of), seed, part) for seed, (part, of) in parts}
    lists = [(phrase.english, _lists(phrase)) for phrase in phrases_of["train"]]

    def translated(part: str, after: int) -> float:
        said = by_neighbours(lists, [phrase.english for phrase in phrases_of[part]], 0, after)
        joined = [sum((words or () for words in row), ()) for row in said]
        return share([mine == its.chinese for mine, its in zip(joined, phrases_of[part], strict=True)])

    found["translation"] = {
        "simple": translated("test", 0),
        "words after": _chosen(translated),
        "chance": 0.0,
    }
    return found


def _chosen(score) -> float:
    """The score on the test part with the number of neighbours, 1 to 4, that is best on validation."""
    return score("test", max(range(1, 5), key=lambda n: score("valid", n)))


def _lists(phrase: phrases.Phrase) -> list[Sentence]:
    """For each English word all Chinese words that it stands for, in their order."""
    pairs = sorted(phrase.alignment)
    return [tuple(phrase.chinese[j] for i, j in pairs if i == at) for at in range(len(phrase.english))]


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
