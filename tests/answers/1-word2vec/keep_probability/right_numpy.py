# Vectorised; the values are numpy scalars, and numpy warns of the division by zero where nothing is dropped.

import numpy as np


def keep_probability(counts, sample):
    count = np.array(list(counts.values()))
    ratio = np.float64(sample) * count.sum() / count
    keep = np.minimum(1, np.sqrt(ratio) + ratio)
    keep = np.where(np.isfinite(1 / ratio), keep, 1)
    return dict(zip(counts, keep, strict=True))
