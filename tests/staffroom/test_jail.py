"""What a jailed process can reach and use. All of it is tried from inside, as a student would.

These tests run as root, and on jails that may be broken: what they try does no harm where it is not refused.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import platform
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from staffroom import jail

SOURCE = Path(jail.__file__).read_text()
WHY = jail.probe()
USER = 12345
BECOME = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
VISIBLE = [
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/etc/passwd",
    "/sys/devices/system/cpu/online",
    sys.prefix,
    sys.base_prefix,
]
# Runs each student in turn, and says of each: its answer, its exit status, and whether any of it is left.
DRIVER = """
import json, os, sys, types
task = json.loads(sys.stdin.readline())
jail = sys.modules["jail"] = types.ModuleType("jail")
exec(task["source"], jail.__dict__)
jail.enter(task["visible"])
def errno(act, *args):
    try:
        act(*args)
    except OSError as error:
        return error.errno
found = []
for source in task["students"]:
    r, w = os.pipe()
    pid = jail.fork()
    if not pid:
        os.dup2(w, 2)
        names = {"errno": errno, "answer": None, "os": os, "sys": sys, "__name__": "__main__"}
        jail.confine(jail.Limits(**task["limits"]))
        os.mkdir("data")
        with open("data/words.txt", "w") as file:
            file.write("vector")
        exec(source, names)
        os.write(w, json.dumps(names["answer"]).encode())
        os._exit(0)
    os.close(w)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.set_blocking(r, False)
    said = os.read(r, 1 << 16).decode()
    try:
        left = os.read(r, 1) != b""
    except BlockingIOError:
        left = True
    found.append([json.loads(said) if said and not status else said, status, left])
    os.close(r)
print(json.dumps(found))
"""


class Jail:
    """Runs Python text as students in a new jail that is started by root, or by an ordinary user."""

    def __init__(self, start: list[str]) -> None:
        self.start = start

    def command(self, driver: str = DRIVER) -> list[str]:
        return [*self.start, "-I", "-c", driver]

    def task(self, *students: str, visible: tuple[str, ...] = (), **limits: float) -> str:
        what = {"students": students, "visible": [*VISIBLE, *visible], "limits": limits, "source": SOURCE}
        return json.dumps(what)

    def outcomes(self, *students: str, **more: object) -> list[list]:
        """[the answer, the exit status, whether a process is left] of each."""
        done = subprocess.run(
            self.command(), input=self.task(*students, **more), capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def answers(self, *students: str, **more: object) -> list:
        outcomes = self.outcomes(*students, **more)
        assert all(status == 0 and not left for _, status, left in outcomes), outcomes
        return [answer for answer, *_ in outcomes]


@pytest.fixture(params=["root", "user"], scope="module")
def box(request: pytest.FixtureRequest) -> Jail:
    if WHY:
        pytest.skip(WHY)
    if (request.param == "root") != (os.geteuid() == 0):
        if os.geteuid() or not shutil.which("setpriv") or not Path("/usr/bin/python3").exists():
            pytest.skip(f"cannot become {request.param} here")
        said = subprocess.run(
            [*BECOME, "/usr/bin/python3", "-I", "-"], input=SOURCE, capture_output=True, text=True
        )
        if said.returncode:
            pytest.skip(said.stdout or said.stderr)
        return Jail([*BECOME, "/usr/bin/python3"])
    return Jail([sys.executable])


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in /tmp with a file, which the ordinary user owns."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        place = Path(name)
        place.chmod(0o755)
        (place / "secret").write_text("42")
        if os.geteuid() == 0:
            os.chown(place, USER, USER)
            os.chown(place / "secret", USER, USER)
        yield place


def test_only_what_is_listed_is_seen(box: Jail, folder: Path) -> None:
    look = f"""answer = [sorted(os.listdir("/")), os.path.exists("{folder}/secret"),
        [p for p in ("/etc/shadow", "/home", "/run", "/opt", "/root/.ssh", "/sys/class")
         if os.path.exists(p)],
        sorted(os.listdir("/dev")), sorted(os.listdir("/etc")), sorted(os.listdir("/sys/devices/system"))]"""
    [[top, secret, known, dev, etc, system]] = box.answers(look)
    own = {"bin", "dev", "etc", "lib", "lib64", "proc", "scratch", "sys", "tmp", "usr", "var"}
    prefixes = {Path(p).parts[1] for p in (sys.prefix, sys.base_prefix)}
    assert own <= set(top) <= own | prefixes
    assert not secret
    assert known == []
    assert dev == ["fd", "full", "null", "random", "shm", "urandom"]
    assert (etc, system) == (["passwd"], ["cpu"])


def test_the_way_to_the_environment_shows_nothing_else(box: Jail) -> None:
    """As root the environment may lie in the course, or in root's home: their other files stay unseen."""
    way = [p for p in Path(sys.prefix).parents if p != Path("/")]
    look = f"answer = [[p, os.listdir(p)] for p in {[str(p) for p in way]} if os.path.exists(p)]"
    [found] = box.answers(look)
    names = {part for p in (sys.prefix, sys.base_prefix) for part in Path(p).parts}
    assert {name for _, inside in found for name in inside} <= names


