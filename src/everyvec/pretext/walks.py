"""Random walks on graphs, all walkers at once: plain ones, and node2vec's, which remember one step.

Perozzi, Al-Rfou, Skiena: DeepWalk: Online Learning of Social Representations, KDD 2014, arXiv:1403.6652;
Grover, Leskovec: node2vec: Scalable Feature Learning for Networks, KDD 2016, arXiv:1607.00653.

node2vec's own program keeps a table for every pair of neighbouring edges, which on a star is the square of
its edges. Here a biased step is a plain step that is accepted or thrown away (rejection sampling), so memory
grows with the edges alone. The return edge is handled apart, as by Yang et al.: KnightKing: A Fast
Distributed Graph Random Walk Engine, SOSP 2019.
"""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from everyvec.data.graphs import Graph

_AT_ONCE = 1 << 20  # neighbours looked at together when steps are drawn by looking at all of them


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
        ValueError: when `per_node` or `length` is below 1, a start is no node, or a weight is no weight.
    """
    edges = _Edges(graph)
    rng = np.random.default_rng(seed)
    return _walk(edges, per_node, length, starts, lambda here, _: edges.sample(here, rng))


def second_order(
    graph: Graph,
    *,
    p: float,
    q: float,
    per_node: int,
    length: int,
    starts: np.ndarray | None = None,
    seed: int = 0,
) -> np.ndarray:
    """node2vec's walks: the weight of an edge is multiplied by a bias that depends on the node before.

    A walker that came from t and stands at v sees each neighbour x of v in one of three places: back (x is t;
    bias 1/p), near (an edge leads from t to x; bias 1) or far (none does; bias 1/q). The first step has no
    node before it and is a plain one.

    Args:
        graph: a step follows an edge in the direction in which it is stored.
        p: return parameter; small p turns back often.
        q: in–out parameter; small q leads away from the node before.
        per_node, length, starts, seed: as in `first_order`.

    Returns:
        (per_node · S, length) int32, as `first_order`.

    Raises:
        ValueError: as `first_order`, and when p or q is not a positive number.
    """
    if not (p > 0 and q > 0 and 0 < 1 / p < np.inf and 0 < 1 / q < np.inf):
        raise ValueError(f"p and q must be positive numbers, not p={p}, q={q}")
    edges = _Edges(graph)
    stepper = _Biased(edges, 1 / p, 1 / q, np.random.default_rng(seed))
    return _walk(edges, per_node, length, starts, stepper.step)


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


def _walk(
    edges: "_Edges",
    per_node: int,
    length: int,
    starts: np.ndarray | None,
    step: Callable[[np.ndarray, np.ndarray | None], np.ndarray],
) -> np.ndarray:
    # `step` takes where walkers are and where they were, and returns the places of the edges that they take
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


class _Edges:
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
            self.cumulative = _cumulative(weights, self.source, self.strength)

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


class _Biased:
    """Second-order steps: propose a plain step, and accept it as often as its bias asks."""

    def __init__(self, edges: _Edges, back: float, far: float, rng: np.random.Generator):
        self.edges, self.back, self.far, self.rng = edges, back, far, rng
        self.most = max(1.0, far)

    def step(self, here: np.ndarray, before: np.ndarray | None) -> np.ndarray:
        """Places of the edges taken from the (W,) nodes `here`, which were reached from `before`."""
        if before is None:
            return self.edges.sample(here, self.rng)
        taken = np.empty(len(here), dtype=np.int64)
        waiting, rounds = np.arange(len(here)), 0
        while len(waiting):
            rounds += 1
            places, accepted = self.propose(here[waiting], before[waiting])
            taken[waiting[accepted]] = places[accepted]
            waiting = waiting[~accepted]
            # with extreme p and q a walker may wait long: it stops drawing when to look at all neighbours
            # costs no more than what it has spent
            degrees = self.edges.degrees[here[waiting]]
            stop = degrees <= (np.inf if degrees.sum() < 2000 * rounds else 4 * rounds)
            taken[waiting[stop]] = self.look(here[waiting[stop]], before[waiting[stop]])
            waiting = waiting[~stop]
        return taken

    def propose(self, here: np.ndarray, before: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places of proposed edges, and which are accepted."""
        places = self.edges.sample(here, self.rng)
        to = self.edges.to[places]
        back = to == before
        level = self.most * self.rng.random(len(here))
        accepted = level < np.where(back, self.back, min(1.0, self.far))
        unsure = np.flatnonzero((level < self.most) & ~accepted & ~back)
        _, near = self.edges.find(before[unsure], to[unsure])
        accepted[unsure] = level[unsure] < np.where(near, 1.0, self.far)
        if self.back > self.most:
            # what the return edge weighs beyond `most` is a lot of its own, always accepted; the others'
            # chance to be accepted stays as it is, however small p may be
            way, there = self.edges.find(here, before)
            extra = self.edges.weight(way) * there * (self.back - self.most)
            turn = self.rng.random(len(here)) * (self.edges.strength[here] * self.most + extra) < extra
            places[turn] = way[turn]
            accepted |= turn
        return places, accepted

    def look(self, here: np.ndarray, before: np.ndarray) -> np.ndarray:
        """As `step`, by looking at every neighbour of each node."""
        degrees = self.edges.degrees[here]
        part = np.cumsum(degrees) // _AT_ONCE  # so many neighbours at a time, to bound the memory
        cuts = np.flatnonzero(np.diff(part)) + 1
        taken = [
            self._look(*both)
            for both in zip(np.split(here, cuts), np.split(before, cuts), strict=True)
            if len(both[0])
        ]
        return np.concatenate(taken) if taken else np.empty(0, dtype=np.int64)

    def _look(self, here: np.ndarray, before: np.ndarray) -> np.ndarray:
        degrees = self.edges.degrees[here]
        ends = np.cumsum(degrees)
        walker = np.repeat(np.arange(len(here)), degrees)  # (sum of degrees,)
        places = np.arange(ends[-1]) + (self.edges.first[here] - ends + degrees)[walker]
        to, was = self.edges.to[places], before[walker]
        _, near = self.edges.find(was, to)
        weights = np.where(to == was, self.back, np.where(near, 1.0, self.far)) * self.edges.weight(places)
        cumulative = _cumulative(weights, walker, np.bincount(walker, weights))
        drawn = np.searchsorted(cumulative, np.arange(len(here)) + self.rng.random(len(here)), side="right")
        return places[np.clip(drawn, ends - degrees, ends - 1)]


def _cumulative(weights: np.ndarray, row: np.ndarray, total: np.ndarray) -> np.ndarray:
    # weights (M,) of ascending rows (M,), summed up in each row and scaled: row 5's end between 5 and 6
    steps = np.concatenate([[0.0], np.cumsum(weights / total[row])])
    before = steps[np.searchsorted(row, np.arange(len(total)))][row]
    return row + np.minimum(steps[1:] - before, 1.0)
