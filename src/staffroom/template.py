"""The warm process: imports the course's packages once, then forks a tester and a student a submission.

The engine starts it as `python -P -m staffroom.template FD FD` and orders forks over the two control sockets:
one is answered by this process, whose children are testers, the other by a jailed child of it, whose children
are students. No notebook and no test ever comes here: they reach a forked process over a socket of its own.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import gc
import importlib
import itertools
import json
import marshal
import os
import platform
import select
import shutil
import signal
import socket
import sys
import threading
import traceback
from collections import UserDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from . import jail
from .channel import FRAME, OUT_OF_MEMORY, Channel, Closed, Refused, pack, ready, unpack
from .shell import Captured, Shell, limit_of
from .wire import CALLBACK, CHANGEABLE, HANDLE, Codec, plain, update

# A test that goes through an iterator would take these for its end, and pass: `for got in map(f, inputs)`.
ENDS = (StopIteration, StopAsyncIteration, GeneratorExit)


# ------------------------------------------------------------------------------------------------ forking


def main() -> None:
    channels = [Channel(socket.socket(fileno=int(number))) for number in sys.argv[1:]]
    modules, visible, sandbox = unpack(channels[0].receive()[1])
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where grading began in the background
    Shell.instance()
    # What a process imports or builds at first use, and its forks would each do again: the second costs 5 s.
    late = {"matplotlib": ["matplotlib.pyplot", "matplotlib_inline.backend_inline"]}
    late["torch"] = ["torch._dynamo", "torch.fx.experimental.symbolic_shapes"]
    for name in modules:
        with contextlib.suppress(Exception):  # the cell that imports it will say so
            importlib.import_module(name)
    for name in [more for package, names in late.items() if package in sys.modules for more in names]:
        importlib.import_module(name)
    platform.platform()  # gensim asks for it, which starts a program
    Shell.instance().run("1 / 0", 1 << 10)  # the first traceback is slow
    Shell.instance().reset(new_session=True)
    gc.collect()
    gc.freeze()  # or the children's collector copies every page
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    said = ""
    if os.path.isdir("/proc/self/task") and (threads := len(os.listdir("/proc/self/task")) - 1):
        said = f"importing {modules} started {threads} threads: with them, no process can be forked safely"
    for number, channel in enumerate(channels):
        if said:
            channel.send(b"!", said.encode())
        elif os.fork() == 0:
            only([channel.sock.fileno()])
            if len(channels) > 2 and cores:
                # A tester and its student take turns, which costs much less on one core than across two.
                os.sched_setaffinity(0, {cores[number // 2 % len(cores)]})
            fork = os.fork
            if number % 2 and sandbox:
                try:
                    jail.enter(visible)
                except Exception as error:
                    channel.send(b"!", f"the sandbox cannot be made: {error}".encode())
                    os._exit(0)
                fork = jail.fork
            serve(channel, fork)
            os._exit(0)
        channel.close()
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    shutil.rmtree(os.getcwd(), ignore_errors=True)


def serve(control: Channel, fork: Callable[[], int]) -> None:
    """Fork one process at a time on the engine's word, end it on its word, and tell how it ended."""
    control.send(b"!", b"ready")
    while True:
        word, descriptors, *_ = socket.recv_fds(control.sock, 1, 2)
        if not word:
            return  # the engine is gone
        if word == b"k":
            continue  # it had ended by itself just before
        pid = fork()
        if pid == 0:
            try:
                only(descriptors)
                # Forks share the generators' state: a student could know a test's random inputs beforehand.
                np.random.seed()
                sys.modules["torch"].seed() if "torch" in sys.modules else None
                play(*(socket.socket(fileno=number) for number in descriptors))
            except MemoryError:
                os._exit(OUT_OF_MEMORY)
            except BaseException:  # the channel is closed, or the student's code broke ours
                os._exit(1)
            os._exit(0)
        for number in descriptors:
            os.close(number)
        handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None  # a Mac has none
        watched = [control.sock, handle] if handle else [control.sock]
        while not (ended := os.wait4(pid, os.WNOHANG))[0]:
            if control.sock in select.select(watched, [], [], None if handle else 0.05)[0]:
                word = control.sock.recv(1)
                os.kill(pid, signal.SIGKILL)
                if not word:
                    return
        os.close(handle) if handle else None
        _, status, usage = ended
        report = [os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss >> 10]
        control.send(b"!", pack(report))


