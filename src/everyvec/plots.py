"""The course's figures: one style, one colour for one meaning, legible on light and on dark pages.

Figures are transparent, so their ink is a grey with the same contrast (about 4.3 to 1) to white and to
near-black. Widths are chosen for a phone: text of 10.5 pt in a 5.6-inch figure can be read at 360 pixels.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

INK = "#787878"
COLORS = {
    "query": "#0072B2",
    "key": "#E69F00",
    "value": "#009E73",
    "text": "#CC79A7",
    "image": "#56B4E9",
    "model": "#D55E00",
    "baseline": "#999999",
    "chance": "#999999",
}
_STYLE = {
    "figure.figsize": (5.6, 3.4),
    "figure.dpi": 110,
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "savefig.facecolor": "none",
    "savefig.transparent": True,
    "axes.facecolor": "none",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 10.5,
    "font.family": "DejaVu Sans",  # comes with matplotlib, so figures look alike everywhere
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 2.2,
    "lines.markersize": 5,
}


def use_style() -> None:
    """Set the course's style for all figures of this session; in notebooks also twice the pixels."""
    mpl.rcParams.update(_STYLE)
    if mpl.get_backend().lower().endswith("inline"):
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        # transparent, whatever the front end's own default
        set_matplotlib_formats("retina", facecolor="none")


def new(title: str, width: float = 5.6, height: float = 3.4) -> Axes:
    """Axes of a new figure; `title` is the sentence that the figure says; sizes in inches."""
    use_style()
    _, ax = plt.subplots(figsize=(width, height))
    ax.set_title(title)
    return ax


def curves(
    ax: Axes,
    x: Sequence[float],
    series: Mapping[str, tuple[Sequence[float], str, str]],
    chance: float | None = None,
) -> None:
    """Lines with their names written at their right ends, and chance as a dotted line.

    Args:
        ax: where to draw; the x axis' scale and labels are the caller's.
        x: (N,) positions.
        series: name → (values (N,), colour, line style).
        chance: height of the dotted line.
    """
    for name, (values, color, line) in series.items():
        ax.plot(x, values, line, color=color, marker="o", label=name)
    if chance is not None:
        ax.axhline(chance, color=COLORS["chance"], linestyle=":", linewidth=1.5)
        ax.annotate("chance", (0.01, chance), xycoords=("axes fraction", "data"), va="bottom", fontsize=9)
    _label_ends(ax, x[-1], {name: values[-1] for name, (values, _, _) in series.items()})


def _label_ends(ax: Axes, x: float, ends: Mapping[str, float]) -> None:
    low, high = ax.get_ylim()
    names = sorted(ends, key=ends.get)
    places = _spread([ends[name] for name in names], gap=0.08 * (high - low))
    for name, place in zip(names, places, strict=True):
        ax.annotate(
            name, (x, place), xytext=(8, 0), textcoords="offset points", va="center", annotation_clip=False
        )


def _spread(heights: Sequence[float], gap: float) -> list[float]:
    """Move ascending `heights` as little as a few passes can, until each is `gap` above the one before."""
    places = list(heights)
    for _ in range(100):
        for i in range(1, len(places)):
            missing = gap - (places[i] - places[i - 1])
            if missing > 0:
                places[i - 1] -= missing / 2
                places[i] += missing / 2
    return places


def word_map(
    ax: Axes,
    points: np.ndarray,
    words: Sequence[str],
    arrows: Sequence[tuple[str, str]] = (),
    color: str = COLORS["text"],
) -> None:
    """Words as labelled points, with an arrow from the first to the second word of each pair.

    Args:
        ax: where to draw; its ticks are removed, because the units of a projection mean nothing.
        points: (W, 2).
        words: W labels.
        arrows: pairs of words.
    """
    where = dict(zip(words, points, strict=True))
    ax.scatter(points[:, 0], points[:, 1], s=18, color=color, zorder=2)
    for first, second in arrows:
        ax.annotate(
            "",
            where[second],
            where[first],
            arrowprops={"arrowstyle": "->", "color": COLORS["model"], "lw": 1.5, "shrinkA": 3, "shrinkB": 3},
        )
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.margins(0.2, 0.12)
    low, high = ax.get_ylim()
    starts = {first for first, _ in arrows}
    # the labels of starting points stand to the left of their points, all others to the right; neighbours
    # on one side are spread, so that none lies on another, and tied to their points by a thin line
    for side, names in ((-1, [w for w in words if w in starts]), (1, [w for w in words if w not in starts])):
        for column in _columns(names, where, width=0.2 * np.ptp(points[:, 0])):
            column.sort(key=lambda word: where[word][1])
            edge = max(side * where[word][0] for word in column) + 0.04 * np.ptp(points[:, 0])
            places = _spread([where[word][1] for word in column], gap=0.055 * (high - low))
            for word, place in zip(column, places, strict=True):
                ax.annotate(
                    word,
                    where[word],
                    xytext=(side * edge, place),
                    ha="right" if side < 0 else "left",
                    va="center",
                    fontsize=9.5,
                    arrowprops={"arrowstyle": "-", "color": INK, "lw": 0.6, "shrinkA": 1, "shrinkB": 3},
                )


