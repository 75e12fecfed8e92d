"""What passed before, and depends on nothing that has changed, does not run again: a plugin of `make test`.

A *unit* is a lesson, a file of tests, or what such a file does with one assignment or part of the book.
Before the tests run, each unit gets a digest of everything that it depends on. When all of its tests pass,
`_build/passes.json` keeps that digest. As long as it stays the same, the unit is left out, and the last lines
of the run say how many tests that were. `FRESH=1` runs everything; so does CI.

A unit depends on its own file, on the modules of ours that it imports, directly or not, on what `READS` adds,
on the lock, Python and the processor. A file that `READS` does not name is not kept: it always runs.
"""

import ast
import fnmatch
import hashlib
import json
import os
import platform
import re
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[1]
KEPT = Path("_build/passes.json")
SOURCES = {"everyvec": "src", "staffroom": "src", "tests": ".", "tools": ".", "everyvec_site": "book/_ext"}
ALWAYS = ("uv.lock", "pyproject.toml", "tests/conftest.py", "tests/passes.py")

DATA = ("src/everyvec/**",)  # what lessons and assignments may read, beside the modules that they import
GRADER = (
    "src/staffroom/**",
    "nbgrader_config.py",
    "solutions/**",
    "exercises/**",
    "src/everyvec/__init__.py",
)
SITE = ("book/**", "_config.yml", "_toc.yml", "exercises/**")
# what a copy of the course is made of, and what make does with it
COPY = (*SITE, *GRADER, *DATA, "jupyter/**", "Makefile", "staff.mk", "*.md", "*.yml", "*.toml", "LICENSE*")
COPY += (".ci/**", ".github/**", "Containerfile", "postBuild")
OF_ASSIGNMENTS = "tests/staffroom/test_assignments.py"
# What the tests of a file read or start besides what they import; the first pattern that fits counts.
READS: dict[str, tuple[str, ...]] = {
    "book/*.ipynb": ("tests/nbval_sanitize.cfg", "tests/alike.py", "tools/execute.py"),
    "tests/data/*": (),
    "tests/pretext/*": (),
    "tests/attention/test_gpu_sizes.py": ("book/[2-4]-*/*.ipynb", *DATA),
    "tests/attention/*": (),
    "tests/transformer/*": (),
    OF_ASSIGNMENTS: (
        *GRADER,
        *SITE,
        *DATA,
        "tests/answers/**",
        "Makefile",
        "jupyter/**",
    ),
    "tests/staffroom/test_release.py": (*COPY, "tests/answers/**", ".gitignore"),
    "tests/staffroom/*": GRADER,
    "tests/hostile/*": (*GRADER, "tests/hostile/**", "tests/answers/**", "book/hostile-corpus.md"),
    "tests/site/*": (*SITE, *DATA, "tests/site/**"),
    "tests/project/*": COPY,
    "tests/tools/pretrain/*": ("tools/pretrain/*.md",),
    "tests/tools/test_execute.py": ("tests/nbval_sanitize.cfg", "src/everyvec/**"),
}


def unit_of(nodeid: str) -> str:
    """The lesson, the file, or file and assignment: `tests/staffroom/test_assignments.py:1-graphs`."""
    file, _, rest = nodeid.partition("::")
    assignment = re.search(r"\[(\d-[a-z0-9-]+)[\]@]", rest)
    return f"{file}:{assignment[1]}" if assignment else file


def reads(unit: str) -> tuple[str, ...] | None:
    """What a unit reads besides what it imports; None for one that is not kept."""
    file, _, assignment = unit.partition(":")
    for pattern, globs in READS.items():
        if fnmatch.fnmatch(file, pattern):
            if not assignment or file != OF_ASSIGNMENTS:
                return globs
            # of the assignments and the answers, its own
            own = {"solutions/**", "exercises/**", "tests/answers/**"}
            return tuple(glob.replace("**", f"{assignment}/**") if glob in own else glob for glob in globs)
    return None


