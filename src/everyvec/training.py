"""The one training loop: seed, device, batches, learning-rate schedule, validation, progress bar, history."""

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import dataclass, field
from time import perf_counter

import torch
from torch import Tensor, nn
from tqdm import tqdm

from everyvec import seeds


@dataclass
class History:
    """What happened in training.

    Attributes:
        losses: one mean loss for each step.
        valid_losses: one mean loss on the validation split for each pass; empty without such a split.
        examples: how many examples were seen in all.
        seconds: wall-clock time.
    """

    losses: list[float] = field(default_factory=list)
    valid_losses: list[float] = field(default_factory=list)
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
    lr: float | None = None,
    weight_decay: float = 0.0,
    optimizer: torch.optim.Optimizer | None = None,
    warmup: float = 0.05,
    clip: float | None = None,
    accumulate: int = 1,
    valid: Sequence[Tensor] | None = None,
    after_step: Callable[[int, float], None] | None = None,
    seed: int = 0,
    device: str | torch.device = "cpu",
    dtype: torch.dtype = torch.float32,
    title: str = "training",
) -> History:
    """Train `model` with AdamW; the learning rate rises linearly, then falls linearly to zero.

    Args:
        model: called with one batch of each tensor in `data`; returns the mean loss, a scalar.
        data: tensors with the same first dimension N.
        epochs: passes over the data, each in a new random order.
        batch_size: examples in a step.
        lr: the highest learning rate.
        weight_decay: AdamW's; with 0 it is Adam.
        optimizer: one of your own, instead of `lr` and `weight_decay`, such as one with a rate for each group
            of parameters. The schedule multiplies its rates.
        warmup: share of the steps during which the rate rises; 1/20 is enough for models of this size.
        clip: gradients longer than this are shortened to it.
        accumulate: each batch is worked off in so many parts, for less memory; the gradient is that of the
            batch.
        valid: tensors like `data`. Their loss is measured after each pass, and the weights of the pass with
            the lowest one are kept.
        after_step: called after each step with the number of steps so far and the step's loss.
        seed: for the order of the examples and for whatever the model draws (dropout, noise words).
        device: where the model and the batches go.
        dtype: `torch.bfloat16` computes the forward pass in it (autocast), as `Profile.dtype` asks for on a
            GPU.
        title: what the progress bar says.

    Raises:
        ValueError: for tensors of different lengths, or without a learning rate or with two.
        FloatingPointError: when the loss is no longer a number, with the step at which it happened.
    """
    size = len(data[0])
    for tensors in (data, valid or ()):
        if len({len(tensor) for tensor in tensors}) > 1:
            raise ValueError(f"tensors of different lengths: {[len(tensor) for tensor in tensors]}")
    if (lr is None) == (optimizer is None):
        raise ValueError("give either lr or an optimizer")
    torch.manual_seed(seeds.of(seed))
    model.to(device).train()
    if optimizer is None:
        trained = [weight for weight in model.parameters() if weight.requires_grad]
        optimizer = torch.optim.AdamW(trained, lr=lr, weight_decay=weight_decay, fused=True)
    steps = epochs * math.ceil(size / batch_size)
    rise = max(1, round(warmup * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / rise, (steps - step) / max(1, steps - rise))
    )
    precision = _precision(device, dtype)
    history, start, best = History(), perf_counter(), None
    with tqdm(total=steps, desc=title, unit="step", leave=False, mininterval=0.5) as bar:
        for _ in range(epochs):
            for chosen in torch.randperm(size).split(batch_size):
                optimizer.zero_grad()
                loss = 0.0
                for part in chosen.tensor_split(min(accumulate, len(chosen))):
                    with precision:
                        mean = model(*(tensor[part].to(device) for tensor in data))
                    share = mean * (len(part) / len(chosen))  # parts may differ by one example
                    share.backward()
                    loss += share.item()
                if not math.isfinite(loss):
                    raise FloatingPointError(
                        f"the loss is {loss} at step {len(history.losses) + 1}: lower lr"
                    )
                if clip is not None:
                    nn.utils.clip_grad_norm_(model.parameters(), clip)
                optimizer.step()
                schedule.step()
                history.losses.append(loss)
                if after_step is not None:
                    after_step(len(history.losses), loss)
                bar.update()
            if valid is not None:
                history.valid_losses.append(_mean_loss(model, valid, batch_size, seed, device, precision))
                if history.valid_losses[-1] == min(history.valid_losses):
                    best = deepcopy(model.state_dict())
    if best is not None:
        model.load_state_dict(best)
    history.examples, history.seconds = epochs * size, perf_counter() - start
    model.eval()
    return history


def _precision(device: str | torch.device, dtype: torch.dtype):
    return nullcontext() if dtype == torch.float32 else torch.autocast(torch.device(device).type, dtype)


@torch.no_grad()
def _mean_loss(model, data, batch_size, seed, device, precision) -> float:
    model.eval()
    total = 0.0
    with torch.random.fork_rng(devices=[]), precision:  # what the model draws is the same after each pass
        torch.manual_seed(seeds.of(seed))
        for part in torch.arange(len(data[0])).split(batch_size):
            total += model(*(tensor[part].to(device) for tensor in data)).item() * len(part)
    kind = torch.device(device).type
    if kind != "cpu":  # the fork kept only the CPU's state; do not repeat the same noise after each pass
        getattr(torch, kind).manual_seed(seeds.of(int(torch.randint(2**31, ()))))
    model.train()
    return total / len(data[0])
