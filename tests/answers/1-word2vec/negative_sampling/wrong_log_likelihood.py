# The log-likelihood in place of the loss: the sign is turned round.
# loses: test_negative_sampling_loss, test_negative_sampling_stable

import numpy as np
from scipy.special import expit, log_expit


def negative_sampling(centre, positive, negatives):
    score, scores = positive @ centre, negatives @ centre
    return {
        "loss": log_expit(score) + log_expit(-scores).sum(),
        "centre": (expit(score) - 1) * positive + expit(scores) @ negatives,
        "positive": (expit(score) - 1) * centre,
        "negatives": np.outer(expit(scores), centre),
    }
