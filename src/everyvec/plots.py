"""The course's figures: one style, one colour for one meaning, legible on light and on dark pages.

A figure is stored as SVG, with its text as text. Ink, paper and coloured labels are CSS variables: the
website sets them to the page's own colours (book/_static/figures.css), and everything else shows dark ink on
white paper. JupyterLab shows no SVG of a notebook that it does not trust, so a PNG is stored beside it.

A figure is 4.6 inches wide, so that text of 10.5 points is 11 pixels high on a phone of 390 pixels.
"""

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.textpath import TextPath

INK = "#222832"
PAPER = "#ffffff"
PALE = "#f0dbe6"  # text purple, pale enough to write on
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
# The shades in which words are written: 4.5 to 1 or better on white. Those for the dark are in figures.css.
LABELS = {
    "query": "#006aa6",
    "key": "#8a5e00",
    "value": "#00664a",
    "text": "#9c3f72",
    "image": "#16699a",
    "model": "#a34700",
    "baseline": "#595959",
}
WIDTH = 4.6  # inches
SMALL = 10.5  # points, the smallest text
_STYLE = {
    "figure.figsize": (WIDTH, 3.2),
    "figure.dpi": 110,
    "figure.facecolor": PAPER,
    "figure.constrained_layout.use": True,
    "savefig.facecolor": PAPER,
    "axes.facecolor": "none",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.titlesize": 12,
    "figure.titleweight": "bold",
    "font.size": 11,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    # The first comes with matplotlib, so figures look alike everywhere; the second is as wide, and most
    # browsers have it.
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana"],
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 2.2,
    "lines.markersize": 5,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "everyvec",  # the same figure gets the same names
}


# Families with Chinese letters, on Linux, macOS and Windows.
_CHINESE = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Heiti SC", "Microsoft YaHei")


def use_style() -> None:
    """Set the course's style for all figures of this session; in notebooks also how they are shown.

    Chinese is drawn in a family that is installed. Where none is, the browser still finds one for the SVG.
    """
    mpl.rcParams.update(_STYLE)
    installed = {font.name for font in fontManager.ttflist}
    mpl.rcParams["font.family"] = ["sans-serif", *[name for name in _CHINESE if name in installed][:1]]
    warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
    if mpl.get_backend().lower().endswith("inline"):
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg", "png", bbox_inches=None, facecolor=PAPER)
        get_ipython().display_formatter.formatters["image/svg+xml"].for_type(Figure, svg)


