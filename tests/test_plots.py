"""Figures: legible on light and on dark, transparent, and their labels apart."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

from everyvec import plots


def luminance(color):
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(color)]
    return np.dot(channels, [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", ["#ffffff", "#121212"])
def test_ink_has_the_same_contrast_to_light_and_dark_pages(page):
    assert contrast(plots.INK, page) > 4


def test_figures_are_transparent_and_say_their_sentence():
    ax = plots.new("A sentence")
    assert ax.get_title(loc="left") == "A sentence"
    assert ax.figure.get_facecolor()[3] == ax.get_facecolor()[3] == 0


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
    assert [text.get_text() for text in ax.texts].count("context") == 3
    assert [text.get_text() for text in ax.texts].count("centre") == 1


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
