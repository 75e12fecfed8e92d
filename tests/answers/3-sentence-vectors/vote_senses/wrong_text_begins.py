# A text whose name begins with the query's is taken for the same.
# loses: test_vote_texts


def vote_senses(queries, query_texts, examples, example_texts, senses, k, softness):
    chosen = []
    for query, text in zip(queries, query_texts):
        found = []
        for row, other, sense in zip(examples, example_texts, senses):
            if str(other)[:2] == str(text)[:2]:
                continue
            size = np.linalg.norm(query) * np.linalg.norm(row)
            cosine = query @ row / size if size > 0 else 0.0
            found.append((cosine, sense))
        if not found:
            chosen.append(None)
            continue
        found.sort(reverse=True)
        border = found[min(k, len(found)) - 1][0]
        votes = {}
        for cosine, sense in found:
            if cosine >= border - 1e-5:
                votes[sense] = votes.get(sense, 0.0) + 1 / (softness + 1 - cosine)
        best = max(votes.values())
        chosen.append(sorted(sense for sense in votes if votes[sense] >= best - 1e-5)[0])
    return chosen
