# Pure Python with heapq.nsmallest on pairs (minus the score, place).

import heapq
import math


def top_k_weights(scores, allowed, k):
    table = []
    for row, may in zip(scores.tolist(), allowed.tolist()):
        best = heapq.nsmallest(k, ((-s, j) for j, (s, ok) in enumerate(zip(row, may)) if ok))
        powers = {j: math.exp(best[0][0] - s) for s, j in best}
        total = sum(powers.values())
        table.append([powers[j] / total if j in powers else 0.0 for j in range(len(row))])
    return np.array(table)
