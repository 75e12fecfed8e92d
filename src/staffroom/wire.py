"""What crosses between the tester and a student's process: plain data, as the bodies of frames.

A body is MessagePack with our own types for what Python's data has and MessagePack lacks. Nothing is ever
unpickled, and the decoder takes its bytes for hostile: exact types only, sizes checked against the bytes,
limits on depth and number of items. What is no data crosses as a handle: a number that stands for it on the
side where it lives.
"""

from __future__ import annotations

import builtins
import importlib
import io
import itertools
import math
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from dataclasses import is_dataclass
from random import Random
from typing import Any

import msgpack
import numpy as np

from .channel import DEPTH, HOW, Refused
from .kinds import made_of, parts_of

STRUCTURE = 16 << 20  # bytes of a body that are not arrays' contents: bounds the number of Python objects
KINDS = "biufcSUmM"  # kinds of numpy's types whose values are their bytes
# Not the quantised ones, which crash when they are shown.
TENSORS = """float16 bfloat16 float32 float64 complex64 complex128 bool
uint8 uint16 uint32 uint64 int8 int16 int32 int64""".split()
GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
# What numpy does not check when a generator's state is set, and reads beyond its arrays by: name → at most.
STATE = {"pos": 624, "buffer_pos": 4, "has_uint32": 1}
# Types that cross by name: builtin ones and those of numpy's numbers (`dtype=np.float32`).
_all = [kind for kind in [*vars(builtins).values(), *vars(np).values()] if isinstance(kind, type)]
_all = [kind for kind in _all if kind.__module__ == "builtins" or issubclass(kind, np.generic)]
TYPES = {f"{kind.__module__}.{kind.__name__}": kind for kind in _all}
NAMES = {kind: name for name, kind in TYPES.items()}
CHANGEABLE = {list, dict, set, bytearray, deque, Counter, OrderedDict, defaultdict, np.ndarray}
# The numbers of our own types in MessagePack.
EXT = msgpack.ExtType._make
TUPLE, SET, FROZENSET, INT, TYPE, COMPLEX, RANGE, SLICE = range(8)
ARRAY, SCALAR, TENSOR, OBJECTS, GENERATOR, HANDLE, CALLBACK, MADE = range(8, 16)


