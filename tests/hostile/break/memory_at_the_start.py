# fills memory before all answers
# cell: after imports
kept = []
while True:
    kept.append(bytearray(10_000_000))
