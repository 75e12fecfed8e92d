"""Two modalities, one answer: where they meet.

    Early        at the input: one network reads both vectors side by side
    Late         at the output: each has its own network, and their opinions are averaged
    CrossFusion  in between: the parts of one ask the parts of the other, by attention

And two ways to say whether a caption fits a picture. `Align` gives each a vector and compares these (CLIP):
N + M encodings for N pictures and M captions. `Fuse` reads each pair with one encoder, so every word can look
at every part of the picture: N × M readings.

Baltrušaitis et al.: Multimodal Machine Learning: A Survey and Taxonomy, IEEE TPAMI 41(2), 2019,
arXiv:1705.09406 (early, late). Tsai et al.: Multimodal Transformer for Unaligned Multimodal Language
Sequences, ACL 2019, arXiv:1906.00295 (attention between modalities). Chen et al.: UNITER: UNiversal
Image-TExt Representation Learning, ECCV 2020, arXiv:1909.11740 (one tower).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds
from everyvec.multimodal.captions import PAD
from everyvec.multimodal.clip import refuse_empty
from everyvec.transformer.block import Block, Shape
from everyvec.transformer.decoder import check


def check_present(present: Tensor | None, like: Tensor) -> Tensor:
    """(B, 2) bool: which of an example's two modalities are there; all, for None. ValueError for another
    table, and for an example that has neither."""
    if present is None:
        return torch.ones(len(like), 2, dtype=torch.bool, device=like.device)
    if present.dtype != torch.bool or present.shape != (len(like), 2):
        raise ValueError(f"present must be bool ({len(like)}, 2), not {present.dtype} {tuple(present.shape)}")
    if not bool(present.any(dim=1).all()):
        raise ValueError(f"example {int((~present.any(dim=1)).nonzero()[0])} has neither modality")
    return present


def perceptron(inputs: int, hidden: int, classes: int) -> nn.Sequential:
    """A network with one hidden layer."""
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, classes))


class Early(nn.Module):
    """One network reads both vectors side by side. A missing one is all zeros.

    Args:
        widths: of the two vectors, A and B.
        hidden: width of the hidden layer.
        classes: K.
        seed: for the initial weights.
    """

    def __init__(self, widths: tuple[int, int], hidden: int, classes: int, seed: int = 0):
        super().__init__()
        torch.manual_seed(seeds.of(seed))
        self.both = perceptron(sum(widths), hidden, classes)

    def scores(self, first: Tensor, second: Tensor, present: Tensor | None = None) -> Tensor:
        """(N, K) log-probabilities, from (N, A), (N, B) and `present` as in `check_present`."""
        there = check_present(present, first)  # (N, 2)
        first, second = first * there[:, :1], second * there[:, 1:]
        return self.both(torch.cat([first, second], dim=1)).log_softmax(dim=1)

    def forward(self, first: Tensor, second: Tensor, labels: Tensor, present: Tensor | None = None) -> Tensor:
        """Mean cross-entropy in nats, for labels (N,)."""
        return F.nll_loss(self.scores(first, second, present), labels)


class Late(Early):
    """A network for each modality; the mean of what they say, over those that are there.

    Arguments as for `Early`.
    """

    def __init__(self, widths: tuple[int, int], hidden: int, classes: int, seed: int = 0):
        nn.Module.__init__(self)
        torch.manual_seed(seeds.of(seed))
        self.each = nn.ModuleList(perceptron(width, hidden, classes) for width in widths)

    def scores(self, first: Tensor, second: Tensor, present: Tensor | None = None) -> Tensor:
        """As `Early.scores`: log of the mean of the probabilities."""
        there = check_present(present, first)  # (N, 2)
        said = torch.stack(
            [
                network(given).softmax(dim=1)
                for network, given in zip(self.each, (first, second), strict=True)
            ],
            dim=1,
        )  # (N, 2, K)
        shares = there / there.sum(dim=1, keepdim=True)  # (N, 2)
        return torch.einsum("nm,nmk->nk", shares, said).clamp(min=1e-12).log()


class CrossFusion(Early):
    """Parts of one modality (words) ask the parts of the other (places of a picture), and their mean decides.

    Args:
        widths: of a part of the first and of the second modality, A and B.
        shape: see `Shape`; its positions are the most parts that either modality has.
        classes: K.
        seed: for the initial weights.
    """

    def __init__(self, widths: tuple[int, int], shape: Shape, classes: int, seed: int = 0):
        nn.Module.__init__(self)
        torch.manual_seed(seeds.of(seed))
        self.shape = shape
        self.into = nn.ModuleList(nn.Linear(width, shape.width) for width in widths)
        self.places = nn.ModuleList(nn.Embedding(shape.positions, shape.width) for _ in widths)
        # What stands for a modality that is missing: so there is always something to ask, and to be asked.
        self.missing = nn.Parameter(torch.randn(2, shape.width) * 0.02)
        self.blocks = nn.ModuleList(Block(shape, cross=True) for _ in range(shape.layers))
        self.norm, self.head = nn.LayerNorm(shape.width, shape.eps), nn.Linear(shape.width, classes)

    def scores(self, first: Tensor, second: Tensor, present: Tensor | None = None) -> Tensor:
        """(N, K) log-probabilities, from (N, P, A), (N, Q, B) and `present` as in `check_present`."""
        there = check_present(present, first)  # (N, 2)
        parts = []
        for number, given in enumerate((first, second)):
            if given.ndim != 3 or given.shape[1] > self.shape.positions:
                raise ValueError(
                    f"parts must be (N, P, width) with P at most {self.shape.positions}, not "
                    f"{tuple(given.shape)}"
                )
            states = self.into[number](given) + self.places[number].weight[: given.shape[1]]  # (N, P, D)
            parts.append(torch.where(there[:, number, None, None], states, self.missing[number]))
        states, source = parts
        for block in self.blocks:
            states = block(states, source=source)
        return self.head(self.norm(states).mean(dim=1)).log_softmax(dim=1)


class Cells(nn.Module):
    """An encoder of pictures that are given as vectors of their parts, such as a grid's cells.

    Args:
        seen: S, width of a part's vector.
        shape: see `Shape`; pre-norm. Its positions are the class token and the parts.
        seed: for the initial weights.
    """

    def __init__(self, seen: int, shape: Shape, seed: int = 0):
        super().__init__()
        torch.manual_seed(seeds.of(seed))
        self.width, self.shape = shape.width, shape
        self.into, self.places = nn.Linear(seen, shape.width), nn.Embedding(shape.positions, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width, shape.eps)

    def embed(self, cells: Tensor) -> Tensor:
        """(B, 1 + P, D) from (B, P, S): the class token, and each part with its place."""
        if cells.ndim != 3 or cells.shape[1] + 1 != self.shape.positions:
            raise ValueError(f"cells must be (B, {self.shape.positions - 1}, S), not {tuple(cells.shape)}")
        return F.pad(self.into(cells), (0, 0, 1, 0)) + self.places.weight

    def states(self, cells: Tensor) -> Tensor:
        """(B, 1 + P, D): of the class token, and of each part when it has looked at the others."""
        states = self.embed(cells)
        for block in self.blocks:
            states = block(states)
        return self.norm(states)

    def forward(self, cells: Tensor) -> Tensor:
        """(B, D): the class token's state."""
        return self.states(cells)[:, 0]


