# The border is that of all examples, those of the query's own text included.
# loses: test_vote_texts, test_vote_batch


def vote_senses(queries, query_texts, examples, example_texts, senses, k, softness):
    chosen = []
    for query, text in zip(queries, query_texts):
        found, every = [], []
        for row, other, sense in zip(examples, example_texts, senses):
            size = np.linalg.norm(query) * np.linalg.norm(row)
            cosine = query @ row / size if size > 0 else 0.0
            every.append(cosine)
            if other != text:
                found.append((cosine, sense))
        if not found:
            chosen.append(None)
            continue
        found.sort(reverse=True)
        border = sorted(every, reverse=True)[min(k, len(every)) - 1]
        votes = {}
        for cosine, sense in found:
            if cosine >= border - 1e-5:
                votes[sense] = votes.get(sense, 0.0) + 1 / (softness + 1 - cosine)
        best = max(votes.values(), default=0)
        chosen.append(sorted(sense for sense in votes if votes[sense] >= best - 1e-5)[0] if votes else None)
    return chosen
