# One store and one query at a time, cut to its real keys.

import math


def padded_lookup(queries, keys, values, lengths, temperature):
    b, n, d = queries.shape
    answers, weights = np.zeros((b, n, values.shape[2])), np.zeros((b, n, keys.shape[1]))
    for store, length in enumerate(lengths):
        for i in range(n if length else 0):
            scores = [queries[store, i] @ keys[store, j] / math.sqrt(d) / temperature for j in range(length)]
            raised = [math.exp(score - max(scores)) for score in scores]
            for j in range(length):
                weights[store, i, j] = raised[j] / sum(raised)
                answers[store, i] += weights[store, i, j] * values[store, j]
    return answers, weights
