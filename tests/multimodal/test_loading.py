"""The same states, layer by layer, as the models of the packages transformers and open_clip."""

import open_clip
import pytest
import torch
from transformers import (
    CLIPConfig,
    CLIPModel,
    ViTConfig,
    ViTMAEConfig,
    ViTMAEForPreTraining,
    ViTModel,
)

from everyvec.multimodal import loading
from everyvec.multimodal.vit import attention_maps

D, H, L, INNER = 24, 4, 3, 40  # all different, so that no swapped axis passes
B, C, SIZE, PATCH = 5, 2, (12, 20), 4  # 3 × 5 patches
TOLERANCE = {"rtol": 0, "atol": 1e-5}


def shaken(model, seed=1):
    """Away from the initial weights, where zeros and ones could hide an error."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * 0.1)
    return model.eval()


def pictures(channels=C):
    return torch.randn(B, channels, *SIZE, generator=torch.Generator().manual_seed(2))


def vit(**more):
    sizes = {"hidden_size": D, "num_hidden_layers": L, "num_attention_heads": H, "intermediate_size": INNER}
    sizes |= {"image_size": SIZE, "patch_size": PATCH, "num_channels": C, "hidden_act": "gelu"}
    return shaken(ViTModel(ViTConfig(**sizes | more, attn_implementation="eager")))


def states_of(blocks, run):
    """What each block gives while `run` runs."""
    seen = []
    hooks = [block.register_forward_hook(lambda *of: seen.append(of[2])) for block in blocks]
    with torch.no_grad():
        result = run()
    for hook in hooks:
        hook.remove()
    return seen, result


def assert_alike(found, wanted, what):
    torch.testing.assert_close(found, wanted, **TOLERANCE, msg=lambda message: f"{what}: {message}")


@pytest.mark.parametrize("activation", ["gelu", "relu"])
def test_a_vit_has_the_same_states_after_each_layer_and_the_same_attention(activation):
    theirs = vit(hidden_act=activation)
    ours = loading.from_vit(theirs)
    with torch.no_grad():
        wanted = theirs(pictures(), output_hidden_states=True, output_attentions=True)
        assert_alike(ours.embed(pictures()), wanted.hidden_states[0][:, 1:], "patches")
    seen, states = states_of(ours.blocks, lambda: ours.states(pictures()))
    assert len(wanted.hidden_states) == L + 1
    for layer, (found, other) in enumerate(zip(seen, wanted.hidden_states[1:], strict=True)):
        assert_alike(found, other, f"layer {layer}")
    assert_alike(states, wanted.last_hidden_state, "the last norm")
    assert states.std() > 0.1, "no states near zero"
    maps = attention_maps(ours, pictures())
    for layer, other in enumerate(wanted.attentions):
        assert_alike(maps[:, layer].flatten(2), other[:, :, 0, 1:], f"attention of layer {layer}")


def test_a_vit_of_another_form_is_refused():
    with pytest.raises(ValueError, match="qkv_bias"):
        loading.from_vit(vit(qkv_bias=False))
    with pytest.raises(ValueError, match="squares"):
        loading.from_vit(vit(patch_size=(4, 5)))
    with pytest.raises(TypeError, match="ViTModel"):
        loading.from_vit(torch.nn.Linear(2, 2))


V, N, TEXT_D, TEXT_H, TEXT_L, TEXT_INNER, SHARED = 37, 11, 20, 5, 2, 44, 14


def captions(start=V - 2, end=V - 1, length=N):
    """Of several lengths; behind the end stands padding, or what a careless tokenizer left there."""
    ids = torch.randint(10, V - 2, (B, length), generator=torch.Generator().manual_seed(4))
    ids[:, 0] = start
    for row, place in enumerate((length - 1, 2, 5, 7, 3)):
        ids[row, place] = end
        ids[row, place + 1 :] = 0
    ids[4, 5:7] = end
    return ids


def clip(activation="quick_gelu", start=V - 2, end=V - 1):
    text = {"vocab_size": V, "hidden_size": TEXT_D, "intermediate_size": TEXT_INNER, "hidden_act": activation}
    text |= {"num_hidden_layers": TEXT_L, "num_attention_heads": TEXT_H, "max_position_embeddings": N + 4}
    text |= {"bos_token_id": start, "eos_token_id": end}
    vision = {"hidden_size": D, "num_hidden_layers": L, "num_attention_heads": H, "num_channels": C}
    vision |= {"intermediate_size": INNER, "image_size": 12, "patch_size": PATCH, "hidden_act": activation}
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=SHARED)
    return shaken(CLIPModel(config))


@pytest.mark.parametrize(
    ("activation", "numbers"), [("quick_gelu", (V - 2, V - 1)), ("gelu", (5, 9)), ("gelu", (0, 2))]
)
def test_clip_has_the_same_towers_scores_and_loss_as_transformers(activation, numbers):
    theirs = clip(activation, *numbers)
    ours = loading.from_clip(theirs)
    ids = captions() if numbers[1] == 2 else captions(*numbers)  # 2 was a mistake: the largest is meant
    seen = pictures()[..., :12]
    with torch.no_grad():
        wanted = theirs(input_ids=ids, pixel_values=seen, return_loss=True, output_hidden_states=True)
    for tower, run, given, states in (
        (ours.images, ours.images.states, seen, wanted.vision_model_output.hidden_states),
        (ours.texts.decoder, ours.texts, ids, wanted.text_model_output.hidden_states),
    ):
        found, _ = states_of(tower.blocks, lambda run=run, given=given: run(given))
        for layer, (state, other) in enumerate(zip(found, states[1:], strict=True)):
            assert_alike(state, other, f"{type(tower).__name__}, layer {layer}")
    with torch.no_grad():
        images, texts = ours.encode_images(seen), ours.encode_texts(ids)
        assert_alike(images, wanted.image_embeds, "images")
        assert_alike(texts, wanted.text_embeds, "texts")
        assert_alike(ours.scores(images, texts), wanted.logits_per_image, "scores")
        assert_alike(ours(seen, ids), wanted.loss, "loss")
    assert (wanted.logits_per_image.std(dim=1) > 0.1).all(), "no scores all alike"


def open_model(**more):
    vision = {"image_size": SIZE, "patch_size": PATCH, "width": D, "layers": L, "head_width": 6}
    vision |= {"mlp_ratio": INNER / D}
    text = {"context_length": N, "vocab_size": V, "width": TEXT_D, "heads": TEXT_H, "layers": TEXT_L}
    vision, text = vision | more.pop("vision", {}), text | {"mlp_ratio": TEXT_INNER / TEXT_D}
    return shaken(open_clip.CLIP(SHARED, vision, text, **more))


@pytest.mark.parametrize("quick", [False, True])
def test_clip_has_the_same_towers_and_loss_as_open_clip(quick):
    theirs = open_model(quick_gelu=quick)
    ours, ids, seen = loading.from_open_clip(theirs), captions(), pictures(3)
    assert ours.images.size == SIZE
    theirs_of = (theirs.visual.transformer.resblocks, theirs.transformer.resblocks)
    others, wanted = zip(
        states_of(theirs_of[0], lambda: theirs.encode_image(seen, normalize=True)),
        states_of(theirs_of[1], lambda: theirs.encode_text(ids, normalize=True)),
        strict=True,
    )
    mine = (ours.images.blocks, ours.texts.decoder.blocks)
    runs = (lambda: ours.encode_images(seen), lambda: ours.encode_texts(ids))
    for which, blocks, run, other, end in zip(("images", "texts"), mine, runs, others, wanted, strict=True):
        found, vectors = states_of(blocks, run)
        for layer, (state, its) in enumerate(zip(found, other, strict=True)):
            assert_alike(state, its, f"{which}, layer {layer}")
        assert_alike(vectors, end, which)
    loss = open_clip.ClipLoss()(*wanted, theirs.logit_scale.exp())
    with torch.no_grad():
        assert_alike(ours(seen, ids), loss, "loss")


def test_a_clip_of_another_form_is_refused():
    with pytest.raises(TypeError, match="CLIPModel"):
        loading.from_clip(vit())
    with pytest.raises(ValueError, match="another form"):
        loading.from_open_clip(open_model(vision={"no_ln_pre": True}))
    with pytest.raises(ValueError, match="other parts"):
        loading.from_open_clip(open_model(vision={"pool_type": "avg"}))
    with pytest.raises(ValueError, match="other parts"):
        loading.from_open_clip(open_model(init_logit_bias=-10.0))


def mae(**more):
    sizes = {"hidden_size": D, "num_hidden_layers": L, "num_attention_heads": H, "intermediate_size": INNER}
    sizes |= {"decoder_hidden_size": 16, "decoder_num_hidden_layers": 2, "decoder_num_attention_heads": 2}
    sizes |= {"decoder_intermediate_size": 26, "image_size": 12, "patch_size": PATCH, "num_channels": C}
    config = ViTMAEConfig(**sizes | more, attn_implementation="eager")
    return shaken(ViTMAEForPreTraining(config))


@pytest.mark.parametrize("share", [0.5, 0.75])
def test_a_masked_autoencoder_paints_the_same_and_has_the_same_loss_on_the_same_masks(share):
    theirs = mae(mask_ratio=share)
    ours, seen = loading.from_mae(theirs), pictures()[..., :12]
    noise = torch.rand(B, 9, generator=torch.Generator().manual_seed(5))
    layers = [*theirs.vit.layers, *theirs.decoder.decoder_layers]
    theirs_of, wanted = states_of(layers, lambda: theirs(seen, noise=noise))
    hidden = wanted.mask.bool()  # (B, 9)
    assert hidden.sum(dim=1).tolist() == [ours.hides] * B
    found, painted = states_of([*ours.encoder.blocks, *ours.blocks], lambda: ours.rebuild(seen, hidden))
    for layer, (state, other) in enumerate(zip(found, theirs_of, strict=True)):
        # the encoder's patches: theirs stand in the order of the noise, ours in the picture's
        if layer < L:
            order = noise.argsort(dim=1)[:, : 9 - ours.hides].sort(dim=1).indices
            other = torch.cat([other[:, :1], other[:, 1:].gather(1, order[..., None].expand(-1, -1, D))], 1)
        assert_alike(state, other, f"layer {layer}")
    with torch.no_grad():
        assert_alike(painted, theirs.unpatchify(wanted.logits), "pictures")
        assert_alike(ours(seen, hidden), wanted.loss, "loss")
    assert painted.std() > 0.1


def test_a_masked_autoencoder_of_another_form_is_refused():
    with pytest.raises(ValueError, match="norm_pix_loss"):
        loading.from_mae(mae(norm_pix_loss=True))
