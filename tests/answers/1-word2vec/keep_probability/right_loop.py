# A plain loop that decides by frequency; in float32.

import numpy as np


def keep_probability(counts, sample):
    total = 0
    for word in counts:
        total = total + counts[word]
    result = {}
    for word in counts:
        result[word] = np.float32(1.0)
        if sample != 0:
            ratio = np.float32(sample * total / counts[word])
            p = np.sqrt(ratio) + ratio
            if p < 1:
                result[word] = p
    return result
