"""Words to integers and back, and the (centre, context) pairs that a window cuts out of sentences."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np


class Vocabulary:
    """The words of a corpus, most frequent first; word number `i` is `words[i]`.

    Args:
        sentences: lists of words.
        min_count: words seen less often are left out.

    Attributes:
        words: V words, most frequent first, ties in alphabetical order.
        index: word → its number.
        counts: (V,) int64, how often each word occurs.
    """

    def __init__(self, sentences: Iterable[Sequence[str]], min_count: int = 1):
        seen = Counter(word for sentence in sentences for word in sentence)
        kept = sorted((-count, word) for word, count in seen.items() if count >= min_count)
        if not kept:
            raise ValueError(f"no word occurs {min_count} times or more")
        self.words = [word for _, word in kept]
        self.index = {word: number for number, word in enumerate(self.words)}
        self.counts = np.array([-count for count, _ in kept])

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, sentences: Iterable[Sequence[str]]) -> list[np.ndarray]:
        """Each sentence as an int64 array of word numbers; unknown words are dropped, and the gap closes."""
        index = self.index
        return [
            np.array([index[word] for word in sentence if word in index], dtype=np.int64)
            for sentence in sentences
        ]


def skipgram_pairs(encoded: Sequence[np.ndarray], window: int) -> np.ndarray:
    """All (centre, context) pairs at most `window` words apart in the same sentence.

    Args:
        encoded: sentences as arrays of word numbers.
        window: reach to each side, at least 1, the same for every position.

    Returns:
        (N, 2) int64; each unordered pair of positions gives both (i, j) and (j, i).
    """
    tokens, sentence = _flatten(encoded)
    pairs = []
    for distance in range(1, window + 1):
        together = sentence[:-distance] == sentence[distance:]
        left, right = tokens[:-distance][together], tokens[distance:][together]
        pairs += [np.stack([left, right], axis=1), np.stack([right, left], axis=1)]
    return np.concatenate(pairs)


def cbow_windows(encoded: Sequence[np.ndarray], window: int) -> tuple[np.ndarray, np.ndarray]:
    """For each position its word and the words around it.

    Args:
        encoded: sentences as arrays of word numbers.
        window: reach to each side, at least 1.

    Returns:
        centres (N,) int64 and contexts (N, 2·window) int64, where −1 fills the places beyond the sentence's
        ends. Positions without any context (one-word sentences) are left out.
    """
    tokens, sentence = _flatten(encoded)
    contexts = np.full((len(tokens), 2 * window), -1)
    for distance in range(1, window + 1):
        together = np.flatnonzero(sentence[:-distance] == sentence[distance:])
        contexts[together + distance, window - distance] = tokens[together]
        contexts[together, window + distance - 1] = tokens[together + distance]
    has_context = (contexts >= 0).any(axis=1)
    return tokens[has_context], contexts[has_context]


def _flatten(encoded: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    # one long row of tokens, and for each token the number of its sentence
    lengths = [len(sentence) for sentence in encoded]
    return np.concatenate(encoded), np.repeat(np.arange(len(encoded)), lengths)
