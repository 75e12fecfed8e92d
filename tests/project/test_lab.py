"""`make lab`, as its users see it in a browser: from the first page to a submission that was collected."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .conftest import OUTSIDE, ROOT, Course

ASSIGNMENT = "1-word2vec"
NOTEBOOK = f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
FOR_ALL = [
    "Makefile",
    "pyproject.toml",
    "uv.lock",
    "jupyter",
    "nbgrader_config.py",
    "book/start.md",
    "exercises",
]
FOR_STAFF = [*FOR_ALL, "staff.mk", "solutions"]
FOR_READING = [name for name in FOR_ALL if name != "book/start.md"] + ["book"]
LESSON = "book/1-pretext/node2vec.ipynb"
PATIENCE = 90_000  # milliseconds for one thing to appear, on a busy machine

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH: apt install chromium"),
]

# What page and server may say that is neither ours nor nbgrader's to mend.
KNOWN = (
    "is not trusted",  # true of a notebook that came from elsewhere: it is shown without running its outputs
    "websocket_ping_timeout",  # Jupyter's default, which tornado no longer likes and corrects
    "@jupyter/ydoc",  # nbdime, which contributors have, was built for another version of it
    "ms to activate",  # a plugin of JupyterLab was slow, on a slow machine
    "is taking too long to activate",  # the same, while it lasts
    "An iframe which has both allow-scripts and allow-same-origin",  # how nbgrader embeds formgrader
)


class Lab:
    """A JupyterLab that runs, and a page in a browser that looks at it."""

    def __init__(self, course: Course, url: str, token: str, log: Path, page) -> None:
        self.course, self.url, self.token, self.log, self.page = course, url, token, log, page
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: self._listen(message.type, message.text))
        page.on("response", lambda r: r.status >= 400 and self._listen("error", f"{r.status} {r.url}"))
        page.on("request", lambda r: self._local(r.url) or self._listen("error", f"external: {r.url}"))

    def _local(self, url: str) -> bool:
        return url.startswith((self.url, self.url.replace("http", "ws", 1), "data:", "blob:"))

    def _listen(self, kind: str, text: str) -> None:
        if kind in ("warning", "error") and not any(known in text for known in KNOWN):
            self.complaints.append(f"{kind}: {text}")

    def open(self, path: str = "/") -> None:
        self.page.goto(f"{self.url}{path}?token={self.token}")
        self.page.wait_for_selector("#jp-main-dock-panel")
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")

    def menu(self) -> list[str]:
        """The entries of the Nbgrader menu."""
        self.page.click(".lm-MenuBar-itemLabel:has-text('Nbgrader')")
        entries = self.page.locator(".lm-Menu-itemLabel").all_inner_texts()
        self.page.keyboard.press("Escape")
        return [entry for entry in entries if entry]

    def choose(self, entry: str) -> None:
        self.page.click(".lm-MenuBar-itemLabel:has-text('Nbgrader')")
        self.page.click(f".lm-Menu-itemLabel:has-text('{entry}')")

    def validate(self, path: str) -> str:
        """Open the notebook at `path`, press Validate, and return what the dialog says."""
        self.open(f"/lab/tree/{path}")
        self.page.click(".jp-NotebookPanel-toolbar:visible >> text=Validate")
        dialog = self.page.locator(".jp-Dialog", has_text="Validation")
        dialog.wait_for()
        text = dialog.inner_text()
        dialog.locator("button").last.click()
        return text

    def read(self, path: str) -> str:
        """Open the page of Markdown at `path` and return what a reader sees."""
        self.show(path)
        page = self.page.locator(".jp-MarkdownViewer:visible")
        page.locator("h1").wait_for()
        return page.inner_text()

    def open_lesson(self, path: str) -> None:
        """Open the notebook at `path` and wait until JupyterLab has written what its kernel is."""
        self.show(path)
        self.page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]:visible")
        self.page.wait_for_timeout(3000)  # what JupyterLab then writes into the notebook

    def connected(self, kernels: int) -> None:
        """Wait until that many kernels have a connection: the server complains of a page left before."""
        deadline = time.monotonic() + PATIENCE / 1000
        while len(set(re.findall("Connecting to kernel (.+)", self.log.read_text()))) < kernels:
            assert time.monotonic() < deadline, "a kernel was not connected"
            self.page.wait_for_timeout(200)

    def show(self, path: str) -> None:
        """Open the document at `path` and wait until it is in front of those that were open before."""
        self.open(f"/lab/tree/{path}")
        self.in_front(path)

    def in_front(self, path: str) -> None:
        tab = "#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current"
        self.page.wait_for_selector(f"{tab}[title*='Path: {path}']")

    def server_complaints(self) -> list[str]:
        """First lines of warnings and errors. That a kernel answers a page which was just closed is none."""
        found = re.findall(r"^\[[WE] .*(?:\n(?!\[[A-Z] ).*)*", self.log.read_text(), flags=re.MULTILINE)
        told = [said.splitlines()[0] for said in found if "WebSocketClosedError" not in said]
        return [line for line in told if not any(known in line for known in KNOWN)]


@contextmanager
def lab(course: Course) -> Iterator[Lab]:
    """`make lab` in `course`, and a browser; both are ended when the test is."""
    playwright = pytest.importorskip("playwright.sync_api")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log, token, url = course.root / "lab.log", "secret", f"http://localhost:{port}"
    options = f"--no-browser --port={port} --port-retries=0 --IdentityProvider.token={token}"
    home = course.root / "home"
    home.mkdir(exist_ok=True)
    with open(log, "w") as output:
        server = subprocess.Popen(
            ["make", "lab", f"BIN={course.bin}", f"ARGS={options}"],
            cwd=course.root,
            env=OUTSIDE | {"HOME": str(home), "USER": "student"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{url}/api", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None, log.read_text()
                time.sleep(0.5)
        with playwright.sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_page(viewport={"width": 1300, "height": 900})
            try:
                yield Lab(course, url, token, log, page)
            except BaseException:
                page.screenshot(path=course.root / "failed.png")
                print(f"{log.read_text()}\nwhat was to be seen: {course.root / 'failed.png'}")
                raise
            browser.close()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=60)


def copy(tmp_path: Path, names: list[str]) -> Course:
    course = Course(tmp_path / "a course", names)
    # a student's laptop has no git, and the copy is no checkout
    assert not (course.root / ".git").exists()
    return course


def starts_quietly(on: Lab) -> None:
    """The first page is the course's, as it reads, and nothing asks for attention."""
    on.open()
    on.page.wait_for_selector(".jp-MarkdownViewer h1")
    heading = on.page.locator(".jp-MarkdownViewer h1").first.inner_text()
    expected = re.search(r"^# (.+)$", (ROOT / "book" / "start.md").read_text(), flags=re.MULTILINE).group(1)
    assert heading.strip().startswith(re.sub(r"[*_`]", "", expected).strip())
    on.page.wait_for_timeout(4000)  # news, privacy and build prompts come a moment later
    assert on.page.locator(".jp-Dialog, .Toastify__toast").count() == 0
    assert on.page.url == f"{on.url}/lab/tree/book/start.md"


