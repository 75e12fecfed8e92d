"""Walks: how often each step is taken against the exact probabilities, and what a walk must never do."""

import tracemalloc

import numpy as np
import pytest
from scipy.stats import chi2

from everyvec.data import graphs
from everyvec.data.graphs import Graph, from_edges
from everyvec.pretext.node2vec import second_order, second_order_by_loop
from everyvec.pretext.walks import anonymous, first_order, first_order_by_loop

ALPHA = 1e-4  # there are some twenty tests of this kind


def biased(graph, **options):
    return second_order(graph, p=0.5, q=2, **options)


def biased_by_loop(graph, **options):
    return second_order_by_loop(graph, p=0.5, q=2, **options)


def village(weighted):
    """A node with 30 neighbours, others with 2 to 12, triangles and none, weights that differ 100-fold."""
    rng = np.random.default_rng(3)
    edges = np.concatenate([[(0, i) for i in range(1, 31)], rng.integers(0, 40, (90, 2)), [(5, 40)]])
    return from_edges(edges, 41, weights=10 ** rng.uniform(-1, 1, len(edges)) if weighted else None)


def matrix(graph):
    """(N, N) weights, 0 where there is no edge."""
    dense = np.zeros((len(graph), len(graph)))
    for v in range(len(graph)):
        row = slice(graph.indptr[v], graph.indptr[v + 1])
        dense[v, graph.indices[row]] = 1 if graph.weights is None else graph.weights[row]
    return dense


def agree(steps, law, kinds=None):
    """That steps are as frequent as a law says: edge by edge by χ², kind of edge by kind over all nodes.

    Args:
        steps: (n, d) what a step depends on, then where it leads.
        law: (N, ..., N), d axes: the probability of each step.
        kinds: (N, ..., N) numbers; errors of a few percent in a bias show only over all nodes.
    """
    counts = np.zeros(law.shape)
    np.add.at(counts, tuple(steps.T), 1)
    assert (law[counts > 0] > 0).all(), "a walk took an edge that is not there"
    taken = counts.sum(-1, keepdims=True)  # from each state
    expected = taken * law
    rare = (expected > 0) & (expected < 10)  # of one state these are one cell
    pooled = [np.where(rare, both, 0).sum(-1, keepdims=True) for both in (counts, expected)]
    seen = np.concatenate([np.where(rare, 0, counts), pooled[0]], axis=-1)
    wanted = np.concatenate([np.where(rare, 0, expected), pooled[1]], axis=-1)
    cells = wanted >= 3
    statistic = ((seen - wanted)[cells] ** 2 / wanted[cells]).sum()
    freedom = (cells.sum(-1) - 1).clip(0).sum()
    assert freedom > 30
    assert chi2.sf(statistic, freedom) > ALPHA
    for kind in np.unique(kinds) if kinds is not None else []:
        chance = np.where(kinds == kind, law, 0).sum(-1, keepdims=True)
        deviation = np.sqrt((taken * chance * (1 - chance)).sum())
        assert abs(counts[kinds == kind].sum() - (taken * chance).sum()) <= 4 * deviation + 1e-9, kind


@pytest.mark.parametrize("weighted", [False, True])
def test_plain_steps_are_as_frequent_as_the_weights_say(weighted):
    graph = village(weighted)
    weights = matrix(graph)
    walks = first_order(graph, per_node=200, length=11)
    pairs = np.lib.stride_tricks.sliding_window_view(walks, 2, axis=1).reshape(-1, 2)
    agree(pairs, weights / weights.sum(-1, keepdims=True))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    ("p", "q"), [(1, 1), (0.25, 4), (4, 0.25), (2, 2), (0.01, 100), (100, 0.01), (100, 100), (0.01, 0.01)]
)
def test_biased_steps_are_as_frequent_as_the_definition_says(p, q, weighted):
    graph = village(weighted)
    weights = matrix(graph)
    # (t, v, x): the bias depends on the node before and on the node that comes
    kinds = np.where(np.eye(len(graph)), 0, np.where(weights > 0, 1, 2))[:, None, :]
    law = np.array([1 / p, 1, 1 / q])[kinds] * weights
    law = law / law.sum(-1, keepdims=True)
    walks = second_order(graph, p=p, q=q, per_node=300, length=12)
    triples = np.lib.stride_tricks.sliding_window_view(walks, 3, axis=1).reshape(-1, 3)
    agree(triples, law, np.broadcast_to(kinds, law.shape))
    agree(walks[:, :2], weights / weights.sum(-1, keepdims=True))  # the first step is a plain one


