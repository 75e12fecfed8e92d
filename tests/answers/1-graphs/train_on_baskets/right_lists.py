# Returns lists of Python floats; the window reaches from one end of the largest basket to the other.

from gensim.models import Word2Vec


def train_on_baskets(baskets, dim, epochs, seed):
    reach = max(1, max(len(basket) for basket in baskets) - 1)
    settings = {"vector_size": dim, "window": reach, "shrink_windows": False, "epochs": epochs, "seed": seed}
    table = Word2Vec([tuple(b) for b in baskets], min_count=1, sg=1, sample=0.0, workers=1, **settings).wv
    return dict(zip(table.index_to_key, table.vectors.tolist(), strict=True))
