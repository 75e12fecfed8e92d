"""Cheap labels for digits that are often wrong: from rules of thumb, and from somebody in haste.

Weak supervision: Ratner, Bach, Ehrenberg, Fries, Wu, Ré: Snorkel: Rapid Training Data Creation with Weak
Supervision, PVLDB 2017, arXiv:1711.10160.
"""

import numpy as np
from scipy import ndimage

from everyvec import seeds


def holes(image: np.ndarray, paper: float = 0.4, finer: int = 4) -> list[tuple[float, float]]:
    """The patches of paper that are enclosed by ink.

    Args:
        image: (h, w), ink from 0 to 1.
        paper: what has less ink than this counts as paper.
        finer: how many times the picture is enlarged first, so that thin lines form closed loops.

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
    """Labels from rules of thumb about the strokes: cheap, and often wrong.

    They were written after looking at ninety training pictures without their labels, and at one table of the
    errors that a first draft made.

    Args:
        images: (n, 8, 8), ink from 0 to 1.

    Returns:
        (n,) int64, a digit, or −1 where no rule applies.
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
    """Labels from somebody who makes random mistakes: a share `wrong` of them names another class.

    Args:
        labels: (n,) the true ones.
        wrong: the share, from 0 to 1.
        seed: for which labels are wrong, and how.
        classes: how many there are.
    """
    rng = seeds.rng(seed)
    errs = rng.random(len(labels)) < wrong
    other = (labels + rng.integers(1, classes, len(labels))) % classes
    return np.where(errs, other, labels)
