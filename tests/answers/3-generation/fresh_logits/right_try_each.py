# Tries for each token of the vocabulary whether the n-gram would be new.


def fresh_logits(logits, tokens, real, penalty, n):
    answer = logits.copy()
    for b in range(logits.shape[0]):
        text = list(tokens[b][real[b]])
        known = [text[i : i + n] for i in range(len(text) - n + 1)]
        for token in range(logits.shape[1]):
            if token in text:
                answer[b, token] *= penalty if answer[b, token] < 0 else 1 / penalty
            if n and [*text, token][-n:] in known and len(text) + 1 >= n:
                answer[b, token] = -np.inf
    return answer
