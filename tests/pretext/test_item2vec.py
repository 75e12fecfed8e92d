"""Item2Vec: pairs and scores against plain loops, both trainers, and the run for a GPU at a small size."""

from itertools import permutations

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array

from everyvec import evaluation
from everyvec.data import shop
from everyvec.pretext import item2vec, windows
from everyvec.pretext.skipgram import Tables, train, train_gensim

ITEMS = 150
CATALOGUE, LOG = shop.draw(users=800, items=ITEMS, seed=3)
PARTS = shop.split(LOG)
KNOWN = PARTS.known()
HISTORY, WANTED = item2vec.purchases(KNOWN, ITEMS), item2vec.purchases(PARTS.test, ITEMS)
POPULARITY = np.bincount(KNOWN.item, minlength=ITEMS)


def recall(scores):
    return evaluation.recall_at_k(scores, WANTED, 10, exclude=HISTORY)


def share_of_complements(tables):
    score = tables.centre @ tables.context.T
    np.fill_diagonal(score, -np.inf)
    return np.take_along_axis(CATALOGUE.complements(), np.argsort(-score, axis=1)[:, :4], axis=1).mean()


def test_pairs_are_all_ordered_pairs_of_each_basket_or_history():
    log = shop.Log(
        np.array([0, 0, 0, 1, 2, 2]),
        np.array([0, 0, 1, 2, 3, 3]),
        np.arange(6),
        np.array([4, 1, 3, 1, 4, 1]),
        3,
    )
    baskets = [*permutations([4, 1], 2), *permutations([4, 1], 2)]
    assert sorted(map(tuple, item2vec.basket_pairs(log).tolist())) == sorted(baskets)
    histories = [*permutations([4, 1, 3], 2), *permutations([4, 1], 2)]
    assert sorted(map(tuple, item2vec.history_pairs(log).tolist())) == sorted(histories)


def test_counted_is_how_often_two_items_met_on_three_scales():
    pairs = windows.pairs(torch.tensor([0, 1, 2, 0, 1]), torch.tensor([0, 0, 0, 1, 1])).numpy()
    bare = item2vec.counted(pairs, 4, "none").toarray()
    assert bare.tolist() == [[0, 2, 1, 0], [2, 0, 1, 0], [1, 1, 0, 0], [0, 0, 0, 0]]
    cosine = item2vec.counted(pairs, 4, "cosine").toarray()
    assert cosine[0, 1] == pytest.approx(2 / 3)  # both met three items
    assert cosine[0, 2] == cosine[2, 0] == pytest.approx(1 / np.sqrt(3 * 2))
    probability = item2vec.counted(pairs, 4, "probability").toarray()
    assert probability[0, 2] == pytest.approx(1 / 3)
    assert probability[2, 0] == pytest.approx(1 / 2)
    with pytest.raises(ValueError, match="scale must be"):
        item2vec.counted(pairs, 4, "log")


def test_scores_equal_sums_over_the_history_one_by_one():
    rng = np.random.default_rng(0)
    centre, context = rng.normal(size=(2, 6, 3))
    tables = Tables(centre.astype(np.float32), context.astype(np.float32))
    history = csr_array(np.array([[1, 0, 1, 0, 0, 0], [0, 0, 0, 1, 0, 1]], dtype=np.float32))
    popularity = np.array([5, 4, 3, 2, 1, 7])
    mean = item2vec.by_mean_vector(history, tables.centre)
    probable = item2vec.by_probability(history, tables, popularity)
    similar = item2vec.by_similarity(history, centre @ context.T)
    unit = centre / np.linalg.norm(centre, axis=1, keepdims=True)
    scale = np.exp((centre @ context.T).max())
    for user, bought in enumerate(([0, 2], [3, 5])):
        for i in range(6):
            assert mean[user, i] == pytest.approx(sum(unit[h] @ unit[i] for h in bought), abs=1e-5)
            assert similar[user, i] == pytest.approx(sum(centre[h] @ context[i] for h in bought))
            expected = sum(np.exp(centre[h] @ context[i]) * popularity[i] ** 0.75 for h in bought)
            assert probable[user, i] * scale == pytest.approx(expected, rel=1e-4)
    assert item2vec.by_popularity(history)[1].tolist() == [1, 0, 1, 1, 0, 1]


def test_the_graph_ties_users_to_items_and_items_of_a_basket_if_asked():
    log = shop.Log(
        np.array([0, 0, 0, 1]), np.array([0, 0, 1, 2]), np.array([1, 1, 5, 2]), np.array([0, 1, 2, 2]), 2
    )
    bipartite = item2vec.user_item_graph(log, 3, together=False)
    assert [bipartite.neighbours(n).tolist() for n in range(5)] == [[3], [3], [3, 4], [0, 1, 2], [2]]
    assert item2vec.user_item_graph(log, 3).neighbours(0).tolist() == [1, 3]
    sentences = item2vec.walk_sentences(bipartite, 3, per_node=4, length=7)
    assert len(sentences) == 20
    assert {item for sentence in sentences for item in sentence} == {0, 1, 2}
    assert {len(sentence) for sentence in sentences} == {3, 4}  # every second node is a user


def test_gensim_finds_what_goes_together_and_recommends_better_than_popularity():
    tables = train_gensim(KNOWN.baskets(), ITEMS, epochs=30)
    assert share_of_complements(tables) > 0.7  # chance is .027
    popular = recall(item2vec.by_popularity(HISTORY))
    assert recall(item2vec.by_probability(HISTORY, tables, POPULARITY)) > 1.5 * popular


def test_the_run_meant_for_a_gpu_learns_on_a_cpu_and_knows_what_it_never_saw():
    torch.set_num_threads(1)
    log = KNOWN.only(KNOWN.item != 7)
    tables, history = train(item2vec.basket_pairs(log), ITEMS, dim=16, epochs=8, batch_size=256)
    assert tables.centre.shape == tables.context.shape == (ITEMS, 16)
    assert history.smoothed(10) < history.losses[0] - 1
    assert not tables.centre[7].any()
    assert not tables.context[7].any()
    assert share_of_complements(tables) > 0.7


def test_one_step_of_the_large_configuration():
    pairs = item2vec.basket_pairs(KNOWN)
    tables, history = train(pairs[:16_384], ITEMS, dim=128, epochs=1, batch_size=16_384)
    assert len(history.losses) == 1
    assert np.isfinite(tables.centre).all()
