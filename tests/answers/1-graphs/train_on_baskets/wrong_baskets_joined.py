# All baskets are joined to one sentence.
# loses: test_baskets_settings, test_baskets_window

from gensim.models import Word2Vec


def train_on_baskets(baskets, dim, epochs, seed):
    model = Word2Vec(
        [[item for basket in baskets for item in basket]],
        vector_size=dim,
        window=max(map(len, baskets)),
        shrink_windows=False,
        min_count=1,
        sg=1,
        negative=5,
        sample=0,
        epochs=epochs,
        seed=seed,
        workers=1,
    )
    return dict(zip(model.wv.index_to_key, model.wv.vectors, strict=True))
