"""23 346 real sentences with human ratings, from films' and products' reviews, editorials and tweets.

Each rating, from −4 (extremely negative) to 4 (extremely positive), is the mean of at least 15 people's.
Hutto and Gilbert collected them to test the rules of VADER, and published them under the MIT licence with
the package vaderSentiment 3.3.2. Other people wrote the sentences: reviewers on Rotten Tomatoes (collected by
Pang and Lee), customers of Amazon (collected by Hu and Liu), the New York Times, and people on Twitter, whose
names and links were replaced. The file reviews.LICENSE beside this one has the licence and the credits. Some
of the tweets swear.

`tools/reviews.py` packed them. Of 23 703 sentences it left out 196 tweets whose rating is not the same in
both files of the collection, and 161 sentences with nearly the same letters as an earlier one.

Two tasks share the sentences: is one positive or negative (`clear`, `positive`), and where is it from
(`source`)? The second has an easy side: product reviews have no capital letters, and tweets hold "@anonymous"
and "http://url_removed" in place of names and links.

Hutto, Gilbert: VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text, ICWSM
2014.
"""

import bz2
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

SOURCES = ("film", "product", "editorial", "tweet")

_PACKED = Path(__file__).with_suffix(".tsv.bz2")
_SHA256 = "7b97790bf28f537db0c4ca4864d33c01da79ca76c762431dc50f0684a5085428"


@dataclass(frozen=True)
class Sentences:
    """N sentences.

    Attributes:
        texts: the sentences.
        rating: (N,) float32, the mean of the ratings, from −4 to 4.
        source: (N,) int64, the number of the source in `SOURCES`.
    """

    texts: list[str]
    rating: np.ndarray
    source: np.ndarray

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def positive(self) -> np.ndarray:
        """(N,) int64: 1 where the rating is above 0, else 0. What `clear` leaves has no doubtful ones."""
        return (self.rating > 0).astype(np.int64)

    def only(self, chosen: np.ndarray) -> "Sentences":
        """These sentences: (N,) bool, or their numbers in the order wanted."""
        numbers = np.arange(len(self))[chosen]
        return Sentences([self.texts[n] for n in numbers], self.rating[numbers], self.source[numbers])

    def of(self, *sources: str) -> "Sentences":
        """The sentences of these sources.

        Raises:
            ValueError: for a source that is not in `SOURCES`.
        """
        if unknown := [source for source in sources if source not in SOURCES]:
            raise ValueError(f"there is no source {unknown[0]!r}; there are {', '.join(SOURCES)}")
        return self.only(np.isin(self.source, [SOURCES.index(source) for source in sources]))

    def clear(self) -> "Sentences":
        """The sentences rated below −.5 or above .5: those with a sentiment."""
        return self.only(np.abs(self.rating) > 0.5)


class Split(NamedTuple):
    """Three parts: train to learn from, valid to choose settings, test to measure once at the end."""

    train: Sentences
    valid: Sentences
    test: Sentences


def load() -> Split:
    """The sentences in three fixed parts, about 70, 10 and 20 of 100.

    All sentences of one product review or one editorial are in the same part. A hash of its number says in
    which, so that the parts are the same on every machine. No sentence has nearly the same letters as one of
    another part. Which films and which people the other sentences are about is not known: two sentences
    about one film may be in two parts.

    Raises:
        FileNotFoundError: when the packed file is not there.
        ValueError: when it is not the one that belongs here.
    """
    if not _PACKED.is_file():
        raise FileNotFoundError(f"{_PACKED} is missing; python -m tools.reviews makes it")
    packed = _PACKED.read_bytes()
    found = hashlib.sha256(packed).hexdigest()
    if found != _SHA256:
        raise ValueError(f"{_PACKED} is damaged or another (its SHA-256 begins {found[:8]})")
    lines = bz2.decompress(packed).decode().splitlines()
    source, document, rating, texts = zip(*(line.split("\t") for line in lines), strict=True)
    whole = Sentences(
        list(texts),
        np.array(rating, dtype=np.float32),
        np.array([SOURCES.index(name) for name in source], dtype=np.int64),
    )
    part = np.array([_part(*of) for of in zip(source, document, strict=True)])
    return Split(*(whole.only(part == name) for name in Split._fields))


def _part(source: str, document: str) -> str:
    # By a hash and not by a seed, since a library's random numbers may change with its version.
    tenth = int.from_bytes(hashlib.sha256(f"{source} {document}".encode()).digest()[:4]) % 10
    return "train" if tenth < 7 else "valid" if tenth == 7 else "test"