def answered(course: Course) -> None:
    """Solve the fetched assignment as the instructor does; the student's file has the same cells."""
    mine = course.root / "my-work" / NOTEBOOK
    notebook = json.loads((course.root / "solutions" / NOTEBOOK).read_text())
    mine.write_text(json.dumps(notebook))


def test_the_instructor_releases_and_collects_and_a_student_fetches_validates_and_submits(tmp_path):
    with lab(copy(tmp_path, FOR_STAFF)) as on:
        starts_quietly(on)
        entries = {"Assignment List", "Course List", "Formgrader", "Create assignment"}
        assert entries <= set(on.menu())

        on.choose("Formgrader")
        formgrader = on.page.frame_locator("iframe").first
        row = formgrader.locator("tr", has_text=ASSIGNMENT)
        row.locator("td.release a").click()
        formgrader.locator(".modal-body", has_text="Successfully released").wait_for()

        on.choose("Assignment List")
        on.page.click("button:has-text('Fetch')")
        on.page.wait_for_selector("button:has-text('Submit')")
        assert (on.course.root / "my-work" / NOTEBOOK).is_file()

        answered(on.course)
        assert "passes all the tests" in on.validate(f"my-work/{NOTEBOOK}")

        on.choose("Assignment List")
        on.page.click("button:has-text('Submit')")
        on.page.locator("#submitted_assignments_list, .list_container", has_text=ASSIGNMENT).last.wait_for()
        inbound = on.course.root / ".exchange" / "everyvec" / "inbound"
        deadline = time.monotonic() + 60
        while not list(inbound.glob(f"*+{ASSIGNMENT}+*")):
            assert time.monotonic() < deadline, "nothing was submitted"
            time.sleep(0.5)

        on.choose("Formgrader")
        formgrader.locator("tr", has_text=ASSIGNMENT).locator("td.collect a").click()
        formgrader.locator(".modal-body", has_text="Successfully collected").wait_for()
        collected = list((on.course.root / "submitted").glob(f"*/{NOTEBOOK}"))
        assert len(collected) == 1
        assert (on.complaints, on.server_complaints()) == ([], [])
        assert nothing_at_home(on.course)


