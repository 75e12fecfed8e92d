# Written as in gensim's source: (sqrt(count / threshold) + 1) · threshold / count.

import math


def keep_probability(counts, sample):
    if sample == 0:
        return dict.fromkeys(counts, 1)
    threshold = sample * sum(counts.values())
    return {word: min(1, (math.sqrt(v / threshold) + 1) * (threshold / v)) for word, v in counts.items()}
