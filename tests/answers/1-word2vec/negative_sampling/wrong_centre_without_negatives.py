# The centre's gradient comes from the true word alone.
# loses: test_negative_sampling_centre

import numpy as np
from scipy.special import expit


def negative_sampling(centre, positive, negatives):
    score, scores = positive @ centre, negatives @ centre
    return {
        "loss": np.logaddexp(0, -score) + np.logaddexp(0, scores).sum(),
        "centre": (expit(score) - 1) * positive,
        "positive": (expit(score) - 1) * centre,
        "negatives": np.outer(expit(scores), centre),
    }
