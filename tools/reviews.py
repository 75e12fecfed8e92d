"""Pack the rated sentences that `everyvec.data.reviews` reads: `python -m tools.reviews`

They come with the source distribution of vaderSentiment on PyPI, which pip downloads, its hash checked. Left
out are tweets whose two files give different ratings, and sentences that are much like an earlier one.
"""

import argparse
import bz2
import hashlib
import html
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

PACKED = Path("src/everyvec/data/reviews.tsv.bz2")
RELEASE = "vaderSentiment==3.3.2"
SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
INNER = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
# source → how its two files' names begin
FILES = {
    "film": "movieReviewSnippets",
    "product": "amazonReviewSnippets",
    "editorial": "nytEditorialSnippets",
    "tweet": "tweets",
}
# Pairs of these sentences that share so many of their runs of four letters say the same with another mark,
# another capital or a word more. Below .6 most pairs are short and differ ("Sweetly sexy, funny and
# touching." and "Funny and touching.").
LIKE = 0.6


class Row(NamedTuple):
    """A sentence; `document` is the review or article that it is from, or the sentence itself."""

    source: str
    document: str
    rating: str
    text: str


def fetch(folder: Path) -> Path:
    """Download the source distribution into `folder`; pip refuses a file with another hash."""
    uv = shutil.which("uv") or ".tools/uv/bin/uv"
    wanted = folder / "requirements.txt"
    wanted.write_text(f"{RELEASE} --hash=sha256:{SHA256}\n", encoding="utf-8")
    command = [uv, "tool", "run", "pip", "download", "--quiet", "--require-hashes", "--no-deps"]
    subprocess.run(
        [*command, "--no-binary", "vaderSentiment", "--dest", folder, "--requirement", wanted], check=True
    )
    (found,) = folder.glob("*.tar.gz")
    return found


def unpack(sdist: bytes) -> dict[str, str]:
    """The texts of the eight files, by name.

    Raises:
        ValueError: when the source distribution is another one.
    """
    found = hashlib.sha256(sdist).hexdigest()
    if found != SHA256:
        raise ValueError(f"this is not the published {RELEASE}: its SHA-256 begins {found[:8]}")
    with tarfile.open(fileobj=io.BytesIO(sdist)) as outer:
        inner = outer.extractfile(INNER).read()
    with tarfile.open(fileobj=io.BytesIO(inner)) as files:
        return {
            Path(name).name: files.extractfile(name).read().decode("utf-8-sig")
            for name in files.getnames()
            if name.endswith(("_GroundTruth.txt", "_anonDataRatings.txt"))
        }


def rows(files: dict[str, str]) -> list[Row]:
    """All sentences, in the files' order, but for those with two ratings."""
    found = []
    for source, begins in FILES.items():
        other = dict(line.split("\t")[:2] for line in files[f"{begins}_anonDataRatings.txt"].splitlines())
        for line in files[f"{begins}_GroundTruth.txt"].splitlines():
            name, rating, text = line.split("\t")
            # 196 tweets: which of the two ratings belongs to the sentence cannot be told
            if abs(float(rating) - float(other[name])) > 0.01:
                continue
            text = " ".join(html.unescape(text).split())  # the tweets and editorials hold &amp; and &lt;3
            found.append(Row(source, name.partition("_")[0], f"{float(rating):.3f}", text))
    return found


def grams(text: str) -> frozenset[str]:
    """Runs of four letters of a text, without its marks, its capitals and the placeholders of the tweets; of
    a text that has no letters, its marks."""
    text = re.sub(r"@anonymous|http://url_removed", " ", text.lower())
    words = " ".join(re.findall(r"[^\W_]+", text)) or "".join(text.split())
    padded = f" {words} "
    return frozenset(padded[at : at + 4] for at in range(max(1, len(padded) - 3)))


def alike(texts: list[str], limit: float = LIKE) -> list[tuple[int, int]]:
    """All pairs (earlier, later) of texts that share at least `limit` of the runs that one of the two has
    (Jaccard's index)."""
    sets = CountVectorizer(analyzer=grams, dtype=np.int32).fit_transform(texts)  # (N, runs), 0 and 1
    sizes = np.asarray(sets.sum(axis=1)).ravel()  # (N,)
    pairs = []
    for start in range(0, len(texts), 500):  # all at once would take gigabytes
        shared = (sets[start : start + 500] @ sets[start:].T).tocoo()
        one, other = shared.row + start, shared.col + start
        near = (one < other) & (shared.data >= limit * (sizes[one] + sizes[other] - shared.data))
        pairs += zip(one[near].tolist(), other[near].tolist(), strict=True)
    return pairs


def distinct(found: list[Row]) -> list[Row]:
    """The sentences, without those that are like an earlier one that stays."""
    like = defaultdict(set)
    for earlier, later in alike([row.text for row in found]):
        like[later].add(earlier)
    gone: set[int] = set()
    for number in range(len(found)):
        if like[number] - gone:
            gone.add(number)
    return [row for number, row in enumerate(found) if number not in gone]


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.reviews", description=__doc__.splitlines()[0])
    parser.add_argument("--sdist", type=Path, help="the source distribution, where it is here already")
    parser.add_argument(
        "--out", type=Path, default=PACKED, help=f"where the sentences go (default: {PACKED})"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        sdist = (options.sdist or fetch(Path(folder))).read_bytes()
    every = rows(unpack(sdist))
    kept = distinct(every)
    text = "".join("\t".join(row) + "\n" for row in kept)
    options.out.write_bytes(bz2.compress(text.encode(), 9))
    counts = Counter(row.source for row in kept)
    print(f"{options.out}: {len(kept)} of {len(every)} sentences, {options.out.stat().st_size:,} bytes")
    print(", ".join(f"{count} {source}" for source, count in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
