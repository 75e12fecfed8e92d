# A student's: adds 10⁻³ to the lengths, so that nothing is divided by 0.
# loses: test_vote_cosine, test_vote_border, test_vote_equal


def vote_senses(queries, query_texts, examples, example_texts, senses, k, softness):
    q = queries / (np.linalg.norm(queries, axis=1, keepdims=True) + 1e-3)
    e = examples / (np.linalg.norm(examples, axis=1, keepdims=True) + 1e-3)
    out = []
    for c, t in zip(q @ e.T, query_texts):
        idx = [i for i in range(len(senses)) if example_texts[i] != t]
        if not idx:
            out.append(None)
            continue
        ranked = sorted((c[i] for i in idx), reverse=True)
        last = ranked[min(k, len(ranked)) - 1]
        votes = {}
        for i in idx:
            if c[i] > last - 1e-5:
                votes[senses[i]] = votes.get(senses[i], 0) + 1 / (softness + 1 - c[i])
        top = max(votes.values())
        out.append(min(s for s in votes if votes[s] > top - 1e-5))
    return out
