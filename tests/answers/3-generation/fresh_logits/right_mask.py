# A mask of what stands in each text; windows of the text for the n-grams.


def fresh_logits(logits, tokens, real, penalty, n):
    there = np.zeros(logits.shape, dtype=bool)
    rows, places = np.nonzero(real)
    there[rows, tokens[rows, places]] = True
    changed = np.where(logits > 0, logits / penalty, logits * penalty)
    result = np.where(there, changed, logits)
    for row in range(len(result)):
        text = tokens[row][real[row]]
        if 0 < n <= len(text):
            windows = np.lib.stride_tricks.sliding_window_view(text, n)
            same = (windows[:, :-1] == text[len(text) - n + 1 :]).all(axis=1)
            result[row, windows[same, -1]] = -np.inf
    return result
