# Those that tie at the border are all left out.
# loses: test_vote_border, test_vote_equal, test_vote_batch


def vote_senses(queries, query_texts, examples, example_texts, senses, k, softness):
    chosen = []
    for query, text in zip(queries, query_texts):
        found = []
        for row, other, sense in zip(examples, example_texts, senses):
            if other == text:
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
            tie = sum(abs(c - border) < 1e-5 for c, s in found)
            full = sum(c >= border - 1e-5 for c, s in found) > k
            if cosine > border + 1e-5 or (cosine >= border - 1e-5 and not (full and tie > 1)):
                votes[sense] = votes.get(sense, 0.0) + 1 / (softness + 1 - cosine)
        best = max(votes.values(), default=0)
        chosen.append(sorted(sense for sense in votes if votes[sense] >= best - 1e-5)[0] if votes else None)
    return chosen
