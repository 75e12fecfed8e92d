"""Which machine is this, and how big may a run be?

Two profiles: `cpu`, for two laptop cores, and `gpu`. The profile is `gpu` where torch sees an accelerator,
unless the environment variable `EVERYVEC_PROFILE` says otherwise.
"""

import os
from dataclasses import dataclass
from typing import TypeVar

import torch
from threadpoolctl import threadpool_limits

NAMES = ("cpu", "gpu")
T = TypeVar("T")


@dataclass(frozen=True)
class Profile:
    """The profile of this session.

    Attributes:
        name: `"cpu"` or `"gpu"`.
        device: where models and batches go.
    """

    name: str
    device: torch.device

    @property
    def dtype(self) -> torch.dtype:
        """What forward passes are computed in: `float32`; on a GPU `bfloat16`, twice as fast there."""
        return torch.bfloat16 if self.name == "gpu" else torch.float32

    def choose(self, *, cpu: T, gpu: T) -> T:
        """The value for this machine: `profile.choose(cpu=1_000, gpu=100_000)`."""
        return gpu if self.name == "gpu" else cpu

    def __str__(self) -> str:
        return f"profile {self.name}, device {self.device}"


def use() -> Profile:
    """Choose the profile that `EVERYVEC_PROFILE` asks for, or else the one that fits this machine.

    On `cpu` torch, numpy and scikit-learn are set to one thread. The course's models are so small that a
    second thread gains little; on a busy machine two threads that wait for each other made training 20 times
    slower; and the same number of threads everywhere means the same sums, in the same order, everywhere.

    Raises:
        ValueError: when `EVERYVEC_PROFILE` names no profile; the message lists those that exist.
        RuntimeError: when it asks for `gpu` and torch sees none.
    """
    asked = os.environ.get("EVERYVEC_PROFILE", "").strip()
    if asked and asked not in NAMES:
        raise ValueError(f"EVERYVEC_PROFILE={asked!r} is not a profile; set it to one of: {', '.join(NAMES)}")
    accelerator = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    if asked == "gpu" and accelerator is None:
        raise RuntimeError("EVERYVEC_PROFILE=gpu, but torch sees no GPU; unset it, or set it to cpu")
    if asked == "cpu" or accelerator is None:
        torch.set_num_threads(1)
        threadpool_limits(1)
        return Profile("cpu", torch.device("cpu"))
    return Profile("gpu", accelerator)
