"""What crosses between the processes: plain data, whole and of exact types, and nothing else."""

from __future__ import annotations

import collections
import datetime
import enum
import pathlib
import pickle
import random
import struct
import zoneinfo
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import msgpack
import numpy as np
import pytest
import sympy
import torch

from staffroom import wire
from staffroom.channel import Refused
from staffroom.wire import plain


class Number(enum.IntEnum):
    TWO = 2
    LARGE = 2**70


class Colour(enum.Enum):
    RED = "r"


class Liar(int):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


Point = collections.namedtuple("Point", "x y")
SAME = [
    None, True, 0, -1, 2**63, 2**64, -(2**200), 1.5, float("inf"), 1j, "", "a\ud800ü", b"x",
    [], [1, (2, [3])], (), {"a": {1: (2,)}, (1, 2): {3}}, {3}, frozenset([2]), range(1, 9, 2),
    slice(1, None), OSError, np.integer,
    int, ValueError, np.float32, np.dtype("<i4"), torch.float16, np.float64(2.5), np.int8(-3), np.bool_(True),
    np.str_("q"), np.datetime64("2026-01-01"),
]  # fmt: skip
ARRAYS = [
    np.arange(6.0).reshape(2, 3)[:, ::-2], np.zeros((0, 3)), np.array(5), np.array(["a", "bcd"]),
    np.array([b"x"]),
    np.array([1 + 2j]), np.array([True, False]), np.array([[1, "x"], [None, (2,)]], object),
    np.fromiter([[1, 2], [3, 4]], object),
]  # fmt: skip
TENSORS = [
    torch.ones(2, 3, dtype=torch.bfloat16),
    torch.tensor(7),
    torch.empty(0, 2),
    torch.arange(6).reshape(2, 3).T,
    torch.tensor([1 + 2j]).conj(),
    torch.tensor([1 + 2j]).conj().imag,
    torch.ones(1).expand(3),
]


def crossed(data: object) -> object:
    return plain.decode(plain.encode(data))


@pytest.mark.parametrize("data", SAME, ids=repr)
def test_data_comes_back_equal_and_of_the_same_type(data: object) -> None:
    back = crossed(data)
    assert type(back) is type(data)
    assert back == data


def test_nan_and_the_sign_of_zero_come_back() -> None:
    assert np.isnan(crossed(float("nan")))
    assert np.signbit(crossed(-0.0))


@pytest.mark.parametrize("data", ARRAYS, ids=lambda a: f"{a.dtype}{a.shape}")
def test_arrays_come_back(data: np.ndarray) -> None:
    back = crossed(data)
    assert (back.dtype, back.shape) == (data.dtype, data.shape)
    assert (back == data).all()
    back[...] = back  # writable, as the original is


@pytest.mark.parametrize("data", TENSORS, ids=lambda t: f"{t.dtype}{tuple(t.shape)}")
def test_tensors_come_back(data: torch.Tensor) -> None:
    back = crossed(data)
    assert (back.dtype, back.shape) == (data.dtype, data.shape)
    assert torch.equal(back, data)
    assert crossed(torch.ones(2, requires_grad=True)).requires_grad


def test_a_generator_goes_on_where_it_was() -> None:
    rng = np.random.default_rng(3)
    rng.random(5)
    assert (crossed(rng).random(4) == rng.random(4)).all()


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("MT19937", "pos", 5000),
        ("MT19937", "pos", -1),
        ("Philox", "buffer_pos", -10),
        ("PCG64", "has_uint32", 7),
    ],
)
def test_a_generator_is_not_set_to_a_state_that_it_cannot_have(kind: str, name: str, value: int) -> None:
    class Forger(wire.Codec):
        def _parts(self, data: object) -> tuple[int, object]:
            return (wire.GENERATOR, [kind, state]) if data is self else super()._parts(data)

    forger, bits = Forger(wire._refuse, wire._refuse), getattr(np.random, kind)
    state = bits(1).state
    assert plain.decode(forger.encode(forger)).random() == np.random.Generator(bits(1)).random()
    (state["state"] if name == "pos" else state)[name] = value
    with pytest.raises(Refused, match="no state"):
        plain.decode(forger.encode(forger))
    # What is checked is what numpy takes, wherever else the name may stand as well.
    (state if name == "pos" else state["state"])[name] = 0
    with pytest.raises(Refused, match="no state"):
        plain.decode(forger.encode(forger))


