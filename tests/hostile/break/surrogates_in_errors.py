# shows half characters, and raises them as an error's text
# cell: answer keep_probability
# says: ValueError
# loses: test_keep_formula, test_keep_cap, test_keep_off
half = chr(0xD800)
display({"text/plain": half, "text/html": half, half: half}, raw=True)


def keep_probability(*args, **more):
    raise ValueError(half)
