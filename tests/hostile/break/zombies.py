# leaves dead children that nobody has waited for
# cell: last
import os

for _ in range(20):
    if os.fork() == 0:
        os._exit(0)
