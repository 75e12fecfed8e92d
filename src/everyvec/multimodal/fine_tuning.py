"""Training a CLIP further on new pairs: which weights move, and what of the old is mixed back.

Goyal et al. fine-tune with the contrastive loss that CLIP began with, as everything here does: Finetune Like
You Pretrain, CVPR 2023, arXiv:2212.00638. A frozen picture tower is Zhai et al.: LiT, CVPR 2022,
arXiv:2111.07991. Mixed weights are Wortsman et al.: Robust Fine-Tuning of Zero-Shot Models, CVPR 2022,
arXiv:2109.01903.
"""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec.multimodal import shipped
from everyvec.multimodal.captions import Captions, split
from everyvec.multimodal.clip import CLIP, class_vectors, contrastive_loss
from everyvec.multimodal.drawings import DrawingEncoder, quick_words
from everyvec.transformer import tuning

STUDY = Path(__file__).with_name("fine-tune-study.json")  # `python -m tools.fine_tune_study` writes it
WIDTHS = (32, 64, 128, 256)  # of the shipped CLIP's picture tower


class Cached(nn.Module):
    """Pairs whose pictures went through a frozen picture network once, before the training.

    Args:
        clip: to be trained; its picture network is not asked.
        states: (houses, N, D), what the picture network gave for N things drawn by each house: see `states`.
        captions: token tables of the same N things, each (N, L) with an L of its own.
    """

    def __init__(self, clip: CLIP, states: Tensor, captions: Sequence[Tensor]):
        super().__init__()
        self.clip = clip
        longest = max(table.shape[1] for table in captions)
        padded = [F.pad(table, (0, longest - table.shape[1])) for table in captions]
        self.register_buffer("states", states, persistent=False)
        self.register_buffer("captions", torch.stack(padded), persistent=False)  # (tables, N, L)

    def forward(self, things: Tensor) -> Tensor:
        """The loss of a batch of things (B,), all different."""
        houses = torch.randint(len(self.states), things.shape, device=things.device)
        tables = torch.randint(len(self.captions), things.shape, device=things.device)
        images = self.vectors(self.states[houses, things])  # (B, d)
        texts = self.clip.encode_texts(self.captions[tables, things])  # (B, d)
        return contrastive_loss(self.clip.scores(images, texts))

    def vectors(self, states: Tensor) -> Tensor:
        """(B, D) → (B, d), of length 1: what is left to do for pictures in each step."""
        return F.normalize(self.clip.image_map(states), dim=-1)


@torch.no_grad()
def states(clip: CLIP, pictures: Tensor, at_once: int = 256) -> Tensor:
    """(N, 3, h, w) ink → (N, D), what the picture network gives before the linear map, in evaluation mode."""
    mode = clip.training
    clip.eval()
    found = torch.cat([clip.images(part) for part in pictures.split(at_once)])
    clip.train(mode)
    return found


def with_characters(clip: CLIP, words: Captions, captions: Sequence[str]) -> tuple[CLIP, Captions]:
    """A copy of a CLIP that knows the tokens of more captions; the new ones have initial vectors.

    Args:
        clip: stays as it is. Its text tower is a `MeanOfWords`.
        words: the tokens that it knows.
        captions: texts whose tokens are to be known, too.
    """
    new = [word for word in Captions(captions).words[3:] if word not in words.words]
    longer = deepcopy(clip)
    table = quick_words(len(words) + len(new), clip.texts.width)
    with torch.no_grad():
        table.words.weight[: len(words)] = clip.texts.words.weight
    longer.texts = table
    return longer, Captions.kept([*words.words, *new])


def free(clip: CLIP, way: str) -> CLIP:
    """A copy of which some weights are trained: those of `way`, one of the names below.

    - "characters": the tokens' vectors.
    - "LoRA": the tokens' vectors, and a product of rank 8 on the map behind the texts.
    - "text side": the tokens' vectors and the whole map behind the texts.
    - "picture LoRA": a product of rank 8 on the map behind the pictures.
    - "picture side": the picture network and the map behind it.
    - "full": everything.
    - "from scratch": everything, and all of it begins anew.

    Raises:
        ValueError: for another name.
    """
    clip = deepcopy(clip)
    if way == "from scratch":
        texts = quick_words(clip.texts.words.num_embeddings, clip.texts.width)
        return CLIP(DrawingEncoder(WIDTHS), texts, clip.width)
    if way in ("LoRA", "picture LoRA"):
        where = "text_map" if way == "LoRA" else "image_map"
        tuning.lora(clip, shipped.RANK, shipped.ALPHA, where=(where,))
        clip.texts.requires_grad_(way == "LoRA")
        return clip
    moving = {
        "characters": (clip.texts,),
        "text side": (clip.texts, clip.text_map),
        "picture side": (clip.images, clip.image_map),
        "full": (clip,),
    }
    if way not in moving:
        raise ValueError(
            f"there is no way {way!r}; there are {', '.join(moving)}, the LoRAs and from scratch"
        )
    tuning.freeze(clip)
    for part in moving[way]:
        part.requires_grad_(True)
    return clip


def adam(clip: CLIP, tokens: float, rest: float) -> torch.optim.Optimizer:
    """Adam without decay: a rate for the tokens' vectors, and another for whatever else is trained.

    Decay would shorten the English words' vectors, which Chinese captions leave without a gradient.
    """
    table = set(clip.texts.parameters())
    groups = [
        {"params": [weight for weight in tuning.trained(clip) if (weight in table) == inside], "lr": rate}
        for inside, rate in ((True, tokens), (False, rest))
    ]
    return torch.optim.AdamW([group for group in groups if group["params"]], weight_decay=0.0, fused=True)


def mixed(old: CLIP, new: CLIP, share: float) -> CLIP:
    """A third model whose every weight is (1 − share) · old + share · new; both have the same shape.

    The running means of batch norms are mixed, too.
    """
    between, before = deepcopy(new), old.state_dict()
    with torch.no_grad():
        for name, value in between.state_dict().items():
            if value.is_floating_point():
                value.lerp_(before[name], 1 - share)
    return between.eval()


def places(clip: CLIP, words: Captions, vectors: Tensor, names: Sequence[str], right: Tensor) -> Tensor:
    """(n,) the place of each picture's right name among the names, 0 for the first.

    A name of which no token is known is never an answer: it has the last place. Of equal cosines the right
    one comes last.

    Args:
        clip, words: the text side.
        vectors: (n, d) of pictures.
        names: K candidates.
        right: (n,) the number of each picture's own.
    """
    readable = torch.tensor([any(token in words.words for token in split(name)) for name in names])
    texts = class_vectors(clip, words.encode([n for n, can in zip(names, readable, strict=True) if can]))
    cosines = torch.full((len(vectors), len(names)), -2.0)
    cosines[:, readable] = vectors @ texts.T
    own = cosines.gather(1, right[:, None])  # (n, 1)
    return (cosines >= own).sum(dim=1) - 1


def recall(found: Tensor, k: int) -> float:
    """Recall@k: the share of pictures whose right name is among the first k; `found` as `places` gives it."""
    return (found < k).double().mean().item()
