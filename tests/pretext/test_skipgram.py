"""Skip-gram with negative sampling: the loss by hand, and both trainers on words, walks and baskets."""

import math

import numpy as np
import pytest
import torch
from gensim.models import Word2Vec

from everyvec import training
from everyvec.data import graphs, world
from everyvec.pretext import walks, windows, word_evaluation
from everyvec.pretext.skipgram import SequenceSkipGram, SkipGram, train, train_gensim
from everyvec.pretext.vocabulary import Vocabulary


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
    pairs = windows.pairs(*windows.flatten(vocabulary.encode(sentences)), window=4)
    tables, _ = train(pairs.numpy(), len(vocabulary), dim=32, epochs=20, batch_size=256)
    ours = word_evaluation.keyed(vocabulary.words, tables.centre)
    # window, shrink_windows and sample as below make gensim train on exactly these pairs
    theirs = Word2Vec(
        sentences, vector_size=32, window=4, shrink_windows=False, sample=0, min_count=1,
        sg=1, negative=5, epochs=20, alpha=0.05, workers=1, seed=0,
    ).wv  # fmt: skip
    for measure in (
        lambda table: word_evaluation.analogy_accuracy(table, world.analogies()).accuracy,
        lambda table: word_evaluation.group_precision(table, world.groups()),
    ):
        assert measure(ours) > 0.5  # chance is below 0.02
        assert measure(ours) > measure(theirs) - 0.1


def test_the_gpu_run_of_the_word_lessons_at_reduced_size():
    """What `text8` goes through where there is a GPU, with a GPU's settings, on little text."""
    text = world.sentences(600)
    vocabulary = Vocabulary(text, min_count=5)
    pairs = windows.pairs(*windows.flatten(vocabulary.encode(text)), window=5).numpy()
    tables, _ = train(pairs, len(vocabulary), dim=300, negatives=10, batch_size=2048, epochs=12, lr=0.02)
    assert tables.centre.shape == tables.context.shape == (len(vocabulary), 300)
    table = word_evaluation.keyed(vocabulary.words, tables.centre)
    near = word_evaluation.group_precision(table, world.groups())
    assert near > 5 * 4 / len(table), "its neighbours are those of chance"


@pytest.fixture(scope="module")
def planted():
    torch.set_num_threads(1)
    graph = graphs.planted(300, 5, inside=12, outside=3, seed=2)
    return graph, walks.first_order(graph, per_node=10, length=20, seed=2)


def same_group(vectors, labels):
    """Share of the 10 nearest neighbours, by cosine, that have the node's own label."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosine = unit @ unit.T
    np.fill_diagonal(cosine, -2)
    return (labels[np.argsort(-cosine, axis=1)[:, :10]] == labels[:, None]).mean()


def by_gensim(examples, size, **options):
    return train_gensim(examples, size, **{"window": 5, "epochs": 1, "dim": 16} | options).centre


def by_torch(examples, size, **options):
    options = {"window": 5, "epochs": 1, "dim": 16, "batch_size": 16, "lr": 0.02} | options
    return train(examples, size, **options)[0].centre


@pytest.mark.parametrize("trainer", [by_gensim, by_torch])
def test_vectors_of_walks_find_planted_communities_and_can_be_repeated(planted, trainer):
    graph, table = planted
    vectors = trainer(table, 300)
    assert (vectors.shape, vectors.dtype) == ((300, 16), np.float32)
    assert same_group(vectors, graph.labels) > 0.8  # chance is 0.2
    assert np.array_equal(vectors, trainer(table, 300))
    assert not np.array_equal(vectors, trainer(table, 300, seed=1))


def test_gensims_rows_belong_to_their_nodes():
    # two triangles that never meet, and numbers with a gap; a library that orders words by frequency could
    # hand the rows back in that order
    graph = graphs.from_edges([[1, 7], [7, 4], [4, 1], [9, 2], [2, 5], [5, 9], [5, 8], [8, 9]], 10)
    starts = [9] * 30 + [1] * 5
    table = walks.first_order(graph, per_node=20, length=20, starts=starts)
    vectors = by_gensim(table, 10, dim=8, epochs=3)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    cosine = unit @ unit.T
    assert cosine[np.ix_([1, 4, 7], [1, 4, 7])].min() > cosine[np.ix_([1, 4, 7], [2, 5, 8, 9])].max() + 0.3


@pytest.mark.parametrize("trainer", [by_gensim, by_torch])
def test_who_has_no_company_gets_zeros_and_bad_examples_are_refused(trainer):
    lonely = np.array([[0, 2, 0, -1], [3, -1, -1, -1], [2, 0, 2, 0]], dtype=np.int32)
    vectors = trainer(lonely, 5, dim=4)
    assert (np.abs(vectors).sum(axis=1) > 0).tolist() == [True, False, True, False, False]
    with pytest.raises(ValueError, match="word 2, but words are 0 to 1"):
        trainer(lonely, 2, dim=4)
    with pytest.raises(ValueError, match="two words"):
        trainer(lonely[1:2], 5, dim=4)


def test_a_batch_of_sequences_is_the_batch_of_its_pairs():
    batch = torch.tensor([[0, 1, 2], [3, 4, -1]], dtype=torch.int32)
    skipgram = SkipGram(np.array([1, 2, 3, 4, 5]), dim=4, negatives=3)
    torch.nn.init.normal_(skipgram.context, generator=torch.Generator().manual_seed(1))
    torch.manual_seed(5)
    loss = SequenceSkipGram(skipgram, window=2)(batch)
    torch.manual_seed(5)
    expected = skipgram(torch.tensor([0, 1, 3, 1, 2, 4, 0, 2]), torch.tensor([1, 2, 4, 0, 1, 3, 2, 0]))
    assert loss.item() == pytest.approx(expected.item(), abs=1e-6)


def test_one_step_moves_only_the_words_that_were_met():
    skipgram = SkipGram(np.array([9, 9, 9, 9]), dim=3)
    before = skipgram.vectors().copy()
    torch.nn.init.normal_(skipgram.context, generator=torch.Generator().manual_seed(1))
    batch = torch.tensor([[0, 1, 2, 0]], dtype=torch.int32)
    training.fit(SequenceSkipGram(skipgram, window=2), (batch,), epochs=1, batch_size=1, lr=0.1)
    moved = np.abs(skipgram.vectors() - before).sum(axis=1) > 0
    assert moved.tolist() == [True, True, True, False]


def test_gensims_cbow_and_whole_sequences_learn_other_vectors():
    sequences = [[0, 1, 2, 3], [3, 2, 0], [1, 4]] * 30
    whole, near, cbow = (
        train_gensim(sequences, 5, dim=4, **options).centre
        for options in ({}, {"window": 1}, {"window": 1, "cbow": True})
    )
    assert not np.allclose(whole, near)
    assert not np.allclose(near, cbow)


def test_gensims_noise_follows_the_words_and_not_their_numbers():
    # word 0 is the rarest and word 4 the most frequent, or the other way round: the same vectors, renumbered.
    # (gensim looked the counts for its noise up by name where names were numbers.)
    sequences = [[4, 0], [4, 1, 3], [4, 3, 2], [4, 2], [4, 3], [4, 1, 2, 3]] * 20
    turned = [[4 - word for word in sequence] for sequence in sequences]
    one, other = (train_gensim(given, 5, dim=4).context for given in (sequences, turned))
    assert np.allclose(one, other[::-1])
