"""Write the people's texts of `everyvec.data.passages`: `python -m tools.pretrain.passages`

From each test document of opt-english at most 24 passages, evenly spaced. Each begins with a sentence.
"""

import hashlib
import re
import sys
from pathlib import Path

from tools.pretrain import texts

FILE = Path("src/everyvec/data/passages.tsv")
WORDS = 110  # of a passage
EACH = 24  # passages of a document, at most


def passages(document: texts.Document) -> list[str]:
    """At most `EACH` passages of `WORDS` words, none of which overlap."""
    sentences = re.split(r"(?<=[.?!])\s+", document.text)
    found, current = [], []
    for sentence in sentences:
        current += sentence.split()
        if len(current) >= WORDS:
            found.append(" ".join(current[:WORDS]))
            current = []
    step = max(1, len(found) // EACH)
    return found[::step][:EACH]


def main() -> int:
    """The command line."""
    test = texts.split_documents(texts.english())[2]
    rows = [f"{one.source}\t{one.name}\t{passage}" for one in test for passage in passages(one)]
    rows.sort(key=lambda row: hashlib.sha256(row.encode()).hexdigest())
    FILE.write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")
    print(f"{FILE} written, {len(rows)} passages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
