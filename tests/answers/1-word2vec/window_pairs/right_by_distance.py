# Goes out from the centre one step at a time, so the order differs, and returns a tuple of lists.


def window_pairs(tokens, reaches):
    found = []
    for i in range(len(tokens)):
        for k in range(1, reaches[i] + 1):
            if i - k >= 0:
                found.append([tokens[i], tokens[i - k]])
            if i + k < len(tokens):
                found.append([tokens[i], tokens[i + k]])
    return tuple(found)
