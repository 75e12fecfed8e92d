# A small number inside the logarithm hides the overflow and caps the loss.
# loses: test_negative_sampling_stable

import numpy as np
from scipy.special import expit


def negative_sampling(centre, positive, negatives):
    score, scores = positive @ centre, negatives @ centre
    return {
        "loss": -np.log(expit(score) + 1e-12) - np.log(expit(-scores) + 1e-12).sum(),
        "centre": (expit(score) - 1) * positive + expit(scores) @ negatives,
        "positive": (expit(score) - 1) * centre,
        "negatives": np.outer(expit(scores), centre),
    }
