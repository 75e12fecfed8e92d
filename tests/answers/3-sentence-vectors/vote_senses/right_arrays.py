# Arrays: a matrix of votes (Q, N) times a matrix of senses.


def vote_senses(queries, query_texts, examples, example_texts, senses, k, softness):
    names = sorted(set(senses))
    lengths = np.outer(np.linalg.norm(queries, axis=1), np.linalg.norm(examples, axis=1))
    cosines = np.divide(queries @ examples.T, lengths, out=np.zeros(lengths.shape), where=lengths > 0)
    may = np.array([[a != b for b in example_texts] for a in query_texts])
    ranked = -np.sort(-np.where(may, cosines, -np.inf), axis=1)
    border = ranked[:, min(k, len(senses)) - 1].copy()
    votes = np.where(may & (cosines >= border[:, None] - 1e-5), 1 / (softness + 1 - cosines), 0)
    of_sense = np.array([[sense == name for name in names] for sense in senses], dtype=float)
    sums = votes @ of_sense
    first = (sums > sums.max(axis=1, keepdims=True) - 1e-5).argmax(axis=1)
    return [names[n] if some else None for n, some in zip(first, may.any(axis=1))]
