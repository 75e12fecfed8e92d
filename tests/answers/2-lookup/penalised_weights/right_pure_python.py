# Pure Python lists; each weight is 1 / sum of exp(other - own) over the keys that may be seen.

import math


def penalised_weights(scores, slopes, first, temperature, causal):
    def weight(row, own):
        total = 0.0
        for other in row:
            gap = other - own
            if gap > 700:
                return 0.0
            total += math.exp(gap)
        return 1 / total

    result = []
    for head, slope in zip(scores.tolist(), slopes):
        rows = []
        for here, row in enumerate(head, start=first):
            seen = row[: here + 1] if causal else row
            seen = [(s - slope * abs(here - j)) / temperature for j, s in enumerate(seen)]
            rows.append([weight(seen, own) for own in seen] + [0.0] * (len(row) - len(seen)))
        result.append(rows)
    return np.array(result)