def test_what_is_listed_is_seen_read_only_wherever_it_lies(box: Jail, folder: Path) -> None:
    """/tmp is the student's own, and yet shows an environment that lies in the host's /tmp."""
    look = f"""answer = [open("{folder}/secret").read(), errno(open, "{folder}/secret", "w"),
        errno(open, "{folder}/new", "w"), errno(open, "/usr/new", "w"),
        errno(open, "/new", "w"), errno(open, "/tmp/new", "w")]"""
    [[text, *errors]] = box.answers(look, visible=(str(folder),))
    assert text == "42"
    assert errors == [30, 30, 30, 30, None]  # EROFS


def test_only_the_students_own_folders_are_writable(box: Jail) -> None:
    look = """mounts = [line.split() for line in open("/proc/self/mountinfo")]
seen = {fields[4]: fields[5].split(",")[0] for fields in mounts}  # what was mounted last hides the others
answer = sorted(place for place, how in seen.items() if how == "rw")"""
    assert box.answers(look) == [["/dev/shm", "/scratch", "/tmp", "/var/tmp"]]


def test_proc_tells_of_the_student_alone_and_nothing_can_be_set_there(box: Jail) -> None:
    """A student that sets its oom_score_adj back would have others killed when memory runs out."""
    tell = """import time
tops = [p for p in os.listdir("/proc") if not p.isdigit() and not os.path.islink(f"/proc/{p}")]
def look():
    return {p: open(f"/proc/{p}", "rb").read() for p in tops
            if os.path.isfile(f"/proc/{p}") and not errno(open, f"/proc/{p}")}
before, kept = look(), [os.pipe() for _ in range(99)]
time.sleep(0.1)
after = look()
answer = [[p for p in before if before[p] != after[p]], [p for p in ("locks", "vmstat") if before[p]],
          [p for p in ("cpuinfo", "meminfo", "stat") if not before[p]],
          [os.listdir(f"/proc/{p}") for p in ("sys", "fs")]]"""
    write = """answer = [errno(open, f"/proc/self/{name}", "r+") for name in ("oom_score_adj", "comm", "mem")]
if not os.fork():
    os._exit(errno(open, f"/proc/{os.getpid()}/oom_score_adj", "w"))
answer += [os.waitstatus_to_exitcode(os.wait()[1]), open("/proc/self/oom_score_adj").read().strip()]"""
    assert box.answers(tell, write) == [[[], [], [], [[], []]], [30, 30, 30, 30, "1000"]]  # EROFS


def test_a_student_starts_in_a_folder_with_the_files(box: Jail) -> None:
    look = """import tempfile, socket
answer = [os.getcwd(), os.listdir(), open("data/words.txt").read(), os.path.expanduser("~"),
          tempfile.gettempdir(), os.getpid(), socket.gethostname(),
          open("/proc/self/oom_score_adj").read().strip()]"""
    expected = ["/scratch", ["data"], "vector", "/scratch", "/tmp", 1, "sandbox", "1000"]
    assert box.answers(look) == [expected]


