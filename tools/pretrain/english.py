"""An OPT that writes English of the kind of presidents and whalers."""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder
from everyvec.transformer.generation import Choice, generate
from everyvec.transformer.loading import from_opt
from tools.pretrain import ship, texts
from tools.pretrain.ngrams import KneserNey, windows
from tools.pretrain.run import LongRun

NAME = "opt-english"
SPECIAL = ("<pad>", "<end>")  # <end> stands before each document, too: a text begins with it
PAD, END = range(2)
VOCABULARY = 4096
SHAPE = Shape(width=160, heads=5, layers=4, inner=640, positions=256, activation="relu", dropout=0.1)
STEPS = 6000  # about 5 times through the text
ROWS = 10  # pieces of 256 tokens in a batch


def tokenizer_of(
    documents: Sequence[texts.Document], vocabulary: int = VOCABULARY
) -> PreTrainedTokenizerFast:
    """Byte pairs (GPT-2's way), learned from the training documents."""
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    inner.train_from_iterator((document.text for document in documents), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        pad_token="<pad>",
        bos_token="<end>",
        eos_token="<end>",
        padding_side="left",
        model_max_length=SHAPE.positions,
        model_input_names=["input_ids", "attention_mask"],
    )


def stream(documents: Sequence[texts.Document], tokenizer: PreTrainedTokenizerFast) -> Tensor:
    """All documents one after the other, each with <end> before it, and one at the very end; (n,)."""
    numbers = []
    for found in tokenizer.backend_tokenizer.encode_batch([document.text for document in documents]):
        numbers += [END, *found.ids]
    return torch.tensor([*numbers, END])


class Batches:
    """step → (B, T) pieces of the stream, cut anew each epoch, each once an epoch."""

    def __init__(self, tokens: Tensor, rows: int, length: int):
        self.tokens, self.rows, self.length, self.epoch, self.order = tokens, rows, length, -1, None
        self.count = (len(tokens) // length - 1) // rows  # an epoch's batches

    def __call__(self, step: int) -> tuple[Tensor]:
        epoch, place = divmod(step, self.count)
        if epoch != self.epoch:
            rng = np.random.default_rng(epoch)
            starts = rng.integers(self.length) + self.length * np.arange(self.count * self.rows)
            self.epoch, self.order = epoch, rng.permutation(starts)
        chosen = self.order[place * self.rows : (place + 1) * self.rows]
        return (torch.stack([self.tokens[start : start + self.length] for start in chosen]),)


@torch.inference_mode()
def losses(model: Decoder, tokens: Tensor, most: int | None = None) -> Tensor:
    """(n − 1,) the loss in nats of each token but the first, read with at least half a window before it
    where there is as much."""
    device, size = model.tokens.weight.device, model.shape.positions
    found, done = [], 1
    last = len(tokens) if most is None else min(len(tokens), most)
    while done < last:
        start = max(0, done - size // 2)
        piece = tokens[start : start + size].to(device)
        logits = model.scores(model.states(piece[None, :-1]))[0]  # (T − 1, V)
        loss = torch.nn.functional.cross_entropy(logits, piece[1:], reduction="none").cpu()
        found.append(loss[done - start - 1 :])
        done = start + len(piece)
    return torch.cat(found)


def train(options: argparse.Namespace) -> None:
    """Train it, or go on where the last run was ended, and ship it."""
    parts = texts.split_documents(texts.english())
    tokenizer = tokenizer_of(parts[0])
    training, validation, test = (stream(part, tokenizer) for part in parts)
    print(f"{len(training):,} tokens for training, {len(validation):,} for validation", flush=True)
    model = Decoder(VOCABULARY, SHAPE).to(options.device)
    batches = Batches(training, ROWS, SHAPE.positions)
    run = LongRun(
        model,
        batches,
        options.steps or STEPS,
        options.folder / NAME,
        lambda current: losses(current, validation, 20_000).mean().item(),
        every=250,
    )
    run.go(options.device, options.bf16)
    shipped = ship.to_opt(model.cpu(), PAD, END, END).half()
    measured = from_opt(shipped.float())  # what ships, rounded to half precision
    rows = baselines(training, validation, test)
    rows.append(("this model", losses(measured, test).mean().item()))
    words = sum(len(document.text.split()) for document in parts[2])
    card = TEXT.format(
        parameters=sum(parameter.numel() for parameter in model.parameters()) / 1e6,
        documents=[len(part) for part in parts],
        tokens=len(training) / 1e6,
        words=len(test) / words,
        steps=run.done,
        epochs=run.done / batches.count,
        minutes=run.seconds / 60,
        perplexities=ship.table(
            ("", "a token", "a word"),
            [
                (name, f"{math.exp(loss):.0f}", f"{math.exp(loss * len(test) / words):.0f}")
                for name, loss in rows
            ],
        ),
        examples="\n".join(f"- {text}" for text in written(measured, tokenizer)),
    )
    ship.save(NAME, shipped, tokenizer, card)


def baselines(training: Tensor, validation: Tensor, test: Tensor) -> list[tuple[str, float]]:
    """Name and loss on the test text of Kneser–Ney n-grams, their discounts tuned on validation."""
    found = []
    for order, name in enumerate(("unigram", "bigram", "trigram", "4-gram"), start=1):
        grams = [windows(part.numpy()[None], order, PAD) for part in (training, validation, test)]
        model = KneserNey(grams[0], VOCABULARY).tune(grams[1])
        found.append((name, model.losses(grams[2]).mean()))
    return found


def written(model: Decoder, tokenizer: PreTrainedTokenizerFast) -> list[str]:
    """What it writes after two prompts, at T = 0.8 and top-p 0.9; the first draws, not the best."""
    found = []
    for prompt in ("The people of the United States", "The captain looked at the sea"):
        ids = torch.tensor([[END, *tokenizer(prompt)["input_ids"]]]).repeat(3, 1)
        rows = generate(model, ids, 80, Choice(0.8, top_p=0.9), end=END, pad=PAD)
        found += [tokenizer.decode(row, skip_special_tokens=True).replace("\n", " ") for row in rows]
    return found


TEXT = (Path(__file__).parent / "english-card.md").read_text(encoding="utf-8")
