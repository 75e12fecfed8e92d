"""Two submissions cannot pass a bit to one another: pairs of a writer and a reader in the real grader.

A reader looks before the writer runs, in another jail while the writer is still there, and after it in the
same jail. What it finds must be the same. What remains open is listed in book/instructors.md.
"""

from __future__ import annotations

import ast
import os
import platform
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from staffroom import jail, processes
from staffroom.engine import Package, Session

WHY = jail.probe()
pytestmark = [
    pytest.mark.skipif(bool(WHY), reason=WHY or "-"),
    pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers below are those of x86_64"),
]
LIMITS = jail.Limits(cell_seconds=30, memory_mb=600, processes=40)
# A file that all see and nobody uses. `call` gives what a system call returns, or the error below zero.
BEGIN = """import ctypes, fcntl, os, signal, socket, struct, zlib
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *args):
    args = [ctypes.c_long(a) if isinstance(a, int) else a for a in args]
    value = libc.syscall(ctypes.c_long(number), *args)
    return -ctypes.get_errno() if value < 0 else value
def attempt(act, *args):
    try:
        return act(*args)
    except OSError as error:
        return -error.errno
shared = os.path.join(os.path.dirname(os.__file__), "this.py")
answer = kept = None
"""
LOCK = """
kept = open(shared)
attempt(fcntl.fcntl, kept, {}, struct.pack("hhqqi", fcntl.F_RDLCK, 0, 0, 0, 0))"""
LOCKED = """
wanted = struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 0, 0)
answer = struct.unpack("hhqqi", fcntl.fcntl(open(shared), {}, wanted))[:2]"""
BIND = """
kept = attempt(socket.socket, *{})
answer = kept if isinstance(kept, int) else attempt(kept.bind, {})"""
LABEL = """
kept = attempt(socket.socket, socket.AF_INET6, socket.SOCK_DGRAM)
wanted = socket.inet_pton(socket.AF_INET6, "::1") + struct.pack(">I", 0x777)
wanted += struct.pack("BBHHHI", 0, 1, 1, 60, 60, 0)
answer = kept if isinstance(kept, int) else attempt(kept.setsockopt, 41, 32, wanted)"""
QUEUE = """
librt = ctypes.CDLL("librt.so.1")
kept = [librt.mq_open(b"/planted%d" % n, os.O_CREAT | os.O_RDWR, 0o600, None) > 0 for n in range({})]
answer = kept[0]"""
SEND = """
kept = socket.socketpair()
for _ in range({0}):
    answer = attempt(socket.send_fds, kept[0], [b"x"], [0] * {0})"""
SIGNAL = """
signal.pthread_sigmask(signal.SIG_BLOCK, [40])
kept = struct.pack("iii20x", 40, 0, -1) + bytes(96)
"""
BUSY = """
kept = [bytearray(b"x" * (200 << 20)), open(shared), *[os.pipe() for _ in range(50)]]
attempt(fcntl.fcntl, kept[1], 37, struct.pack("hhqqi", fcntl.F_RDLCK, 0, 0, 0, 0))
for _ in range(20):
    if not os.fork():
        signal.pause()"""
