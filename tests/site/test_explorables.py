"""Explorables: the directive in a small book; in Chromium, by keyboard alone, the numbers of the data."""

import io
import json
import math
import shutil
from itertools import pairwise

import measure
import numpy as np
import pytest
import torch
from bs4 import BeautifulSoup
from measure import ROOT
from PIL import Image
from torch.nn.functional import cross_entropy, normalize
from transformers.generation.logits_process import (
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from everyvec import explorable
from everyvec.attention import lookup
from everyvec.data import graphs, world
from everyvec.pretext.node2vec import second_order

KINDS = ("analogies", "walk", "text-and-passes", "lookup", "sampling", "heads", "board", "guidance")
TABLE = {
    "caption": "What was <found>",
    "columns": ["setting", "value"],
    "rows": [["all <b> some", -0.5], ["no", 1]],
}
DIALS = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8]

# -------------------------------------------------------------------------------- sample data


def sample_analogies() -> dict:
    """Words that share steps, in one space clearly and in another hardly."""
    pairs = [pair for relation in world.pairs().values() for pair in relation]
    words = [a for a, _ in pairs] + [b for _, b in pairs] + [f"other{i}" for i in range(12)]
    rng = np.random.default_rng(0)
    things, step = rng.normal(size=(25, 16)), 3 * rng.normal(size=16) / 4
    clear = np.concatenate([things, things + step, rng.normal(size=(12, 16))])

    def space(name, vectors):
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return {"name": name, "vectors": unit, "points": unit[:50, :2]}

    spaces = [space("much text", clear), space("little text", clear + 0.5 * rng.normal(size=clear.shape))]
    return {"words": words, "spaces": spaces, "start": ["man", "woman", "king"]}


def sample_walk() -> dict:
    """A clique of four, a ring of five, a hub with three leaves; near and far neighbours, and dead ends."""
    edges = [(a, b) for a in range(4) for b in range(a)] + [(4 + i, 4 + (i + 1) % 5) for i in range(5)]
    edges += [(9, leaf) for leaf in (10, 11, 12)] + [(9, 0), (9, 4), (3, 6)]
    turn = np.linspace(0, 2 * np.pi, 13, endpoint=False)
    names = ["long trader"] * 4 + ["ring"] * 5 + ["hub"] + ["leaf"] * 3
    points = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return {"names": names, "points": points, "edges": edges, "start": 0, "steps": 30}


def sample_text_and_passes() -> dict:
    """Counting wins with little, "by <one>" with much, "idle" nowhere; some settings have no winner."""
    size, count = np.meshgrid([0, 1, 2], [0, 1], indexing="ij")
    means = {
        "counting": 0.5 + 0.1 * size,
        "by <one>": 0.3 + 0.25 * size + 0.05 * count,
        "idle": 0.1 + 0 * size,
    }
    models = [
        {"name": name, "color": color, "mean": mean, "low": mean - 0.04, "high": mean + 0.04}
        for (name, mean), color in zip(means.items(), ("baseline", "model", "text"), strict=True)
    ]
    return {"sentences": [100, 1000, 10_000], "passes": [1, 10], "unit": "share", "models": models}


def sample_lookup() -> dict:
    """Five directions, the query halfway between the second and the third; small pictures as values."""
    turn = np.radians([-100, -20, 30, 110, 200])
    keys = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    values = np.random.default_rng(0).uniform(size=(5, 9))
    half = np.radians(5)
    return {
        "names": ["a", "b", "<c>", "d", "e"],
        "keys": keys,
        "values": values,
        "start": [np.cos(half), np.sin(half)],
    }


def sample_sampling() -> dict:
    """Sixty tokens after two prompts: one that leaves much open, one that hardly does; some logits alike."""
    rng = np.random.default_rng(0)
    tokens = ["<end>", "月", *(f"t{i}" for i in range(58))]
    prompts = [
        {"name": name, "seen": seen, "logits": spread * rng.normal(size=60).round(1)}
        for name, seen, spread in ((f"open <b>, {'a long name' * 9}", [1, 5, 5, 9], 1), ("narrow", [2, 3], 4))
    ]
    return {"tokens": tokens, "prompts": prompts}


def sample_heads() -> dict:
    """A sentence that asks itself, one that looks back alone, and one that asks the other: two heads each."""
    rng = np.random.default_rng(0)
    read, write = ["I", "am", "<a>", "student", "am"], ["<start>", "我", "是"]

    def part(name, asking, asked, causal):
        queries, keys = (rng.normal(size=(2, len(words), 4)) for words in (asking, asked))
        words = {"name": name, "asking": asking, "asked": asked}
        return words | {"causal": causal, "queries": queries, "keys": keys}

    parts = [part("read", read, read, False), part("look back", write, write, True)]
    return {"parts": [*parts, part("ask", write, read, False)], "start": 3}


def sample_board() -> dict:
    """Five pictures, of which two have another one's caption as the nearest, and captions to add."""
    rng = np.random.default_rng(0)
    vectors, captions, more = rng.normal(size=(5, 6)), rng.normal(size=(5, 6)), rng.normal(size=(12, 6))
    captions = vectors + captions * np.array([0.3, 0.3, 0.3, 2, 2])[:, None]
    red = explorable.inline(np.full((24, 24, 4), (200, 0, 0, 255), np.uint8))
    pictures = [
        {"name": f"<thing> {i}", "image": red, "vector": 3 * vector, "caption": caption}
        for i, (vector, caption) in enumerate(zip(vectors, captions, strict=True))
    ]
    more = [{"name": f"猫{i}", "vector": vector} for i, vector in enumerate(more)]
    return {"pictures": pictures, "more": more, "temperature": 0.04}


