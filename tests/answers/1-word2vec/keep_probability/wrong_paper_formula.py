# The paper's formula in place of the program's.
# loses: test_keep_formula


def keep_probability(counts, sample):
    total = sum(counts.values())
    if sample == 0:
        return dict.fromkeys(counts, 1.0)
    return {word: min(1.0, (sample * total / count) ** 0.5) for word, count in counts.items()}