def test_nothing_is_left_for_the_next_student(box: Jail) -> None:
    queue = """import ctypes
mq_open = ctypes.CDLL("librt.so.1").mq_open
"""
    plant = (
        queue
        + """for place in ("/scratch", "/tmp", "/var/tmp", "/dev/shm"):
    os.makedirs(place + "/planted", exist_ok=True)
answer = mq_open(b"/planted", os.O_CREAT | os.O_RDWR, 0o600, None) >= 0  # their size is counted by user"""
    )
    look = (
        queue
        + """answer = [[os.listdir(p) for p in ("/scratch", "/tmp", "/var/tmp", "/dev/shm")],
        mq_open(b"/planted", os.O_RDWR, 0, None)]"""
    )
    # the way to an environment that lies in /tmp is there, for everybody
    places = [Path(p) for p in (sys.prefix, sys.base_prefix)]
    way = sorted({p.parts[2] for p in places if p.is_relative_to("/tmp")})
    assert box.answers(plant, look) == [False, [[["data"], way, way, []], -1]]


def test_no_network(box: Jail) -> None:
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0staffroom-{os.getpid()}")
        abstract.listen()
        socket.create_connection(tcp.getsockname(), 5).close()  # from outside, both can be reached
        socket.socket(socket.AF_UNIX).connect(abstract.getsockname())
        look = f"""import socket
answer = [errno(socket.create_connection, {tcp.getsockname()}, 5),
          errno(socket.socket(socket.AF_UNIX).connect, {abstract.getsockname()!r}),
          errno(socket.socket, socket.AF_VSOCK), errno(socket.socket, 38), errno(socket.socketpair, 30),
          errno(socket.socketpair)]"""
        assert box.answers(look) == [[97, 111, 97, 97, 97, None]]  # no such family; refused


def test_no_other_process_is_seen_or_hit(box: Jail) -> None:
    look = f"""import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
os.kill(0, signal.SIGINT)  # to its process group: the jail's own, had it none
answer = [[p for p in os.listdir("/proc") if p.isdigit()], os.getppid(), errno(os.kill, {os.getpid()}, 0)]"""
    assert box.answers(look, look) == [[["1"], 0, 3]] * 2  # ESRCH


def test_what_a_student_starts_ends_with_it(box: Jail) -> None:
    """A daemon keeps the pipe open; right after the student's end nobody has it open."""
    daemon = """import signal
if not os.fork():
    os.setsid()
    if not os.fork():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True: signal.pause()
    os._exit(0)
os.wait()
answer = sum(p.isdigit() for p in os.listdir("/proc"))"""
    assert box.outcomes(daemon) == [[2, 0, False]]


def test_no_privilege_is_left(box: Jail) -> None:
    look = """lines = dict(line.split(":\\t", 1) for line in open("/proc/self/status") if ":\\t" in line)
names = [name for name in lines if name[:3] == "Cap"] + ["Uid", "NoNewPrivs", "Seccomp"]
answer = {name: lines[name].strip() for name in names}"""
    none = dict.fromkeys(["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"], "0" * 16)
    assert box.answers(look) == [none | {"Uid": "1000\t1000\t1000\t1000", "NoNewPrivs": "1", "Seccomp": "2"}]


def test_system_calls_are_refused(box: Jail) -> None:
    """All with senseless arguments: without the filter most would say so instead of EPERM."""
    if platform.machine() != "x86_64":
        pytest.skip("the numbers below are those of x86_64")
    absent = [jail.CLONE3, jail.UNKNOWN, 0x40000000]
    numbers = [*map(int, jail.DENIED[1::3]), *jail.DENIED_EVERYWHERE, *absent]
    look = f"""import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def code(*args):
    return ctypes.get_errno() if libc.syscall(*map(ctypes.c_long, args)) < 0 else 0
answer = [[n, code(n, -1, -1, -1, -1, -1)] for n in {numbers}]
answer += [[bit, code(56, 1 << bit | 17, 0, 0, 0, 0)] for bit in (17, 25, 26, 27, 28, 29, 30)]"""
    [found] = box.answers(look)
    assert [n for n, error in found if error != (38 if n in absent else 1)] == []