def sample_guidance() -> dict:
    """Three texts whose frames each have a colour of their own, but at guidance 0; uneven steps."""
    frames = np.zeros((3, 8, 3, 10, 10, 3), np.uint8)  # text, row, column
    text, row, column = np.indices(frames.shape[:3])
    frames[..., 0] = (60 * text * (row % 4 > 0) + 5)[..., None, None]
    frames[..., 1], frames[..., 2] = (30 * row)[..., None, None], (90 * column)[..., None, None]
    rng = np.random.default_rng(0)

    def prompt(name, i):
        numbers = {"away": rng.uniform(size=(4, 3)), "right": rng.integers(7, size=4)}
        pictures = {"image": explorable.inline(frames[i, 0, 0]), "sheet": explorable.sheet(frames[i])}
        return {"name": name, "trained": i == 1, "spread": rng.uniform(size=4)} | numbers | pictures

    return {
        "guidance": [0, 1, 2.5, 8],
        "steps": [2, 7, 10],
        "left": [0.01, 0.5, 1.0],
        "noise": explorable.inline(frames[0, 0, 0]),
        "of": 6,
        "prompts": [prompt(name, i) for i, name in enumerate(("<red> ring", "blue ring", "red cross"))],
        "start": [2, 0],
    }


def stored(name: str, data: dict) -> dict:
    """The output of a cell that stores `data`, by the course's own function."""
    outputs = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            explorable,
            "display",
            lambda data, raw, metadata: outputs.append(
                {"output_type": "display_data", "data": data, "metadata": metadata}
            ),
        )
        explorable.store(name, {"title": f"Play & learn: {name}", "table": TABLE} | data)
    return outputs[0]


def notebook(*cells: str | dict) -> str:
    """A lesson of markdown cells (texts) and code cells (their one output)."""
    made = [
        {"cell_type": "markdown", "metadata": {}, "source": cell}
        if isinstance(cell, str)
        else {"cell_type": "code", "metadata": {}, "source": "1", "outputs": [cell], "execution_count": 1}
        for cell in ("# A lesson\n\n## Part\n", *cells)
    ]
    for number, cell in enumerate(made):
        cell["id"] = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    about = {"kernelspec": kernel, "everyvec": {"rows": []}}
    return json.dumps({"cells": made, "metadata": about, "nbformat": 4, "nbformat_minor": 5})


def fence(name: str) -> str:
    return f"Try it.\n\n```{{explorable}} {name}\nOn the website you can play with this.\n```\n"


def make_book(folder, *cells):
    """A book of one lesson, with the course's own settings, extension, style and script."""
    shutil.copy(ROOT / "_config.yml", folder)
    for name, left_out in (("_ext", "__pycache__"), ("_static", "mathjax")):
        shutil.copytree(ROOT / "book" / name, folder / "book" / name, ignore=shutil.ignore_patterns(left_out))
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters:\n  - file: book/lesson\n", encoding="utf-8"
    )
    (folder / "book/index.md").write_text("# Start\n\n[Lesson](lesson.ipynb)\n", encoding="utf-8")
    (folder / "book/lesson.ipynb").write_text(notebook(*cells), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    """The built page of a lesson with all of them."""
    samples = (
        sample_analogies(),
        sample_walk(),
        sample_text_and_passes(),
        sample_lookup(),
        sample_sampling(),
        sample_heads(),
        sample_board(),
        sample_guidance(),
    )
    cells = [
        cell for name, data in zip(KINDS, samples, strict=True) for cell in (fence(name), stored(name, data))
    ]
    folder = make_book(tmp_path_factory.mktemp("explorables"), *cells)
    measure.build(folder)
    return folder / "_build/html/book/lesson.html"


@pytest.fixture(scope="module")
def written(lesson):
    return BeautifulSoup(lesson.read_text(encoding="utf-8"), "html.parser")


def data_of(written, name: str) -> dict:
    return json.loads(written.select_one(f'[data-explorable="{name}"] script').string)


# -------------------------------------------------------------------------------- the directive


def test_the_page_has_heading_data_and_a_table_for_readers_without_javascript(written):
    assert [box["data-explorable"] for box in written.select(".ev-explorable")] == list(KINDS)
    for name in KINDS:
        box = written.select_one(f'[data-explorable="{name}"]')
        assert box.find(id=box["aria-labelledby"]).get_text() == f"Play & learn: {name}"
        assert box.caption.get_text() == "What was <found>"
        rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in box.find_all("tr")]
        assert rows == [["setting", "value"], ["all <b> some", "−0.5"], ["no", "1"]]
    assert data_of(written, "walk")["steps"] == 30
    assert data_of(written, "text-and-passes")["models"][1]["name"] == "by <one>"


def test_what_is_meant_for_jupyterlab_is_not_on_the_page(written):
    text = written.article.get_text()
    assert "data of the explorable" not in text
    assert "On the website you can play" not in text
    assert not [box for box in written.select(".cell_output") if not box.get_text(strip=True)]


BROKEN = {
    "no data": ([fence("walk")], "stores data of the explorable 'walk' 0 times, not once"),
    "data twice": (
        [fence("walk"), stored("walk", sample_walk()), stored("walk", sample_walk())],
        "stores data of the explorable 'walk' 2 times, not once",
    ),
    "data not shown": ([stored("walk", sample_walk())], "which its page does not show"),
    "data without a table": (
        [
            fence("walk"),
            {
                "output_type": "display_data",
                "data": {"text/plain": "x"},
                "metadata": {"everyvec_explorable": {"name": "walk", "data": '{"title": "A"}'}},
            },
        ],
        "lack 'table': readers without JavaScript need",
    ),
}


