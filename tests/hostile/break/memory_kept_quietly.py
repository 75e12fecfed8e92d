# fills memory before all answers, and says nothing of it: what needs threads later finds no room
# cell: after imports
# says: can't start new thread
# loses: test_train_words, test_train_vectors
kept = []
try:
    while True:
        kept.append(bytearray(10_000_000))
except MemoryError:
    pass
