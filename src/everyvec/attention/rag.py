"""Retrieval-augmented question answering (RAG): find passages by their keys, hand their values to a reader.

Key, value and reader can be exchanged, each without the other two:

    retriever   `Dense` compares vectors, `Lexical` compares words (BM25), `Fused` joins the ranks of several
    value       what the reader gets for a key: a text or a record, whatever the list `values` holds
    reader      `TextReader` for texts, `RecordReader` for records; or any function (question, values) → texts

`Rag` joins the three. It gives no answer when the best score is below `at_least`; `threshold` chooses that
number from questions about which one knows whether the store can answer them.

The readers are extractive: they copy an answer and write nothing of their own. They know what a year, a name
and a list look like and which sentences are similar, and no wording of any collection.

Lewis et al.: Retrieval-Augmented Generation for Knowledge-Intensive NLP Tasks, NeurIPS 2020,
arXiv:2005.11401. Robertson and Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond, 2009 (BM25).
Cormack, Clarke, Büttcher: Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods,
SIGIR 2009.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import bm25s
import numpy as np
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from everyvec.attention.store import VectorStore

Encode = Callable[[Sequence[str]], np.ndarray]  # N texts → (N, d)
Read = Callable[[str, list], tuple[str, ...]]  # a question and the values found, best first → answers

_FUSION = 60  # of the paper; it was not tuned there either: the first rank gets 1/61, the second 1/62
_UNLIKE = 0.3  # sentences of a smaller cosine have nothing to do with each other


class Ranking(NamedTuple):
    """For each of Q questions the k best passages, best first."""

    best: np.ndarray  # (Q, k) numbers of passages
    scores: np.ndarray  # (Q, k) higher is better


class Retriever(Protocol):
    """What `Dense`, `Lexical` and `Fused` have in common."""

    def __len__(self) -> int: ...
    def rank(self, questions: Sequence[str], k: int) -> Ranking: ...


class Dense:
    """Compares the vector of a question with those of the keys, by cosine."""

    def __init__(self, keys: Sequence[str], encode: Encode):
        self.encode, self.store = encode, VectorStore("cosine")
        self.store.add(encode(keys), range(len(keys)))

    def __len__(self) -> int:
        return len(self.store)

    def rank(self, questions: Sequence[str], k: int) -> Ranking:
        found = self.store.search(self.encode(questions), k)
        return Ranking(np.array(found.ids), found.scores)


class Lexical:
    """Compares words: BM25 with the usual k1 = 1.5 and b = 0.75, English stop words left out.

    A rare word counts more than a frequent one, a second occurrence less than the first, and a word in a
    long key less than in a short one. One letter or digit is a word, too: the 2 of "Zorvane 2" counts.
    """

    def __init__(self, keys: Sequence[str]):
        self.index = bm25s.BM25(k1=1.5, b=0.75)
        self.index.index(_words(keys), show_progress=False)
        self._count = len(keys)

    def __len__(self) -> int:
        return self._count

    def rank(self, questions: Sequence[str], k: int) -> Ranking:
        """A key that shares no word with the question has score 0."""
        _check_k(k, self)
        known = self.index.vocab_dict
        asked = [[word for word in words if word in known] for words in _words(questions)]
        scores = [
            self.index.get_scores(words) if words else np.zeros(len(self), np.float32) for words in asked
        ]
        return _ranked(np.stack(scores), k)


class Fused:
    """Reciprocal rank fusion: a passage gets 1 / (60 + rank) from each ranking, and the sums are ranked.

    Only ranks count, so scores of different size can be joined. A score of 0 or less is no find, and its rank
    brings nothing.
    """

    def __init__(self, *retrievers: Retriever):
        if len({len(retriever) for retriever in retrievers}) != 1:
            raise ValueError("fusion needs retrievers over the same passages")
        self.retrievers = retrievers

    def __len__(self) -> int:
        return len(self.retrievers[0])

    def rank(self, questions: Sequence[str], k: int) -> Ranking:
        _check_k(k, self)
        sums = np.zeros((len(questions), len(self)))
        rows = np.arange(len(questions))[:, None]
        for retriever in self.retrievers:
            best, scores = retriever.rank(questions, len(self))  # (Q, N) each
            share = np.where(scores > 0, 1 / (_FUSION + 1 + np.arange(len(self))), 0)  # (Q, N) by rank
            sums[rows, best] += share
        return _ranked(sums, k)


class Answer(NamedTuple):
    """What `Rag` says to a question."""

    texts: tuple[str, ...]  # empty when it does not answer
    sources: list[int]  # numbers of the passages that were found, best first
    score: float  # of the best


class Rag:
    """Answers questions from a store: rank the keys, take the values of the best k, read.

    `values` has one for each key, in the same order. There is no answer when the best score is below
    `at_least`.
    """

    def __init__(self, retriever: Retriever, values: Sequence, reader: Read, at_least: float = -np.inf):
        if len(values) != len(retriever):
            raise ValueError(f"{len(retriever)} keys and {len(values)} values: each key needs its own value")
        self.retriever, self.values, self.reader, self.at_least = retriever, values, reader, at_least

    def ask(self, questions: Sequence[str], k: int) -> list[Answer]:
        answers = []
        for question, best, scores in zip(questions, *self.retriever.rank(questions, k), strict=True):
            texts: tuple[str, ...] = ()
            if scores[0] >= self.at_least:
                texts = tuple(self.reader(question, [self.values[n] for n in best]))
            answers.append(Answer(texts, best.tolist(), float(scores[0])))
        return answers


def threshold(scores: np.ndarray, answerable: np.ndarray) -> float:
    """The score from which on to answer: where the two kinds of question are told apart best.

    `scores` (Q,) are those of the best keys; `answerable` (Q,) says whether the store holds an answer. The
    threshold is the score that makes the mean of two shares largest: of the answerable questions that reach
    it, and of the others that stay below; of equally good ones the lowest.
    """
    scores, answerable = np.asarray(scores), np.asarray(answerable, bool)
    if answerable.all() or not answerable.any():
        raise ValueError("a threshold needs questions that can be answered and questions that cannot")
    candidates = np.unique(scores)  # (C,) rising
    reached = scores[None] >= candidates[:, None]  # (C, Q)
    balanced = reached[:, answerable].mean(axis=1) + (~reached[:, ~answerable]).mean(axis=1)
    return float(candidates[balanced.argmax()])


class Remember:
    """An encoder that encodes each text once, because readers see the same sentences many times."""

    def __init__(self, encode: Encode):
        self.encode = encode
        self.known: dict[str, np.ndarray] = {}

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        new = sorted({text for text in texts if text not in self.known})
        if new:
            self.known.update(zip(new, self.encode(new), strict=True))
        return np.stack([self.known[text] for text in texts])


# What can be asked for, in plain words; a question asks for what its vector is most similar to. After a first
# run the last one was put otherwise: "takes images as well as text" lost its questions to the abilities.
WANTED = {
    "year": "the year in which it was made",
    "organisation": "the company or institution that made it",
    "abilities": "the things that it can do",
    "multimodal": "whether it takes several kinds of input, such as text and images",
}


class TextReader:
    """Copies an answer from texts.

    What the question asks for, a key of `WANTED`, decides what a candidate is: a number of four digits; a
    name (words with a capital letter) that is not in the question; the parts of a list. The answer is the one
    whose sentence is most similar to the question, with and without names, and to the words of `WANTED`. For
    yes or no the answer is the first name of each text that seems to say yes. Of the texts only those are
    read that hold a name of the question; when there are none, the first.
    """

    def __init__(self, encode: Encode):
        self.encode = encode

    def __call__(self, question: str, values: list[str]) -> tuple[str, ...]:
        kind = asked_for(self.encode, question)
        values = _about(question, values, _names)
        if kind == "multimodal":
            return tuple(_names(text)[0] for text in values if self._takes_images(text))
        pairs = [pair for text in values for pair in _candidates(question, text, kind)]
        if not pairs:
            return ()
        said = [sentence for sentence, _ in pairs]
        like = self.encode(said) @ self.encode([question])[0]  # (S,)
        without = self.encode([_without_names(sentence) for sentence in said])  # (S, d)
        like += without @ self.encode([_without_names(question), WANTED[kind]]).sum(axis=0)
        return pairs[int(like.argmax())][1]

    def _takes_images(self, text: str) -> bool:
        yes, no = self.encode(["it takes images as well as text", "it takes text only, no images"])
        sentences = self.encode([_without_names(sentence) for sentence in _sentences(text)])
        for_yes, for_no = (sentences @ yes).max(), (sentences @ no).max()
        return bool(_names(text)) and bool(for_yes > max(for_no, _UNLIKE))


class RecordReader:
    """Takes a field out of records whose fields are those of `WANTED` and `name`.

    The field is what the question asks for, and the records are chosen, as `TextReader` does it. A field of
    true and false gives the name of each record in which it is true.
    """

    def __init__(self, encode: Encode):
        self.encode = encode

    def __call__(self, question: str, values: list[dict[str, Any]]) -> tuple[str, ...]:
        field = asked_for(self.encode, question)
        values = _about(question, values, lambda record: map(str, record.values()))
        found = values[0][field]
        if isinstance(found, bool):
            return tuple(record["name"] for record in values if record[field])
        return tuple(found) if isinstance(found, list) else (str(found),)


def asked_for(encode: Encode, question: str) -> str:
    """The key of `WANTED` whose words are most similar to the question."""
    like = encode(list(WANTED.values())) @ encode([_without_names(question)])[0]
    return list(WANTED)[int(like.argmax())]


def _candidates(question: str, text: str, kind: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Sentences, each with an answer that it could give."""
    for sentence in _sentences(text):
        if kind == "year":
            yield from ((sentence, (year,)) for year in re.findall(r"\b[12]\d{3}\b", sentence))
        elif kind == "organisation":
            yield from ((sentence, (name,)) for name in _names(sentence) if name not in _names(question))
        else:
            parts = re.split(r", | and |[;:()]", sentence.rstrip("."))
            yield sentence, tuple(part.strip() for part in parts if part.strip())


