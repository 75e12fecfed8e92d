"""Sequence to sequence: an encoder reads a sentence, a decoder writes another, with or without attention.

The encoder hands the decoder a store. Without attention it holds one vector, a summary of the sentence. With
attention it holds the state after each word. All else is the same: the decoder's state asks the store, and
what it gets helps to choose the next word. From a store with one vector every query gets that vector.

The query is the decoder's state after it has read the words so far (Luong). So in training one call of the
GRU gives the states of all places, and one lookup serves them all. In Bahdanau's model what was looked up
also enters the next state, so training has to go word by word, too.

Sutskever, Vinyals, Le: Sequence to Sequence Learning with Neural Networks, NeurIPS 2014, arXiv:1409.3215 (one
vector). Bahdanau, Cho, Bengio: Neural Machine Translation by Jointly Learning to Align and Translate, ICLR
2015, arXiv:1409.0473 (two-way encoder, additive scores). Luong, Pham, Manning: Effective Approaches to
Attention-based Neural Machine Translation, EMNLP 2015, arXiv:1508.04025 (dot products).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from everyvec import seeds
from everyvec.attention.lookup import AdditiveScores, Attention, masked_softmax, padding_mask

PAD, START, END = 0, 1, 2
Pair = tuple[tuple[str, ...], tuple[str, ...]]


class Words:
    """Words as numbers: 0 is padding, 1 the start and 2 the end of a sentence.

    Args:
        words: the vocabulary, in the order of its numbers, from 3 on.
    """

    def __init__(self, words: Iterable[str]):
        self.words = ["<pad>", "<start>", "<end>", *words]
        self._number = {word: number for number, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, sentences: Sequence[Sequence[str]]) -> Tensor:
        """(N, T) numbers; each sentence is followed by the end, and by padding up to the longest.

        Raises:
            KeyError: for a word that is not in the vocabulary.
        """
        rows = [torch.tensor([*(self._number[word] for word in words), END]) for words in sentences]
        return nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=PAD)

    def decode(self, numbers: Tensor) -> list[tuple[str, ...]]:
        """The sentences of (N, T) numbers, each up to its end."""
        sentences = []
        for row in numbers.tolist():
            length = row.index(END) if END in row else len(row)
            sentences.append(tuple(self.words[number] for number in row[:length]))
        return sentences


class Store(NamedTuple):
    """What the encoder hands over."""

    states: Tensor  # (B, T, h) keys and values; T is 1 without attention
    mask: Tensor  # (B, 1, T) bool, True where there is a word
    summary: Tensor  # (B, h) the decoder's first state


class Seq2Seq(nn.Module):
    """A GRU that reads and a GRU that writes.

    Args:
        source_words: size of the vocabulary that is read, with padding, start and end.
        target_words: size of the vocabulary that is written.
        hidden: h, width of the summary, of the encoder's states and of the decoder's; even.
        attention: None (a store with one vector), "dot" or "additive".
        two_way: the encoder reads in both directions, half of h for each, so that a state knows what comes
            after its word; otherwise from left to right, with all of h.
        width: w, of the word vectors.
        seed: for the initial weights.
    """

    def __init__(
        self,
        source_words: int,
        target_words: int,
        hidden: int,
        attention: str | None = "dot",
        two_way: bool = True,
        width: int = 32,
        seed: int = 0,
    ):
        super().__init__()
        if attention not in (None, "dot", "additive"):
            raise ValueError(f"attention is None, 'dot' or 'additive', not {attention!r}")
        torch.manual_seed(seeds.of(seed))
        self.attention = attention
        self.source = nn.Embedding(source_words, width)
        self.target = nn.Embedding(target_words, width)
        each = hidden // 2 if two_way else hidden
        self.encoder = nn.GRU(width, each, batch_first=True, bidirectional=two_way)
        self.decoder = nn.GRU(width, hidden, batch_first=True)
        if attention == "additive":
            self.scores = AdditiveScores(hidden, hidden, hidden)
        if attention == "dot":
            self.lookup = Attention(hidden, hidden, hidden)  # the values are the states themselves
        self.mix = nn.Linear(2 * hidden, hidden)
        self.answer = nn.Linear(hidden, target_words)

    def encode(self, source: Tensor) -> Store:
        """The store for a batch of sentences (B, S)."""
        lengths = (source != PAD).sum(dim=1)  # (B,)
        # packed, so that no direction ever reads the padding: `last` is the state after the last word
        packed = pack_padded_sequence(
            self.source(source), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        states, last = self.encoder(packed)  # last (1 or 2, B, each)
        summary = last.transpose(0, 1).flatten(1)  # (B, h)
        if self.attention is None:
            everywhere = torch.ones_like(lengths)
            return Store(summary.unsqueeze(1), padding_mask(everywhere, 1), summary)
        states, _ = pad_packed_sequence(states, batch_first=True, total_length=source.shape[1])  # (B, S, h)
        return Store(states, padding_mask(lengths, source.shape[1]), summary)

    def look(self, queries: Tensor, store: Store) -> tuple[Tensor, Tensor]:
        """What queries (B, N, h) get from the store, (B, N, h), and the weights, (B, N, T)."""
        if self.attention == "dot":
            return self.lookup(queries, store.states, store.mask)
        if self.attention == "additive":
            weights = masked_softmax(self.scores(queries, store.states), store.mask)  # (B, N, T)
        else:
            weights = queries.new_ones(*queries.shape[:2], 1)  # one vector: all the weight is on it
        return weights @ store.states, weights

    def write(self, words: Tensor, state: Tensor, store: Store) -> tuple[Tensor, Tensor, Tensor]:
        """What comes after each of the words.

        Args:
            words: (B, N) the words so far, or only the next one: the state knows the rest.
            state: (B, h) the decoder's state before them.
            store: of the same B sentences.

        Returns:
            Scores of the words that may follow (B, N, V), the state after the last one (B, h), and the
            weights (B, N, T).
        """
        queries, last = self.decoder(self.target(words), state.unsqueeze(0).contiguous())  # (B, N, h)
        found, weights = self.look(queries, store)  # (B, N, h), (B, N, T)
        mixed = torch.tanh(self.mix(torch.cat([queries, found], dim=-1)))  # (B, N, h)
        return self.answer(mixed), last.squeeze(0), weights

    def forced(self, source: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """Teacher forcing: scores (B, N, V) and weights (B, N, T) where the words so far are right."""
        store = self.encode(source)
        start = torch.full_like(target[:, :1], START)
        scores, _, weights = self.write(torch.cat([start, target[:, :-1]], dim=1), store.summary, store)
        return scores, weights

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Mean loss of a word, in nats, for sentences (B, S) and their translations (B, N)."""
        scores, _ = self.forced(source, target)
        return F.cross_entropy(scores.flatten(0, 1), target.flatten(), ignore_index=PAD)

    @torch.no_grad()
    def translate(self, source: Tensor, most: int) -> tuple[Tensor, Tensor]:
        """Greedy decoding: always the word with the highest score, until all sentences have ended.

        Args:
            source: (B, S).
            most: words, at most.

        Returns:
            Words (B, N), padding after the end, and the weights (B, N, T) with which each was chosen.
        """
        store = self.encode(source)
        state, word = store.summary, torch.full_like(source[:, :1], START)
        ended = torch.zeros_like(word, dtype=torch.bool)  # (B, 1)
        words, maps = [], []
        while len(words) < most and not ended.all():
            scores, state, weights = self.write(word, state, store)
            word = scores.argmax(dim=-1).masked_fill(ended, PAD)  # (B, 1)
            ended = ended | (word == END)
            words.append(word)
            maps.append(weights)
        return torch.cat(words, dim=1), torch.cat(maps, dim=1)