@pytest.mark.parametrize("name", ["x86_64-linux-gnu/asm/unistd_64.h", "asm-generic/unistd.h"])
def test_the_numbers_are_those_of_the_kernel(name: str) -> None:
    header = Path("/usr/include", name)
    if not header.exists():
        pytest.skip(f"no {header}")
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text())
    numbers = {call: int(number) for call, number in found}
    column = int(name.startswith("asm-generic"))  # which is what aarch64 has
    for call, number in zip(jail.DENIED[::3], jail.DENIED[1 + column :: 3], strict=True):
        assert (call, numbers.get(call, -1)) == (call, int(number))
    calls = [*jail.CALLS[::3]]
    assert [numbers[call] for call in calls] == [*map(int, jail.CALLS[1 + column :: 3])]
    assert numbers["clone3"] == jail.CLONE3
    everywhere = """io_uring_setup io_uring_enter io_uring_register open_tree move_mount fsopen fsconfig
        fsmount fspick pidfd_getfd process_madvise mount_setattr quotactl_fd memfd_secret
        set_mempolicy_home_node cachestat open_tree_attr""".split()
    assert {numbers[call] for call in everywhere if call in numbers} <= set(jail.DENIED_EVERYWHERE)


def run_filter(machine: str, arch: int, number: int, argument: int = 0, place: int = 0) -> int:
    """What the kernel would make of the filter: the five operations that it uses."""
    lines = [
        struct.unpack("HBBI", bytes(line)) for line in zip(*[iter(jail.FILTERS[machine])] * 8, strict=True)
    ]
    data = {0: number, 4: arch} | {16 + 8 * n: argument if n == place else 0 for n in range(6)}
    tests = {jail.EQUAL: int.__eq__, jail.AT_LEAST: int.__ge__, jail.ANY_BIT: lambda a, b: bool(a & b)}
    at = value = 0
    while True:
        code, yes, no, operand = lines[at]
        if code == jail.ANSWER:
            return operand
        if code == jail.LOAD:
            value = data[operand]
        elif code == jail.AND:
            value &= operand
        else:
            at += yes if tests[code](value, operand) else no
        at += 1


@pytest.mark.parametrize(
    ("machine", "clone", "sock", "kill", "read"), [("x86_64", 56, 41, 62, 0), ("aarch64", 220, 198, 129, 63)]
)
def test_the_filter_on_each_machine(machine: str, clone: int, sock: int, kill: int, read: int) -> None:
    column, arch = jail.MACHINES[machine]

    def run(number: int, argument: int = 0, place: int = 0) -> int:
        return run_filter(machine, arch, number, argument, place)

    calls = dict(zip(jail.CALLS[::3], map(int, jail.CALLS[1 + column :: 3]), strict=True))
    assert {run(n) for n in (read, kill)} == {jail.ALLOW}
    assert {run(int(n)) for n in jail.DENIED[1 + column :: 3] if n != "-1"} == {jail.ERROR | 1}
    assert [run(clone, flags) for flags in (17, 0x3D0F00, 17 | jail.NEWUSER)] == [jail.ALLOW] * 2 + [
        jail.ERROR | 1
    ]
    assert [run(number, 1) for number in (sock, calls["socketpair"])] == [jail.ALLOW] * 2
    families = (0, 2, 10, 16, 17, 30, 38, 40)
    refused = [run(number, family) for number in (sock, calls["socketpair"]) for family in families]
    assert refused == [jail.ERROR | 97] * 16
    assert {run(number) for number in (jail.CLONE3, jail.UNKNOWN, 0x40000000 | read)} == {jail.ERROR | 38}
    decided = {  # call: (which argument, what is allowed, what is refused with EPERM, or with another error)
        "mmap": (3, [0x02, 0x22, 0x01, 0x20022], []),
        "fcntl": (1, [0, 1, 3, 5, 36, 1030, 1035], [1024, 1026, 1036, 1038]),
        "preadv2": (5, [0, 1], []),
        "madvise": (2, [0, 3, 4, 8, 14], [12, 20, 21]),
        "prctl": (0, [4, 15, 38], [22, 67]),
        "setsockopt": (2, [2, 8, 20], [26, 50, 51, 52]),
        "getsockopt": (2, [3, 4, 17], [57]),
        "ioctl": (1, [0x5401, 0x541B, 0x5451, 0x8912], []),
    }
    for name, (place, allowed, denied) in decided.items():
        assert [run(calls[name], value, place) for value in allowed] == [jail.ALLOW] * len(allowed), name
        assert [run(calls[name], value, place) for value in denied] == [jail.ERROR | 1] * len(denied), name
    other = [run(calls["mmap"], flags, 3) for flags in (0x21, 0x122, 0x40022)]
    assert other == [jail.ERROR | 12] * 3  # ENOMEM
    assert [run(calls["preadv2"], 8, 5), run(calls["ioctl"], 0x8008940A, 1)] == [
        jail.ERROR | 95,
        jail.ERROR | 25,
    ]
    locks = [run(calls["fcntl"], command, 1) for command in (6, 7, 37, 38)]
    nothing_done = [*locks, run(calls["flock"]), run(calls["fadvise64"]), run(calls["setsockopt"], 7, 2)]
    assert set(nothing_done) == {jail.ERROR}  # and no error
    foreign = {0xC000003E, 0xC00000B7, 0x40000003} - {arch}
    assert {run_filter(machine, other, read) for other in foreign} == {jail.KILL}


