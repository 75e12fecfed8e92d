"""An OPT that writes Chinese quatrains (绝句), trained on those of the Tang and Song dynasties."""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from everyvec.data import poetry
from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder
from everyvec.transformer.generation import Choice, generate
from everyvec.transformer.loading import from_opt
from tools.pretrain import ship, texts
from tools.pretrain.ngrams import KneserNey, windows
from tools.pretrain.run import LongRun

NAME = "opt-poems"
FORMS = ("五绝", "七绝")  # four lines of five characters, four of seven

# <pad> and <unk> never occur in training. A poem is its form, its text with marks, and <end>.
SPECIAL = ("<pad>", "<unk>", "<end>", *(f"<{form}>" for form in FORMS))
PAD, UNKNOWN, END = range(3)
MARKS = ("，", "。")
FIRST = len(SPECIAL) + len(MARKS)  # the first character's number

# As many characters as there are numbers with 12 bits: 99.2 % of all characters of the poems. Positions for
# the longest poem and no more, so that each of them is trained.
VOCABULARY = 4096
SHAPE = Shape(width=128, heads=4, layers=4, inner=512, positions=34, activation="relu")
STEPS = 1100
BATCH = 2048  # tokens
HELD_OUT = 1500  # poems for validation, and as many for the test


def parts() -> tuple[list[str], list[list[texts.Poem]]]:
    """The vocabulary, and training, validation and test poems, all of whose characters are in it."""
    everything = [poem for poem in texts.poems() if poem.form in FORMS]
    letters = texts.common(everything, VOCABULARY - FIRST)
    known = set(letters)
    kept = [poem for poem in everything if known.issuperset("".join(poem.lines))]
    return [*SPECIAL, *MARKS, *letters], [list(part) for part in texts.split(kept, HELD_OUT)]


def encoded(poems: Sequence[texts.Poem], vocabulary: Sequence[str]) -> dict[str, Tensor]:
    """form → (n, T) int64, the tokens of its poems, which all are of one length."""
    numbers = {token: number for number, token in enumerate(vocabulary)}
    rows: dict[str, list[list[int]]] = {form: [] for form in FORMS}
    for poem in poems:
        rows[poem.form].append([numbers[f"<{poem.form}>"], *(numbers[c] for c in poem.text), END])
    return {form: torch.tensor(found) for form, found in rows.items()}