def translate_by_loop(model: Seq2Seq, source: Tensor, most: int) -> list[int]:
    """`translate` for one sentence (S,) without padding, spelt out; the word numbers, the end among them."""
    store = model.encode(source.unsqueeze(0))  # a batch of one
    state, words = store.summary, [START]
    while len(words) <= most and words[-1] != END:
        scores, state, _ = model.write(torch.tensor([words[-1:]]), state, store)
        words.append(int(scores[0, 0].argmax()))
    return words[1:]


@torch.no_grad()
def exact(model: Seq2Seq, source: Tensor, target: Tensor, at_once: int = 512) -> Tensor:
    """(N,) bool: which sentences are translated without a mistake, the end in its place."""
    right = []
    for some, wanted in zip(source.split(at_once), target.split(at_once), strict=True):
        written, _ = model.translate(some, wanted.shape[1])
        missing = wanted.shape[1] - written.shape[1]
        right.append((F.pad(written, (0, missing), value=PAD) == wanted).all(dim=1))
    return torch.cat(right)


def parameters(model: nn.Module) -> int:
    """How many numbers are learned."""
    return sum(weight.numel() for weight in model.parameters())


SYMBOLS = tuple("abcdefghijklmnopqrst")
TASKS = {
    "copy": lambda symbols: symbols,
    "reverse": lambda symbols: symbols[::-1],
    # the one symbol that stands there once
    "odd one out": lambda symbols: tuple(symbol for symbol in symbols if symbols.count(symbol) == 1),
}


def symbols(task: str, count: int, shortest: int, longest: int, seed: int = 0) -> list[Pair]:
    """Random strings of letters and what the task makes of them.

    Args:
        task: "copy", "reverse", or "odd one out", where all letters but one are alike.
        count: strings, equally many of each length, in mixed order.
        shortest, longest: lengths; at least 3 for "odd one out".
        seed: for all of it.
    """
    if task not in TASKS or not (3 if task == "odd one out" else 1) <= shortest <= longest:
        raise ValueError(f"no strings of {shortest} to {longest} symbols for the task {task!r}")
    rng = seeds.rng(seed)
    strings = []
    for length in rng.permutation([shortest + n % (longest - shortest + 1) for n in range(count)]):
        letters = rng.integers(0, len(SYMBOLS), length)
        if task == "odd one out":
            letters[:], odd = rng.choice(len(SYMBOLS), 2, replace=False)
            letters[rng.integers(length)] = odd
        strings.append(tuple(SYMBOLS[letter] for letter in letters))
    return [(string, TASKS[task](string)) for string in strings]


def aligned(weights: Tensor, alignment: Iterable[tuple[int, int]], words: int) -> list[bool]:
    """For each word that was written: is its largest weight on a partner?

    Args:
        weights: (N, T), N at least the number of words that were written, T at least that of those read.
        alignment: pairs (i, j): word i that is read stands for word j that is written. A word that is written
            and has no partner is left out.
        words: how many were read. The weight on the end, and on padding, counts as a miss when it is largest.
    """
    partners: dict[int, set[int]] = {}
    for read, written in alignment:
        partners.setdefault(written, set()).add(read)
    best = weights.argmax(dim=-1).tolist()  # (N,)
    return [best[written] < words and best[written] in found for written, found in sorted(partners.items())]
