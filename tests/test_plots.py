"""Figures: legible on light and on dark, transparent, and their labels apart."""

import re
import warnings

import matplotlib as mpl
import numpy as np
import pytest
import torch
from bs4 import BeautifulSoup

mpl.use("Agg")

from everyvec import plots


def luminance(color):
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(color)]
    return np.dot(channels, [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def drawn():
    """A small figure of each kind of ink: axes, a title, words in a colour, a marker, faces of both kinds."""
    ax = plots.new("Two < three")
    plots.curves(ax, [0, 1], {"our line": ([0, 0.9], plots.COLORS["model"], "-")}, chance=0.1)
    ax.text(0.5, 0.2, "grey", color=plots.COLORS["baseline"])
    plots.graph(ax, np.eye(3)[:, :2], np.array([[0, 1]]), groups=[0, 1, 2], names={0: "a"})
    return ax.figure


def test_words_are_dark_enough_on_paper():
    on = [(plots.PAPER, color) for color in (plots.INK, *plots.LABELS.values())]
    for ground, color in [*on, (plots.PALE, plots.INK)]:
        assert contrast(color, ground) >= 4.5, (color, ground)


def test_every_colour_has_a_shade_for_words():
    assert {plots.COLORS[name] for name in plots.LABELS} == set(plots.COLORS.values())


def test_svg_keeps_text_as_text():
    words = [text.get_text() for text in BeautifulSoup(plots.svg(drawn()), "html.parser").find_all("text")]
    assert {"our line", "chance", "grey", "a", "Two < three"} <= set(words)


def test_svg_has_no_ink_of_its_own():
    svg = BeautifulSoup(plots.svg(drawn()), "html.parser").svg
    assert svg["class"] == ["ev-figure"]
    assert svg.find("style").text.startswith(".ev-figure *{")  # in a page its style is for itself
    inks = re.findall(r"(?:fill|stroke): ([^;\"]+)", str(svg))
    assert {f"var(--ev-ink, {plots.INK})", f"var(--ev-paper, {plots.PAPER})"} < set(inks)
    marks = {color.lower() for color in plots.COLORS.values()}
    assert {ink for ink in inks if not ink.startswith("var(--ev-")} <= marks | {"none"}
    for text in svg.find_all("text"):
        assert re.search(r"fill: var\(--ev-(ink|label-\w+), ", text["style"]), text
    styles = {text.text: text["style"] for text in svg.find_all("text")}
    assert f"var(--ev-label-baseline, {plots.LABELS['baseline']})" in styles["grey"]


def test_svg_is_the_same_each_time_and_small():
    one = plots.svg(drawn())
    assert one == plots.svg(drawn())
    assert "<metadata" not in one
    assert "<!--" not in one
    assert not re.search(r"\d\.\d{4}", one)  # digits that differ between machines
    names = re.findall(r' id="([^"]+)"', one)
    assert names
    assert all(f"#{name}" in one for name in names)


def test_text_is_eleven_pixels_high_on_a_phone():
    # 358 pixels is the width of the text on a screen of 390
    figure = drawn()
    figure.canvas.draw()
    sizes = [text.get_fontsize() for text in figure.findobj(mpl.text.Text) if text.get_text()]
    assert min(sizes) * 358 / (72 * figure.get_figwidth()) >= 11


def test_a_long_title_is_broken_into_lines_that_fit():
    ax = plots.new("In this encoder rotation pays best, and masked patches do not pay at all")
    assert ax.figure.get_suptitle().count("\n") == 1
    ax.figure.canvas.draw()
    box = ax.figure._suptitle.get_window_extent()
    assert box.x0 >= 0
    assert box.x1 <= ax.figure.bbox.x1
    assert plots.new("A sentence").figure.get_suptitle() == "A sentence"


def test_end_labels_do_not_overlap():
    ax = plots.new("Three lines that end together")
    ax.set_ylim(0, 1)
    plots.curves(ax, [0, 1], {n: ([0, 0.9], "red", "-") for n in ("one", "two", "three")}, chance=0.1)
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text() in ("one", "two", "three")]
    assert len(boxes) == 3
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[i + 1 :])


def test_words_on_a_map_do_not_overlap_and_arrows_start_where_they_should():
    points = np.array([[0, 0], [0.01, 0.01], [0, 0.02], [1, 0], [1.01, 0.01]])
    ax = plots.new("A map")
    plots.word_map(
        ax, points, ["he", "king", "monk", "she", "queen"], arrows=[("he", "she"), ("king", "queen")]
    )
    ax.figure.canvas.draw()
    labels = [text for text in ax.texts if text.get_text()]
    assert {label.get_text() for label in labels} == {"he", "king", "monk", "she", "queen"}
    boxes = [mpl.text.Text.get_window_extent(label) for label in labels]
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[i + 1 :])


