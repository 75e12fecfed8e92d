# Right: plain Python lists and dictionaries.


def vote_senses(
    queries: np.ndarray,
    query_texts: list[str],
    examples: np.ndarray,
    example_texts: list[str],
    senses: list[str],
    k: int,
    softness: float,
) -> list[str | None]:
    def cosine(x, y):
        a, b = math.sqrt(sum(v * v for v in x)), math.sqrt(sum(v * v for v in y))
        return sum(v * w for v, w in zip(x, y)) / (a * b) if a > 0 and b > 0 else 0.0

    answers = []
    for query, text in zip(queries.tolist(), query_texts):
        found = [
            (cosine(query, row), sense)
            for row, other, sense in zip(examples.tolist(), example_texts, senses)
            if other != text
        ]
        if not found:
            answers.append(None)
            continue
        found.sort(key=lambda pair: -pair[0])
        last = found[min(k, len(found)) - 1][0]
        votes = {}
        for c, sense in found:
            if c > last - 1e-5:
                votes[sense] = votes.get(sense, 0) + 1 / (softness + 1 - c)
        best = max(votes.values())
        answers.append(min(s for s in votes if votes[s] > best - 1e-5))
    return answers
