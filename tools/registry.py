"""Files of packages, fetched from npm and PyPI by their own clients and used only with a known hash."""

import hashlib
import shutil
import subprocess
from pathlib import Path


def fetch(requirement: str, file: Path, sha256: str) -> Path:
    """The package's file, fetched unless it is there.

    Args:
        requirement: "name@1.2.3" of npm, or "name==1.2.3" of PyPI.
        file: where it is kept, under the name that the client gives it.
        sha256: of the file.

    Raises:
        FileNotFoundError: without npm or pip.
        ValueError: when the file is another one.
        subprocess.CalledProcessError: when the registry does not answer.
    """
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        clients = ("pip", "pip3") if "==" in requirement else ("npm",)
        client = next((found for found in map(shutil.which, clients) if found), None)
        if client is None:
            raise FileNotFoundError(f"{requirement} is fetched with {clients[0]}, which is not installed")
        how = ["download", "--quiet", "--no-deps"] if "==" in requirement else ["pack", "--silent"]
        subprocess.run([client, *how, requirement], cwd=file.parent, check=True, timeout=600)
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != sha256:
        raise ValueError(f"{file} has the SHA-256 {found}, not {sha256}: delete it, and it is fetched again")
    return file