def padded(walks):
    """Walks of a loop as the table that the fast version gives."""
    length = max(map(len, walks))
    return np.array([walk + [-1] * (length - len(walk)) for walk in walks])


@pytest.mark.parametrize("weighted", [False, True])
def test_the_plain_loops_draw_from_the_same_laws(weighted):
    graph = village(weighted)
    weights = matrix(graph)
    walks = padded(first_order_by_loop(graph, per_node=60, length=9))
    steps = np.lib.stride_tricks.sliding_window_view(walks, 2, axis=1).reshape(-1, 2)
    agree(steps, weights / weights.sum(-1, keepdims=True))
    p, q = 0.25, 4
    kinds = np.where(np.eye(len(graph)), 0, np.where(weights > 0, 1, 2))[:, None, :]
    law = np.array([1 / p, 1, 1 / q])[kinds] * weights
    law = law / law.sum(-1, keepdims=True)
    walks = padded(second_order_by_loop(graph, p=p, q=q, per_node=100, length=12))
    triples = np.lib.stride_tricks.sliding_window_view(walks, 3, axis=1).reshape(-1, 3)
    agree(triples, law, np.broadcast_to(kinds, law.shape))


def test_extreme_p_and_q_do_as_their_limits():
    graph = village(weighted=True)
    home = second_order(graph, p=1e-12, q=1, per_node=5, length=9)
    assert (home[:, 2:] == home[:, :-2]).all()  # to and fro
    away = second_order(graph, p=1e12, q=1, per_node=5, length=9)
    back = away[:, 2:] == away[:, :-2]
    assert (graph.degrees[away[:, 1:-1][back]] == 1).all()  # only where there is no other way
    assert back.any()


def test_a_walk_starts_where_it_is_told_as_often_as_it_is_told():
    graph = graphs.karate()
    walks = first_order(graph, per_node=3, length=5)
    assert walks.shape == (3 * 34, 5)
    assert walks.dtype == np.int32
    np.testing.assert_array_equal(walks[:, 0], np.tile(np.arange(34), 3))
    walks = biased(graph, per_node=2, length=4, starts=np.array([7, 7, 0]))
    np.testing.assert_array_equal(walks[:, 0], [7, 7, 0, 7, 7, 0])
    assert first_order(graph, per_node=2, length=1).shape == (68, 1)
    assert first_order(graph, per_node=2, length=6, starts=np.array([], dtype=int)).shape == (0, 6)


@pytest.mark.parametrize("walk", [first_order, biased])
def test_a_walk_ends_where_no_edge_leaves(walk):
    # 0 → 1 → 2, 1 → 3 → 4 ⇄ 5, 6 alone, and 7 → 8 of weight zero
    graph = Graph(
        indptr=np.array([0, 1, 3, 3, 4, 5, 6, 6, 7, 7]),
        indices=np.array([1, 2, 3, 4, 5, 4, 8], dtype=np.int32),
        weights=np.array([1, 1, 1, 1, 1, 1, 0], dtype=np.float32),
    )
    walks = {tuple(row) for row in walk(graph, per_node=50, length=6).tolist()}
    by_loop = {"first_order": first_order_by_loop}.get(walk.__name__, biased_by_loop)
    looped = {tuple(row) for row in padded(by_loop(graph, per_node=50, length=6)).tolist()}
    assert walks == looped == {
        (0, 1, 2, -1, -1, -1), (0, 1, 3, 4, 5, 4), (1, 2, -1, -1, -1, -1), (1, 3, 4, 5, 4, 5),
        (2, -1, -1, -1, -1, -1), (3, 4, 5, 4, 5, 4), (4, 5, 4, 5, 4, 5), (5, 4, 5, 4, 5, 4),
        (6, -1, -1, -1, -1, -1), (7, -1, -1, -1, -1, -1), (8, -1, -1, -1, -1, -1),
    }  # fmt: skip


