"""Which architecture for which task? `python -m tools.architectures`

The lesson *Which architecture?* trains some of these networks once. Here all of them are trained, on all four
tasks: each with the same rates, of which the one that is best on the validation part is taken, and then with
two more seeds. Where the lowest or the highest rate is the best one, the next is tried, too. The encoder and
the decoder that write are also trained for longer. It takes about fourteen minutes on one free core. The
lesson shows the stored result.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from everyvec import profile
from everyvec.transformer import four_baselines, four_tasks
from everyvec.transformer.four_tasks import score, train

TABLE = Path("src/everyvec/transformer/architectures.json")
RATES = (0.002, 0.004, 0.008)
SEEDS = (0, 1, 2)
PASSES = (1, 2, 4, 8)  # and one place at a time
LONGER = 3  # times as many updates: is the encoder that writes only slow to learn? The decoder is the control
RUNS = (
    ("classification", "encoder only", "masked"),
    ("classification", "decoder only", "next"),
    ("classification", "encoder–decoder", "next"),
    ("labelling", "encoder only", "at the word"),
    ("labelling", "decoder only", "at the word"),
    ("labelling", "decoder only", "second copy"),
    ("labelling", "decoder only", "next"),
    ("labelling", "encoder–decoder", "next"),
    ("generation", "encoder only", "masked"),
    ("generation", "decoder only", "next"),
    ("generation", "encoder–decoder", "next"),
    ("translation", "encoder only", "masked"),
    ("translation", "decoder only", "next"),
    ("translation", "decoder only, source open", "next"),
    ("translation", "encoder–decoder", "next"),
)


def tested(task, name: str) -> dict:
    """All scores on the test part, rounded; by the number of passes where that can be chosen."""
    scores = {key: round(value, 4) for key, value in score(task, name).items()}
    if task.how == "masked" and name in ("generation", "translation"):
        scores["passes"] = {str(n): round(score(task, name, passes=n)["right"], 4) for n in PASSES}
    return scores


def measure(name: str, network: str, how: str) -> dict:
    """One row of the table: the rate chosen on validation, and the test scores of each seed."""
    valid, tasks, rates = {}, {}, list(RATES)
    for rate in rates:
        tasks[rate] = train(name, network, how, rate, SEEDS[0])
        valid[rate] = round(score(tasks[rate], name, "valid")["right"], 4)
        best = max(valid, key=valid.get)
        if len(valid) == len(rates) < len(RATES) + 2 and best in (min(valid), max(valid)):
            rates.append(best / 2 if best == min(valid) else best * 2)  # is the next one better still?
    others = [train(name, network, how, best, seed) for seed in SEEDS[1:]]
    return {
        "task": name,
        "network": network,
        "how": how,
        "parameters": sum(weight.numel() for weight in tasks[best].parameters()),
        "valid": {str(rate): valid[rate] for rate in sorted(valid)},
        "rate": best,
        "test": [tested(task, name) for task in (tasks[best], *others)],
    }


def longer(runs: list[dict]) -> list[dict]:
    """Encoder and decoder that write, with their rates in the table and `LONGER` times as many updates."""
    rates = {(run["task"], run["network"], run["how"]): run["rate"] for run in runs}
    found = []
    for task in ("generation", "translation"):
        for network, how in (("encoder only", "masked"), ("decoder only", "next")):
            run, test = (task, network, how), []
            for seed in SEEDS:
                test.append(tested(train(*run, rates[run], seed, LONGER), task))
                print(run, seed, test[-1], flush=True)
            found.append({"task": task, "network": network, "how": how, "test": test})
    return found


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.architectures", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--out", type=Path, default=TABLE, help=f"where to write (default: {TABLE})")
    out = parser.parse_args(arguments).out
    profile.use()  # one thread, so that the numbers are the same everywhere
    start, runs = time.process_time(), []
    for run in RUNS:
        runs.append(measure(*run))
        print(runs[-1], f"{time.process_time() - start:.0f} s", flush=True)
    table = {
        "rates": RATES,
        "seeds": SEEDS,
        "epochs": four_tasks.EPOCHS,
        "batch": four_tasks.BATCH,
        "training": four_tasks.TRAINING,
        "baselines": {
            name: {kind: round(float(value), 4) for kind, value in its.items()}
            for name, its in four_baselines.baselines().items()
        },
        "runs": runs,
        "longer": longer(runs),
    }
    out.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
