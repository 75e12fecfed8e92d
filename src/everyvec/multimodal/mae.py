"""A masked autoencoder: most of a picture is hidden, and what is hidden is to be drawn.

It is asymmetric. The encoder, which is kept, reads the visible patches alone, a quarter of them, and so costs
a quarter. The decoder, which is thrown away, is small; only it sees how much is missing.

He et al.: Masked Autoencoders Are Scalable Vision Learners, CVPR 2022, arXiv:2111.06377.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds
from everyvec.multimodal.vit import SPREAD, ViT
from everyvec.transformer.attention import sinusoids
from everyvec.transformer.block import Block, Shape


class MAE(nn.Module):
    """A ViT and a decoder that draws what it did not see.

    Args:
        encoder: reads the visible patches.
        shape: of the decoder, smaller than the encoder's; as many positions.
        share: of the patches that are hidden in training.
        seed: for the decoder's initial weights; the encoder has its own.

    Raises:
        ValueError: for other positions than the encoder's, or a share that hides nothing or everything.
    """

    def __init__(self, encoder: ViT, shape: Shape, share: float = 0.75, seed: int = 0):
        super().__init__()
        if shape.positions != encoder.shape.positions:
            raise ValueError(
                f"the decoder has {shape.positions} positions, and the encoder {encoder.shape.positions}"
            )
        patches = encoder.rows * encoder.columns
        self.hides = patches - int(patches * (1 - share))
        if not 0 < self.hides < patches:
            raise ValueError(f"a share of {share} hides {self.hides} of {patches} patches: some must be left")
        torch.manual_seed(seeds.of(seed))
        self.encoder, self.shape, width = encoder, shape, shape.width
        patch = encoder.size[0] // encoder.rows
        self.narrow = nn.Linear(encoder.width, width)
        self.blank = nn.Parameter(torch.randn(width) * SPREAD)  # (D′,) what stands for each hidden patch
        self.positions = nn.Embedding(shape.positions, width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(width, shape.eps)
        # The mirror image of the encoder's windows: each state paints one patch.
        self.paint = nn.ConvTranspose2d(width, encoder.channels, kernel_size=patch, stride=patch, bias=False)
        self.ground = nn.Parameter(torch.zeros(encoder.channels, patch, patch))  # what each painting adds to
        nn.init.normal_(self.positions.weight, std=SPREAD)

    def draw_hidden(self, count: int, generator: torch.Generator | None = None) -> Tensor:
        """(count, P) bool: for each picture which patches are hidden, `self.hides` of them at random."""
        patches = self.encoder.rows * self.encoder.columns
        chosen = torch.rand(count, patches, generator=generator).topk(self.hides, dim=1).indices
        return torch.zeros(count, patches, dtype=torch.bool).scatter(1, chosen, value=True)

    def rebuild(self, pictures: Tensor, hidden: Tensor) -> Tensor:
        """The whole picture as the decoder paints it, from what is visible.

        Args:
            pictures: (B, C, height, width).
            hidden: (B, P) bool, True for a hidden patch; row by row, equally many in each picture.

        Returns:
            (B, C, height, width).

        Raises:
            ValueError: for pictures that the encoder does not read, and for `hidden` that does not fit.
        """
        patches = self.encoder.embed(pictures)  # (B, P, D)
        self._check(hidden, patches)
        visible = patches[~hidden].view(len(patches), -1, self.encoder.width)  # (B, n, D) in their order
        states = self.narrow(self.encoder.read(visible))  # (B, 1 + n, D′)
        known = torch.cat([torch.ones_like(hidden[:, :1]), ~hidden], dim=1)  # (B, 1 + P) the class token too
        # In a table of blanks the places that are known are filled, one after the other.
        blanks = self.blank.to(states.dtype).expand(*known.shape, -1)  # (B, 1 + P, D′)
        return self._painted(blanks.masked_scatter(known.unsqueeze(-1), states))

    def rebuild_plain(self, pictures: Tensor, hidden: Tensor) -> Tensor:
        """The same, picture by picture and patch by patch."""
        made = []
        for picture, hides in zip(pictures.split(1), hidden, strict=True):
            patches = self.encoder.embed(picture)[0]  # (P, D)
            visible = [patch for patch, hide in zip(patches, hides, strict=True) if not hide]
            first, *seen = self.narrow(self.encoder.read(torch.stack(visible)[None]))[0]
            places = [self.blank if hide else seen.pop(0) for hide in hides]
            made.append(self._painted(torch.stack([first, *places])[None]))
        return torch.cat(made)

    def _painted(self, states: Tensor) -> Tensor:
        """(B, 1 + P, D′) → (B, C, height, width): the decoder itself."""
        states = states + self.positions.weight
        for block in self.blocks:
            states = block(states)
        patches = self.norm(states)[:, 1:].mT  # (B, D′, P): the class token paints nothing
        rows, columns = self.encoder.rows, self.encoder.columns
        return self.paint(patches.unflatten(2, (rows, columns))) + self.ground.repeat(1, rows, columns)

    def errors(self, pictures: Tensor, hidden: Tensor) -> Tensor:
        """(B, rows, columns): the mean squared error of each patch, the visible ones included."""
        wrong = (self.rebuild(pictures, hidden).float() - pictures) ** 2  # (B, C, height, width)
        patch = self.paint.kernel_size[0]
        return F.avg_pool2d(wrong.mean(dim=1, keepdim=True), patch)[:, 0]

    def forward(self, pictures: Tensor, hidden: Tensor | None = None) -> Tensor:
        """The mean error of the hidden patches. Without `hidden` it is drawn; for a visible patch there is no
        loss, since to copy it teaches nothing."""
        if hidden is None:
            hidden = self.draw_hidden(len(pictures)).to(pictures.device)
        return self.errors(pictures, hidden).flatten(1)[hidden].mean()

    def _check(self, hidden: Tensor, patches: Tensor) -> None:
        if hidden.dtype != torch.bool or hidden.shape != patches.shape[:2]:
            wanted, found = tuple(patches.shape[:2]), tuple(hidden.shape)
            raise ValueError(
                f"hidden must be bool {wanted}, True for a hidden patch, not {hidden.dtype} {found}"
            )
        counts = hidden.sum(dim=1)
        if int(counts.min()) != int(counts.max()) or not 0 < int(counts[0]) < hidden.shape[1]:
            raise ValueError(
                f"in each picture equally many patches must be hidden, not none and not all; here "
                f"{int(counts.min())} to {int(counts.max())} of {hidden.shape[1]}"
            )


@torch.no_grad()
def on_grid(mae: MAE, height: float = SPREAD) -> MAE:
    """Let the positions of both halves start as sinusoids of the patches' rows and columns; return the model.

    So neighbours have similar vectors from the start. The paper's are such, and fixed; ours may learn. The
    class token's are zero at the start, as theirs.

    Args:
        mae: whose widths are multiples of 4: half of the numbers tell the row, half the column.
        height: of the waves.
    """
    rows, columns = mae.encoder.rows, mae.encoder.columns
    row = torch.arange(rows).repeat_interleave(columns)  # (P,)
    column = torch.arange(columns).repeat(rows)
    for table in (mae.encoder.positions.weight, mae.positions.weight):
        half = table.shape[1] // 2
        table[0] = 0
        table[1:] = height * torch.cat([sinusoids(row, half), sinusoids(column, half)], dim=1)
    return mae
