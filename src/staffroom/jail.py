"""The Linux sandbox of the student processes: namespaces, limits and a system call filter, through ctypes.

`enter` makes the jail once, in a child of the template: a root of its own that shows an allow-list read-only,
no network, no host process, and, when started as root, no longer root. Inside it, `fork` starts each student
as PID 1 of a PID namespace, so that nothing of a student outlives it, and `confine` gives the student fresh
writable folders, limits, no capability, no system call that could get any back, and none by which two
students could see each other: book/instructors.md lists what was tried. Linux 5.14 or later.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import select
import signal
import stat
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from errno import EAFNOSUPPORT, ENOMEM, ENOSYS, ENOTTY, EOPNOTSUPP, EPERM
from itertools import chain
from pathlib import Path
from typing import Any

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
SPACES = NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET
READ_ONLY, NOSUID, NODEV, NOEXEC, REMOUNT = 1, 2, 4, 8, 32  # mount(2)
BIND, REC, PRIVATE = 1 << 12, 1 << 14, 1 << 18
OPEN_TREE, MOVE_MOUNT, MOUNT_SETATTR = 428, 429, 442  # new system calls have one number everywhere
HERE, EMPTY_PATH, RECURSIVE = -100, 0x1000, 0x8000  # AT_*
PDEATHSIG, DUMPABLE, SECCOMP, CAPBSET_DROP, NO_NEW_PRIVS = 1, 4, 22, 24, 38  # prctl(2)
LOAD, AND, EQUAL, AT_LEAST, ANY_BIT, ANSWER = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06  # BPF
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x50000  # seccomp(2)
# Who root becomes: a user of this jail's own, as the kernel counts pipes and open files on their way by user;
# nobody, where a container lacks such numbers. And the user id that is seen inside.
ALONE, NOBODY, INSIDE = 1_900_000_000, 65534, 1000
BASE = "/tmp"  # any folder: the jail's root is mounted on it until it becomes the root
# Not zero: a shared map of it is memory that RLIMIT_DATA does not count.
DEVICES = [Path("/dev", name) for name in ("null", "full", "random", "urandom")]
WRITABLE = [Path("/scratch"), Path("/tmp"), Path("/var/tmp")]  # one file system, new for each student
# Of what /proc tells about the whole machine, this does not change by what a student does, and stays; of some
# there is a copy of the jail's start; all else is empty: loads, counters and locks would show what others do.
CONSTANT = """acpi bus cmdline config.gz consoles crypto devices dma driver execdomains filesystems iomem
ioports irq kallsyms key-users keys misc mtrr partitions tty version""".split()
COPIED = ("cpuinfo", "loadavg", "meminfo", "stat", "uptime")
ROOM = 4 << 30  # bytes of address space beside memory_mb: for the files and reservations of large packages

# System calls that fail for a student, with their numbers on x86_64 and aarch64 (-1: has none). From
# memfd_create to vmsplice they make memory that RLIMIT_DATA does not count and that Python does not need: its
# own lies in /dev/shm, which has a size. From sysinfo on they tell or change what all processes share.
DENIED = """
ptrace 101 117 process_vm_readv 310 270 process_vm_writev 311 271 kcmp 312 272 personality 135 92 bpf 321 280
mount 165 40 umount2 166 39 pivot_root 155 41 chroot 161 51 unshare 272 97 setns 308 268 quotactl 179 60
perf_event_open 298 241 userfaultfd 323 282 add_key 248 217 request_key 249 218 keyctl 250 219 syslog 103 116
kexec_load 246 104 kexec_file_load 320 294 init_module 175 105 finit_module 313 273 delete_module 176 106
name_to_handle_at 303 264 open_by_handle_at 304 265 swapon 167 224 swapoff 168 225 reboot 169 142 acct 163 89
settimeofday 164 170 clock_settime 227 112 adjtimex 159 171 clock_adjtime 305 266 sethostname 170 161
setdomainname 171 162 sched_setaffinity 203 122 memfd_create 319 279 shmget 29 194 semget 64 190 msgget 68 186
vmsplice 278 75 io_setup 206 0 seccomp 317 277 sysinfo 99 179 ustat 136 -1 statfs 137 43 fstatfs 138 44
inotify_init 253 -1 inotify_init1 294 26 fanotify_init 300 262 mincore 27 232 mbind 237 235 move_pages 279 239
set_mempolicy 238 237 get_mempolicy 239 236 migrate_pages 256 238
""".split()
# io_uring_*, open_tree, move_mount, fs*, pidfd_getfd, process_madvise, mount_setattr, quotactl_fd,
# memfd_secret, set_mempolicy_home_node, cachestat, open_tree_attr
DENIED_EVERYWHERE = [*range(425, 434), 438, 440, 442, 443, 447, 450, 451, 467]
CLONE3, UNKNOWN = 435, 468  # the first of those that are newer than this list
# Those of which an argument decides, in the same way.
CALLS = """clone 56 220 mmap 9 222 socket 41 198 socketpair 53 199 fcntl 72 25 flock 73 32 fadvise64 221 223
preadv2 327 286 madvise 28 233 prctl 157 167 setsockopt 54 208 getsockopt 55 209 ioctl 16 29""".split()
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # which number above, AUDIT_ARCH_*
LIBRARY = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Each can be set in nbgrader_config.py: c.Limits.memory_mb = 4096."""

    cell_seconds: float = 30  # wall time of one cell
    total_seconds: float = 600  # wall time of one submission
    cpu_seconds: int = 300  # of each process
    memory_mb: int = 2048  # private memory beyond what the template has, of each process
    processes: int = 64  # threads count, and so do the jail itself and what runs in it at the same time
    open_files: int = 256
    disk_mb: int = 256  # /scratch and /tmp together; /dev/shm has as much again
    output_kb: int = 2048  # output of one cell; of a notebook's cells together, 16 times as much


