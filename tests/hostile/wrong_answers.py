# Stands in every answer cell of a submission that tries to gain points: answers of the right form, all wrong.
# A stub would not do: it raises, so that a test without its assertions or comparisons still fails.
import numpy as np


def window_pairs(tokens, reaches):
    return [("a", "a")]


def expected_counts(ids, n_words, window):
    return np.full((n_words, n_words), -1.0)


def keep_probability(counts, sample):
    return dict.fromkeys(counts, -1.0)


def negative_sampling(centre, positive, negatives):
    wrong = {"centre": centre, "positive": positive, "negatives": negatives}
    return {"loss": -1.0} | {name: np.full(np.shape(value), 99.0) for name, value in wrong.items()}


def solve_analogy(vectors, a, b, c, method):
    return a


def train_vectors(sentences, dim, window, min_count, epochs, seed):
    words = sorted({word for sentence in sentences for word in sentence})
    return [*words, "never seen"], np.zeros((len(words) + 1, dim))


def evaluate_analogies(words, vectors, questions):
    wrong = dict.fromkeys(questions, -1.0)
    return {"coverage": wrong, "mrr": wrong, "baseline": wrong, "macro_mrr": -1.0}