def units(root: Path = ROOT) -> list[str]:
    """Every unit that can be kept."""
    assignments = sorted(path.name for path in (root / "solutions").glob("*/"))
    found = []
    for path in [*(root / "book").rglob("*.ipynb"), *(root / "tests").rglob("test_*.py")]:
        file = path.relative_to(root).as_posix()
        if reads(file) is not None and ".ipynb_checkpoints" not in path.parts:
            split = assignments if file == OF_ASSIGNMENTS else []
            found += [file, *(f"{file}:{assignment}" for assignment in split)]
    return found


# ------------------------------------------------------------------------------------------------ digests


class Digests:
    """Digests of units, with each file read once."""

    def __init__(self, root: Path = ROOT):
        self.root = root
        self.file = cache(self.file)
        self.imports = cache(self.imports)
        self.matching = cache(self.matching)

    def of(self, unit: str) -> str | None:
        """One digest for everything that the unit depends on; None for a unit that is not kept."""
        globs = reads(unit)
        if globs is None:
            return None
        files = self.closure(unit.partition(":")[0]) | set(ALWAYS)
        files |= {
            name for name in self.matching("src/everyvec/**") if not name.endswith(".py")
        }  # data, weights
        for glob in globs:
            files |= set(self.matching(glob))
        parts = [sys.version, platform.machine(), platform.processor(), _processor()]
        parts += [f"{name} {self.file(name)}" for name in sorted(files)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def matching(self, glob: str) -> list[str]:
        found = self.root.glob(f"{glob}/*" if glob.endswith("**") else glob)
        litter = {"__pycache__", ".ipynb_checkpoints"}
        files = [path.relative_to(self.root) for path in found if path.is_file()]
        return [path.as_posix() for path in files if not litter & set(path.parts)]

    def file(self, name: str) -> str:
        """Digest of a file; of one that is not there, too."""
        path = self.root / name
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"

    def closure(self, name: str) -> set[str]:
        """The file and all files of ours that it imports, directly or not, conftest.py included."""
        found, waiting = set(), [name]
        while waiting:
            name = waiting.pop()
            if name in found or not (self.root / name).is_file():
                continue
            found.add(name)
            waiting += self.imports(name)
            if name.startswith("tests/"):
                waiting += [(parent / "conftest.py").as_posix() for parent in Path(name).parents]
            if name.endswith(".ipynb"):  # data beside a lesson
                beside = [
                    path for path in (self.root / name).parent.iterdir() if path.suffix in (".json", ".csv")
                ]
                waiting += [path.relative_to(self.root).as_posix() for path in beside]
        return found

    def imports(self, name: str) -> tuple[str, ...]:
        """Files of ours that the code in this file imports."""
        text = (self.root / name).read_text(encoding="utf-8")
        if name.endswith(".ipynb"):
            cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
            text = "\n".join("".join(cell["source"]) for cell in cells)
            text = re.sub(r"(?m)^(\s*)[%!].*$", r"\1pass", text)  # IPython's own commands
        elif not name.endswith(".py"):
            return ()
        here = name.removesuffix(".py").split("/")[:-1]
        modules: set[str] = set()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                modules |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    package = [part for part in here if part not in ("src", "book", "_ext")]
                    above = package[: len(package) - node.level + 1]
                    base = ".".join([*above, *filter(None, [node.module])])
                modules |= {base} | {f"{base}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                # started by name: ["-m", "tools.execute"], import_module("everyvec.x")
                if re.fullmatch(r"(everyvec|staffroom|tools)(\.\w+)+", node.value):
                    modules.add(node.value)
        if name.startswith("tests/site/"):
            modules.add("tests.site.measure")
        return tuple(sorted(file for module in modules for file in self._files(module)))

    def _files(self, module: str) -> list[str]:
        parts = module.split(".")
        if parts[0] not in SOURCES:
            return []
        found, base = [], Path(SOURCES[parts[0]])
        for depth in range(1, len(parts) + 1):  # a package's __init__ runs before what is in it
            place = base.joinpath(*parts[:depth])
            for candidate in (place / "__init__.py", place.with_suffix(".py")):
                if (self.root / candidate).is_file():
                    found.append(candidate.as_posix())
        return found


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return ""
    named = re.search(r"(?m)^model name\s*: (.*)$", text)
    return named[1] if named else ""


# ------------------------------------------------------------------------------------------------ the plugin


class ByUnit(LoadScopeScheduling):
    """One process runs all of a unit: cells of a lesson share a kernel, tests of a file what they set up."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


class Passes:
    """What was kept, what is left out of this run, and what this run adds."""

    def __init__(self, config: pytest.Config, root: Path = ROOT):
        self.config, self.root = config, root
        self.fresh = os.environ.get("FRESH", "") not in ("", "0")
        self.digests = Digests(root)
        self.now: dict[str, str | None] = {}  # unit → its digest before the tests ran
        self.kept: dict[str, dict] = {}  # unit → {"digest": …, "tests": how many}
        self.passed: dict[str, set[str]] = defaultdict(set)
        self.spoiled: set[str] = set()  # units with a test that failed or was skipped
        try:
            self.kept = json.loads((root / KEPT).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            pass

    def is_kept(self, unit: str) -> bool:
        if unit not in self.now:
            self.now[unit] = self.digests.of(unit)
        digest = self.now[unit]
        return not self.fresh and digest is not None and self.kept.get(unit, {}).get("digest") == digest

    @property
    def whole(self) -> bool:
        """Whether each unit of this run runs all of its tests: only then do they say anything about it."""
        option = self.config.option
        chosen = option.keyword or option.markexpr or option.maxfail or getattr(option, "lf", False)
        return not chosen and not any("::" in argument for argument in self.config.args)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        # what is changed while the tests run must not count as tested
        self.now = {unit: self.digests.of(unit) for unit in units(self.root)}

    def pytest_xdist_make_scheduler(self, config: pytest.Config, log):
        return ByUnit(config, log)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        if self.whole:
            left_out = [item for item in items if self.is_kept(unit_of(item.nodeid))]
            if left_out:
                config.hook.pytest_deselected(items=left_out)
                out = set(map(id, left_out))
                items[:] = [item for item in items if id(item) not in out]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        unit = unit_of(report.nodeid)
        if unit not in self.now:
            self.now[unit] = self.digests.of(unit)
        if report.outcome != "passed":
            self.spoiled.add(unit)
        elif report.when == "call":
            self.passed[unit].add(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if hasattr(session.config, "workerinput"):
            return  # the process that started the workers hears of every test
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self.from_before():
            session.exitstatus = pytest.ExitCode.OK
        if not self.whole or exitstatus not in (0, 1, 5):
            return
        for unit in self.passed.keys() | self.spoiled:
            self.kept.pop(unit, None)
            if self.now[unit] is not None and unit not in self.spoiled and self.digests_hold(unit):
                self.kept[unit] = {"digest": self.now[unit], "tests": len(self.passed[unit])}
        (self.root / KEPT).parent.mkdir(exist_ok=True)
        (self.root / KEPT).write_text(
            json.dumps(self.kept, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )

    def digests_hold(self, unit: str) -> bool:
        """Whether nothing that the unit depends on changed while the tests ran."""
        return Digests(self.root).of(unit) == self.now[unit]

    def from_before(self) -> dict[str, dict]:
        """The units that this run left out."""
        asked = [argument.rstrip("/") for argument in self.config.args]
        asked = [Path(os.path.relpath(argument, self.root)).as_posix() for argument in asked]
        inside = {unit: row for unit, row in self.kept.items() if any(_below(unit, part) for part in asked)}
        return {unit: row for unit, row in inside.items() if unit not in self.passed and self.is_kept(unit)}

    def pytest_terminal_summary(self, terminalreporter) -> None:
        before = self.from_before() if self.whole else {}
        if before:
            count = sum(row["tests"] for row in before.values())
            terminalreporter.write_line(
                f"{count} tests of {len(before)} lessons and files did not run again: they passed before, "
                "and nothing that they depend on has changed (FRESH=1 runs them all)."
            )


def _below(unit: str, folder: str) -> bool:
    return folder == "." or unit.partition(":")[0] == folder or unit.startswith(f"{folder}/")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Passes(config), "everyvec-passes")
