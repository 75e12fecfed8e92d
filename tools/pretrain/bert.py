"""A BERT of the same English text: masked words, and whether a passage follows another.

A BERT of this size that started from random numbers predicted no more than the frequency of words after a
thousand steps. Ours starts from token vectors that were counted (module 1), which helped in short trials, and
from positions that are sines. 40 % of the words are masked; this share falls to 15 % with the learning rate.

Wettig et al.: Should You Mask 15% in Masked Language Modeling?, EACL 2023, arXiv:2202.08005.
Ankner et al.: Dynamic Masking Rate Schedules for MLM Pretraining, EACL 2024, arXiv:2305.15096.
"""

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.sparse import hstack
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers import PreTrainedTokenizerFast

from everyvec.data.passages import passages as passages_of_the_course
from everyvec.pretext.counts import ppmi, svd_vectors
from everyvec.transformer.attention import sinusoids
from everyvec.transformer.bert import BERT, masked
from everyvec.transformer.block import Shape
from everyvec.transformer.loading import from_bert
from tools.pretrain import ship, texts
from tools.pretrain.ngrams import KneserNey
from tools.pretrain.run import LongRun, decay_starts

NAME = "bert-english"
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PAD, UNKNOWN, CLS, SEP, MASK = range(5)
VOCABULARY = 4096
SHAPE = Shape(width=128, heads=4, layers=4, inner=512, positions=128, norm_first=False, eps=1e-12)
PASSAGE = 62  # tokens, at most: two of them, [CLS] and two [SEP] are 127
STEPS = 11000
SHARES = 0.4, 0.15  # of the words are masked: first, and at the last step
SPREAD = 0.05  # standard deviation of the token vectors and positions at the start
PAIRS = 24  # in a batch
TESTED = 2000  # masked words for which all words are compared
ANSWERS = Path("src/everyvec/transformer/trigram-answers.npz")


def tokenizer_of(
    documents: Sequence[texts.Document], vocabulary: int = VOCABULARY
) -> PreTrainedTokenizerFast:
    """Word pieces in lower case, learned from the training documents."""
    inner = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    inner.normalizer = normalizers.BertNormalizer(lowercase=True)
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary, special_tokens=list(SPECIAL), show_progress=False
    )
    inner.train_from_iterator((document.text for document in documents), trainer)
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=SHAPE.positions,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )


def kept_tokenizer(documents: Sequence[texts.Document], folder: Path) -> PreTrainedTokenizerFast:
    """The tokenizer of a run, learned once and kept beside its checkpoint: learned again, words that are
    equally frequent may get other numbers."""
    if not (folder / "tokenizer.json").is_file():
        tokenizer_of(documents).save_pretrained(folder)
    return PreTrainedTokenizerFast.from_pretrained(folder)


def passages(
    documents: Sequence[texts.Document], tokenizer: PreTrainedTokenizerFast
) -> dict[str, list[list[Tensor]]]:
    """source → its documents, each cut into passages of `PASSAGE` tokens; the last may be shorter."""
    found: dict[str, list[list[Tensor]]] = {}
    for document in documents:
        ids = torch.tensor(tokenizer(document.text, add_special_tokens=False, verbose=False)["input_ids"])
        found.setdefault(document.source, []).append(list(ids.split(PASSAGE)))
    return found


@dataclass(frozen=True)
class Pairs:
    """Passages in pairs, all (B, T): tokens, which are real, segments; and (B,) 1 where the second is of
    another document."""

    ids: Tensor
    real: Tensor
    segments: Tensor
    other: Tensor


def draw(cut: dict[str, list[list[Tensor]]], count: int, seed: int) -> Pairs:
    """Half of the pairs follow each other, half are of two documents of one source, so that the source does
    not tell which."""
    rng = np.random.default_rng(seed)
    places = [
        (source, document, place)
        for source, documents in cut.items()
        for document, found in enumerate(documents)
        for place in range(len(found) - 1)
    ]
    rows, segments, others = [], [], []
    for number in rng.integers(len(places), size=count):
        source, document, place = places[number]
        documents = cut[source]
        first, second = documents[document][place : place + 2]
        other = int(rng.random() < 0.5)
        if other:
            elsewhere = (document + 1 + rng.integers(len(documents) - 1)) % len(documents)
            second = documents[elsewhere][rng.integers(len(documents[elsewhere]))]
        rows.append(torch.cat([torch.tensor([CLS]), first, torch.tensor([SEP]), second, torch.tensor([SEP])]))
        segments.append(torch.arange(len(rows[-1])).ge(len(first) + 2).long())
        others.append(other)
    ids = pad_sequence(rows, batch_first=True, padding_value=PAD)
    kinds = pad_sequence(segments, batch_first=True)
    return Pairs(ids, ids != PAD, kinds, torch.tensor(others))