def test_a_window_marks_the_centre_and_its_context():
    ax = plots.new("A window")
    plots.window(ax, list("abcde"), centre=1, reach=2)
    words = [text.get_text() for text in ax.texts]
    assert words == [*"abcde", "context", "centre", "context"]
    a, b, c, d, _, before, centre, after = (text.get_position()[0] for text in ax.texts)
    assert (before, centre) == (a, b)
    assert c < after < d


def test_nodes_of_a_graph_do_not_cover_each_other():
    points = np.random.default_rng(0).normal(size=(34, 2)) * [1, 5]
    points[1] = points[0] + 1e-3
    ax = plots.new("A crowd", height=4)
    drawn_at = plots.graph(ax, points, np.array([[0, 1]]), names={n: str(n) for n in range(34)})
    ax.figure.canvas.draw()
    inches = ax.figure.dpi_scale_trans.inverted().transform(ax.transData.transform(drawn_at))
    gaps = 72 * np.hypot(*(inches[:, None] - inches).transpose(2, 0, 1)) + 1e3 * np.eye(34)
    assert gaps.min() >= 22  # a node and its rim
    assert np.array_equal(ax.collections[1].get_offsets(), drawn_at)


def test_a_graph_shows_every_edge_group_and_step():
    points = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [2, 2]], dtype=float)
    edges = np.array([[0, 1], [1, 2], [2, 3], [3, 0]])
    ax = plots.new("A graph")
    plots.graph(ax, points, edges, groups=[0, 0, 1, 1, 2], names={0: "a", 4: "e"}, walk=[0, 1, 0, 3])
    lines, *nodes = ax.collections
    assert np.array_equal(lines.get_segments(), points[edges])
    assert [len(group.get_offsets()) for group in nodes] == [2, 2, 1]  # one shape for each group
    assert len({group.get_paths()[0].vertices.shape for group in nodes}) == 3
    written = {text.get_text(): text for text in ax.texts if text.get_text()}
    assert {name: tuple(text.xy) for name, text in written.items()} == {"a": (0, 0), "e": (2, 2)}
    steps = [(tuple(t.xyann), tuple(t.xy)) for t in ax.texts if not t.get_text()]
    assert steps == [((0, 0), (1, 0)), ((1, 0), (0, 0)), ((0, 0), (0, 1))]
    ax.figure.canvas.draw()


def test_rows_of_images_are_ink_on_paper_with_nothing_between():
    images = np.zeros((2, 6, 5))
    images[1, 2, 3] = 1
    hidden = np.zeros((2, 6, 5), dtype=bool)
    hidden[0, 5, 4] = True
    ax = plots.new("Two rows")
    plots.image_rows(ax, {"plain": images, "masked": images}, hidden={"masked": hidden})
    canvas = ax.images[0].get_array()
    assert canvas.shape == (13, 11, 4)
    assert canvas[0, 0].tolist() == [0.93, 0.93, 0.93, 1]
    assert canvas[2, 6 + 3].tolist() == [0, 0, 0, 1]
    assert canvas[:, 5, 3].tolist() == canvas[6, :, 3].tolist()[:1] * 13  # the gaps are transparent
    assert canvas[6].max() == canvas[:, 5].max() == 0
    assert canvas[7 + 5, 4, :3].tolist() == pytest.approx(mpl.colors.to_rgb(plots.COLORS["image"]))
    assert canvas[5, 4].tolist() == [0.93, 0.93, 0.93, 1]  # the other row has nothing hidden
    assert [label.get_text() for label in ax.get_yticklabels()] == ["plain", "masked"]
    with pytest.raises(ValueError, match="different shapes"):
        plots.image_rows(ax, {"a": images, "b": images[:1]})


@pytest.mark.parametrize("installed", [True, False])
def test_chinese_is_drawn_without_a_warning_and_stays_text(installed, monkeypatch):
    fonts = [font for font in plots.fontManager.ttflist if font.name not in plots._CHINESE or installed]
    monkeypatch.setattr(plots.fontManager, "ttflist", fonts)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        ax = plots.new("我 是 一个 学生")
        ax.set_xlabel("学生")
        text = plots.svg(ax.figure)
    assert not told
    assert "学生" in text


def test_labels_that_move_apart_leave_the_curves_as_they_are() -> None:
    values = {name: torch.tensor([0.0, 0.9]) for name in ("one", "two", "three")}
    plots.curves(plots.new("x"), [0, 1], {name: (v, "red", "-") for name, v in values.items()})
    assert all(v.tolist() == torch.tensor([0.0, 0.9]).tolist() for v in values.values())
