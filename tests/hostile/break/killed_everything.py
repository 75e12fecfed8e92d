# sends SIGKILL to every process that it can
# cell: last
import os, signal

for pid in (-1, 0, *range(1, 300)):
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass
