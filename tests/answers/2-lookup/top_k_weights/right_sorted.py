# Python's sort over pairs of score and place, row by row.

import math


def top_k_weights(scores, allowed, k):
    rows = []
    for line, may in zip(np.asarray(scores).tolist(), np.asarray(allowed).tolist()):
        best = sorted((-score, j) for j, score in enumerate(line) if may[j])[:k]
        raised = {j: math.exp(best[0][0] - minus) for minus, j in best}
        rows.append([raised.get(j, 0.0) / sum(raised.values()) if raised else 0.0 for j in range(len(line))])
    return np.array(rows)
