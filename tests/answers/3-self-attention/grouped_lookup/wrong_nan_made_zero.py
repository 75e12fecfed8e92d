# No subtraction of the largest score; what is not a number is replaced by 0 at the end.
# loses: test_group_large


def grouped_lookup(queries, keys, values, allowed):
    share = len(queries) // len(keys)
    keys, values = np.repeat(keys, share, axis=0), np.repeat(values, share, axis=0)
    weights = np.exp(queries @ keys.swapaxes(1, 2) / np.sqrt(keys.shape[-1])) * allowed
    return np.nan_to_num(weights / weights.sum(axis=-1, keepdims=True)) @ values
