"""Figures on a phone, by day and by night: large, whole, in the page's ink, no label on anything."""

import io
import re
from itertools import combinations

import matplotlib.image
import numpy as np
import pytest

pytestmark = pytest.mark.browser

WIDTH = 390  # pixels, of a common phone
# Each text of each figure: what it says, its letters' height as shown, its ink, its place in the figure.
TEXTS = """figures => figures.map(figure => {
    const frame = figure.getBoundingClientRect(), scale = frame.width / figure.viewBox.baseVal.width;
    const texts = [...figure.querySelectorAll("text")].map(text => {
        const box = text.getBoundingClientRect();
        const style = getComputedStyle(text.querySelector("tspan") ?? text);
        return {
            says: text.textContent, size: parseFloat(style.fontSize) * scale, ink: style.fill,
            left: box.left - frame.left, right: box.right - frame.left,
            top: box.top - frame.top, bottom: box.bottom - frame.top,
        };
    });
    return {label: figure.getAttribute("aria-label"), width: frame.width, height: frame.height,
            room: figure.parentElement.getBoundingClientRect().width, texts};
})"""


def luminance(color: np.ndarray) -> np.ndarray:
    """Of colours (…, 3) from 0 to 1, as WCAG defines it."""
    channels = np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)
    return channels @ [0.2126, 0.7152, 0.0722]


def contrast(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    a, b = luminance(one) + 0.05, luminance(other) + 0.05
    return np.maximum(a, b) / np.minimum(a, b)


def ink_of(text: dict) -> np.ndarray:
    return np.array([float(part) for part in re.findall(r"[\d.]+", text["ink"])[:3]]) / 255


def inner(text: dict) -> tuple[float, float, float, float]:
    """The box of the letters: that of a browser has room above and below them."""
    upright = text["bottom"] - text["top"] > text["right"] - text["left"] and len(text["says"]) > 3
    across, up = (0.2 * text["size"], 0) if upright else (0, 0.2 * text["size"])
    return text["left"] + across, text["top"] + up, text["right"] - across, text["bottom"] - up


def overlap(one: dict, other: dict) -> bool:
    a, b = inner(one), inner(other)
    return all(min(a[i + 2], b[i + 2]) - max(a[i], b[i]) > 0.5 for i in (0, 1))


@pytest.fixture(scope="module")
def phone(chromium, server, lessons):
    """Of each lesson: its name, and of each figure what it says and how it looks without its text."""
    seen = []
    for name in lessons:
        page = chromium.new_page(viewport={"width": WIDTH, "height": 800}, color_scheme="light")
        page.goto(f"{server}{name}.html")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")
            all_figures = page.locator("article svg.ev-figure")
            figures = all_figures.evaluate_all(TEXTS)
            style = page.add_style_tag(content=".ev-figure text { visibility: hidden; }")
            for number, figure in enumerate(figures):
                shot = io.BytesIO(all_figures.nth(number).screenshot(animations="disabled"))
                figure["ground"] = matplotlib.image.imread(shot)[..., :3]  # (height, width, 3)
            style.evaluate("style => style.remove()")
            seen.append((name, scheme, figures))
        page.close()
    return seen


def each(phone):
    for name, scheme, figures in phone:
        for figure in figures:
            yield f"{name}, {scheme}: {figure['label'][:50]}", figure


def test_every_figure_is_in_its_page_with_its_words(phone, lessons):
    for name, _, figures in phone:
        stored = [
            cell["metadata"]["mystnb"]["image"]["alt"]
            for cell in lessons[name]["cells"]
            for output in cell.get("outputs", [])
            if "image/svg+xml" in output.get("data", {})
        ]
        assert stored
        assert [figure["label"] for figure in figures] == stored, name
        assert all(figure["texts"] for figure in figures), name


def test_letters_are_eleven_pixels_high(phone):
    small = [
        (f, t["says"], t["size"]) for f, figure in each(phone) for t in figure["texts"] if t["size"] < 11
    ]
    assert not small


def test_no_figure_is_wider_than_its_page_and_no_text_is_cut_off(phone):
    wrong = []
    for name, figure in each(phone):
        if figure["width"] > min(WIDTH, figure["room"] + 0.5):
            wrong.append((name, figure["width"]))
        for text in figure["texts"]:
            left, top, right, bottom = inner(text)
            if min(left, top) < 0 or right > figure["width"] or bottom > figure["height"]:
                wrong.append((name, text["says"]))
    assert not wrong


def test_no_two_texts_overlap(phone):
    wrong = [
        (name, one["says"], other["says"])
        for name, figure in each(phone)
        for one, other in combinations(figure["texts"], 2)
        if overlap(one, other)
    ]
    assert not wrong


def test_no_text_touches_a_line_and_all_can_be_read(phone):
    wrong = []
    for name, figure in each(phone):
        for text in figure["texts"]:
            left, top, right, bottom = (round(side) for side in inner(text))
            ground = figure["ground"][max(top, 0) : bottom, max(left, 0) : right].reshape(-1, 3)
            if np.ptp(ground, axis=0).max() > 0.1:
                wrong.append((name, text["says"], "has something under it"))
            elif (found := contrast(ink_of(text), ground).min()) < 4.5:
                wrong.append((name, text["says"], f"contrast {found:.1f}"))
    assert not wrong


def test_names_within_a_page_are_its_own(pages, lessons):
    for name in lessons:
        svgs = pages[f"{name}.html"].select("svg.ev-figure")
        ids = [element["id"] for svg in svgs for element in svg.select("[id]")]
        assert len(ids) == len(set(ids)), name
        assert all(re.match(r"figure-\d+-", one) for one in ids), name
        used = {one for svg in svgs for one in re.findall(r'(?:href="#|url\(#)([^")]+)', str(svg))}
        assert used == set(ids), name


def test_a_figure_is_small(lessons):
    for name, lesson in lessons.items():
        for cell in lesson["cells"]:
            for output in cell.get("outputs", []):
                svg = "".join(output.get("data", {}).get("image/svg+xml", ""))
                assert len(svg) < 150_000, (name, cell["id"])


def test_a_figure_is_printed_dark_on_white(chromium, server, lessons):
    page = chromium.new_page(color_scheme="dark")
    page.goto(f"{server}{next(iter(lessons))}.html")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    ink = "text => getComputedStyle(text).fill"
    text = page.locator("svg.ev-figure text").first
    white = np.ones(3)
    assert contrast(ink_of({"ink": text.evaluate(ink)}), white) < 4.5
    page.emulate_media(media="print")
    assert contrast(ink_of({"ink": text.evaluate(ink)}), white) >= 7
    page.close()
