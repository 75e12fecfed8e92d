# A student's: ties go on down a chain of cosines that are within .02 of the one before.
# loses: test_vote_border


def vote_senses(queries, query_texts, examples, example_texts, senses, k, softness):
    out = []
    for q, t in zip(queries, query_texts):
        found = []
        for e, et, s in zip(examples, example_texts, senses):
            if et == t:
                continue
            n = np.linalg.norm(q) * np.linalg.norm(e)
            found.append((float(q @ e / n) if n > 0 else 0.0, s))
        found.sort(reverse=True)
        if not found:
            out.append(None)
            continue
        take = min(k, len(found))
        while take < len(found) and found[take - 1][0] - found[take][0] < 0.02:
            take += 1
        votes = {}
        for c, s in found[:take]:
            votes[s] = votes.get(s, 0) + 1 / (softness + 1 - c)
        top = max(votes.values())
        out.append(min(s for s, v in votes.items() if v > top - 1e-5))
    return out
