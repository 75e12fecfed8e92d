"""Words on the pages: Chinese is marked as Chinese, and a term of the glossary leads there once a lesson."""

import re

import pytest
from everyvec_site.chinese import mark_chinese
from everyvec_site.glossary import read_terms
from measure import ROOT

HAN = re.compile("[\u3400-\u9fff]")
IN_CODE = ("script", "style", "pre", "code", "svg", "title")


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("a (词向量), b", 'a (<span lang="zh">词向量</span>), b'),
        ("<p>万物皆可向量。</p>", '<p><span lang="zh">万物皆可向量。</span></p>'),
        ("<pre>print('词') <b>词</b></pre>词", "<pre>print('词') <b>词</b></pre><span lang=\"zh\">词</span>"),
        ('<img alt="词">', '<img alt="词">'),
        ('<b lang="zh" class="a">词</b>', '<b lang="zh" class="a">词</b>'),
        ("<script>'<b>词</b>'</script>", "<script>'<b>词</b>'</script>"),
        ("2 < 3 × “q”", "2 < 3 × “q”"),
    ],
)
def test_chinese_is_marked_in_text_only(html, marked):
    assert mark_chinese(html) == marked


def test_all_chinese_of_all_pages_is_marked(pages):
    found = 0
    for name, page in pages.items():
        for text in page.find_all(string=HAN):
            if not text.find_parent(IN_CODE):
                found += 1
                assert text.find_parent(lang="zh"), f"{name}: {text}"
    assert found > 100


def test_an_entry_may_have_several_names_and_names_have_plurals():
    terms = read_terms(
        "# G\n\n```{glossary}\nanalogy 类比\n  A word.\n\nlong one (LO) 长, edge 边\n  Two.\n```\n"
    )
    assert terms["analogies"] == ("analogy", "analogy 类比")
    for name in ("long one", "LO", "edge"):
        assert terms[name.lower()] == terms[f"{name}s".lower()] == (name, "long one (LO) 长, edge 边")
    assert terms["边"] == ("edge", "long one (LO) 长, edge 边")
    assert "a word." not in terms


def test_a_lesson_links_each_term_once_and_in_running_text(pages, lessons, site):
    glossary = {entry["id"] for entry in pages["book/glossary.html"].select("dt[id]")}
    for docname in lessons:
        if not docname.startswith("book/"):
            continue
        links = [term.find_parent("a") for term in pages[f"{docname}.html"].select(".ev-term")]
        assert len(links) >= 5, docname
        for link in links:
            page, _, anchor = link["href"].partition("#")
            assert page.endswith("glossary.html"), docname
            assert anchor in glossary, link
            assert not link.find_parent(["h1", "h2", "h3", "pre", "code", "nav"]), link
        words = [" ".join(link.get_text().lower().split()) for link in links]
        assert len(words) == len(set(words)), docname


def test_a_bold_term_leads_to_the_entry_that_has_the_chinese_after_it(pages, lessons):
    terms = read_terms((ROOT / "book/glossary.md").read_text(encoding="utf-8"))
    entries = {
        entry["id"]: " ".join(entry.get_text().split()).rstrip("#")
        for entry in pages["book/glossary.html"].select("dt[id]")
    }
    checked = 0
    for docname in lessons:
        seen = set()
        for bold in pages[f"{docname}.html"].select("section > p > strong"):
            chinese = bold.find_next_sibling()
            if chinese is not None and "glossary" in chinese.get("href", ""):  # an English word in between
                chinese = chinese.find_next_sibling(lang="zh")
            if (
                not str(bold.next_sibling).startswith(" (")
                or chinese is None
                or chinese.get_text() not in terms
            ):
                continue
            name, entry = terms[chinese.get_text()]
            if name in seen:
                continue
            seen.add(name)
            assert bold.a, f"{docname}: {bold}"
            assert entries[bold.a["href"].partition("#")[2]] == entry, f"{docname}: {bold}"
            checked += 1
    assert checked > 30
