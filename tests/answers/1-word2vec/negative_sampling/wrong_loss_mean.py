# The loss takes the mean over the negatives.
# loses: test_negative_sampling_loss

import numpy as np
from scipy.special import expit


def negative_sampling(centre, positive, negatives):
    score, scores = positive @ centre, negatives @ centre
    return {
        "loss": np.logaddexp(0, -score) + np.logaddexp(0, scores).mean(),
        "centre": (expit(score) - 1) * positive + expit(scores) @ negatives,
        "positive": (expit(score) - 1) * centre,
        "negatives": np.outer(expit(scores), centre),
    }
