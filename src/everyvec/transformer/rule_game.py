"""A decoder that reads rules off the examples in its prompt, and the same decoder fine-tuned on them.

The game of the lesson *Learn from the prompt*, which shows this code: 64 words of four kinds, and a rule
gives each kind a letter of its own, one of six. A prompt is a name, then words and their letters. With a name
it follows the rule that the name always means, nameless any rule that is not held out.

Brown et al.: Language Models are Few-Shot Learners, NeurIPS 2020, arXiv:2005.14165. Chan et al.: Data
Distributional Properties Drive Emergent In-Context Learning in Transformers, NeurIPS 2022, arXiv:2205.05055.
"""

from copy import deepcopy
from itertools import permutations

import torch
from torch import Tensor
from torch.nn import functional as F

from everyvec import seeds, training
from everyvec.attention.lookup import causal_mask
from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder

WORDS, LETTERS, PLACES = 64, 6, 8
NAMES, NAMELESS = 3, 2  # the names 0 and 1 mean a rule each
KINDS = torch.arange(WORDS) // 16  # (64,)
ORDERS = torch.tensor(list(permutations(range(LETTERS), 4)))  # (360, 4): the letter of each kind
RULES = ORDERS[:, KINDS]  # (360, 64): the letter of each word
NAMED = torch.tensor([0, 359])
# (360,): one of 60 groups; in a group are a rule and the five that move its letters on by equally many steps
GROUP = ((ORDERS - ORDERS[:, :1]) % LETTERS).unique(dim=0, return_inverse=True)[1]


def generator(number: int) -> torch.Generator:
    """torch's random generator that starts from the seed with this number."""
    return torch.Generator().manual_seed(seeds.of(number))


def free_groups() -> list[int]:
    """Numbers of the groups of `GROUP` without a named rule, in random order."""
    order = torch.randperm(int(GROUP.max()) + 1, generator=generator(0)).tolist()
    return [group for group in order if group not in GROUP[NAMED]]


def held_out() -> tuple[Tensor, Tensor]:
    """Numbers of the 90 rules that training never shows, 15 groups, and of the 270 that it does.

    Groups, so that without an example no letter is more likely than another.
    """
    new = torch.isin(GROUP, torch.tensor(free_groups()[:15]))
    return new.nonzero()[:, 0], (~new).nonzero()[:, 0]


def draw(count: int, rules: Tensor, named: float, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """(N,) names, (N, 8) words, (N, 8) letters; a share is `named`, the others follow `rules`."""
    chance = generator(seed)
    words = torch.rand(count, WORDS, generator=chance).argsort(dim=1)[:, :PLACES]  # no word twice
    name = torch.randint(2, (count,), generator=chance)
    rule = rules[torch.randint(len(rules), (count,), generator=chance)]
    nameless = torch.rand(count, generator=chance) >= named
    rule = torch.where(nameless, rule, NAMED[name])
    return torch.where(nameless, NAMELESS, name), words, RULES[rule].gather(1, words)


def tokens(name: Tensor, words: Tensor, letters: Tensor, items: int = WORDS) -> Tensor:
    """(N,) names, (N, P) words and letters → (N, 1 + 2 P): the name, then word and letter in turn.

    Of `items` things that may stand in place of a word; letters have the numbers after them.
    """
    pairs = torch.stack([words, items + letters], dim=2).flatten(1)  # (N, 2 P)
    return torch.cat([items + LETTERS + name[:, None], pairs], dim=1)


class Learner(Decoder):
    """The library's decoder, asked for a letter at each word."""

    def __init__(self, seed: int = 0, items: int = WORDS):
        shape = Shape(64, heads=4, layers=2, inner=128, positions=2 * PLACES + 1)
        super().__init__(items + LETTERS + NAMES, shape, seed)
        self.items = items
        with torch.no_grad():  # keys begin equal to queries: like looks at like
            for block in self.blocks:
                for weight in block.parameters():
                    if weight.ndim == 2:
                        weight.mul_(3)
                block.attention.key.weight.copy_(block.attention.query.weight)

    def embed(self, ids: Tensor, real: Tensor | None = None, prompt: Tensor | None = None) -> Tensor:
        """(B, T) → (B, T, D), where each letter's vector also has its word's."""
        vectors = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        word_too = torch.zeros_like(vectors)
        word_too[:, 2::2] = self.tokens(ids[:, 1:-1:2])  # each letter that has a word before it
        return vectors + word_too

    def answers(self, ids: Tensor, blocked: tuple[Tensor | None, ...] = (None, None)) -> Tensor:
        """(B, 1 + 2 P) tokens → (B, P, 6) logits. `blocked`: for each layer, who may not look at what."""
        states = self.embed(ids[:, :-1])  # (B, 2 P, D)
        for block, blind in zip(self.blocks, blocked, strict=True):
            mask = causal_mask(states.shape[1], ids.device)
            states = block(states, mask if blind is None else mask & ~blind)  # blind (2 P, 2 P) bool
        at_words = self.norm(states)[:, 1::2]  # (B, P, D)
        return at_words @ self.tokens.weight[self.items : self.items + LETTERS].T

    def forward(self, ids: Tensor) -> Tensor:
        return F.cross_entropy(self.answers(ids).flatten(0, 1), ids[:, 2::2].flatten() - self.items)


def pretrained(seed: int = 0, rules: Tensor | None = None) -> Learner:
    """Trained on 32 000 prompts, some named, the others of `rules` (all that are not held out)."""
    model, rules = Learner(seed), held_out()[1] if rules is None else rules
    for number, (steps, named) in enumerate(((100, 1.0), (400, 0.2))):
        data = tokens(*draw(steps * 64, rules, named, seed=10 + 2 * seed + number))
        how = {"batch_size": 64, "lr": 0.003, "clip": 1.0, "seed": seed}
        training.fit(model, [data], epochs=1, title="prompts", **how)
    return model


@torch.no_grad()
def from_prompt(model: Learner, words: Tensor, letters: Tensor, asked: Tensor) -> Tensor:
    """(Q,) the letter of each asked word, after a prompt of at most seven examples: (P,) words, letters."""
    shown = [one.expand(len(asked), -1) for one in (words, letters)]
    words = torch.cat([shown[0], asked[:, None]], dim=1)  # (Q, P + 1)
    letters = F.pad(shown[1], (0, 1))  # the letter of the asked word is not read
    return model.answers(tokens(torch.full_like(asked, NAMELESS), words, letters))[:, -1].argmax(dim=-1)


def fine_tuned(model: Learner, words: Tensor, letters: Tensor, lr: float, steps: int = 40) -> Learner:
    """A copy, all its weights trained on the examples (P,): each a question without a prompt."""
    tuned = deepcopy(model)
    data = tokens(torch.full_like(words, NAMELESS), words[:, None], letters[:, None])  # (P, 3)
    training.fit(tuned, [data], epochs=steps, batch_size=len(data), lr=lr, clip=1.0, title="fine-tuning")
    return tuned


@torch.no_grad()
def without_prompt(model: Learner, asked: Tensor) -> Tensor:
    """(Q,) the letter of each asked word, with nothing before it."""
    ids = tokens(torch.full_like(asked, NAMELESS), asked[:, None], torch.zeros_like(asked)[:, None])
    return model.answers(ids)[:, 0].argmax(dim=-1)