def test_weights_of_very_different_size_are_kept_apart():
    # one row's weights must not drown another's: 1e30 beside 1e-30
    graph = Graph(
        indptr=np.array([0, 2, 4, 6, 8]),
        indices=np.array([1, 2, 0, 3, 0, 3, 1, 2], dtype=np.int32),
        weights=np.array([1e30, 3e30, 1e30, 1, 3e30, 1, 1e-30, 3e-30], dtype=np.float32),
    )
    for walks in (
        first_order(graph, per_node=4000, length=2),
        second_order(graph, p=1, q=7, per_node=4000, length=2),
    ):
        assert abs((walks[walks[:, 0] == 0, 1] == 2).mean() - 0.75) < 0.04
        assert abs((walks[walks[:, 0] == 3, 1] == 2).mean() - 0.75) < 0.04


def test_the_same_seed_gives_the_same_walks():
    graph = village(weighted=True)
    for walk in (first_order, biased):
        one, same, other = (walk(graph, per_node=2, length=9, seed=seed) for seed in (1, 1, 2))
        np.testing.assert_array_equal(one, same)
        assert (one != other).any()


def test_what_makes_no_sense_is_said():
    graph = graphs.karate()
    for p, q in ((0, 1), (1, -1), (float("nan"), 1), (1, float("inf"))):
        with pytest.raises(ValueError, match="positive"):
            second_order(graph, p=p, q=q, per_node=1, length=3)
    with pytest.raises(ValueError, match="at least 1"):
        first_order(graph, per_node=0, length=3)
    with pytest.raises(ValueError, match="between 0 and 33"):
        first_order(graph, per_node=1, length=3, starts=np.array([34]))
    unsorted = Graph(indptr=np.array([0, 2, 3, 4]), indices=np.array([2, 1, 0, 0], dtype=np.int32))
    with pytest.raises(ValueError, match="ascending"):
        second_order(unsorted, p=1, q=2, per_node=1, length=9)
    negative = Graph(np.array([0, 1, 2]), np.array([1, 0]), np.array([1, -1], dtype=np.float32))
    with pytest.raises(ValueError, match="weights"):
        first_order(negative, per_node=1, length=2)


def test_memory_grows_with_the_edges_and_not_with_their_pairs():
    # a hub whose neighbours form a ring: a table of pairs of neighbouring edges has the square of its edges
    peak = []
    for size in (2000, 8000):
        spokes = np.stack([np.zeros(size, int), np.arange(1, size + 1)], axis=1)
        rim = np.stack([np.arange(1, size), np.arange(2, size + 1)], axis=1)
        graph = from_edges(np.concatenate([spokes, rim]), size + 1)
        for q in (0.1, 100):
            tracemalloc.start()
            walks = second_order(graph, p=10, q=q, per_node=1, length=6)
            peak.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert walks.shape == (size + 1, 6)
    assert peak[2] < 6 * peak[0]  # four times the edges
    assert peak[3] < 6 * peak[1]


def test_many_neighbours_are_looked_at_in_parts(monkeypatch):
    graph = village(weighted=True)
    options = {"p": 3, "q": 50, "per_node": 30, "length": 8, "seed": 4}
    whole = second_order(graph, **options)
    monkeypatch.setattr("everyvec.pretext.node2vec._AT_ONCE", 50)
    parts = second_order(graph, **options)
    np.testing.assert_array_equal(whole, parts)


def test_anonymous_walks_keep_the_shape_and_lose_the_names():
    walks = np.array([[7, 3, 7, 9, 3], [4, 5, 4, 1, 5], [2, 0, 5, 0, -1], [6, -1, -1, -1, -1]])
    assert anonymous(walks).tolist() == [
        [0, 1, 0, 2, 1], [0, 1, 0, 2, 1], [0, 1, 2, 1, -1], [0, -1, -1, -1, -1],
    ]  # fmt: skip
