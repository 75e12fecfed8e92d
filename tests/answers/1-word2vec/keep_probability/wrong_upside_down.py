# Uses f/t in place of t/f, so that frequent words are kept.
# loses: test_keep_formula, test_keep_cap


def keep_probability(counts, sample):
    total = sum(counts.values())
    if sample == 0:
        return dict.fromkeys(counts, 1.0)
    result = {}
    for word, count in counts.items():
        ratio = count / total / sample
        result[word] = min(1.0, ratio**0.5 + ratio)
    return result
