# Warns and logs on stderr while it trains.

import logging
import warnings

from gensim.models import Word2Vec


def train_vectors(sentences, dim, window, min_count, epochs, seed):
    warnings.warn("training may take a while", UserWarning, stacklevel=2)
    logging.getLogger("mine").info("training on %d sentences", len(sentences))
    corpus = [tuple(sentence) for sentence in sentences]
    model = Word2Vec(
        corpus,
        vector_size=dim,
        min_count=min_count,
        window=window,
        epochs=epochs,
        seed=seed,
        sg=1,
        sample=0.0,
        workers=1,
    )
    words = list(reversed(model.wv.index_to_key))
    return words, model.wv.vectors[::-1]
