"""Encoder only, decoder only, encoder–decoder: the same blocks, put together in three ways.

All three are asked in one form. They read a source, and there is a row of places after it on which they say
one token each. So every task has the same shape, "text to text", and what differs is who may look where.

    encoder only      one stack, all look at all; a place not yet known is a mask
    decoder only      one stack, each looks at itself and back; or the source also at all of itself (prefix)
    encoder–decoder   one stack reads the source, another looks back, and asks the first by cross-attention

Raffel et al.: Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer, JMLR 2020,
arXiv:1910.10683 (T5: text to text, and the masks compared). Ghazvininejad et al.: Mask-Predict, EMNLP 2019,
arXiv:1904.09324 (masked places, several filled in one pass).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds
from everyvec.attention.lookup import causal_mask
from everyvec.attention.seq2seq import END, PAD, START
from everyvec.transformer.block import Block, Shape
from everyvec.transformer.decoder import check, initialise

SEES = ("all", "back", "prefix")
HOW = ("at the word", "second copy", "next", "masked")


def may_look(source: Tensor, written: Tensor, sees: str) -> Tensor:
    """Who may look where in one stack, (B, 1, S + T, S + T) bool, for a source (B, S) and places (B, T).

    "all": everyone everywhere. "back": at oneself and back. "prefix": as "back", and the source at all of
    itself. Nobody looks at padding.
    """
    size, read = source.shape[1] + written.shape[1], source.shape[1]
    if sees == "all":
        mask = torch.ones(size, size, dtype=torch.bool, device=source.device)
    else:
        mask = causal_mask(size, source.device)
        if sees == "prefix":
            mask[:, :read] = True  # the source stands before all places, so its columns are open to all
    real = torch.cat([source, written], dim=1) != PAD  # (B, S + T)
    return mask & real[:, None, None, :]


class OneStack(nn.Module):
    """Encoder only ("all") or decoder only ("back", "prefix"): they differ in the mask and in nothing else.

    Args:
        vocabulary: V, tokens.
        shape: see `Shape`; pre-norm.
        sees: see `may_look`.
        seed: for the initial weights.

    Raises:
        ValueError: for an unknown `sees`.
    """

    def __init__(self, vocabulary: int, shape: Shape, sees: str, seed: int = 0):
        super().__init__()
        if sees not in SEES:
            raise ValueError(f"sees is one of {', '.join(SEES)}, not {sees!r}")
        torch.manual_seed(seeds.of(seed))
        self.sees = sees
        self.tokens = nn.Embedding(vocabulary, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.parts = nn.Embedding(2, shape.width)  # the source, and the places after it
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm, self.bias = nn.LayerNorm(shape.width, shape.eps), nn.Parameter(torch.zeros(vocabulary))
        start(self, shape)

    def states(self, source: Tensor, written: Tensor) -> Tensor:
        """(B, S), (B, T) → (B, S + T, D). Positions begin again after the source.

        Raises:
            ValueError: for tokens that the vocabulary does not have.
        """
        mask = may_look(source, written, self.sees)
        embedded = []
        for part, ids in enumerate((source, written)):
            check(ids, self.tokens.num_embeddings)
            embedded.append(
                self.tokens(ids) + self.positions.weight[: ids.shape[1]] + self.parts.weight[part]
            )
        states = torch.cat(embedded, dim=1)  # (B, S + T, D)
        for block in self.blocks:
            states = block(states, mask)
        return self.norm(states)

    def forward(self, source: Tensor, written: Tensor) -> Tensor:
        """Logits (B, T, V) on the places after the source."""
        return self.states(source, written)[:, source.shape[1] :] @ self.tokens.weight.T + self.bias

    def at_the_words(self, source: Tensor) -> Tensor:
        """Logits (B, S, V) on the words of the source themselves."""
        start = torch.full_like(source[:, :1], START)
        return self.states(source, start)[:, : source.shape[1]] @ self.tokens.weight.T + self.bias


class TwoStacks(nn.Module):
    """Encoder and decoder, with one table of tokens for both, as in T5.

    Args:
        vocabulary: V, tokens.
        shape: see `Shape`; as many layers in each half.
        seed: for the initial weights.
    """

    def __init__(self, vocabulary: int, shape: Shape, seed: int = 0):
        super().__init__()
        torch.manual_seed(seeds.of(seed))
        self.tokens = nn.Embedding(vocabulary, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.parts = nn.Embedding(2, shape.width)
        self.encoder = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.decoder = nn.ModuleList(Block(shape, cross=True) for _ in range(shape.layers))
        self.encoder_norm = nn.LayerNorm(shape.width, shape.eps)
        self.norm, self.bias = nn.LayerNorm(shape.width, shape.eps), nn.Parameter(torch.zeros(vocabulary))
        start(self, shape)

    def embed(self, ids: Tensor, part: int) -> Tensor:
        """(B, T) → (B, T, D)."""
        check(ids, self.tokens.num_embeddings)
        return self.tokens(ids) + self.positions.weight[: ids.shape[1]] + self.parts.weight[part]

    def forward(self, source: Tensor, written: Tensor) -> Tensor:
        """Logits (B, T, V) on the places that are written, for a source (B, S)."""
        real = (source != PAD)[:, None, None, :]  # (B, 1, 1, S)
        store = self.embed(source, 0)
        for block in self.encoder:
            store = block(store, real)
        store = self.encoder_norm(store)
        back = causal_mask(written.shape[1], written.device)
        states = self.embed(written, 1)
        for block in self.decoder:
            states = block(states, back, store, real)
        return self.norm(states) @ self.tokens.weight.T + self.bias


def start(model: nn.Module, shape: Shape) -> None:
    """GPT-2's initial weights, made larger for a smaller width. GPT-2's .02 is for a width of 768; a sum over
    64 numbers is as large with .07. With .02 these networks need about twice as many updates."""
    initialise(model, shape.layers)
    with torch.no_grad():
        for part in model.modules():
            if isinstance(part, (nn.Linear, nn.Embedding)):
                part.weight *= (768 / shape.width) ** 0.5


class Task(nn.Module):
    """A network, and how it is trained: what it finds on the places, and the loss there.

    Args:
        network: `OneStack` or `TwoStacks`.
        how: "at the word": the target of a word is said at the word itself. "second copy": at the same word
            of a second copy of the source. "next": token by token, each after the right ones before it.
            "masked": a random share of the target is masked, and the masked tokens are to be said.
        mask: the mask's number, for "masked".

    Raises:
        ValueError: for an unknown `how`.
    """

    def __init__(self, network: OneStack | TwoStacks, how: str, mask: int):
        super().__init__()
        if how not in HOW:
            raise ValueError(f"how is one of {', '.join(HOW)}, not {how!r}")
        self.network, self.how, self.mask = network, how, mask

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Mean loss in nats of a token of the target (B, T), for a source (B, S); padding does not count.

        With "at the word" and "second copy" T is S, and the target of padding is padding.
        """
        wanted = target
        if self.how == "at the word":
            logits = self.network.at_the_words(source)
        elif self.how == "second copy":
            logits = self.network(source, source)
        elif self.how == "next":
            logits = self.network(source, begun(target))
        else:
            target = target.masked_fill(
                target == PAD, END
            )  # where it ends must be said, too, on fixed places
            # a share of its own for each row, so that the network meets rows with few and with all masked
            share = torch.rand(len(target), 1)
            hidden = torch.rand(target.shape) < share
            hidden[torch.arange(len(target)), torch.randint(target.shape[1], (len(target),))] = True  # ≥ 1
            logits = self.network(source, target.masked_fill(hidden, self.mask))
            wanted = target.masked_fill(~hidden, PAD)
        return F.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=PAD)

    @torch.no_grad()
    def write(
        self, source: Tensor, places: int, passes: int | None = None, draw: bool = False, left: bool = False
    ) -> Tensor:
        """What the network says, (B, places).

        Args:
            source: (B, S).
            places: T; for "at the word" and "second copy" it is S.
            passes: for "masked": in how many passes the places are filled, about equally many in each; None
                for one place at a time. The tokens of one pass do not know each other.
            draw: draw each token from its probabilities; else take the most probable one.
            left: for "masked": fill the places from the left and not in a random order.
        """
        self.eval()
        if self.how == "at the word":
            return pick(self.network.at_the_words(source), draw)
        if self.how == "second copy":
            return pick(self.network(source, source), draw)
        if self.how == "next":
            written = torch.full_like(source[:, :1], START)
            for _ in range(places):
                token = pick(self.network(source, written)[:, -1], draw)  # (B,)
                written = torch.cat([written, token[:, None]], dim=1)
            return written[:, 1:]
        written = source.new_full((len(source), places), self.mask)
        order = torch.rand(written.shape).argsort(dim=1)  # (B, T), a random order for each row
        if left:
            order = torch.arange(places).expand(written.shape)
        for chosen in order.tensor_split(passes or places, dim=1):  # (B, about T / passes)
            said = pick(self.network(source, written), draw)
            written.scatter_(1, chosen, said.gather(1, chosen))
        return written


def pick(logits: Tensor, draw: bool) -> Tensor:
    """(…, V) → (…): the most probable token, or one drawn. Padding and start are never said."""
    logits = logits.clone()
    logits[..., [PAD, START]] = -torch.inf
    if not draw:
        return logits.argmax(dim=-1)
    return torch.distributions.Categorical(logits=logits).sample()


def begun(target: Tensor) -> Tensor:
    """(B, T) → (B, T): the start, and the target without its last token."""
    return torch.cat([torch.full_like(target[:, :1], START), target[:, :-1]], dim=1)


def until_end(tokens: Tensor) -> list[tuple[int, ...]]:
    """Each row of (B, T) up to its first end."""
    return [tuple(row[: row.index(END)] if END in row else row) for row in tokens.tolist()]
