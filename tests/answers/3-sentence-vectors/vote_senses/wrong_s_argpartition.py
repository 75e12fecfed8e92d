# A student's: np.argsort, the first k, and then those equal to the largest instead of the last.
# loses: test_vote_border


def vote_senses(queries, query_texts, examples, example_texts, senses, k, softness):
    out = []
    for q, t in zip(queries, query_texts):
        idx = np.array([i for i, x in enumerate(example_texts) if x != t], dtype=int)
        if len(idx) == 0:
            out.append(None)
            continue
        n = np.linalg.norm(q) * np.linalg.norm(examples[idx], axis=1)
        c = np.where(n > 0, examples[idx] @ q / np.where(n > 0, n, 1), 0)
        order = np.argsort(-c, kind="stable")
        chosen = set(order[:k]) | set(np.flatnonzero(np.abs(c - c.max()) < 1e-5))
        votes = {}
        for j in chosen:
            s = senses[idx[j]]
            votes[s] = votes.get(s, 0) + 1 / (softness + 1 - c[j])
        top = max(votes.values())
        out.append(min(s for s, v in votes.items() if v > top - 1e-5))
    return out
