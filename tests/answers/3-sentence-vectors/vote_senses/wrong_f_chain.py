# The tie at the border goes on from neighbour to neighbour: each is compared with the one before.
# loses: test_vote_border


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
        may = [i for i in range(len(examples)) if example_texts[i] != query_texts[q]]
        if not may:
            out.append(None)
            continue
        may.sort(key=lambda i: -cos[q, i])
        stop = min(k, len(may))
        while stop < len(may) and cos[q, may[stop - 1]] - cos[q, may[stop]] < 1e-5:
            stop += 1
        votes = {}
        for i in may[:stop]:
            votes[senses[i]] = votes.get(senses[i], 0) + 1 / (softness + 1 - cos[q, i])
        best = max(votes.values())
        out.append(min(s for s in votes if best - votes[s] < 1e-5))
    return out
