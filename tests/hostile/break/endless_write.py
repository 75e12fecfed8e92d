# writes to the file descriptor of its output without end
# cell: last
import os

try:
    for _ in range(100_000):
        os.write(1, b"y" * 10_000)
except OSError as error:
    print(error)
