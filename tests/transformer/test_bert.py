"""Rows and gaps of BERT's pre-training. That the model equals Hugging Face's is in test_loading.py."""

import pytest
import torch

from everyvec.transformer.bert import BERT, IGNORED, Pretraining, as_rows, masked
from everyvec.transformer.block import Shape

PAD, CLS, SEP, MASK, V = 0, 1, 2, 3, 30
SHAPE = Shape(width=12, heads=3, layers=1, inner=20, positions=12, norm_first=False)


def test_a_row_of_two_texts_and_one_of_one():
    ids, real, segments = as_rows([([7, 8], [9]), ([7],)], CLS, SEP, PAD)
    assert ids.tolist() == [[CLS, 7, 8, SEP, 9, SEP], [CLS, 7, SEP, PAD, PAD, PAD]]
    assert real.tolist() == [[True] * 6, [True] * 3 + [False] * 3]
    assert segments.tolist() == [[0, 0, 0, 0, 1, 1], [0] * 6]


@pytest.mark.parametrize("rule", [(0.8, 0.1), (0.8, 0.0), (1.0, 0.0), (0.2, 0.5)])
def test_a_rule_gives_each_kind_its_share_of_the_chosen(rule):
    draws = torch.Generator().manual_seed(0)
    ids = torch.full((300, 200), 7)
    may = torch.rand(ids.shape, generator=draws) < 0.5
    changed, targets = masked(ids, may, V, MASK, rule=rule, generator=draws)
    chosen = targets != IGNORED
    assert not (chosen & ~may).any()
    assert (changed[~chosen] == 7).all()
    assert chosen[may].float().mean().item() == pytest.approx(0.15, abs=0.01)
    hidden, other = rule
    # one of V draws is the mask and one the old token
    among = changed[chosen]
    assert (among == MASK).float().mean().item() == pytest.approx(hidden + other / V, abs=0.02)
    assert (among == 7).float().mean().item() == pytest.approx(1 - hidden - other * (1 - 1 / V), abs=0.02)


@pytest.mark.parametrize("rule", [(0.8, 0.3), (-0.1, 0.5)])
def test_a_rule_of_more_than_all_is_refused(rule):
    ids = torch.full((2, 3), 7)
    with pytest.raises(ValueError, match="rule"):
        masked(ids, ids > MASK, V, MASK, rule=rule)


@pytest.mark.parametrize(("gaps", "pairs"), [(True, True), (True, False), (False, True)])
def test_only_the_heads_of_its_puzzles_learn(gaps, pairs):
    torch.manual_seed(0)
    batch = as_rows([([7, 8, 9], [10, 11])] * 20, CLS, SEP, PAD)
    model = Pretraining(BERT(V, SHAPE), MASK, gaps, pairs)
    model(*batch, torch.tensor([0, 1] * 10)).backward()
    assert (model.bert.word.weight.grad is not None) == gaps
    assert (model.bert.follows.weight.grad is not None) == pairs


def test_a_training_on_nothing_is_refused():
    with pytest.raises(ValueError, match="needs"):
        Pretraining(BERT(V, SHAPE), MASK, gaps=False, pairs=False)
