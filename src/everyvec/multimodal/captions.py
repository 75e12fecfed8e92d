"""Captions as numbers, for both kinds of text encoder: English by words, Chinese by characters."""

import re
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn

from everyvec.pretext.vocabulary import Vocabulary

PAD, START, END = 0, 1, 2  # as in everyvec.attention.seq2seq
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")


def split(caption: str) -> list[str]:
    """Words in lower case, and each Chinese character by itself; marks fall out.

    >>> split("A black cat: 黑猫")
    ['a', 'black', 'cat', '黑', '猫']
    """
    return _TOKEN.findall(caption.lower())


class Captions:
    """The tokens of captions, and their numbers: 0 is padding, 1 the start, 2 the end, then the tokens, most
    frequent first.

    Args:
        captions: texts whose tokens are to be known.
        min_count: tokens seen less often stay unknown.
    """

    def __init__(self, captions: Iterable[str], min_count: int = 1):
        known = Vocabulary([split(caption) for caption in captions], min_count)
        self._number_all(["<pad>", "<start>", "<end>", *known.words])

    @classmethod
    def kept(cls, words: Sequence[str]) -> "Captions":
        """Those whose `words` were kept with a model."""
        captions = cls.__new__(cls)
        captions._number_all(words)
        return captions

    def _number_all(self, words: Sequence[str]) -> None:
        self.words = list(words)
        self._number = {word: number for number, word in enumerate(words)}

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, captions: Sequence[str]) -> Tensor:
        """(B, N) numbers: of each caption the start, its known tokens and the end, and padding up to the
        longest. Tokens that are not known are left out.

        Raises:
            ValueError: for no caption at all, and for one of which nothing is known.
        """
        rows = [[self._number[token] for token in split(text) if token in self._number] for text in captions]
        for row, caption in zip(rows, captions, strict=True):
            if not row:
                raise ValueError(f"the caption {caption!r} is empty, or none of its words is known")
        if not rows:
            raise ValueError("there is no caption to encode")
        tensors = [torch.tensor([START, *row, END]) for row in rows]
        return nn.utils.rnn.pad_sequence(tensors, batch_first=True, padding_value=PAD)
