# asks for input
# cell: answer keep_probability
# says: EOFError
# loses: test_keep_formula, test_keep_cap, test_keep_off
def keep_probability(*args, **more):
    return input("how much? ")
