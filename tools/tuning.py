"""What *Which weights to train* needs beforehand. `python -m tools.tuning pretrain`, then `… rates`, `… more`

`pretrain` trains the decoder of rated sentences (80 s of one core) and writes its weights in half precision.
`rates` tries eight learning rates for each way of tuning, the same eight, and with more labels four around
the best of them. It writes the accuracy of each on validation data; the lesson takes the best, and measures
with other labels on test data. It takes five minutes of one core.
`more` measures what the lesson has no time for: a random start with three times the steps, and accuracy
together with perplexity at several rates. It takes five minutes, too.
"""

import argparse
import json
import sys
from collections.abc import Sequence

import numpy as np
import torch
from safetensors.torch import save_file

from everyvec import profile, training
from everyvec.transformer import fine_tuning, reviews_decoder, rule_game
from everyvec.transformer.decoder import Decoder

PASSES = 6
LEARNING_RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1)
DRAWS = {8: (100, 101, 102), 64: (100, 101)}  # labels a class, and whose draws; the lesson's begin at 0
NEAR = 4  # of the rates are tried with 64 labels: one below the best with 8, that one, and two above
EXAMPLES = (7, 28)  # of the rule game
LONGER = 3 * fine_tuning.STEPS
FORGETTING = {  # way → the rates at which forgetting is measured, up to the best on validation sentences
    "BitFit": LEARNING_RATES[2:6],
    "LoRA": LEARNING_RATES[2:6],
    "adapters": LEARNING_RATES[2:6],
    "full": (3e-5, *LEARNING_RATES[:3]),
}
LESSON_DRAWS = {8: range(3), 64: range(2)}  # labels a class, and whose draws
MORE_DRAWS = {8: range(6), 64: range(4)}
GAME_RULES = 4  # of those that training has shown: the lesson's are held out


def pretrain() -> None:
    """Train the decoder of rated sentences and write its weights."""
    rows, valid = (reviews_decoder.stream(part, reviews_decoder.ROW) for part in ("train", "valid"))
    model = Decoder(len(reviews_decoder.vocabulary()), reviews_decoder.SHAPE)
    how = {"epochs": PASSES, "batch_size": 64, "lr": 3e-3, "weight_decay": 0.05, "clip": 1.0}
    history = training.fit(model, [rows], valid=[valid], **how)
    print("perplexity on validation:", [f"{np.exp(loss):.1f}" for loss in history.valid_losses])
    save_file(
        {name: w.half().contiguous() for name, w in model.state_dict().items()}, reviews_decoder.WEIGHTS
    )


def task(part: str, per_class: int, seed: int) -> tuple[torch.Tensor, ...]:
    """Tokens, which of them are real, and the sources of sentences."""
    texts, labels = reviews_decoder.drawn(part, per_class, seed)
    return (*reviews_decoder.encode(texts), labels)


def tried(
    decoder: Decoder, way: str, per_class: int, lrs: Sequence[float], steps: int = fine_tuning.STEPS
) -> dict[str, list[float]]:
    """For each learning rate the accuracy of each draw on validation sentences."""
    valid, found = task("valid", 150, 99), {}
    for lr in lrs:
        rates, found[f"{lr:g}"] = (lr, lr if way == "head only" else fine_tuning.HEAD_RATE), []
        for draw in DRAWS[per_class]:
            data = task("train", per_class, draw)
            model = fine_tuning.fine_tune(decoder, way, rates, data, steps, seed=draw)
            found[f"{lr:g}"].append(round(model.accuracy(*valid), 3))
    return found


def near(found: dict[str, list[float]]) -> Sequence[float]:
    """The rates to try with more labels."""
    best = LEARNING_RATES.index(fine_tuning.best(found))
    first = min(max(best - 1, 0), len(LEARNING_RATES) - NEAR)
    return LEARNING_RATES[first : first + NEAR]


def game(model: rule_game.Learner, examples: int) -> dict[str, list[float]]:
    """For each learning rate the accuracy on each rule, after fine-tuning on so many examples."""
    rules = rule_game.held_out()[1][:: 270 // GAME_RULES][:GAME_RULES]
    found = {}
    for lr in LEARNING_RATES:
        found[f"{lr:g}"] = []
        for number, rule in enumerate(rules):
            order = torch.randperm(rule_game.WORDS, generator=rule_game.generator(100 + number))
            letters = rule_game.RULES[rule]
            shown, asked = order[:examples], order[examples:]
            tuned = rule_game.fine_tuned(model, shown, letters[shown], lr)
            right = rule_game.without_prompt(tuned, asked) == letters[asked]
            found[f"{lr:g}"].append(round(right.float().mean().item(), 3))
    return found


def rates() -> None:
    """Try all learning rates and write the table."""
    decoder, few, more = reviews_decoder.load(), {}, {}
    for way in fine_tuning.WAYS:
        few[way] = tried(decoder, way, 8, LEARNING_RATES)
        more[way] = tried(decoder, way, 64, near(few[way]))
        print(way, few[way], more[way], flush=True)
    model = rule_game.pretrained()
    table = {"8": few, "64": more, "game": {str(n): game(model, n) for n in EXAMPLES}}
    fine_tuning.RATES.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def longer(decoder: Decoder, per_class: int) -> dict[str, dict[str, list[float]]]:
    """A random start with `LONGER` steps: rates on validation sentences, and the best on test sentences."""
    lrs = LEARNING_RATES[1:5]  # around the best with fewer steps
    found = tried(decoder, "from scratch", per_class, lrs, LONGER)
    rates, test = (fine_tuning.best(found), fine_tuning.HEAD_RATE), task("test", 250, 9)
    right = []
    for draw in LESSON_DRAWS[per_class]:
        data = task("train", per_class, draw)
        model = fine_tuning.fine_tune(decoder, "from scratch", rates, data, LONGER, seed=draw)
        right.append(round(model.accuracy(*test), 3))
    return {"validation": found, "test": {f"{rates[0]:g}": right}}


def forgetting(decoder: Decoder, per_class: int) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Way → rate → the accuracy of each draw on test sentences, and its perplexity on unread ones."""
    test, unread = task("test", 250, 9), reviews_decoder.stream("test", 40, seed=1)[:300]
    found = {}
    for way, lrs in FORGETTING.items():
        found[way] = {}
        for lr in lrs:
            found[way][f"{lr:g}"] = at = {"accuracy": [], "perplexity": []}
            for draw in MORE_DRAWS[per_class]:
                data, rates = task("train", per_class, draw), (lr, fine_tuning.HEAD_RATE)
                model = fine_tuning.fine_tune(decoder, way, rates, data, seed=draw)
                at["accuracy"].append(round(model.accuracy(*test), 3))
                at["perplexity"].append(round(fine_tuning.perplexity(model.decoder, unread), 1))
            print(per_class, way, f"{lr:g}", at, flush=True)
    return found


def more() -> None:
    """Measure what the lesson has no time for, and write it."""
    decoder, sizes = reviews_decoder.load(), (8, 64)
    table = {
        "forgetting": {str(n): forgetting(decoder, n) for n in sizes},
        "longer": {str(n): longer(decoder, n) for n in sizes},
    }
    fine_tuning.MORE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.tuning", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("pretrain", "rates", "more"))
    options = parser.parse_args(arguments)
    profile.use()  # one thread, so that the numbers are the same everywhere
    {"pretrain": pretrain, "rates": rates, "more": more}[options.what]()
    return 0


if __name__ == "__main__":
    sys.exit(main())