def _columns(names: Sequence[str], where: Mapping[str, np.ndarray], width: float) -> list[list[str]]:
    # words whose points are so near from left to right that their labels could meet
    columns: list[list[str]] = []
    for name in sorted(names, key=lambda word: where[word][0]):
        if columns and where[name][0] - where[columns[-1][-1]][0] < width:
            columns[-1].append(name)
        else:
            columns.append([name])
    return columns


def window(ax: Axes, tokens: Sequence[str], centre: int, reach: int) -> None:
    """A sentence as boxes: the centre word, the words within `reach` of it, and the rest.

    Args:
        ax: where to draw.
        tokens: the sentence.
        centre: index of the centre word.
        reach: how many words to each side belong to the window.
    """
    left = 0.0
    for position, token in enumerate(tokens):
        near = abs(position - centre) <= reach
        role = "model" if position == centre else "text" if near else None
        width = 0.32 + 0.155 * len(token)
        ax.add_patch(
            mpl.patches.FancyBboxPatch(
                (left, 0),
                width,
                1,
                boxstyle="round,pad=0.02,rounding_size=0.12",
                facecolor="none",
                edgecolor=COLORS[role] if role else INK,
                linewidth=2.2 if role else 0.8,
                alpha=1 if role else 0.6,
            )
        )
        ax.text(left + width / 2, 0.5, token, ha="center", va="center")
        if role:
            ax.text(
                left + width / 2,
                -0.4,
                "centre" if role == "model" else "context",
                ha="center",
                fontsize=8.5,
                color=COLORS[role],
            )
        left += width + 0.16
    ax.set(xlim=(-0.1, left), ylim=(-0.8, 1.2))
    ax.axis("off")


def graph(
    ax: Axes,
    points: np.ndarray,
    edges: np.ndarray,
    groups: Sequence[int] | None = None,
    names: Mapping[int, str] | None = None,
    walk: Sequence[int] = (),
) -> None:
    """A graph: nodes whose shape tells their group, thin edges, and one walk as a chain of arrows.

    Args:
        ax: where to draw; its ticks are removed, because the units of a layout mean nothing.
        points: (N, 2) places of the nodes.
        edges: (E, 2) node numbers.
        groups: (N,) group numbers; groups 0, 1, 2 … are filled circles, hollow squares, filled triangles ….
        names: what to write into some nodes.
        walk: nodes in the order in which a walker meets them, drawn in the colour of our model.
    """
    lines = mpl.collections.LineCollection(points[edges], colors=INK, linewidths=0.7, alpha=0.5, zorder=1)
    ax.add_collection(lines)
    groups = np.zeros(len(points), dtype=int) if groups is None else np.asarray(groups)
    for group in np.unique(groups):
        ax.scatter(
            *points[groups == group].T,
            s=80 if names is None else 170,
            marker="os^D*P"[group % 6],
            facecolor="white" if group % 2 else COLORS["text"],
            edgecolor=COLORS["text"],
            linewidth=1.6,
            zorder=3,
        )
    for node, name in (names or {}).items():
        inside = "black" if groups[node] % 2 else "white"
        ax.annotate(
            name, points[node], ha="center", va="center", fontsize=8, color=inside, weight="bold", zorder=4
        )
    for here, there in pairwise(walk):
        ax.annotate(
            "",
            points[there],
            points[here],
            arrowprops={
                "arrowstyle": "-|>",
                "color": COLORS["model"],
                "lw": 2,
                "shrinkA": 6,
                "shrinkB": 7,
                "connectionstyle": "arc3,rad=0.15",  # bent, so that a step back does not hide the step there
            },
            zorder=2,
        )
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.margins(0.06)


def image_rows(
    ax: Axes, rows: Mapping[str, np.ndarray], hidden: Mapping[str, np.ndarray] | None = None
) -> None:
    """Rows of small grey pictures on light paper, each row with its name at the left.

    Args:
        ax: where to draw; it loses its ticks and frame.
        rows: name → (n, H, W), 0 paper to 1 ink; the same n, H and W in each row.
        hidden: name of a row → (n, H, W) bool; these pixels are painted in the colour of images.

    Raises:
        ValueError: when the rows have different shapes.
    """
    shapes = {np.shape(images) for images in rows.values()}
    if len(shapes) != 1:
        raise ValueError(f"rows of different shapes: {sorted(shapes)}")
    ((count, height, width),) = shapes
    gap = max(1, height // 6)
    canvas = np.zeros((len(rows) * (height + gap) - gap, count * (width + gap) - gap, 4))  # transparent
    for row, (name, images) in enumerate(rows.items()):
        for column, image in enumerate(images):
            tile = np.ones((height, width, 4))
            tile[..., :3] = 0.93 * (1 - np.clip(image, 0, 1)[..., None])  # paper that shows on a white page
            if hidden is not None and name in hidden:
                tile[np.asarray(hidden[name][column]), :3] = mpl.colors.to_rgb(COLORS["image"])
            top, left = row * (height + gap), column * (width + gap)
            canvas[top : top + height, left : left + width] = tile
    ax.imshow(canvas, interpolation="nearest")
    middles = [row * (height + gap) + (height - 1) / 2 for row in range(len(rows))]
    ax.set_xticks([])
    ax.set_yticks(middles, labels=list(rows))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
