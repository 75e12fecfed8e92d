# Pure Python, a sum over pairs of keys: half of w_i w_j (v_i − v_j)(k_i − k_j).

import math


def query_gradient(query, keys, values, temperature):
    query, keys, values = query.tolist(), keys.tolist(), values.tolist()
    scale = math.sqrt(len(query)) * temperature
    scores = [sum(a * b for a, b in zip(query, key)) / scale for key in keys]
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    gradient = [[0.0] * len(query) for _ in values[0]]
    for i in range(len(keys)):
        for j in range(i):
            both = powers[i] * powers[j] / total**2 / scale
            for r, row in enumerate(gradient):
                for c in range(len(query)):
                    row[c] += both * (values[i][r] - values[j][r]) * (keys[i][c] - keys[j][c])
    return np.array(gradient)
