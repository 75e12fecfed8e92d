"""Copies of the course in a folder of their own, in which make and JupyterLab run for real."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# No recipe may read this file's environment as if it were another course's.
OUTSIDE = {
    key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "JUPYTER", "PYTEST"))
}


class Course:
    """A copy of some of the course's files in `root`, with its environment taken as made."""

    def __init__(self, root: Path, names: list[str]) -> None:
        self.root = root
        self.bin = Path(sys.prefix) / "bin"
        for name in names:
            source, target = ROOT / name, root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                litter = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
                shutil.copytree(source, target, ignore=litter)
            else:
                shutil.copy2(source, target)
        self.take_environment_as_made()

    def take_environment_as_made(self) -> None:
        stamp = self.root / ".venv" / "synced"
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(f"{self.root}\n")

    def tool(self, name: str, script: str) -> None:
        """Put a shell script in the place of one of the environment's commands."""
        if self.bin == Path(sys.prefix) / "bin":
            self.bin = self.root / "bin"
            self.bin.mkdir()
        (self.bin / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.bin / name).chmod(0o755)

    def make(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["make", f"BIN={self.bin}", *arguments],
            cwd=self.root,
            env=OUTSIDE | environment,
            capture_output=True,
            text=True,
            timeout=300,
        )


@pytest.fixture
def course(tmp_path):
    """Makefiles and what they look at, without content."""
    names = ["Makefile", "staff.mk", "pyproject.toml", "uv.lock", "jupyter", "nbgrader_config.py"]
    copy = Course(tmp_path / "a course", names)
    (copy.root / "book").mkdir()
    (copy.root / "book" / "page.md").write_text("# A page\n")
    return copy
