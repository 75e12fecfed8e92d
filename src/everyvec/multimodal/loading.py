"""The weights of models of the packages transformers and open_clip, in ours: then both have the same states.

Each function takes such a model, of whatever size, and returns ours in evaluation mode. It raises TypeError
for a model of another kind, and ValueError for a setting that ours does not have.
"""

from collections.abc import Iterable

import torch
from open_clip import CLIP as OpenCLIP
from open_clip.transformer import QuickGELU, ResidualAttentionBlock, VisionTransformer
from torch import nn
from transformers import CLIPModel, ViTMAEForPreTraining, ViTModel

from everyvec.multimodal.clip import CLIP, TextTransformer
from everyvec.multimodal.mae import MAE
from everyvec.multimodal.vit import ViT
from everyvec.transformer.block import Block, Shape
from everyvec.transformer.loading import activation, copy, expect, fill


def from_vit(theirs: ViTModel) -> ViT:
    """ViT. Its pooler (a layer and tanh after the class token's last state) is left out."""
    expect(theirs, ViTModel, qkv_bias=True)
    config = theirs.config
    ours = ViT(**_picture(config), shape=_shape(config, 1 + _patches(config)), channels=config.num_channels)
    _vit(ours, theirs)
    return ours.eval()


def from_mae(theirs: ViTMAEForPreTraining) -> MAE:
    """A masked autoencoder. Its positions are fixed sinusoids; ours start as these, and may learn."""
    expect(theirs, ViTMAEForPreTraining, qkv_bias=True, norm_pix_loss=False)
    config, source = theirs.config, theirs.decoder
    encoder = ViT(
        **_picture(config), shape=_shape(config, 1 + _patches(config)), channels=config.num_channels
    )
    shape = Shape(
        width=config.decoder_hidden_size,
        heads=config.decoder_num_attention_heads,
        layers=config.decoder_num_hidden_layers,
        inner=config.decoder_intermediate_size,
        positions=1 + _patches(config),
        activation=activation(config.hidden_act),
        eps=config.layer_norm_eps,
    )
    ours = MAE(encoder, shape, config.mask_ratio)
    _vit(encoder, theirs.vit)
    copy(ours.narrow, source.decoder_embed)
    fill(ours.blank, source.mask_token[0, 0])
    fill(ours.positions.weight, source.decoder_pos_embed[0])
    _vit_blocks(ours.blocks, source.decoder_layers)
    copy(ours.norm, source.decoder_norm)
    # A row of their last layer paints one colour of one pixel, the colours of a pixel side by side.
    patch, pixels = config.patch_size, source.decoder_pred
    fill(ours.paint.weight, pixels.weight.view(patch, patch, config.num_channels, -1).permute(3, 2, 0, 1))
    fill(ours.ground, pixels.bias.view(patch, patch, config.num_channels).permute(2, 0, 1))
    return ours.eval()


def from_clip(theirs: CLIPModel) -> CLIP:
    """CLIP of the package transformers.

    OpenAI's first checkpoints state wrong numbers for the start and the end of a text. For these the two
    highest of the vocabulary are taken, which are right.
    """
    expect(theirs, CLIPModel)
    text, vision = theirs.config.text_config, theirs.config.vision_config
    start, end = text.bos_token_id, text.eos_token_id
    if end == 2:
        start, end = text.vocab_size - 2, text.vocab_size - 1
    texts = TextTransformer(text.vocab_size, _shape(text, text.max_position_embeddings), start, end)
    shape = _shape(vision, 1 + _patches(vision))
    images = ViT(**_picture(vision), shape=shape, channels=vision.num_channels, norm_before=True)
    ours = CLIP(images, texts, theirs.config.projection_dim)

    words = theirs.text_model
    copy(texts.decoder.tokens, words.embeddings.token_embedding)
    copy(texts.decoder.positions, words.embeddings.position_embedding)
    copy(texts.decoder.norm, words.final_layer_norm)
    seen = theirs.vision_model
    _patch_weights(images, seen.embeddings.patch_embedding)
    fill(images.first, seen.embeddings.class_embedding)
    copy(images.positions, seen.embeddings.position_embedding)
    copy(images.norm_before, seen.pre_layrnorm)  # so it is spelt
    copy(images.norm, seen.post_layernorm)
    four = (("query", "q_proj"), ("key", "k_proj"), ("value", "v_proj"), ("out", "out_proj"))
    for blocks, layers in ((texts.decoder.blocks, words), (images.blocks, seen)):
        for block, layer in zip(blocks, layers.encoder.layers, strict=True):
            for part, name in four:
                copy(getattr(block.attention, part), getattr(layer.self_attn, name))
            copy(block.norm, layer.layer_norm1)
            copy(block.widen, layer.mlp.fc1)
            copy(block.narrow, layer.mlp.fc2)
            copy(block.last_norm, layer.layer_norm2)
    copy(ours.image_map, theirs.visual_projection)
    copy(ours.text_map, theirs.text_projection)
    fill(ours.log_factor, theirs.logit_scale)
    return ours.eval()


