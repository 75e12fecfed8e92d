# An extra σ(1 - σ), as for a squared error.
# loses: test_negative_sampling_centre, test_negative_sampling_positive, test_negative_sampling_negatives

import numpy as np
from scipy.special import expit


def negative_sampling(centre, positive, negatives):
    score, scores = positive @ centre, negatives @ centre
    one = (expit(score) - 1) * expit(score) * expit(-score)
    many = expit(scores) * expit(scores) * expit(-scores)
    return {
        "loss": np.logaddexp(0, -score) + np.logaddexp(0, scores).sum(),
        "centre": one * positive + many @ negatives,
        "positive": one * centre,
        "negatives": np.outer(many, centre),
    }
