"""node2vec's walks, which remember one step: one walker at a time, and all walkers at once.

Grover, Leskovec: node2vec: Scalable Feature Learning for Networks, KDD 2016, arXiv:1607.00653.

node2vec's own program keeps a table for every pair of neighbouring edges, which on a star is the square of
its edges. Here all walkers propose a plain step, and each step is accepted as often as its bias asks
(rejection sampling), so memory grows with the edges alone. The return edge is handled apart, as by Yang et
al.: KnightKing: A Fast Distributed Graph Random Walk Engine, SOSP 2019.
"""

import numpy as np

from everyvec import seeds
from everyvec.data.graphs import Graph
from everyvec.pretext.walks import Edges, cumulative, walk_together

_AT_ONCE = 1 << 20  # neighbours looked at together when steps are drawn by looking at all of them


def second_order_by_loop(
    graph: Graph,
    *,
    p: float,
    q: float,
    per_node: int,
    length: int,
    starts: np.ndarray | None = None,
    seed: int = 0,
) -> list[list[int]]:
    """Draw node2vec's walks, one walker and one step at a time.

    `per_node` walks start from each node in `starts` (default: all nodes); a walk that reaches a dead end is
    shorter than `length`.
    """
    rng = seeds.rng(seed)
    starts = range(len(graph)) if starts is None else starts
    walks = []
    for start in list(starts) * per_node:
        walk = [int(start)]
        while len(walk) < length and (weights := graph.edge_weights(walk[-1])).sum() > 0:
            neighbours = graph.neighbours(walk[-1])
            if len(walk) > 1:
                near = np.isin(neighbours, graph.neighbours(walk[-2]))
                bias = np.where(near, 1.0, 1 / q)
                bias[neighbours == walk[-2]] = 1 / p
                weights = weights * bias
            walk.append(int(rng.choice(neighbours, p=weights / weights.sum())))
        walks.append(walk)
    return walks


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
    edges = Edges(graph)
    stepper = _Biased(edges, 1 / p, 1 / q, seeds.rng(seed))
    return walk_together(edges, per_node, length, starts, stepper.step)


class _Biased:
    """Second-order steps: propose a plain step, and accept it as often as its bias asks."""

    def __init__(self, edges: Edges, back: float, far: float, rng: np.random.Generator):
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
        line = cumulative(weights, walker, np.bincount(walker, weights))
        drawn = np.searchsorted(line, np.arange(len(here)) + self.rng.random(len(here)), side="right")
        return places[np.clip(drawn, ends - degrees, ends - 1)]
