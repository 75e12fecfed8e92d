# str.translate and Counters; the best pair by sorting; numpy numbers in a tuple.


TABLE = str.maketrans("", "", string.punctuation)


def words(text):
    return tuple(w for w in text.translate(TABLE).lower().split() if w not in ("the", "an", "a"))


def score_answers(predictions, golds):
    out = []
    for n, prediction in enumerate(predictions):
        given = words(prediction)
        exacts, shares = [], []
        for answer in golds[n] or [""]:
            wanted = words(answer)
            exacts.append(given == wanted)
            both = Counter(given) - (Counter(given) - Counter(wanted))
            size = len(given) + len(wanted)
            shares.append(2 * sum(both.values()) / size if size else 1)
        out.append((np.int64(sorted(exacts)[-1]), np.float64(np.max(shares))))
    return tuple(out)
