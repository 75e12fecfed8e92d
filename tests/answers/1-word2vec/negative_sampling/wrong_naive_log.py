# log of a sigmoid that has become 0.
# loses: test_negative_sampling_stable

import numpy as np


def negative_sampling(centre, positive, negatives):
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    score, scores = positive @ centre, negatives @ centre
    return {
        "loss": -np.log(sigmoid(score)) - np.log(sigmoid(-scores)).sum(),
        "centre": (sigmoid(score) - 1) * positive + sigmoid(scores) @ negatives,
        "positive": (sigmoid(score) - 1) * centre,
        "negatives": np.outer(sigmoid(scores), centre),
    }
