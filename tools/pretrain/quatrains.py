"""Write the people's poems of `everyvec.data.poetry.quatrains`: `python -m tools.pretrain.quatrains`

The first 600 quatrains of seven among the test poems of opt-poems. These were drawn by hash, so the first are
as good a sample as any.
"""

import sys
from pathlib import Path

from tools.pretrain import chinese, texts

FILE = Path("src/everyvec/data/quatrains.txt")
COUNT = 600


def main() -> int:
    """The command line."""
    _, (_, _, test) = chinese.parts()
    simpler = texts.simplified()
    chosen = [poem for poem in test if poem.form == "七绝"][:COUNT]
    lines = [f"{poem.author.translate(simpler).replace(' ', '')} {poem.text}" for poem in chosen]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print(f"{FILE} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
