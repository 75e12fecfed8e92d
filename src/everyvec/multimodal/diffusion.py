"""Diffusion: a network learns to tell noise from picture, and then makes pictures from nothing but noise.

In training a picture is mixed with noise, much or little, and the network says what the noise was (DDPM). To
sample one starts with noise and takes away what the network sees, in a few large steps (DDIM). A condition,
vectors such as a caption's, says what the picture shall be of. In training it is sometimes left out, so that
one network can do both, and in sampling the difference between the two is exaggerated (guidance).

Ho, Jain, Abbeel: Denoising Diffusion Probabilistic Models, NeurIPS 2020, arXiv:2006.11239. Song, Meng, Ermon:
Denoising Diffusion Implicit Models, ICLR 2021, arXiv:2010.02502. Ho, Salimans: Classifier-Free Diffusion
Guidance, 2022, arXiv:2207.12598. Rombach et al.: High-Resolution Image Synthesis with Latent Diffusion
Models, CVPR 2022, arXiv:2112.10752 (the condition's vectors are asked by cross-attention).
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds
from everyvec.multimodal.pictures import check_pictures
from everyvec.transformer.attention import sinusoids
from everyvec.transformer.block import Block, Shape

GROUPS = 8


class Residual(nn.Module):
    """Two convolutions, added to what came in; between them the network is told the time and the condition.

    Args:
        before, after: channels of what comes in, and of what goes out.
        told: width of the vector that says time and condition.
    """

    def __init__(self, before: int, after: int, told: int):
        super().__init__()
        self.norms = nn.ModuleList(nn.GroupNorm(GROUPS, width) for width in (before, after))
        self.first = nn.Conv2d(before, after, kernel_size=3, padding=1)
        self.second = nn.Conv2d(after, after, kernel_size=3, padding=1)
        self.tell = nn.Linear(told, after)
        self.past = nn.Conv2d(before, after, kernel_size=1) if before != after else nn.Identity()

    def forward(self, grid: Tensor, told: Tensor) -> Tensor:
        """(B, C, h, w) and (B, told) → (B, C′, h, w)."""
        made = self.first(F.silu(self.norms[0](grid)))  # (B, C′, h, w)
        made = made + self.tell(F.silu(told))[:, :, None, None]
        return self.past(grid) + self.second(F.silu(self.norms[1](made)))


class UNet(nn.Module):
    """What noise is in this picture? A network that looks at it in coarser and coarser grids, and back again.

    Args:
        widths: channels of each grid, the finest first, multiples of 8; each next grid has half the rows.
        condition: S, width of the condition's vectors.
        heads: of the attention on the coarsest grid.
        channels: C, of the pictures.
        seed: for the initial weights.
    """

    def __init__(
        self,
        widths: tuple[int, ...] = (32, 64, 96),
        condition: int = 128,
        heads: int = 4,
        channels: int = 3,
        seed: int = 0,
    ):
        super().__init__()
        if not widths or any(width < 1 or width % GROUPS for width in widths):
            raise ValueError(f"widths must be multiples of {GROUPS}, at least one, not {widths}")
        torch.manual_seed(seeds.of(seed))
        self.channels, self.condition, last, told = channels, condition, widths[-1], 4 * widths[0]
        self.time = nn.Sequential(nn.Linear(widths[0], told), nn.SiLU(), nn.Linear(told, told))
        self.wish, self.source = nn.Linear(condition, told), nn.Linear(condition, last)
        self.enter = nn.Conv2d(channels, widths[0], kernel_size=3, padding=1)
        befores = (widths[0], *widths[:-1])
        self.down = nn.ModuleList(Residual(*pair, told) for pair in zip(befores, widths, strict=True))
        self.coarser = nn.ModuleList(
            nn.Conv2d(width, width, kernel_size=3, stride=2, padding=1) for width in widths[:-1]
        )
        # The positions of its shape are not used: the convolutions before it know where they are.
        self.middle = Block(Shape(last, heads, layers=1, inner=2 * last, positions=1), cross=True)
        self.up = nn.ModuleList(
            Residual(2 * after, before, told) for before, after in zip(befores, widths, strict=True)
        )
        self.finer = nn.ModuleList(nn.Conv2d(width, width, kernel_size=3, padding=1) for width in widths[:-1])
        self.leave = nn.Conv2d(widths[0], channels, kernel_size=3, padding=1)

    def forward(self, noisy: Tensor, times: Tensor, condition: Tensor, real: Tensor | None = None) -> Tensor:
        """The noise that it sees, (B, C, height, width).

        Args:
            noisy: (B, C, height, width).
            times: (B,) how much noise there is, in steps.
            condition: (B, M, S).
            real: (B, M) bool, False for padding of the condition.

        Raises:
            ValueError: for pictures that cannot be halved so often, or a condition of another width.
        """
        check_pictures(noisy, self.channels)
        factor = 2 ** len(self.coarser)
        if noisy.shape[2] % factor or noisy.shape[3] % factor:
            raise ValueError(f"height and width must be multiples of {factor}, not {tuple(noisy.shape[2:])}")
        if condition.ndim != 3 or condition.shape[::2] != (len(noisy), self.condition):
            raise ValueError(
                f"the condition must be ({len(noisy)}, M, {self.condition}), not {tuple(condition.shape)}"
            )
        if real is None:
            real = torch.ones(condition.shape[:2], dtype=torch.bool, device=condition.device)
        shares = (real / real.sum(dim=1, keepdim=True)).unsqueeze(-1)  # (B, M, 1)
        mean = (shares * condition).sum(dim=1)  # (B, S)
        told = self.time(sinusoids(times, self.time[0].in_features)) + self.wish(mean)  # (B, told)
        grid, grids = self.enter(noisy), []
        for level, residual in enumerate(self.down):
            grid = residual(grid, told)
            grids.append(grid)
            if level < len(self.coarser):
                grid = self.coarser[level](grid)
        states = grid.flatten(2).mT  # (B, h · w, D)
        states = self.middle(states, source=self.source(condition), source_mask=real[:, None, None, :])
        grid = states.mT.unflatten(2, grid.shape[2:])
        for level in reversed(range(len(self.up))):
            grid = self.up[level](torch.cat([grid, grids[level]], dim=1), told)
            if level > 0:
                grid = self.finer[level - 1](F.interpolate(grid, scale_factor=2.0))
        return self.leave(grid)


class Diffusion(nn.Module):
    """A network, how much noise there is at each step, training and sampling.

    Pictures go from −1 to 1.

    Args:
        network: (B, C, height, width), times (B,), condition (B, M, S), real → noise, as `UNet`.
        steps: T; at the last one hardly anything of the picture is left.
        beta: noise that is added in the first and in the last step.
        without: share of the examples whose condition is left out in training.
    """

    def __init__(
        self,
        network: UNet,
        steps: int = 1000,
        beta: tuple[float, float] = (1e-4, 0.02),
        without: float = 0.1,
    ):
        super().__init__()
        self.network, self.steps, self.without = network, steps, without
        betas = torch.linspace(*beta, steps)
        # how much of a picture's variance is left after each step: first nearly 1, at last nearly 0
        self.register_buffer("left", torch.cumprod(1 - betas, dim=0))  # (T,)
        self.nothing = nn.Parameter(torch.zeros(network.condition))  # (S,) stands for no condition

    def mixed(self, pictures: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """Pictures after so many steps of noise, at once: (B, C, height, width) each, times (B,)."""
        left = self.left[times][:, None, None, None]
        return left.sqrt() * pictures + (1 - left).sqrt() * noise

    def forward(self, pictures: Tensor, condition: Tensor, real: Tensor | None = None) -> Tensor:
        """Mean squared error of the noise, at times that are drawn, (B, M, S) conditions and `real` (B, M).
        In training some of the conditions are left out."""
        times = torch.randint(self.steps, (len(pictures),), device=pictures.device)
        noise = torch.randn_like(pictures)
        if self.training:
            dropped = torch.rand(len(pictures), device=pictures.device) < self.without  # (B,)
            condition = torch.where(dropped[:, None, None], self.nothing, condition)
        seen = self.network(self.mixed(pictures, noise, times), times, condition, real)
        return F.mse_loss(seen.float(), noise)

    def noise_in(
        self,
        noisy: Tensor,
        times: Tensor,
        condition: Tensor,
        guidance: float = 1.0,
        real: Tensor | None = None,
    ) -> Tensor:
        """The noise that is seen with a condition and without, and beyond: 0 is without, 1 is with, more
        exaggerates the difference."""
        if guidance == 1:
            return self.network(noisy, times, condition, real)
        if guidance == 0:
            return self.network(noisy, times, self.nothing.expand(len(noisy), 1, -1))
        # As many vectors that say nothing as there are that say something: their mean is the same as of one.
        both = torch.cat([self.nothing.expand_as(condition), condition])  # (2 B, M, S)
        twice = None if real is None else real.repeat(2, 1)
        seen = self.network(noisy.repeat(2, 1, 1, 1), times.repeat(2), both, twice)
        without, given = seen.chunk(2)
        return without + guidance * (given - without)

    def noise_in_plain(
        self, noisy: Tensor, times: Tensor, condition: Tensor, guidance: float = 1.0
    ) -> Tensor:
        """The same, one question after the other."""
        given = self.network(noisy, times, condition)
        without = self.network(noisy, times, self.nothing.expand_as(condition))
        return guidance * given + (1 - guidance) * without

    @torch.no_grad()
    def frames(
        self,
        noise: Tensor,
        condition: Tensor | None,
        steps: int = 50,
        guidance: float = 1.0,
        real: Tensor | None = None,
    ) -> Iterator[tuple[int, Tensor, Tensor]]:
        """DDIM, step by step: the time, the picture after the step, and the guess of the finished picture.

        Args:
            noise: (B, C, height, width), to start with; it decides everything, nothing else is drawn.
            condition: (B, M, S); None for none.
            steps: how many, at most T.
            guidance: as in `noise_in`.
            real: (B, M) bool, False for padding of the condition.

        Raises:
            ValueError: for more steps than there are.
        """
        if not 1 <= steps <= self.steps:
            raise ValueError(f"steps must be 1 to {self.steps}, not {steps}")
        if condition is None:
            condition, real, guidance = self.nothing.expand(len(noise), 1, -1), None, 0.0
        training = self.training
        self.eval()
        stride = self.steps // steps
        noisy, one = noise, torch.ones_like(self.left[0])
        for time in reversed(range(0, stride * steps, stride)):
            times = torch.full((len(noise),), time, device=noise.device)
            seen = self.noise_in(noisy, times, condition, guidance, real)
            left = self.left[time]
            # where the step goes to: one stride back, and after the last step no noise is left
            then = self.left[time - stride] if time >= stride else one
            guess = ((noisy - (1 - left).sqrt() * seen) / left.sqrt()).clamp(-1, 1)
            noisy = then.sqrt() * guess + (1 - then).sqrt() * seen
            yield time, noisy, guess
        self.train(training)

    def sample(
        self,
        noise: Tensor,
        condition: Tensor | None,
        steps: int = 50,
        guidance: float = 1.0,
        real: Tensor | None = None,
    ) -> Tensor:
        """(B, C, height, width), the last of the `frames`; arguments and errors as there."""
        *_, (_, picture, _) = self.frames(noise, condition, steps, guidance, real)
        return picture
