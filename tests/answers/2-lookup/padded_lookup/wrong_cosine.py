# Scores are cosines.
# loses: test_soft_weights, test_soft_tau, test_soft_pad, test_soft_large


def padded_lookup(queries, keys, values, lengths, temperature):
    d = queries.shape[2]
    scores = (
        queries
        @ keys.transpose(0, 2, 1)
        / (np.linalg.norm(queries, axis=2)[:, :, None] * np.linalg.norm(keys, axis=2)[:, None] + 1e-9)
        / temperature
    )
    mask = np.arange(keys.shape[1]) < np.array(lengths)[:, None, None]
    scores = np.where(mask, scores, -np.inf)
    top = np.nan_to_num(scores.max(axis=2, keepdims=True), neginf=0)
    powers = np.exp(scores - top)
    total = powers.sum(axis=2, keepdims=True)
    weights = powers / np.where(total == 0, 1, total)
    answers = weights @ values
    return answers, weights
