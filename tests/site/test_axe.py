"""axe finds nothing on any page that keeps people out, by day and by night, on a laptop and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

# A lesson's code has a few colours and thousands of words in them; axe would look at each for minutes.
ONE_WORD_OF_EACH_COLOUR = """() => {
    const seen = new Set();
    for (const word of document.querySelectorAll(".highlight pre span[class]")) {
        if (seen.has(word.className)) word.replaceWith(word.textContent);
        seen.add(word.className);
    }
}"""
# By night only the colours differ.
RULES = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]},
}
# The theme lets the keyboard reach code that scrolls, a moment after the window's size has changed.
THE_KEYBOARD_REACHES_CODE = """() => [...document.querySelectorAll("pre")].every(
    code => code.tabIndex === 0 || code.scrollWidth <= code.clientWidth
)"""


def test_nothing_serious_keeps_anybody_out(chromium, server, pages):
    axe, wrong = Axe(), []
    page = chromium.new_page(reduced_motion="reduce")
    for name in pages.keys() - {"index.html"}:
        page.goto(server + name)
        page.evaluate(ONE_WORD_OF_EACH_COLOUR)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")
            for width in (1400, 390):
                page.set_viewport_size({"width": width, "height": 900})
                page.wait_for_function(THE_KEYBOARD_REACHES_CODE)
                found = axe.run(page, options=RULES[scheme]).response
                assert found["passes"], f"axe looked at nothing on {name}"
                wrong += [
                    f"{name}, {scheme}, {width} pixels: {violation['id']} at {node['html'][:200]}"
                    for violation in found["violations"]
                    if violation["impact"] in ("serious", "critical")
                    for node in violation["nodes"]
                ]
    page.close()
    assert not wrong, "\n".join(wrong)
