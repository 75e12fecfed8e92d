# Joins each sentence to a string, in which gensim takes every letter for a word.
# loses: test_train_words, test_train_vectors

from gensim.models import Word2Vec


def train_vectors(sentences, dim, window, min_count, epochs, seed):
    model = Word2Vec(
        [" ".join(sentence) for sentence in sentences],
        vector_size=dim,
        window=window,
        min_count=min_count,
        epochs=epochs,
        seed=seed,
        sg=1,
        sample=0,
        workers=1,
    )
    return list(model.wv.index_to_key), model.wv.vectors
