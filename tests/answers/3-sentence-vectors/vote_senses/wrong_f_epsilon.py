# Adds 1e-8 to the product of the lengths: the cosines of short vectors shrink.
# loses: test_vote_cosine


def vote_senses(
    queries: np.ndarray,
    query_texts: list[str],
    examples: np.ndarray,
    example_texts: list[str],
    senses: list[str],
    k: int,
    softness: float,
) -> list[str | None]:
    lengths = np.linalg.norm(queries, axis=1)[:, None] * np.linalg.norm(examples, axis=1)[None, :]
    cos = queries @ examples.T / (lengths + 1e-8)
    out = []
    for q in range(len(queries)):
        may = [i for i in range(len(examples)) if example_texts[i] != query_texts[q]]
        if not may:
            out.append(None)
            continue
        border = sorted((cos[q, i] for i in may), reverse=True)[min(k, len(may)) - 1]
        votes = {}
        for i in may:
            if cos[q, i] > border - 1e-5:
                votes[senses[i]] = votes.get(senses[i], 0) + 1 / (softness + 1 - cos[q, i])
        best = max(votes.values())
        out.append(min(s for s in votes if best - votes[s] < 1e-5))
    return out
