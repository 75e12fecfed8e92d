"""Does a GRU recall more pairs when it is wider and trained longer? `python -m tools.long_recall`

The lesson *Attention is a lookup* gives each reader of lists 400 steps and about 9 000 parameters. Here the
GRU gets 15 times as many steps and ten times as many parameters. All of it takes about four minutes on one
free core, which is too long for a lesson. The lesson shows the stored result.
"""

import json
import sys
import time
from pathlib import Path

from everyvec import profile, training
from everyvec.attention import recall

TABLE = Path("src/everyvec/attention/long-recall.json")
PAIRS = (2, 4, 8)
HIDDEN = 128
STEPS = 6000
BATCH = 64
RATES = (0.003, 0.01)


def measure(pairs: int, rate: float, steps: int = STEPS, hidden: int = HIDDEN) -> dict[str, float]:
    """Accuracy of one GRU on lists for choosing the rate (`valid`) and on others (`test`)."""
    reader = recall.Reader("gru", hidden)
    lists = recall.draw(steps * BATCH, pairs)
    training.fit(reader, lists, epochs=1, batch_size=BATCH, lr=rate, clip=1.0)
    return {
        name: round(reader.accuracy(recall.draw(4000, pairs, seed)), 4)
        for seed, name in ((1, "valid"), (2, "test"))
    }


def main() -> int:
    """The command line."""
    profile.use()
    start, runs = time.perf_counter(), []
    for pairs in PAIRS:
        for rate in RATES:
            runs.append({"pairs": pairs, "rate": rate} | measure(pairs, rate))
            print(runs[-1], f"{time.perf_counter() - start:.0f} s", flush=True)
    parameters = sum(weight.numel() for weight in recall.Reader("gru", HIDDEN).parameters())
    table = {"hidden": HIDDEN, "parameters": parameters, "steps": STEPS, "batch": BATCH, "runs": runs}
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
