# Builds the vocabulary and trains in two steps; looks every vector up by its word.

import numpy as np
from gensim.models import Word2Vec


def train_vectors(sentences, dim, window, min_count, epochs, seed):
    model = Word2Vec(
        vector_size=dim, window=window, min_count=min_count, sg=1, negative=5, sample=0, workers=1, seed=seed
    )
    model.build_vocab(sentences)
    model.train(sentences, total_examples=model.corpus_count, epochs=epochs)
    words = sorted(model.wv.key_to_index)
    return words, np.array([model.wv[word] for word in words])
