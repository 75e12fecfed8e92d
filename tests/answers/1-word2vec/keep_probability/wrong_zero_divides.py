# The form with the threshold in a denominator, which fails for sample=0.
# loses: test_keep_off


def keep_probability(counts, sample):
    threshold = sample * sum(counts.values())
    return {
        word: min(1.0, ((count / threshold) ** 0.5 + 1) * threshold / count) for word, count in counts.items()
    }
