"""Types beyond numbers, texts, lists and arrays that cross between the processes as what they are.

What is sent of one are its name and its parts, plain data themselves. What is made of hostile parts is at
worst an object of that type with nonsense in it.
"""

from __future__ import annotations

import datetime
import importlib
import pathlib
import random
import sys
import zoneinfo
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache, partial
from typing import Any

import numpy as np


def _time(data: datetime.time) -> list:
    return [data.hour, data.minute, data.second, data.microsecond, data.tzinfo, data.fold]


def _date(data: datetime.date) -> list:
    return [data.year, data.month, data.day]


def _made_time(kind: type, *parts: Any) -> Any:
    *parts, zone, fold = parts
    return kind(*parts, tzinfo=zone, fold=fold)


def _random(state: list) -> random.Random:
    made = random.Random()
    made.setstate(tuple(state))
    return made


def _random_state(name: str, key: np.ndarray, pos: int, *gauss: Any) -> np.random.RandomState:
    if name != "MT19937" or not 0 <= int(pos) <= 624:  # numpy would read beyond its array
        raise ValueError("no state of a generator")
    made = np.random.RandomState()
    made.set_state((name, key, int(pos), *gauss))
    return made


# type → (what is sent of it, how it is made again)
KINDS: dict[type, tuple[Callable[[Any], list], Callable[..., Any]]] = {
    Counter: (lambda data: [dict(data)], Counter),
    OrderedDict: (lambda data: [list(data.items())], OrderedDict),
    defaultdict: (lambda data: [data.default_factory, dict(data)], defaultdict),
    deque: (lambda data: [list(data), data.maxlen], deque),
    bytearray: (lambda data: [bytes(data)], lambda data: bytearray() + data),  # of a number, it has so many
    type({}.keys()): (lambda data: [list(data)], lambda keys: dict.fromkeys(keys).keys()),
    type({}.values()): (lambda data: [list(data)], lambda values: dict(enumerate(values)).values()),
    type({}.items()): (lambda data: [list(data)], lambda items: dict(items).items()),
    Fraction: (lambda data: [data.numerator, data.denominator], Fraction),
    Decimal: (lambda data: [str(data)], Decimal),
    datetime.date: (_date, datetime.date),
    datetime.time: (_time, partial(_made_time, datetime.time)),
    datetime.datetime: (lambda data: _date(data) + _time(data), partial(_made_time, datetime.datetime)),
    datetime.timedelta: (lambda data: [data.days, data.seconds, data.microseconds], datetime.timedelta),
    datetime.timezone: (lambda data: list(data.__getinitargs__()), datetime.timezone),
    zoneinfo.ZoneInfo: (lambda data: [data.key], zoneinfo.ZoneInfo),
    type(pathlib.Path()): (lambda data: [str(data)], pathlib.Path),
    random.Random: (lambda data: [list(data.getstate())], _random),
    np.random.RandomState: (lambda data: list(data.get_state()), _random_state),
    np.matrix: (lambda data: [np.asarray(data)], np.matrix),
}
NAMES = {f"{kind.__module__}.{kind.__qualname__}": kind for kind in KINDS}
# What crosses of an object of a type that only adds something to one of these.
BASES = {
    int: lambda data: int.__add__(data, 0),
    float: float.__pos__,
    str: lambda data: str.__getitem__(data, slice(None)),
    bytes: lambda data: bytes.__getitem__(data, slice(None)),
}


def parts_of(data: Any, export: Callable[[Any], Any]) -> list | None:
    """[what kind it is, its parts …] of what crosses as it is; None for anything else. Where the other side
    may not know the class of `data`, `export` gives what stands for it there, or None."""
    exact = type(data)
    name, module = exact.__name__, exact.__module__.partition(".")[0]
    if exact in KINDS:
        return [f"{exact.__module__}.{exact.__qualname__}", *KINDS[exact][0](data)]
    if module == "pandas" and name in PANDAS:
        return [f"pandas.{name}", *PANDAS[name][0](data)]
    if module == "sympy":
        return _sympy(data)
    if isinstance(data, Enum):
        return ["enum", name, data.name, int(data) if isinstance(data, int) else export(data)]
    if isinstance(data, tuple) and hasattr(exact, "_fields"):
        return ["namedtuple", name, list(exact._fields), list(data)]
    if is_dataclass(exact) and hasattr(data, "__dict__"):
        return ["dataclass", name, dict(vars(data)), export(data)]
    return next((["base", plain(data)] for base, plain in BASES.items() if isinstance(data, base)), None)


