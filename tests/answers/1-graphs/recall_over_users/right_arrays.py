# Arrays of hits and sizes; numpy numbers come back.

import numpy as np


def recall_over_users(recommended, bought, k):
    users = sorted(user for user in bought if len(bought[user]))
    if not users:
        raise ValueError("U is empty")
    size = np.array([len(set(bought[user])) for user in users], dtype=np.float32)
    hits = np.array([len(set(bought[u]) & set(list(recommended.get(u, ()))[:k])) for u in users])
    return {
        "users": np.int64(len(users)),
        "recall": (hits / size).mean(),
        "ceiling": np.minimum(1, k / size).mean(),
    }
