"""A toy language in which one word of each sentence depends on another one, at a known distance.

Each sentence has a *cue*, then a filler that says nothing about it, then the *answer* that the cue asks for:

    the  dogs  near the tree  sleep  now
         cue   filler         answer

Five kinds of knowledge are needed to say the answer: grammar (number), context (a name comes back), fact
(capitals), cause (what it does) and pragmatics (how one replies). Fillers have 0, 1, 3 or 6 words, so the
answer stands 1, 2, 4 or 7 words after its cue.

Minimal pairs, one right and one wrong sentence that differ in one word, are how language models are asked
what they know. Linzen, Dupoux and Goldberg: Assessing the Ability of LSTMs to Learn Syntax-Sensitive
Dependencies, TACL 2016, arXiv:1611.01368. Warstadt et al.: BLiMP, TACL 2020, arXiv:1912.00582.
"""

import math
import random
from typing import NamedTuple

from everyvec import seeds

KINDS = ("grammar", "context", "fact", "cause", "pragmatics")
DISTANCES = (1, 2, 4, 7)  # from the cue to the answer; adverb 1, phrase 3, two phrases 6 words

_NAMES = "anna ben clara david emma felix grace henry".split()
_SINGULAR = "dog cat child farmer".split()
_PLURAL = "dogs cats children farmers".split()
_VERBS = [("sleeps", "sleep"), ("waits", "wait"), ("runs", "run")]
# Kind → what stands before the cue, which answer belongs to which cue, and what follows the answer. Grammar
# has many cues for two forms and is drawn in `_cues_and_answers`.
_FRAMES: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "context": ("this is", dict(zip(_NAMES, _NAMES, strict=True)), ["laughs", "smiles", "nods"]),
    "fact": (
        "in",
        {
            "france": "paris",
            "italy": "rome",
            "japan": "tokyo",
            "china": "beijing",
            "egypt": "cairo",
            "russia": "moscow",
            "peru": "lima",
            "kenya": "nairobi",
        },
        ["is the capital", "is the largest town"],
    ),
    "cause": (
        "the",
        {
            "rain": "soaked",
            "fire": "burned",
            "frost": "froze",
            "wind": "scattered",
            "hammer": "broke",
            "brush": "painted",
            "knife": "cut",
            "soap": "washed",
        },
        ["the fence", "the basket", "the cloth"],
    ),
    "pragmatics": (
        "someone says",
        {
            "thanks": "welcome",
            "sorry": "forgiven",
            "hello": "hi",
            "goodbye": "farewell",
            "please": "certainly",
            "congratulations": "thankyou",
            "cheers": "health",
            "really": "indeed",
        },
        ["comes the reply", "answers the other"],
    ),
}
_PREPOSITIONS = "near behind beside under".split()
_PLACES = "tree trees house houses river rivers bridge bridges".split()
_ADVERBS = "today again often here".split()


class Pair(NamedTuple):
    """Two sentences that differ in the answer: `right` has the one that the cue asks for, `wrong` another.
    `kind` is one of `KINDS`, `distance` one of `DISTANCES`."""

    kind: str
    distance: int
    right: list[str]
    wrong: list[str]


def sentences(n: int, seed: int = 0) -> list[list[str]]:
    """Draw `n` right sentences, each kind and each distance equally often on average."""
    rng = random.Random(seeds.of(seed))
    drawn = []
    for _ in range(n):
        kind = rng.choice(KINDS)
        (cue, answer), _ = _cues_and_answers(kind, rng)
        before, after = _around(kind, rng)
        drawn.append([*before, cue, *_filler(rng.choice(DISTANCES), rng), answer, *after])
    return drawn


def pairs(n: int, kind: str, distance: int, seed: int = 0) -> list[Pair]:
    """Draw `n` minimal pairs, in twins.

    Twins have two cues, and the right answer of the one is the wrong answer of the other; all else is the
    same. A model that does not see the cue prefers the same answer in both and is right in exactly one.

    Args:
        n: an even number.
        kind: one of `KINDS`.
        distance: one of `DISTANCES`.
        seed: for all of it.

    Raises:
        ValueError: for an odd number, or an unknown kind or distance.
    """
    if n % 2 or kind not in KINDS or distance not in DISTANCES:
        raise ValueError(f"{n} must be even, {kind!r} one of {KINDS}, {distance} one of {DISTANCES}")
    rng = random.Random(f"{seeds.of(seed)} {kind} {distance}")
    drawn = []
    while len(drawn) < n:
        twins = _cues_and_answers(kind, rng)
        answers = [answer for _, answer in twins]
        before, after = _around(kind, rng)
        filler = _filler(distance, rng)
        for (cue, _), ordered in zip(twins, (answers, answers[::-1]), strict=True):
            right, wrong = ([*before, cue, *filler, answer, *after] for answer in ordered)
            drawn.append(Pair(kind, distance, right, wrong))
    return drawn


def best_perplexity() -> float:
    """The lowest perplexity that a model can have: that of one which knows the language itself."""
    fillers = [0, math.log(len(_ADVERBS)), *(n * math.log(len(_PREPOSITIONS) * len(_PLACES)) for n in (1, 2))]
    nats = math.log(len(KINDS)) + math.log(len(DISTANCES)) + sum(fillers) / len(fillers)
    tokens = sum(DISTANCES) / len(DISTANCES) + 2  # filler and answer; cue and end
    for kind in KINDS:
        before, answers, after = _frame(kind)
        cues = math.log(len(answers) or 2 * len(_SINGULAR)) + (0 if answers else math.log(len(_VERBS)))
        nats += (cues + math.log(len(after))) / len(KINDS)
        words = len(before.split()) + sum(len(ending.split()) for ending in after) / len(after)
        tokens += words / len(KINDS)
    return math.exp(nats / tokens)


def _frame(kind: str) -> tuple[str, dict[str, str], list[str]]:
    return _FRAMES.get(kind, ("the", {}, ["now", "daily", "alone"]))


def _cues_and_answers(kind: str, rng: random.Random) -> list[tuple[str, str]]:
    # two cues with different answers; in grammar the two numbers of a noun and of a verb
    if kind == "grammar":
        number = rng.randrange(len(_SINGULAR))
        twins = list(zip((_SINGULAR[number], _PLURAL[number]), rng.choice(_VERBS), strict=True))
        rng.shuffle(twins)
        return twins
    return rng.sample(sorted(_FRAMES[kind][1].items()), 2)


def _around(kind: str, rng: random.Random) -> tuple[list[str], list[str]]:
    before, _, after = _frame(kind)
    return before.split(), rng.choice(after).split()


def _filler(distance: int, rng: random.Random) -> list[str]:
    if distance == 2:
        return [rng.choice(_ADVERBS)]
    phrases = [[rng.choice(_PREPOSITIONS), "the", rng.choice(_PLACES)] for _ in range(distance // 3)]
    return [word for phrase in phrases for word in phrase]
