# closes input, output and errors, and opens other files in their places
# cell: after imports
import os

os.closerange(0, 3)
for _ in range(3):
    os.open("/dev/full", os.O_RDWR)
os.write(1, b"lost") if os.path.exists("/nowhere") else print("kept")
