# Rare words get a "probability" above 1.
# loses: test_keep_cap


def keep_probability(counts, sample):
    total = sum(counts.values())
    if sample == 0:
        return dict.fromkeys(counts, 1.0)
    return {word: (sample * total / count) ** 0.5 + sample * total / count for word, count in counts.items()}
