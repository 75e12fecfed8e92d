# A huge window, but the dynamic window is left on.
# loses: test_baskets_window

from gensim.models import Word2Vec


def train_on_baskets(baskets, dim, epochs, seed):
    model = Word2Vec(
        baskets,
        vector_size=dim,
        window=100,
        min_count=1,
        sg=1,
        negative=5,
        sample=0,
        epochs=epochs,
        seed=seed,
        workers=1,
    )
    return dict(zip(model.wv.index_to_key, model.wv.vectors, strict=True))
