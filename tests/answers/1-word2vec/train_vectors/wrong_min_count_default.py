# min_count is not handed on, so gensim leaves out words below 5.
# loses: test_train_words

from gensim.models import Word2Vec


def train_vectors(sentences, dim, window, min_count, epochs, seed):
    model = Word2Vec(
        sentences, vector_size=dim, window=window, epochs=epochs, seed=seed, sg=1, sample=0, workers=1
    )
    return list(model.wv.index_to_key), model.wv.vectors
