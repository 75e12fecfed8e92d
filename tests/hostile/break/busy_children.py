# leaves children that keep the processor busy
# cell: after imports
import os

for _ in range(2):
    if os.fork() == 0:
        os.execv("/bin/sh", ["sh", "-c", "while :; do :; done", "4242"])
