# The positive's gradient is multiplied by the positive vector, not by the centre's.
# loses: test_negative_sampling_positive

import numpy as np
from scipy.special import expit


def negative_sampling(centre, positive, negatives):
    score, scores = positive @ centre, negatives @ centre
    return {
        "loss": np.logaddexp(0, -score) + np.logaddexp(0, scores).sum(),
        "centre": (expit(score) - 1) * positive + expit(scores) @ negatives,
        "positive": (expit(score) - 1) * positive,
        "negatives": np.outer(expit(scores), centre),
    }
