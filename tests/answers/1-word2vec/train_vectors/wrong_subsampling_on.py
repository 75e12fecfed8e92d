# sample is left at gensim's default, which drops most tokens of a small corpus.
# loses: test_train_vectors

from gensim.models import Word2Vec


def train_vectors(sentences, dim, window, min_count, epochs, seed):
    model = Word2Vec(
        sentences,
        vector_size=dim,
        window=window,
        min_count=min_count,
        epochs=epochs,
        seed=seed,
        sg=1,
        workers=1,
    )
    return list(model.wv.index_to_key), model.wv.vectors
