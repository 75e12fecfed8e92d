"""An invented electronics shop: who bought what, when, and together with what, with the ground truth.

Six *kits* (phone, computer, photo, …) hold five categories each, and the same five brands make every
category. A user likes some kits more than others and has a favourite brand in each. A basket is about one
kit: a few items of different categories, most of them of the favourite brand, and now and then a stray
item. A user who owns a phone rarely buys another. So items of one kit and brand **go together**
(complements), and items of one category **replace each other** (substitutes). We know both for every item,
which no real log tells us.

Everything is drawn by array operations: 200 000 users take seconds.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from everyvec import seeds

KITS: dict[str, tuple[str, ...]] = {
    "phone": ("phone", "phone case", "charger", "earbuds", "power bank"),
    "computer": ("laptop", "mouse", "keyboard", "monitor", "laptop bag"),
    "game": ("console", "controller", "video game", "headset", "racing wheel"),
    "cinema": ("television", "soundbar", "streaming stick", "wall mount", "projector"),
    "photo": ("camera", "lens", "memory card", "tripod", "camera bag"),
    "music": ("headphones", "speaker", "amplifier", "turntable", "microphone"),
}
CATEGORIES = tuple(category for kit in KITS.values() for category in kit)
BRANDS = ("Aurel", "Bexa", "Corvo", "Dunia", "Elvo")
# Chosen so that popularity is skewed, as in real shops, and no kit or brand is too rare to learn.
_KIT_WEIGHTS = np.array([3.0, 2.0, 2.0, 1.5, 1.0, 1.0])
_PLACE_WEIGHTS = np.array([1.0, 0.8, 0.7, 0.6, 0.5])  # of the five categories of a kit
_BRAND_WEIGHTS = np.array([3.0, 2.0, 1.5, 1.0, 0.8])
_GROUPS = len(CATEGORIES) * len(BRANDS)
_LOYALTY = 0.85  # how often an item is of the user's favourite brand
_STRAY = 0.08  # how often an item has nothing to do with its basket
_AGAIN = 0.15  # how often a user who has something of a category buys another


@dataclass(frozen=True)
class Catalogue:
    """N items, in the order of their categories, then brands, then models.

    Attributes:
        names: N names, such as `"Bexa phone 2"`.
        category: (N,) int64, index into `CATEGORIES`.
        kit: (N,) int64, which of the `KITS`, in their order.
        brand: (N,) int64, index into `BRANDS`.
        appeal: (N,) float64, how much a buyer prefers this model to the others of its category and brand.
    """

    names: list[str]
    category: np.ndarray
    kit: np.ndarray
    brand: np.ndarray
    appeal: np.ndarray

    def __len__(self) -> int:
        return len(self.names)

    def complements(self) -> np.ndarray:
        """(N, N) bool: the same kit and brand, another category: what goes together."""
        same = (self.kit[:, None] == self.kit) & (self.brand[:, None] == self.brand)
        return same & (self.category[:, None] != self.category)

    def substitutes(self) -> np.ndarray:
        """(N, N) bool: the same category, another item: what replaces each other."""
        return (self.category[:, None] == self.category) & ~np.eye(len(self), dtype=bool)


@dataclass(frozen=True)
class Log:
    """E purchases, sorted by user, then by basket; a user's baskets are in the order of their days.

    Attributes:
        user: (E,) int64, from 0 to `users` − 1.
        basket: (E,) int64; no number belongs to two users.
        day: (E,) int64, days since the shop opened; two baskets of a user are never of the same day.
        item: (E,) int64, numbers in the catalogue, each at most once in a basket, in no particular order.
        users: how many users there are, those without a purchase in this part of a log included.
    """

    user: np.ndarray
    basket: np.ndarray
    day: np.ndarray
    item: np.ndarray
    users: int

    def __len__(self) -> int:
        return len(self.item)

    def only(self, chosen: np.ndarray) -> "Log":
        """The purchases where `chosen` (E,) bool is true."""
        return Log(self.user[chosen], self.basket[chosen], self.day[chosen], self.item[chosen], self.users)

    def baskets(self) -> list[list[int]]:
        """The items of each basket, as plain lists."""
        return _pieces(self.item, np.flatnonzero(np.diff(self.basket)) + 1)

    def histories(self) -> list[list[int]]:
        """All items of each user, oldest basket first, as plain lists; `[]` for a user without a purchase."""
        return _pieces(self.item, np.searchsorted(self.user, np.arange(1, self.users)))


class Split(NamedTuple):
    """Three parts of a log, with the same user numbers: `test` is each user's last basket, `valid` the last
    but one, `train` all before."""

    train: Log
    valid: Log
    test: Log

    def known(self) -> Log:
        """`train` and `valid` as one log: what is known on the day of the test."""
        order = np.argsort(np.concatenate([self.train.basket, self.valid.basket]), kind="stable")
        columns = (
            np.concatenate([getattr(self.train, name), getattr(self.valid, name)])[order]
            for name in ("user", "basket", "day", "item")
        )
        return Log(*columns, self.train.users)


class Shop(NamedTuple):
    """What is sold and what was bought."""

    catalogue: Catalogue
    log: Log


def draw(users: int = 2000, items: int = 300, seed: int = 0) -> Shop:
    """Draw a catalogue and a log in which every user has three baskets or more.

    Args:
        users: how many, at least 1.
        items: how many, at least 150, so that every brand makes something of every category.
        seed: the same seed and sizes, the same shop.
    """
    return _draw(users, items, seed)[0]


def tastes(users: int = 2000, items: int = 300, seed: int = 0) -> np.ndarray:
    """The truth behind `draw` with the same arguments: which kits each user really likes.

    Returns:
        (U, 6) float64, for each user the probability that a basket of theirs is about each of the `KITS`. The
        log shows it only in part: a user has some eight baskets.
    """
    return _draw(users, items, seed)[1]


def _draw(users: int, items: int, seed: int) -> tuple[Shop, np.ndarray]:
    if users < 1 or items < _GROUPS:
        raise ValueError(f"need at least 1 user and {_GROUPS} items, got {users} and {items}")
    rng = seeds.rng(seed)
    catalogue = _catalogue(items, rng)
    people = 2 * users + 50  # some buy too seldom, and are left out below

    taste = rng.dirichlet(0.5 * _KIT_WEIGHTS / _KIT_WEIGHTS.mean(), people)  # (P, 6)
    favourite = _choose(_BRAND_WEIGHTS, (people, len(KITS)), rng)  # (P, 6)

    visits = 4 + rng.poisson(5, people)  # (P,)
    person = np.repeat(np.arange(people), visits)  # (B,), one entry for each basket
    gaps = rng.geometric(1 / 45, len(person))  # (B,) days since the last basket
    day = np.cumsum(gaps)
    day = day - np.repeat(day[np.cumsum(visits) - visits], visits)
    kit = (rng.random((len(person), 1)) > taste.cumsum(axis=1)[person, :-1]).sum(axis=1)  # (B,)

    basket = np.repeat(np.arange(len(person)), 1 + rng.poisson(2.5, len(person)))  # (E,)
    category = kit[basket] * 5 + _choose(_PLACE_WEIGHTS, len(basket), rng)
    loyal = rng.random(len(basket)) < _LOYALTY
    brand = np.where(loyal, favourite[person[basket], kit[basket]], _choose(_BRAND_WEIGHTS, len(basket), rng))
    stray = rng.random(len(basket)) < _STRAY
    category[stray] = _choose(np.outer(_KIT_WEIGHTS, _PLACE_WEIGHTS).ravel(), stray.sum(), rng)
    item = _model(catalogue, category * len(BRANDS) + brand, rng)

    kept = _once(basket, category)
    kept &= _once(person[basket], category) | (rng.random(len(basket)) < _AGAIN)
    kept &= _once(person[basket], item)
    log = Log(person[basket], basket, day[basket], item, people).only(kept)
    regular = _first_regulars(log, users)  # (U,)
    return Shop(catalogue, _renumbered(log, regular)), taste[regular]


def split(log: Log) -> Split:
    """Cut off each user's last basket (test) and last but one (valid)."""
    starts = np.flatnonzero(np.diff(log.basket, prepend=-1))  # (B,) where each basket begins
    owner = log.user[starts]  # (B,)
    left = np.searchsorted(owner, owner, side="right") - np.arange(len(owner)) - 1  # (B,) baskets to come
    left = np.repeat(left, np.diff(starts, append=len(log)))  # (E,)
    return Split(log.only(left >= 2), log.only(left == 1), log.only(left == 0))


