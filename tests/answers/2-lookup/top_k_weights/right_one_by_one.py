# Takes the best key k times and crosses it out.


def top_k_weights(scores, allowed, k):
    left = np.where(allowed, scores, -np.inf).astype(float)
    weights = np.zeros(left.shape, dtype=np.float32)
    largest = left.max(axis=1)
    for row in range(len(left)):
        for _ in range(min(k, int(np.sum(allowed[row])))):
            best = int(np.argmax(left[row]))
            weights[row, best] = np.exp(left[row, best] - largest[row])
            left[row, best] = -np.inf
        weights[row] /= weights[row].sum() or 1
    return weights