class Codec:
    """Plain data to bytes and back. `export` gives an object that is no data its (type, body) for the wire,
    or refuses; `resolve` turns a handle or callback that came in into what stands for it here. `known` gives
    what a name means here: an object of a class that both sides know crosses as what it is. A body is the
    length of the MessagePack structure, that structure, and the contents of its arrays; it says how long each
    is. None is read twice, or few bytes would fill the memory."""

    def __init__(
        self,
        export: Callable[[Any], tuple[int, Any]],
        resolve: Callable[[int, Any], Any],
        known: Callable[[str], Any] = lambda name: None,
    ) -> None:
        self.export, self.resolve, self.known = export, resolve, known
        self.contents = io.BytesIO()
        self.depth = 0
        self.packers: list[msgpack.Packer] = []  # those that are not at work: to make one takes a while

    def encode(self, data: Any) -> bytes:
        self.contents = io.BytesIO()
        structure = self._pack(self._told_apart(data))
        return len(structure).to_bytes(4, "big") + structure + self.contents.getbuffer()

    def decode(self, body: bytes) -> Any:
        end = 4 + int.from_bytes(body[:4], "big")
        if end > min(len(body), STRUCTURE):
            raise Refused(f"not plain data: cut off, or more than {STRUCTURE >> 20} MB besides arrays")
        self.depth, self.contents = 0, io.BytesIO(body)
        self.contents.seek(end)
        try:
            return self._unpack(body[4:end])
        except (Refused, MemoryError):
            raise
        except Exception as error:  # whatever hostile bytes bring about
            raise Refused(f"not plain data ({type(error).__name__}: {error})") from None

    def _told_apart(self, data: Any, levels: int = 3) -> Any:
        """MessagePack takes a bytearray for bytes; not one that is an argument, say, or what is returned."""
        if type(data) is bytearray:
            return EXT((MADE, self._pack(parts_of(data, self._stand_in))))
        if type(data) is list and levels and len(data) < 100:
            return [self._told_apart(part, levels - 1) for part in data]
        return data

    def _pack(self, data: Any) -> bytes:
        packers = self.packers
        packer = packers.pop() if packers else msgpack.Packer(default=self._default, strict_types=True, **HOW)
        packed = packer.pack(data)
        if len(packed) < 1 << 20:  # what failed may have left something in it, and a large buffer stays large
            packers.append(packer)
        return packed

    def _default(self, data: Any) -> Any:
        """MessagePack asks this for whatever it does not know by its exact type."""
        if type(data) is tuple:  # first, as there are many
            return EXT((TUPLE, self._pack(list(data))))
        kind, body = self._parts(data)
        return msgpack.ExtType(kind, self._pack(body))

    def _parts(self, data: Any) -> tuple[int, Any]:
        exact, torch = type(data), sys.modules.get("torch")
        if exact in PARTS:
            kind, parts = PARTS[exact]
            return kind, parts(data)
        if exact is np.ndarray and data.dtype.kind == "O":
            return OBJECTS, [list(data.shape), data.ravel().tolist()]
        if exact is np.ndarray and data.dtype.kind in KINDS and data.dtype.names is None:
            return ARRAY, [data.dtype.str, list(data.shape), self.contents.write(data.tobytes())]
        if isinstance(data, np.generic) and exact.__module__ == "numpy" and data.dtype.kind in KINDS:
            return SCALAR, [data.dtype.str, self.contents.write(data.tobytes())]
        if torch and exact in (torch.Tensor, torch.nn.Parameter) and data.layout is torch.strided:
            flat = data.detach().cpu().clone(memory_format=torch.contiguous_format).reshape(-1)
            size = self.contents.write(flat.view(torch.uint8).numpy())
            return TENSOR, [str(data.dtype)[6:], list(data.shape), data.requires_grad, size]
        if exact is type and data in NAMES:
            return TYPE, NAMES[data]
        if isinstance(data, np.dtype) and data.names is None:
            return TYPE, f"dtype.{data.str}"
        if torch and isinstance(data, torch.dtype):
            return TYPE, str(data)
        parts = parts_of(data, self._stand_in)
        return self.export(data) if parts is None else (MADE, parts)

    def _stand_in(self, data: Any) -> msgpack.ExtType | None:
        try:
            kind, body = self.export(data)
        except Refused:
            return None
        return msgpack.ExtType(kind, self._pack(body))

    def _unpack(self, body: bytes) -> Any:
        self.depth += 1
        if self.depth > DEPTH:
            raise Refused(f"more than {DEPTH} containers within containers")
        data = msgpack.unpackb(body, ext_hook=self._hook, strict_map_key=False, **HOW)
        self.depth -= 1
        return data

    def _hook(self, kind: int, body: bytes) -> Any:
        data = self._unpack(body)
        if kind in (HANDLE, CALLBACK):
            return self.resolve(kind, data)
        if kind == MADE:
            return made_of(data[0], data[1:], self.known)
        if kind in (ARRAY, SCALAR, TENSOR):
            data[-1] = bytearray(self.contents.read(data[-1]))
        return WHOLE[kind](data) if kind in WHOLE else MADE_OF[kind](*data)


def _array(name: str, shape: list, raw: bytearray) -> np.ndarray:
    dtype = np.dtype(str(name))  # numpy would ask anything else for its `dtype`
    if dtype.kind not in KINDS or dtype.names or not dtype.itemsize:
        raise Refused(f"no type of plain data: {name}")
    flat = np.frombuffer(raw, dtype)
    return flat.reshape(_shape(shape, flat.size))


def _tensor(name: str, shape: list, grad: bool, raw: bytearray) -> Any:
    torch = importlib.import_module("torch")  # only the other side may have used it so far
    if name not in TENSORS:
        raise Refused(f"no type of tensor: {name}")
    flat = torch.from_numpy(np.frombuffer(raw, np.uint8)).view(getattr(torch, name))
    return flat.reshape(_shape(shape, flat.numel())).requires_grad_(bool(grad))


