"""What a GPU would find in this module's models: all on one device, and half the digits in forward passes.

No GPU is needed. While a model runs, everything that it makes without saying where lands on the device
"meta", as on a GPU it would land on the CPU; mixed with its weights and data, that fails.
"""

import inspect
import pkgutil
from importlib import import_module

import pytest
import torch
from torch import nn

from everyvec import multimodal, training
from everyvec.multimodal.asking import Names
from everyvec.multimodal.blip import BLIP
from everyvec.multimodal.clip import CLIP, MeanOfWords, TextTransformer
from everyvec.multimodal.cnn import CNN, SMALL
from everyvec.multimodal.conditions import Judge, Repeat, texts
from everyvec.multimodal.connector import PictureReader, Resampler
from everyvec.multimodal.diffusion import Diffusion, UNet
from everyvec.multimodal.drawings import DrawingEncoder, Drawings
from everyvec.multimodal.fine_tuning import Cached
from everyvec.multimodal.fusion import Align, Cells, CrossFusion, Early, Fuse, Late
from everyvec.multimodal.gathered import Gathered
from everyvec.multimodal.mae import MAE
from everyvec.multimodal.parts import AlignParts, FuseOne
from everyvec.multimodal.pictures import Classifier
from everyvec.multimodal.priors import Flat, unshare
from everyvec.multimodal.vit import ViT
from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder

V, S, PARTS = 13, 10, 6
IDS = torch.tensor([[1, 5, 9, 2, 0, 0], [1, 12, 2, 0, 0, 0], [1, 5, 3, 7, 4, 2], [1, 9, 5, 2, 0, 0]])
CHOICES = torch.stack([IDS, IDS.roll(1, 0)], dim=1)  # (4, 2, 6)
THINGS = torch.tensor([2, 0, 3, 1])
HIDDEN = torch.tensor([[True, True, False, True, False, False]] * 4)


def draw(*shape):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(0))


def shape(positions=7):
    return Shape(width=12, heads=3, layers=1, inner=20, positions=positions)


def vit():
    return ViT((8, 12), 4, shape())  # 2 × 3 patches


def clip(images, words=False):
    return CLIP(images, MeanOfWords(V, 10) if words else TextTransformer(V, shape()), width=8)


def fuse(parts=PARTS, seen=S):
    return Fuse(seen, parts, V, shape(1 + parts + 6))


PICTURES, PARTS_SEEN = draw(4, 3, 8, 12), draw(4, PARTS, S)
PAIRS, GRIDS, VECTORS = (PICTURES, IDS), (PARTS_SEEN, CHOICES), (draw(4, S), draw(4, 8), THINGS)
MODELS = {  # name → how to make it, and a batch
    "CLIP": (lambda: clip(vit()), PAIRS),
    "CLIP, CNN and words": (lambda: clip(CNN(SMALL), words=True), PAIRS),
    "Gathered": (lambda: Gathered(clip(vit())), PAIRS),
    "BLIP": (lambda: BLIP(CNN(SMALL), V, shape(), width=8), PAIRS),
    "MAE": (lambda: MAE(vit(), shape()), (PICTURES, HIDDEN)),
    "Diffusion": (lambda: Diffusion(UNet((8, 16), condition=S), steps=20), (draw(4, 3, 8, 12), PARTS_SEEN)),
    "Drawings": (lambda: Drawings(clip(DrawingEncoder(SMALL), True), PICTURES[None], [IDS]), (THINGS,)),
    "Drawings, groups": (lambda: Drawings(clip(CNN(SMALL)), PICTURES[None], [IDS], group=2), (THINGS,)),
    "Cached": (lambda: Cached(clip(CNN(SMALL), True), draw(2, 4, 64), [IDS, IDS]), (THINGS,)),
    "Classifier": (lambda: Classifier(vit(), 4), (PICTURES, THINGS)),
    "Classifier, Flat": (lambda: Classifier(Flat((8, 12), SMALL), 4), (PICTURES, THINGS)),
    "Classifier, Unshared": (lambda: Classifier(unshare(CNN(SMALL), (8, 12)), 4), (PICTURES, THINGS)),
    "Names": (lambda: Names(CNN(SMALL)), (PICTURES, THINGS, THINGS)),
    "Repeat": (lambda: Repeat(texts()), (torch.tensor([[1, 4, 5, 2]] * 4),)),
    "Judge": (Judge, (draw(4, 3, 10, 10), THINGS)),
    "PictureReader": (
        lambda: PictureReader(Resampler(S, shape(3)), Decoder(V, shape(9))),
        (PARTS_SEEN, IDS, IDS > 2),
    ),
    "Early": (lambda: Early((S, 8), 9, 4), VECTORS),
    "Late": (lambda: Late((S, 8), 9, 4), VECTORS),
    "CrossFusion": (lambda: CrossFusion((S, S), shape(), 4), (PARTS_SEEN, PARTS_SEEN[:, :3], THINGS)),
    "Fuse": (fuse, GRIDS),
    "FuseOne": (lambda: FuseOne(Cells(S, shape()), fuse(1, 12)), GRIDS),
    "Align": (lambda: Align(clip(Cells(S, shape()))), GRIDS),
    "AlignParts": (lambda: AlignParts(clip(Cells(S, shape()))), GRIDS),
}


class Elsewhere(nn.Module):
    """A model that runs where new tensors do not land beside its own by themselves."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, *batch):
        with torch.device("meta"):
            return self.model(*batch)


@pytest.mark.parametrize("name", MODELS)
def test_a_step_on_one_device_in_bfloat16_is_nearly_that_in_float32(name):
    make, batch = MODELS[name]
    losses = {}
    for dtype in (torch.float32, torch.bfloat16):
        model = make()
        before = [weight.detach().clone() for weight in model.parameters()]
        run = training.fit(Elsewhere(model), batch, epochs=1, batch_size=4, lr=1e-2, dtype=dtype)
        losses[dtype] = run.losses
        moved = [not new.equal(old) for new, old in zip(model.parameters(), before, strict=True)]
        assert any(moved), "nothing was learned"
        assert all(weight.dtype == torch.float32 and weight.isfinite().all() for weight in model.parameters())
    assert losses[torch.bfloat16] == pytest.approx(losses[torch.float32], rel=0.05)


def test_what_is_written_and_painted_is_made_on_the_models_device():
    (blip, _), (reader, (seen, asked, _)), (painter, (noise, told)) = (
        MODELS[name] for name in ("BLIP", "PictureReader", "Diffusion")
    )
    blip, reader, painter = blip(), reader(), painter()
    with torch.device("meta"):
        made = [
            blip.caption(PICTURES, 3),
            reader.answer(seen, asked[:, :2], 3, end=2),
            painter.sample(noise, told, steps=3, guidance=2.0),
        ]
    assert [one.device.type for one in made] == ["cpu"] * 3


def test_every_model_of_the_module_is_tried():
    tried = {type(part) for make, _ in MODELS.values() for part in make().modules()}
    there = {
        kind
        for module in pkgutil.iter_modules(multimodal.__path__, multimodal.__name__ + ".")
        for _, kind in inspect.getmembers(import_module(module.name), inspect.isclass)
        if issubclass(kind, nn.Module) and kind.__module__ == module.name
    }
    assert {kind.__name__ for kind in there - tried} == set()