def svg(figure: Figure) -> str:
    """`figure` as SVG, the same text for the same figure, that takes its ink from the page it stands in."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg")
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    # the metadata hold the time of the run
    text = re.sub(r"\s*<metadata>.*?</metadata>|\s*<!--.*?-->", "", text, flags=re.DOTALL)
    used = set(re.findall(r"#([\w.-]+)[\")]", text))
    text = re.sub(r' id="([\w.-]+)"', lambda found: found[0] if found[1] in used else "", text)
    # a thousandth of a point is enough, and is the same on every machine
    text = re.sub(r"<(?!image)[^>]+>", lambda tag: _MANY_DIGITS.sub(_rounded, tag[0]), text)
    text = re.sub(r"<text\b[^>]*>", lambda tag: _in_labels(tag[0]), text)
    for name, color in (("ink", INK), ("paper", PAPER), ("pale", PALE)):
        text = text.replace(color, f"var(--ev-{name}, {color})")
    text = text.replace("*{", ".ev-figure *{", 1)  # its style is for itself, not for the page
    return text.replace("<svg ", '<svg class="ev-figure" ', 1)


_MANY_DIGITS = re.compile(r"\d+\.\d{4,}")


def _rounded(number: re.Match) -> str:
    return f"{float(number[0]):.3f}".rstrip("0").rstrip(".")


def _in_labels(tag: str) -> str:
    # words in a course's colour take the shade that can be read on the page
    for name, color in LABELS.items():
        tag = tag.replace(f"fill: {COLORS[name].lower()}", f"fill: var(--ev-label-{name}, {color})")
    return tag


def new(title: str, width: float = WIDTH, height: float = 3.2) -> Axes:
    """Axes of a new figure; `title` is the sentence that the figure says; sizes in inches."""
    use_style()
    figure, ax = plt.subplots(figsize=(width, height))
    headline(figure, title)
    return ax


def headline(figure: Figure, title: str) -> None:
    """Write `title` at the top left of `figure`, in as many lines as it needs, of about one length."""
    width = 72 * figure.get_figwidth()
    room = 0.95 * (width - 8)  # other fonts are a little wider
    lines = _lines(title, room)
    while len(narrower := _lines(title, room - 4)) == len(lines) and room > 40:
        lines, room = narrower, room - 4
    figure.suptitle("\n".join(lines), x=4 / width, ha="left", linespacing=1.25)


def _lines(title: str, room: float) -> list[str]:
    lines = [""]
    for word in title.split(" "):  # and not at a no-break space
        line = f"{lines[-1]} {word}".strip()
        if text_width(line, 12, "bold") <= room or not lines[-1]:
            lines[-1] = line
        else:
            lines.append(word)
    return lines


@cache
def text_width(text: str, size: float = 11, weight: str = "normal") -> float:
    """How wide `text` is, in points."""
    font = FontProperties(family=_STYLE["font.sans-serif"][0], weight=weight)
    return TextPath((0, 0), text, size, prop=font).get_extents().width


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
        ax.annotate("chance", (0.01, chance), xycoords=("axes fraction", "data"), va="bottom", fontsize=SMALL)
    _label_ends(ax, x[-1], {name: values[-1] for name, (values, _, _) in series.items()})


def _label_ends(ax: Axes, x: float, ends: Mapping[str, float]) -> None:
    low, high = ax.get_ylim()
    names = sorted(ends, key=ends.get)
    line = 15 / (0.66 * 72 * ax.figure.get_figheight())  # of text, as a share of the axes' height
    places = _spread([ends[name] for name in names], gap=line * (high - low))
    for name, place in zip(names, places, strict=True):
        ax.annotate(
            name, (x, place), xytext=(8, 0), textcoords="offset points", va="center", annotation_clip=False
        )


def _spread(heights: Sequence[float], gap: float) -> list[float]:
    """Move ascending `heights` as little as a few passes can, until each is `gap` above the one before."""
    places = [float(height) for height in heights]  # a tensor's last values would be the caller's own
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
                    fontsize=SMALL,
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
    left, groups = 0.0, {}
    for position, token in enumerate(tokens):
        near = abs(position - centre) <= reach
        role = "model" if position == centre else "text" if near else None
        width = text_width(token) + 9  # points
        ax.add_patch(
            mpl.patches.FancyBboxPatch(
                (left, 0),
                width,
                22,
                boxstyle="round,pad=0,rounding_size=4",
                facecolor="none",
                edgecolor=COLORS[role] if role else INK,
                linewidth=2.2 if role else 0.8,
            )
        )
        ax.text(left + width / 2, 11, token, ha="center", va="center")
        if role:
            groups.setdefault((role, position > centre), []).extend([left, left + width])
        left += width + 7
    for (role, _), ends in groups.items():
        ax.plot([min(ends), max(ends)], [-7, -7], color=COLORS[role], linewidth=1.5)
        name = "centre" if role == "model" else "context"
        ax.text((min(ends) + max(ends)) / 2, -11, name, ha="center", va="top", color=COLORS[role])
    ax.set(xlim=(-3, left - 4), ylim=(-28, 25))
    ax.axis("off")


def graph(
    ax: Axes,
    points: np.ndarray,
    edges: np.ndarray,
    groups: Sequence[int] | None = None,
    names: Mapping[int, str] | None = None,
    walk: Sequence[int] = (),
) -> np.ndarray:
    """A graph: nodes whose shape tells their group, thin edges, and one walk as a chain of arrows.

    Args:
        ax: where to draw; its ticks are removed, because the units of a layout mean nothing.
        points: (N, 2) places of the nodes. Nodes that would cover each other are moved apart.
        edges: (E, 2) node numbers.
        groups: (N,) group numbers; groups 0, 1, 2 … are filled circles, hollow squares, filled triangles ….
        names: what to write into some nodes.
        walk: nodes in the order in which a walker meets them, drawn in the colour of our model.

    Returns:
        (N, 2) places where the nodes are drawn.
    """
    size = 10 if names is None else 20  # points across
    room = 72 * np.array(ax.figure.get_size_inches()) - (2 * size, 2 * size + 20)
    points = _apart(points, room, size + 5)
    lines = mpl.collections.LineCollection(points[edges], colors=INK, linewidths=0.7, alpha=0.5, zorder=1)
    ax.add_collection(lines)
    groups = np.zeros(len(points), dtype=int) if groups is None else np.asarray(groups)
    full = COLORS["text"] if names is None else PALE
    for group in np.unique(groups):
        ax.scatter(
            *points[groups == group].T,
            s=size**2 * (0.8 if group % 6 == 1 else 1),  # a square is larger than a circle of its width
            marker="os^D*P"[group % 6],
            facecolor=PAPER if group % 2 else full,
            edgecolor=COLORS["text"],
            linewidth=1.6,
            zorder=3,
        )
    for node, name in (names or {}).items():
        ax.annotate(name, points[node], ha="center", va="center_baseline", fontsize=SMALL, zorder=4)
    for here, there in pairwise(walk):
        ax.annotate(
            "",
            points[there],
            points[here],
            arrowprops={
                "arrowstyle": "-|>",
                "color": COLORS["model"],
                "lw": 2,
                "shrinkA": size / 2,
                "shrinkB": size / 2 + 1,
                "connectionstyle": "arc3,rad=0.15",  # bent, so that a step back does not hide the step there
            },
            zorder=2,
        )
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.margins(0.06)
    return points


def _apart(points: np.ndarray, room: np.ndarray, distance: float) -> np.ndarray:
    """Move (N, 2) `points`, drawn in a `room` of (2,) pt, until none is nearer than `distance`.

    Each pass pushes apart the two of each pair that is too near, each by half of what is missing.
    """
    points = np.array(points, dtype=float)
    scale = room / np.maximum(np.ptp(points, axis=0), 1e-9)
    places = points * scale
    low = places.min(axis=0)
    for _ in range(500):
        between = places[:, None] - places  # (N, N, 2)
        far = np.hypot(*np.moveaxis(between, -1, 0))
        np.fill_diagonal(far, np.inf)
        missing = np.clip(distance - far, 0, None)
        if not missing.any():
            break
        push = 0.5 * missing / np.maximum(far, 1e-6)
        places = np.clip(places + (push[..., None] * between).sum(axis=1), low, low + room)
    return places / scale


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
    ax.imshow(canvas, interpolation="none")  # as it is: the browser draws each pixel as a square
    middles = [row * (height + gap) + (height - 1) / 2 for row in range(len(rows))]
    ax.set_xticks([])
    ax.set_yticks(middles, labels=list(rows))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
