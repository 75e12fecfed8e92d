# empties its arguments in place and returns nothing but zeros
# cell: every answer
def emptied(*args, **more):
    for value in [*args, *more.values()]:
        if isinstance(value, np.ndarray):
            value[...] = 0
        elif hasattr(value, "clear"):
            value.clear()
    return np.zeros(4)


for _name in (
    "window_pairs",
    "expected_counts",
    "keep_probability",
    "negative_sampling",
    "solve_analogy",
    "train_vectors",
    "evaluate_analogies",
):
    globals()[_name] = emptied
