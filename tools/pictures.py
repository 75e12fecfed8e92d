"""The README's pictures of the website, from the site that was last built: `python -m tools.pictures`

Needs Chromium. Run `make site` first, and look at what comes out.
"""

import sys
from pathlib import Path

from PIL import Image

from tests.site.measure import chromium

SITE = Path("_build/html")
PICTURES = Path(".github/images")
# name → page, and what stands at the top of the picture
VIEWS = {
    "landing": ("book/index.html", "h1"),
    "lesson": ("book/1-pretext/node2vec.html", "#the-same-walks-without-names .ev-figure"),
}


def main() -> int:
    if not (SITE / VIEWS["landing"][0]).is_file():
        print(f"{SITE}: no site there; run make site first", file=sys.stderr)
        return 1
    with chromium() as browser:
        for name, (page, top) in VIEWS.items():
            tab = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
            tab.goto((SITE / page).resolve().as_uri())
            if name != "landing":
                tab.locator(top).first.evaluate(
                    "(shown) => window.scrollBy(0, shown.getBoundingClientRect().top - 80)"
                )
            path = PICTURES / f"{name}.png"
            tab.screenshot(path=path)
            tab.close()
            with Image.open(path) as picture:
                picture.convert("RGB").save(path, optimize=True)
            print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