def test_a_quantised_tensor_does_not_cross() -> None:
    body = msgpack.packb(ext(wire.TENSOR, ["qint32", [1], False, 4]))
    with pytest.raises(Refused, match="no type of tensor: qint32"):
        plain.decode(framed(body, bytes(4)))


OF_TYPES = [
    collections.Counter("aab"), collections.defaultdict(list, {1: [2]}), collections.deque([1, 2], 5),
    collections.OrderedDict([(2, 1), (1, 2)]), bytearray(b"x"), [bytearray(b"x")],
    {1: 2}.keys(), {1: 2}.items(), Fraction(1, 3), Decimal("1.10"), pathlib.Path("a/b"),
    datetime.date(2020, 1, 2), datetime.time(1, 2, fold=1), datetime.timedelta(1, 2, 3),
    datetime.datetime(2020, 1, 2, tzinfo=datetime.UTC),
    datetime.datetime(2020, 1, 2, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    sympy.Rational(1, 3), sympy.Integer(4), sympy.Float("1.25", 30), sympy.pi, sympy.I, [sympy.oo],
]  # fmt: skip


@pytest.mark.parametrize("data", OF_TYPES, ids=repr)
def test_what_adds_something_to_plain_data_keeps_its_type(data: object) -> None:
    back = crossed(data)
    assert type(back) is type(data)
    assert back == data
    assert repr(back) == repr(data)


def test_what_has_no_equality_keeps_its_type_too() -> None:
    assert list(crossed({1: 2}.values())) == [2]
    matrix = crossed(np.matrix([[1, 2], [3, 4]]))
    assert (matrix * matrix == np.matrix([[7, 10], [15, 22]])).all()
    for rng in (random.Random(3), np.random.RandomState(3)):
        rng.random()
        assert crossed(rng).random() == rng.random()


@dataclass
class Card:
    suit: str
    rank: int
    value: int = field(init=False, default=0)


KNOWN = {"Point": Point, "Number": Number, "Card": Card}


@pytest.mark.parametrize("data", [Point(1, [2]), Number.TWO, Card("hearts", 3)], ids=repr)
def test_an_object_of_a_class_that_both_sides_know_is_one_of_it(data: object) -> None:
    theirs = wire.Codec(lambda _: (wire.HANDLE, [1]), wire._refuse)
    back = wire.Codec(wire._refuse, lambda kind, body: "a handle", KNOWN.get).decode(theirs.encode(data))
    assert type(back) is type(data)
    assert back == data


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (Card("hearts", 3), "only the test knows the class Card"),
        (Colour.RED, "only the test knows the class"),
    ],
)
def test_an_object_of_a_class_that_the_other_side_does_not_know_is_named(data: object, says: str) -> None:
    with pytest.raises(Refused, match=says):
        crossed(data)


def test_a_named_tuple_keeps_its_names_and_a_type_of_numbers_is_a_number() -> None:
    back = crossed(Point(1, 2))
    assert (back.x, back.y, back == (1, 2)) == (1, 2, True)
    assert type(crossed(Number.LARGE)) is type(crossed(Liar(3))) is int
    assert (crossed(Number.LARGE), crossed(Liar(3))) == (2**70, 3)


def test_a_table_of_pandas_comes_back_with_its_types() -> None:
    pd = pytest.importorskip("pandas", reason="pandas is no dependency of the course; pip install pandas")
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": pd.array([1, None], "Int64")}, index=[5, 7])
    frame["d"] = pd.to_datetime(["2020-01-01", "2021-01-01"])
    frame["e"] = pd.Categorical(["u", "v"])
    for data in (frame, frame.set_index(["a", "b"])):
        pd.testing.assert_frame_equal(crossed(data), data)
    pd.testing.assert_series_equal(crossed(frame["c"]), frame["c"])
    pd.testing.assert_index_equal(crossed(frame.index), frame.index)


class Everything(list):
    pass


