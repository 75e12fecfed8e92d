"""The training loop: it learns, repeats itself, and stops with a reason."""

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
    with pytest.raises(FloatingPointError, match="NaN at step 1"):
        fit(Line(), y=X * float("nan"))


def test_tensors_of_different_lengths_are_an_error():
    with pytest.raises(ValueError, match=r"\[50, 49\]"):
        fit(Line(), y=X[1:])
