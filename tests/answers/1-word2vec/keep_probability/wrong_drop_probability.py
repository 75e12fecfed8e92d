# The probability of dropping the word.
# loses: test_keep_formula, test_keep_cap


def keep_probability(counts, sample):
    total = sum(counts.values())
    if sample == 0:
        return dict.fromkeys(counts, 1.0)
    result = {}
    for word, count in counts.items():
        ratio = sample * total / count
        result[word] = 1 - min(1.0, ratio**0.5 + ratio)
    return result
