"""The site in a headless Chromium: what it asks for; whether it works alone, on a phone, in the dark."""

from functools import partial

import measure
import pytest

pytestmark = pytest.mark.browser

MATH_IS_DONE = "window.MathJax ? MathJax.startup.promise.then(() => true) : true"


def test_pages_ask_only_their_own_host_and_work_in_the_dark_and_on_a_phone(chromium, server, pages):
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

    for name in pages.keys() - {"index.html"}:
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
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 700})
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


def test_quiz_marks_and_counts_first_tries(chromium, server, pages):
    name = next(name for name, page in pages.items() if page.select(".ev-quiz"))
    page = chromium.new_page()
    page.goto(server + name)
    quiz = page.locator(".ev-quiz").first
    questions = quiz.locator("details.ev-right").count()
    score = quiz.get_by_role("status")
    assert score.inner_text() == f"0 of {questions} answered; 0 at the first try."
    quiz.locator("details.ev-right > summary").nth(0).click()
    page.wait_for_function("document.querySelector('.ev-quiz-score').textContent.startsWith('1 of')")
    assert score.inner_text() == f"1 of {questions} answered; 1 at the first try."
    last = quiz.locator("details.ev-right").nth(questions - 1)
    last.evaluate("""right => {
        const next = right.nextElementSibling, before = right.previousElementSibling;
        (next && next.matches(".ev-wrong") ? next : before).querySelector("summary").click();
    }""")
    last.locator("summary").click()
    page.wait_for_function("document.querySelector('.ev-quiz-score').textContent.startsWith('2 of')")
    assert score.inner_text() == f"2 of {questions} answered; 1 at the first try."
    page.close()


def test_address_of_the_site_leads_to_a_light_landing_page(chromium, server):
    page = chromium.new_page()
    page.goto(server)
    page.wait_for_url("**/book/index.html")
    page.close()
    sizes = measure.weigh(chromium, server + "book/index.html")
    assert any("course.css" in address for address in sizes)
    assert sum(sizes.values()) <= 1_500_000
