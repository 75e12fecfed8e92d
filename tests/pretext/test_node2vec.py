"""The run of the lesson on node2vec, GPU included, at reduced size."""

import numpy as np
import torch

from everyvec.pretext.node2vec import _nearest, recover_communities


def test_communities_come_back_and_not_by_chance():
    torch.set_num_threads(1)
    options = {"nodes": 400, "communities": 4, "p": 1, "q": 0.5, "per_node": 4, "length": 12, "dim": 16}
    run = recover_communities(**options, window=3, batch_size=16, epochs=2, asked=200)
    assert run.steps > 400 * 4 * 11 * 0.99  # hardly a node is without an edge
    assert abs(run.chance - 99 / 399) < 1e-9
    assert run.same > run.chance + 0.3
    assert run.walking > 0
    assert run.training > 0


def test_what_the_gpu_would_train_takes_a_step():
    # the sizes of a node's vector and of a walk are the GPU's, the number of nodes and of walks is not
    run = recover_communities(
        nodes=200, communities=4, p=1, q=0.5, per_node=1, length=20, dim=64, window=5, batch_size=4096
    )  # fmt: skip
    assert run.steps > 0
    assert 0 <= run.same <= 1


def test_the_nearest_is_another_node_by_cosine():
    vectors = torch.tensor([[1.0, 0.0], [9.0, 1.0], [0.0, 1.0], [0.0, -1.0], [-1.0, 5.0]])
    np.testing.assert_array_equal(_nearest(vectors, torch.tensor([0, 2, 4, 3])), [1, 4, 2, 0])
