# Head by head and query by query, on the allowed keys only.


import math


def grouped_lookup(queries, keys, values, allowed):
    answers = np.zeros((len(queries), queries.shape[1], values.shape[2]))
    share = len(queries) // len(keys)
    for h, table in enumerate(queries):
        group = h // share
        for i, query in enumerate(table):
            near = [j for j in range(keys.shape[1]) if allowed[i, j]]
            scores = [float(query @ keys[group, j]) / math.sqrt(len(query)) for j in near]
            powers = [math.exp(score - max(scores)) for score in scores]
            for j, power in zip(near, powers):
                answers[h, i] += power / sum(powers) * values[group, j]
    return answers
