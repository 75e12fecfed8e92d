# returns a text of four hundred megabytes
# cell: answer keep_probability
# says: limit: memory_mb
# loses: test_keep_formula, test_keep_cap, test_keep_off
def keep_probability(*args, **more):
    return "x" * 400_000_000
