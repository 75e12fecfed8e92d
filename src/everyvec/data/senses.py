"""Real sentences with a word that has two senses, and the sense, which nobody had to write down.

English writes some senses with a capital letter: "in May" and "it may", "the US" and "with us", "Bond" the
spy and a bond. So the text itself says which sense is meant, and a model that reads lower-case letters only
cannot see it. The sentences are from the excerpt of Wikipedia that comes with gensim and from the film
reviews and editorials of `reviews`. A word at the start of a sentence, and a sentence that looks like a
title, are left out.

A capital letter is a rough sign. Most words with one are names, and some are names of the same thing: a few
of the acts in "act" are laws in both spellings.
"""

import bz2
import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from gensim.corpora.wikicorpus import extract_pages, filter_wiki
from gensim.test.utils import datapath

from everyvec import seeds
from everyvec.data import facts, reviews
from everyvec.data.text import _WIKIPEDIA

WORDS = ("act", "aids", "bill", "bond", "brown", "house", "mark", "may", "miss", "rock", "rose", "us", "will")


class Use(NamedTuple):
    """A word in a sentence.

    Attributes:
        word: in lower-case letters.
        sense: 1 where the text has it with a capital letter, else 0.
        text: the sentence.
        at: where in the sentence the word begins, in characters.
    """

    word: str
    sense: int
    text: str
    at: int


def uses(most: int = 20, seed: int = 0) -> list[Use]:
    """Uses of the words in `WORDS`, as many of one sense as of the other. Takes about 5 s.

    Args:
        most: of a word's sentences of one sense, at most that many are drawn.
        seed: which ones.
    """
    rng, chosen = seeds.rng(seed), []
    for word in WORDS:
        found = [[use for use in _all()[word] if use.sense == sense] for sense in (0, 1)]
        count = min(most, *map(len, found))
        for of_sense in found:
            numbers = rng.choice(len(of_sense), count, replace=False)
            chosen += [of_sense[n] for n in sorted(numbers)]
    return chosen


@cache
def _all() -> dict[str, list[Use]]:
    found, seen = defaultdict(list), set()
    for text in _texts():
        tokens = list(re.finditer(r"[A-Za-z]+", text))
        large = sum(token[0][0].isupper() for token in tokens)
        if not 6 <= len(tokens) <= 40 or 2 * large > len(tokens) or text in seen:
            continue
        seen.add(text)
        words = [token[0].lower() for token in tokens]
        for token, word in zip(tokens, words, strict=True):
            # "us" with one capital begins a sentence or a title; "US" is the country
            capital = token[0].isupper() if word in ("us", "aids") else token[0].istitle()
            if word in WORDS and token.start() and words.count(word) == 1 and (capital or token[0].islower()):
                found[word].append(Use(word, int(capital), text, token.start()))
    return found


def _texts() -> list[str]:
    with bz2.open(datapath(_WIKIPEDIA)) as file:
        pages = [filter_wiki(page) for _, page, _ in extract_pages(file, ("0",))]
    texts = [part for page in pages for line in facts._prose(page) for part in facts._sentences(line)]
    for part in reviews.load():
        texts += part.of("film", "editorial").texts
    return texts
