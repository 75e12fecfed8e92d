"""The one training loop: seeds, device, batches, learning-rate schedule, progress bar, history."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

import torch
from torch import Tensor, nn
from tqdm import tqdm


@dataclass
class History:
    """What happened in training.

    Attributes:
        losses: one mean loss for each step.
        examples: how many examples were seen in all.
        seconds: wall-clock time.
    """

    losses: list[float] = field(default_factory=list)
    examples: int = 0
    seconds: float = 0.0

    def smoothed(self, last: int) -> float:
        """Mean of the last `last` losses."""
        return sum(self.losses[-last:]) / len(self.losses[-last:])


def fit(
    model: nn.Module,
    data: Sequence[Tensor],
    *,
    epochs: int,
    batch_size: int,
    lr: float,
    warmup: float = 0.05,
    seed: int = 0,
    device: str | torch.device = "cpu",
    title: str = "training",
) -> History:
    """Train `model` with Adam; the learning rate rises linearly, then falls linearly to zero.

    Args:
        model: called with one batch of each tensor in `data`; returns the mean loss, a scalar.
        data: tensors with the same first dimension N.
        epochs: passes over the data, each in a new random order.
        batch_size: examples in a step.
        lr: the highest learning rate.
        warmup: share of the steps during which the rate rises.
        seed: for the order of the examples and for whatever the model draws (dropout, noise words).
        device: where the model and the batches go.
        title: what the progress bar says.

    Raises:
        FloatingPointError: when the loss is no longer a number, with the step at which it happened.
    """
    size = len(data[0])
    if any(len(tensor) != size for tensor in data):
        raise ValueError(f"tensors of different lengths: {[len(tensor) for tensor in data]}")
    torch.manual_seed(seed)
    model.to(device).train()
    steps = epochs * -(-size // batch_size)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, fused=True)
    rise = max(1, round(warmup * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / rise, (steps - step) / max(1, steps - rise))
    )
    history, start = History(), perf_counter()
    with tqdm(total=steps, desc=title, unit="step", leave=False, mininterval=0.5) as bar:
        for _ in range(epochs):
            for chosen in torch.randperm(size).split(batch_size):
                loss = model(*(tensor[chosen].to(device) for tensor in data))
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
                history.losses.append(loss.item())
                if history.losses[-1] != history.losses[-1]:
                    raise FloatingPointError(f"the loss is NaN at step {len(history.losses)}: lower lr={lr}")
                bar.update()
    history.examples, history.seconds = epochs * size, perf_counter() - start
    model.eval()
    return history
