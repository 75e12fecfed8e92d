# Gives up as soon as one purchase has no vector.
# loses: test_recommend_unknown

import numpy as np


def recommend_unseen(vectors, history, k):
    known = [h for h in history if h in vectors]
    if len(known) < len(history) or not known:
        return []
    profile = sum(vectors[h] / np.linalg.norm(vectors[h]) for h in known) / len(known)
    score = {}
    for x, v in vectors.items():
        if x not in history:
            score[x] = v @ profile / (np.linalg.norm(v) * np.linalg.norm(profile))
    ranked = sorted(score, key=lambda x: (-score[x], x))
    return ranked[:k]