def test_the_limits_hold_and_cannot_be_raised(box: Jail) -> None:
    limits = {"memory_mb": 100, "processes": 12, "open_files": 40, "disk_mb": 8}
    memory = (
        "answer = len(bytearray(50 << 20))\ntry: bytearray(150 << 20)\nexcept MemoryError: answer = 'memory'"
    )
    files = """opened = []
answer = errno(lambda: [opened.append(os.dup(0)) for _ in range(99)]), len(opened) < 40"""
    processes = """import threading
wait = threading.Event()
try:
    for n in range(99):
        threading.Thread(target=wait.wait, daemon=True).start()
except RuntimeError:
    answer = n < 12, errno(os.fork)
wait.set()"""
    disk = """def fill(place):
    for n in range(9):
        with open(f"{place}/{n}", "wb") as file:
            file.write(bytes(3 << 20))
answer = [errno(fill, p) for p in ("/tmp", ".", "/dev/shm")]"""
    inodes = "answer = errno(lambda: [os.close(os.open(f'{n}', os.O_CREAT)) for n in range(70000)])"
    size = "answer = errno(lambda: os.truncate(os.open('x', os.O_CREAT | os.O_WRONLY), 9 << 20))"
    higher = """import resource
def higher(kind):
    soft, hard = resource.getrlimit(kind)
    try: resource.setrlimit(kind, (hard + 1, hard + 1))
    except ValueError: return soft == hard
kinds = "CPU DATA NPROC NOFILE FSIZE STACK CORE".split()
answer = [higher(getattr(resource, "RLIMIT_" + kind)) for kind in kinds]"""
    found = box.answers(memory, files, processes, disk, inodes, size, higher, **limits)
    nothing_left, too_big, too_many = 28, 27, 24
    assert found[:3] == ["memory", [too_many, True], [True, 11]]
    assert found[3:6] == [[nothing_left] * 3, nothing_left, too_big]
    assert found[6] == [True] * 7


def test_the_limit_on_cpu_time_kills_even_pid_1() -> None:
    if WHY:
        pytest.skip(WHY)
    loop = "import signal\nfor n in (15, 24): signal.signal(n, signal.SIG_IGN)\nwhile True: pass"
    assert Jail([sys.executable]).outcomes(loop, cpu_seconds=1) == [["", -9, False]]


MAP = """import ctypes, socket, struct
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_size_t
def mapped(flags, protection, size):
    place = libc.mmap(None, ctypes.c_size_t(size), protection, flags, -1, ctypes.c_long(0))
    return place if place != 2 ** 64 - 1 else -ctypes.get_errno()
"""


