"""Words to integers and back."""

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
