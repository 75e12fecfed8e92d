"""Walks make the pairs that a loop makes; vectors find planted communities, by torch as by gensim."""

import numpy as np
import pytest
import torch

from everyvec import training
from everyvec.data import graphs
from everyvec.pretext import deepwalk, walks


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


def test_pairs_are_those_of_a_loop():
    lines = [[3, 1, 4, 1, 5], [2, 6, -1, -1, -1], [0, -1, -1, -1, -1], [3, 5, 8, -1, -1]]
    for window in (1, 2, 3, 9):
        by_loop = []
        for line in lines:
            line = [node for node in line if node >= 0]
            for i in range(len(line)):
                for j in range(max(0, i - window), min(len(line), i + window + 1)):
                    if i != j:
                        by_loop.append((line[i], line[j]))
        centres, contexts = deepwalk.walk_pairs(torch.tensor(lines, dtype=torch.int32), window)
        assert (centres.dtype, contexts.dtype) == (torch.int64, torch.int64)
        assert sorted(zip(centres.tolist(), contexts.tolist(), strict=True)) == sorted(by_loop)


def test_vectors_find_planted_communities(planted):
    graph, sentences = planted
    vectors = deepwalk.node_vectors(sentences, 300, dim=16)
    assert (vectors.shape, vectors.dtype) == ((300, 16), np.float32)
    assert same_group(vectors, graph.labels) > 0.8  # chance is 0.2
    assert np.array_equal(vectors, deepwalk.node_vectors(sentences, 300, dim=16))
    assert not np.array_equal(vectors, deepwalk.node_vectors(sentences, 300, dim=16, seed=1))


def test_rows_belong_to_their_nodes():
    # two triangles that never meet, and numbers with a gap; a library that orders words by frequency could
    # hand the rows back in that order
    graph = graphs.from_edges([[1, 7], [7, 4], [4, 1], [9, 2], [2, 5], [5, 9], [5, 8], [8, 9]], 10)
    starts = [9] * 30 + [1] * 5
    vectors = deepwalk.node_vectors(
        walks.first_order(graph, per_node=20, length=20, starts=starts), 10, dim=8, epochs=3
    )
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    cosine = unit @ unit.T
    assert cosine[np.ix_([1, 4, 7], [1, 4, 7])].min() > cosine[np.ix_([1, 4, 7], [2, 5, 8, 9])].max() + 0.3


@pytest.mark.parametrize("train", [deepwalk.node_vectors, lambda *a, **k: deepwalk.torch_vectors(*a, **k)[0]])
def test_nodes_without_company_get_zeros_and_bad_walks_are_refused(train):
    lonely = np.array([[0, 2, 0, -1], [3, -1, -1, -1], [2, 0, 2, 0]], dtype=np.int32)
    vectors = train(lonely, 5, dim=4)
    assert (np.abs(vectors).sum(axis=1) > 0).tolist() == [True, False, True, False, False]
    with pytest.raises(ValueError, match="node 2"):
        train(lonely, 2, dim=4)
    with pytest.raises(ValueError, match="two nodes"):
        train(lonely[1:2], 5, dim=4)


def test_our_model_is_skipgram_on_the_pairs_of_the_batch():
    batch = torch.tensor([[0, 1, 2], [3, 4, -1]], dtype=torch.int32)
    model = deepwalk.WalkSkipGram(np.array([1, 2, 3, 4, 5]), dim=4, window=2, negatives=3)
    torch.nn.init.normal_(model.skipgram.context, generator=torch.Generator().manual_seed(1))
    torch.manual_seed(5)
    loss = model(batch)
    torch.manual_seed(5)
    expected = model.skipgram(torch.tensor([0, 1, 3, 1, 2, 4, 0, 2]), torch.tensor([1, 2, 4, 0, 1, 3, 2, 0]))
    assert loss.item() == pytest.approx(expected.item(), abs=1e-6)
    assert model.skipgram.vectors().shape == (5, 4)


def test_the_gpu_run_at_reduced_size(planted):
    # the lesson's run on a GPU is this one with a million nodes
    graph, sentences = planted
    vectors, history = deepwalk.torch_vectors(
        sentences, len(graph), dim=16, window=5, negatives=5, batch_size=16, lr=0.02, epochs=1
    )
    assert history.losses[-1] < history.losses[0] - 0.5
    assert history.examples == len(sentences)
    assert same_group(vectors, graph.labels) > 0.8


def test_one_step_moves_only_the_nodes_that_were_met():
    batch = torch.tensor([[0, 1, 2, 0]], dtype=torch.int32)
    model = deepwalk.WalkSkipGram(np.array([9, 9, 9, 9]), dim=3, window=2)
    before = model.skipgram.vectors().copy()
    torch.nn.init.normal_(model.skipgram.context, generator=torch.Generator().manual_seed(1))
    training.fit(model, (batch,), epochs=1, batch_size=1, lr=0.1)
    moved = np.abs(model.skipgram.vectors() - before).sum(axis=1) > 0
    assert moved.tolist() == [True, True, True, False]
