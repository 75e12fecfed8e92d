"""Skip-gram with negative sampling: the loss by hand, and the quality of gensim's on the same pairs."""

import math

import numpy as np
import pytest
import torch
from gensim.models import Word2Vec

from everyvec import evaluation, training
from everyvec.data import world
from everyvec.pretext.skipgram import SkipGram, word_vectors
from everyvec.pretext.vocabulary import Vocabulary, skipgram_pairs


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def test_loss_equals_the_sum_by_hand():
    model = SkipGram(counts=np.array([5, 4, 3, 2, 1]), dim=3, negatives=2)
    for table in (model.centre, model.context):
        torch.nn.init.normal_(table, generator=torch.Generator().manual_seed(len(table)))
    centres, contexts = torch.tensor([0, 4, 2]), torch.tensor([1, 1, 3])
    torch.manual_seed(7)
    loss = model(centres, contexts).item()

    torch.manual_seed(7)
    noise = torch.multinomial(model.noise, 6, replacement=True).view(3, 2)
    expected = 0.0
    for row in range(3):
        v = model.centre[centres[row]].tolist()
        expected -= math.log(sigmoid(np.dot(v, model.context[contexts[row]].tolist())))
        for word in noise[row]:
            expected -= math.log(sigmoid(-np.dot(v, model.context[word].tolist())))
    assert loss == pytest.approx(expected / 3, abs=1e-5)


def test_noise_is_in_proportion_to_counts_to_the_three_quarters():
    model = SkipGram(counts=np.array([16, 1]), dim=2)
    torch.testing.assert_close(model.noise, torch.tensor([8 / 9, 1 / 9]))


@pytest.mark.slow
def test_quality_equals_gensims_on_the_same_pairs():
    torch.set_num_threads(1)
    sentences = world.sentences(2000, seed=5)
    vocabulary = Vocabulary(sentences)
    pairs = torch.tensor(skipgram_pairs(vocabulary.encode(sentences), window=4))
    model = SkipGram(vocabulary.counts, dim=32)
    training.fit(model, (pairs[:, 0], pairs[:, 1]), epochs=20, batch_size=256, lr=0.01)
    ours = evaluation.keyed(vocabulary.words, model.vectors())
    # window, shrink_windows and sample as below make gensim train on exactly these pairs
    theirs = Word2Vec(
        sentences, vector_size=32, window=4, shrink_windows=False, sample=0, min_count=1,
        sg=1, negative=5, epochs=20, alpha=0.05, workers=1, seed=0,
    ).wv  # fmt: skip
    for measure in (
        lambda table: evaluation.analogy_accuracy(table, world.analogies()).accuracy,
        lambda table: evaluation.group_precision(table, world.groups()),
    ):
        assert measure(ours) > 0.5  # chance is below 0.02
        assert measure(ours) > measure(theirs) - 0.1


def test_the_gpu_run_of_the_word_lessons_at_reduced_size():
    """What `text8` goes through where there is a GPU, with a GPU's settings, on little text."""
    text = world.sentences(600)
    size = {"dim": 300, "window": 5, "min_count": 5, "negatives": 10, "batch_size": 2048}
    table = word_vectors(text, epochs=12, lr=0.02, **size)
    assert table.vectors.shape == (len(table), 300)
    assert len(table) < len(Vocabulary(text))
    near = evaluation.group_precision(table, world.groups())
    assert near > 5 * 4 / len(table), "its neighbours are those of chance"
