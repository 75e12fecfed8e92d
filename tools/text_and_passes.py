"""How many analogies are answered after how much text, read how often? `python -m tools.text_and_passes`

Skip-gram, CBOW and counting on each amount of text of the toy language, the two networks after each number of
passes, with several sets of sentences. The lesson *What the vectors know* shows the result and measures some
of its cells again; all of it would take about three minutes on one free core, which is too long for a lesson.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from everyvec import profile
from everyvec.data import world
from everyvec.pretext import windows
from everyvec.pretext.counts import ppmi, svd_vectors
from everyvec.pretext.skipgram import train_gensim
from everyvec.pretext.vocabulary import Vocabulary
from everyvec.pretext.word_evaluation import analogy_accuracy, keyed

TABLE = Path("src/everyvec/pretext/text-and-passes.json")
SENTENCES = (125, 250, 500, 1000)
PASSES = (10, 40, 160, 640)
SEEDS = (1, 2, 3)

# The same for both networks and all cells. Of 0.025, 0.05 and 0.1 it was the best for CBOW in each of four
# cells that were tried, and for Skip-gram the best or within 0.02 of it.
LEARNING_RATE = 0.1


def measure(sentences: int, seed: int) -> dict[str, list[float]]:
    """Analogies answered, from 0 to 1, by each model: one number for each of PASSES, for counting only one.

    Args:
        sentences: how many of the toy language are read.
        seed: for the sentences and for the training.
    """
    text = world.sentences(sentences, seed)
    vocabulary, questions = Vocabulary(text), world.analogies()
    encoded, size = vocabulary.encode(text), len(vocabulary)

    def share(vectors) -> float:
        return round(analogy_accuracy(keyed(vocabulary.words, vectors), questions).accuracy, 4)

    found = {
        "counting": [share(svd_vectors(ppmi(windows.pairs(*windows.flatten(encoded), 4).numpy(), size), 32))]
    }
    for name, cbow in (("Skip-gram", False), ("CBOW", True)):
        found[name] = []
        for passes in PASSES:
            how = {"window": 4, "dim": 32, "epochs": passes, "lr": LEARNING_RATE, "seed": seed, "cbow": cbow}
            found[name].append(share(train_gensim(encoded, size, **how).centre))
    return found


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.text_and_passes", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--out", type=Path, default=TABLE, help=f"where the table goes (default: {TABLE})")
    options = parser.parse_args(arguments)
    profile.use()  # one thread, so that the numbers are the same everywhere
    start = time.perf_counter()
    accuracy = {name: [[] for _ in SENTENCES] for name in ("Skip-gram", "CBOW", "counting")}
    for row, sentences in enumerate(SENTENCES):
        for seed in SEEDS:
            for name, values in measure(sentences, seed).items():
                accuracy[name][row].append(values)
            print(f"{sentences} sentences, seed {seed}: {time.perf_counter() - start:.0f} s", flush=True)
    # accuracy[model][amount of text][seed][number of passes]; counting has no passes, so one number
    table = {
        "sentences": SENTENCES,
        "passes": PASSES,
        "seeds": SEEDS,
        "lr": LEARNING_RATE,
        "accuracy": accuracy,
    }
    options.out.write_text(json.dumps(table) + "\n", encoding="utf-8")
    print(f"{options.out} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
