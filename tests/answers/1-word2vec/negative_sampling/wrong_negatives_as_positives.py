# The negatives' factor is σ - 1, as if their label were 1.
# loses: test_negative_sampling_negatives

import numpy as np
from scipy.special import expit


def negative_sampling(centre, positive, negatives):
    score, scores = positive @ centre, negatives @ centre
    return {
        "loss": np.logaddexp(0, -score) + np.logaddexp(0, scores).sum(),
        "centre": (expit(score) - 1) * positive + expit(scores) @ negatives,
        "positive": (expit(score) - 1) * centre,
        "negatives": np.outer(expit(scores) - 1, centre),
    }