class Batches:
    """step → (B, T) tokens of poems of one form; each poem once an epoch.

    Args:
        forms: form → (n, T).
        tokens: about how many in a batch.
    """

    def __init__(self, forms: dict[str, Tensor], tokens: int):
        self.forms, self.tokens, self.epoch, self.plan = forms, tokens, -1, []
        self.count = sum(-(-len(rows) // self._rows(rows)) for rows in forms.values())  # an epoch's batches

    def __call__(self, step: int) -> tuple[Tensor]:
        epoch, place = divmod(step, self.count)
        if epoch != self.epoch:
            rng = np.random.default_rng(epoch)
            self.epoch, self.plan = epoch, []
            for form, rows in self.forms.items():
                order, size = rng.permutation(len(rows)), self._rows(rows)
                self.plan += [(form, order[start : start + size]) for start in range(0, len(rows), size)]
            rng.shuffle(self.plan)
        form, chosen = self.plan[place]
        return (self.forms[form][torch.from_numpy(chosen)],)

    def _rows(self, rows: Tensor) -> int:
        return max(1, self.tokens // rows.shape[1])


@torch.inference_mode()
def losses(model: Decoder, forms: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """All tokens after the first of each poem, and the loss of each in nats; both (n,)."""
    device = model.tokens.weight.device
    targets, found = [], []
    for rows in forms.values():
        for ids in rows.split(64):
            ids = ids.to(device)
            logits = model.scores(model.states(ids[:, :-1]))  # (B, T − 1, V)
            wanted = ids[:, 1:].flatten()
            loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), wanted, reduction="none")
            targets.append(wanted.cpu())
            found.append(loss.cpu())
    return torch.cat(targets), torch.cat(found)


def of_characters(targets: Tensor, found: Tensor) -> float:
    """Mean loss of the characters; marks and ends, whose places are known, are left out."""
    return found[targets >= FIRST].mean().item()


def train(options: argparse.Namespace) -> None:
    """Train it, or go on where the last run was ended, and ship it."""
    vocabulary, (training, validation, test) = parts()
    print(f"{len(training):,} poems for training, {len(validation):,} for validation", flush=True)
    model = Decoder(len(vocabulary), SHAPE).to(options.device)
    few = encoded(validation[:300], vocabulary)
    batches = Batches(encoded(training, vocabulary), BATCH)
    run = LongRun(
        model,
        batches,
        options.steps or STEPS,
        options.folder / NAME,
        lambda current: of_characters(*losses(current, few)),
        every=100,
    )
    run.go(options.device, options.bf16)
    shipped = ship.to_opt(model.cpu(), PAD, len(SPECIAL) - 1, END).half()
    tokenizer = tokenizer_of(vocabulary)
    measured = from_opt(shipped.float())  # what ships, rounded to half precision
    card = card_of(measured, vocabulary, training, validation, test, run, batches)
    ship.save(NAME, shipped, tokenizer, card)


def tokenizer_of(vocabulary: Sequence[str]) -> PreTrainedTokenizerFast:
    """A token is a character or the name of a form; white space is dropped, an unknown character is <unk>."""
    numbers = {token: number for number, token in enumerate(vocabulary)}
    inner = Tokenizer(models.WordLevel(numbers, unk_token="<unk>"))
    inner.normalizer = normalizers.Replace(Regex(r"\s"), "")
    inner.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    inner.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        pad_token="<pad>",
        unk_token="<unk>",
        eos_token="<end>",
        additional_special_tokens=[f"<{form}>" for form in FORMS],
        padding_side="left",
        model_max_length=SHAPE.positions,
        model_input_names=["input_ids", "attention_mask"],
    )


def baselines(
    vocabulary: Sequence[str],
    training: Sequence[texts.Poem],
    validation: Sequence[texts.Poem],
    test: Sequence[texts.Poem],
) -> list[tuple[str, float]]:
    """Name and perplexity on the test poems of the n-grams of orders 1 to 4, tuned on the validation poems.

    Each order reads the text with its marks or without them, whichever is better on validation: without, a
    character at the start of a line has the end of the line before it as its context.
    """
    numbers = [encoded(part, vocabulary) for part in (training, validation, test)]
    found = []
    for order in range(1, 5):
        best = None
        for marks in (True, False):
            grams = [
                np.concatenate(
                    [windows(_without(rows, marks), order, PAD) for rows in part.values() if len(rows)]
                )
                for part in numbers
            ]
            wanted = [rows[rows[:, -1] >= FIRST] for rows in grams[1:]]
            model = KneserNey(grams[0], len(vocabulary)).tune(wanted[0])
            scores = [math.exp(model.losses(rows).mean()) for rows in wanted]
            if best is None or scores[0] < best[0]:
                best = scores
        found.append((("unigram", "bigram", "trigram", "4-gram")[order - 1], best[1]))
    return found


def _without(rows: Tensor, marks: bool) -> np.ndarray:
    if marks:
        return rows.numpy()
    keep = (rows[0] >= FIRST) | (torch.arange(rows.shape[1]) == 0)  # marks stand at the same places
    return rows[:, keep].numpy()


def written(model: Decoder, vocabulary: Sequence[str], form: str, count: int, choice: Choice) -> list[str]:
    """So many poems of a form that the model writes, without a prompt."""
    ids = torch.full((count, 1), list(vocabulary).index(f"<{form}>"))
    rows = generate(model, ids, model.shape.positions - 1, choice, end=END, pad=PAD)[:, 1:]
    return ["".join(vocabulary[i] for i in row if i not in (PAD, END)) for row in rows.tolist()]


def card_of(
    model: Decoder,
    vocabulary: Sequence[str],
    training: Sequence[texts.Poem],
    validation: Sequence[texts.Poem],
    test: Sequence[texts.Poem],
    run: LongRun,
    batches: Batches,
) -> str:
    """The model's card, with everything on it measured here."""
    found = losses(model, encoded(test, vocabulary))
    tang = losses(model, encoded([poem for poem in test if poem.dynasty == "tang"], vocabulary))
    perplexities = [
        *baselines(vocabulary, training, validation, test),
        ("this model", math.exp(of_characters(*found))),
    ]
    everything = {line for poem in training for line in poem.lines}
    judged, examples = [], []
    rng = np.random.default_rng(0)
    for form in FORMS:
        people = [poem for poem in test if poem.form == form]
        lines = [line for poem in people for line in poem.lines]
        rng.shuffle(lines)
        mixed = ["，".join(lines[start : start + 4]) for start in range(0, len(lines), 4)]
        judged.append(
            _judged(f"{form}: people, test poems", [poem.text for poem in people], form, everything)
        )
        judged.append(_judged(f"{form}: their lines, shuffled", mixed, form, everything))
        for temperature in (0.7, 1.0):
            poems = written(model, vocabulary, form, 400, Choice(temperature))
            judged.append(_judged(f"{form}: this model, T = {temperature}", poems, form, everything))
            if temperature == 0.7:
                examples += poems[:4]  # the first four, not the best four
    parameters = sum(parameter.numel() for parameter in model.parameters())
    head = ("", "right lengths", "rhyme", "level ends", "opposed", "lines from training")
    return TEXT.format(
        parameters=parameters / 1e6,
        poems=len(training),
        characters=sum(len("".join(poem.lines)) for poem in training) / 1e6,
        held=len(validation),
        steps=run.done,
        epochs=run.done / batches.count,
        minutes=run.seconds / 60,
        perplexities=ship.table(("", "perplexity"), [(name, f"{value:.0f}") for name, value in perplexities]),
        tang=math.exp(of_characters(*tang)),
        tang_poems=sum(poem.dynasty == "tang" for poem in test),
        rules=ship.table(head, judged),
        examples="\n".join(f"- {poem}" for poem in examples),
    )


def _judged(name: str, poems: Sequence[str], form: str, training: set[str]) -> tuple[str, ...]:
    means = poetry.mean_rules(poems, form)
    lines = [line for poem in poems for line in poetry.lines(poem)]
    copied = f"{100 * sum(line in training for line in lines) / len(lines):.1f} %"
    rules = [
        f"{100 * means[key]:.0f} %" if key in means else "" for key in ("shape", "rhyme", "level", "opposed")
    ]
    return (name, *rules, copied)


TEXT = (Path(__file__).parent / "chinese-card.md").read_text(encoding="utf-8")
