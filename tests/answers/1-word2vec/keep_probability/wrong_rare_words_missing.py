# Only words that may be dropped are in the dict.
# loses: test_keep_cap, test_keep_off


def keep_probability(counts, sample):
    total = sum(counts.values())
    result = {}
    for word, count in counts.items():
        ratio = sample * total / count
        if sample > 0 and ratio**0.5 + ratio < 1:
            result[word] = ratio**0.5 + ratio
    return result
