# The heads of a group get an axis of their own; nothing is repeated.


def grouped_lookup(queries, keys, values, allowed):
    h, n, d = queries.shape
    g = keys.shape[0]
    split = queries.reshape(g, h // g, n, d)
    scores = np.einsum("grnd,gtd->grnt", split, keys) * d**-0.5
    scores[:, :, ~allowed] = -np.inf
    top = scores.max(axis=-1, keepdims=True)
    top[top == -np.inf] = 0
    powers = np.exp(scores - top)
    answers = np.einsum("grnt,gte->grne", powers, values) / np.maximum(powers.sum(axis=-1), 1e-300)[..., None]
    return answers.reshape(h, n, values.shape[2])
