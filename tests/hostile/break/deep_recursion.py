# recurses without end
# cell: answer keep_probability
# says: RecursionError
# loses: test_keep_formula, test_keep_cap, test_keep_off
def keep_probability(*args, **more):
    return keep_probability(*args, **more)
