"""What ships: a model in the form of the package transformers, half precision, its tokenizer and a card."""

import hashlib
import shutil
from pathlib import Path

import torch
from torch import nn
from transformers import BertConfig, BertForPreTraining, OPTConfig, OPTForCausalLM, PreTrainedTokenizerFast
from transformers.utils import logging

from everyvec.transformer.bert import BERT
from everyvec.transformer.decoder import Decoder
from everyvec.transformer.loading import copy, fill

WEIGHTS = Path("src/everyvec/weights")


def to_opt(ours: Decoder, pad: int, start: int, end: int) -> OPTForCausalLM:
    """Our decoder as transformers' OPT; the way back is `everyvec.transformer.loading.from_opt`.

    Args:
        ours: pre-norm, with ReLU.
        pad, start, end: numbers of these tokens.
    """
    shape = ours.shape
    config = OPTConfig(
        vocab_size=ours.tokens.num_embeddings,
        hidden_size=shape.width,
        word_embed_proj_dim=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        ffn_dim=shape.inner,
        max_position_embeddings=shape.positions,
        activation_function=shape.activation,
        do_layer_norm_before=True,
        dropout=0.0,
        pad_token_id=pad,
        bos_token_id=start,
        eos_token_id=end,
    )
    theirs = OPTForCausalLM(config).eval()
    target = theirs.model.decoder
    copy(target.embed_tokens, ours.tokens)
    with torch.no_grad():
        target.embed_positions.weight[:2] = 0  # for padding, which nothing looks at
    fill(target.embed_positions.weight[2:], ours.positions.weight)
    copy(target.final_layer_norm, ours.norm)
    for layer, block in zip(target.layers, ours.blocks, strict=True):
        for part, name in (("query", "q_proj"), ("key", "k_proj"), ("value", "v_proj"), ("out", "out_proj")):
            copy(getattr(layer.self_attn, name), getattr(block.attention, part))
        copy(layer.self_attn_layer_norm, block.norm)
        copy(layer.fc1, block.widen)
        copy(layer.fc2, block.narrow)
        copy(layer.final_layer_norm, block.last_norm)
    return theirs


def to_bert(ours: BERT, pad: int) -> BertForPreTraining:
    """Our BERT as transformers'; the way back is `everyvec.transformer.loading.from_bert`.

    Args:
        ours: post-norm, with GELU.
        pad: the padding's number.
    """
    shape = ours.shape
    config = BertConfig(
        vocab_size=ours.tokens.num_embeddings,
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.inner,
        max_position_embeddings=shape.positions,
        type_vocab_size=ours.segments.num_embeddings,
        hidden_act=shape.activation,
        layer_norm_eps=shape.eps,
        pad_token_id=pad,
    )
    theirs = BertForPreTraining(config).eval()
    target, heads = theirs.bert, theirs.cls
    copy(target.embeddings.word_embeddings, ours.tokens)
    copy(target.embeddings.position_embeddings, ours.positions)
    copy(target.embeddings.token_type_embeddings, ours.segments)
    copy(target.embeddings.LayerNorm, ours.norm)
    copy(target.pooler.dense, ours.pool)
    copy(heads.seq_relationship, ours.follows)
    copy(heads.predictions.transform.dense, ours.word)
    copy(heads.predictions.transform.LayerNorm, ours.word_norm)
    fill(heads.predictions.bias, ours.word_bias)
    for layer, block in zip(target.encoder.layer, ours.blocks, strict=True):
        for part in ("query", "key", "value"):
            copy(getattr(layer.attention.self, part), getattr(block.attention, part))
        copy(layer.attention.output.dense, block.attention.out)
        copy(layer.attention.output.LayerNorm, block.norm)
        copy(layer.intermediate.dense, block.widen)
        copy(layer.output.dense, block.narrow)
        copy(layer.output.LayerNorm, block.last_norm)
    return theirs


def save(name: str, model: nn.Module, tokenizer: PreTrainedTokenizerFast, card: str) -> Path:
    """Write the model's folder anew, and print what `everyvec.pretrained` has to know of it."""
    folder = WEIGHTS / name
    shutil.rmtree(folder, ignore_errors=True)
    bar = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        model.half().save_pretrained(folder)
    finally:
        if bar:
            logging.enable_progress_bar()
    tokenizer.save_pretrained(folder)
    (folder / "README.md").write_text(card, encoding="utf-8", newline="\n")
    for file in sorted(folder.iterdir()):
        print(f"{file.name} {file.stat().st_size:,} bytes {hashlib.sha256(file.read_bytes()).hexdigest()}")
    return folder


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table in Markdown, numbers to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "--:|" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])
