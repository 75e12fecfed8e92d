# A translation table, filterfalse, and two sorted lists merged to count common words.
from itertools import filterfalse

TABLE = str.maketrans(dict.fromkeys(string.punctuation))
ARTICLES = frozenset({"a", "an", "the"})


def _words(text):
    return tuple(filterfalse(ARTICLES.__contains__, text.lower().translate(TABLE).split()))


def _common(left, right):
    left, right, i, j, n = sorted(left), sorted(right), 0, 0, 0
    while i < len(left) and j < len(right):
        if left[i] == right[j]:
            i, j, n = i + 1, j + 1, n + 1
        elif left[i] < right[j]:
            i += 1
        else:
            j += 1
    return n


def score_answers(predictions, golds):
    pairs = []
    for said, wanted in zip(predictions, golds):
        said = _words(said)
        exact, best = 0, 0.0
        for one in map(_words, wanted or [""]):  # no gold answer: to say nothing is right
            both = len(said) + len(one)
            exact = exact or int(said == one)
            best = max(best, 2 * _common(said, one) / both if both else 1.0)
        pairs.append((exact, best))
    return pairs
