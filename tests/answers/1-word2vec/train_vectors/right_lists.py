# Returns nested lists of Python floats, and a list in place of the tuple.

from gensim.models import Word2Vec


def train_vectors(sentences, dim, window, min_count, epochs, seed):
    settings = {"vector_size": dim, "window": window, "min_count": min_count, "epochs": epochs, "seed": seed}
    table = Word2Vec(sentences, sg=1, sample=0, workers=1, **settings).wv
    return [table.index_to_key, table.vectors.astype(float).tolist()]
