# Examples of the same text get the cosine −1, and vote when fewer than k are left or others have −1.
# loses: test_vote_texts


def vote_senses(
    queries: np.ndarray,
    query_texts: list[str],
    examples: np.ndarray,
    example_texts: list[str],
    senses: list[str],
    k: int,
    softness: float,
) -> list[str | None]:
    n = np.linalg.norm(queries, axis=1, keepdims=True)
    m = np.linalg.norm(examples, axis=1, keepdims=True)
    cos = (queries / np.where(n > 0, n, 1)) @ (examples / np.where(m > 0, m, 1)).T
    out = []
    for q in range(len(queries)):
        same = np.array([t == query_texts[q] for t in example_texts], dtype=bool)
        if same.all():
            out.append(None)
            continue
        c = np.where(same, -1.0, cos[q])
        border = np.sort(c)[::-1][min(k, int((~same).sum())) - 1]
        votes = {}
        for i in range(len(examples)):
            if c[i] > border - 1e-5:
                votes[senses[i]] = votes.get(senses[i], 0) + 1 / (softness + 1 - c[i])
        best = max(votes.values())
        out.append(min(s for s in votes if best - votes[s] < 1e-5))
    return out