class Batches:
    """step → what `BERT.forward` takes."""

    def __init__(self, cut: dict[str, list[list[Tensor]]], count: int, steps: int):
        self.cut, self.count, self.steps = cut, count, steps

    def __call__(self, step: int) -> tuple[Tensor, ...]:
        pairs = draw(self.cut, self.count, step)
        generator = torch.Generator().manual_seed(step)
        first, last = SHARES
        left = min(1.0, (self.steps - step) / (self.steps - decay_starts(self.steps)))
        share = last + (first - last) * left
        changed, targets = masked(pairs.ids, pairs.ids > MASK, VOCABULARY, MASK, share, generator=generator)
        return changed, targets, pairs.real, pairs.segments, pairs.other


def counted(cut: dict[str, list[list[Tensor]]]) -> Tensor:
    """(V, D) token vectors by counting (PPMI): how much more often than by chance each word stands one or two
    places before or after another, and of this the D strongest directions."""
    documents = [torch.cat(found).numpy() for part in cut.values() for found in part]
    tables = []
    for apart in (1, 2):
        pairs = np.concatenate([np.stack([ids[:-apart], ids[apart:]], axis=1) for ids in documents])
        tables += [ppmi(pairs, VOCABULARY), ppmi(pairs[:, ::-1], VOCABULARY)]
    return torch.from_numpy(svd_vectors(hstack(tables).tocsr(), SHAPE.width))


def prepare(model: BERT, cut: dict[str, list[list[Tensor]]]) -> None:
    """Set the vectors with which the training begins."""
    starts = (
        (model.tokens, counted(cut)),
        (model.positions, sinusoids(torch.arange(SHAPE.positions), SHAPE.width)),
        (model.segments, model.segments.weight.detach()),
    )
    with torch.no_grad():
        for table, vectors in starts:
            table.weight.copy_(vectors * (SPREAD / vectors.std()))


def every_seventh(pairs: Pairs) -> Tensor:
    """(B, T) bool: the words that a measurement masks, all of them by [MASK]. Both their neighbours are words
    and not masked, so that n-grams see what stands beside them."""
    rows, columns = torch.meshgrid(*map(torch.arange, pairs.ids.shape), indexing="ij")
    words = torch.nn.functional.pad(pairs.ids > MASK, (1, 1))  # (B, T + 2)
    return ((rows + columns) % 7 == 3) & words[:, :-2] & words[:, 1:-1] & words[:, 2:]


@torch.inference_mode()
def measure(model: BERT, pairs: Pairs, apart: int = 1) -> tuple[Tensor, Tensor, float]:
    """Loss (n,) and whether it was right (n,) for each masked word, and the share of pairs told rightly.

    Args:
        model: in evaluation mode.
        pairs: with B rows.
        apart: 2 masks the neighbours of each word, too, so that the nearest word is two places away.
    """
    device, chosen = model.tokens.weight.device, every_seventh(pairs)
    losses, right, told = [], [], []
    for start in range(0, len(pairs.ids), 32):
        part = slice(start, start + 32)
        ids, real, kinds = (x[part].to(device) for x in (pairs.ids, pairs.real, pairs.segments))
        where = chosen[part].to(device)
        hidden = where.clone()
        if apart == 2:
            hidden[:, 1:] |= where[:, :-1]
            hidden[:, :-1] |= where[:, 1:]
        hidden &= ids > MASK  # [CLS] and [SEP] stay
        words = model.words(model.states(ids.masked_fill(hidden, MASK), real, kinds)[where])  # (n, V)
        losses.append(torch.nn.functional.cross_entropy(words, ids[where], reduction="none").cpu())
        right.append((words.argmax(dim=-1) == ids[where]).cpu())
        answers = model.pairs(model.states(ids, real, kinds)).argmax(dim=-1).cpu()
        told.append(answers == pairs.other[part])
    return torch.cat(losses), torch.cat(right), torch.cat(told).float().mean().item()


def around(pairs: Pairs, chosen: Tensor, apart: int) -> np.ndarray:
    """(n, 3): for each chosen word the words `apart` places before and after it, and itself."""
    ids = pairs.ids.numpy()
    rows, columns = chosen.numpy().nonzero()
    before, after = np.maximum(columns - apart, 0), np.minimum(columns + apart, ids.shape[1] - 1)
    return np.stack([ids[rows, before], ids[rows, after], ids[rows, columns]], axis=1)


