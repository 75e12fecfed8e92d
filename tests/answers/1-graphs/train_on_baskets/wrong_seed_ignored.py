# seed is not handed on.
# loses: test_baskets_settings, test_baskets_window

from gensim.models import Word2Vec


def train_on_baskets(baskets, dim, epochs, seed):
    model = Word2Vec(
        baskets,
        vector_size=dim,
        window=max(map(len, baskets)),
        shrink_windows=False,
        min_count=1,
        sg=1,
        negative=5,
        sample=0,
        epochs=epochs,
        workers=1,
    )
    return dict(zip(model.wv.index_to_key, model.wv.vectors, strict=True))
