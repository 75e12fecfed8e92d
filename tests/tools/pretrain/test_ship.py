"""What is written can be read: ours → transformers' → a folder → ours, with the same logits."""

import pytest
import torch
from transformers import AutoTokenizer, OPTForCausalLM

from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder
from everyvec.transformer.loading import from_opt
from tools.pretrain import chinese, ship


@pytest.fixture
def ours() -> Decoder:
    model = Decoder(37, Shape(24, 4, 3, 40, positions=19, activation="relu"))
    torch.manual_seed(1)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * 0.1)
    return model.eval()


def test_theirs_has_our_logits_and_comes_back(ours):
    ids = torch.randint(37, (5, 19), generator=torch.Generator().manual_seed(0))
    theirs = ship.to_opt(ours, 0, 3, 2)
    with torch.inference_mode():
        expected = ours.scores(ours.states(ids))
        torch.testing.assert_close(theirs(ids).logits, expected, rtol=0, atol=1e-5)
    again = from_opt(theirs).state_dict()
    for name, weight in ours.state_dict().items():
        assert torch.equal(again[name], weight), name


def test_the_folder_is_in_half_precision_and_can_be_opened(ours, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(ship, "WEIGHTS", tmp_path)
    vocabulary = [*chinese.SPECIAL, *chinese.MARKS, *map(chr, range(0x4E00, 0x4E00 + 30))]
    folder = ship.save("small", ship.to_opt(ours, 0, 3, 2), chinese.tokenizer_of(vocabulary), "card\n")
    assert (folder / "README.md").read_text() == "card\n"
    assert "model.safetensors" in capsys.readouterr().out
    weights = sum(parameter.numel() for parameter in ours.parameters())
    assert (folder / "model.safetensors").stat().st_size < 2 * weights + 10_000
    theirs = OPTForCausalLM.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
    for (name, one), other in zip(from_opt(theirs).named_parameters(), ours.parameters(), strict=True):
        torch.testing.assert_close(one, other.half().float(), rtol=0, atol=0, msg=name)
    assert len(AutoTokenizer.from_pretrained(folder, local_files_only=True)) == 37


def test_a_table_has_a_line_for_each_row():
    assert ship.table(("", "a"), [("x", "1"), ("y", "2")]) == "|  | a |\n|---|--:|\n| x | 1 |\n| y | 2 |"