def _call(step: str, function: str | int, *args: Any) -> int:
    """A function of the C library, or a system call by number. A failure is an OSError that names `step`."""
    name, args = ("syscall", (function, *args)) if isinstance(function, int) else (function, args)
    result = getattr(LIBRARY, name)(*(ctypes.c_long(a) if isinstance(a, int) else a for a in args))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{step}: {os.strerror(code).lower()}")
    return result


def _mount(what: str, place: str, flags: int, options: str = "") -> None:
    """Mount a new file system, `what` being its type, or bind the folder `what`."""
    name = what.encode()
    _call(f"mount {what} on {place}", "mount", name, place.encode(), name, flags, options.encode())


def _take(path: Path) -> int:
    """A read-only copy of the mounts at `path` and below, for `_show` when something else hides them."""
    tree = _call(f"show {path}", OPEN_TREE, HERE, os.fsencode(path), 1 | os.O_CLOEXEC | RECURSIVE)  # a clone
    attributes = struct.pack("4Q", READ_ONLY | NOSUID | (0 if path in DEVICES else NODEV), 0, 0, 0)
    _call(f"show {path} read-only", MOUNT_SETATTR, tree, b"", EMPTY_PATH | RECURSIVE, attributes, 32)
    return tree


def _show(tree: int, place: Path) -> None:
    """Let what was taken be seen at `place`."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.mkdir(exist_ok=True) if stat.S_ISDIR(os.fstat(tree).st_mode) else place.touch()
    _call(f"show {place}", MOVE_MOUNT, tree, b"", HERE, os.fsencode(place), 4)  # MOVE_MOUNT_F_EMPTY_PATH
    os.close(tree)


def _places(visible: Sequence[str]) -> tuple[dict[Path, str], list[Path]]:
    """The symbolic links to make and the files and folders to bind for all of `visible` to be seen."""
    links: dict[Path, str] = {}
    real: set[Path] = set()
    todo = [p for p in visible if os.path.isabs(p) and os.path.exists(p)]  # "" in sys.path: the course itself
    while todo:
        path = Path(os.path.normpath(todo.pop()))
        link = next((p for p in [*reversed(path.parents), path] if p.is_symlink()), None)
        if link is None:
            real.add(path)
        else:
            links[link] = os.readlink(link)
            todo.append(os.path.join(link.parent, links[link], path.relative_to(link)))
    top = [p for p in sorted(real) if not real & set(p.parents)]
    return {p: target for p, target in links.items() if not real & set(p.parents)}, top


def _build(visible: Sequence[str]) -> list[Path]:
    """Put the jail's root together on BASE, in a mount namespace of our own. Return what lies where each
    student's writable folders will be."""
    _call("make the mounts private", "mount", None, b"/", None, REC | PRIVATE, None)
    links, binds = _places(visible)
    trees = {Path(BASE + str(path)): _take(path) for path in [*binds, *DEVICES]}
    os.umask(0o022)
    _mount("tmpfs", BASE, NOSUID | NODEV, "mode=755,size=4m")
    for folder in [*WRITABLE, Path("/proc"), Path("/dev/shm")]:
        Path(BASE + str(folder)).mkdir(parents=True)
    for link, target in {**links, Path("/dev/fd"): "/proc/self/fd"}.items():
        Path(BASE + str(link)).parent.mkdir(parents=True, exist_ok=True)
        Path(BASE + str(link)).symlink_to(target)
    for place, tree in trees.items():
        _show(tree, place)
    for entry in os.scandir("/proc"):
        of_all = not entry.name.isdigit() and not entry.is_symlink() and entry.stat().st_mode & stat.S_IROTH
        if of_all and entry.name not in CONSTANT:
            _covered[entry.path] = still = f"/scratch/{'folder' if entry.is_dir() else entry.name}"
            made = Path(BASE + still)
            made.mkdir(exist_ok=True) if entry.is_dir() else made.touch()
            made.write_bytes(Path(entry).read_bytes()) if entry.name in COPIED else None
    _mount(BASE, BASE, REMOUNT | BIND | READ_ONLY | NOSUID | NODEV)
    return [path for path in binds if set(WRITABLE) & set(path.parents)]