@pytest.mark.parametrize(
    "data",
    [
        object(),
        [Everything()],
        np.zeros(2).view(np.recarray),
        np.ma.zeros(2),
        lambda: 1,
        (n for n in [1]),
        np.zeros(2, dtype="i4,f4"),
        collections,
    ],
    ids=lambda data: type(data).__name__,
)
def test_what_is_no_data_does_not_cross(data: object) -> None:
    with pytest.raises(Refused, match="is no plain data"):
        plain.encode(data)


# ---------------------------------------- hostile bytes


def framed(structure: bytes, *blobs: bytes) -> bytes:
    return struct.pack(">I", len(structure)) + structure + b"".join(blobs)


def ext(kind: int, data: object) -> msgpack.ExtType:
    return msgpack.ExtType(kind, msgpack.packb(data))


def nested(kind: int, depth: int) -> bytes:
    data = msgpack.packb([])
    for _ in range(depth):
        data = msgpack.packb(msgpack.ExtType(kind, msgpack.packb([msgpack.ExtType(kind, data)])))
    return data


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff" * 40,
        struct.pack(">I", 2**32 - 1),
        framed(b"\xc0")[:-1],
        framed(b""),
        framed(b"\x81"),
        framed(msgpack.packb({b"x": 1}) + b"more"),
        framed(msgpack.packb(msgpack.ExtType(99, b""))),
        framed(msgpack.packb(ext(wire.ARRAY, ["<f8", [10**9, 10**9], 8])), bytes(8)),
        framed(msgpack.packb(ext(wire.ARRAY, ["<f8", [-1], 8])), bytes(8)),
        framed(msgpack.packb(ext(wire.ARRAY, ["<f8", [1.0], 8])), bytes(8)),
        framed(msgpack.packb(ext(wire.ARRAY, ["O", [1], 8])), bytes(8)),
        framed(msgpack.packb(ext(wire.ARRAY, ["<f8", [2], 16])), bytes(8)),
        framed(msgpack.packb([ext(wire.ARRAY, ["<f8", [1], 8])] * 2), bytes(8)),
        framed(msgpack.packb([ext(wire.ARRAY, ["<f8", [1], None])] * 2), bytes(8)),
        framed(msgpack.packb([ext(wire.ARRAY, ["<f8", [1], -1])] * 2), bytes(8)),
        framed(msgpack.packb(ext(wire.ARRAY, ["<f8", [1], "8"])), bytes(8)),
        framed(msgpack.packb(ext(wire.ARRAY, ["i4,i4", [1], 8])), bytes(8)),
        framed(msgpack.packb(ext(wire.ARRAY, ["<U0", [10**12], 0])), b""),
        framed(msgpack.packb(ext(wire.SCALAR, ["<f8", 0])), b""),
        framed(msgpack.packb(ext(wire.OBJECTS, [[10**9], []]))),
        framed(msgpack.packb(ext(wire.TENSOR, ["load", [1], False, 8])), bytes(8)),
        framed(msgpack.packb(ext(wire.TYPE, ["builtins.int"]))),
        framed(msgpack.packb(ext(wire.TYPE, "builtins.eval"))),
        framed(msgpack.packb(ext(wire.TYPE, "os.system"))),
        framed(msgpack.packb(ext(wire.TYPE, "builtins.__loader__"))),
        framed(msgpack.packb(ext(wire.TYPE, "torch.load"))),
        framed(msgpack.packb(ext(wire.TYPE, "numpy.load"))),
        framed(msgpack.packb(ext(wire.GENERATOR, ["load", {}]))),
        framed(msgpack.packb(ext(wire.GENERATOR, ["PCG64", []]))),
        framed(msgpack.packb(ext(wire.HANDLE, [1, "x", True]))),
        framed(msgpack.packb(ext(wire.MADE, ["os.system", "true"]))),
        framed(msgpack.packb(ext(wire.MADE, ["datetime.date", 1, 2]))),
        framed(msgpack.packb(ext(wire.MADE, ["builtins.bytearray", 1 << 40]))),
        framed(msgpack.packb(ext(wire.MADE, ["sympy.S", "__class__"]))),
        framed(msgpack.packb(ext(wire.MADE, ["sympy.Float", "open", 3]))),
        framed(msgpack.packb(ext(wire.MADE, ["pandas.read_pickle", "x"]))),
        framed(msgpack.packb(ext(wire.MADE, ["namedtuple", "x", ["a b"], [1]]))),
        framed(msgpack.packb(ext(wire.MADE, ["dataclass", "Card", {}, None]))),
        framed(msgpack.packb(ext(wire.MADE, ["zoneinfo.ZoneInfo", "../../etc/passwd"]))),
        framed(
            msgpack.packb(ext(wire.MADE, ["numpy.random.mtrand.RandomState", "MT19937", [1], 900, 0, 0.0]))
        ),
        framed(msgpack.packb(ext(wire.SET, [[1]]))),
        framed(msgpack.packb(ext(wire.INT, "f" * (1 << 17)))),
        framed(nested(wire.TUPLE, 80)),
        framed(msgpack.packb(b"x" * (wire.STRUCTURE + 1))),
        pickle.dumps([1]),
    ],
)
def test_malformed_bytes_are_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        plain.decode(body)


