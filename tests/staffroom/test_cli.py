"""The command line itself."""

import shutil
import sys

import pytest

from staffroom import cli
from tests.staffroom.conftest import Tiny


def test_nbgrader_finds_its_tools_without_an_activated_environment(monkeypatch, capsys):
    # `.venv/bin/staffroom grade` on a new gradebook stopped with "alembic: no such file"
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(sys, "argv", ["staffroom", "--help"])
    with pytest.raises(SystemExit):
        cli.main()
    assert shutil.which("alembic")
    assert "audit" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_a_students_file_name_steers_no_terminal(tiny: Tiny):
    folder = tiny.root / "in"
    folder.mkdir()
    (folder / "ada_1.ipynb").write_text("{")
    (folder / "no\x1b]0;owned\x07 one\n\x9b2J.txt").write_text("")
    said = tiny.run("grade", "numbers", "--submissions", folder, "--sandbox", "none")
    assert said.code == 1
    assert "no\ufffd]0;owned\ufffd one\ufffd\ufffd2J.txt: whose is it?" in said.err
    assert all(line.isprintable() for line in said.err.splitlines())
