# Pure Python, one pass over the real keys with a running maximum.

import math


def padded_lookup(queries, keys, values, lengths, temperature):
    answers, weights = [], []
    for store, table, content, size in zip(queries.tolist(), keys.tolist(), values.tolist(), lengths):
        answers.append([])
        weights.append([])
        for query in store:
            top, total, mixture, scores = -math.inf, 0.0, [0.0] * values.shape[2], []
            for place in range(size):
                score = math.fsum(q * k for q, k in zip(query, table[place]))
                score = score / temperature / math.sqrt(len(query))
                scores.append(score)
                if score > top:
                    shrink = math.exp(top - score)
                    total, mixture, top = total * shrink, [m * shrink for m in mixture], score
                power = math.exp(score - top)
                total += power
                mixture = [m + power * v for m, v in zip(mixture, content[place])]
            answers[-1].append([m / total if size else 0.0 for m in mixture])
            row = [math.exp(score - top) / total for score in scores]
            weights[-1].append(row + [0.0] * (keys.shape[1] - size))
    return np.array(answers), np.array(weights)