def test_a_lone_student_validates_an_exercise(tmp_path):
    with lab(copy(tmp_path, FOR_ALL)) as on:
        starts_quietly(on)
        assert on.menu() == ["Assignment List"]

        on.choose("Assignment List")
        on.page.wait_for_selector("text=There are no assignments to fetch")

        said = on.validate(f"exercises/{NOTEBOOK}")
        assert "failed" in said
        assert "NotImplementedError" in said
        assert (on.complaints, on.server_complaints()) == ([], [])
        assert nothing_at_home(on.course)


def test_pages_read_as_pages_and_exercises_are_links(tmp_path):
    with lab(copy(tmp_path, FOR_READING)) as on:
        pages = {"index": "Everything Is", "course-map": "Course map", "evidence": "Evidence"}
        for name, heading in (pages | {"self-check": "Self-check"}).items():
            seen = on.read(f"book/{name}.md")
            assert seen.startswith(heading)
            assert not re.search(r"[{}`<>]|:::|---", seen), seen
        assert on.page.locator("details:visible").count() > 0
        assert on.page.locator("details[open]:visible").count() == 0

        exercises = {"exercise on Word2Vec": "1-word2vec", "exercise on lookups": "2-lookup"}
        for opened, (link, exercise) in enumerate(exercises.items(), start=1):
            on.read("book/start.md")
            on.page.click(f".jp-MarkdownViewer:visible a:has-text('{link}')")
            heading = on.page.locator(".jp-Notebook:visible h1")
            heading.filter(has_text=f"Assignment {exercise[0]}").wait_for()
            on.in_front(f"exercises/{exercise}/{exercise}.ipynb")
            on.connected(kernels=opened)
        assert (on.complaints, on.server_complaints()) == ([], [])


def test_a_lesson_leads_to_its_exercise_and_closes_without_asking_unless_it_was_changed(tmp_path):
    with lab(copy(tmp_path, FOR_READING)) as on:
        stored = (on.course.root / LESSON).read_bytes()
        on.open_lesson(LESSON)
        on.page.keyboard.press("Control+End")
        on.page.click(".jp-Notebook:visible a:has-text('exercise on graphs')")
        on.page.locator(".jp-Notebook:visible h1").filter(has_text="Assignment 1").wait_for()
        on.in_front("exercises/1-graphs/1-graphs.ipynb")
        on.connected(kernels=2)

        on.open_lesson(LESSON)
        on.page.keyboard.press("Alt+w")
        on.page.wait_for_timeout(2000)
        assert on.page.locator(".jp-Dialog").count() == 0
        assert on.page.locator(".lm-TabBar-tab", has_text="node2vec.ipynb").count() == 0
        assert (on.course.root / LESSON).read_bytes() == stored

        on.open_lesson(LESSON)
        on.page.locator(".jp-CodeCell:visible .cm-content").first.click()
        on.page.keyboard.type("# mine")
        on.page.keyboard.press("Alt+w")
        on.page.locator(".jp-Dialog", has_text="Save your work").wait_for()
        assert (on.complaints, on.server_complaints()) == ([], [])


def nothing_at_home(course: Course) -> bool:
    """JupyterLab keeps what it remembers in the project."""
    found = {
        str(path.relative_to(course.root / "home")) for path in (course.root / "home").rglob("*jupyter*")
    }
    found |= {path.name for path in (course.root / "home").glob(".ipython")}
    return found == set()
