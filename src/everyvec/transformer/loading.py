"""The weights of a model of the package transformers, in ours: then both have the same logits.

Each function takes such a model, of whatever size, and returns ours in evaluation mode. It raises TypeError
for a model of another kind, and ValueError for a setting that ours does not have.
"""

import torch
from torch import Tensor, nn
from transformers import BertForPreTraining, GPT2LMHeadModel, MarianMTModel, OPTForCausalLM

from everyvec.transformer.attention import MultiHeadAttention
from everyvec.transformer.bert import BERT
from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder
from everyvec.transformer.translator import Translator

ACTIVATIONS = {
    "relu": "relu",
    "gelu": "gelu",
    "gelu_new": "gelu_tanh",
    "silu": "silu",
    "swish": "silu",
    "quick_gelu": "quick_gelu",
}


def expect(theirs: nn.Module, kind: type, **settings: object) -> None:
    """Raise unless it is such a model, with these settings where it has them."""
    if not isinstance(theirs, kind):
        raise TypeError(f"this must be of class {kind.__name__}, not {type(theirs).__name__}")
    for name, wanted in settings.items():
        if getattr(theirs.config, name, wanted) != wanted:
            raise ValueError(f"ours is like a {kind.__name__} with {name}={wanted}, and this one has another")


def activation(name: str) -> str:
    if name not in ACTIVATIONS:
        raise ValueError(f"the activation {name!r} is none of ours: {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]


def from_opt(theirs: OPTForCausalLM) -> Decoder:
    """OPT. Its first two rows of positions stand for padding, and are left out: no token looks at padding.

    Raises:
        ValueError: for OPT-350m's form, which is post-norm and has narrower embeddings.
    """
    affine = {"layer_norm_elementwise_affine": True, "_remove_final_layer_norm": False, "enable_bias": True}
    expect(theirs, OPTForCausalLM, tie_word_embeddings=True, **affine)
    config, source = theirs.config, theirs.model.decoder
    if config.word_embed_proj_dim != config.hidden_size or not config.do_layer_norm_before:
        raise ValueError("this OPT is post-norm or has narrower embeddings: no Decoder is like it")
    shape = Shape(
        width=config.hidden_size,
        heads=config.num_attention_heads,
        layers=config.num_hidden_layers,
        inner=config.ffn_dim,
        positions=config.max_position_embeddings,
        activation=activation(config.activation_function),
    )
    ours = Decoder(config.vocab_size, shape)
    copy(ours.tokens, source.embed_tokens)
    fill(ours.positions.weight, source.embed_positions.weight[2:])
    copy(ours.norm, source.final_layer_norm)
    for block, layer in zip(ours.blocks, source.layers, strict=True):
        _attention(block.attention, layer.self_attn)
        copy(block.norm, layer.self_attn_layer_norm)
        copy(block.widen, layer.fc1)
        copy(block.narrow, layer.fc2)
        copy(block.last_norm, layer.final_layer_norm)
    return ours.eval()


def from_gpt2(theirs: GPT2LMHeadModel) -> Decoder:
    """GPT-2. It keeps query, key and value in one matrix, and all its matrices the other way round."""
    scaling = {"scale_attn_weights": True, "scale_attn_by_inverse_layer_idx": False}
    expect(theirs, GPT2LMHeadModel, tie_word_embeddings=True, add_cross_attention=False, **scaling)
    config, source = theirs.config, theirs.transformer
    shape = Shape(
        width=config.n_embd,
        heads=config.n_head,
        layers=config.n_layer,
        inner=config.n_inner or 4 * config.n_embd,
        positions=config.n_positions,
        activation=activation(config.activation_function),
        eps=config.layer_norm_epsilon,
    )
    ours = Decoder(config.vocab_size, shape)
    copy(ours.tokens, source.wte)
    copy(ours.positions, source.wpe)
    copy(ours.norm, source.ln_f)
    for block, layer in zip(ours.blocks, source.h, strict=True):
        three = (block.attention.query, block.attention.key, block.attention.value)
        weights, biases = layer.attn.c_attn.weight.chunk(3, dim=1), layer.attn.c_attn.bias.chunk(3)
        for linear, weight, bias in zip(three, weights, biases, strict=True):
            fill(linear.weight, weight.T)
            fill(linear.bias, bias)
        pairs = [
            (block.attention.out, layer.attn.c_proj),
            (block.widen, layer.mlp.c_fc),
            (block.narrow, layer.mlp.c_proj),
        ]
        for linear, turned in pairs:
            fill(linear.weight, turned.weight.T)
            fill(linear.bias, turned.bias)
        copy(block.norm, layer.ln_1)
        copy(block.last_norm, layer.ln_2)
    return ours.eval()


def from_bert(theirs: BertForPreTraining) -> BERT:
    """BERT with its two pre-training heads."""
    expect(theirs, BertForPreTraining, tie_word_embeddings=True, position_embedding_type="absolute")
    config, source, heads = theirs.config, theirs.bert, theirs.cls
    shape = Shape(
        width=config.hidden_size,
        heads=config.num_attention_heads,
        layers=config.num_hidden_layers,
        inner=config.intermediate_size,
        positions=config.max_position_embeddings,
        activation=activation(config.hidden_act),
        norm_first=False,
        eps=config.layer_norm_eps,
    )
    ours = BERT(config.vocab_size, shape, config.type_vocab_size)
    copy(ours.tokens, source.embeddings.word_embeddings)
    copy(ours.positions, source.embeddings.position_embeddings)
    copy(ours.segments, source.embeddings.token_type_embeddings)
    copy(ours.norm, source.embeddings.LayerNorm)
    copy(ours.pool, source.pooler.dense)
    copy(ours.follows, heads.seq_relationship)
    copy(ours.word, heads.predictions.transform.dense)
    copy(ours.word_norm, heads.predictions.transform.LayerNorm)
    fill(ours.word_bias, heads.predictions.bias)
    for block, layer in zip(ours.blocks, source.encoder.layer, strict=True):
        itself = layer.attention.self
        for part in ("query", "key", "value"):
            copy(getattr(block.attention, part), getattr(itself, part))
        copy(block.attention.out, layer.attention.output.dense)
        copy(block.norm, layer.attention.output.LayerNorm)
        copy(block.widen, layer.intermediate.dense)
        copy(block.narrow, layer.output.dense)
        copy(block.last_norm, layer.output.LayerNorm)
    return ours.eval()


def from_marian(theirs: MarianMTModel) -> Translator:
    """A Marian translator, such as those of the Helsinki group: post-norm, sinusoids, one vocabulary for both
    languages. Its own numbers for padding, start and end differ from ours: see
    `everyvec.attention.seq2seq`."""
    expect(theirs, MarianMTModel, tie_word_embeddings=True, share_encoder_decoder_embeddings=True)
    config, source = theirs.config, theirs.model
    if not config.scale_embedding or config.encoder_layers != config.decoder_layers:
        raise ValueError("this Marian does not scale its embeddings, or has halves of different depth")
    shape = Shape(
        width=config.d_model,
        heads=config.decoder_attention_heads,
        layers=config.decoder_layers,
        inner=config.decoder_ffn_dim,
        positions=config.max_position_embeddings,
        activation=activation(config.activation_function),
        norm_first=False,
    )
    ours = Translator(config.vocab_size, config.vocab_size, shape)
    copy(ours.source, source.encoder.embed_tokens)
    copy(ours.target, source.decoder.embed_tokens)
    fill(ours.bias, theirs.final_logits_bias[0])
    halves = ((ours.encoder, source.encoder.layers), (ours.decoder, source.decoder.layers))
    for blocks, layers in halves:
        for block, layer in zip(blocks, layers, strict=True):
            _attention(block.attention, layer.self_attn)
            copy(block.norm, layer.self_attn_layer_norm)
            if block.cross is not None:
                _attention(block.cross, layer.encoder_attn)
                copy(block.cross_norm, layer.encoder_attn_layer_norm)
            copy(block.widen, layer.fc1)
            copy(block.narrow, layer.fc2)
            copy(block.last_norm, layer.final_layer_norm)
    return ours.eval()


def _attention(ours: MultiHeadAttention, theirs: nn.Module) -> None:
    for part, name in (("query", "q_proj"), ("key", "k_proj"), ("value", "v_proj"), ("out", "out_proj")):
        copy(getattr(ours, part), getattr(theirs, name))


def copy(ours: nn.Module, theirs: nn.Module) -> None:
    """Weight and bias of one layer."""
    fill(ours.weight, theirs.weight)
    if getattr(theirs, "bias", None) is not None:
        fill(ours.bias, theirs.bias)


@torch.no_grad()
def fill(ours: Tensor, theirs: Tensor) -> None:
    """Copy numbers; ValueError where the shapes differ, which `copy_` would stretch in silence."""
    if ours.shape != theirs.shape:
        raise ValueError(f"weights of shape {tuple(theirs.shape)} do not fit {tuple(ours.shape)}")
    ours.copy_(theirs)
