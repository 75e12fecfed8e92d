# The place begins at 0, and k is compared as it is.
# loses: test_recall_text, test_recall_image, test_recall_share, test_recall_ties, test_recall_strays


def recalls(scores: np.ndarray, owner: np.ndarray, ks: list[int]) -> dict[int, tuple[float, float, float]]:
    own = owner == np.arange(len(scores))[:, None]  # (P, C)
    image = [int((scores[:, c] > scores[p, c]).sum()) for c, p in enumerate(owner) if p >= 0]
    places = []  # of each picture's own captions, from 1
    for row, mine in zip(scores, own, strict=True):
        ordered = np.sort(row[mine])[::-1]
        places.append([int((row[~mine] >= score).sum()) + n for n, score in enumerate(ordered)])
    asking = [found for found in places if found]
    result = {}
    for k in ks:
        shares = [sum(place <= k for place in found) / min(k, len(found)) for found in asking]
        result[k] = (
            sum(found[0] <= k for found in asking) / len(asking) if asking else 0.0,
            sum(place <= k for place in image) / len(image) if image else 0.0,
            sum(shares) / len(shares) if shares else 0.0,
        )
    return result
