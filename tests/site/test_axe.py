"""axe finds nothing on any page that keeps people out, by day and by night, on a laptop and on a phone."""

from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from measure import ROOT

pytestmark = pytest.mark.browser

# A lesson's code has a few colours and thousands of words in them; axe would look at each for minutes.
ONE_WORD_OF_EACH_COLOUR = """() => {
    const seen = new Set();
    for (const word of document.querySelectorAll(".highlight pre span[class]")) {
        if (seen.has(word.className)) word.replaceWith(word.textContent);
        seen.add(word.className);
    }
}"""
SCHEMES, WIDTHS = ("light", "dark"), (1400, 390)
# By night only the colours differ.
RULES = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]},
}
# The theme lets the keyboard reach code that scrolls, a moment after the window's size has changed.
THE_KEYBOARD_REACHES_CODE = """() => [...document.querySelectorAll("pre")].every(
    code => code.tabIndex === 0 || code.scrollWidth <= code.clientWidth
)"""
PARTS = sorted(path.name for folder in ("book", "exercises") for path in (ROOT / folder).glob("[0-9]-*/"))


def part_of(name: str) -> str:
    """The part that a page belongs to, such as "1-pretext"; "0-book" for pages of none."""
    return next((part for part in PARTS if f"/{part}/" in name), "0-book")


# A part is a unit of its own in `make test`, which gives units to its processes.
@pytest.mark.parametrize("part", ["0-book", *PARTS])
def test_nothing_serious_keeps_anybody_out(chromium, server, pages, part):
    names = [name for name in pages.keys() - {"index.html"} if part_of(name) == part]
    assert names
    page = chromium.new_page(reduced_motion="reduce")
    wrong = []
    for name in sorted(names):
        page.goto(server + name)
        wrong += [f"{name}, {found}" for found in serious(page)]
    page.close()
    assert not wrong, "\n".join(wrong)


def serious(page) -> list[str]:
    """What axe finds serious on the page that is open, in each mode and at each width."""
    axe, wrong = Axe(), []
    page.evaluate(ONE_WORD_OF_EACH_COLOUR)
    for width, scheme in product(WIDTHS, SCHEMES):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(THE_KEYBOARD_REACHES_CODE)
        found = axe.run(page, options=RULES[scheme]).response
        assert found["passes"], f"axe looked at nothing on {page.url}"
        wrong += [
            f"{scheme}, {width} pixels: {violation['id']} at {node['html'][:200]}"
            for violation in found["violations"]
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]
    return wrong


@pytest.mark.parametrize(
    ("harm", "rule"),
    [
        ("[...document.querySelectorAll('article p')].at(-1).style.color = '#999'", "color-contrast"),
        ("document.querySelector('article p').append(document.createElement('img'))", "image-alt"),
    ],
)
def test_what_keeps_people_out_is_found(chromium, server, harm, rule):
    page = chromium.new_page(reduced_motion="reduce")
    page.goto(server + "book/start.html")
    page.evaluate(harm)
    found = serious(page)
    page.close()
    assert found
    assert all(f": {rule} at " in line for line in found)
