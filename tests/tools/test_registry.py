"""Packages are fetched by their own clients, once, and never used with another hash."""

import hashlib
import subprocess

import pytest

from tools import registry


def sha256(data):
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("requirement", "command"),
    [
        ("@of/thing@1.2.3", ["npm", "pack", "--silent", "@of/thing@1.2.3"]),
        ("thing==1.2.3", ["pip", "download", "--quiet", "--no-deps", "thing==1.2.3"]),
    ],
)
def test_a_file_is_fetched_once(tmp_path, monkeypatch, requirement, command):
    file, ran = tmp_path / "new/thing.tgz", []

    def run(how, cwd, **_):
        ran.append(how)
        (cwd / file.name).write_bytes(b"package")

    monkeypatch.setattr(registry.shutil, "which", lambda name: name)
    monkeypatch.setattr(subprocess, "run", run)
    for _ in range(2):
        assert registry.fetch(requirement, file, sha256(b"package")) == file
    assert ran == [command]


def test_another_file_is_refused(tmp_path):
    file = tmp_path / "thing.tgz"
    file.write_bytes(b"other")
    with pytest.raises(
        ValueError, match=r"thing\.tgz has the SHA-256 .*: delete it, and it is fetched again"
    ):
        registry.fetch("thing@1.2.3", file, sha256(b"package"))


def test_a_missing_client_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(registry.shutil, "which", lambda name: None)
    with pytest.raises(FileNotFoundError, match=r"thing@1\.2\.3 is fetched with npm, which is not installed"):
        registry.fetch("thing@1.2.3", tmp_path / "thing.tgz", "0")
