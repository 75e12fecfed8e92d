# writes zeros to every descriptor that it has
# cell: after imports
import os

for number in os.listdir("/proc/self/fd"):
    try:
        os.write(int(number), bytes(64))
    except OSError:
        pass
