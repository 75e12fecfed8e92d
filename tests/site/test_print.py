"""node2vec on paper, as the PDF button of its page prints it: A4, from Chromium."""

import re

import pytest

pytestmark = pytest.mark.browser

LESSON = "book/1-pretext/node2vec.html"
PAGES = 16
WIDTH_ON_PAPER = 680  # pixels of A4 between the margins
# Set when the browser has laid the page out for paper, after the page's own answer to the same event.
LOOK = """() => addEventListener("beforeprint", () => {
    const style = getComputedStyle(document.querySelector("article p"));
    window.printed = { theme: document.documentElement.dataset.theme, ink: style.color };
})"""
CUT_OFF = """() => [...document.querySelectorAll("article .highlight pre")].filter(code => {
    const range = document.createRange();
    range.selectNodeContents(code);
    const right = Math.max(0, ...[...range.getClientRects()].map(box => box.right));
    return code.scrollWidth > code.clientWidth || right > innerWidth;
}).map(code => code.textContent)"""

# The answer is the text behind an option: what is added there is visible when the answer is.
IS_SHOWN = """options => options.map(option => {
    const probe = option.appendChild(document.createElement("span"));
    const shown = probe.checkVisibility();
    probe.remove();
    return shown;
})"""


@pytest.fixture
def lesson(chromium, server):
    """The lesson on a page as wide as the paper, read in the dark."""
    page = chromium.new_page(viewport={"width": WIDTH_ON_PAPER, "height": 950}, color_scheme="dark")
    page.goto(server + LESSON)
    page.evaluate("MathJax.startup.promise.then(() => true)")
    yield page
    page.close()


def test_it_takes_few_pages_and_is_dark_on_light(lesson):
    lesson.evaluate(LOOK)
    pdf = lesson.pdf(format="A4")
    assert 5 < len(re.findall(rb"/Type /Page\b", pdf)) <= PAGES
    printed = lesson.evaluate("window.printed")
    assert printed["theme"] == "light"
    assert max(map(int, re.findall(r"\d+", printed["ink"]))) < 80
    assert lesson.evaluate("document.documentElement.dataset.theme") == "dark", "afterwards as before"


def test_no_code_is_cut_off(lesson):
    lesson.emulate_media(media="print")
    assert lesson.locator("article .highlight pre").count() > 20
    assert lesson.evaluate(CUT_OFF) == []


def test_quizzes_are_open_and_marked_and_what_cannot_be_clicked_is_gone(lesson, pages):
    answers = lesson.locator(".ev-quiz details")
    assert not any(answers.evaluate_all(IS_SHOWN))
    lesson.emulate_media(media="print")
    assert answers.count() == len(pages[LESSON].select(".ev-quiz details")) > 5
    assert all(answers.evaluate_all(IS_SHOWN))
    mark = "parts => parts.map(part => getComputedStyle(part.querySelector('summary'), '::after').content)"
    assert set(lesson.locator(".ev-quiz .ev-right").evaluate_all(mark)) == {'" ✓"'}
    assert set(lesson.locator(".ev-quiz .ev-wrong").evaluate_all(mark)) == {'" ✗"'}
    for what in (".ev-quiz button", ".ev-explorable button", ".copybtn", "details.hide"):
        assert not any(part.is_visible() for part in lesson.locator(what).all()), what
