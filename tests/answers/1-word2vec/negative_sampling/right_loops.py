# Loops in plain Python, with a sigmoid in two branches; returns lists.

import math


def negative_sampling(centre, positive, negatives):
    def sigmoid(x):
        if x >= 0:
            return 1 / (1 + math.exp(-x))
        return math.exp(x) / (1 + math.exp(x))

    def minus_log_sigmoid(x):
        return max(0.0, -x) + math.log1p(math.exp(-abs(x)))

    d = len(centre)
    score = sum(positive[i] * centre[i] for i in range(d))
    loss = minus_log_sigmoid(score)
    factor = sigmoid(score) - 1
    d_centre = [factor * positive[i] for i in range(d)]
    d_positive = [factor * centre[i] for i in range(d)]
    d_negatives = []
    for u in negatives:
        score = sum(u[i] * centre[i] for i in range(d))
        loss += minus_log_sigmoid(-score)
        for i in range(d):
            d_centre[i] += sigmoid(score) * u[i]
        d_negatives.append([sigmoid(score) * centre[i] for i in range(d)])
    return {"loss": loss, "centre": d_centre, "positive": d_positive, "negatives": d_negatives}