def _about(question: str, values: list, names: Callable[[Any], Iterable[str]]) -> list:
    """The values that hold a name of the question, or else the first; all when the question holds no name."""
    asked = set(_names(question))
    return [value for value in values if asked.intersection(names(value))] or values[:1] if asked else values


def _names(text: str) -> list[str]:
    """Words with a capital letter that stand together: "Calder and Finch", "Zorvane 2"."""
    names = []
    for found in re.findall(r"[A-Z]\w+(?: (?:and |of )?[A-Z]\w+| \d\b)*", text):
        words = found.split()
        while words and (words[0].lower() in ENGLISH_STOP_WORDS or words[0].isdigit()):
            del words[0]  # "It", "After": capital letters that begin a sentence
        names += [" ".join(words)] if words else []
    return names


def _without_names(text: str) -> str:
    """The text with "it" for names, because what is asked does not depend on them."""
    for name in sorted(_names(text), key=len, reverse=True):
        text = text.replace(name, "it")
    return text


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.!?]) ", text) if sentence]


def _words(texts: Sequence[str]) -> list[list[str]]:
    return bm25s.tokenize(list(texts), token_pattern=r"\w+", return_ids=False, show_progress=False)


def _ranked(scores: np.ndarray, k: int) -> Ranking:
    """The k highest of each row, of equal ones the first."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return Ranking(best, np.take_along_axis(scores, best, axis=1))


def _check_k(k: int, retriever: Retriever) -> None:
    if not 1 <= k <= len(retriever):
        raise ValueError(f"k={k}: there are {len(retriever)} passages to choose from, and k starts at 1")
