"""Which learning rate suits which translator? `python -m tools.translators`

Trains the four translators of the lesson *Translate with a Transformer* as it does, each with the same rates,
and prints which share of the validation sentences comes out right. Where the lowest or the highest rate is
the best one, the next is tried, too. The lesson shows the table and takes the best rate of each. It takes
about ten minutes on one free core.
"""

import argparse
import sys

from everyvec import profile, training
from everyvec.attention import seq2seq
from everyvec.attention.seq2seq import Seq2Seq, Words
from everyvec.data import phrases
from everyvec.transformer.block import Shape
from everyvec.transformer.translator import Translator

RATES = (0.0025, 0.005, 0.01)
SHAPE = Shape(width=64, heads=4, layers=1, inner=128, positions=64)
MODELS = {
    "Transformer": lambda sizes, seed: Translator(*sizes, SHAPE, seed=seed),
    "no positions": lambda sizes, seed: Translator(*sizes, SHAPE, place=None, seed=seed),
    "GRU, attention": lambda sizes, seed: Seq2Seq(*sizes, 72, "dot", width=64, seed=seed),
    "GRU, one vector": lambda sizes, seed: Seq2Seq(*sizes, 78, None, width=64, seed=seed),
}
TRAINING, VALIDATION, LONGEST = 6400, 300, 8
HOW = {"epochs": 6, "batch_size": 32, "warmup": 0.1, "clip": 1.0}


def measure(name: str, rate: float, seed: int, count: int = TRAINING) -> float:
    """Share of the validation sentences that are translated without a mistake."""
    english, chinese = map(Words, phrases.vocabulary())

    def pair(sentences):
        return english.encode([s.english for s in sentences]), chinese.encode([s.chinese for s in sentences])

    model = MODELS[name]((len(english), len(chinese)), seed)
    training.fit(
        model, pair(phrases.draw(count, seed=1, max_words=LONGEST)), lr=rate, seed=seed, title=name, **HOW
    )
    valid = pair(phrases.draw(VALIDATION, seed=6, max_words=LONGEST, part="valid"))
    return seq2seq.exact(model, *valid).float().mean().item()


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.translators", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0, help="for weights and order (default: 0)")
    parser.add_argument("--count", type=int, default=TRAINING, help="training sentences")
    options = parser.parse_args(arguments)
    profile.use()  # one thread, so that the numbers are the same everywhere
    for name in MODELS:
        shares, rates = {}, list(RATES)
        for rate in rates:
            shares[rate] = measure(name, rate, options.seed, options.count)
            print(f"{name:15}  {rate:<7g}  {shares[rate]:.2f}", flush=True)
            best = max(shares, key=shares.get)
            if len(shares) == len(rates) < 6 and best in (min(shares), max(shares)):
                rates.append(best / 2 if best == min(shares) else best * 2)  # is the next one better still?
    return 0


if __name__ == "__main__":
    sys.exit(main())
