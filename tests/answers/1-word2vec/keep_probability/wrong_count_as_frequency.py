# Uses the count itself as the frequency.
# loses: test_keep_formula, test_keep_cap


def keep_probability(counts, sample):
    if sample == 0:
        return dict.fromkeys(counts, 1.0)
    return {word: min(1.0, (sample / count) ** 0.5 + sample / count) for word, count in counts.items()}
