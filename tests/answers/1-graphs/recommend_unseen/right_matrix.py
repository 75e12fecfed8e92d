# One matrix and a stable argsort; returns a tuple.

import numpy as np


def recommend_unseen(vectors, history, k):
    names = sorted(vectors)
    rows = np.array([vectors[name] for name in names], dtype=float)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    bought = [names.index(h) for h in history if h in vectors]
    if not bought:
        return ()
    profile = rows[bought].sum(axis=0)
    score = rows @ (profile / np.linalg.norm(profile))
    score[bought] = -np.inf
    best = np.argsort(-score, kind="stable")
    return tuple(names[i] for i in best if np.isfinite(score[i]))[:k]