def test_memory_that_the_limit_on_data_does_not_count_is_limited_too(box: Jail) -> None:
    stacks = MAP + "answer = mapped(0x122, 3, 150 << 20), mapped(0x40022, 3, 2 << 20)"
    tables = (
        MAP
        + "answer = mapped(0x4022, 1, 5 << 30), mapped(0x4022, 0, 1 << 40), mapped(0x4022, 0, 3 << 30) > 0"
    )
    protected = (
        MAP
        + """import itertools
for n in itertools.count():
    place = mapped(0x22, 3, 80 << 20)  # not touched: to map and to protect is what is counted
    if place < 0 or libc.mprotect(ctypes.c_void_p(place), ctypes.c_size_t(80 << 20), 1):
        break
answer = n"""
    )
    written = "answer = errno(open, '/proc/self/mem', 'r+b')"
    kept = """import socket
pairs = [socket.socketpair() for _ in range(50)]
total = 0
for pair in pairs:
    for end in pair:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
        end.setblocking(False)
        try:
            while True:
                total += end.send(bytes(1 << 16))
        except BlockingIOError:
            pass
answer = total >> 20"""
    signals = """import signal, ctypes
libc = ctypes.CDLL(None)
answer = sum(libc.timer_create(0, None, ctypes.byref(ctypes.c_void_p())) == 0 for _ in range(999))"""
    found = box.answers(stacks, tables, protected, written, kept, signals, memory_mb=100)
    assert found[:2] == [[-12, -12], [-12, -12, True]]
    assert found[2] * 80 <= (jail.ROOM >> 20) + 100
    assert found[3] == 30
    assert found[4] < 30
    assert found[5] <= 256


def test_what_is_shared_can_neither_be_locked_nor_watched_nor_marked(box: Jail, folder: Path) -> None:
    """Not by the user who owns it either, who grades where no root is. One's own locks do as if."""
    shared = f"""import fcntl, sqlite3, struct
file = open("{folder}/secret")
answer = [errno(fcntl.fcntl, file, command, 1) for command in (fcntl.F_SETLEASE, fcntl.F_NOTIFY)]
answer += [errno(fcntl.fcntl, file, command, struct.pack("Q", 4)) for command in (1036, 1038)]
fcntl.flock(file, fcntl.LOCK_EX)
answer.append(errno(fcntl.flock, open("{folder}/secret"), fcntl.LOCK_EX | fcntl.LOCK_NB))
with sqlite3.connect("own.db") as base:
    base.execute("CREATE TABLE words (word)")
    base.execute("INSERT INTO words VALUES ('vector')")
answer.append(sqlite3.connect("own.db").execute("SELECT * FROM words").fetchall())"""
    assert box.answers(shared, visible=(str(folder),)) == [[1, 1, 1, 1, None, [["vector"]]]]


def test_ordinary_python_works(box: Jail) -> None:
    look = """import multiprocessing, subprocess, tempfile, threading, ctypes, socket
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
import math
answer = [subprocess.run("echo hi | cat; id -u", shell=True, capture_output=True, text=True).stdout.split()]
answer.append(list(ThreadPoolExecutor(8).map(abs, range(-3, 3))))
for how in ("fork", "spawn"):
    with ProcessPoolExecutor(2, multiprocessing.get_context(how)) as pool:
        answer.append(list(pool.map(math.isqrt, [4, 9])))
with tempfile.TemporaryDirectory() as place:
    subprocess.run([sys.executable, "-c", "print(1)"], stdout=open(place + "/x", "w"), check=True)
    answer.append(open(place + "/x").read())
from multiprocessing import shared_memory
block = shared_memory.SharedMemory(create=True, size=1 << 20)
block.unlink()
answer.append(len(os.urandom(3)))"""
    assert box.answers(look) == [[["hi", "1000"], [3, 2, 1, 0, 1, 2], [2, 3], [2, 3], "1\n", 3]]


