# Calls itself with one passage more each time; sorts all candidates by three keys.


def choose_diverse(relevance, similarity, k, pool, lam, same):
    numbers = list(range(len(relevance)))
    numbers.sort(key=lambda d: (-float(relevance[d]), d))
    numbers = numbers[: min(pool, len(numbers))]

    def more(chosen):
        left = [d for d in numbers if d not in chosen and all(similarity[c, d] < same for c in chosen)]
        if len(chosen) == k or not left:
            return chosen
        key = lambda d: (
            -(lam * relevance[d] - (1 - lam) * similarity[d, list(chosen)].max()),
            -relevance[d],
            d,
        )
        return more((*chosen, min(left, key=key)))

    return list(more((numbers[0],)))
