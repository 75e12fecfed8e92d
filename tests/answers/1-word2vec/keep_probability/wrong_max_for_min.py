# max in place of min, so that no probability is below 1.
# loses: test_keep_formula, test_keep_cap


def keep_probability(counts, sample):
    total = sum(counts.values())
    result = {}
    for word, count in counts.items():
        ratio = sample * total / count
        result[word] = max(1.0, ratio**0.5 + ratio)
    return result