def only(kept: list[int]) -> None:
    """Close every descriptor but the standard ones and these: a file among them could be opened anew."""
    for low, high in itertools.pairwise([2, *sorted(kept), 1 << 16]):
        os.closerange(low + 1, high)


def play(engine: socket.socket, tester: socket.socket | None = None) -> None:
    """Be what the engine has asked for: a student, if there is a channel to a tester, or else a tester."""
    channel = Channel(engine, trusted=True)
    limits, sandbox, folder, files = unpack(channel.receive()[1])
    limits = jail.Limits(**limits)
    sys.path.insert(0, "")  # as in Jupyter: a module may lie beside the notebook
    if tester is None:
        os.chdir(folder)
        jail.restrict(limits)  # what the student's side sends could be made to take much memory
        return Tester(channel, limits.output_kb << 10).serve()
    if sandbox:
        jail.confine(limits)
    else:
        os.makedirs(f"{folder}/student", exist_ok=True)  # beside the tester's own files
        os.chdir(f"{folder}/student")
    for name, data in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(data)
    Student(channel, Channel(tester), limits.output_kb << 10).serve()


MOST_RESULTS = 100  # that are kept to tell whether the same one is returned once more


def alias(value: Any) -> bool:
    """Whether it makes a difference that this is the same object as another."""
    return type(value) in CHANGEABLE or type(value).__name__ in ("Tensor", "DataFrame", "Series")


