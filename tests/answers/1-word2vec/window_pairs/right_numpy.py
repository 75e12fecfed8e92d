# A mask of allowed distances in numpy; the pairs come back as lists.

import numpy as np


def window_pairs(tokens, reaches):
    position = np.arange(len(tokens))
    distance = np.abs(position[:, None] - position)  # (n, n)
    centre, context = np.nonzero((distance > 0) & (distance <= np.asarray(reaches)[:, None]))
    words = np.array(tokens)
    return np.stack([words[centre], words[context]], axis=1).tolist()
