# In single precision, one matrix for all arrays at once.


def whiten_like(fit, others, k, floor):
    fit = fit.astype(np.float32)
    mean = fit.mean(axis=0)
    values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(fit.T, bias=True, dtype=np.float32)))
    values, vectors = np.flip(values), np.flip(vectors, axis=1)
    roots = np.sqrt(np.clip(values, floor * values[0], None))
    cuts = np.cumsum([len(rows) for rows in others])[:-1]
    every = np.concatenate(others).astype(np.float32)
    return np.split((every - mean) @ (vectors / roots)[:, :k], cuts)
