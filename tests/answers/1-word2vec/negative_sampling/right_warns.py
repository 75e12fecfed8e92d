# The textbook sigmoid, right but with overflow warnings on stderr, and float32.

import numpy as np


def negative_sampling(centre, positive, negatives):
    centre, positive, negatives = (np.asarray(x, dtype=np.float32) for x in (centre, positive, negatives))

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def softplus(x):
        return np.where(x > 30, x, np.log1p(np.exp(x)))

    score, scores = positive @ centre, negatives @ centre
    return {
        "loss": softplus(-score) + softplus(scores).sum(keepdims=True),
        "centre": -(1 - sigmoid(score)) * positive + (sigmoid(scores)[:, None] * negatives).sum(0),
        "positive": -(1 - sigmoid(score)) * centre,
        "negatives": sigmoid(scores)[:, None] * centre[None, :],
    }
