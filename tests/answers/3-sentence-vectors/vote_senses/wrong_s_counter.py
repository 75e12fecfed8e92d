# A student's: a Counter of rounded votes, and most_common, which keeps the order of arrival.
# loses: test_vote_equal, test_vote_batch


from collections import Counter


def vote_senses(queries, query_texts, examples, example_texts, senses, k, softness):
    out = []
    for q, t in zip(queries, query_texts):
        near = []
        for e, et, s in zip(examples, example_texts, senses):
            if et != t:
                n = np.linalg.norm(q) * np.linalg.norm(e)
                near.append((q @ e / n if n else 0.0, s))
        near.sort(key=lambda x: -x[0])
        if not near:
            out.append(None)
            continue
        last = near[:k][-1][0]
        votes = Counter()
        for c, s in near:
            if c > last - 1e-5:
                votes[s] += round(1 / (softness + 1 - c), 4)
        out.append(votes.most_common(1)[0][0])
    return out
