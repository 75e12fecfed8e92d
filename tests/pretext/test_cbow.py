"""CBOW with the full softmax: its loss is torch's cross-entropy, and padding counts for nothing."""

import torch
from torch.nn import functional as F

from everyvec.pretext.cbow import CBOW


def model():
    cbow = CBOW(words=11, dim=7, seed=1)
    for table in cbow.parameters():
        torch.nn.init.normal_(table, generator=torch.Generator().manual_seed(2))
    return cbow


CENTRES = torch.tensor([3, 0, 10])
CONTEXTS = torch.tensor([[1, 2, 4, 5], [-1, -1, 7, 7], [9, -1, -1, -1]])


def test_loss_equals_torch_cross_entropy_on_the_same_logits():
    cbow = model()
    loss = cbow(CENTRES, CONTEXTS)
    expected = F.cross_entropy(cbow.logits(CONTEXTS), CENTRES)
    assert expected > 1  # inputs that are away from zero, so that a missing term shows
    assert abs(loss.item() - expected.item()) < 1e-5
    by_ours = torch.autograd.grad(loss, list(cbow.parameters()))
    by_torch = torch.autograd.grad(expected, list(cbow.parameters()))
    for ours, theirs in zip(by_ours, by_torch, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)


def test_logits_are_scores_of_the_mean_of_the_words_that_are_there():
    cbow = model()
    logits = cbow.logits(CONTEXTS)
    for row, context in enumerate(CONTEXTS.tolist()):
        present = [cbow.input[word] for word in context if word >= 0]
        expected = cbow.output @ (sum(present) / len(present))
        torch.testing.assert_close(logits[row], expected, atol=1e-5, rtol=1e-5)


def test_the_same_seed_gives_the_same_vectors():
    assert (CBOW(5, 3, seed=4).vectors() == CBOW(5, 3, seed=4).vectors()).all()
    assert (CBOW(5, 3, seed=4).vectors() != CBOW(5, 3, seed=5).vectors()).any()
