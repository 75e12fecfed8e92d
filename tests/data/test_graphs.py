"""Graphs are sound CSR, small ones are networkx's own, and planted communities are as dense as was asked."""

import networkx as nx
import numpy as np
import pytest

from everyvec.data import graphs


def as_edges(graph):
    """The unordered pairs {i, j} of a graph with the weight of each, read row by row."""
    found = {}
    for i in range(len(graph)):
        for place in range(graph.indptr[i], graph.indptr[i + 1]):
            weight = 1 if graph.weights is None else graph.weights[place]
            found.setdefault(frozenset((i, int(graph.indices[place]))), []).append(weight)
    return found


def check_sound(graph):
    assert (graph.indptr.dtype, graph.indices.dtype) == (np.int64, np.int32)
    assert graph.indptr[0] == 0
    assert graph.indptr[-1] == len(graph.indices)
    rows = np.repeat(np.arange(len(graph)), graph.degrees)
    keys = rows * len(graph) + graph.indices
    assert (np.diff(keys) > 0).all()  # rows in order, neighbours ascending, no duplicates
    assert (rows != graph.indices).all()  # no self-loops
    back = graph.indices.astype(np.int64) * len(graph) + rows
    assert np.array_equal(np.sort(back), keys)  # both directions
    if graph.weights is not None:
        assert graph.weights.dtype == np.float32
        assert np.array_equal(graph.weights[np.argsort(back)], graph.weights)


def test_edges_merge_in_both_directions_and_loops_go():
    edges = np.array([[3, 1], [1, 3], [0, 1], [2, 2], [3, 0], [3, 1]])
    plain = graphs.from_edges(edges, 5)
    check_sound(plain)
    assert [plain.neighbours(i).tolist() for i in range(5)] == [[1, 3], [0, 3], [], [0, 1], []]
    assert plain.degrees.tolist() == [2, 2, 0, 2, 0]
    assert plain.weights is None
    assert len(plain) == 5
    heavy = graphs.from_edges(edges, 5, weights=[1, 2, 4, 8, 16, 32])
    check_sound(heavy)
    assert as_edges(heavy) == {
        frozenset((0, 1)): [4, 4],
        frozenset((0, 3)): [16, 16],
        frozenset((1, 3)): [35, 35],
    }


def test_what_cannot_be_a_graph_is_refused():
    for edges, nodes in (([[0, 3]], 3), ([[-1, 0]], 3), ([[0, 1]], 0)):
        with pytest.raises(ValueError, match="nodes are 0 to"):
            graphs.from_edges(edges, nodes)
    for weight in (0, -1, np.nan):
        with pytest.raises(ValueError, match="above zero"):
            graphs.from_edges([[0, 1], [1, 2]], 3, weights=[1, weight])
    for wrong in ({"weights": [1]}, {"names": ["a"]}, {"labels": [0, 1]}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            graphs.from_edges([[0, 1], [1, 2]], 3, **wrong)
    with pytest.raises(IndexError, match="node -1"):
        graphs.karate().neighbours(-1)
    with pytest.raises(ValueError, match="directed"):
        graphs.from_networkx(nx.DiGraph([(0, 1)]))


def test_no_edges_are_a_graph_too():
    for nodes in (0, 3):
        empty = graphs.from_edges(np.empty((0, 2), dtype=int), nodes)
        check_sound(empty)
        assert (len(empty), empty.degrees.tolist()) == (nodes, [0] * nodes)


def test_a_networkx_graph_goes_in_and_comes_out():
    g = nx.gnm_random_graph(40, 120, seed=3)
    for i, (a, b) in enumerate(g.edges()):
        g.edges[a, b]["km"] = i + 1
    for node in g:
        g.nodes[node]["side"] = "west" if node % 3 else "east"
    g = nx.relabel_nodes(g, {node: f"n{99 - node}" for node in g})
    graph = graphs.from_networkx(g, weight="km", label="side")
    check_sound(graph)
    back = nx.Graph()
    back.add_nodes_from(graph.names)
    for i, name in enumerate(graph.names):
        back.nodes[name]["side"] = ("east", "west")[graph.labels[i]]
        for j, weight in zip(graph.neighbours(i), graph.weights[graph.indptr[i] :], strict=False):
            back.add_edge(name, graph.names[j], km=int(weight))
    assert list(back.nodes(data=True)) == list(g.nodes(data=True))
    assert nx.utils.edges_equal(back.edges(data=True), g.edges(data=True))


def test_the_small_graphs_are_the_known_ones():
    karate, novel = graphs.karate(), graphs.les_miserables()
    for graph, nodes, edges in ((karate, 34, 78), (novel, 77, 254)):
        check_sound(graph)
        assert (len(graph), len(graph.indices) // 2) == (nodes, edges)
    assert np.bincount(karate.labels).tolist() == [17, 17]
    assert (karate.labels[0], karate.labels[33], karate.weights) == (0, 1, None)
    assert karate.degrees.argmax() == 33
    valjean, cosette = novel.names.index("Valjean"), novel.names.index("Cosette")
    assert novel.labels is None
    assert novel.degrees.argmax() == valjean
    assert as_edges(novel)[frozenset((valjean, cosette))] == [31, 31]


def test_planted_communities_are_as_dense_as_asked_even_when_small():
    # 11 nodes in a community, 6 neighbours there: draws that hit the same pair twice are common
    inside, outside = [], []
    for seed in range(40):
        graph = graphs.planted(330, 30, inside=6, outside=3, seed=seed)
        check_sound(graph)
        same = np.repeat(graph.labels, graph.degrees) == graph.labels[graph.indices]
        inside.append(same.sum() / len(graph))
        outside.append((~same).sum() / len(graph))
    assert np.bincount(graph.labels).tolist() == [11] * 30
    assert np.mean(inside) == pytest.approx(6, abs=0.08)  # standard error 0.012
    assert np.mean(outside) == pytest.approx(3, abs=0.12)  # 0.021


def test_planted_pairs_are_all_alike_likely():
    # 7 nodes in 2 communities of 4 and 3: every pair must occur as often as its probability says
    seen = np.zeros((7, 7))
    for seed in range(2000):
        graph = graphs.planted(7, 2, inside=1, outside=1, seed=seed)
        seen[np.repeat(np.arange(7), graph.degrees), graph.indices] += 1 / 2000
    label = np.arange(7) * 2 // 7
    wanted = np.where(label[:, None] != label, 7 / 24, np.where(label == 0, 1 / 3, 1 / 2))
    assert seen == pytest.approx(wanted * (1 - np.eye(7)), abs=0.05)  # 4.5 standard errors


def test_planted_seed_and_limits():
    first, again, other = (graphs.planted(100, 4, 5, 2, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first.indices, again.indices)
    assert not np.array_equal(first.indptr, other.indptr)
    assert graphs.planted(20, 1, 5, 0).degrees.sum() > 0
    for wrong in ((20, 4, 4, 1), (20, 1, 4, 1), (20, 2, -1, 1), (20, 4, 1, 15)):
        with pytest.raises(ValueError, match="too many"):
            graphs.planted(*wrong)
    with pytest.raises(ValueError, match="communities"):
        graphs.planted(3, 4, 1, 1)
