"""The one place from which every seed comes, so that a whole lesson can be run again with others.

The library and the lessons number their seeds 0, 1, 2, …. The environment variable `EVERYVEC_SEEDS` moves all
of
them at once: with `EVERYVEC_SEEDS=3`, number 0 means another seed than with `EVERYVEC_SEEDS=2`. `make claims`
uses it to find out which claims hold only by luck.
"""

import os

import numpy as np

# More than any lesson counts to, so that no two sets of seeds meet.
_APART = 1_000_003


def of(number: int = 0) -> int:
    """The seed with this number, for whatever takes an int: torch, scikit-learn, gensim, `random`.

    Args:
        number: 0, 1, 2, …. Without `EVERYVEC_SEEDS` it is the seed itself.

    Raises:
        ValueError: when `EVERYVEC_SEEDS` is not a whole number from 0 to 999.
    """
    asked = os.environ.get("EVERYVEC_SEEDS", "").strip() or "0"
    if not (asked.isdecimal() and int(asked) < 1000):
        raise ValueError(f"EVERYVEC_SEEDS={asked!r}: set it to a whole number from 0 to 999, or unset it")
    return int(number) + _APART * int(asked)


def rng(number: int = 0) -> np.random.Generator:
    """numpy's random generator that starts from the seed with this number."""
    return np.random.default_rng(of(number))