@pytest.mark.parametrize(("cells", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_page_without_its_data_fails_the_build_and_says_what_to_do(tmp_path, cells, reason):
    with pytest.raises(RuntimeError) as error:
        measure.build(make_book(tmp_path, *cells))
    message = " ".join(str(error.value).split())
    assert reason in message
    assert "lesson.ipynb" in message
    assert "make execute" in message or "add a block" in message


# -------------------------------------------------------------------------------- in Chromium


@pytest.fixture
def page(chromium, lesson):
    """The lesson, opened from its folder; nothing may be asked of elsewhere, nothing may go wrong."""
    page = chromium.new_page(viewport={"width": 1000, "height": 900})
    wrong: list[str] = []
    page.on(
        "request", lambda request: request.url.startswith(("file:", "data:")) or wrong.append(request.url)
    )
    # what a page no longer waits for when it is closed has not failed
    page.on(
        "requestfailed",
        lambda request: request.failure == "net::ERR_ABORTED" or wrong.append(f"{request.url} failed"),
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: message.type in ("error", "warning") and wrong.append(message.text))
    page.goto(lesson.as_uri())
    yield page
    page.close()
    assert not wrong


def tab_to(page, locator) -> None:
    """Reach an element by the tabulator alone."""
    for _ in range(90):
        if locator.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the tabulator does not reach {locator}")


def opened(page, name: str):
    """The explorable, with the first answer given to its question, by keyboard."""
    box = page.locator(f'[data-explorable="{name}"]')
    box.evaluate("box => { box.tabIndex = -1; box.focus(); box.removeAttribute('tabindex'); }")
    tab_to(page, box.locator(".ev-predict button").first)
    page.keyboard.press("Enter")
    return box


@pytest.mark.browser
@pytest.mark.parametrize("name", KINDS)
def test_it_asks_before_it_reveals(page, name):
    box = page.locator(f'[data-explorable="{name}"]')
    assert box.locator(".ev-predict").get_by_text("Predict.").is_visible()
    assert box.get_by_role("status").inner_text() == ""
    assert box.locator(".ev-side").is_hidden()
    assert not box.locator("fieldset :enabled").count()
    assert box.locator("table", has_text="What was").is_hidden()
    opened(page, name)
    assert box.locator(".ev-verdict").inner_text().startswith("You said: ")
    assert box.locator(".ev-verdict").evaluate("line => line === document.activeElement")
    assert box.locator(".ev-side").is_visible()
    assert not box.locator("fieldset select:disabled, fieldset input:disabled").count()


@pytest.mark.browser
@pytest.mark.parametrize("name", KINDS)
def test_the_table_can_be_opened(page, name):
    box = page.locator(f'[data-explorable="{name}"]')
    tab_to(page, box.locator("summary"))
    page.keyboard.press("Enter")
    assert box.locator("table", has_text="What was").is_visible()


@pytest.mark.browser
def test_without_javascript_the_tables_are_there(chromium, lesson):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(lesson.as_uri())
    assert page.locator(".ev-explorable table").count() == len(KINDS)
    assert all(table.is_visible() for table in page.locator(".ev-explorable table").all())
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways_on_a_small_phone(chromium, lesson, scheme):
    page = chromium.new_page(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    page.goto(lesson.as_uri())
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) <= 320
    for name in KINDS:
        box = opened(page, name)
        box.locator("summary").click()
        assert page.evaluate(width) <= 320, name
        parts = box.locator("svg, table:not(.table), fieldset, select").all()
        edges = [
            part.bounding_box()["x"] + part.bounding_box()["width"] for part in parts if part.is_visible()
        ]
        assert max(edges) <= 320, name
        assert box.locator("svg").evaluate_all(CUT_OFF) == [], name
    page.close()


CUT_OFF = """pictures => pictures.flatMap(picture => {
    const frame = picture.getBoundingClientRect();
    return [...picture.querySelectorAll("text")].filter(text => {
        const { left, right } = text.getBoundingClientRect();
        return left < frame.left || right > frame.right;
    }).map(text => text.textContent);
})"""


# ----- analogies


def by_hand(space, words, asked, leave_out, top=5):
    """The nearest words to b − a + c and their cosines."""
    vectors = np.array(space["vectors"])
    a, b, c = (vectors[words.index(word)] for word in asked)
    target = b - a + c
    cosines = vectors @ target / np.linalg.norm(vectors, axis=1) / np.linalg.norm(target)
    ranked = [(words[i], cosines[i]) for i in np.argsort(-cosines)]
    return [(word, value) for word, value in ranked if not (leave_out and word in asked)][:top]


def listed(box):
    words = box.locator(".ev-nearest-list b").all_inner_texts()
    return list(zip(words, map(float, box.locator(".ev-value-of").all_inner_texts()), strict=True))


def assert_nearest(box, expected):
    found = listed(box)
    assert [word for word, _ in found] == [word for word, _ in expected]
    assert [value for _, value in found] == pytest.approx([value for _, value in expected], abs=6e-4)
    word, cosine = expected[0]
    assert f"lies nearest to {word} (cosine {cosine:.3f})" in box.get_by_role("status").inner_text()


@pytest.mark.browser
def test_analogies_find_the_words_that_python_finds_by_keyboard(page, written):
    data = data_of(written, "analogies")
    words, asked, place, leave_out = data["words"], list(data["start"]), 0, False
    box = opened(page, "analogies")
    assert_nearest(box, by_hand(data["spaces"][0], words, asked, False))
    selects, options = box.locator("select"), sorted(words[:50])
    echoes = 0
    for slot, key in (
        (2, "ArrowDown"),
        (0, "ArrowUp"),
        (1, "ArrowDown"),
        (3, "ArrowDown"),
        (2, "ArrowUp"),
        (2, "ArrowUp"),
    ):
        for leave_out in (True, False):
            tab_to(page, box.get_by_role("checkbox"))
            page.keyboard.press("Space")
            expected = by_hand(data["spaces"][place], words, asked, leave_out)
            assert_nearest(box, expected)
            echoes += expected[0][0] in asked
        tab_to(page, selects.nth(slot))
        page.keyboard.press(key)
        if slot == 3:
            place = 1
        else:
            asked[slot] = options[options.index(asked[slot]) + (1 if key == "ArrowDown" else -1)]
        assert_nearest(box, by_hand(data["spaces"][place], words, asked, leave_out))
    assert 0 < echoes < 12, "the sample must show both: an answer from the question, and another one"


@pytest.mark.browser
def test_analogies_draw_the_target_and_take_clicks_on_words(page, written):
    data = data_of(written, "analogies")
    box = opened(page, "analogies")

    def spot(selector):
        circle = box.locator(selector)
        return np.array([float(circle.get_attribute("cx")), float(circle.get_attribute("cy"))])

    def check(asked):
        a, b, c = (spot(f'[data-word="{word}"] .ev-reach') for word in asked)
        assert spot(".ev-target") == pytest.approx(b - a + c, abs=0.5)
        assert [select.input_value() for select in box.locator("select").all()[:3]] == asked
        assert_nearest(box, by_hand(data["spaces"][0], data["words"], asked, False))

    check(["man", "woman", "king"])
    for word, asked in (("dog", ["dog", "woman", "king"]), ("puppy", ["dog", "puppy", "king"])):
        box.locator(f'[data-word="{word}"] .ev-reach').dispatch_event("click")
        check(asked)


# ----- walk


def rule(data, before, here, p, q):
    """node2vec's chances of the next step, worked out by hand."""
    near = {
        node: {a + b - node for a, b in data["edges"] if node in (a, b)} for node in range(len(data["names"]))
    }
    weights = {
        to: 1 if before is None else 1 / p if to == before else 1 if to in near[before] else 1 / q
        for to in near[here]
    }
    return {to: weight / sum(weights.values()) for to, weight in weights.items()}


def expected_rate(data, p, q, steps):
    """The return rate to expect of a walk, by the chances of all pairs (before, here)."""
    pairs = {(data["start"], to): chance for to, chance in rule(data, None, data["start"], p, q).items()}
    returns = 0.0
    for _ in range(steps - 1):
        after = {}
        for (before, here), chance in pairs.items():
            for to, share in rule(data, before, here, p, q).items():
                after[here, to] = after.get((here, to), 0) + chance * share
                returns += chance * share * (to == before)
        pairs = after
    return returns / (steps - 1)


def numbers(box, row):
    return [cell.inner_text() for cell in box.locator(f'.ev-numbers tr[data-row="{row}"] td').all()]


def check_walk(box, data, p, q):
    """Everything that is shown of a walk is right; returns the walk, and what kinds its next steps are."""
    path = [int(node) for node in box.locator("[data-path]").get_attribute("data-path").split()]
    before = path[-2] if len(path) > 1 else None
    texts = (
        "texts => texts.map(text => [text.dataset.node, ...[...text.children].map(part => part.textContent)])"
    )
    labels = box.locator("svg text[data-node]").evaluate_all(texts)
    shown = {int(node): float(share) for node, share, _ in labels}
    assert shown == pytest.approx(rule(data, before, path[-1], p, q), abs=0.0051)
    steps = len(path) - 1
    length = steps or data["steps"]
    rate, different = numbers(box, "rate"), numbers(box, "different")
    if steps > 1:
        back = np.mean([path[i] == path[i - 2] for i in range(2, len(path))])
        assert float(rate[0]) == pytest.approx(back, abs=0.0051)
    if steps:
        assert int(different[0]) == len(set(path))
    if length > 1:
        assert float(rate[1]) == pytest.approx(expected_rate(data, p, q, length), abs=0.0051)
        assert float(rate[2]) == pytest.approx(expected_rate(data, 1, 1, length), abs=0.0051)
    return path, {name.split(":")[0] for _, _, name in labels}


@pytest.mark.browser
def test_walk_steps_by_the_rule_by_keyboard(page, written):
    data = data_of(written, "walk")
    box = opened(page, "walk")
    dials = {"p": 2, "q": 3}  # the question turned p to 1/2
    check_walk(box, data, 1 / 2, 1)
    kinds = set()
    for dial, key, times in (
        ("q", "ArrowLeft", 2),
        ("p", "ArrowRight", 4),
        ("q", "ArrowRight", 5),
        ("p", "ArrowLeft", 6),
    ):
        tab_to(page, box.locator("input[type=range]").nth("pq".index(dial)))
        for _ in range(times):
            page.keyboard.press(key)
        dials[dial] += times if key == "ArrowRight" else -times
        p, q = (DIALS[dials[name]] for name in "pq")
        assert check_walk(box, data, p, q)[0] == [0]
        tab_to(page, box.get_by_role("button", name="Step"))
        for steps in range(1, 6):
            page.keyboard.press("Enter")
            path, seen = check_walk(box, data, p, q)
            assert len(path) == steps + 1
            kinds |= seen
        assert box.get_by_role("status").inner_text().startswith("After 5 steps: return rate ")
    assert kinds >= {"back", "near", "far"}


@pytest.mark.browser
def test_walk_runs_to_its_end_and_the_same_again(page, written):
    data = data_of(written, "walk")
    page.emulate_media(reduced_motion="reduce")  # then it does not play, it is there
    paths = []
    for _ in range(2):
        page.reload()
        box = opened(page, "walk")
        for _ in range(2):
            tab_to(page, box.get_by_role("button", name="New walk"))
            page.keyboard.press("Enter")
            tab_to(page, box.get_by_role("button", name="Run"))
            page.keyboard.press("Enter")
            paths.append(check_walk(box, data, 1 / 2, 1)[0])
            assert box.get_by_role("button", name="Step").is_disabled()
    assert paths[:2] == paths[2:]
    assert paths[0] != paths[1]
    assert [len(path) for path in paths] == [31] * 4
    roads = {frozenset(edge) for edge in data["edges"]}
    assert all(frozenset(step) in roads for path in paths for step in pairwise(path))


@pytest.mark.browser
def test_walk_plays_and_stops(page):
    box = opened(page, "walk")
    box.get_by_role("button", name="Run").click()
    page.wait_for_function("document.querySelector('[data-path]').dataset.path.split(' ').length > 3")
    box.get_by_role("button", name="Stop").click()
    path = box.locator("[data-path]").get_attribute("data-path")
    page.wait_for_timeout(400)
    assert box.locator("[data-path]").get_attribute("data-path") == path
    assert box.get_by_role("button", name="Run").is_visible()


@pytest.mark.browser
def test_walk_expects_as_many_different_nodes_as_the_library_finds(page, written):
    data = data_of(written, "walk")
    graph = graphs.from_edges(np.array(data["edges"]), len(data["names"]))
    box = opened(page, "walk")
    page.keyboard.press("Tab")  # to p
    for p in (1 / 2, 1 / 4, 1 / 8):
        walks = second_order(graph, p=p, q=1, per_node=4000, length=31, starts=np.array([data["start"]]))
        found = np.mean([len(set(walk)) for walk in walks.tolist()])
        assert float(numbers(box, "different")[1]) == pytest.approx(found, abs=0.35)
        page.keyboard.press("ArrowLeft")


# ----- text and passes


@pytest.mark.browser
def test_text_and_passes_show_the_stored_results_at_every_setting_by_keyboard(page, written):
    data = data_of(written, "text-and-passes")
    box = opened(page, "text-and-passes")
    ahead = {}
    for row in range(3):
        for column in range(2):
            for slider, place in ((0, row), (1, column)):
                tab_to(page, box.locator("input[type=range]").nth(slider))
                page.keyboard.press("Home")
                for _ in range(place):
                    page.keyboard.press("ArrowRight")
            for model in data["models"]:
                mean, low, high = (f"{model[key][row][column]:.2f}" for key in ("mean", "low", "high"))
                line = box.locator(f'[data-model="{model["name"]}"] dd')
                assert line.inner_text().strip() == f"{mean} ({low}–{high})"
            said = box.get_by_role("status").inner_text()
            size, count = f"{data['sentences'][row]:,}".replace(",", " "), data["passes"][column]
            assert said.startswith(f"{size} sentences, {count} passes: ")
            ahead[row, column] = said.split(": ")[1]
    best = {"counting is ahead.", "by <one> is ahead."}
    assert ahead[0, 0] == "counting is ahead."
    assert ahead[2, 1] == "by <one> is ahead."
    level = {place for place, who in ahead.items() if who not in best}
    for (row, column), who in ahead.items():
        first, second = sorted(data["models"], key=lambda model: -model["mean"][row][column])[:2]
        assert ((row, column) in level) == (second["high"][row][column] >= first["low"][row][column]), who
    assert level, "the sample must have a setting without a winner"
    assert "You have found" in box.locator(".ev-hint").inner_text()
    assert box.locator(".ev-grid tbody").get_by_text("not tried yet").count() == 0


# ----- lookup


def shown_lookup(box, data) -> tuple[np.ndarray, np.ndarray]:
    """The table's numbers (K, 3) and the picture's (s · s,)."""
    rows = [box.locator(f'tr[data-key="{name}"] td').all_inner_texts() for name in data["names"]]
    table = np.array([[float(cell.replace("−", "-")) for cell in row] for row in rows])
    ink = box.locator(".ev-mixture .ev-ink").evaluate_all(
        "pixels => pixels.map(pixel => Number(pixel.getAttribute('fill-opacity')))"
    )
    return table, np.array(ink)


def looked_up(data, query, beta, width=2, divided=False):
    """What the table and the picture must show, by the course's own library."""
    tables = [torch.from_numpy(np.array(part)) for part in ([query], data["keys"], data["values"])]
    scale = beta * math.sqrt(width / 2) / (math.sqrt(width) if divided else 1)
    mixture, weights = lookup.attend(*tables, scale=scale)
    products = tables[1] @ tables[0][0]
    return torch.stack([products, scale * products, weights[0]], dim=1).numpy(), mixture[0].numpy()


@pytest.mark.browser
def test_the_lookup_shows_what_the_library_computes_by_keyboard_at_every_dial(page, written):
    data = data_of(written, "lookup")
    box, query = opened(page, "lookup"), np.array(data["start"])

    def agrees(*setting):
        for found, expected in zip(shown_lookup(box, data), looked_up(data, query, *setting), strict=True):
            assert found == pytest.approx(expected, abs=0.006), setting

    agrees(32)
    assert "At β = 32 the weights are: b 0.50, <c> 0.50." in box.locator(".ev-verdict").inner_text()
    sliders, betas = box.locator("input[type=range]"), [0, 0.5, 1, 2, 4, 8, 16, 32]
    tab_to(page, sliders.nth(0))
    for beta in reversed(betas[:-1]):
        page.keyboard.press("ArrowLeft")
        agrees(beta)
    page.keyboard.press("ArrowRight")
    tab_to(page, sliders.nth(1))
    for width in (8, 32, 128, 512):
        page.keyboard.press("ArrowRight")
        agrees(0.5, width)
    tab_to(page, box.locator("input[type=checkbox]"))
    page.keyboard.press("Space")
    agrees(0.5, 512, True)

    tab_to(page, box.locator(".ev-map"))
    for key, step in (("ArrowDown", (0, -0.1)), ("ArrowLeft", (-0.1, 0)), ("ArrowUp", (0, 0.1))):
        for _ in range(12):
            page.keyboard.press(key)
            query = np.clip(query + step, -1, 1).round(2)
        agrees(0.5, 512, True)
    tab_to(page, box.get_by_role("button", name="query to the right"))
    page.keyboard.press("Enter")
    query = np.clip(query + np.array([0.1, 0]), -1, 1).round(2)
    agrees(0.5, 512, True)
    best = looked_up(data, query, 0.5, 512, True)[0][:, 2].argmax()
    assert f"most weight on {data['names'][best]}, " in box.get_by_role("status").inner_text()


@pytest.mark.browser
def test_the_query_of_the_lookup_follows_the_pointer_but_not_before_the_prediction(page, written):
    data = data_of(written, "lookup")
    box = page.locator('[data-explorable="lookup"]')
    handle = box.locator(".ev-query-handle")

    def drag_to(x, y):
        box.locator(".ev-map").scroll_into_view_if_needed()
        frame = box.locator(".ev-map svg").bounding_box()
        unit = min(frame["width"], frame["height"]) / 2.5
        middle = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
        page.mouse.move(*middle)
        page.mouse.down()
        page.mouse.move(middle[0] + unit * x, middle[1] - unit * y)
        page.mouse.up()
        return handle.bounding_box()

    before = drag_to(-0.5, 0.5)
    assert drag_to(0.9, -0.9) == before
    opened(page, "lookup")
    drag_to(-0.5, 0.25)
    products = shown_lookup(box, data)[0][:, 0]
    assert products == pytest.approx(np.array(data["keys"]) @ (-0.5, 0.25), abs=0.02)
    drag_to(-3, 3)  # beyond the map
    assert shown_lookup(box, data)[0][:, 0] == pytest.approx(np.array(data["keys"]) @ (-1, 1), abs=0.02)


@pytest.mark.browser
def test_buttons_of_the_lookup_are_large_enough_for_a_finger(page):
    box = opened(page, "lookup")
    for button in box.locator(".ev-move").all():
        size = button.bounding_box()
        assert min(size["width"], size["height"]) >= 44


# -------------------------------------------------------------------------------- on the real pages


@pytest.mark.browser
def test_the_lessons_have_all_of_them_and_they_work(chromium, site, pages):
    where = {
        box["data-explorable"]: name for name, page in pages.items() for box in page.select(".ev-explorable")
    }
    assert set(where) == set(KINDS)
    for kind, name in where.items():
        page = chromium.new_page(viewport={"width": 320, "height": 640})
        wrong: list[str] = []
        page.on("pageerror", lambda error, wrong=wrong: wrong.append(str(error)))
        page.goto((site / name).as_uri())
        box = opened(page, kind)
        assert box.get_by_role("status").count() == 1
        assert box.locator(".ev-side").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        page.close()
        assert not wrong


# ----- sampling


PENALTIES = [1, 1.1, 1.2, 1.5, 2]
TEMPERATURES = [0.1, 0.3, 0.5, 0.7, 0.85, 1, 1.2, 1.5, 2]
KS = [1, 2, 5, 10, 20, 50, 200, None]
PS = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1]


def by_transformers(prompt, penalty, temperature, k, p):
    """What transformers draws from, (V,); and the same before anything is cut."""
    steps = [RepetitionPenaltyLogitsProcessor(float(penalty)), TemperatureLogitsWarper(float(temperature))]
    cuts = [TopKLogitsWarper(k)] if k else []
    cuts += [TopPLogitsWarper(float(p))] if p < 1 else []
    seen, scores = torch.tensor([prompt["seen"]]), torch.tensor([prompt["logits"]], dtype=torch.float64)
    for step in steps:
        scores = step(seen, scores)
    whole = scores.softmax(-1)[0].numpy()
    for cut in cuts:
        scores = cut(seen, scores)
    return scores.softmax(-1)[0].numpy(), whole


def of_percent(text: str) -> float:
    return float(text.removesuffix(" %")) / 100


def check_sampling(box, data, prompt, settings):
    """Everything shown is what transformers makes of the same logits; returns what is drawn from."""
    final, whole = by_transformers(prompt, *settings)
    kept = np.flatnonzero(final)
    rows = {
        row: box.locator(f'tr[data-row="{row}"] td').inner_text() for row in ("kept", "mass", "perplexity")
    }
    assert rows["kept"] == f"{len(kept)} of {len(final)}"
    assert of_percent(rows["mass"]) == pytest.approx(whole[kept].sum(), abs=0.0051)
    entropy = -(final[kept] * np.log(final[kept])).sum()
    assert float(rows["perplexity"]) == pytest.approx(np.exp(entropy), abs=0.051)
    listed = box.locator(".ev-nearest-list li").evaluate_all(
        "all => all.map(one => [one.dataset.token, one.querySelector('.ev-value-of').textContent])"
    )
    assert len(listed) == min(8, len(kept))
    for token, share in listed:
        assert of_percent(share) == pytest.approx(final[int(token)], abs=0.0051)
    assert final[[int(token) for token, _ in listed]] == pytest.approx(np.sort(final)[::-1][: len(listed)])
    best = data["tokens"][int(listed[0][0])]
    assert f"The most probable is {best}: {listed[0][1]}" in box.get_by_role("status").inner_text()
    return final


@pytest.mark.browser
def test_sampling_is_what_transformers_draws_from_by_keyboard(page, written):
    data = data_of(written, "sampling")
    box = opened(page, "sampling")
    places, choices = [0, 5, 7, 8], (PENALTIES, TEMPERATURES, KS, PS)
    prompt, seen = data["prompts"][0], set()
    for dial, key, times in (
        (1, "ArrowLeft", 3),
        (3, "ArrowLeft", 3),
        (0, "ArrowRight", 4),
        (2, "ArrowLeft", 4),
        (1, "ArrowRight", 6),
        (3, "ArrowRight", 3),
        (2, "ArrowLeft", 3),
        (0, "ArrowLeft", 4),
        (2, "ArrowRight", 6),
        (3, "ArrowLeft", 8),
    ):
        tab_to(page, box.locator("input[type=range]").nth(dial))
        for _ in range(times):
            page.keyboard.press(key)
            places[dial] += 1 if key == "ArrowRight" else -1
            settings = [options[place] for options, place in zip(choices, places, strict=True)]
            seen.add((check_sampling(box, data, prompt, settings) > 0).sum())
        tab_to(page, box.locator("select"))
        page.keyboard.press("ArrowDown" if prompt is data["prompts"][0] else "ArrowUp")
        prompt = data["prompts"][prompt is data["prompts"][0]]
        check_sampling(box, data, prompt, settings)
    assert {1, 60} <= seen
    assert len(seen) > 8


@pytest.mark.browser
def test_sampling_draws_what_is_kept_as_often_as_it_says_and_the_same_again(page, written):
    data = data_of(written, "sampling")
    box = opened(page, "sampling")
    tab_to(page, box.locator("input[type=range]").nth(2))
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    final = check_sampling(box, data, data["prompts"][0], (1, 1, 10, 1))
    counts = "all => Object.fromEntries(all.map(one => [one.dataset.drawn, Number(one.dataset.times)]))"
    drawn = box.locator("[data-drawn]")
    tab_to(page, box.get_by_role("button", name="Draw a token"))
    page.keyboard.press("Enter")
    assert sum(drawn.evaluate_all(counts).values()) == 1
    tab_to(page, box.get_by_role("button", name="Draw 100"))
    for _ in range(20):
        page.keyboard.press("Enter")
    found = drawn.evaluate_all(counts)
    assert "2001 drawn, 10 different." in box.get_by_role("status").inner_text()
    assert {int(token) for token in found} == set(np.flatnonzero(final))
    for token, times in found.items():
        assert times / 2001 == pytest.approx(final[int(token)], abs=0.05)
    tab_to(page, box.get_by_role("button", name="Forget the draws"))
    page.keyboard.press("Enter")
    assert drawn.count() == 0
    box.get_by_role("button", name="Draw 100").press("Enter")
    once = drawn.evaluate_all(counts)
    box.get_by_role("button", name="Forget the draws").press("Enter")
    box.get_by_role("button", name="Draw 100").press("Enter")
    assert drawn.evaluate_all(counts) == once


# ----- heads


def check_heads(box, part, head, row, column):
    """The grid's weights are attention's, and the chosen cell's products add up to its score."""
    queries, keys = (torch.tensor(part[name][head]) for name in ("queries", "keys"))
    mask = torch.ones(len(queries), len(keys), dtype=torch.bool)
    mask = mask.tril() if part["causal"] else mask
    _, weights = lookup.attend(queries, keys, keys, mask)
    texts = box.locator(".ev-weights tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"
    )
    shown = [[float(text or 0) for text in line] for line in texts]
    assert np.array(shown) == pytest.approx(weights.numpy(), abs=0.0051)
    assert [[text == "" for text in line] for line in texts] == (~mask).tolist()
    current = box.locator(".ev-current")
    assert current.get_attribute("data-cell") == f"{row} {column}"
    detail = box.locator(".ev-products")
    assert detail.is_visible() == bool(mask[row, column])
    if mask[row, column]:
        lines = detail.locator("tbody tr:not([data-row])").evaluate_all(
            "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"
        )
        lines = np.array([[float(text.replace("−", "-")) for text in line] for line in lines])
        query, key = queries[row].numpy(), keys[column].numpy()
        assert lines == pytest.approx(np.stack([query, key, query * key], axis=1), abs=0.0051)
        sums = {name: detail.locator(f'[data-row="{name}"] td').inner_text() for name in ("sum", "score")}
        sums = {name: float(text.replace("−", "-")) for name, text in sums.items()}
        score = float(query @ key)
        assert sums == pytest.approx({"sum": score, "score": score / 2}, abs=0.0051)
    else:
        assert "may not look at" in box.get_by_role("status").inner_text()


@pytest.mark.browser
def test_heads_show_the_weights_of_attention_and_their_products_by_keyboard(page, written):
    data = data_of(written, "heads")
    box = opened(page, "heads")
    asked = ["I", "am (2)", "<a>", "student", "am (5)"]
    queries, keys = (np.array(data["parts"][0][name][0]) for name in ("queries", "keys"))
    row, column = 3, int((queries[3] @ keys.T).argmax())
    assert f"At {asked[column]}, with weight" in box.locator(".ev-verdict").inner_text()
    check_heads(box, data["parts"][0], 0, row, column)
    steps = {"ArrowLeft": (0, -1), "ArrowUp": (-1, 0), "ArrowRight": (0, 1), "ArrowDown": (1, 0)}
    hidden = 0
    for place in (1, 2, 0):
        tab_to(page, box.locator("select").first)
        page.keyboard.press("ArrowDown" if place else "Home")
        part = data["parts"][place]
        sizes = len(part["asking"]), len(part["asked"])
        row, column = min(row, sizes[0] - 1), min(column, sizes[1] - 1)
        for head in (1, 0):
            tab_to(page, box.locator("select").last)
            page.keyboard.press("ArrowDown" if head else "ArrowUp")
            check_heads(box, part, head, row, column)
            tab_to(page, box.locator(".ev-current"))
            for key in (
                "ArrowRight",
                "ArrowUp",
                "ArrowRight",
                "ArrowLeft",
                "ArrowUp",
                "ArrowDown",
                "ArrowRight",
            ):
                page.keyboard.press(key)
                row = max(0, min(sizes[0] - 1, row + steps[key][0]))
                column = max(0, min(sizes[1] - 1, column + steps[key][1]))
                check_heads(box, part, head, row, column)
                hidden += part["causal"] and column > row
    assert hidden
    box.locator('[data-cell="0 0"]').hover()
    check_heads(box, data["parts"][0], 0, 0, 0)


# ----- board

BOARD_TEMPERATURES = [0.01, 0.02, 0.04, 0.07, 0.15, 0.3, 1]


def check_board(box, data, temperature=0.04, unit=True, show=0, added=(), row=0):
    """Scores, softmax and losses are those of CLIP's formula; added captions compete for pictures only."""
    pictures = torch.tensor([one["vector"] for one in data["pictures"]], dtype=torch.float64)
    captions = torch.tensor(
        [one["caption"] for one in data["pictures"]] + [data["more"][i]["vector"] for i in added],
        dtype=torch.float64,
    )
    cosines = normalize(pictures, dim=1) @ normalize(captions, dim=1).T
    products = cosines if unit else pictures @ captions.T
    scores, own = products / temperature, torch.arange(len(pictures))
    shown = (scores.softmax(dim=1), scores.softmax(dim=0), products)[show]
    cells = box.locator(".ev-board tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => Number(cell.dataset.value)))"
    )
    assert np.array(cells) == pytest.approx(shown.numpy(), abs=1e-6)
    losses = [cross_entropy(scores, own), cross_entropy(scores.T[: len(own)], own)]
    losses = [*(loss.item() for loss in losses), sum(losses).item() / 2]
    for name, loss in zip(("rows", "columns", "both"), losses, strict=True):
        assert box.locator(f'[data-row="{name}"] td').inner_text() == f"{loss:.2f} nats"
    right = int((scores.argmax(dim=1) == own).sum())
    assert box.locator('[data-row="right"] td').inner_text() == f"{right} of {len(own)}"
    order = scores[row].argsort(descending=True).tolist()[:5]
    listed = box.locator(".ev-nearest-list li")
    assert [int(item.get_attribute("data-caption")) for item in listed.all()] == order
    shares = [
        100 * of_percent(text) for text in box.locator(".ev-nearest-list .ev-value-of").all_inner_texts()
    ]
    assert shares == pytest.approx((100 * scores.softmax(dim=1)[row, order]).tolist(), abs=0.51)


@pytest.mark.browser
def test_the_board_shows_clips_losses_at_every_dial_by_keyboard(page, written):
    data = data_of(written, "board")
    box = opened(page, "board")
    check_board(box, data)
    dial = box.locator('input[type="range"]')
    for place, temperature in enumerate(BOARD_TEMPERATURES):
        tab_to(page, dial)
        page.keyboard.press("Home")
        for _ in range(place):
            page.keyboard.press("ArrowRight")
        check_board(box, data, temperature)
    assert "guessing has 1.61. And still" in box.locator(".ev-verdict").inner_text()
    tab_to(page, box.locator('input[type="checkbox"]'))
    page.keyboard.press("Space")
    check_board(box, data, 1, unit=False)
    for show in (1, 2):
        tab_to(page, box.locator("select").first)
        page.keyboard.press("ArrowDown")
        check_board(box, data, 1, unit=False, show=show)
    tab_to(page, box.locator(".ev-board .ev-current"))
    page.keyboard.press("ArrowDown")
    check_board(box, data, 1, unit=False, show=2, row=1)


@pytest.mark.browser
def test_captions_are_added_to_the_board_the_worst_one_too_until_it_is_full(page, written):
    data = data_of(written, "board")
    box = opened(page, "board")
    box.locator("select").last.select_option("猫3")
    box.get_by_role("button", name="Add it").press("Enter")
    check_board(box, data, added=[3])
    box.locator('[data-cell="2 0"]').hover()
    vector = np.array(data["pictures"][2]["vector"])
    more = np.array([one["vector"] for one in data["more"]])
    near = more @ vector / np.linalg.norm(more, axis=1)
    near[3] = -np.inf
    box.get_by_role("button", name="worst distractor").press("Enter")
    check_board(box, data, added=[3, int(near.argmax())], row=2)
    for _ in range(10):
        box.get_by_role("button", name="Add it").press("Enter")
    assert box.locator(".ev-board thead th").count() == 17
    assert box.get_by_role("button", name="Add it").is_disabled()
    assert box.get_by_role("button", name="worst distractor").is_disabled()
    box.get_by_role("button", name="Take the added").press("Enter")
    check_board(box, data, row=2)
    assert box.get_by_role("button", name="Add it").is_enabled()


# ----- guidance


def colour_at(page, element) -> tuple[int, ...]:
    """The colour in the middle of an element, as it is on the screen."""
    picture = Image.open(io.BytesIO(element.screenshot())).convert("RGB")
    return picture.getpixel((picture.width // 2, picture.height // 2))


def check_guidance(page, box, data, texts, row, column, view=0):
    """Frames, marked cells, sliders and numbers are those of the data, on both sides."""
    value, done = data["guidance"][row], data["steps"][column]
    names = [data["prompts"][i]["name"] for i in texts]
    current = box.locator(".ev-frames .ev-current")
    assert [cell.get_attribute("data-cell") for cell in current.all()] == [f"{row} {column}"] * 2
    labels = [f"{name}, guidance {value}, {done} steps" for name in names]
    large = box.locator("figure .ev-tile")
    for shown in (current, large):
        assert [one.get_attribute("aria-label") for one in shown.all()] == labels
    assert box.locator(".ev-frames caption").all_inner_texts() == names
    colours = [(60 * i * (row > 0) + 5, 30 * (4 * view + row), 90 * column) for i in texts]
    assert [colour_at(page, one) for one in large.all()] == colours
    assert [colour_at(page, one) for one in current.locator(".ev-tile").all()] == colours
    sliders = box.locator('input[type="range"]')
    assert [slider.get_attribute("aria-valuetext") for slider in sliders.all()] == [
        str(value),
        f"{done} of 10",
    ]
    chosen = [data["prompts"][i] for i in texts]
    for key, expected in (
        ("away", [f"{one['away'][row][column]:.2f}" for one in chosen]),
        ("right", [str(one["right"][row]) for one in chosen]),
        ("spread", [f"{one['spread'][row]:.2f}" for one in chosen]),
        ("trained", ["yes" if one["trained"] else "no" for one in chosen]),
    ):
        assert box.locator(f'[data-row="{key}"] td').all_inner_texts() == expected
    share = f"{data['left'][column]:.2f}"
    assert box.locator(".ev-guidance-numbers caption").inner_text().endswith(f"in the mixture {share}")
    said = box.get_by_role("status").inner_text()
    assert said.startswith(f"Guidance {value}, {done} of 10 steps: ")
    assert f"{chosen[1]['away'][row][column]:.2f} from {names[1]}" in said


@pytest.mark.browser
def test_guidance_compares_two_texts_at_each_step_and_guidance_by_keyboard(page, written):
    data = data_of(written, "guidance")
    box = page.locator('[data-explorable="guidance"]')
    spread = [f"{value:.2f}" for value in data["prompts"][2]["spread"]]
    question = box.locator(".ev-predict").inner_text()
    assert f"At guidance 0 it is {spread[0]}, at guidance 1 it is {spread[1]}." in question
    assert spread[3] not in question
    opened(page, "guidance")
    least = int(np.argmin(data["prompts"][2]["spread"]))
    assert (
        f"At guidance 8 the spread is {spread[3]}. It is least at guidance {data['guidance'][least]}: "
        f"{spread[least]}." in box.locator(".ev-verdict").inner_text()
    )
    check_guidance(page, box, data, (2, 0), 1, 2)
    for place, key, cell in ((0, "ArrowRight", (2, 2)), (1, "ArrowLeft", (2, 1)), (0, "End", (3, 1))):
        tab_to(page, box.locator('input[type="range"]').nth(place))
        page.keyboard.press(key)
        check_guidance(page, box, data, (2, 0), *cell)
    tab_to(page, box.locator("select").first)
    page.keyboard.press("ArrowUp")
    check_guidance(page, box, data, (1, 0), 3, 1)
    tab_to(page, box.locator("select").last)
    page.keyboard.press("ArrowDown")
    check_guidance(page, box, data, (1, 0), 3, 1, view=1)
    tab_to(page, box.locator(".ev-current").last)
    row, column = 3, 1
    steps = {"ArrowLeft": (0, -1), "ArrowUp": (-1, 0), "ArrowRight": (0, 1), "ArrowDown": (1, 0)}
    for key in ("ArrowDown", *["ArrowUp"] * 4, "ArrowRight", "ArrowRight", *["ArrowLeft"] * 3, "ArrowDown"):
        page.keyboard.press(key)
        row = max(0, min(3, row + steps[key][0]))
        column = max(0, min(2, column + steps[key][1]))
        check_guidance(page, box, data, (1, 0), row, column, view=1)
        assert box.locator(".ev-current").last.evaluate("cell => cell === document.activeElement")


@pytest.mark.browser
def test_pointing_at_a_frame_shows_it_for_both_texts(page, written):
    data = data_of(written, "guidance")
    box = opened(page, "guidance")
    for side, cell in ((0, (0, 0)), (1, (3, 1))):
        frame = box.locator(".ev-frames").nth(side).locator(f'[data-cell="{cell[0]} {cell[1]}"]')
        frame.hover()
        check_guidance(page, box, data, (2, 0), *cell)
        frame.click()
        assert frame.evaluate("cell => cell === document.activeElement")


@pytest.mark.browser
def test_the_two_large_frames_stand_side_by_side_on_a_phone(chromium, lesson):
    page = chromium.new_page(viewport={"width": 320, "height": 640})
    page.goto(lesson.as_uri())
    left, right = (one.bounding_box() for one in opened(page, "guidance").locator("figure .ev-tile").all())
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] < right["x"]
    page.close()
