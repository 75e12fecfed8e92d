# fills memory in a cell of its own
# cell: last
kept = []
while True:
    kept.append(bytearray(10_000_000))
