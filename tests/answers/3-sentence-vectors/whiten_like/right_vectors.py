# One direction after the other, with the other sign.


def whiten_like(fit, others, k, floor):
    mean = fit.sum(axis=0) / len(fit)
    values, vectors = np.linalg.eigh(np.cov(fit, rowvar=False, bias=True).reshape(fit.shape[1], -1))
    pairs = sorted(zip(values, vectors.T), key=lambda pair: -pair[0])
    least = floor * pairs[0][0]
    result = []
    for rows in others:
        whitened = np.empty((len(rows), k))
        for j, (value, vector) in enumerate(pairs[:k]):
            whitened[:, j] = (mean - rows) @ vector / math.sqrt(max(value, least))
        result.append(whitened)
    return result
