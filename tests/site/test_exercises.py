"""The exercises' pages: what students get, linked with the lessons; and answers that are folded."""

import json
import re
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from measure import ROOT

RELEASED = {
    path.relative_to(ROOT).with_suffix("").as_posix(): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(ROOT.glob("exercises/*/*.ipynb"))
}
exercises = pytest.mark.parametrize("docname", RELEASED)


def targets(docname: str, page: BeautifulSoup) -> set[str]:
    """The pages of the site that the text of this one links to."""
    folder = (ROOT / docname).parent
    hrefs = [urlsplit(link["href"]) for link in page.select("article a[href]")]
    there = [(folder / unquote(href.path)).resolve() for href in hrefs if href.path and not href.scheme]
    return {path.relative_to(ROOT).as_posix().removesuffix(".html") for path in there}


def graded(docname: str) -> list[dict]:
    cells = [cell for cell in RELEASED[docname]["cells"] if cell["cell_type"] == "code"]
    return [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade")]


def test_every_exercise_has_a_page(docnames):
    assert RELEASED
    assert {name for name in docnames if name.startswith("exercises/")} == set(RELEASED)


@exercises
def test_the_page_shows_what_students_get_and_nothing_else(site, pages, docname):
    download = site / "_sources" / f"{docname}.ipynb"
    assert download.read_bytes() == (ROOT / f"{docname}.ipynb").read_bytes()
    code = ["".join(cell["source"]) for cell in RELEASED[docname]["cells"] if cell["cell_type"] == "code"]
    shown = [block.get_text().strip() for block in pages[f"{docname}.html"].select("div.cell_input pre")]
    assert shown == [text.strip() for text in code]


@exercises
def test_the_page_says_how_to_work_on_it(pages, docname):
    page = pages[f"{docname}.html"]
    note = page.select_one("article section > .ev-exercise")
    assert note.find_previous_sibling().name == "h1"
    assert f"{docname}.ipynb" in note.get_text()
    assert "make lab" in note.get_text()
    hrefs = [link["href"] for link in page.select("a[href]")]
    assert any(href.endswith(f"_sources/{docname}.ipynb") for href in hrefs)
    services = {urlsplit(href).netloc for href in hrefs}
    assert "mybinder.org" in services
    assert "colab.research.google.com" not in services  # where the course's packages are not installed


@exercises
def test_each_test_is_folded_and_says_its_points(pages, docname):
    folded = pages[f"{docname}.html"].select("article details.above-input")
    assert len(folded) == len(graded(docname))
    for details, cell in zip(folded, graded(docname), strict=True):
        assert not details.has_attr("open")
        assert details.find("pre").get_text().strip() == "".join(cell["source"]).strip()
        points = cell["metadata"]["nbgrader"]["points"]
        labels = [label.get_text() for label in details.select("summary p")]
        assert labels
        for label in labels:
            assert re.match(rf"Test, {points:g} point(s|\b)", label), label


@exercises
def test_exercise_and_lessons_link_to_each_other(pages, lessons, docname):
    read_first = targets(docname, pages[f"{docname}.html"]) & set(lessons)
    assert read_first
    for lesson in read_first:
        assert docname in targets(lesson, pages[f"{lesson}.html"]), lesson
    assert docname in targets("book/start", pages["book/start.html"])


def test_the_answers_of_the_self_check_are_folded_and_printed(chromium, server, pages):
    page = pages["book/self-check.html"]
    questions = page.select("article section section")
    answers = page.select("article section section > details")
    assert len(answers) == len(questions) > 0
    for details in answers:
        assert not details.has_attr("open")
        assert len(details.get_text().removeprefix(details.summary.get_text())) > 200
    browser = chromium.new_page()
    browser.goto(f"{server}book/self-check.html")
    answer = browser.locator("article details p, article details li").first
    assert not answer.is_visible()
    browser.emulate_media(media="print")
    assert answer.is_visible()
    browser.close()