def _catalogue(items: int, rng: np.random.Generator) -> Catalogue:
    models = items // _GROUPS + (np.arange(_GROUPS) < items % _GROUPS)  # (G,) of each category and brand
    group = np.repeat(np.arange(_GROUPS), models)  # (N,)
    number = np.arange(items) - np.repeat(np.cumsum(models) - models, models)  # (N,) from 0 within its group
    category, brand = np.divmod(group, len(BRANDS))
    names = [f"{BRANDS[b]} {CATEGORIES[c]} {n + 1}" for b, c, n in zip(brand, category, number, strict=True)]
    appeal = rng.lognormal(0, 0.5, items) / (number + 1)
    return Catalogue(names, category, category // 5, brand, appeal)


def _choose(weights: np.ndarray, shape, rng: np.random.Generator) -> np.ndarray:
    return rng.choice(len(weights), shape, p=weights / weights.sum())


def _model(catalogue: Catalogue, group: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    # An item of each wanted group (E,), in proportion to appeal. Groups lie side by side on one line of
    # cumulated appeal, so that a point between a group's ends is an item of that group.
    line = np.concatenate([[0.0], np.cumsum(catalogue.appeal)])  # (N + 1,)
    of_item = catalogue.category * len(BRANDS) + catalogue.brand  # (N,) ascending
    first = np.searchsorted(of_item, np.arange(_GROUPS + 1))  # (G + 1,)
    low, high = line[first[group]], line[first[group + 1]]
    point = low + rng.random(len(group)) * (high - low)
    found = np.searchsorted(line, point, side="right") - 1
    return np.clip(found, first[group], first[group + 1] - 1)  # rounding at a group's ends


def _once(owner: np.ndarray, thing: np.ndarray) -> np.ndarray:
    # (E,) bool: true where this owner has this thing for the first time
    _, first = np.unique(owner * (thing.max() + 1) + thing, return_index=True)
    mask = np.zeros(len(owner), dtype=bool)
    mask[first] = True
    return mask


def _first_regulars(log: Log, users: int) -> np.ndarray:
    # (U,) the first people who have three baskets or more
    starts = np.flatnonzero(np.diff(log.basket, prepend=-1))
    regular = np.flatnonzero(np.bincount(log.user[starts], minlength=log.users) >= 3)[:users]
    if len(regular) < users:
        raise RuntimeError(f"only {len(regular)} of {log.users} people came three times")
    return regular


def _renumbered(log: Log, regular: np.ndarray) -> Log:
    # the purchases of these people alone, with users and baskets numbered from 0
    log = log.only(np.isin(log.user, regular))
    basket = np.cumsum(np.diff(log.basket, prepend=log.basket[0]) != 0)
    return Log(np.searchsorted(regular, log.user), basket, log.day, log.item, len(regular))


def _pieces(values: np.ndarray, cuts: np.ndarray) -> list[list[int]]:
    values = values.tolist()
    return [values[a:b] for a, b in pairwise([0, *cuts.tolist(), len(values)])]
