"""Tasks for probes of a small BERT, and the linear rival at its gaps."""

import numpy as np
import pytest
import torch

from everyvec.data import continued
from everyvec.transformer import bert_probes
from everyvec.transformer.bert import BERT
from everyvec.transformer.bert_probes import AllVisible
from everyvec.transformer.block import Shape

TOLD = [one for one in continued.sentences("test") if one.relation in ("gender", "age", "homonym")]


def rng():
    return np.random.default_rng(1)


@pytest.mark.parametrize("pairs", [False, True])
def test_the_second_sentence_is_of_the_same_text(pairs):
    by_words = {one.words: one for one in TOLD}
    rows, labels = bert_probes.thing(TOLD, rng(), pairs)
    assert len(rows) == len(labels) <= len(TOLD)
    label = {}
    for row, number in zip(rows, labels, strict=True):
        first = by_words[row[0]]
        assert len(row) == 1 + pairs
        assert all(by_words[second][1:] == first[1:] and second != row[0] for second in row[1:])
        named = first.thing, first.side if first.relation == "homonym" else None
        assert label.setdefault(number, named) == named
    assert len(set(label.values())) == len(label) > 15


@pytest.mark.parametrize("pairs", [False, True])
def test_every_second_sentence_has_one_word_of_the_other_side(pairs):
    by_words = {one.words: one for one in TOLD}
    rows, labels = bert_probes.wrong_word(TOLD, rng(), pairs)
    assert abs(labels.mean() - 0.5) < 0.01
    for row, spoilt in zip(rows, labels, strict=True):
        if spoilt:
            whole = [one for one in TOLD if len(one.words) == len(row[0])]
            least = min(sum(a != b for a, b in zip(one.words, row[0], strict=True)) for one in whole)
            assert row[0] not in by_words or least == 0
        else:
            assert row[0] in by_words
        assert len(row) == 1 + pairs


def test_topics_are_the_same_or_of_one_relation():
    by_words = {one.words: one for one in TOLD}
    rows, labels = bert_probes.same_topic(TOLD, rng())
    assert len(rows) == 500
    for (first, second), other in zip(rows, labels, strict=True):
        a, b = by_words[first], by_words[second]
        assert a.relation == b.relation != "homonym"
        assert (a.thing != b.thing) if other else (a[1:] == b[1:] and first != second)


def test_vectors_by_hand():
    bert = BERT(12, Shape(width=8, heads=2, layers=1, inner=10, positions=9, norm_first=False), seed=1).eval()
    ids = torch.tensor([[1, 5, 6, 2, 0], [1, 7, 2, 8, 2]])  # padding 0; words from 4 on
    real, segments = ids > 0, torch.tensor([[0] * 5, [0, 0, 0, 1, 1]])
    found = bert_probes.vectors(bert, ids, real, segments, mask=3)
    with torch.no_grad():
        states = bert.states(ids, real, segments)
        np.testing.assert_allclose(found["mean"][0], states[0, 1:3].mean(dim=0), atol=1e-6)
        np.testing.assert_allclose(found["mean"][1], states[1, [1, 3]].mean(dim=0), atol=1e-6)
        np.testing.assert_allclose(found["[CLS]"], states[:, 0], atol=1e-6)
        np.testing.assert_allclose(found["pooled"], torch.tanh(bert.pool(states[:, 0])), atol=1e-6)
        np.testing.assert_allclose(found["input"][0], bert.tokens.weight[[5, 6]].mean(dim=0), atol=1e-6)


def test_the_rival_adds_what_neighbours_and_all_words_say():
    rival = AllVisible(9, mask=3)
    torch.manual_seed(0)
    for table in (rival.left, rival.right, rival.anywhere):
        torch.nn.init.normal_(table.weight)
    ids = torch.tensor([[1, 5, 3, 7, 2]])
    expected = rival.left.weight[5] + rival.right.weight[7] + rival.anywhere.weight[ids[0]].sum(dim=0)
    torch.testing.assert_close(rival.words(ids)[0, 2], expected)


def test_the_rival_learns_a_word_that_stands_far_from_the_gap():
    rival, tokens = AllVisible(9, mask=3), torch.tensor([[1, 5, 8, 6], [1, 7, 8, 4]]).repeat(8, 1)
    optimizer = torch.optim.Adam(rival.parameters(), lr=0.1)
    torch.manual_seed(0)
    for _ in range(60):
        optimizer.zero_grad()
        rival(tokens, tokens > 0, tokens, tokens).backward()
        optimizer.step()
    gaps = torch.tensor([[1, 5, 8, 3], [1, 7, 8, 3]])
    assert rival.words(gaps)[:, 3].argmax(dim=1).tolist() == [6, 4]
