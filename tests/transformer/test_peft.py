"""LoRA is that of the package peft: the same weights, trained by the same steps, give the same logits."""

import pytest
import torch
from peft import LoraConfig, TaskType, get_peft_model
from torch.nn import functional as F

from everyvec.transformer import loading, tuning
from tests.transformer.test_loading import TOLERANCE, B, L, T, V, gpt2, opt

RANK, ALPHA = 3, 7  # not equal, so that α for α/r would show

# ours: where the LoRAs are; theirs: the same layers' names. GPT-2 keeps query, key and value in one matrix.
OPT = {"query": "q_proj", "value": "v_proj", "out": "out_proj", "widen": "fc1", "narrow": "fc2"}
GPT2 = {"query": "c_attn", "key": "c_attn", "value": "c_attn"}


def pair(make, load, names):
    """Ours and theirs, with LoRAs that begin alike."""
    theirs = make()
    ours = tuning.lora(load(theirs), RANK, ALPHA, tuple(names))
    config = LoraConfig(
        r=RANK,
        lora_alpha=ALPHA,
        target_modules=sorted(set(names.values())),
        task_type=TaskType.CAUSAL_LM,
        fan_in_fan_out="c_attn" in names.values(),  # GPT-2's matrices are the other way round
    )
    theirs = get_peft_model(theirs, config).eval()
    for mine, other in layers(ours, theirs, names):
        with torch.no_grad():
            mine.a.copy_(other.lora_A["default"].weight)
    return ours, theirs


def layers(ours, theirs, names):
    """Our LoRAs, each with theirs of the same layer."""
    parts = dict(theirs.named_modules())
    for layer in range(L):
        for mine, other in names.items():
            (found,) = [name for name in parts if f".{layer}." in name and name.endswith(f".{other}")]
            block = ours.blocks[layer]
            yield getattr(block if mine in ("widen", "narrow") else block.attention, mine), parts[found]


def train(model, logits, ids):
    """Some steps of plain descent for whatever is trained; how the loss fell."""
    optimizer = torch.optim.SGD([weight for weight in model.parameters() if weight.requires_grad], lr=0.3)
    losses = []
    for _ in range(6):
        loss = F.cross_entropy(logits(ids)[:, :-1].flatten(0, 1), ids[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@pytest.fixture
def ids():
    return torch.randint(3, V, (B, T), generator=torch.Generator().manual_seed(2))


def test_after_the_same_training_ours_has_the_logits_of_theirs_before_and_after_merging(ids):
    ours, theirs = pair(opt, loading.from_opt, OPT)
    before = theirs(ids).logits.detach()
    fell = train(ours, lambda ids: ours.scores(ours.states(ids)), ids)
    assert fell == pytest.approx(train(theirs, lambda ids: theirs(ids).logits, ids), abs=1e-4)
    assert fell[-1] < fell[0] - 0.1, "nothing was learned"
    for mine, other in layers(ours, theirs, OPT):
        assert mine.b.abs().max() > 1e-3, "B is still zero: LoRA does nothing yet"
        torch.testing.assert_close(mine.b, other.lora_B["default"].weight, **TOLERANCE)
    compare(ours, theirs, ids, before)


def test_with_the_same_weights_in_gpt_2_ours_has_the_logits_of_theirs_before_and_after_merging(ids):
    ours, theirs = pair(gpt2, loading.from_gpt2, GPT2)
    before = theirs(ids).logits.detach()
    train(theirs, lambda ids: theirs(ids).logits, ids)
    for number, (mine, other) in enumerate(layers(ours, theirs, GPT2)):
        with torch.no_grad():  # its A serves all three, its B is ours one below the other
            mine.a.copy_(other.lora_A["default"].weight)
            mine.b.copy_(other.lora_B["default"].weight.chunk(3)[number % 3])
    compare(ours, theirs, ids, before)


@torch.no_grad()
def compare(ours, theirs, ids, before):
    wanted = theirs(ids).logits
    assert (wanted - before).abs().max() > 0.1, "the tuned model is not another one"
    torch.testing.assert_close(ours.scores(ours.states(ids)), wanted, **TOLERANCE)
    tuning.merge(ours)
    merged = theirs.merge_and_unload()(ids).logits
    torch.testing.assert_close(ours.scores(ours.states(ids)), merged, **TOLERANCE)
