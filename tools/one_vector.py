"""How long a string fits into one vector? `python -m tools.one_vector`

An encoder–decoder reverses strings of 2 to 12 letters: without attention with vectors of several widths and
with several numbers of updates, and with attention. The lesson *One vector for a whole sentence* shows the
result and measures some of it again; all of it would take about ten minutes on one free core.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch

from everyvec import profile, training
from everyvec.attention import seq2seq
from everyvec.attention.seq2seq import Seq2Seq, Words

TABLE = Path("src/everyvec/attention/one-vector.json")
LENGTHS = (2, 12)
SEEDS = (1, 2, 3)
BATCH, PASSES = 64, 8
# Of 0.005, 0.01 and 0.02 the best without attention at width 64, and within 0.02 of the best with it.
LEARNING_RATE = 0.01
# attention, width, updates
RUNS = (
    (None, 16, 800),
    (None, 16, 3200),
    (None, 16, 12800),
    (None, 32, 800),
    (None, 32, 3200),
    (None, 64, 800),
    (None, 64, 3200),
    ("dot", 32, 800),
    ("dot", 64, 800),
)


def measure(attention: str | None, width: int, updates: int, seed: int) -> list[float]:
    """Share of the strings of each length that are reversed without a mistake.

    A longer training sees more strings: each is read eight times.
    """
    words = Words(seq2seq.SYMBOLS)

    def pairs(count: int, seed: int) -> list[torch.Tensor]:
        drawn = seq2seq.symbols("reverse", count, *LENGTHS, seed=seed)
        return [words.encode(side) for side in zip(*drawn, strict=True)]

    model = Seq2Seq(len(words), len(words), width, attention, two_way=False, seed=seed)
    how = {"epochs": PASSES, "batch_size": BATCH, "lr": LEARNING_RATE, "clip": 1.0, "seed": seed}
    training.fit(model, pairs(updates * BATCH // PASSES, 10 * seed), **how)
    source, target = pairs(2200, 10 * seed + 1)
    right, length = seq2seq.exact(model, source, target), (source > seq2seq.END).sum(dim=1)
    return [
        round(right[length == size].float().mean().item(), 3) for size in range(LENGTHS[0], LENGTHS[1] + 1)
    ]


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.one_vector", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=TABLE, help=f"where the table goes (default: {TABLE})")
    options = parser.parse_args(arguments)
    profile.use()  # one thread, so that the numbers are the same everywhere
    start = time.perf_counter()
    runs = [
        {"attention": attention, "width": width, "updates": updates, "exact": []}
        for attention, width, updates in RUNS
    ]
    for seed in SEEDS:
        for run in runs:
            run["exact"].append(measure(run["attention"], run["width"], run["updates"], seed))
            said = f"{run['attention']}, width {run['width']}, {run['updates']} updates: {run['exact'][-1]}"
            print(f"seed {seed}, {said}, {time.perf_counter() - start:.0f} s", flush=True)
    # exact[seed][length − 2]
    table = {"lengths": LENGTHS, "seeds": SEEDS, "lr": LEARNING_RATE, "runs": runs}
    options.out.write_text(json.dumps(table) + "\n", encoding="utf-8")
    print(f"{options.out} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
