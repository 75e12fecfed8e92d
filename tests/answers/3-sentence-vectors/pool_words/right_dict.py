# A dictionary for each row: the pieces of a word are collected piece by piece.


def pool_words(states, words, frequency, a):
    result = []
    for own, numbers, often in zip(states, words, frequency):
        pieces, shares = {}, {}
        for state, number, p in zip(own, numbers, often):
            if number != -1:
                pieces.setdefault(int(number), []).append(state)
                shares[int(number)] = float(p)
        if not pieces:
            result.append(np.zeros(states.shape[2]))
            continue
        means = [np.mean(pieces[number], axis=0) for number in pieces]
        result.append(np.average(means, axis=0, weights=[a / (a + shares[number]) for number in pieces]))
    return np.array(result)
