"""The built site, once for all tests, and a Chromium to look at it with."""

import functools
import http.server
import json
import os
import sys
import threading
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from filelock import FileLock

sys.path.insert(0, str(Path(__file__).parent))  # for measure, which `make bench` uses too
import measure
from measure import ROOT

sys.path.insert(0, str(ROOT / "book/_ext"))  # for everyvec_site


@pytest.fixture(scope="session")
def site() -> Path:
    """`_build/html`, built as `make site` does unless it is up to date."""
    html, stamp = ROOT / "_build/html", ROOT / "_build/site.done"
    sources = [
        path
        for folder in ("book", "exercises")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    sources += [ROOT / "_config.yml", ROOT / "_toc.yml"]
    (ROOT / "_build").mkdir(exist_ok=True)
    with FileLock(ROOT / "_build/site.lock"):  # test processes share it
        newest = max(os.stat(path).st_mtime for path in sources)
        if not (html / "book/index.html").is_file() or not stamp.exists() or stamp.stat().st_mtime < newest:
            stamp.unlink(missing_ok=True)
            measure.build(ROOT)
            stamp.touch()
    return html


@pytest.fixture(scope="session")
def docnames() -> list[str]:
    """Every page of the table of contents, such as "book/start"."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]


@pytest.fixture(scope="session")
def lessons(docnames: list[str]) -> dict[str, dict]:
    """Docname → notebook, for the pages that are lessons."""
    files = {name: ROOT / f"{name}.ipynb" for name in docnames if name.startswith("book/")}
    return {
        name: json.loads(path.read_text(encoding="utf-8")) for name, path in files.items() if path.is_file()
    }


@pytest.fixture(scope="session")
def pages(site: Path, docnames: list[str]) -> dict[str, BeautifulSoup]:
    """Address within the site → parsed page, for all pages."""
    names = [*(f"{name}.html" for name in docnames), "index.html", "search.html"]
    return {name: BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser") for name in names}


@pytest.fixture(scope="session")
def server(site: Path):
    """Address of a web server on this machine that has the site."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}/"
        httpd.shutdown()


# Not for the session: while it lives no other test in this process can start Playwright or run an event loop.
@pytest.fixture(scope="module")
def chromium():
    """A headless Chromium."""
    if measure.chromium_path() is None:
        pytest.skip("no Chromium: apt install chromium, or playwright install chromium")
    with measure.chromium() as browser:
        yield browser
