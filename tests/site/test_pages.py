"""The built pages, by reading their HTML."""

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from measure import ROOT

# What a browser fetches by itself to show a page, as against what a reader may follow.
FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "link": "href"}


def test_every_page_is_there_and_says_what_it_is(pages, docnames):
    for docname in docnames:
        page = pages[f"{docname}.html"]
        assert page.html["lang"] == "en", docname
        assert page.find("h1").get_text().strip("# \n"), docname
    titles = [page.title.get_text() for page in pages.values()]
    assert all(titles)


def test_no_page_is_left_from_an_earlier_build(site, docnames):
    written = [path for folder in ("book", "exercises") for path in (site / folder).rglob("*.html")]
    there = {path.relative_to(site).with_suffix("").as_posix() for path in written}
    assert there == set(docnames)


def references(page: BeautifulSoup):
    """(tag, address) for everything a page points at or fetches."""
    for tag in page.find_all(["a", *FETCHED]):
        if address := tag.get(FETCHED.get(tag.name, "href")):
            yield tag, address
    for tag in page.find_all(srcset=True):
        yield from ((tag, part.split()[0]) for part in tag["srcset"].split(","))


def test_nothing_is_fetched_from_elsewhere(pages):
    outside = [
        f"{name}: {tag}"
        for name, page in pages.items()
        for tag, address in references(page)
        if tag.name != "a" and (urlsplit(address).scheme not in ("", "data") or address.startswith("//"))
    ]
    assert not outside


def test_stylesheets_fetch_nothing_from_elsewhere(site):
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        outside = [
            url for url in re.findall(r"url\(\s*['\"]?([^'\")]+)", text) if re.match(r"(https?:)?//", url)
        ]
        assert not outside + re.findall(r"@import\s+['\"](?:https?:)?//\S+", text), sheet


def test_no_internal_link_or_anchor_is_broken(site, pages):
    broken = []
    for name, page in pages.items():
        for tag, address in references(page):
            parts = urlsplit(address)
            if parts.scheme or address in ("#", "#!"):
                continue
            target = (site / name).parent / unquote(parts.path) if parts.path else site / name
            if not target.resolve().is_file():
                broken.append(f"{name}: {address}: no such file")
            elif parts.fragment and tag.name == "a" and target.suffix == ".html":
                there = pages[target.resolve().relative_to(site.resolve()).as_posix()]
                if not there.find(attrs={"id": unquote(parts.fragment)}):
                    broken.append(f"{name}: {address}: no such place on that page")
    assert not broken


def test_every_figure_has_text_for_those_who_cannot_see_it(pages):
    for name, page in pages.items():
        for image in page.select("article img"):
            alt = image.get("alt", "").strip()
            assert not re.fullmatch(r"|(\S*/)?[0-9a-f]{20,}(\.\w+)?", alt), f"{name}: {image}"


def test_lessons_can_be_downloaded_and_opened_elsewhere(pages, lessons):
    for docname in lessons:
        hrefs = {link["href"] for link in pages[f"{docname}.html"].select("a[href]")}
        assert any(href.endswith(f"_sources/{docname}.ipynb") for href in hrefs), docname
        for service in ("mybinder.org", "colab.research.google.com"):
            link = next((href for href in hrefs if urlsplit(href).netloc == service), "")
            assert docname in unquote(link), f"{docname}: no button for {service}"


def test_mathjax_is_only_where_there_is_math(pages):
    for name, page in pages.items():
        loads = any("mathjax" in tag.get("src", "") for tag in page.find_all("script"))
        assert loads == bool(page.select("article .math")), name


def quizzes(pages):
    return [(name, quiz) for name, page in pages.items() for quiz in page.select(".ev-quiz")]


def test_every_lesson_has_a_quiz_whose_options_are_all_answered(pages, lessons):
    assert {name for name, _ in quizzes(pages)} >= {f"{docname}.html" for docname in lessons}
    for name, quiz in quizzes(pages):
        questions: list[list[Tag]] = []
        for option in quiz.find_all("details"):
            before = option.find_previous_sibling()
            if before is None or before.name != "details":
                assert before, f"{name}: an option without a question"
                questions.append([])
            questions[-1].append(option)
            summary = option.find("summary").get_text(strip=True)
            answer = option.get_text(strip=True).removeprefix(summary)
            assert all((summary, answer)), f"{name}: {option}"
        for options in questions:
            right = [option for option in options if "ev-right" in option["class"]]
            wrong = [option for option in options if "ev-wrong" in option["class"]]
            assert (len(right), len(wrong)) == (1, len(options) - 1), f"{name}: {options[0]}"
            assert wrong, f"{name}: a question with one option"


