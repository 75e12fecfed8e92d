# prints without end in a cell of its own
# cell: last
for _ in range(200_000):
    print("x" * 1000)
