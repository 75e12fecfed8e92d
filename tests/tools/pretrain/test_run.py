"""A run that was killed ends with the weights of one that was not; Muon is torch's Muon."""

from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder
from tools.pretrain import run as module
from tools.pretrain.run import LongRun, Muon, decay_starts, orthogonal, share_of_rate

SHAPE = Shape(width=8, heads=2, layers=2, inner=20, positions=9, dropout=0.2)


def batch(step: int) -> tuple[torch.Tensor]:
    return (torch.randint(11, (3, 7), generator=torch.Generator().manual_seed(step)),)


def made(folder, steps=20, batch=batch) -> LongRun:
    return LongRun(Decoder(11, SHAPE), batch, steps, folder, lambda model: 0.0, every=5)


def weights(run: LongRun) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in run.model.parameters()]


def dies_at(step: int):
    def mortal(asked: int) -> tuple[torch.Tensor]:
        if asked == step:
            raise KeyboardInterrupt
        return batch(asked)

    return mortal


def test_a_killed_run_ends_with_the_same_weights(tmp_path, monkeypatch, capsys):
    whole = made(tmp_path / "whole")
    whole.go("cpu", autocast=False)
    monkeypatch.setattr(module, "CHECKPOINT_SECONDS", 0)  # after each step
    with pytest.raises(KeyboardInterrupt):
        made(tmp_path / "killed", batch=dies_at(8)).go("cpu", autocast=False)
    again = made(tmp_path / "killed")
    assert again.done == 8
    again.go("cpu", autocast=False)
    assert "resumed after step 8 of 20" in capsys.readouterr().out
    for ours, theirs in zip(weights(whole), weights(again), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=0)
    assert [entry[0] for entry in again.history] == [5, 10, 15, 20]


def test_a_finished_run_has_nothing_left_to_do(tmp_path):
    first = made(tmp_path)
    first.go("cpu", autocast=False)
    second = made(tmp_path, batch=dies_at(0))
    second.go("cpu", autocast=False)
    for ours, theirs in zip(weights(first), weights(second), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=0)


def test_a_run_is_made_longer_from_where_its_rate_had_not_fallen(tmp_path):
    made(tmp_path).go("cpu", autocast=False)
    longer = made(tmp_path, steps=30)
    assert longer.done == decay_starts(20) == 13
    longer.go("cpu", autocast=False)
    fresh = made(tmp_path / "fresh", steps=30)
    fresh.go("cpu", autocast=False)
    for ours, theirs in zip(weights(longer), weights(fresh), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=0)


def test_a_run_is_not_made_shorter_than_it_can_be(tmp_path):
    made(tmp_path).go("cpu", autocast=False)
    with pytest.raises(ValueError, match="of a run of 20 steps whose learning rate falls already: delete it"):
        made(tmp_path, steps=15)


def test_it_learns(tmp_path):
    run = LongRun(Decoder(11, SHAPE), lambda step: batch(0), 120, tmp_path, lambda model: 0.0, every=10)
    before = run.model.eval()(*batch(0)).item()
    run.go("cpu", autocast=False)
    assert run.model(*batch(0)).item() < before - 0.3


def test_the_rate_rises_stays_and_falls_to_almost_nothing():
    shares = [share_of_rate(step, 1000) for step in range(1000)]
    assert shares[0] == pytest.approx(1 / 60)
    assert set(shares[60 : decay_starts(1000)]) == {1.0}
    assert shares[-1] == pytest.approx(1 / 350)
    assert all(later < earlier for earlier, later in pairwise(shares[651:]))


@pytest.mark.parametrize("shape", [(5, 12), (12, 5), (7, 7)])
def test_singular_values_become_alike(shape):
    matrices = torch.randn(3, *shape, generator=torch.Generator().manual_seed(0))
    values = torch.linalg.svdvals(orthogonal(matrices))
    assert values.min() > 0.3
    assert values.max() < 1.3
    aligned = (orthogonal(matrices) * matrices).sum(dim=(1, 2))  # the same directions, none turned round
    assert (aligned > 0.7 * torch.linalg.svdvals(matrices).sum(dim=1)).all()


def test_muon_is_that_of_torch():
    torch.manual_seed(0)
    layers = [nn.Linear(6, 9, bias=False), nn.Linear(9, 6, bias=False), nn.Linear(6, 9, bias=False)]
    ours = [nn.Parameter(layer.weight.detach().clone()) for layer in layers]
    theirs = [nn.Parameter(layer.weight.detach().clone()) for layer in layers]
    optimizers = (
        Muon(ours, lr=0.02, decay=0.3),
        torch.optim.Muon(theirs, lr=0.02, weight_decay=0.3, adjust_lr_fn="match_rms_adamw"),
    )
    x, y = torch.randn(20, 6), torch.randn(20, 9)
    for _ in range(5):
        for parameters, optimizer in zip((ours, theirs), optimizers, strict=True):
            first, second, third = parameters
            F.mse_loss(x @ first.T @ second.T @ third.T, y).backward()
            optimizer.step()
            optimizer.zero_grad()
    for one, other, layer in zip(ours, theirs, layers, strict=True):
        moved = (other - layer.weight).norm()
        assert (one - other).norm() < 0.05 * moved  # torch computes in bfloat16
