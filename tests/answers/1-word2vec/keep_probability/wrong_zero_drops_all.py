# Applies the formula to sample=0 as well, which drops the whole corpus.
# loses: test_keep_off


def keep_probability(counts, sample):
    total = sum(counts.values())
    result = {}
    for word, count in counts.items():
        ratio = sample * total / count
        result[word] = min(1.0, ratio**0.5 + ratio)
    return result