def _shape(shape: list, size: int) -> list[int]:
    if len(shape) > 32 or any(type(n) is not int or n < 0 for n in shape) or math.prod(shape) != size:
        raise Refused(f"the shape {shape} does not fit {size} items")
    return shape


def _generator(name: str, state: dict) -> np.random.Generator:
    if name not in GENERATORS:
        raise Refused(f"no generator: {name}")
    for part, (key, most) in itertools.product((state, state["state"]), STATE.items()):
        value = dict.get(part, key, 0)
        if type(value) is not int or not 0 <= value <= most:
            raise Refused("no state of a generator")
    bits = getattr(np.random, name)()
    bits.state = state
    return np.random.Generator(bits)


def _integer(digits: str) -> int:
    if len(digits) > 1 << 16:
        raise Refused("an integer of more than 262 144 binary digits")
    return int(digits, 16)


def _type(name: str) -> Any:
    where, _, rest = str.partition(name, ".")
    if where == "dtype":
        return np.dtype(rest)
    if where == "torch" and rest in TENSORS:
        return getattr(importlib.import_module("torch"), rest)
    return TYPES[name]


# How data crosses that MessagePack does not know: as its number and what is sent of it.
PARTS: dict[type, tuple[int, Callable]] = {
    tuple: (TUPLE, list),
    set: (SET, list),
    frozenset: (FROZENSET, list),
    int: (INT, hex),  # of more than 64 bits
    complex: (COMPLEX, lambda data: [data.real, data.imag]),
    range: (RANGE, lambda data: [data.start, data.stop, data.step]),
    slice: (SLICE, lambda data: [data.start, data.stop, data.step]),
    np.random.Generator: (GENERATOR, lambda rng: [type(rng.bit_generator).__name__, rng.bit_generator.state]),
}
# What is made of a number's body, given as a whole or as arguments.
WHOLE = {TUPLE: tuple, SET: set, FROZENSET: frozenset, INT: _integer, TYPE: _type}
MADE_OF = {
    COMPLEX: complex,
    RANGE: range,
    SLICE: slice,
    ARRAY: _array,
    TENSOR: _tensor,
    GENERATOR: _generator,
}
MADE_OF[SCALAR] = lambda name, raw: _array(name, [1], raw)[0]
MADE_OF[OBJECTS] = lambda shape, values: np.fromiter(values, object).reshape(_shape(shape, len(values)))


def _refuse(data: Any, _: Any = None) -> Any:
    raise Refused(f"{type(data).__name__} is no plain data")


plain = Codec(_refuse, _refuse)  # nothing but data crosses


def update(old: Any, new: Any) -> Any:
    """`old`, an argument, in the state `new` that the student's function left it in; just `new` where `old`
    cannot be brought to it."""
    kind, torch = type(old), sys.modules.get("torch")
    if kind is not type(new):
        return new
    if kind is tuple:
        return (*map(update, old, new), *new[len(old) :])
    if kind is list:
        old[:] = [*map(update, old, new), *new[len(old) :]]
    elif kind in CHANGEABLE - {np.ndarray}:
        if isinstance(old, dict):
            new = {key: update(old[key], value) if key in old else value for key, value in new.items()}
        old.clear()
        (old.extend if kind in (deque, bytearray) else old.update)(new)
    elif kind in (Random, np.random.RandomState):
        old.__setstate__(new.__getstate__())
    elif is_dataclass(kind):
        vars(old).update({name: update(vars(old).get(name), value) for name, value in vars(new).items()})
    elif kind.__name__ == "DataFrame":
        old._update_inplace(new)  # as pandas' own methods do with inplace=True
    elif kind is np.random.Generator:
        old.bit_generator.state = new.bit_generator.state
    elif kind is np.ndarray and old.shape == new.shape and old.flags.writeable:
        old[...] = new
    elif torch and isinstance(old, torch.Tensor) and old.shape == new.shape:
        old.data.copy_(new.data)
    else:
        return new
    return old
