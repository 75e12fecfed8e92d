# Keeps only words that occur more than min_count times.
# loses: test_train_words

from gensim.models import Word2Vec


def train_vectors(sentences, dim, window, min_count, epochs, seed):
    model = Word2Vec(
        sentences,
        vector_size=dim,
        window=window,
        min_count=min_count + 1,
        epochs=epochs,
        seed=seed,
        sg=1,
        sample=0,
        workers=1,
    )
    return list(model.wv.index_to_key), model.wv.vectors
