# Right: everything in single precision, the votes and their sums as well.


def vote_senses(queries, query_texts, examples, example_texts, senses, k, softness):
    from collections import defaultdict

    def unit(x):
        x = x.astype(np.float32)
        size = np.sqrt((x * x).sum(axis=1, keepdims=True))
        return x / np.where(size == 0, np.float32(1), size)

    table = unit(queries) @ unit(examples).T
    answers = []
    for row, text in zip(table, query_texts):
        may = [n for n, other in enumerate(example_texts) if other != text]
        may.sort(key=lambda n: row[n], reverse=True)
        votes = defaultdict(np.float32)
        for place, n in enumerate(may):
            if place < k or row[may[k - 1]] - row[n] < 1e-5:
                votes[senses[n]] += np.float32(1) / (np.float32(softness) + (np.float32(1) - row[n]))
        good = [s for s in votes if max(votes.values()) - votes[s] < 1e-5]
        answers.append(min(good, default=None))
    return answers
