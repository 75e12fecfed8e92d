# Divides by the number of different words in place of the number of tokens.
# loses: test_keep_formula, test_keep_cap


def keep_probability(counts, sample):
    total = len(counts)
    if sample == 0:
        return dict.fromkeys(counts, 1.0)
    result = {}
    for word, count in counts.items():
        frequency = count / total
        result[word] = min(1.0, (sample / frequency) ** 0.5 + sample / frequency)
    return result
