# A student's: when sums are equal, the sense whose first example stands first in the list.
# loses: test_vote_equal, test_vote_batch


def vote_senses(queries, query_texts, examples, example_texts, senses, k, softness):
    names = list(dict.fromkeys(senses))
    out = []
    for q, t in zip(queries, query_texts):
        c = []
        for e in examples:
            n = np.linalg.norm(q) * np.linalg.norm(e)
            c.append(q @ e / n if n > 0 else 0)
        ok = [i for i in range(len(senses)) if example_texts[i] != t]
        if not ok:
            out.append(None)
            continue
        border = sorted([c[i] for i in ok])[::-1][:k][-1]
        sums = [
            sum(1 / (softness + 1 - c[i]) for i in ok if senses[i] == n and c[i] >= border - 1e-5)
            for n in names
        ]
        out.append(next(n for n, v in zip(names, sums) if v > max(sums) - 1e-5))
    return out