# name → what writes, what reads into `answer`
PAIRS = {
    "files": (
        "for place in ('/scratch', '/tmp', '/var/tmp', '/dev/shm'): open(f'{place}/planted', 'w').close()",
        "answer = [os.listdir(p) for p in ('/tmp', '/var/tmp', '/dev/shm')], os.path.exists('planted')",
    ),
    "times, modes and attributes of shared files": (
        """
for act in (os.utime, lambda p: os.chmod(p, 0o600), lambda p: os.setxattr(p, "user.bit", b"1")):
    attempt(act, shared)
open(shared, "rb").read()""",
        "answer = [*os.stat(shared)[:7], os.stat(shared).st_atime_ns, os.listxattr(shared)]",
    ),
    "flock of a shared file": (
        "kept = open(shared); attempt(fcntl.flock, kept, fcntl.LOCK_EX)",
        "answer = attempt(fcntl.flock, open(shared), fcntl.LOCK_EX | fcntl.LOCK_NB)",
    ),
    "flock of a device": (
        "kept = open('/dev/null'); attempt(fcntl.flock, kept, fcntl.LOCK_EX)",
        "answer = attempt(fcntl.flock, open('/dev/null'), fcntl.LOCK_EX | fcntl.LOCK_NB)",
    ),
    "record lock of a shared file": (LOCK.format("fcntl.F_SETLK"), LOCKED.format("fcntl.F_GETLK")),
    "open file description lock": (LOCK.format(37), LOCKED.format(36)),
    "leases": (  # of files that the user owns, where the grader runs as an ordinary user
        "kept = open(shared)",
        "answer = attempt(fcntl.fcntl, open(shared), fcntl.F_SETLEASE, fcntl.F_WRLCK)",
    ),
    "hints about a file's life": (
        "attempt(fcntl.fcntl, open(shared), 1036, struct.pack('Q', 4))",
        "answer = attempt(fcntl.fcntl, open(shared), 1035, bytes(8))",
    ),
    "watches on shared files": (
        "kept = [call(294, 0) for _ in range(200)]",
        "answer = call(294, 0) > 0, call(300, 0, 0) > 0",
    ),
    "which of a file's pages are in memory": (
        "attempt(os.posix_fadvise, os.open(shared, os.O_RDONLY), 0, 0, os.POSIX_FADV_DONTNEED)",
        """
kept = os.open(shared, os.O_RDONLY)
answer = attempt(os.preadv, kept, [bytearray(9)], 0, os.RWF_NOWAIT)
os.read(kept, 1 << 16)""",
    ),
    "addresses of sockets": (
        "kept = socket.socket(socket.AF_UNIX); kept.bind('\\0planted'); kept.listen()",
        """
answer = attempt(socket.socket(socket.AF_UNIX).connect, "\\0planted")
answer = answer, open("/proc/net/unix").read().count("planted")""",
    ),
    "ports": (BIND.format("()", ("127.0.0.1", 7777)),) * 2,
    "netlink": (BIND.format((16, 3, 2), (4242, 0)),) * 2,
    "IPv6 flow labels": (LABEL, LABEL),
    "counters of the network": (
        """
kept = attempt(socket.socket, socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(9):
    isinstance(kept, int) or attempt(kept.sendto, b"x", ("127.0.0.1", 9))
kept = [attempt(socket.socket) for _ in range(100)]""",
        """
names = "snmp netstat dev udp tcp".split()
answer = {name: zlib.crc32(open(f"/proc/net/{name}", "rb").read()) for name in names}""",
    ),
    "numbers of sockets": (
        "kept = [attempt(socket.socket(socket.AF_UNIX).getsockopt, 1, 57, 8) for _ in range(99)]",
        "answer = attempt(socket.socket(socket.AF_UNIX).getsockopt, 1, 57, 8)",
    ),
    "open files on their way": (SEND.format(200), SEND.format(1)),
    "the sizes of pipes": (
        """
kept = [os.pipe() for _ in range(70)]
for _, end in kept:
    attempt(fcntl.fcntl, end, 1031, 1 << 20)
kept += [os.pipe() for _ in range(50)]""",
        "answer = fcntl.fcntl(os.pipe()[0], 1032)",
    ),
    "message queues": (QUEUE.format(99), QUEUE.format(1)),
    "shared memory, semaphores and queues of System V": (
        "kept = call(29, 77, 4096, 0o1600), call(64, 77, 1, 0o1600), call(68, 77, 0o1600)",
        "answer = [call(29, 77, 4096, 0), call(64, 77, 1, 0), call(68, 77, 0)]",
    ),
    "signals that wait": (
        SIGNAL + "while call(129, 1, 40, kept) == 0: pass",
        SIGNAL + "answer = call(129, 1, 40, kept)",
    ),
    "asynchronous requests": (
        "[call(206, 30000, ctypes.byref(ctypes.c_ulong())) for _ in range(3)]",
        "answer = call(206, 30000, ctypes.byref(ctypes.c_ulong()))",
    ),
    "keyrings": (
        "call(248, b'user', b'planted', b'1', 1, -4), call(248, b'user', b'planted', b'1', 1, -3)",
        "answer = [call(250, 10, ring, b'user', b'planted', 0) for ring in (-4, -3)]",
    ),
    "names of the machine": (
        "attempt(socket.sethostname, 'planted'); call(171, b'planted', 7)",
        "answer = list(os.uname())",
    ),
    "numbers of processes": (
        "for _ in range(99):\n    pid = os.fork()\n    if not pid: os._exit(0)\n    os.waitpid(pid, 0)",
        "answer = os.fork()\nif not answer: os._exit(0)",
    ),
    "processes that the machine has": (
        BUSY,
        "room = ctypes.create_string_buffer(112); error = call(99, room); answer = error, room.raw[80:82]",
    ),
    "priorities": (
        "attempt(os.setpriority, os.PRIO_USER, 0, 7)",
        "answer = os.getpriority(os.PRIO_USER, 0)",
    ),
    "where pages lie": (
        "call(238, 1, (ctypes.c_ulong * 1)(1), 8)",
        "kept = ctypes.c_int(); answer = call(239, ctypes.byref(kept), None, 0, None, 0), kept.value",
    ),
    "memory that is shared": (
        """
for line in open("/proc/self/maps"):
    if line.split()[1] == "rw-s":
        ctypes.memset(int(line.split("-")[0], 16), 7, 1)""",
        "answer = [line for line in open('/proc/self/maps') if line.split()[1] == 'rw-s']",
    ),
    "space of file systems": (
        "for p in ('/scratch', '/dev/shm'): open(f'{p}/large', 'wb').write(bytes(50 << 20))",
        "answer = [str(attempt(os.statvfs, p)) for p in ('/usr', '/scratch', '/dev/shm')]",
    ),
    "what /proc and /sys tell about the machine": (
        BUSY,
        """
def look(path):
    try:
        return zlib.crc32(open(path, "rb").read())
    except OSError as error:
        return -error.errno
tops = [p for p in os.scandir("/proc") if not p.name.isdigit() and not p.is_symlink()]
paths = [os.path.join(d, f) for top in ("/sys", *[p.path for p in tops if p.is_dir()])
         for d, _, files in os.walk(top) for f in files]
answer = {p: look(p) for p in [*paths, *[p.path for p in tops if p.is_file()]]}""",
    ),
}


