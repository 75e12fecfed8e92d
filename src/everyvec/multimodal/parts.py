"""`Align` and `Fuse` with one thing changed: whether the picture stays in parts or becomes one vector.

    AlignParts  two towers, but each word compares itself with each part
    FuseOne     one encoder for both, but the picture is one vector when the words come to it

Both answer as `Align` and `Fuse` do, with `scores` and the same loss.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec.multimodal.captions import END
from everyvec.multimodal.fusion import Cells, Fuse


class AlignParts(nn.Module):
    """Two towers that keep the parts: each word's best part counts, and the mean over words is the score.

    The encoders are those of `Align`, and still never see each other's input: all vectors can be made
    beforehand. Only the comparison is richer, P · N products for a pair where `Align` has one.

    Yao et al.: FILIP: Fine-grained Interactive Language-Image Pre-Training, ICLR 2022, arXiv:2111.07783.
    For text alone: Khattab, Zaharia: ColBERT, SIGIR 2020, arXiv:2004.12832.

    Args:
        clip: a `CLIP` of `Cells` and a `TextTransformer`.
        whole: the picture is one vector after all, its class token's; so it can be seen what parts give.
    """

    def __init__(self, clip: nn.Module, whole: bool = False):
        super().__init__()
        self.clip, self.whole = clip, whole

    def encode_parts(self, cells: Tensor) -> Tensor:
        """(B, P, d), each of length 1; (B, 1, d) for the whole."""
        states = self.clip.images.states(cells)  # (B, 1 + P, D)
        states = states[:, :1] if self.whole else states[:, 1:]
        return F.normalize(self.clip.image_map(states), dim=-1)

    def encode_words(self, ids: Tensor) -> Tensor:
        """(B, N, d), of length 1 for words, and zeros for padding, start and end."""
        states = self.clip.texts.decoder.states(ids)  # (B, N, D)
        return F.normalize(self.clip.text_map(states), dim=-1) * (ids > END)[:, :, None]

    def scores(self, cells: Tensor, ids: Tensor) -> Tensor:
        """(B,): how well each picture fits its caption."""
        cosines = torch.einsum("bpd,bnd->bpn", self.encode_parts(cells), self.encode_words(ids))
        return self.clip.factor() * cosines.amax(dim=1).sum(dim=1) / (ids > END).sum(dim=1)

    def table(self, cells: Tensor, ids: Tensor) -> Tensor:
        """(N, M): each picture with each caption; every encoder runs once for each."""
        cosines = torch.einsum("apd,bnd->abpn", self.encode_parts(cells), self.encode_words(ids))
        return self.clip.factor() * cosines.amax(dim=2).sum(dim=2) / (ids > END).sum(dim=1)

    forward = Fuse.forward  # the same loss


class FuseOne(nn.Module):
    """A `Fuse` to which a picture is one vector: the class token's state of `Cells`.

    Args:
        cells: the encoder.
        fuse: reads one part, as wide as the encoder's states.
    """

    def __init__(self, cells: Cells, fuse: Fuse):
        super().__init__()
        self.cells, self.fuse = cells, fuse

    def scores(self, cells: Tensor, ids: Tensor) -> Tensor:
        """(B,): how well each picture fits its caption."""
        return self.fuse.scores(self.cells(cells)[:, None], ids)

    forward = Fuse.forward  # the same loss
