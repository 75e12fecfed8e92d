# Frequency relative to the most frequent word, not to all tokens.
# loses: test_keep_formula


def keep_probability(counts, sample):
    most = max(counts.values())
    if sample == 0:
        return dict.fromkeys(counts, 1.0)
    result = {}
    for word, count in counts.items():
        ratio = sample * most / count
        result[word] = min(1.0, ratio**0.5 + ratio)
    return result
