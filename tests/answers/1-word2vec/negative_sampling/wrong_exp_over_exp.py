# The loss is stable, but e^x / (1 + e^x) is infinity over infinity in the gradients.
# loses: test_negative_sampling_stable

import numpy as np


def negative_sampling(centre, positive, negatives):
    def sigmoid(x):
        return np.exp(x) / (1 + np.exp(x))

    score, scores = positive @ centre, negatives @ centre
    return {
        "loss": np.logaddexp(0, -score) + np.logaddexp(0, scores).sum(),
        "centre": (sigmoid(score) - 1) * positive + sigmoid(scores) @ negatives,
        "positive": (sigmoid(score) - 1) * centre,
        "negatives": np.outer(sigmoid(scores), centre),
    }
