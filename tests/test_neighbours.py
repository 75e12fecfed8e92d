"""Neighbours are those of a loop, whatever the chunk; what has no answer says so."""

import math

import numpy as np
import pytest
import torch

from everyvec.neighbours import nearest


def by_loop(vectors, queries, k, own):
    rows = []
    for q, query in enumerate(queries):
        cosine = {
            i: sum(a * b for a, b in zip(query, v, strict=True)) / math.hypot(*query) / math.hypot(*v)
            for i, v in enumerate(vectors)
            if not (own and i == q)
        }
        rows.append(sorted(cosine, key=cosine.get, reverse=True)[:k])
    return np.array(rows)


def lengths_and_directions(n, d, seed):
    # lengths from 0.01 to 100, so that a search by dot product or by distance finds others
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) * 10 ** rng.uniform(-2, 2, (n, 1))


@pytest.mark.parametrize("at_once", [1, 40, 97, 10**6])
def test_it_finds_what_a_loop_finds_whatever_the_chunk(at_once):
    vectors, queries = lengths_and_directions(23, 5, 0), lengths_and_directions(11, 5, 1)
    found = nearest(vectors, 3, queries=queries, at_once=at_once)
    assert (found.index == by_loop(vectors, queries, 3, own=False)).all()
    found = nearest(vectors, 3, at_once=at_once)
    assert (found.index == by_loop(vectors, vectors, 3, own=True)).all()


def test_cosines_are_cosines_of_the_vectors_found_nearest_first():
    vectors = lengths_and_directions(23, 5, 2)
    index, cosine = nearest(vectors, 22)
    assert (index.dtype, cosine.dtype, cosine.shape) == (np.int64, np.float32, (23, 22))
    length = np.linalg.norm(vectors, axis=1)
    expected = (vectors @ vectors.T) / np.outer(length, length)
    assert np.allclose(cosine, np.take_along_axis(expected, index, axis=1), atol=1e-6)
    assert (np.diff(cosine, axis=1) <= 0).all()
    assert (index != np.arange(23)[:, None]).all()  # nobody is their own neighbour


def test_a_query_may_find_itself_and_its_copy():
    vectors = np.array([[1.0, 0], [0, 1], [-1, 0]])
    assert nearest(vectors, queries=vectors).index[:, 0].tolist() == [0, 1, 2]
    twins = np.array([[1.0, 0], [2, 0], [0, 1]])  # not itself, but the one in the same direction
    assert nearest(twins).index[:2, 0].tolist() == [1, 0]


def test_tensors_whole_numbers_and_zeros():
    whole = [[0, 0, 0], [3, 0, 4], [3, 0, 5], [0, 1, 0]]
    for table in (np.array(whole), torch.tensor(whole), torch.tensor(whole, dtype=torch.float64)):
        index, cosine = nearest(table, 3)
        assert index[1:3, 0].tolist() == [2, 1]
        assert cosine[0].tolist() == [0, 0, 0]  # zeros have no direction
    assert nearest(np.eye(3), queries=np.empty((0, 3)), k=2).index.shape == (0, 2)


@pytest.mark.parametrize(
    ("vectors", "options", "message"),
    [
        (np.eye(3), {"k": 3}, "k=3, but there are 2"),
        (np.eye(3), {"k": 0}, "k=0"),
        (np.eye(3), {"k": 4, "queries": np.eye(3)}, "k=4, but there are 3"),
        (np.eye(3), {"queries": np.eye(2)}, "one width"),
        (np.ones(3), {}, "tables"),
        (np.array([[1, np.nan], [1, 0]]), {}, "NaN"),
        (np.eye(2), {"queries": np.array([[np.inf, 1]])}, "NaN or infinite"),
    ],
)
def test_what_has_no_answer_says_so(vectors, options, message):
    with pytest.raises(ValueError, match=message):
        nearest(vectors, **options)