def made_of(kind: str, parts: list, known: Callable[[str], Any]) -> Any:
    """What `parts_of` took apart. `known` gives what a name means on this side, or None. LookupError where
    that is no such class and nothing stands for the object; what the type raises for parts not its own."""
    where, _, what = kind.partition(".")
    if kind in NAMES:
        return KINDS[NAMES[kind]][1](*parts)
    if where == "pandas":
        return PANDAS[what][1](*parts)
    if where == "sympy":
        return _made_sympy(what, *parts)
    if kind == "base":
        return parts[0]
    name, names, rest = parts
    theirs = known(name)
    theirs = theirs if isinstance(theirs, type) else object
    if kind == "namedtuple":
        same = issubclass(theirs, tuple) and list(getattr(theirs, "_fields", ())) == names
        return tuple.__new__(theirs if same else _named(str(name), tuple(names)), rest)
    if kind == "enum" and issubclass(theirs, Enum):
        return theirs[names]
    if kind == "dataclass" and is_dataclass(theirs) and {field.name for field in fields(theirs)} >= {*names}:
        made = object.__new__(theirs)  # its __init__ may compute what has come already
        for field, value in names.items():
            object.__setattr__(made, field, value)
        return made
    if rest is None:
        raise LookupError(f"only the test knows the class {name}: define it in a cell that is given")
    return rest


_named = cache(namedtuple)


# ------------------------------------------------------------------------- pandas and sympy, where they are


def _module(name: str) -> Any:
    """Imported now, where only the other side has used it so far."""
    return sys.modules.get(name) or importlib.import_module(name)


def _column(values: Any) -> list:
    """[its dtype's name, its values]: an array, or a list where numpy has no such dtype."""
    if isinstance(values.dtype, np.dtype):
        return [str(values.dtype), values.to_numpy()]
    missing = values.isna()
    values = values.astype(str) if values.dtype.kind == "M" else values
    return [str(values.dtype), [None if gone else v for v, gone in zip(values, missing, strict=True)]]


def _made_column(dtype: str, values: Any) -> Any:
    return values if isinstance(values, np.ndarray) else _module("pandas").array(values, dtype=str(dtype))


def _index(data: Any) -> list:
    return [list(data.names), *(_column(data.get_level_values(n)) for n in range(data.nlevels))]


def _made_index(names: list, *levels: list) -> Any:
    pandas, columns = _module("pandas"), [_made_column(*level) for level in levels]
    if len(columns) > 1:
        return pandas.MultiIndex.from_arrays(columns, names=names)
    return pandas.Index(columns[0], name=names[0])


def _frame(data: Any) -> list:
    columns = [_column(data.iloc[:, n]) for n in range(data.shape[1])]
    return [_index(data.index), _index(data.columns), columns]


def _made_frame(index: list, names: list, columns: list) -> Any:
    made = {n: _made_column(*column) for n, column in enumerate(columns)}
    return _module("pandas").DataFrame(made, _made_index(*index)).set_axis(_made_index(*names), axis=1)


PANDAS = dict.fromkeys(("Index", "RangeIndex", "MultiIndex", "DatetimeIndex"), (_index, _made_index))
PANDAS["Series"] = (
    lambda data: [data.name, _index(data.index), _column(data)],
    lambda name, index, column: _module("pandas").Series(
        _made_column(*column), _made_index(*index), name=name
    ),
)
PANDAS |= {"DataFrame": (_frame, _made_frame)}
CONSTANTS = ("Pi", "Exp1", "ImaginaryUnit", "Infinity", "NegativeInfinity", "NaN", "ComplexInfinity")


def _sympy(data: Any) -> list | None:
    """Numbers; an expression would have to be evaluated."""
    numbers = _module("sympy.core.numbers")
    if isinstance(data, numbers.Rational):
        return ["sympy.Rational", int(data.p), int(data.q)]
    if isinstance(data, numbers.Float):
        return ["sympy.Float", str(data), int(data._prec)]
    return ["sympy.S", type(data).__name__] if type(data).__name__ in CONSTANTS else None


def _made_sympy(kind: str, *parts: Any) -> Any:
    sympy = _module("sympy")
    if kind == "Float":
        return sympy.Float(str(parts[0]), precision=int(parts[1]))
    if kind == "Rational":
        return sympy.Rational(*map(int, parts))
    return getattr(sympy.S, CONSTANTS[CONSTANTS.index(parts[0])])
