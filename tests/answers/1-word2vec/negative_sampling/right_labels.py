# Stacks all vectors, with labels 1 and 0; scipy's stable sigmoid and log-sigmoid.

import numpy as np
from scipy.special import expit, log_expit


def negative_sampling(centre, positive, negatives):
    vectors = np.vstack([positive, negatives])  # (K + 1, d)
    labels = np.zeros(len(vectors))
    labels[0] = 1
    scores = vectors @ centre
    error = expit(scores) - labels
    loss = -log_expit(np.where(labels == 1, scores, -scores)).sum()
    gradient = np.outer(error, centre)
    return {"loss": loss, "centre": vectors.T @ error, "positive": gradient[0], "negatives": gradient[1:]}
