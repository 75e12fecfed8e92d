"""Random walks on graphs: one walker at a time, as one would write it, and all walkers at once.

Perozzi, Al-Rfou, Skiena: DeepWalk: Online Learning of Social Representations, KDD 2014, arXiv:1403.6652.
node2vec's walks, which remember one step, are in `node2vec.py`.
"""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from everyvec import seeds
from everyvec.data.graphs import Graph


def first_order_by_loop(
    graph: Graph, *, per_node: int, length: int, starts: np.ndarray | None = None, seed: int = 0
) -> list[list[int]]:
    """Draw random walks, one walker and one step at a time. `first_order` draws them all at once.

    Args:
        graph, length, seed: as in `first_order`.
        per_node: walks from each node in `starts`.
        starts: (S,) node numbers; all nodes when `None`.

    Returns:
        A list of per_node · S walks; one that reaches a dead end is shorter than `length`.
    """
    rng = seeds.rng(seed)
    starts = range(len(graph)) if starts is None else starts
    walks = []
    for start in list(starts) * per_node:
        walk = [int(start)]
        while len(walk) < length and (weights := graph.edge_weights(walk[-1])).sum() > 0:
            walk.append(int(rng.choice(graph.neighbours(walk[-1]), p=weights / weights.sum())))
        walks.append(walk)
    return walks


def first_order(
    graph: Graph, *, per_node: int, length: int, starts: np.ndarray | None = None, seed: int = 0
) -> np.ndarray:
    """Walks that choose each next node among the neighbours, in proportion to the weights of the edges.

    Args:
        graph: a step follows an edge in the direction in which it is stored.
        per_node: walks from each start.
        length: nodes in a walk, its start included.
        starts: (S,) node numbers; all nodes when `None`.
        seed: the same seed gives the same walks.

    Returns:
        (per_node · S, length) int32. Walk i starts at `starts[i % S]`; −1 fills the places after a node that
        no edge leaves.

    Raises:
        ValueError: when `per_node` or `length` is below 1, a start is not a node, or a weight is negative or
            not finite.
    """
    edges, rng = Edges(graph), seeds.rng(seed)
    return walk_together(edges, per_node, length, starts, lambda here, _: edges.sample(here, rng))


def anonymous(walks: np.ndarray) -> np.ndarray:
    """Walks without names: each node becomes the number of other nodes that the walk had met before it.

    `[7, 3, 7, 9]` becomes `[0, 1, 0, 2]`, and so does `[4, 5, 4, 1]`: what is left is the shape of the walk.
    Ivanov, Burnaev: Anonymous Walk Embeddings, ICML 2018, arXiv:1805.11921.

    Args:
        walks: (W, L) node numbers, −1 after an end.

    Returns:
        (W, L) int8, −1 where `walks` has −1; L is at most 127.
    """
    shape = np.full(walks.shape, -1, dtype=np.int8)
    met = np.zeros(len(walks), dtype=np.int8)  # (W,) different nodes so far
    for place in range(walks.shape[1]):
        here = walks[:, place]
        for before in range(place):
            same = walks[:, before] == here
            shape[same, place] = shape[same, before]
        new = (shape[:, place] < 0) & (here >= 0)
        shape[new, place] = met[new]
        met += new
    return shape


def walk_together(
    edges: "Edges",
    per_node: int,
    length: int,
    starts: np.ndarray | None,
    step: Callable[[np.ndarray, np.ndarray | None], np.ndarray],
) -> np.ndarray:
    """All walkers at once, one step after the other; arguments and result as in `first_order`.

    Args:
        step: takes the (W,) nodes where walkers are and the ones where they were before, None at the first
            step; returns the places, among all edges, of the (W,) edges that they take.
    """
    if per_node < 1 or length < 1:
        raise ValueError(f"per_node={per_node} and length={length} must both be at least 1")
    starts = np.arange(edges.nodes) if starts is None else np.asarray(starts)
    if len(starts) and not (0 <= starts.min() and starts.max() < edges.nodes):
        raise ValueError(f"starts must lie between 0 and {edges.nodes - 1}")
    columns = np.full((length, per_node * len(starts)), -1, dtype=np.int32)  # one row for each step
    columns[0] = np.tile(starts, per_node)
    walking = np.arange(columns.shape[1])
    for place in range(1, length):
        here = columns[place - 1, walking]
        open_ended = edges.degrees[here] > 0
        if not open_ended.all():
            walking, here = walking[open_ended], here[open_ended]
        if not len(walking):
            break
        before = columns[place - 2, walking] if place > 1 else None
        columns[place, walking] = edges.to[step(here, before)]
    return np.ascontiguousarray(columns.T)


class Edges:
    """The edges of a graph as a walker needs them: drawn by weight, and found by their two ends.

    An edge of weight 0 is no edge. Arrays are of N nodes or M edges.
    """

    def __init__(self, graph: Graph):
        indptr, self.to, weights = graph.indptr, graph.indices, graph.weights
        self.nodes = len(indptr) - 1
        if weights is not None:
            if not (np.isfinite(weights).all() and (weights >= 0).all()):
                raise ValueError("weights must be finite and not negative")
            if (weights == 0).any():
                kept = weights > 0
                indptr = np.concatenate([[0], np.cumsum(kept)])[indptr]
                self.to, weights = self.to[kept], weights[kept]
        self.first = indptr[:-1]  # (N,) place of each node's first edge
        self.degrees = np.diff(indptr)  # (N,)
        self.weights = weights  # (M,) or None
        self.source = np.repeat(np.arange(self.nodes), self.degrees)  # (M,)
        if weights is None:
            self.strength = self.degrees  # (N,) sum of each node's weights
        else:
            self.strength = np.bincount(self.source, weights, self.nodes)
            self.cumulative = cumulative(weights, self.source, self.strength)

    @cached_property
    def keys(self) -> np.ndarray:
        """(M,) int64, ascending: one number for the two ends of each edge."""
        keys = self.source * self.nodes + self.to
        if (np.diff(keys) <= 0).any():
            raise ValueError("the neighbours of a node must be in ascending order, each once")
        return keys

    def weight(self, places: np.ndarray) -> np.ndarray | float:
        """Weights of edges."""
        return 1.0 if self.weights is None else self.weights[places].astype(np.float64)

    def sample(self, here: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Places of random edges, in proportion to their weights, one from each of the (W,) nodes `here`."""
        draw, first = rng.random(len(here)), self.first[here]
        if self.weights is None:
            return first + (draw * self.degrees[here]).astype(np.int64)
        places = np.searchsorted(self.cumulative, here + draw, side="right")
        return np.clip(places, first, first + self.degrees[here] - 1)  # rounding may lead out by one

    def find(self, source: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Place of the edge from `source` to `target`, and whether there is one; (W,) each."""
        wanted = source.astype(np.int64) * self.nodes + target
        places = np.searchsorted(self.keys, wanted)
        places[places == len(self.keys)] = 0
        return places, self.keys[places] == wanted


def cumulative(weights: np.ndarray, row: np.ndarray, total: np.ndarray) -> np.ndarray:
    """(M,): the weights of ascending rows, summed up within each row and scaled: row 5 ends at 6."""
    steps = np.concatenate([[0.0], np.cumsum(weights / total[row])])
    before = steps[np.searchsorted(row, np.arange(len(total)))][row]
    return row + np.minimum(steps[1:] - before, 1.0)
