"""One set of digits, four ways to learn from it: what each of the four is given, and the learners.

Supervised learning has a few labels. Semi-supervised learning has the unlabelled pictures too, and lets
labels spread over them (Zhou, Bousquet, Lal, Weston, Schölkopf: Learning with Local and Global Consistency,
NIPS 2003). Weakly supervised learning has many cheap labels besides (Ratner, Bach, Ehrenberg, Fries, Wu, Ré:
Snorkel, PVLDB 2017, arXiv:1711.10160). Self-supervised learning makes vectors from pictures alone, by telling
two views of one picture from all other pictures (Chen, Kornblith, Norouzi, Hinton: A Simple Framework for
Contrastive Learning of Visual Representations, ICML 2020, arXiv:2002.05709).
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from scipy import ndimage
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.semi_supervised import LabelSpreading
from sklearn.svm import SVC
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import training

# ------------------------------------------------------------------------------------- what they are given


def holes(image: np.ndarray, paper: float = 0.4, finer: int = 4) -> list[tuple[float, float]]:
    """The patches of paper that ink encloses.

    Args:
        image: (h, w), ink from 0 to 1.
        paper: what has less ink than this counts as paper.
        finer: the picture is enlarged so many times first, so that a thin line closes its loop.

    Returns:
        (area in pixels, height of its centre from 0, the top, to 1, the bottom) of each hole that is larger
        than a third of a pixel.
    """
    large = ndimage.zoom(np.pad(image, 1), finer, order=1)
    patches, count = ndimage.label(large < paper)
    found = []
    for patch in range(1, count + 1):
        here = patches == patch
        area = here.sum() / finer**2
        if patch != patches[0, 0] and area > 1 / 3:  # the patch in the corner is the page itself
            found.append((float(area), float(ndimage.center_of_mass(here)[0] / len(large))))
    return found


def by_rules(images: np.ndarray) -> np.ndarray:
    """Labels by rules of thumb about where the pen went: cheap, and often wrong.

    They were written after a look at ninety pictures of the training part, without their labels, and at one
    table of where a first draft of them erred.

    Args:
        images: (n, 8, 8), ink from 0 to 1.

    Returns:
        (n,) int64, a digit, or −1 where no rule speaks.
    """
    return np.array([_by_rules(image) for image in images], dtype=np.int64)


def _by_rules(image: np.ndarray) -> int:
    loops = holes(image)
    if len(loops) >= 2:
        return 8
    upper, lower = image[2:4], image[5:7]
    upper_left, upper_right = upper[:, :3].mean(), upper[:, 5:].mean()
    lower_left, lower_right = lower[:, :3].mean(), lower[:, 5:].mean()
    if loops:
        area, height = loops[0]
        if area > 4 and 0.4 <= height <= 0.6:
            return 0
        if height > 0.5:
            return 6 if upper_right < 0.3 else 8
        return 4 if max(lower_left, lower_right) < 0.2 and image[7].sum() < 2 else 9
    if image[:, 3:5].sum() > 0.6 * image.sum():
        return 1  # most of the ink in the two middle columns
    if upper_left > upper_right:
        if abs(lower_left - lower_right) < 0.1:
            return 4
        return 6 if lower_left > lower_right else 5
    if lower_right > lower_left + 0.1:
        return 3
    if image[7].sum() > 2.5 and image[7, 5:].sum() > 0.5:
        return 2  # a long foot
    return 7 if image[7].sum() < 2.2 else -1


def in_haste(labels: np.ndarray, wrong: float, seed: int = 0, classes: int = 10) -> np.ndarray:
    """Labels from somebody who errs at random: on a share `wrong` of the pictures, with any other class.

    Args:
        labels: (n,) the true ones.
        wrong: the share, from 0 to 1.
        seed: for where the errors fall, and which.
        classes: how many there are.
    """
    rng = np.random.default_rng(seed)
    errs = rng.random(len(labels)) < wrong
    other = (labels + rng.integers(1, classes, len(labels))) % classes
    return np.where(errs, other, labels)


# ------------------------------------------------------------------------- vectors from pictures alone


def moved(images: Tensor, turn: float = 10.0, shift: float = 0.09, stretch: float = 0.1) -> Tensor:
    """Each picture turned, shifted and stretched a little, at random.

    Args:
        images: (B, h, w).
        turn: degrees at most, to either side.
        shift: share of the side at most, each way.
        stretch: share of the size at most, larger or smaller.
    """
    n, _, side = images.shape

    def between(limit: float, *shape: int) -> Tensor:
        return (2 * torch.rand(shape, device=images.device) - 1) * limit

    angle, scale = between(math.radians(turn), n), 1 + between(stretch, n)  # (B,) each
    by = between(2 * shift, n, 2)  # (B, 2), in a grid that reaches from −1 to 1
    cos, sin = scale * angle.cos(), scale * angle.sin()
    matrix = torch.stack(
        [torch.stack([cos, -sin, by[:, 0]], dim=1), torch.stack([sin, cos, by[:, 1]], dim=1)], dim=1
    )  # (B, 2, 3)
    grid = F.affine_grid(matrix, [n, 1, side, side], align_corners=False)  # (B, h, w, 2)
    return F.grid_sample(images.unsqueeze(1), grid, align_corners=False).squeeze(1)  # (B, h, w)


class TwoViews(nn.Module):
    """A small convolutional network that learns to find the other view of a moved picture among many.

    Args:
        side: pixels of a picture, each way; even.
        width: channels of the first layer; the second has twice as many.
        dim: length d of the vectors.
        temperature: by which cosines are divided.
    """

    def __init__(self, side: int = 8, width: int = 16, dim: int = 64, temperature: float = 0.5):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Unflatten(1, (1, side)),  # (B, 1, h, w)
            nn.Conv2d(1, width, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 3, stride=2, padding=1),  # (B, 2·width, h/2, w/2)
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(2 * width * (side // 2) ** 2, dim),
            nn.ReLU(),
        )
        self.head = nn.Sequential(nn.Linear(dim, dim), nn.ReLU(), nn.Linear(dim, dim // 2))
        self.temperature = temperature

    def forward(self, images: Tensor) -> Tensor:
        """Mean loss of a batch (B, h, w), in nats; each picture is moved twice."""
        return same_picture_loss(
            self.head(self.encoder(moved(images))), self.head(self.encoder(moved(images))), self.temperature
        )

    @torch.no_grad()
    def vectors(self, images: np.ndarray, batch: int = 2048) -> np.ndarray:
        """(n, d) float32, each row of length √d, for pictures (n, h, w). The head served only the puzzle."""
        device = next(self.parameters()).device
        parts = [self.encoder(part.to(device)) for part in torch.as_tensor(images).split(batch)]
        vectors = F.normalize(torch.cat(parts), dim=1)
        return (vectors * vectors.shape[1] ** 0.5).cpu().numpy()


def same_picture_loss(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    """The contrastive loss of SimCLR (NT-Xent), in nats.

    Args:
        first, second: (B, k); row i of both comes from the same picture.
        temperature: by which cosines are divided.
    """
    views = F.normalize(torch.cat([first, second]), dim=1)  # (2B, k)
    scores = views @ views.T / temperature  # (2B, 2B)
    itself = torch.eye(len(views), dtype=torch.bool, device=views.device)
    partner = torch.arange(len(views), device=views.device).roll(len(first))  # (2B,)
    return F.cross_entropy(scores.masked_fill(itself, -math.inf), partner)


def pretrain(
    images: np.ndarray,
    *,
    width: int = 16,
    dim: int = 64,
    epochs: int = 45,
    batch_size: int = 128,
    lr: float = 3e-3,
    seed: int = 0,
    device: str | torch.device = "cpu",
) -> tuple[TwoViews, training.History]:
    """Train `TwoViews` on pictures (n, h, w) without labels."""
    torch.manual_seed(seed)
    model = TwoViews(images.shape[1], width, dim)
    history = training.fit(
        model,
        [torch.as_tensor(images)],
        epochs=epochs,
        batch_size=batch_size,
        lr=lr,
        seed=seed,
        device=device,
        title="two views",
    )
    return model, history


# ------------------------------------------------------------------------------------------- the learners

# Each learner is a function from (vectors (n, d), labels (n,), −1 where there is none) to its three settings,
# fitted one after the other; each has `predict`.


def from_labels(vectors: np.ndarray, labels: np.ndarray) -> Iterator:
    """Classifiers that see the labelled pictures alone: two linear ones and one with a smooth kernel.

    On pixels this is supervised learning; on vectors that were learned without labels it is the last step of
    self-supervised learning.
    """
    known = labels >= 0
    for head in (LogisticRegression(C=1, max_iter=500), LogisticRegression(C=10, max_iter=500), SVC(C=10)):
        yield head.fit(vectors[known], labels[known])


def spreading(vectors: np.ndarray, labels: np.ndarray) -> Iterator:
    """Semi-supervised: labels flow from each picture to its 7, 10 or 15 nearest, over all pictures.

    A new picture is then named by the vote of as many pictures that the labels reached.
    """
    for neighbours in (7, 10, 15):
        near = min(neighbours, len(labels) - 1)
        spread = LabelSpreading(kernel="knn", n_neighbors=near, alpha=0.5, max_iter=100).fit(vectors, labels)
        reached = spread.label_distributions_.sum(axis=1) > 0  # not an island without any label
        yield KNeighborsClassifier(min(near, reached.sum())).fit(
            vectors[reached], spread.transduction_[reached]
        )


def with_weak(
    vectors: np.ndarray,
    labels: np.ndarray,
    weak: np.ndarray,
    worths: Sequence[float] = (0.001, 0.01, 0.1),
) -> Iterator:
    """Weakly supervised: a picture without a label takes its weak one.

    Args:
        weak: (n,), −1 where there is none either.
        worths: the settings, how much a weak label counts where a true one counts 1.
    """
    given = np.where(labels >= 0, labels, weak)
    known = given >= 0
    for worth in worths:
        weight = np.where(labels >= 0, 1.0, worth)
        yield SVC(C=10).fit(vectors[known], given[known], sample_weight=weight[known])
