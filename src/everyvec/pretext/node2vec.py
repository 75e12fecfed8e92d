"""node2vec on a graph with planted communities, of any size: biased walks, then Skip-gram in torch.

Grover, Leskovec: node2vec: Scalable Feature Learning for Networks, KDD 2016, arXiv:1607.00653.
"""

from time import perf_counter
from typing import NamedTuple

import numpy as np
import torch

from everyvec.data.graphs import planted
from everyvec.pretext.deepwalk import torch_vectors
from everyvec.pretext.walks import second_order


class Run(NamedTuple):
    """What a run found.

    Attributes:
        same: share of the asked nodes whose nearest other node is of their own community.
        chance: what `same` is for vectors that know nothing.
        steps: walked.
        walking: seconds for the walks.
        training: seconds for Skip-gram.
    """

    same: float
    chance: float
    steps: int
    walking: float
    training: float


def recover_communities(
    *,
    nodes: int,
    communities: int,
    p: float,
    q: float,
    per_node: int,
    length: int,
    dim: int,
    window: int,
    batch_size: int,
    epochs: int = 1,
    asked: int = 1000,
    seed: int = 0,
    device: str | torch.device = "cpu",
) -> Run:
    """Plant communities, walk, train, and ask nodes for the community of their nearest neighbour.

    Each node has about eight edges inside its community and two that lead out.

    Args:
        nodes, communities: of the graph.
        p, q, per_node, length: of the walks.
        dim, window, epochs, batch_size: of Skip-gram; a batch is of walks.
        asked: nodes drawn at random whose nearest neighbour, by cosine among all nodes, is looked up.
        seed: for the graph, the walks, the training and the draw.
        device: where Skip-gram runs, and the search.
    """
    graph = planted(nodes, communities, inside=8, outside=2, seed=seed)
    began = perf_counter()
    walks = second_order(graph, p=p, q=q, per_node=per_node, length=length, seed=seed)
    walking = perf_counter() - began
    steps = int((walks[:, 1:] >= 0).sum())
    vectors, history = torch_vectors(
        walks,
        nodes,
        dim=dim,
        window=window,
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        device=device,
    )
    chosen = np.random.default_rng(seed).choice(nodes, min(asked, nodes), replace=False)
    nearest = _nearest(torch.from_numpy(vectors).to(device), torch.from_numpy(chosen).to(device))
    labels = graph.labels
    chance = (np.bincount(labels)[labels[chosen]] - 1).mean() / (nodes - 1)
    same = (labels[nearest] == labels[chosen]).mean()
    return Run(float(same), float(chance), steps, walking, history.seconds)


def _nearest(vectors: torch.Tensor, chosen: torch.Tensor) -> np.ndarray:
    # for each of the chosen nodes the other node with the highest cosine
    unit = torch.nn.functional.normalize(vectors)  # (N, d)
    found = []
    for part in chosen.split(100):  # a hundred rows of scores at a time: 400 MB for a million nodes
        scores = unit[part] @ unit.T  # (100, N)
        scores[torch.arange(len(part), device=scores.device), part] = -torch.inf
        found.append(scores.argmax(dim=1))
    return torch.cat(found).cpu().numpy()
