# Squeezes W, so it has the shape (h,) when the content is a single number
# loses: test_fit_recover
def fit_values(states, contents, penalty):
    h = states.shape[1]
    s, c = states.mean(axis=0), contents.mean(axis=0)
    left = (states - s).T @ (states - s) + penalty * np.eye(h)
    right = (states - s).T @ (contents - c)
    W = np.squeeze(np.linalg.solve(left, right))
    b = c - (s @ W if h > 1 else s * W)
    return W, b
