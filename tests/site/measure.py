"""Build the site, time a cold build, weigh the landing page. The tests use it and so does `make bench`."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Request, sync_playwright

ROOT = Path(__file__).parents[2]
JUPYTER_BOOK = Path(sys.executable).with_name("jupyter-book")
MODULES = sorted(path.name for folder in ("book", "exercises") for path in (ROOT / folder).glob("[0-9]-*/"))
PARTS = ["0-book", *MODULES]  # of the site: a module's lessons, an exercise, and the pages beside them


def pages_of(part: str, pages: Iterable[str]) -> list[str]:
    """The names of a part's pages, without the one that only leads to the first.

    Raises:
        AssertionError: when there is none.
    """
    names = sorted({*pages} - {"index.html"})
    found = [n for n in names if part == next((p for p in MODULES if f"/{p}/" in n), "0-book")]
    assert found, f"{part} has no page"
    return found


def build(root: Path, *options: str) -> None:
    """Build the site of the course in `root`, as `make site` does.

    Raises:
        RuntimeError: when the build fails; the message is what it printed.
    """
    command = [JUPYTER_BOOK, "build", "-W", "--keep-going", "-n", *options, "."]
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stdout)


def cold_build_seconds() -> float:
    """Wall-clock seconds to build the whole site from nothing, in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        build(ROOT, "--path-output", folder)
        return time.perf_counter() - began


def weigh(browser: Browser, address: str) -> dict[str, int]:
    """Everything that the page at `address` loads, itself included: address → bytes, uncompressed."""
    requests: list[Request] = []
    page = browser.new_page()
    page.on("requestfinished", lambda request: requests.append(request))
    page.goto(address)
    page.wait_for_load_state("networkidle")  # fonts come after the load event
    sizes = {request.url: len(request.response().body()) for request in requests}
    page.close()
    return sizes


def landing_bytes(site: Path = ROOT / "_build/html") -> int:
    """What the landing page loads, in bytes.

    Raises:
        RuntimeError: when there is no Chromium to load it with.
    """
    if chromium_path() is None:
        raise RuntimeError("no Chromium: apt install chromium, or playwright install chromium")
    with chromium() as browser:
        return sum(weigh(browser, (site / "book/index.html").as_uri()).values())


def chromium_path() -> str | None:
    """The system's Chromium or the one that Playwright installed; `None` when there is neither."""
    names = ("chromium", "chromium-browser", "google-chrome")
    if found := next(filter(None, map(shutil.which, names)), None):
        return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).is_file() else None


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium that asks its makers for nothing."""
    quiet = ("quic", "background-networking", "component-update", "sync", "gpu")
    arguments = ["--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in quiet)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
        yield browser
        browser.close()


if __name__ == "__main__":
    megabytes = landing_bytes() / 1e6
    print(f"site: cold build {cold_build_seconds():.1f} s, landing page {megabytes:.2f} MB")
