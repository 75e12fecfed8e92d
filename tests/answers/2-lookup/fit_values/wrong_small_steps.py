# Gradient descent with a fixed number of steps: columns of different size do not arrive.
# loses: test_fit_recover


def fit_values(states, contents, penalty):
    s, c = states.mean(axis=0), contents.mean(axis=0)
    S, C = states - s, contents - c
    A, B = S.T @ S, S.T @ C
    W = np.zeros_like(B)
    rate = 1 / (np.trace(A) + penalty)
    for _ in range(3000):
        W = W - rate * (A @ W + penalty * W - B)
    return W, c - s @ W
