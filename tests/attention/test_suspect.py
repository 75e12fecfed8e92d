"""The model with a bug has the bug that its lesson tells of, and no other."""

import torch

from everyvec.attention.seq2seq import PAD, Seq2Seq
from everyvec.attention.suspect import Suspect

SOURCE = torch.tensor([[3, 4, 2, PAD, PAD], [5, 2, PAD, PAD, PAD]])
TARGET = torch.tensor([[4, 3, 2], [5, 2, PAD]])


def test_all_its_weight_is_on_the_padding():
    _, weights = Suspect(7, 7, 6, "dot").forced(SOURCE, TARGET)
    assert weights[(SOURCE != PAD).unsqueeze(1).expand_as(weights)].eq(0).all()
    assert torch.allclose(weights.sum(dim=-1), torch.ones(2, 3))


def test_it_differs_from_the_right_model_in_the_mask_alone():
    wrong, right = Suspect(7, 7, 6, "dot"), Seq2Seq(7, 7, 6, "dot")
    wrong.load_state_dict(right.state_dict())
    bad, good = wrong.encode(SOURCE), right.encode(SOURCE)
    assert torch.equal(bad.mask, ~good.mask)
    assert torch.equal(bad.states, good.states)
    assert torch.equal(bad.summary, good.summary)
