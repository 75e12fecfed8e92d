# Right: matrices, partition for the k-th cosine, a table of senses.


def vote_senses(
    queries: np.ndarray,
    query_texts: list[str],
    examples: np.ndarray,
    example_texts: list[str],
    senses: list[str],
    k: int,
    softness: float,
) -> list[str | None]:
    names = sorted(set(senses))
    table = np.array([[sense == name for name in names] for sense in senses], dtype=float).reshape(
        len(senses), len(names)
    )

    def unit(x):
        x = np.asarray(x, dtype=float)
        size = np.linalg.norm(x, axis=1, keepdims=True)
        return np.divide(x, size, out=np.zeros_like(x), where=size > 0)

    cosines = unit(queries) @ unit(examples).T
    result = []
    for row, text in zip(cosines, query_texts):
        other = np.array([t != text for t in example_texts], dtype=bool)
        if not other.any():
            result.append(None)
            continue
        kept = row[other]
        border = np.sort(kept)[::-1][:k][-1]
        sums = ((kept > border - 1e-5) / (softness + 1 - kept)) @ table[other]
        present = table[other][kept > border - 1e-5].sum(axis=0) > 0
        result.append(next(n for n, s, p in zip(names, sums, present) if p and s > sums.max() - 1e-5))
    return result