@contextlib.contextmanager
def outside(box: Jail, end: str) -> Iterator[tuple[subprocess.Popen, Path]]:
    """A process that has entered a jail, where `end` is run then, and the jail's own as the host sees it."""
    driver = DRIVER.split("def errno")[0] + 'print("in", flush=True); ' + end
    extra = fcntl.fcntl(2, fcntl.F_DUPFD_CLOEXEC, 200)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "pass_fds": [extra]}
    process = subprocess.Popen(box.command(driver), text=True, **pipes)
    os.close(extra)
    try:
        process.stdin.write(box.task() + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "in\n"
        [child] = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield process, Path("/proc", child)
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_jail_is_nobody_and_ends_with_the_process_outside(box: Jail, how: signal.Signals) -> None:
    with outside(box, "jail.signal.pause()") as (process, child):
        lines = dict(line.split(":\t", 1) for line in (child / "status").read_text().splitlines())
        root = box.start == [sys.executable] and not os.geteuid()
        users = [jail.ALONE + process.pid, jail.NOBODY] if root else [os.geteuid() or USER]
        assert lines["Uid"] == lines["Gid"]
        assert lines["Uid"] in ["\t".join([str(user)] * 4) for user in users]
        assert lines["Groups"].strip() in ("", str(jail.NOBODY))
        end = time.monotonic() + 10  # it closes its files while the jail already runs
        while len(os.listdir(f"/proc/{process.pid}/fd")) != 1:  # it keeps no socket open
            assert time.monotonic() < end
        process.send_signal(how)
        assert select.select([process.stdout], [], [], 10)[0]
        assert process.stdout.read() == ""  # nobody has it open any more
        assert process.wait(10) == -how


def test_the_process_outside_ends_as_the_jail_did(box: Jail) -> None:
    with outside(box, "sys.stdin.read(); sys.exit(7)") as (process, _):
        process.stdin.close()
        assert process.wait(10) == 7
    with outside(box, "jail.signal.pause()") as (process, child):
        os.kill(int(child.name), signal.SIGKILL)
        assert process.wait(10) == 128 + signal.SIGKILL


def test_the_probe_names_the_step_and_a_remedy(box: Jail, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a jail no other can be made."""
    look = f"""import subprocess
command = [sys.executable, "-I", "-"]
answer = subprocess.run(command, input={SOURCE!r}, text=True, capture_output=True).stdout"""
    [said] = box.answers(look)
    assert said == "new user namespace and others in it: operation not permitted\n"
    monkeypatch.setattr(jail.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1, said, ""))
    reason = jail.probe()
    assert said.strip() in reason
    assert reason.endswith("--sandbox none")
    assert "\n" not in reason


def test_the_probe_says_yes_where_unshare_works() -> None:
    """Otherwise all tests above are skipped, and a broken jail would look like a system without the means."""
    flags = ["--user", "--mount", "--pid", "--net", "--ipc", "--uts", "--cgroup", "--fork", "--mount-proc"]
    if (
        not shutil.which("unshare")
        or subprocess.run(["unshare", *flags, "true"], capture_output=True).returncode
    ):
        pytest.skip("no namespaces here")
    assert WHY == ""


def test_the_probe_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail.sys, "platform", "darwin")
    assert jail.probe().startswith("isolation needs Linux on x86_64 or aarch64, this is ")


def test_links_are_followed_to_what_they_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "usr/lib/deep").mkdir(parents=True)
    (tmp_path / "usr/file").touch()
    (tmp_path / "lib").symlink_to("usr/lib")
    (tmp_path / "usr/lib/inside").symlink_to("../file")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "two").symlink_to(tmp_path / "lib")
    at = tmp_path.joinpath

    def places(*names: str) -> tuple[dict[Path, str], list[Path]]:
        return jail._places([str(at(name)) for name in names])

    assert places("lib/deep") == ({at("lib"): "usr/lib"}, [at("usr/lib/deep")])
    assert places("two") == ({at("two"): str(at("lib")), at("lib"): "usr/lib"}, [at("usr/lib")])
    assert places("usr/lib/inside", "usr/lib", "usr/lib/deep") == ({}, [at("usr/file"), at("usr/lib")])
    monkeypatch.chdir(tmp_path)  # what is relative would be the course itself
    assert places("loop", "missing") == jail._places(["", ".", "usr"]) == ({}, [])