class FromBothSides:
    """A word by the words on both sides of it: the mean of two Kneser–Ney models. One falls back on the word
    after it, the other on the word before. The weight of each is tuned on validation.

    Args:
        train, validation: (n, 3) the word before, the word after, and the word.
    """

    ORDERS = ([0, 1, 2], [1, 0, 2])

    def __init__(self, train: np.ndarray, validation: np.ndarray):
        self.models = [KneserNey(train[:, order], VOCABULARY) for order in self.ORDERS]
        found = []
        for model, order in zip(self.models, self.ORDERS, strict=True):
            found.append(np.exp(-model.tune(validation[:, order]).losses(validation[:, order])))
        shares = np.linspace(0, 1, 21)
        self.share = min(shares, key=lambda one: -np.log(one * found[0] + (1 - one) * found[1]).mean())

    def probabilities(self, before: int, after: int) -> np.ndarray:
        """(V,) of all words between these two."""
        words = np.arange(VOCABULARY)
        rows = np.stack([np.full(VOCABULARY, before), np.full(VOCABULARY, after), words], axis=1)
        first, second = (
            np.exp(-model.losses(rows[:, order]))
            for model, order in zip(self.models, self.ORDERS, strict=True)
        )
        return self.share * first + (1 - self.share) * second

    def answers(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n, 3) → the loss of each word (n,), and the most probable word (n,)."""
        losses, guesses = [], []
        for before, after, word in rows.tolist():
            probabilities = self.probabilities(before, after)
            losses.append(-np.log(probabilities[word]))
            guesses.append(probabilities.argmax())
        return np.array(losses), np.array(guesses)


def store_answers(trigram: FromBothSides, tokenizer: PreTrainedTokenizerFast) -> None:
    """Write what counting says at each of the first 124 words of the passages that come with the course."""
    losses, guesses = [], []
    for passage in passages_of_the_course():
        ids = torch.tensor([tokenizer(passage.text, add_special_tokens=False)["input_ids"][: 2 * PASSAGE]])
        inner = torch.ones_like(ids, dtype=torch.bool)
        inner[:, [0, -1]] = False
        row = Pairs(ids, inner, ids, ids[:, 0])
        loss, guess = trigram.answers(around(row, inner, 1))
        losses.append(np.pad(loss, 1))  # the first and the last word have one neighbour only
        guesses.append(np.pad(guess, 1))
    np.savez_compressed(ANSWERS, loss=np.float16(losses), guess=np.uint16(guesses))


def train(options: argparse.Namespace) -> None:
    """Train it, or go on where the last run was ended, and ship it."""
    parts = texts.split_documents(texts.english())
    tokenizer = kept_tokenizer(parts[0], options.folder / NAME)
    cuts = [passages(part, tokenizer) for part in parts]
    validation, test = draw(cuts[1], 300, seed=1), draw(cuts[2], 1000, seed=2)
    model = BERT(VOCABULARY, SHAPE)
    prepare(model, cuts[0])
    model.to(options.device)
    steps = options.steps or STEPS
    run = LongRun(
        model,
        Batches(cuts[0], PAIRS, steps),
        steps,
        options.folder / NAME,
        lambda current: measure(current, validation)[0].mean().item(),
        every=250,
        rates=(1e-2, 2e-3),
    )
    run.go(options.device, options.bf16)
    shipped = ship.to_bert(model.cpu(), PAD).half()
    measured = from_bert(shipped.float())  # what ships, rounded to half precision
    told = measure(measured, test)[2]
    # every training passage once, for counting
    whole = [
        torch.cat([torch.tensor([CLS]), *found, torch.tensor([SEP])])
        for part in cuts[0].values()
        for found in part
    ]
    ids = pad_sequence(whole, batch_first=True, padding_value=PAD)
    counted_pairs, tables = Pairs(ids, ids != PAD, ids, ids[:, 0]), []
    for apart in (1, 2):
        grams = around(counted_pairs, ids > MASK, apart)
        tuning, tested = (around(pairs, every_seventh(pairs), apart)[:TESTED] for pairs in (validation, test))
        trigram = FromBothSides(grams, tuning)
        if apart == 1:
            store_answers(trigram, tokenizer)
        shares = np.bincount(grams[:, 2], minlength=VOCABULARY) + 0.1
        shares /= shares.sum()
        loss, guesses = trigram.answers(tested)
        losses, right, _ = measure(measured, test, apart)
        rows = [
            (
                "the commonest word",
                -np.log(shares[tested[:, 2]]).mean(),
                (tested[:, 2] == shares.argmax()).mean(),
            ),
            ("trigram from both sides", loss.mean(), (guesses == tested[:, 2]).mean()),
            ("this model", losses[:TESTED].mean().item(), right[:TESTED].float().mean().item()),
        ]
        tables.append([(name, f"{math.exp(loss):.0f}", f"{100 * share:.0f} %") for name, loss, share in rows])
    card = TEXT.format(
        parameters=sum(parameter.numel() for parameter in model.parameters()) / 1e6,
        documents=[len(part) for part in parts],
        steps=run.done,
        minutes=run.seconds / 60,
        tested=TESTED,
        words=ship.table(("", "perplexity", "right"), tables[0]),
        hidden=ship.table(("", "perplexity", "right"), tables[1]),
        told=100 * told,
        other=100 * max(test.other.float().mean().item(), 1 - test.other.float().mean().item()),
    )
    ship.save(NAME, shipped, tokenizer, card)


TEXT = (Path(__file__).parent / "bert-card.md").read_text(encoding="utf-8")
