"""The published CLIP: opened as it was kept, and a clear sentence without a long wait where it cannot be."""

import json
from pathlib import Path
from urllib.error import URLError

import open_clip
import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import save_file

from everyvec.multimodal import published


def no_clip_kept(monkeypatch: pytest.MonkeyPatch, place: Path, offline: bool) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(place))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", offline)


@pytest.mark.parametrize("offline", [True, False])
def test_clip_without_a_network_is_a_clear_sentence_and_no_long_wait(offline, tmp_path, monkeypatch):
    def dead(address, timeout):
        assert timeout == 2
        raise URLError("Name or service not known")

    no_clip_kept(monkeypatch, tmp_path, offline)
    monkeypatch.setattr(published, "urlopen", dead)
    monkeypatch.setattr(open_clip, "create_model_and_transforms", lambda *_, **__: pytest.fail("asked"))
    why = "HF_HUB_OFFLINE is set" if offline else "Name or service not known"
    with pytest.raises(FileNotFoundError, match=rf"ViT-B/32 was never fetched .* \(.*{why}.*\); connect to"):
        published.clip_model(seconds=2)


def test_clip_is_opened_as_it_was_kept_without_asking_the_network(tmp_path, monkeypatch, capsys):
    towers = {"layers": 1, "width": 16}
    config = {"embed_dim": 8, "vision_cfg": towers | {"image_size": 8, "patch_size": 4, "head_width": 8}}
    config["text_cfg"] = towers | {"context_length": 77, "vocab_size": 49408, "heads": 2}
    (tmp_path / "kept-for-a-test.json").write_text(json.dumps(config))
    open_clip.add_model_config(tmp_path / "kept-for-a-test.json")
    made = open_clip.create_model("kept-for-a-test")
    repository = tmp_path / f"models--{published._CLIP_REPOSITORY.replace('/', '--')}"
    (repository / "snapshots" / "0").mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0")
    save_file(made.state_dict(), repository / "snapshots" / "0" / published._CLIP_FILES[0])
    no_clip_kept(monkeypatch, tmp_path, offline=False)
    monkeypatch.setattr(published, "urlopen", lambda *_, **__: pytest.fail("asked"))
    monkeypatch.setattr(published, "PUBLIC_CLIP", "kept-for-a-test")
    opened = published.clip_model()
    assert capsys.readouterr().out == "CLIP ViT-B/32: 0.8 million parameters\n"
    assert opened.tokenizer("a dog").shape == (1, 77)
    assert not opened.model.training
    for name, weight in made.state_dict().items():
        assert torch.equal(weight, opened.model.state_dict()[name]), name
