"""DeepWalk: random walks are sentences, nodes are words, and Skip-gram does the rest.

Perozzi, Al-Rfou, Skiena: DeepWalk: Online Learning of Social Representations, KDD 2014, arXiv:1403.6652.
As node2vec (Grover, Leskovec, KDD 2016) does, with negative sampling; the paper itself used a tree of words
(hierarchical softmax).
"""

from collections.abc import Iterator

import numpy as np
import torch
from gensim.models import Word2Vec
from torch import Tensor, nn

from everyvec.pretext.skipgram import SkipGram
from everyvec.training import History, fit


def node_vectors(
    walks: np.ndarray,
    nodes: int,
    *,
    dim: int = 64,
    window: int = 5,
    epochs: int = 1,
    negatives: int = 5,
    lr: float = 0.05,
    seed: int = 0,
) -> np.ndarray:
    """Vectors of nodes from their walks, by gensim's Skip-gram on one thread.

    Args:
        walks: (W, L) node numbers; a walk ends before its first −1.
        nodes: N, the size of the graph.
        dim: width d of the vectors.
        window: reach along the walk to each side; gensim draws for each centre a reach from 1 to this one.
        epochs: passes over the walks.
        negatives: noise nodes for each real pair.
        lr: the learning rate at the start; it falls linearly to almost zero. Few walks need a higher one.
        seed: for gensim's draws; one thread makes the result repeatable.

    Returns:
        (N, d) float32; zeros for nodes that no walk meets together with another node.

    Raises:
        ValueError: when a walk names a node that is not there, or no walk has two nodes.
    """
    sentences = _Sentences(walks)
    seen = _visits(sentences.walks, nodes)
    known = np.flatnonzero(seen)
    model = Word2Vec(
        vector_size=dim, window=window, sg=1, negative=negatives, alpha=lr, min_count=1, sample=0, seed=seed,
        workers=1,
    )  # fmt: skip
    model.build_vocab_from_freq(dict(zip(known.tolist(), seen[known].tolist(), strict=True)))
    model.train(sentences, total_examples=len(sentences.walks), epochs=epochs)
    vectors = np.zeros((nodes, dim), dtype=np.float32)
    vectors[model.wv.index_to_key] = model.wv.vectors
    return vectors


class _Sentences:
    """The walks of two or more nodes, one list of numbers at a time: they never all exist as lists."""

    def __init__(self, walks: np.ndarray):
        self.walks = walks[(walks[:, :2] >= 0).sum(axis=1) == 2]

    def __iter__(self) -> Iterator[list[int]]:
        for walk, length in zip(self.walks, _lengths(self.walks), strict=True):
            yield walk[:length].tolist()


def _lengths(walks: np.ndarray) -> np.ndarray:
    ended = walks < 0  # (W, L)
    return np.where(ended.any(axis=1), ended.argmax(axis=1), walks.shape[1])


def _visits(walks: np.ndarray, nodes: int) -> np.ndarray:
    # (N,) how often each node occurs
    visited = walks[np.arange(walks.shape[1]) < _lengths(walks)[:, None]]
    if not len(visited):
        raise ValueError("no walk has two nodes: there is nothing to learn from")
    if visited.max() >= nodes:
        raise ValueError(f"a walk visits node {visited.max()}, but nodes are 0 to {nodes - 1}")
    return np.bincount(visited, minlength=nodes)


def walk_pairs(walks: Tensor, window: int) -> tuple[Tensor, Tensor]:
    """All (centre, context) pairs at most `window` steps apart on the same walk.

    Args:
        walks: (W, L) node numbers, −1 after an end.
        window: reach to each side, at least 1, the same for every position.

    Returns:
        centres and contexts, (P,) int64 each, on the device of the walks; each unordered pair of positions
        gives both (i, j) and (j, i).
    """
    walks = walks.long()
    centres, contexts = [], []
    for distance in range(1, min(window, walks.shape[1] - 1) + 1):
        left, right = walks[:, :-distance], walks[:, distance:]  # (W, L − distance)
        both = right >= 0  # then the left one, which comes before, is there too
        centres += [left[both], right[both]]
        contexts += [right[both], left[both]]
    return torch.cat(centres), torch.cat(contexts)


class WalkSkipGram(nn.Module):
    """Skip-gram whose examples are walks: pairs are made from each batch, where the batch is.

    All pairs of a million nodes at once would be tens of gigabytes. This way memory is bounded by the
    batch, and what travels to a GPU is the walks.

    Args:
        counts: (N,) how often the walks visit each node.
        dim: width d of the vectors.
        window: reach to each side.
        negatives: noise nodes for each real pair.
        seed: for the initial vectors.
    """

    def __init__(self, counts: np.ndarray, dim: int, window: int, negatives: int = 5, seed: int = 0):
        super().__init__()
        self.skipgram = SkipGram(counts, dim, negatives, seed)
        self.window = window

    def forward(self, walks: Tensor) -> Tensor:
        """Mean loss of all pairs of a batch of walks (B, L), in nats."""
        return self.skipgram(*walk_pairs(walks, self.window))


def torch_vectors(
    walks: np.ndarray,
    nodes: int,
    *,
    dim: int = 64,
    window: int = 5,
    epochs: int = 1,
    negatives: int = 5,
    batch_size: int = 16,
    lr: float = 0.02,
    seed: int = 0,
    device: str | torch.device = "cpu",
) -> tuple[np.ndarray, History]:
    """As `node_vectors`, by our own Skip-gram in torch, on a GPU too; the window does not shrink.

    Args:
        walks, nodes, dim, window, epochs, negatives, seed: as in `node_vectors`.
        batch_size: walks in a step; a step needs about batch_size · L · 2·window · negatives · d · 12 bytes.
            What counts is the number of steps: with few walks, keep it small.
        lr: the highest learning rate of Adam.
        device: where the model and the batches go.

    Returns:
        (N, d) float32, and the history of the training.
    """
    kept = _Sentences(walks).walks
    counts = _visits(kept, nodes)
    model = WalkSkipGram(counts, dim, window, negatives, seed)
    history = fit(
        model,
        (torch.from_numpy(kept),),
        epochs=epochs,
        batch_size=batch_size,
        lr=lr,
        seed=seed,
        device=device,
        title="walks",
    )
    return model.skipgram.vectors() * (counts > 0)[:, None].astype(np.float32), history
