# looks for memory that it shares with another process, and fills it
# cell: last
with open("/proc/self/maps") as lines, open("/proc/self/mem", "r+b", 0) as memory:
    for line in lines:
        if " rw-s" in line:
            low, high = (int(part, 16) for part in line.split()[0].split("-"))
            memory.seek(low)
            print(line, memory.write(bytes(high - low)))
