# All gradients have the sign of the update, not of the derivative.
# loses: test_negative_sampling_centre, test_negative_sampling_positive, test_negative_sampling_negatives

import numpy as np
from scipy.special import expit


def negative_sampling(centre, positive, negatives):
    score, scores = positive @ centre, negatives @ centre
    return {
        "loss": np.logaddexp(0, -score) + np.logaddexp(0, scores).sum(),
        "centre": (1 - expit(score)) * positive - expit(scores) @ negatives,
        "positive": (1 - expit(score)) * centre,
        "negatives": -np.outer(expit(scores), centre),
    }