def test_mutated_bytes_are_data_or_refused() -> None:
    rng = random.Random(0)
    body = plain.encode([SAME[:20], ARRAYS, OF_TYPES, {"k": (1, {2})}])
    for _ in range(2000):
        changed = bytearray(body)
        for _ in range(rng.randint(1, 4)):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        try:
            plain.decode(bytes(changed[: rng.randint(1, len(changed))]))
        except Refused:
            pass


def test_what_could_not_be_encoded_leaves_nothing_for_the_next() -> None:
    """msgpack keeps what it has packed where there is no memory left to copy it."""
    import resource
    from pathlib import Path

    codec, big = wire.Codec(wire._refuse, wire._refuse), ["x" * 1000] * 60_000
    used = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmData"))
    for mb in range(30, 300, 5):
        resource.setrlimit(resource.RLIMIT_DATA, ((int(used.split()[1]) << 10) + (mb << 20), -1))
        try:
            codec._pack(big)
            break
        except MemoryError:
            resource.setrlimit(resource.RLIMIT_DATA, (-1, -1))
            assert codec._pack([7]) == b"\x91\x07"
        finally:
            resource.setrlimit(resource.RLIMIT_DATA, (-1, -1))


# ---------------------------------------- arguments changed in place


def test_arguments_become_what_the_function_left_them_as() -> None:
    inner, array, tensor = [1], np.zeros(2), torch.zeros(2)
    old = [[3, 1], {"a": inner, "b": 2}, {1}, array, (inner, 5), tensor, "text", [1, 2]]
    new = [[1, 3], {"a": [9], "c": 3}, {2}, np.ones(2), ([9], 5), torch.ones(2), "other", [0]]
    whole, first, second = old, old[0], old[1]
    wire.update(old, new)
    assert old is whole
    assert old[0] is first == [1, 3]
    assert old[1] is second == {"a": [9], "c": 3}
    assert inner == [9], "an inner list stays the same list"
    assert (array == 1).all()
    assert (tensor == 1).all()
    assert old[2] == {2}
    assert old[7] == [0]


def test_what_stays_in_a_longer_or_shorter_argument_stays_the_same_object() -> None:
    inner, array = [1], np.zeros(2)
    old = [inner, (inner, array)]
    wire.update(old, [[1, 2], ([1, 2], np.ones(2)), "new"])
    assert old[0] is old[1][0] is inner == [1, 2]
    assert old[1][1] is array
    assert old[2:] == ["new"]
    wire.update(old, [[3]])
    assert old[0] is inner == [3]
    assert len(old) == 1


def test_an_array_of_another_shape_takes_the_place_of_the_old_one() -> None:
    array = np.zeros(2)
    old = {"a": [array]}
    wire.update(old, {"a": [np.ones(3)]})
    assert old["a"][0].tolist() == [1, 1, 1]
    assert (array == 0).all()


def test_an_argument_that_may_not_change_does_not() -> None:
    fixed = np.zeros(2)
    fixed.flags.writeable = False
    wire.update([fixed], [np.ones(2)])
    assert (fixed == 0).all()