def as_json(result: dict) -> bytes:
    """A cell's result, for the engine: data of a kind that takes no effort to read, whoever wrote it."""
    return json.dumps(result, default=str, skipkeys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")


# ----------------------------------------------------------------------------------------- the student's side


class Student:
    """Runs the student's cells for the engine, and calls their functions for the tester. The student's code
    could change all of this: what it says is only ever taken for data."""

    def __init__(self, engine: Channel, tester: Channel, limit: int) -> None:
        self.engine, self.tester, self.limit = engine, tester, limit
        self.shell = Shell.instance()
        self.shell.catch_output(".")
        self.objects: dict[int, Any] = {}  # what the tester has handles of
        self.results: list[Any] = []  # what was returned while this cell runs, where it could be changed
        self.codec = Codec(self._export, self._resolve, lambda name: self.shell.user_ns.get(name))

    def serve(self) -> None:
        """Do what the two ask, until one of the channels closes."""
        while True:
            for channel in ready(self.engine, self.tester):
                kind, body = channel.receive()
                if channel is self.engine:
                    channel.send(b"O", as_json(self.shell.run(*unpack(body), self.limit)))
                else:
                    self.answer_tester(kind, body)

    def answer_tester(self, kind: bytes, body: bytes) -> None:
        try:
            self.shell.captured = Captured(self.limit)
            value, now, same = self._answer(kind, self.codec.decode(body))
            self.tester.send(b"V", self.codec.encode([value, now, same, self.shell.captured.printed()]))
        except Closed:
            raise
        except Refused as error:
            self.tester.send(b"U", plain.encode([str(error)[:2000], self.shell.captured.printed()]))
        except BaseException as error:
            self.tester.send(b"E", plain.encode([*described(error), self.shell.captured.printed()]))

    def _answer(self, kind: bytes, data: Any) -> list:
        """[what is asked for, the arguments as they are now or None, which of what crossed before it is]"""
        names = self.shell.user_ns
        if kind == b"G":
            self.results.clear()
            return [{name: names[name] for name in data if name in names}, None, None]
        if kind == b"H":
            return [self._export(names[data])[1], None, None]
        if kind == b"A":
            return [getattr(*data), None, None]
        if kind == b"W":
            return [setattr(*data) if data[2:] else delattr(*data), None, None]
        if kind == b"I":
            return [iter(*data), None, None]
        if kind == b"J":
            return [[*itertools.islice(*data, 1)], None, None]
        if kind == b"C":
            function, arguments, keywords = data
            before = self.codec.encode([arguments, keywords])
            value = function(*arguments, **keywords)
            changed = self.codec.encode([arguments, keywords]) != before
            known = [*arguments, *keywords.values(), *self.results]
            same = next((n for n, one in enumerate(known) if one is value), None) if alias(value) else None
            if alias(value) and len(self.results) < MOST_RESULTS:
                self.results.append(value)
            return [value, [arguments, keywords] if changed else None, same]
        name, *value = data
        if value:
            names[name] = value[0]
        else:
            names.pop(name, None)
        return [None, None, None]

    def _export(self, data: Any) -> tuple[int, Any]:
        if isinstance(data, Callback):
            return CALLBACK, [data.number, ""]
        self.objects[id(data)] = data
        known = set().union(*map(vars, type(data).__mro__))  # hasattr would find a metaclass's, too
        able = [name for name in OPERATIONS if f"__{name}__" in known]
        return HANDLE, [id(data), type(data).__name__, able]

    def _resolve(self, kind: int, data: list) -> Any:
        return self.objects[data[0]] if kind == HANDLE else Callback(self, *data)


class Callback:
    """A function of the test's, on the student's side."""

    def __init__(self, student: Student, number: int, name: str) -> None:
        self.student, self.number, self.__name__ = student, number, name

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Have the tester call it; serve it meanwhile."""
        student, tester = self.student, self.student.tester
        tester.send(b"B", student.codec.encode([self.number, list(arguments), keywords]))
        while True:
            kind, body = tester.receive()
            if kind == b"V":
                return student.codec.decode(body)
            if kind == b"E":
                raise rebuilt(*student.codec.decode(body))
            student.answer_tester(kind, body)


def described(error: BaseException) -> list:
    """[names of its builtin types, the nearest first; its text; its traceback; the limit that it met]"""
    kinds = [kind.__name__ for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind]
    try:
        text = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
    except BaseException as worse:  # its own __str__
        text = f"(its text cannot be had: {type(worse).__name__})"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__]
    place = "".join(traceback.format_list(frames[-8:]))
    if issubclass(type(error), ENDS):
        kinds, text = ["RuntimeError", "Exception"], f"{type(error).__name__} raised: {text}"
    where = f"in the student's code:\n{place}{type(error).__name__}"
    return [kinds, text[:2000], where[:4000], limit_of(error)]


def rebuilt(kinds: list[str], text: str, where: str, limit: str = "") -> BaseException:
    """The exception that crossed, as the nearest builtin type that takes a text."""
    for name in [*kinds, "RuntimeError"]:
        kind = getattr(builtins, str(name), None)
        if isinstance(kind, type) and issubclass(kind, BaseException) and not issubclass(kind, ENDS):
            with contextlib.suppress(TypeError):
                error = kind(str(text))
                error.add_note(str(where))
                error.limit = str(limit)
                return error
    raise AssertionError("RuntimeError takes a text")


# ------------------------------------------------------------------------------------------ the tester's side


class Tester:
    """Runs the instructor's cells; the student's names in them stand for what is in the student's process."""

    def __init__(self, engine: Channel, limit: int) -> None:
        self.engine, self.limit = engine, limit
        self.student: Channel | None = None
        self.why = RuntimeError("the student's process ended")  # the last one, as the engine told it
        self.functions: dict[int, Callable] = {}  # what the student's side has callbacks for
        self.results: list[Any] = []  # as the student's side has them
        self.refused: list[Refused] = []  # what could not cross while a cell ran
        # A test may have threads, and the student's process answers one question at a time. While it calls
        # one of the test's functions back, others may ask; its own answer comes after theirs.
        self.turn, self.calls = threading.Condition(), []
        self.codec = Codec(self._export, self._resolve, lambda name: self.names.data.get(name))
        self.shell = Shell.instance()
        self.shell.catch_output(".")
        self.names = Names(self)
        self.shell.user_ns = self.names

    def serve(self) -> None:
        while True:
            _, body = self.engine.receive()
            source, theirs, name, code = unpack(body)
            for their in theirs:
                self.names.data.pop(their, None)
            with contextlib.suppress(BaseException):  # then the names are missing, and the cell says so
                found = self.fetch(theirs) if theirs else {}
                # These and no others, whatever came: it must not define `np` or `isinstance` for the test.
                self.names.data.update({their: found[their] for their in theirs if their in found})
            self.names.theirs = set(theirs)
            self.refused.clear()
            self.results.clear()
            result = self.shell.run(source, self.limit, code and marshal.loads(code), name)
            if self.refused:  # whoever caught it: a test could take it for an error of the student's
                said = str(self.refused[0])
                error = {"ename": "CannotCross", "evalue": said, "traceback": [f"CannotCross: {said}"]}
                shown = [output for output in result["outputs"] if output["output_type"] != "error"]
                result["outputs"] = [*shown, {"output_type": "error", **error}]
            self.engine.send(b"O", as_json(result))

    def fetch(self, theirs: list[str]) -> dict[str, Any]:
        """The student's objects of these names; a handle of one that is too large, say, to pass on."""
        try:
            return self.ask(b"G", theirs)
        except Exception as error:
            if error is self.why:
                raise
            if len(theirs) == 1:
                number, kind, able = self.ask(b"H", theirs[0])
                return {theirs[0]: remote(self, number, f"{kind} ({error})", able)}
        return {name: value for their in theirs for name, value in self.fetch([their]).items()}

    def ask(self, kind: bytes, data: Any, arguments: list | None = None) -> Any:
        """Ask the student's process; meanwhile, run the callbacks that it calls."""
        with self.turn:
            return self._ask(kind, data, arguments)

    @contextlib.contextmanager
    def crossing(self) -> Iterator[None]:
        """Keep in mind what is refused."""
        try:
            yield
        except Refused as error:
            self.refused.append(error)
            raise

    def _ask(self, kind: bytes, data: Any, arguments: list | None) -> Any:
        with self.crossing():
            body = self.codec.encode(data)
        if self.student is None or self.student.pending():  # none yet; it has ended; it spoke unasked
            self.student = self._engine(b"N")
        student = self.student
        try:
            with self.crossing():
                student.send(kind, body)
            while (answer := student.receive())[0] == b"B":
                self._call_back(student, answer[1])
        except Closed:
            answer = b"D", b""
            if self.student is not student:  # a callback met its end, and has heard why
                raise self.why from None
            self.student = None
        except BaseException:  # a test's own alarm, say: the answer that comes later is to nothing
            self.student = None
            with contextlib.suppress(RuntimeError):
                self._engine(b"M")
            raise
        if answer[0] == b"V":
            with self.crossing():
                value, now, same, printed = self.codec.decode(answer[1])
            sys.stdout.write(printed)
            if now and arguments is not None:
                update(arguments, now)
            return value if arguments is None else self._same(value, same, arguments)
        if answer[0] in (b"E", b"U"):
            *error, printed = plain.decode(answer[1])
            sys.stdout.write(printed)
            if answer[0] == b"E":
                raise rebuilt(*error)
            with self.crossing():
                raise Refused(str(error[0]))
        # It ended (D) or answers nonsense (M): this raises what the engine says of it.
        return self._engine(b"D" if answer[0] == b"D" else b"M")

    def _same(self, value: Any, number: Any, arguments: list) -> Any:
        """What a call returned; where that is an argument, or was returned before, the test's own object."""
        known = [*arguments[0], *arguments[1].values(), *self.results]
        if type(number) is int and 0 <= number < len(known):
            value = update(known[number], value)
        if alias(value) and len(self.results) < MOST_RESULTS:
            self.results.append(value)
        return value

    def _engine(self, kind: bytes) -> Channel:
        """The engine's answer: a channel to a new process of the student's, or the reason for none."""
        self.engine.send(kind)
        _, body = self.engine.receive()
        if self.engine.sockets:
            return Channel(self.engine.sockets.pop())
        name, text = unpack(body)
        self.why = type(name, (RuntimeError,), {})(text)
        raise self.why

    def _call_back(self, student: Channel, body: bytes) -> None:
        try:
            with self.crossing():
                number, arguments, keywords = self.codec.decode(body)
            self.calls.append(call := object())
            self.turn.release()
            try:
                value = self.functions[number](*arguments, **keywords)
            finally:
                self.turn.acquire()
                self.turn.wait_for(lambda: self.calls[-1] is call)
                self.calls.pop()
                self.turn.notify_all()
            with self.crossing():
                answer = b"V", self.codec.encode(value)
                if len(answer[1]) >= FRAME:
                    raise Refused("a function of the test returned too much to pass on")
        except Closed:
            raise
        except BaseException as error:
            kinds, text, *_ = described(error)  # not where: that would show lines of the test
            answer = b"E", plain.encode([kinds, text, "in a function of the test"])
        student.send(*answer)

    def _export(self, data: Any) -> tuple[int, Any]:
        if isinstance(data, Remote):
            return HANDLE, [data._of_the_student_[1]]
        if callable(data) and not isinstance(data, type):
            self.functions[id(data)] = data
            return CALLBACK, [id(data), getattr(data, "__name__", "")]
        said = (
            f"an object of type {type(data).__name__} is no plain data and cannot be passed to the student's"
        )
        raise Refused(f"{said} code: pass plain data, or grade with --tests inside")

    def _resolve(self, kind: int, data: list) -> Any:
        return self.functions[data[0]] if kind == CALLBACK else remote(self, *data)


# What Python looks up in an object's type. A handle has what its object has of these, and no more: then
# `callable` says of it what it says of the object, and what the object cannot do is Python's own TypeError.
OPERATIONS = """call iter next len getitem setitem delitem contains reversed int float complex index round abs
neg pos invert add radd sub rsub mul rmul matmul rmatmul truediv rtruediv floordiv rfloordiv mod rmod pow rpow
and rand or ror xor rxor lshift rlshift rshift rrshift enter exit await aiter anext aenter aexit instancecheck
subclasscheck""".split()
ALWAYS = "eq ne lt le gt ge bool array".split()  # Python answers these also for what has none of its own
SEEN = {f"__{name}__" for name in "name qualname doc dict annotations defaults kwdefaults".split()}


class Remote:
    # Something of the student's that is no data: can be passed back, called, gone through, asked for its
    # attributes. This is no docstring: a test that wants one of the student's would find it.
    # (tester, number, kind); any other name could be that of an attribute of theirs.
    __slots__ = ("_of_the_student_",)

    def __init__(self, *what: Any) -> None:
        object.__setattr__(self, "_of_the_student_", what)

    def __getattr__(self, name: str) -> Any:
        # Without this refusal doctest would find no example, and no mistake.
        value = name == "__wrapped__" or ask_of(b"A", self, name)  # AttributeError where it has none
        if name.startswith("__") and name not in SEEN:
            refuse(self, f": its {name} cannot be seen from a test")
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        ask_of(b"W", self, name, value)

    def __delattr__(self, name: str) -> None:
        ask_of(b"W", self, name)

    def __repr__(self) -> str:
        return f"<the student's {self._of_the_student_[2]}>"

    __doc__ = property(lambda self: self.__getattr__("__doc__"))


def remote(tester: Tester, number: int, kind: str, able: list[str]) -> Remote:
    """The handle of an object that can do so much."""
    return _able(str(kind), frozenset(able).intersection(OPERATIONS))(tester, number, str(kind))


@functools.lru_cache(500)
def _able(kind: str, able: frozenset[str]) -> type[Remote]:
    names = [*able, *ALWAYS]
    found = {f"__{name}__": DONE.get(name, lambda handle, *_, **__: refuse(handle)) for name in names}
    same = {"__slots__": (), "__doc__": Remote.__doc__, "__hash__": object.__hash__}
    return type(kind, (Remote,), same | found)


def ask_of(kind: bytes, handle: Remote, *more: Any) -> Any:
    return handle._of_the_student_[0].ask(kind, [handle, *more])


def refuse(handle: Remote, why: str = ": return numbers, lists, arrays …") -> NoReturn:
    tester, _, kind = handle._of_the_student_
    with tester.crossing():
        raise Refused(f"{kind} is no plain data{why} (instructors: --tests inside)")


def called(handle: Remote, *arguments: Any, **keywords: Any) -> Any:
    both = [list(arguments), keywords]
    return handle._of_the_student_[0].ask(b"C", [handle, *both], both)


def following(handle: Remote) -> Any:
    if found := ask_of(b"J", handle):
        return found[0]
    raise StopIteration


DONE = {"call": called, "iter": lambda handle: ask_of(b"I", handle), "next": following}


class Names(UserDict, dict):  # as IPython's magics take nothing but a dict
    """The tester's global names. Rebinding or deleting one of the student's does the same on their side."""

    def __init__(self, tester: Tester) -> None:
        self.tester, self.data = tester, tester.shell.user_module.__dict__
        self.theirs: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        return self.data[name]  # UserDict's own is slower

    def __setitem__(self, name: str, value: Any) -> None:
        self.data[name] = value
        if name in self.theirs:
            refused = [*self.tester.refused]
            with contextlib.suppress(Refused):  # a variable of the test's own that happens to be called so
                self.tester.ask(b"S", [name, value])
            self.tester.refused[:] = refused

    def __delitem__(self, name: str) -> None:
        del self.data[name]
        if name in self.theirs:
            self.tester.ask(b"S", [name])

    def update(self, *more: Any, **names: Any) -> None:
        """What IPython itself sets, `_` among it, is no test's doing."""
        self.data.update(*more, **names)


if __name__ == "__main__":
    main()
