"""The site in a headless Chromium: what it asks for; whether it works alone, on a phone, in the dark."""

from functools import partial

import measure
import pytest

pytestmark = pytest.mark.browser

# The theme itself fails where storage does; what the course's script wants to store is what counts here.
NOTHING_CAN_BE_STORED = """const set = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, value) {
    if (key === "everything-is-a-vector") throw new Error("full");
    set.call(this, key, value);
}"""
OPEN_ALL = "document.querySelectorAll('article details').forEach(part => { part.open = true; })"
CODE_THAT_SCROLLS = """[...document.querySelectorAll("article .highlight pre")]
    .filter(code => code.scrollWidth > code.clientWidth).map(code => code.textContent)"""
MATH_IS_DONE = "window.MathJax ? MathJax.startup.promise.then(() => true) : true"


# A part is a unit of its own in `make test`, which gives units to its processes.
@pytest.mark.parametrize("part", measure.PARTS)
def test_pages_ask_only_their_own_host_and_work_in_the_dark_and_on_a_phone(chromium, server, pages, part):
    wrong: list[str] = []

    def asked(name, request):
        if not request.url.startswith((server, "data:")):
            wrong.append(f"{name} asks {request.url}")

    def answered(name, response):
        if response.status >= 400:
            wrong.append(f"{name}: {response.status} {response.url}")

    def said(name, message):
        if message.type == "error":
            wrong.append(f"{name}: {message.text}")

    for name in measure.pages_of(part, pages):
        page = chromium.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
        page.on("request", partial(asked, name))
        page.on("response", partial(answered, name))
        page.on("requestfailed", lambda request, name=name: wrong.append(f"{name}: {request.url} failed"))
        page.on("console", partial(said, name))
        page.on("pageerror", lambda error, name=name: wrong.append(f"{name}: {error}"))
        page.goto(server + name)
        assert page.evaluate(MATH_IS_DONE)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")
        page.evaluate(OPEN_ALL)
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 700})
            if width == 1280 and (scrolls := page.evaluate(CODE_THAT_SCROLLS)):
                wrong.append(f"{name}: code scrolls on a laptop: {scrolls[0]}")
            if (needs := page.evaluate("document.documentElement.scrollWidth")) > width:
                wrong.append(f"{name} needs {needs} pixels on a screen of {width}")
        page.close()
    assert not wrong


def test_math_is_typeset(chromium, server, pages):
    with_math = [name for name, page in pages.items() if page.select("article .math")]
    assert with_math
    for name in with_math:
        page = chromium.new_page()
        page.goto(server + name)
        assert page.evaluate(MATH_IS_DONE)
        assert page.locator("mjx-container").count() == len(pages[name].select("article .math")), name
        assert page.locator("mjx-merror").count() == 0, name
        page.close()


def test_search_finds_a_word(chromium, server):
    page = chromium.new_page()
    page.goto(server + "search.html?q=negative+sampling")
    page.locator("#search-results li a").first.wait_for()
    links = page.locator("#search-results li a").evaluate_all("links => links.map(link => link.href)")
    page.close()
    assert any("glossary.html" in link for link in links), links


