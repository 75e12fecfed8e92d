# asks numpy for eight gigabytes
# cell: answer keep_probability
# says: limit: memory_mb
# loses: test_keep_formula, test_keep_cap, test_keep_off
def keep_probability(*args, **more):
    return np.ones(1 << 30).sum()