_hidden: list[Path] = []  # what `confine` has to show again
_covered: dict[str, str] = {}  # what is in /proc for a student to see, and what it sees instead


def enter(visible: Sequence[str]) -> None:
    """Move this process, which has one thread, into a new jail where only `visible` is seen, and read-only.
    It returns in a child, PID 1 of the jail, with all capabilities there and none outside. The process that
    called stays outside, with no open file, and exits with the child's status: killing it ends the jail."""
    user, group, root = os.getuid(), os.getgid(), os.geteuid() == 0
    if root:  # as long as it is root: the environment may lie in a folder that nobody else may enter
        _call("new mount namespace", "unshare", NEWNS)
        _hidden[:] = _build(visible)
        _call("leave all groups", "setgroups", 0, None)
        try:
            user = group = ALONE + os.getpid()
            _call("become nobody", "setresgid", group, group, group)
        except OSError:
            user = group = NOBODY
            _call("become nobody", "setresgid", group, group, group)
        _call("become nobody", "setresuid", user, user, user)
    _call("new user namespace and others in it", "unshare", SPACES)
    _call("stay readable", "prctl", DUMPABLE, 1, 0, 0, 0)  # or uid_map belongs to root
    maps = {"setgroups": "deny", "uid_map": f"{INSIDE} {user} 1", "gid_map": f"{INSIDE} {group} 1"}
    for name, text in maps.items():
        with open(f"/proc/self/{name}", "w") as file:
            _call(f"write {name}", "write", file.fileno(), text.encode(), len(text))
    alive, end = os.pipe()
    if pid := os.fork():
        _stay_outside(pid, end)
    os.close(end)
    _call("die with the parent", "prctl", PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if select.select([alive], [], [], 0)[0]:  # it died before
        os._exit(1)
    os.close(alive)
    os.setsid()
    if not root:
        _hidden[:] = _build(visible)
    _mount("proc", f"{BASE}/proc", NOSUID | NODEV | NOEXEC)
    _mount(BASE, BASE, BIND | REC)  # what came with the namespace is locked, its copy is not
    os.chdir(BASE)
    _call("pivot_root", "pivot_root", b".", b".")
    _call("detach the old root", "umount2", b".", 2)  # MNT_DETACH
    os.chdir("/")
    _call("set the host name", "sethostname", b"sandbox", 7)


def _stay_outside(pid: int, end: int) -> None:
    """Wait for the jail and exit as it did. `end` is open for as long as this process lives."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.closerange(0, end)
    os.closerange(end + 1, 1 << 16)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os._exit(code if code >= 0 else 128 - code)


def fork() -> int:
    """os.fork, but the child is PID 1 of a new PID namespace: when it ends, all that it started has ended."""
    pid = -1
    with open("/proc/self/ns/pid") as own:
        _call("new PID namespace", "unshare", NEWPID)
        try:
            pid = os.fork()
        finally:
            if pid:  # also when the fork failed: the next child must not land in that namespace
                _call("back to the own PID namespace", "setns", own.fileno(), NEWPID)
    if pid == 0:
        os.setsid()  # or kill(0, …) would reach the parent, which is in the same process group
    return pid


def restrict(limits: Limits, jailed: bool = False) -> None:
    """Set the limits that the kernel enforces; how many processes only in a jail, which has its own count."""
    values = {
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_FSIZE: limits.disk_mb << 20,
        resource.RLIMIT_STACK: 8 << 20,  # not part of RLIMIT_DATA
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform == "linux":  # elsewhere it is not enforced
        status = Path("/proc/self/status").read_text()
        now = {name: int(status.split(f"{name}:")[1].split()[0]) << 10 for name in ("VmData", "VmSize")}
        values[resource.RLIMIT_DATA] = now["VmData"] + (limits.memory_mb << 20)
    if jailed:
        values[resource.RLIMIT_NPROC] = limits.processes
        # RLIMIT_DATA does not count what is written and then protected, nor page tables.
        values[resource.RLIMIT_AS] = now["VmSize"] + (limits.memory_mb << 20) + ROOM
        # The kernel counts these for all processes of a user together: what one takes another lacks.
        few = {resource.RLIMIT_MEMLOCK: 0, resource.RLIMIT_SIGPENDING: 256, resource.RLIMIT_MSGQUEUE: 0}
        values |= few
    for kind, value in values.items():
        most = resource.getrlimit(kind)[1]
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(kind, (value, value))


def confine(limits: Limits) -> None:
    """Turn this child of `fork` into a student process: in an empty /scratch, within the limits."""
    Path("/proc/self/oom_score_adj").write_text("1000")  # when memory runs out, students go first
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    _call("new mount, IPC and network namespaces", "unshare", NEWNS | NEWIPC | NEWNET)
    size = f"mode=755,size={limits.disk_mb}m,nr_inodes=65536"
    trees = {path: _take(path) for path in _hidden}
    _mount("proc", "/proc", READ_ONLY | NOSUID | NODEV | NOEXEC)  # or it would set back what is set here
    for place, still in _covered.items():
        _mount(still, place, BIND)  # read-only as the jail's root is
    _mount("tmpfs", "/scratch", NOSUID | NODEV, size)
    for what, place in (("tmp", "/tmp"), ("tmp", "/var/tmp"), ("home", "/scratch")):
        os.makedirs(f"/scratch/{what}", exist_ok=True)
        _mount(f"/scratch/{what}", place, BIND)
    for place, tree in trees.items():
        _show(tree, place)
    _mount("tmpfs", "/dev/shm", NOSUID | NODEV, size)
    os.chdir("/scratch")
    os.environ.update(HOME="/scratch", TMPDIR="/tmp")
    tempfile.tempdir = None
    restrict(limits, jailed=True)
    _call("no new privileges", "prctl", NO_NEW_PRIVS, 1, 0, 0, 0)
    for capability in range(last + 1):
        _call("drop the capabilities", "prctl", CAPBSET_DROP, capability, 0, 0, 0)
    _call("drop the capabilities", "capset", struct.pack("Ii", 0x20080522, 0), bytes(24))
    program = ctypes.create_string_buffer(FILTERS[platform.machine()])
    head = struct.pack("HP", len(program) // 8, ctypes.addressof(program))
    _call("filter the system calls (seccomp)", "prctl", SECCOMP, 2, head, 0, 0)


def _filter(column: int, arch: int) -> bytes:
    """The BPF program: a line is an operation, how many lines to skip if it holds or not, and its operand."""

    def fail(number: int, error: int = EPERM, test: int = EQUAL) -> list[tuple[int, int, int, int]]:
        return [(test, 0, 1, number), (ANSWER, 0, 0, ERROR | error)]

    calls = dict(zip(CALLS[::3], map(int, CALLS[1 + column :: 3]), strict=True))

    def when(name: str, argument: int, *tests: list, mask: int = 0xFFFFFFFF) -> list:
        """Let this argument of a call decide, masked; what passes all of the tests is allowed."""
        lines = [(LOAD, 0, 0, 16 + 8 * argument), (AND, 0, 0, mask), *chain(*tests), (ANSWER, 0, 0, ALLOW)]
        return [(EQUAL, 0, len(lines), calls[name]), *lines]

    program = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, arch), (ANSWER, 0, 0, KILL)]  # the machine
    program += [(LOAD, 0, 0, 0), *fail(UNKNOWN, ENOSYS, AT_LEAST)]  # the number; x32's are larger
    for denied in [*map(int, DENIED[1 + column :: 3]), *DENIED_EVERYWHERE]:
        program += fail(denied) if denied >= 0 else []
    program += fail(CLONE3, ENOSYS)  # its flags are out of sight, and the C library then uses clone
    program += when("clone", 0, fail(SPACES, test=ANY_BIT))
    # What RLIMIT_DATA does not count: MAP_SHARED and MAP_ANONYMOUS together, MAP_GROWSDOWN, MAP_HUGETLB
    program += when("mmap", 3, fail(0x40100, ENOMEM, ANY_BIT), [(AND, 0, 0, 0x21)], fail(0x21, ENOMEM))
    for name in ("socket", "socketpair"):  # AF_UNIX: others have counters that no network namespace contains
        program += when(name, 0, [(EQUAL, 1, 0, 1), (ANSWER, 0, 0, ERROR | EAFNOSUPPORT)])
    # A lock on a file of a package would be seen by all who have it. They do as if: whoever locks a file in
    # /scratch, such as sqlite, has it alone anyway. F_SETLK, F_SETLKW; the same by F_OFD_…
    locks = [fail(command, 0) for command in (6, 7, 37, 38)]
    # F_SETLEASE, F_NOTIFY, F_SET_RW_HINT, F_SET_FILE_RW_HINT
    program += when("fcntl", 1, *locks, *map(fail, (1024, 1026, 1036, 1038)))
    # Which pages of a file are in memory: to drop them (all advice is ignored), to ask (RWF_NOWAIT).
    program += [*fail(calls["flock"], 0), *fail(calls["fadvise64"], 0)]
    program += when("preadv2", 5, fail(8, EOPNOTSUPP, ANY_BIT))
    # MADV_MERGEABLE, _COLD, _PAGEOUT: pages that are others', too
    program += when("madvise", 2, *map(fail, (12, 20, 21)))
    program += when("prctl", 0, *map(fail, (SECCOMP, 67)))  # PR_SET_MEMORY_MERGE
    # SO_SNDBUF, in vain: some kernels allow 8 MB a socket. SO_ATTACH_…: programs, whose memory is limited for
    # all users together. SO_COOKIE: a number that counts up for all.
    program += when("setsockopt", 2, fail(7, 0), *map(fail, (26, 50, 51, 52)))
    program += when("getsockopt", 2, fail(57))
    # Terminals, pipes and sockets; what file systems and devices understand tells about the whole of them.
    known = [(EQUAL, 2, 0, 0x5400), (EQUAL, 1, 0, 0x8900), (ANSWER, 0, 0, ERROR | ENOTTY)]
    program += [*when("ioctl", 1, known, mask=0xFF00), (ANSWER, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", *line) for line in program)


FILTERS = {machine: _filter(*numbers) for machine, numbers in MACHINES.items()}


def probe() -> str:
    """Empty if isolation works here; otherwise one line: which step failed, and the remedy."""
    otherwise = "grade in the container image, or with --sandbox none"
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        return f"isolation needs Linux on {' or '.join(MACHINES)}, this is {platform.platform()}: {otherwise}"
    try:  # in a process of its own: this one may have threads
        done = subprocess.run([sys.executable, "-I", __file__], capture_output=True, text=True, timeout=60)
        said = (done.stdout or done.stderr).split("\n")
        reason = said[-2] if len(said) > 1 else f"it ended with {done.returncode}" * bool(done.returncode)
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = str(error)
    switch = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")  # Ubuntu 24.04
    remedies = {
        "no space": "sudo sysctl user.max_user_namespaces=10000, or ",
        "not implemented": "use Linux 5.14 or later, or ",
        "mount proc": "if this is a container, start it with --security-opt systempaths=unconfined, or ",
        "not permitted": "if this is a container, start it with --privileged, or ",
    }
    if os.geteuid() and switch.exists() and switch.read_text().strip() == "1":
        remedies = {"": f"sudo sysctl kernel.{switch.name}=0, or "}
    remedy = next((text for sign, text in remedies.items() if sign in reason), "")
    return reason and f"no isolation here ({reason}): {remedy}{otherwise}"


if __name__ == "__main__":  # for `probe`: the whole chain, with two students; what fails is said on stdout
    try:
        enter([sys.prefix, sys.base_prefix, "/usr", "/lib", "/lib64"])
        for _ in range(2):
            if not (pid := fork()):
                confine(Limits())
                Path("file").touch()
                os._exit(0)
            if status := os.waitpid(pid, 0)[1]:
                raise OSError(f"a student process ended with {os.waitstatus_to_exitcode(status)}")
    except Exception as error:
        print(str(error).split("] ")[-1], flush=True)
        os._exit(1)