# Here the machine itself changes (a disk comes, a link goes down), so a difference counts when each round has
# one. That is enough for this writer alone: all that it does ends with it, and is there again the next time.
ROUNDS = {"what /proc and /sys tell about the machine": 3}
COUNTED_BY_USER = ("open files on their way", "the sizes of pipes")


@pytest.fixture(scope="module")
def templates() -> Iterator[list[processes.Template]]:
    """Two, whose jails are there at the same time."""
    made = processes.start((), "/nowhere", True, 2)
    for template in made:
        template.wait()
    yield made
    for template in made:
        template.close()


def opened(template: processes.Template, folder: Path) -> Session:
    package = Package("x", {}, {}, {}, LIMITS, True, True, "/nowhere")
    return Session(template, package, str(folder), {}, time.monotonic() + 60, 9)


def said(session: Session, code: str) -> object:
    outputs = session.run("student", f"{BEGIN}{code}\nprint(repr(answer))")["outputs"]
    assert [output.get("name") for output in outputs] == ["stdout"], outputs
    return ast.literal_eval(outputs[0].text)


def found(template: processes.Template, folder: Path, code: str) -> object:
    """What a new submission finds."""
    session = opened(template, folder)
    try:
        return said(session, code)
    finally:
        session.close()


@pytest.mark.parametrize("name", PAIRS)
def test_a_reader_finds_nothing_of_a_writer(
    name: str, templates: list[processes.Template], tmp_path: Path
) -> None:
    if name in COUNTED_BY_USER and os.geteuid():
        pytest.skip("an ordinary user's jails are all this user's")
    write, read = PAIRS[name]
    mine, others = templates
    for _ in range(ROUNDS.get(name, 1)):
        before = [found(template, tmp_path, read) for template in templates]
        writer = opened(mine, tmp_path)
        try:
            said(writer, write)
            beside = found(others, tmp_path, read)
        finally:
            writer.close()
        after = [found(mine, tmp_path, read), beside]
        if after == before:
            return
    pytest.fail(f"after it, and beside it: {[differ(*pair) for pair in zip(before, after, strict=True)]}")


def differ(before: object, after: object) -> object:
    """What of it is not the same; of a dict its differing entries."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = {*before, *after}
        return {k: (before.get(k), after.get(k)) for k in keys if before.get(k) != after.get(k)}
    return before, after
