"""One environment, said once: environment.yml has the versions of uv.lock."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

from .conftest import ROOT


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def direct() -> set[str]:
    return {normal(re.match(r"[\w.-]+", line).group()) for line in project()["dependencies"]}


def locked() -> dict[str, list[str]]:
    """Package → its versions in uv.lock: more than one where the lock forks."""
    versions: dict[str, list[str]] = {}
    for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]:
        versions.setdefault(normal(package["name"]), []).append(package.get("version", ""))
    return versions


def conda() -> dict:
    return yaml.safe_load((ROOT / "environment.yml").read_text())


def pip_lines() -> list[str]:
    return next(item["pip"] for item in conda()["dependencies"] if isinstance(item, dict))


def test_conda_gets_the_locked_version_of_each_direct_dependency():
    wanted = {f"{name}=={locked()[name][0]}" for name in direct()}
    found = {normal(name) + "==" + version for name, version in (p.split("==") for p in pip_lines()[:-1])}
    missing, odd = sorted(wanted - found), sorted(found - wanted)
    assert not missing, f"environment.yml lacks (uv.lock has another version?): {missing}"
    assert not odd, f"environment.yml has what uv.lock or pyproject.toml does not say: {odd}"


def test_conda_gets_the_course_itself_and_a_python_that_it_takes():
    assert pip_lines()[-1] == "-e ."
    python = next(item for item in conda()["dependencies"] if str(item).startswith("python="))
    assert python.removeprefix("python=") in ("3.11", "3.12", "3.13")
    assert project()["requires-python"] == ">=3.11,<3.14"


def test_the_lock_has_one_version_of_each_direct_dependency():
    assert {name: locked()[name] for name in direct() if len(locked()[name]) != 1} == {}


def test_the_licences_say_what_they_cover():
    assert "MIT License" in (ROOT / "LICENSE").read_text()
    text = (ROOT / "LICENSE-text").read_text()
    assert "CC-BY-4.0" in text
    for section in range(1, 9):  # the whole legal code
        assert f"Section {section} -- " in text


def test_binder_is_set_up_as_make_lab_is(tmp_path):
    (tmp_path / "etc" / "jupyter" / "labconfig").mkdir(parents=True)
    environment = os.environ | {"NB_PYTHON_PREFIX": str(tmp_path)}
    subprocess.run(["./postBuild"], cwd=ROOT, env=environment, check=True)
    assert {path.name for path in (tmp_path / "etc" / "jupyter" / "labconfig").iterdir()} == {
        path.name for path in (ROOT / "jupyter" / "labconfig").iterdir()
    }
    del environment["NB_PYTHON_PREFIX"]
    elsewhere = subprocess.run(["./postBuild"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert elsewhere.returncode != 0
    assert "is set by repo2docker" in elsewhere.stderr


def test_ci_and_hooks_call_what_exists():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())
    runs = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    assert runs == ["bash .ci/run", "make site"]
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("make test")
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    for hook in hooks:
        command = hook["entry"].split()[0]
        assert hook["language"] == "python" or (Path(sys.prefix) / "bin" / Path(command).name).is_file()
