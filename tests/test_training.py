"""The training loop: it learns, repeats itself, and stops with a reason."""

from itertools import pairwise

import pytest
import torch
from torch import nn

from everyvec import training


class Line(nn.Module):
    def __init__(self):
        super().__init__()
        self.slope = nn.Parameter(torch.zeros(1))

    def forward(self, x, y):
        return ((self.slope * x - y) ** 2).mean()


X = torch.linspace(-1, 1, 50)


def fit(model, y=3 * X, **options):
    return training.fit(model, (X, y), **{"epochs": 30, "batch_size": 8, "lr": 0.1, **options})


def test_it_learns_and_keeps_a_history():
    model = Line()
    history = fit(model)
    assert model.slope.item() == pytest.approx(3, abs=0.05)
    assert len(history.losses) == 30 * 7
    assert history.examples == 30 * 50
    assert history.smoothed(10) < history.losses[0] / 100
    assert history.seconds > 0
    assert not model.training


def test_the_same_seed_gives_the_same_losses():
    assert fit(Line(), seed=1).losses == fit(Line(), seed=1).losses
    assert fit(Line(), seed=1).losses != fit(Line(), seed=2).losses


def test_nan_stops_training_and_names_the_step():
    with pytest.raises(FloatingPointError, match="nan at step 1"):
        fit(Line(), y=X * float("nan"))


def test_tensors_of_different_lengths_are_an_error():
    with pytest.raises(ValueError, match=r"\[50, 49\]"):
        fit(Line(), y=X[1:])
    with pytest.raises(ValueError, match=r"\[50, 40\]"):
        fit(Line(), valid=(X, X[:40]))


def test_a_batch_in_parts_takes_the_same_steps():
    # 50 examples in batches of 8: the last has 2, and no part of 3 divides evenly
    whole, parts = (fit(Line(), accumulate=n).losses for n in (1, 3))
    assert parts == pytest.approx(whole, rel=1e-5)


def test_long_gradients_are_shortened():
    model = Line()
    steps = []
    options = {
        "optimizer": torch.optim.SGD(model.parameters(), lr=1.0),
        "lr": None,
        "warmup": 0.0,
        "clip": 0.01,
    }
    fit(model, epochs=1, after_step=lambda *_: steps.append(model.slope.item()), **options)
    moves = [abs(b - a) for a, b in pairwise([0.0, *steps])]
    assert max(moves) == pytest.approx(0.01, rel=1e-3)
    assert len(moves) == 7


def test_weight_decay_pulls_towards_zero():
    assert fit_slope(weight_decay=5.0) < fit_slope() - 0.1


def fit_slope(**options):
    model = Line()
    fit(model, **options)
    return model.slope.item()


def test_an_optimizer_of_ones_own_is_used_and_scheduled():
    model = Line()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    rates = []
    fit(
        model,
        optimizer=optimizer,
        lr=None,
        after_step=lambda *_: rates.append(optimizer.param_groups[0]["lr"]),
    )
    assert model.slope.item() == pytest.approx(3, abs=0.05)
    assert max(rates) == pytest.approx(0.5, rel=0.05)
    assert rates[-1] == 0
    for both in ({"optimizer": optimizer}, {"lr": None}):
        with pytest.raises(ValueError, match="either lr or an optimizer"):
            fit(Line(), **both)


def test_frozen_weights_stay_as_they_are():
    model = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
    model[0].requires_grad_(False)
    before = [weight.clone() for weight in model.parameters()]

    class Loss(nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, x, y):
            return ((self.model(x[:, None])[:, 0] - y) ** 2).mean()

    fit(Loss(), weight_decay=1.0)
    moved = [not torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True)]
    assert moved == [False, False, True, True]


def test_the_weights_of_the_best_pass_on_the_validation_split_are_kept():
    # training pulls the slope to 3, the validation split likes 1: the best pass is an early one
    model, slopes = Line(), []
    history = fit(
        model, valid=(X, 1 * X), after_step=lambda step, _: step % 7 or slopes.append(model.slope.item())
    )
    assert len(history.valid_losses) == len(slopes) == 30
    best = min(range(30), key=history.valid_losses.__getitem__)
    assert best < 25
    assert model.slope.item() == slopes[best]
    assert history.valid_losses[best] == pytest.approx(
        ((slopes[best] - 1) ** 2 * X**2).mean().item(), rel=1e-4
    )


def test_measuring_the_validation_split_changes_no_step():
    assert fit(Line(), valid=(X, X)).losses == fit(Line()).losses


def test_bfloat16_computes_the_forward_pass_in_it_and_keeps_float32_weights():
    seen = []

    class Dot(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(1, 1)

        def forward(self, x, y):
            guess = self.layer(x[:, None])[:, 0]
            seen.append(guess.dtype)
            return ((guess.float() - y) ** 2).mean()

    model = Dot()
    history = fit(model, dtype=torch.bfloat16)
    assert set(seen) == {torch.bfloat16}
    assert model.layer.weight.dtype == torch.float32
    assert history.smoothed(10) < 0.05