def from_open_clip(theirs: OpenCLIP) -> CLIP:
    """CLIP of the package open_clip, of its usual form: a ViT, read at its class token, and a text tower that
    is read at the largest token, which must be the end."""
    expect(theirs, OpenCLIP)
    seen, depth = theirs.visual, len(theirs.transformer.resblocks)
    layer = theirs.transformer.resblocks[0]
    usual = isinstance(seen, VisionTransformer) and isinstance(layer, ResidualAttentionBlock)
    if not usual or (seen.pool_type, theirs.text_pool_type) != ("tok", "argmax") or theirs.logit_bias:
        raise ValueError("this open_clip model has other parts than a ViT, a text tower and a temperature")
    if isinstance(seen.ln_pre, nn.Identity) or seen.attn_pool is not None or seen.final_ln_after_pool:
        raise ValueError("this open_clip model has a ViT of another form than CLIP's")
    shape = _open_shape(layer, depth, len(theirs.positional_embedding))
    texts = TextTransformer(theirs.vocab_size, shape, theirs.vocab_size - 2, theirs.vocab_size - 1)
    blocks = seen.transformer.resblocks
    shape = _open_shape(blocks[0], len(blocks), len(seen.positional_embedding))
    window = seen.conv1.weight  # (D, C, p, p)
    images = ViT(seen.image_size, window.shape[-1], shape, channels=window.shape[1], norm_before=True)
    ours = CLIP(images, texts, theirs.text_projection.shape[1])

    copy(texts.decoder.tokens, theirs.token_embedding)
    fill(texts.decoder.positions.weight, theirs.positional_embedding)
    copy(texts.decoder.norm, theirs.ln_final)
    _patch_weights(images, seen.conv1)
    fill(images.first, seen.class_embedding)
    fill(images.positions.weight, seen.positional_embedding)
    copy(images.norm_before, seen.ln_pre)
    copy(images.norm, seen.ln_post)
    for ours_of, theirs_of in ((texts.decoder.blocks, theirs.transformer.resblocks), (images.blocks, blocks)):
        for block, layer in zip(ours_of, theirs_of, strict=True):
            three = (block.attention.query, block.attention.key, block.attention.value)
            weights, biases = layer.attn.in_proj_weight.chunk(3), layer.attn.in_proj_bias.chunk(3)
            for linear, weight, bias in zip(three, weights, biases, strict=True):
                fill(linear.weight, weight)
                fill(linear.bias, bias)
            copy(block.attention.out, layer.attn.out_proj)
            copy(block.norm, layer.ln_1)
            copy(block.widen, layer.mlp.c_fc)
            copy(block.narrow, layer.mlp.c_proj)
            copy(block.last_norm, layer.ln_2)
    fill(ours.image_map.weight, seen.proj.T)
    fill(ours.text_map.weight, theirs.text_projection.T)
    fill(ours.log_factor, theirs.logit_scale)
    return ours.eval()


def _open_shape(layer: nn.Module, layers: int, positions: int) -> Shape:
    kinds = {nn.GELU: "gelu", QuickGELU: "quick_gelu"}
    return Shape(
        width=layer.attn.embed_dim,
        heads=layer.attn.num_heads,
        layers=layers,
        inner=layer.mlp.c_fc.out_features,
        positions=positions,
        activation=kinds[type(layer.mlp.gelu)],
        eps=layer.ln_1.eps,
    )


@torch.no_grad()
def _patch_weights(ours: ViT, theirs: nn.Conv2d) -> None:
    """CLIP's windows have no bias, and ours one of zeros."""
    copy(ours.patches, theirs)
    ours.patches.bias.zero_()


def _vit(ours: ViT, theirs: nn.Module) -> None:
    """The encoder of a ViT or of a masked autoencoder."""
    source = theirs.embeddings
    copy(ours.patches, source.patch_embeddings.projection)
    fill(ours.first, source.cls_token[0, 0])
    fill(ours.positions.weight, source.position_embeddings[0])
    _vit_blocks(ours.blocks, theirs.layers)
    copy(ours.norm, theirs.layernorm)


def _vit_blocks(blocks: Iterable[Block], layers: Iterable[nn.Module]) -> None:
    for block, layer in zip(blocks, layers, strict=True):
        four = (("query", "q_proj"), ("key", "k_proj"), ("value", "v_proj"), ("out", "o_proj"))
        for part, name in four:
            copy(getattr(block.attention, part), getattr(layer.attention, name))
        copy(block.norm, layer.layernorm_before)
        copy(block.widen, layer.mlp.fc1)
        copy(block.narrow, layer.mlp.fc2)
        copy(block.last_norm, layer.layernorm_after)


def _picture(config) -> dict:
    """How large a picture and a patch are, for `ViT`."""
    size = config.image_size if isinstance(config.image_size, list | tuple) else [config.image_size] * 2
    if not isinstance(config.patch_size, int):
        raise ValueError(f"our patches are squares, and these are {config.patch_size}")
    return {"size": tuple(size), "patch": config.patch_size}


def _patches(config) -> int:
    picture = _picture(config)
    return (picture["size"][0] // picture["patch"]) * (picture["size"][1] // picture["patch"])


def _shape(config, positions: int) -> Shape:
    return Shape(
        width=config.hidden_size,
        heads=config.num_attention_heads,
        layers=config.num_hidden_layers,
        inner=config.intermediate_size,
        positions=positions,
        activation=activation(config.hidden_act),
        eps=config.layer_norm_eps,
    )
