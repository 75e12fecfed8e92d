"""Real English text that installed packages carry, and human judgements of word similarity.

Python carries the topics of its `help()`, parts of the language reference (80 of them, PSF licence). gensim
carries, for its own tests, an excerpt of the English Wikipedia (106 articles, about 450 000 words,
CC BY-SA) and the two classic lists of word pairs that people rated for similarity. Only `large()` needs a
network, for text8; without one it uses the excerpt.
"""

import csv
import io
import os
import pydoc_data.topics
import re
import zipfile
from functools import cache
from pathlib import Path
from urllib.request import urlopen

from gensim.corpora.wikicorpus import WikiCorpus
from gensim.test.utils import datapath

_WIKIPEDIA = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"

TEXT8 = "http://mattmahoney.net/dc/text8.zip"
_LENGTH = 100_000_000  # characters, about 17 million words


@cache
def wikipedia() -> list[list[str]]:
    """The excerpt of Wikipedia: for each article its lower-case words of 2 to 15 letters. Takes about 5 s."""
    corpus = WikiCorpus(datapath(_WIKIPEDIA), dictionary={}, processes=1)
    return [list(article) for article in corpus.get_texts()]


@cache
def python_documentation() -> list[list[str]]:
    """The prose of Python's `help()` topics: for each paragraph its lower-case words and marks, in order.

    Code, tables and headings are left out: a paragraph has at least eight words and ends with a full stop or
    a colon. About one in five stands there a second time, because topics share their sections.
    """
    paragraphs = []
    for _, topic in sorted(pydoc_data.topics.topics.items()):
        for block in re.split(r"\n\s*\n", topic):
            tokens = re.findall(r"[a-z_]+(?:[’'][a-z]+)?|\d+|[.,:;?()]", block.lower())
            if block.rstrip().endswith((".", ":")) and sum(token[0].isalpha() for token in tokens) >= 8:
                paragraphs.append(tokens)
    return paragraphs


def large(seconds: float = 5.0) -> list[list[str]]:
    """text8 if it can be downloaded, otherwise the excerpt of Wikipedia; prints a line that says which.

    text8 is the first 100 million characters of a cleaned English Wikipedia of 2006 (Mahoney). It is fetched
    once, 31 MB, into ~/.cache/everyvec (or $XDG_CACHE_HOME/everyvec), and cut into pieces of 1 000 words.

    Args:
        seconds: how long to wait for the server's next bytes.
    """
    kept = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "everyvec" / "text8.zip"
    try:
        if not kept.is_file():
            kept.parent.mkdir(parents=True, exist_ok=True)
            with urlopen(TEXT8, timeout=seconds) as answer:
                data = answer.read()
            _words_of(data)  # keep only a complete file
            new = kept.with_suffix(f".{os.getpid()}")
            new.write_bytes(data)
            new.replace(kept)
        words = _words_of(kept.read_bytes())
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        print(f"text8 cannot be downloaded ({error}); using the excerpt of Wikipedia that comes with gensim")
        return wikipedia()
    print(f"text8: {len(words):,} words")
    return [words[start : start + 1000] for start in range(0, len(words), 1000)]


def _words_of(data: bytes) -> list[str]:
    text = zipfile.ZipFile(io.BytesIO(data)).read("text8").decode("ascii")
    if len(text) != _LENGTH:
        raise ValueError(f"text8 has {len(text):,} characters, not {_LENGTH:,}")
    return text.split()


def similarity_pairs(name: str) -> list[tuple[str, str, float]]:
    """Word pairs with the mean human rating, on a scale of 0 to 10.

    Args:
        name: `"wordsim353"` (relatedness, 353 pairs; Finkelstein et al., 2002) or
            `"simlex999"` (similarity in the narrow sense, 999 pairs; Hill, Reichart and Korhonen, 2015).

    Raises:
        ValueError: for any other name.
    """
    files = {"wordsim353": "wordsim353.tsv", "simlex999": "simlex999.txt"}
    if name not in files:
        raise ValueError(f"unknown list of pairs {name!r}; choose one of {', '.join(files)}")
    with open(datapath(files[name]), encoding="utf-8") as lines:
        rows = csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t")
        return [(row[0].lower(), row[1].lower(), float(row[2])) for row in rows if len(row) == 3]


def google_analogies() -> list[tuple[str, str, str, str]]:
    """The 19 544 questions a : b :: c : d of Mikolov et al. (2013), lower-cased."""
    with open(datapath("questions-words.txt"), encoding="utf-8") as lines:
        return [tuple(line.lower().split()) for line in lines if not line.startswith(":")]
