"""The page of emoji: its counts are those of the files, and nothing is shown without its credit."""

import re

import pytest
from measure import ROOT

from everyvec.data import emoji


@pytest.fixture
def page(pages):
    return pages["book/emoji.html"]


def test_the_counts_are_those_of_the_files(page):
    every = emoji.load()
    plain = every.plain()
    known = plain.only(plain.by_name == "train")
    split = {
        "name": plain.by_name,
        "house": known.by_house,
        "role, gender and tone": every.by_combination,
        "role and gender": every.by_combination,
    }
    found = {}
    for row in page.select("table:not(.ev-emoji) tbody tr"):
        question, *counts = (cell.get_text(strip=True) for cell in row.select("td"))
        found[question] = [int(re.sub(r"\s", "", count)) for count in counts]
    assert set(found) == set(split)
    ends = {"role, gender and tone": " triple", "role and gender": " pair"}
    for question, parts in split.items():
        end = ends.get(question, "")
        assert found[question] == [(parts == part).sum() for part in ("train", f"valid{end}", f"test{end}")]
    text = page.find("article").get_text(" ", strip=True)
    assert "2 539 emoji" in text
    assert "1 134 combinations" in text


def test_every_drawing_has_its_names_and_an_alternative_text(page):
    rows = page.select("table.ev-emoji tbody tr")
    assert len(rows) == 30
    every = emoji.load()
    for row in rows:
        english, chinese = (cell.get_text() for cell in row.select("td")[:2])
        assert every.chinese[every.find(english)[0]] == chinese
        assert row.find("img")["alt"].startswith(f"{english}, drawn by Twemoji, Noto, Fluent")


def test_each_licence_can_be_read_in_full(page, site):
    read = {}
    for link in page.select("a.download"):
        path = site / "book" / link["href"]
        read[path.name] = path.resolve().read_text(encoding="utf-8")
    folder = ROOT / "src/everyvec/data/emoji"
    assert read == {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.LICENSE")}