def test_pages_work_from_a_folder_without_a_server(chromium, site, pages):
    name = next(name for name, page in pages.items() if page.select("article .math"))
    page = chromium.new_page()
    wrong: list[str] = []
    page.on("requestfailed", lambda request: wrong.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((site / name).as_uri())
    assert page.evaluate(MATH_IS_DONE)
    assert page.locator("mjx-container").count()
    assert not wrong
    page.goto((site / "search.html").as_uri() + "?q=gensim")  # finds, but may not fetch, what it would quote
    page.locator("#search-results li a").first.wait_for()
    page.close()


@pytest.fixture
def lesson(chromium, server, pages):
    """The first lesson, in a browser that remembers nothing yet, and that complains of what it sends."""
    name = next(name for name, page in pages.items() if page.select(".ev-quiz"))
    context = chromium.new_context(viewport={"width": 1280, "height": 700})
    page = context.new_page()
    page.goto(server + name)
    sent: list[str] = []
    page.on("request", lambda request: request.method != "GET" and sent.append(request.url))
    yield page
    context.close()
    assert not sent


def choose(lesson, question: int, kind: str) -> None:
    """Click an option of a question (from 0), "right" or "wrong", and wait until the page has said so."""
    group = lesson.get_by_role("group").filter(has=lesson.locator(".ev-right")).nth(question)
    group.locator(f".ev-{kind} > summary").first.click()
    said = {"right": "right", "wrong": "not this one"}[kind]
    lesson.get_by_text(f"Question {question + 1}: {said}.").wait_for()


def test_quiz_groups_announces_counts_and_starts_again(lesson):
    quiz = lesson.locator(".ev-quiz").first
    questions = quiz.locator(".ev-right").count()
    assert quiz.get_by_role("group").filter(has=lesson.locator("summary")).count() >= questions
    for group in quiz.locator(".ev-question").all():
        label = lesson.locator(f"#{group.get_attribute('aria-labelledby')}").inner_text()
        assert group.locator("p").first.inner_text() == label
    score = quiz.get_by_role("status")
    none = f"0 of {questions} answered; 0 at the first try."
    assert score.inner_text() == none
    choose(lesson, 0, "right")
    assert score.inner_text() == f"Question 1: right. 1 of {questions} answered; 1 at the first try."
    choose(lesson, 1, "wrong")
    assert score.inner_text() == f"Question 2: not this one. 1 of {questions} answered; 1 at the first try."
    choose(lesson, 1, "right")
    assert score.inner_text() == f"Question 2: right. 2 of {questions} answered; 1 at the first try."
    quiz.get_by_role("button", name="Start again").click()
    assert score.inner_text() == none
    assert not quiz.locator("details[open]").count()
    choose(lesson, 1, "right")
    assert score.inner_text() == f"Question 2: right. 1 of {questions} answered; 1 at the first try."


def test_score_and_what_was_read_survive_a_reload(lesson):
    choose(lesson, 0, "wrong")
    choose(lesson, 0, "right")
    score, read = lesson.get_by_role("status").first, lesson.locator(".bd-docs-nav .ev-read")
    counts = score.inner_text().removeprefix("Question 1: right. ")
    assert counts.startswith("1 of ")
    lesson.reload()
    assert score.inner_text() == counts
    assert lesson.locator(".ev-question").first.locator("details[open]").count() == 2
    assert read.count() == 0, "the end was not on the screen yet"
    lesson.evaluate("scrollTo(0, document.body.scrollHeight)")
    read.wait_for()
    lesson.reload()
    read.wait_for()
    assert read.get_attribute("aria-label") == "read"
    assert lesson.locator(".bd-docs-nav .current > a:has(.ev-read)").count() == 1


@pytest.mark.parametrize("where", ["from a folder", "where nothing can be stored"])
def test_quiz_works(chromium, site, server, pages, where):
    name = next(name for name, page in pages.items() if page.select(".ev-quiz"))
    context = chromium.new_context()
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    if where == "from a folder":
        page.goto((site / name).as_uri())
    else:
        page.add_init_script(NOTHING_CAN_BE_STORED)
        page.goto(server + name)
    choose(page, 0, "wrong")
    choose(page, 0, "right")
    counts = page.get_by_role("status").first.inner_text()
    assert counts.startswith("Question 1: right. 1 of ")
    page.reload()
    kept = page.get_by_role("status").first.inner_text()[0]
    assert kept == ("1" if where == "from a folder" else "0")
    context.close()
    assert not wrong


def test_what_shows_code_is_called_by_what_is_written_on_it(lesson):
    control = lesson.locator("details.hide > summary").first
    assert lesson.get_by_text("Show the code").first.is_visible()
    assert control.get_attribute("aria-label") is None
    control.click()
    assert lesson.get_by_text("Hide the code").first.is_visible()


def test_search_box_has_room_for_its_icon(chromium, server):
    page = chromium.new_page()
    page.goto(server + "search.html")
    icon = page.locator(".bd-article-container .bd-search :is(svg, i)").first.bounding_box()
    box = page.locator(".bd-article-container .bd-search input")
    text = box.bounding_box()["x"] + box.evaluate("box => parseFloat(getComputedStyle(box).paddingLeft)")
    assert icon["x"] + icon["width"] < text
    page.close()


def test_address_of_the_site_leads_to_a_light_landing_page(chromium, server):
    page = chromium.new_page()
    page.goto(server, wait_until="commit")  # to wait longer would fail when the page has already led on
    page.wait_for_url("**/book/index.html")
    page.close()
    sizes = measure.weigh(chromium, server + "book/index.html")
    assert any("course.css" in address for address in sizes)
    assert not any("searchindex" in address for address in sizes)  # it grows with the course
    assert sum(sizes.values()) <= 1_200_000
