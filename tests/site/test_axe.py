"""axe finds nothing on any page that keeps people out, by day and by night, on a laptop and on a phone."""

from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from measure import PARTS, pages_of

pytestmark = pytest.mark.browser

# A lesson's code has a few colours and thousands of words in them; axe would look at each for minutes.
ONE_WORD_OF_EACH_COLOUR = """() => {
    const seen = new Set();
    for (const word of document.querySelectorAll(".highlight pre span[class]")) {
        if (seen.has(word.className)) word.replaceWith(word.textContent);
        seen.add(word.className);
    }
}"""
# Contrast takes most of axe's time. It is the same wherever a text's own style and the grounds under it are:
# so one text of each look is kept, in either mode and at either width, with all that stands in it.
KEEP_ONE_OF_EACH_LOOK = """() => {
    const grounds = new Map([[null, ""]]), seen = new Set();
    const under = (element) => {
        if (!grounds.has(element)) {
            const style = getComputedStyle(element);
            const { backgroundColor, backgroundImage, opacity, filter, mixBlendMode } = style;
            const own = [backgroundColor, backgroundImage, opacity, filter, mixBlendMode].join();
            const none = own === "rgba(0, 0, 0, 0),none,1,none,normal";
            grounds.set(element, under(element.parentElement) + (none ? "" : `${own};`));
        }
        return grounds.get(element);
    };
    for (const element of document.querySelectorAll("body *")) {
        const text = [...element.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
        if (!(text || element.matches("input, select, textarea")) || !element.checkVisibility()) continue;
        const { color, fill, fontSize, fontWeight, textShadow, textDecoration } = getComputedStyle(element);
        const around = getComputedStyle(element.parentElement).color;
        const own = [element.tagName, color, fill, fontSize, fontWeight, textShadow, textDecoration];
        const look = [...own, around, under(element)].join();
        if (!seen.has(look)) element.dataset.kept = "";
        seen.add(look);
    }
}"""
DROP_THE_OTHERS = """() => {
    for (const element of document.querySelectorAll("body *")) {
        if (!element.closest("[data-kept]") && !element.querySelector("[data-kept]")) element.remove();
    }
}"""
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}
ALL_ELSE = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}}
SCHEMES, WIDTHS = ("light", "dark"), (1400, 390)
# The theme lets the keyboard reach code that scrolls, a moment after the window's size has changed.
THE_KEYBOARD_REACHES_CODE = """() => [...document.querySelectorAll("pre")].every(
    code => code.tabIndex === 0 || code.scrollWidth <= code.clientWidth
)"""


# A part is a unit of its own in `make test`, which gives units to its processes.
@pytest.mark.parametrize("part", PARTS)
def test_nothing_serious_keeps_anybody_out(chromium, server, pages, part):
    page = chromium.new_page(reduced_motion="reduce")
    wrong = []
    for name in pages_of(part, pages):
        page.goto(server + name)
        wrong += [f"{name}, {found}" for found in serious(page)]
    page.close()
    assert not wrong, "\n".join(wrong)


def serious(page) -> list[str]:
    """What axe finds serious on the page that is open, in each mode and at each width."""
    page.evaluate(ONE_WORD_OF_EACH_COLOUR)
    wrong = []
    for width, scheme in product(WIDTHS, SCHEMES):
        show(page, width, scheme)
        page.evaluate(KEEP_ONE_OF_EACH_LOOK)
        if scheme == "light":  # by night only the colours differ
            page.wait_for_function(THE_KEYBOARD_REACHES_CODE)
            wrong += found(page, ALL_ELSE, f"{scheme}, {width} pixels")
    page.evaluate(DROP_THE_OTHERS)
    for width, scheme in product(WIDTHS, SCHEMES):
        show(page, width, scheme)
        wrong += found(page, COLOURS, f"{scheme}, {width} pixels")
    return wrong


def show(page, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")
    page.set_viewport_size({"width": width, "height": 900})


def found(page, options: dict, where: str) -> list[str]:
    said = Axe().run(page, options=options).response
    assert said["passes"], f"axe looked at nothing on {page.url}"
    return [
        f"{where}: {violation['id']} at {node['html'][:200]}"
        for violation in said["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(
    ("harm", "rule", "when"),
    [
        (
            "[...document.querySelectorAll('article p')].at(-1).style.color = '#999'",
            "color-contrast",
            "light",
        ),
        ("document.querySelector('article p').append(document.createElement('img'))", "image-alt", "light"),
        (
            """const style = document.createElement("style");
            style.textContent = "html[data-theme=dark] article p { background: #777 }";
            document.head.append(style)""",
            "color-contrast",
            "dark",
        ),
        (
            """const style = document.createElement("style");
            style.textContent = "@media (max-width: 400px) { article h2 { opacity: .4 } }";
            document.head.append(style)""",
            "color-contrast",
            "390",
        ),
    ],
    ids=["one paragraph", "a picture", "paragraphs by night", "headings on a phone"],
)
def test_what_keeps_people_out_is_found(chromium, server, harm, rule, when):
    page = chromium.new_page(reduced_motion="reduce")
    page.goto(server + "book/start.html")
    page.evaluate(harm)
    wrong = serious(page)
    page.close()
    assert wrong
    assert all(f": {rule} at " in line and when in line.partition(":")[0] for line in wrong)
