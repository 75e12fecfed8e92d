"""What make promises: it lists its targets, does nothing twice, and says which step failed and what to do."""

import os
import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest

from .conftest import ROOT

STUDENTS = {"help", "env", "lab", "site"}
STAFF = {
    "course",
    "test",
    "execute",
    "claims",
    "release",
    "grade",
    "audit",
    "bench",
    "bench-grade",
    "bench-walks",
    "clean",
}


def listed(text: str) -> set[str]:
    return set(re.findall(r"^  make (\S+)  +\S", text, flags=re.MULTILINE))


def test_make_alone_lists_every_target(course):
    result = course.make()
    assert result.returncode == 0, result.stderr
    assert listed(result.stdout) == STUDENTS | STAFF


def test_a_students_copy_lists_the_students_targets(course):
    (course.root / "staff.mk").unlink()
    assert listed(course.make().stdout) == STUDENTS


def test_every_target_is_listed():
    phony = set()
    for file in ("Makefile", "staff.mk"):
        for line in re.findall(r"^\.PHONY: (.*)$", (ROOT / file).read_text(), flags=re.MULTILINE):
            phony |= set(line.split())
    assert phony - {"FORCE"} == STUDENTS | STAFF


def test_nothing_is_done_twice(course):
    course.tool("jupyter-book", 'echo built >> "$(dirname "$0")/log"; mkdir -p _build')
    log = course.bin / "log"
    for _ in range(2):
        assert course.make("site").returncode == 0
    assert log.read_text() == "built\n"
    page = course.root / "book" / "page.md"
    os.utime(page, (page.stat().st_mtime + 5,) * 2)
    course.make("site")
    assert log.read_text() == "built\nbuilt\n"


def test_a_site_that_failed_is_built_again(course):
    course.tool("jupyter-book", "mkdir -p _build/html; touch _build/html/index.html; exit 1")
    for _ in range(2):
        assert course.make("site").returncode != 0


@pytest.mark.parametrize("failing", ["release", "sample"])
def test_course_names_the_step_that_failed(course, failing):
    course.tool("jupyter-book", "mkdir -p _build")
    course.tool("staffroom", f'[ "$1" = {failing} ] && {{ echo "staffroom: no disk" >&2; exit 2; }}; exit 0')
    result = course.make("course")
    assert result.returncode != 0
    target = {"release": "release", "sample": "grade"}[failing]
    assert re.search(rf"make course: step \d, make {target}, failed", result.stderr)
    assert "staffroom: no disk" in result.stderr
    assert "how to open it" not in result.stdout


def test_course_ends_with_what_it_made(course):
    course.tool("jupyter-book", "mkdir -p _build")
    course.tool("staffroom", "echo printed by staffroom")
    result = course.make("-j4", "course")
    assert result.returncode == 0, result.stderr
    end = result.stdout[result.stdout.rindex("printed by staffroom") :]
    for place in ("everything-is-a-vector.zip", "_build/html/index.html", "_build/sample-class", "make lab"):
        assert place in end
    assert [int(n) for n in re.findall(r"== step (\d) of 4", result.stdout)] == [1, 2, 3, 4]


def path_without(tmp_path: Path, *names: str) -> str:
    """A PATH that has the system's small tools, and neither uv nor Python nor `names`."""
    folder = tmp_path / "few tools"
    folder.mkdir()
    for name in ("sh", "awk", "cat", "date", "find", "make", "mkdir", "rm", "touch"):
        (folder / name).symlink_to(shutil.which(name))
    return str(folder)


def test_without_uv_and_python_env_says_what_to_install(course, tmp_path):
    (course.root / ".venv" / "synced").unlink()
    result = course.make("env", PATH=path_without(tmp_path))
    assert result.returncode != 0
    assert "neither uv nor Python was found. Install Python 3.11, 3.12 or 3.13" in result.stderr


def with_uv(course, script: str) -> list[str]:
    """Arguments that give make a uv which runs `script`."""
    uv = course.root / "uv"
    uv.write_text(f"#!/bin/sh\n{script}\n")
    uv.chmod(0o755)
    return ["env", f"UV={uv}"]


def test_a_sync_that_fails_is_explained_and_tried_again(course):
    (course.root / ".venv" / "synced").unlink()
    arguments = with_uv(course, "echo 'error: dns' >&2; mkdir -p .venv; exit 2")
    for _ in range(2):
        result = course.make(*arguments)
        assert result.returncode != 0
        assert "error: dns" in result.stderr
        assert "a network that reaches PyPI" in result.stderr


@pytest.mark.parametrize(("home", "cache"), [("/proc/none", "{}/.tools/cache"), ("{}", "")])
def test_what_uv_downloads_stays_in_the_project_where_the_home_may_not_be_written(course, home, cache):
    (course.root / ".venv" / "synced").unlink()
    arguments = with_uv(course, 'mkdir -p .venv; echo "$UV_CACHE_DIR" > log')
    none = {"XDG_CACHE_HOME": "", "UV_CACHE_DIR": ""}
    assert course.make(*arguments, HOME=home.format(course.root), **none).returncode == 0
    assert (course.root / "log").read_text().strip() == cache.format(course.root)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere PyPI's torch comes without CUDA")
def test_without_cuda_torch_comes_from_its_own_index_and_later_syncs_remember_it(course):
    arguments = with_uv(course, 'mkdir -p .venv; echo "$@" >> log')
    log = course.root / "log"
    packages = {p["name"]: p for p in tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]}
    torch = {d["name"] for d in packages["torch"]["dependencies"] if "linux" in d.get("marker", "")}
    assert course.make(*arguments, "CPU=1").returncode == 0
    for again in (False, True):
        if again:
            made = (course.root / ".venv" / "synced").stat().st_mtime
            os.utime(course.root / "uv.lock", (made + 5,) * 2)
            log.unlink()
            assert course.make(*arguments).returncode == 0
        sync, pip = log.read_text().splitlines()
        left_out = set(re.findall(r"--no-install-package (\S+)", sync))
        assert {"torch", "torchvision"} | torch <= left_out
        assert (
            not left_out
            - {"torch", "torchvision", "triton"}
            - {name for name in packages if name.startswith(("nvidia-", "cuda-"))}
        )
        wanted = [f"{name}=={packages[name]['version']}" for name in ("torch", "torchvision")]
        assert pip.split()[-2:] == wanted
        assert "--index-url https://download.pytorch.org/whl/cpu" in pip
    os.utime(course.root / "uv.lock", (made - 5,) * 2)
    log.unlink()
    assert course.make(*arguments).returncode == 0
    assert not log.exists()


def test_the_environment_follows_the_lock_and_is_made_anew_after_a_move_or_an_interruption(course):
    arguments = with_uv(course, 'ls .venv >> log 2>&1 || echo none >> log; mkdir -p .venv; touch .venv/"$1"')
    log, stamp = course.root / "log", course.root / ".venv" / "synced"

    def synced() -> str | None:
        """What a sync found in .venv, or None when there was none."""
        log.unlink(missing_ok=True)
        result = course.make(*arguments)
        assert result.returncode == 0, result.stderr
        return log.read_text() if log.exists() else None

    assert synced() is None
    lock = course.root / "uv.lock"
    os.utime(lock, (stamp.stat().st_mtime + 5,) * 2)
    assert synced() == ""  # kept, and without its stamp until the sync has ended
    os.utime(lock, (stamp.stat().st_mtime - 5,) * 2)
    assert synced() is None
    stamp.write_text("/another/folder\n")
    assert "none" in synced()
    stamp.unlink()
    assert "none" in synced()
