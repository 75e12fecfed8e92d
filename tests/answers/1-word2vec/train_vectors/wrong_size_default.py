# dim is not handed on, so the vectors are 100 wide.
# loses: test_train_words, test_train_vectors

from gensim.models import Word2Vec


def train_vectors(sentences, dim, window, min_count, epochs, seed):
    model = Word2Vec(
        sentences,
        window=window,
        min_count=min_count,
        epochs=epochs,
        seed=seed,
        sg=1,
        sample=0,
        workers=1,
    )
    return list(model.wv.index_to_key), model.wv.vectors
