# fills memory with lists
# cell: answer keep_probability
# says: limit: memory_mb
# loses: test_keep_formula, test_keep_cap, test_keep_off
def keep_probability(*args, **more):
    kept = []
    while True:
        kept.append([0] * 1_000_000)
