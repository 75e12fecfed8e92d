# Builds the vocabulary and trains in two steps, with a window far too wide; sorted names.

from gensim.models import Word2Vec


def train_on_baskets(baskets, dim, epochs, seed):
    model = Word2Vec(
        vector_size=dim, window=1000, shrink_windows=False, min_count=1, sg=1, sample=0, workers=1, seed=seed
    )
    model.build_vocab(baskets)
    model.train(baskets, total_examples=model.corpus_count, epochs=epochs)
    return {item: model.wv[item].copy() for item in sorted(model.wv.key_to_index)}