def stored_claims(lessons):
    for docname, notebook in lessons.items():
        for cell in notebook["cells"]:
            for output in cell.get("outputs", []):
                if record := output.get("metadata", {}).get("everyvec"):
                    yield docname, record


def shown(text: str) -> float | None:
    text = text.replace("−", "-").replace(",", "")
    return None if text == "–" else float(text)


def test_evidence_page_holds_every_stored_claim_with_its_numbers(pages, lessons):
    stored = list(stored_claims(lessons))
    table = json.loads((ROOT / "book/claims.json").read_text(encoding="utf-8"))
    rows = pages["book/evidence.html"].select("table.ev-evidence tbody tr")
    assert stored
    assert len(rows) == len(stored)
    for (docname, claim), row in zip(stored, rows, strict=True):
        link = row.find("a")
        assert link.get_text() == claim["claim"]
        assert row.select_one(".ev-row").get_text() == claim["row"]
        cells = {cell["data-label"]: cell for cell in row.find_all("td")}
        for label, name in (("Measured", "measured"), ("Baseline", "baseline"), ("Chance", "chance")):
            text = next(cells[label].stripped_strings)
            wanted = claim[name]
            assert shown(text) == (wanted if wanted is None else pytest.approx(wanted, rel=0.005)), (
                claim,
                label,
            )
        low, *high = cells["Other seeds"].get_text().split(" to ")
        others = table[f"{docname}.ipynb"][claim["claim"]]["others"]
        assert shown(low) == pytest.approx(min(others), rel=0.005)
        assert shown((high or [low])[0]) == pytest.approx(max(others), rel=0.005)
        assert claim["unit"] in cells["Measured"].get_text()
        assert claim["baseline_name"] in cells["Baseline"].get_text()
        bounds = re.findall(r"([≥≤])\s([−\d.,e-]+)", cells["Asked for"].get_text())
        wanted = [
            (sign, claim[key])
            for sign, key in (("≥", "at_least"), ("≤", "at_most"))
            if claim[key] is not None
        ]
        assert [(sign, shown(bound)) for sign, bound in bounds] == [
            (s, pytest.approx(b, rel=0.005)) for s, b in wanted
        ]
        path, anchor = link["href"].split("#")
        assert path.endswith(docname.removeprefix("book/") + ".html")
        assert claim["claim"] in pages[f"{docname}.html"].find(id=anchor).get_text()


def test_landing_page_shows_a_stored_claim_with_its_numbers(pages, lessons):
    taste = pages["book/index.html"].select_one(".ev-taste")
    text = taste.select_one(".ev-taste-claim").get_text()
    claim = next(record for _, record in stored_claims(lessons) if record["claim"] == text)
    numbers = [shown(value.get_text()) for value in taste.select("dd")]
    wanted = [claim[key] for key in ("measured", "baseline", "chance") if claim[key] is not None]
    assert numbers == pytest.approx(wanted, rel=0.005)


def test_course_map_has_every_row_and_says_which_are_planned(pages, lessons):
    covered: dict[str, list[str]] = {}
    for docname, notebook in lessons.items():
        for row in notebook["metadata"]["everyvec"]["rows"]:
            covered.setdefault(row, []).append(docname)
    modules = yaml.safe_load((ROOT / "book/curriculum.yml").read_text(encoding="utf-8"))
    wanted = [row["id"] for module in modules for row in module["rows"]]
    assert len(wanted) == len(set(wanted)) == 48
    assert covered.keys() <= set(wanted)
    items = pages["book/course-map.html"].select("ul.ev-map > li")
    assert [item.select_one(".ev-row").get_text() for item in items] == wanted
    for item, row in zip(items, wanted, strict=True):
        links = [link["href"].removesuffix(".html") for link in item.select("a")]
        assert [f"book/{link}" for link in links] == covered.get(row, []), row
        assert ("planned" in item.get_text()) == (row not in covered), row


@pytest.mark.parametrize("name", ["start", "index", "course-map", "evidence", "self-check"])
def test_a_page_that_students_open_is_plain_markdown(name):
    """JupyterLab opens it in its own preview, which knows no directives, roles or attributes."""
    text = Path(ROOT / f"book/{name}.md").read_text(encoding="utf-8")
    text = re.sub(
        r"\A---\n.*?\n---\n|<!--.*?-->", "", text, flags=re.DOTALL
    )  # what the preview does not show
    assert not re.search(
        r"```\{|:::|\{[a-z.#-]+|^\+\+\+|\]\(#|<(?!/?(details|summary)>|https:)", text, re.MULTILINE
    )
