# Removes examples one after the other until k are taken, with math.isclose for what is equal.


def vote_senses(queries, query_texts, examples, example_texts, senses, k, softness):
    def cosine(x, y):
        return float(x @ y) / ((math.hypot(*x) * math.hypot(*y)) or 1)

    def choose(query, text):
        left = {n: cosine(query, examples[n]) for n, other in enumerate(example_texts) if other != text}
        sums, taken, last = {}, 0, None
        while left:
            nearest = max(left, key=left.get)
            if taken >= k and not math.isclose(left[nearest], last, rel_tol=0, abs_tol=1e-5):
                break
            if taken < k:
                last = left[nearest]
            sums[senses[nearest]] = sums.get(senses[nearest], 0) + 1 / (softness + 1 - left.pop(nearest))
            taken += 1
        return min((sense for sense in sums if max(sums.values()) - sums[sense] < 1e-5), default=None)

    return [choose(query, text) for query, text in zip(queries, query_texts)]
