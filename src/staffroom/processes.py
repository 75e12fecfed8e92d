"""The warm processes that submissions are forked from, and what is forked from them, as the engine sees it.

This imports little, so that templates can be started first and import their packages beside our own imports.
"""

from __future__ import annotations

import ast
import atexit
import contextlib
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from .channel import Channel, Closed, pack, unpack

SYSTEM = """/usr /bin /sbin /lib /lib32 /lib64 /etc/alternatives /etc/fonts /etc/ld.so.cache /etc/localtime
/etc/ssl /etc/passwd /etc/group /etc/mime.types""".split()
SYSTEM += [f"/sys/devices/system/cpu/{name}" for name in ("online", "possible", "present", "kernel_max")]
STARTING = 300  # seconds that importing the packages may take
WORTH = 20  # submissions that are run in the time that another process takes to start


class EngineError(Exception):
    """The grading itself does not work here; the text says why."""


class TemplateEnded(EngineError):
    """The template died while a submission was run: its own doing, if it does so twice."""


@functools.cache
def packages() -> list[str]:
    """Where Python finds installed packages. Not our own sys.path: that may hold the folder it was started
    in, and a course's solutions with it. A folder that holds a course is left out in any case."""
    asked = [sys.executable, "-P", "-E", "-c", "import json, sys; print(json.dumps(sys.path))"]
    found = json.loads(subprocess.run(asked, check=True, capture_output=True).stdout)
    courses = [p for p in found if Path(p, "solutions").exists() or Path(p, "nbgrader_config.py").exists()]
    return [p for p in found if os.path.isabs(p) and p not in courses]


def python(source: str) -> ast.Module:
    """A cell's tree, magics translated. SyntaxError (and others of ast.parse) where it is not Python."""
    try:
        return ast.parse(source)
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager

        return ast.parse(TransformerManager().transform_cell(source))


def parsed(source: str) -> ast.Module:
    """The same; an empty tree where it is not Python."""
    try:
        return python(source)
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])


def imports(sources: Iterable[str]) -> tuple[str, ...]:
    """Every module that one of these cells imports, and what may be one: the `b` of `from a import b`."""
    found: dict[str, None] = {}
    for node in (node for source in sources for node in ast.walk(parsed(source))):
        if isinstance(node, ast.Import):
            found |= dict.fromkeys(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= dict.fromkeys([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
    return tuple(found)


def sensible(work: int) -> int:
    """How many workers: one for each core, as far as so many submissions are worth their start."""
    return min(os.cpu_count() or 1, 1 + work // WORTH)


class Template:
    """A warm process with two forking sides, `tester` and `student`. It ends when every copy of its channels
    is closed; so does the process that it was started by, with its last template."""

    def __init__(self, key: tuple, home: Path, process: subprocess.Popen, socks: list[socket.socket]) -> None:
        self.key, self.home, self.process = key, home, process
        self.sides = dict(zip(("tester", "student"), map(Channel, socks), strict=True))
        self.ready = False

    def wait(self) -> None:
        """Until it has imported everything; EngineError where it cannot."""
        for side in () if self.ready else self.sides.values():
            try:
                said = side.receive(STARTING)[1].decode()
            except (Closed, TimeoutError):
                said = Path(self.home.parent, "stderr").read_text(errors="replace").strip()[-500:]
                said = f"the template did not start: {said or ' '.join(self.process.args)}"
            if said != "ready":
                self.close()
                raise EngineError(said)
        self.ready = True

    def leave(self) -> None:
        """Close this process's channels to it."""
        for side in self.sides.values():
            side.close()

    def close(self) -> None:
        self.leave()
        shutil.rmtree(self.home, ignore_errors=True)


def start(modules: tuple[str, ...], root: str, sandbox: bool, count: int = 1) -> list[Template]:
    """Start a process that imports the modules once and is then so many templates. Students' processes see
    Python, its packages and the system's paths; not the course in the folder `root`."""
    home = Path(tempfile.mkdtemp(prefix="staffroom-"))
    pairs = [socket.socketpair() for _ in range(2 * count)]
    theirs = [other.fileno() for _, other in pairs]
    with Path(home, "stderr").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-P", "-E", "-m", "staffroom.template", *map(str, theirs)],
            pass_fds=theirs,
            env=environment(str(home)),
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,  # Ctrl-C is the command's own, which then ends this process
        )
    made = []
    for number in range(count):
        socks = [mine for mine, _ in pairs[2 * number : 2 * number + 2]]
        made.append(Template((modules, root, sandbox), home / str(number), process, socks))
        made[-1].home.mkdir()
    for _, other in pairs:
        other.close()
    visible = [sys.prefix, sys.base_prefix, *packages(), *SYSTEM]  # asked while that process starts
    visible = [p for p in visible if not Path(root).is_relative_to(p)]
    made[0].sides["tester"].send(b"!", pack([list(modules), visible, sandbox]))
    return made


def environment(home: str) -> dict[str, str]:
    """The variables of the template and all that it forks; none of the instructor's secrets is among them."""
    known = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")
    made = {name: os.environ[name] for name in known if name in os.environ}
    made |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    made |= {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "NBGRADER_EXECUTION": "autograde"}
    made |= {"PYTHONDONTWRITEBYTECODE": "1", "HF_HUB_OFFLINE": "1", "EVERYVEC_PROFILE": "cpu"}
    return made | {"HOME": home, "IPYTHONDIR": f"{home}/.ipython", "USER": "student", "LOGNAME": "student"}


class Process:
    """One forked process, a tester or a student, as this side sees it."""

    def __init__(self, control: Channel, setup: list, student: bool, most: int) -> None:
        self.control = control
        mine, theirs = socket.socketpair()
        # The tester's end of its channel to this student: passed on when it asks for it.
        self.direct, other = socket.socketpair() if student else (None, None)
        try:
            socket.send_fds(control.sock, [b"f"], [s.fileno() for s in (theirs, other) if s])
        except OSError:
            raise TemplateEnded("the template ended") from None
        theirs.close()
        other.close() if other else None
        self.channel = Channel(mine, most=most)
        with contextlib.suppress(Closed, TimeoutError):  # its end is told to whoever asks it something
            self.channel.send(b"L", pack(setup), 60)

    def end(self, grace: float = 0.0) -> list:
        """Its exit code (negative: the signal), seconds of CPU, megabytes at its peak; ended if need be."""
        self.channel.close()
        self.direct.close() if self.direct else None
        try:
            with contextlib.suppress(TimeoutError):
                return unpack(self.control.receive(grace)[1])
            self.control.sock.send(b"k")
            return unpack(self.control.receive(60)[1])
        except (Closed, OSError):
            raise TemplateEnded("the template ended") from None


idle: list[Template] = []  # this process's, warm and waiting
_lock = threading.Lock()


@contextlib.contextmanager
def warm(modules: tuple[str, ...], root: str, sandbox: bool) -> Iterator[Template]:
    """A template that has the modules imported; kept for the next one unless it failed."""
    with _lock:
        fitting = [made for made in idle if made.key == (modules, root, sandbox)]
        if fitting:
            idle.remove(fitting[0])
    [made] = fitting[:1] or start(modules, root, sandbox)
    try:
        made.wait()
        yield made
    except BaseException:
        made.close()
        raise
    with _lock:
        idle.append(made)
        too_many = idle.pop(0) if len(idle) > (os.cpu_count() or 1) else None
    if too_many:
        too_many.close()


@atexit.register
def cool() -> None:
    """End this process's templates."""
    while idle:
        idle.pop().close()
