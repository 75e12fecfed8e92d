"""A training run that survives a kill: a fixed number of steps, a checkpoint every two minutes, resumed as if
nothing had happened. (With dropout on a GPU the draws after a kill are others.)

Hidden matrices are trained with Muon, everything else with AdamW. torch has Muon, too, but computes it in
bfloat16, which processors without such arithmetic do ten times more slowly than float32.

Jordan et al.: Muon: An optimizer for hidden layers in neural networks, 2024. Liu et al.: Muon is Scalable for
LLM Training, 2025, arXiv:2502.16982 (the scale that makes AdamW's learning rates fit).
"""

import math
import os
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

CHECKPOINT_SECONDS = 120


class Muon(torch.optim.Optimizer):
    """Momentum whose matrix is made orthogonal before it is applied, so that all its directions count alike.

    Args:
        matrices: parameters with two axes.
        lr, decay: as for AdamW.
        momentum: Nesterov's.
    """

    def __init__(self, matrices: list[nn.Parameter], lr: float, decay: float, momentum: float = 0.95):
        super().__init__(matrices, {"lr": lr, "decay": decay, "momentum": momentum})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            lr, momentum = group["lr"], group["momentum"]
            alike: dict[torch.Size, list[nn.Parameter]] = {}
            for matrix in group["params"]:
                alike.setdefault(matrix.shape, []).append(matrix)
            for shape, matrices in alike.items():  # all of one shape in one product
                updates = []
                for matrix in matrices:
                    velocity = self.state[matrix].setdefault("velocity", torch.zeros_like(matrix))
                    velocity.lerp_(matrix.grad, 1 - momentum)
                    updates.append(matrix.grad.lerp(velocity, momentum))
                scale = 0.2 * max(shape) ** 0.5  # the mean size of AdamW's update
                for matrix, update in zip(matrices, orthogonal(torch.stack(updates)), strict=True):
                    matrix.mul_(1 - lr * group["decay"]).sub_(update, alpha=lr * scale)


def orthogonal(matrices: Tensor, steps: int = 5) -> Tensor:
    """(n, a, b) → about the nearest orthogonal matrices, by Newton–Schulz steps; the singular values end
    between 0.7 and 1.2."""
    turned = matrices.shape[-2] > matrices.shape[-1]
    x = matrices.mT if turned else matrices
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = 3.4445 * x + (2.0315 * gram @ gram - 4.7750 * gram) @ x
    return x.mT if turned else x


def decay_starts(steps: int) -> int:
    """The step from which the learning rate falls: the last 35 % of them."""
    return round(0.65 * steps)


def share_of_rate(step: int, steps: int, warm: int = 60) -> float:
    """What the learning rate is multiplied by: up over `warm` steps, constant, then linear to 0."""
    return min(1.0, (step + 1) / warm, (steps - step) / (steps - decay_starts(steps)))


class LongRun:
    """One model's training.

    Args:
        model: called with a batch's tensors it returns the loss.
        batch: step → its tensors; the same for the same step, so that a resumed run reads what it would have.
        steps: how many in all.
        folder: where the checkpoint is kept.
        validate: model → loss on the validation split, in nats.
        every: steps between two validations.
        decay: of the weights.
        rates: the learning rates of Muon and of AdamW.
    """

    def __init__(
        self,
        model: nn.Module,
        batch: Callable[[int], tuple[Tensor, ...]],
        steps: int,
        folder: Path,
        validate: Callable[[nn.Module], float],
        every: int,
        decay: float = 0.1,
        rates: tuple[float, float] = (5e-3, 2e-3),
    ):
        self.model, self.batch, self.steps = model, batch, steps
        self.validate, self.every = validate, every
        # `trunk` is the run before its rate begins to fall: from there it can be made longer.
        self.file, self.trunk = folder / "checkpoint.pt", folder / "trunk.pt"
        self.done, self.seconds, self.history = 0, 0.0, []
        hidden, rest = [], []
        for name, parameter in model.named_parameters():
            (hidden if "blocks." in name and parameter.ndim == 2 else rest).append(parameter)
        self.optimizers = [
            Muon(hidden, lr=rates[0], decay=decay),
            torch.optim.AdamW(rest, lr=rates[1], betas=(0.9, 0.95), weight_decay=0.0),
        ]
        self.rates = [optimizer.param_groups[0]["lr"] for optimizer in self.optimizers]
        self._resume()

    def save(self, file: Path) -> None:
        """All that the next step depends on; the old checkpoint is there until the new one is complete."""
        state = {
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "done": self.done,
            "steps": self.steps,
            "seconds": self.seconds,
            "history": self.history,
            "random": torch.get_rng_state(),
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(f".{os.getpid()}")
        torch.save(state, new)
        new.replace(file)

    def _resume(self) -> None:
        if not self.file.is_file():
            return
        state = torch.load(self.file, map_location="cpu", weights_only=True)
        if state["steps"] != self.steps:
            old = state["steps"]
            if state["done"] > decay_starts(old) and self.trunk.is_file():
                state = torch.load(self.trunk, map_location="cpu", weights_only=True)
            if state["done"] > min(decay_starts(old), decay_starts(self.steps)):
                raise ValueError(
                    f"{self.file} is of a run of {old} steps whose learning rate falls already: delete it"
                )
        self.model.load_state_dict(state["model"])
        for optimizer, kept in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(kept)
        self.done, self.seconds, self.history = state["done"], state["seconds"], state["history"]
        torch.set_rng_state(state["random"])  # for dropout
        print(f"resumed after step {self.done:,} of {self.steps:,}", flush=True)

    def go(self, device: str, autocast: bool) -> None:
        """Train to the last step.

        Args:
            device: "cpu" or "cuda".
            autocast: products in bfloat16; worth it where the processor has such arithmetic.
        """
        self.model.train()
        began = kept = time.perf_counter()
        first, recent = self.done, math.nan
        while self.done < self.steps:
            for optimizer, rate in zip(self.optimizers, self.rates, strict=True):
                optimizer.param_groups[0]["lr"] = rate * share_of_rate(self.done, self.steps)
            tensors = [tensor.to(device) for tensor in self.batch(self.done)]
            with torch.autocast(device, torch.bfloat16, enabled=autocast):
                loss = self.model(*tensors)
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            for optimizer in self.optimizers:
                optimizer.step()
                optimizer.zero_grad()
            self.done += 1
            recent = loss.item() if math.isnan(recent) else 0.95 * recent + 0.05 * loss.item()
            now = time.perf_counter()
            if self.done % self.every == 0 or self.done == self.steps:
                self.history.append([self.done, recent, self._validated()])
                print(f"step {self.done:,}: validation {self.history[-1][2]:.3f}", flush=True)
            if self.done % 20 == 0:
                left = (now - began) / (self.done - first) * (self.steps - self.done)
                print(
                    f"step {self.done:,} of {self.steps:,}: loss {recent:.3f}, {left / 60:.0f} min left",
                    flush=True,
                )
            if now - kept > CHECKPOINT_SECONDS or self.done == self.steps:
                self.seconds += now - kept
                self.save(self.file)
                kept = now
            if self.done == decay_starts(self.steps):
                self.save(self.trunk)
        self.model.eval()

    def _validated(self) -> float:
        self.model.eval()
        with torch.inference_mode():
            loss = self.validate(self.model)
        self.model.train()
        return loss
