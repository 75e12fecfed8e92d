"""The command line itself."""

import shutil
import sys

import pytest

from staffroom import cli


def test_nbgrader_finds_its_tools_without_an_activated_environment(monkeypatch, capsys):
    # `.venv/bin/staffroom grade` on a new gradebook stopped with "alembic: no such file"
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(sys, "argv", ["staffroom", "--help"])
    with pytest.raises(SystemExit):
        cli.main()
    assert shutil.which("alembic")
    assert "audit" in capsys.readouterr().out
