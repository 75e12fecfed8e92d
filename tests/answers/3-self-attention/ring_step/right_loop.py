# Walks from the oldest position that counts to the newest, and finds each one's slot.


import math


def ring_step(cache, query, key, value, slope):
    keys, values, seen = cache[0].copy(), cache[1].copy(), cache[2]
    window = keys.shape[0]
    keys[seen % window] = key
    values[seen % window] = value
    scores, found = [], []
    for j in range(max(0, seen - window + 1), seen + 1):
        scores.append(float(query @ keys[j % window]) / math.sqrt(query.shape[0]) - slope * (seen - j))
        found.append(values[j % window])
    powers = [math.exp(score - max(scores)) for score in scores]
    answer = sum(power * v for power, v in zip(powers, found)) / sum(powers)
    return answer, (keys, values, seen + 1)