class Fuse(nn.Module):
    """One encoder reads picture and caption together, and says how well they fit.

    Args:
        seen: S, width of a part of the picture.
        parts: P, how many there are.
        vocabulary: V, tokens.
        shape: see `Shape`; pre-norm. Its positions are the class token, the parts and the longest caption.
        seed: for the initial weights.
    """

    def __init__(self, seen: int, parts: int, vocabulary: int, shape: Shape, seed: int = 0):
        super().__init__()
        torch.manual_seed(seeds.of(seed))
        # The initial weights are torch's. GPT-2's, of .02, suit a width of 768: with them a Fuse of width 24
        # stayed at chance for 300 steps on pairs that it else learns in 80.
        self.parts, self.shape, width = parts, shape, shape.width
        self.longest = shape.positions - 1 - parts
        if self.longest < 1:
            raise ValueError(f"{shape.positions} positions leave no room for words behind {parts} parts")
        self.into, self.words = nn.Linear(seen, width), nn.Embedding(vocabulary, width)
        self.places = nn.Embedding(shape.positions, width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm, self.head = nn.LayerNorm(width, shape.eps), nn.Linear(width, 1)

    def scores(self, cells: Tensor, ids: Tensor) -> Tensor:
        """(B,): how well each picture (B, P, S) fits its caption (B, N).

        Raises:
            ValueError: for parts or tokens that do not fit, an empty caption, or one that is too long.
        """
        check(ids, self.words.num_embeddings)
        if cells.ndim != 3 or cells.shape[:2] != (len(ids), self.parts):
            raise ValueError(f"cells must be ({len(ids)}, {self.parts}, S), not {tuple(cells.shape)}")
        if ids.shape[1] > self.longest:
            raise ValueError(f"captions of {ids.shape[1]} tokens are longer than the model's {self.longest}")
        real = ids != PAD  # (B, N)
        refuse_empty(real.any(dim=1))
        states = torch.cat([self.into(cells), self.words(ids)], dim=1)  # (B, P + N, D)
        states = F.pad(states, (0, 0, 1, 0)) + self.places.weight[: 1 + states.shape[1]]  # (B, 1 + P + N, D)
        mask = F.pad(real, (1 + self.parts, 0), value=True)[:, None, None, :]  # (B, 1, 1, 1 + P + N)
        for block in self.blocks:
            states = block(states, mask)
        return self.head(self.norm(states)[:, 0]).squeeze(-1)

    def table(self, cells: Tensor, ids: Tensor, at_once: int = 1024) -> Tensor:
        """(N, M): each of N pictures with each of M captions, `at_once` pairs at a time."""
        pairs = torch.cartesian_prod(torch.arange(len(cells)), torch.arange(len(ids))).view(-1, 2)
        parts = [self.scores(cells[part[:, 0]], ids[part[:, 1]]) for part in pairs.split(at_once)]
        return torch.cat(parts).view(len(cells), len(ids))

    def forward(self, cells: Tensor, ids: Tensor) -> Tensor:
        """Mean loss in nats of finding the right one among K captions (B, K, N), which is the first."""
        rows, choices = ids.shape[:2]
        scores = self.scores(cells.repeat_interleave(choices, dim=0), ids.flatten(0, 1))  # (B · K,)
        return first_is_right(scores.view(rows, choices))


class Align(nn.Module):
    """The same question for two towers: a `CLIP` whose pictures and captions meet only in a product.

    Args:
        clip: its encoder of pictures reads what `Fuse` reads, such as `Cells`.
    """

    def __init__(self, clip: nn.Module):
        super().__init__()
        self.clip = clip

    def scores(self, cells: Tensor, ids: Tensor) -> Tensor:
        """(B,): how well each picture fits its caption."""
        images, texts = self.clip.encode_images(cells), self.clip.encode_texts(ids)  # (B, d)
        return self.clip.factor() * (images * texts).sum(dim=1)

    def table(self, cells: Tensor, ids: Tensor) -> Tensor:
        """(N, M): each picture with each caption, from N + M vectors."""
        return self.clip.scores(self.clip.encode_images(cells), self.clip.encode_texts(ids))

    forward = Fuse.forward  # the same loss


def first_is_right(scores: Tensor) -> Tensor:
    """Cross-entropy in nats of (B, K) scores of which the first is the right one's."""
    return F.cross_entropy(scores, torch.zeros(len(scores), dtype=torch.long, device=scores.device))
