"""Graphs as three arrays: two small, well-known ones, and large ones with planted communities.

Zachary: An Information Flow Model for Conflict and Fission in Small Groups, 1977 (the karate club);
Knuth: The Stanford GraphBase, 1993 (who meets whom in *Les Misérables*); Holland, Laskey, Leinhardt:
Stochastic Blockmodels: First Steps, 1983 (planted communities). The two small graphs come with networkx.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from everyvec import seeds


@dataclass(frozen=True, eq=False)
class Graph:
    """An undirected graph in compressed sparse rows (CSR): the neighbours of node i are
    `indices[indptr[i]:indptr[i + 1]]`, in ascending order. Each edge is stored in both directions.

    Attributes:
        indptr: (N + 1,) int64.
        indices: (M,) int32, M = twice the number of edges.
        weights: (M,) float32, above zero, or None if all edges have weight 1.
        names: N names, or None.
        labels: (N,) int64, the group of each node, or None if unknown.
    """

    indptr: np.ndarray
    indices: np.ndarray
    weights: np.ndarray | None = None
    names: list[str] | None = None
    labels: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @property
    def degrees(self) -> np.ndarray:
        """(N,) int64: how many neighbours each node has."""
        return np.diff(self.indptr)

    def neighbours(self, node: int) -> np.ndarray:
        """(degree,) int32, ascending: the nodes next to `node`, from 0 to N − 1."""
        if not 0 <= node < len(self):
            raise IndexError(f"node {node} of a graph with nodes 0 to {len(self) - 1}")
        return self.indices[self.indptr[node] : self.indptr[node + 1]]

    def edge_weights(self, node: int) -> np.ndarray:
        """(degree,) float64: weights of the edges to `neighbours(node)`; ones where the graph has none."""
        if self.weights is None:
            return np.ones(len(self.neighbours(node)))
        return self.weights[self.indptr[node] : self.indptr[node + 1]].astype(np.float64)


def from_edges(
    edges: np.ndarray,
    nodes: int,
    weights: np.ndarray | None = None,
    names: Sequence[str] | None = None,
    labels: np.ndarray | None = None,
) -> Graph:
    """The undirected graph with these edges.

    Args:
        edges: (E, 2) integers from 0 to nodes − 1. An edge that is listed twice, in either direction, becomes
            one edge with the sum of the weights; an edge from a node to itself is dropped.
        nodes: N; a node without an edge is allowed.
        weights: (E,) above zero.
        names: N names.
        labels: (N,) integers.

    Raises:
        ValueError: for a node number out of range, a weight that is not above zero, or lengths that differ.
    """
    edges = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
    if not 0 <= nodes < 2**31:
        raise ValueError(f"{nodes} nodes: node numbers have 31 bits, so give 0 to 2 147 483 647")
    if len(edges) and not (edges.min() >= 0 and edges.max() < nodes):
        raise ValueError(f"edges use nodes {edges.min()} to {edges.max()}, but nodes are 0 to {nodes - 1}")
    for what, given, wanted in (
        ("weights", weights, len(edges)),
        ("names", names, nodes),
        ("labels", labels, nodes),
    ):
        if given is not None and len(given) != wanted:
            raise ValueError(f"{len(given)} {what} for {wanted}")
    proper = edges[:, 0] != edges[:, 1]
    one, other = edges[proper].T
    low, high = np.minimum(one, other), np.maximum(one, other)
    pair = low * nodes + high  # one number for each unordered pair
    if weights is None:
        pair = np.unique(pair)
    else:
        weights = np.asarray(weights, dtype=np.float64)[proper]
        if not (weights > 0).all():  # NaN is not above zero either
            raise ValueError("weights must be above zero")
        pair, which = np.unique(pair, return_inverse=True)
        weights = np.bincount(which.ravel(), weights, minlength=len(pair))
    low, high = np.divmod(pair, max(nodes, 1))
    there_and_back = np.concatenate([pair, high * nodes + low])
    order = np.argsort(there_and_back)
    rows, columns = np.divmod(there_and_back[order], max(nodes, 1))
    return Graph(
        indptr=np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=nodes))]).astype(np.int64),
        indices=columns.astype(np.int32),
        weights=None if weights is None else np.tile(weights, 2)[order].astype(np.float32),
        names=None if names is None else [str(name) for name in names],
        labels=None if labels is None else np.asarray(labels, dtype=np.int64),
    )


def from_networkx(g: nx.Graph, weight: str | None = None, label: str | None = None) -> Graph:
    """Our arrays for an undirected networkx graph; nodes keep their order, and their names as text.

    Args:
        g: a `Graph` or `MultiGraph` of networkx.
        weight: the attribute of edges that holds their weight; None for a graph without weights.
        label: the attribute of nodes that holds their group; groups are numbered in sorted order.

    Raises:
        ValueError: for a directed graph.
        KeyError: where an edge or a node lacks the attribute.
    """
    if g.is_directed():
        raise ValueError(
            "the graph is directed; make it undirected first, for example with g.to_undirected()"
        )
    number = {node: i for i, node in enumerate(g)}
    labels = None
    if label is not None:
        labels = np.unique([g.nodes[node][label] for node in g], return_inverse=True)[1].ravel()
    return from_edges(
        np.array([(number[a], number[b]) for a, b in g.edges()], dtype=np.int64).reshape(-1, 2),
        len(number),
        weights=None if weight is None else np.array([data[weight] for _, _, data in g.edges(data=True)]),
        names=[str(node) for node in number],
        labels=labels,
    )


def karate() -> Graph:
    """Zachary's karate club: 34 members, 78 friendships, and as label the club that a member joined when the
    club split: 0 with the teacher, "Mr. Hi" (member 0), 1 with the officer (member 33). Without weights."""
    return from_networkx(nx.karate_club_graph(), label="club")


def les_miserables() -> Graph:
    """The 77 characters of *Les Misérables*; an edge's weight is the number of chapters in which both appear.
    There are no labels."""
    return from_networkx(nx.les_miserables_graph(), weight="weight")


def planted(nodes: int, communities: int, inside: float, outside: float, seed: int = 0) -> Graph:
    """A stochastic block model: communities of equal size, and edges that prefer their own community.

    Each pair of nodes is joined independently of all others, with one probability inside a community and
    another between communities. Memory grows with the number of edges: a million nodes are possible.

    Args:
        nodes: N.
        communities: K; node i belongs to community ⌊i·K / N⌋, which is its label.
        inside: expected number of neighbours in the own community.
        outside: expected number of neighbours in all the others together.
        seed: same seed, same graph.

    Raises:
        ValueError: if communities are too small for that many neighbours.
    """
    if not 1 <= communities <= nodes:
        raise ValueError(f"{communities} communities of {nodes} nodes")
    rng = seeds.rng(seed)
    labels = np.arange(nodes) * communities // nodes
    sizes = np.bincount(labels, minlength=communities)
    across = (nodes**2 - (sizes**2).sum()) / 2  # pairs of nodes from different communities
    p_inside = inside / np.maximum(sizes - 1, 1)  # (K,)
    p_outside = outside * nodes / 2 / max(across, 1) if outside else 0.0
    if min(inside, outside) < 0 or p_inside.max() >= 1 or p_outside >= 1:
        raise ValueError(
            f"inside={inside}, outside={outside}: too many neighbours for groups of {sizes.min()}"
        )
    # If the number of edges of a pair is Poisson with mean −log(1 − p), and several count as one, then the
    # pair is joined with probability p. A Poisson number of draws gives all pairs such numbers at once; draws
    # that hit no pair of the right kind (a node with itself, …) are thrown away.
    draws = rng.poisson(-np.log1p(-p_inside) * sizes**2 / 2)  # (K,)
    starts = np.repeat(np.cumsum(sizes) - sizes, draws)[:, None]
    edges = starts + rng.integers(0, np.repeat(sizes, draws)[:, None], (draws.sum(), 2))
    others = rng.integers(0, nodes, (rng.poisson(-np.log1p(-p_outside) * nodes**2 / 2), 2))
    others = others[labels[others[:, 0]] != labels[others[:, 1]]]
    return from_edges(np.concatenate([edges, others]), nodes, labels=labels)
