"""The same logits as the models of the package transformers, layer by layer, with padding, masks and
caches."""

import pytest
import torch
from transformers import (
    BertConfig,
    BertForPreTraining,
    GPT2Config,
    GPT2LMHeadModel,
    MarianConfig,
    MarianMTModel,
    OPTConfig,
    OPTForCausalLM,
)

from everyvec.attention.seq2seq import END, PAD, START
from everyvec.transformer import loading
from everyvec.transformer.attention import watch
from everyvec.transformer.decoder import places_of

V, D, H, L, INNER, P = 37, 24, 4, 3, 40, 19  # all different, so that no swapped axis passes
B, T = 5, 11
TOLERANCE = {"rtol": 0, "atol": 1e-5}


def shaken(make, config, seed=1):
    """A model away from its initial weights, where zeros and ones could hide an error."""
    torch.manual_seed(seed)
    model = make(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "embed_positions" not in name or weight.requires_grad:  # Marian's sinusoids are what they are
                weight.add_(torch.randn_like(weight) * 0.1)
    return model.eval()


def opt(seed=1, **more):
    sizes = {"vocab_size": V, "hidden_size": D, "word_embed_proj_dim": D, "ffn_dim": INNER}
    sizes |= {"num_hidden_layers": L, "num_attention_heads": H, "max_position_embeddings": P, "dropout": 0.0}
    return shaken(OPTForCausalLM, OPTConfig(**sizes | more, attn_implementation="eager"), seed)


def gpt2():
    config = GPT2Config(vocab_size=V, n_embd=D, n_layer=L, n_head=H, n_positions=P, n_inner=INNER)
    config._attn_implementation = "eager"
    return shaken(GPT2LMHeadModel, config)


def bert():
    sizes = {"vocab_size": V, "hidden_size": D, "intermediate_size": INNER, "max_position_embeddings": P}
    sizes |= {"num_hidden_layers": L, "num_attention_heads": H, "type_vocab_size": 3}
    return shaken(BertForPreTraining, BertConfig(**sizes, attn_implementation="eager"))


def marian():
    sizes = {"vocab_size": V, "d_model": D, "encoder_layers": L, "decoder_layers": L, "scale_embedding": True}
    sizes |= {"encoder_ffn_dim": INNER, "decoder_ffn_dim": INNER, "max_position_embeddings": P}
    sizes |= {"encoder_attention_heads": H, "decoder_attention_heads": H, "activation_function": "swish"}
    numbers = {"pad_token_id": PAD, "eos_token_id": END, "decoder_start_token_id": START}
    config = MarianConfig(**sizes, **numbers, forced_eos_token_id=None, attn_implementation="eager")
    model = shaken(MarianMTModel, config)
    torch.nn.init.normal_(model.final_logits_bias, std=0.3)
    return model


@pytest.fixture(scope="module")
def ids():
    return torch.randint(3, V, (B, T), generator=torch.Generator().manual_seed(2))


@pytest.fixture(scope="module")
def real():
    """One row padded on the left, one on the right, one with a single token."""
    real = torch.ones(B, T, dtype=torch.bool)
    real[1, :4], real[2, 7:], real[3, 1:] = False, False, False
    return real


def theirs_of(model, ids, real):
    more = {"position_ids": places_of(real)} if isinstance(model, GPT2LMHeadModel) else {}
    with torch.no_grad():
        return model(
            ids, attention_mask=real.long(), output_hidden_states=True, output_attentions=True, **more
        )


@pytest.mark.parametrize(("make", "load"), [(opt, loading.from_opt), (gpt2, loading.from_gpt2)])
def test_a_decoder_has_the_same_states_after_each_layer_the_same_weights_and_the_same_logits(
    make, load, ids, real
):
    theirs = make()
    ours, wanted = load(theirs), theirs_of(theirs, ids, real)
    seen = []
    hooks = [block.register_forward_hook(lambda *of: seen.append(of[2])) for block in ours.blocks]
    with torch.no_grad():
        logits = ours.scores(ours.states(ids, real))
        torch.testing.assert_close(ours.embed(ids, real)[real], wanted.hidden_states[0][real], **TOLERANCE)
        for layer, (found, other) in enumerate(zip(seen, wanted.hidden_states[1:-1], strict=False)):
            torch.testing.assert_close(
                found[real], other[real], **TOLERANCE, msg=lambda m, n=layer: f"layer {n}: {m}"
            )
        for hook in hooks:
            hook.remove()
        with watch(ours) as weights:
            plain = ours.scores(ours.states(ids, real))
    torch.testing.assert_close(logits[real], wanted.logits[real], **TOLERANCE)
    torch.testing.assert_close(plain[real], wanted.logits[real], **TOLERANCE)
    rows = real[:, None, :].expand(-1, H, -1)  # (B, H, T)
    for layer, other in enumerate(wanted.attentions):
        found = weights[f"blocks.{layer}.attention"][0]
        torch.testing.assert_close(found[rows], other[rows], **TOLERANCE)
    assert wanted.logits[real].std() > 0.1, "no logits near zero"


@pytest.mark.parametrize(("make", "load"), [(opt, loading.from_opt), (gpt2, loading.from_gpt2)])
@pytest.mark.parametrize("pieces", [(6, 5), (1,) * T, (3, 1, 1, 6)])
def test_a_cache_changes_nothing_whether_the_prompt_comes_in_one_piece_or_in_several(
    make, load, pieces, ids, real
):
    ours = load(make())
    cache, found, done = ours.new_cache(), [], 0
    real = real.clone()
    real[3] = True
    with torch.no_grad():
        for size in pieces:
            seen = slice(done, done + size)
            found.append(ours.states(ids[:, seen], real[:, : done + size], cache))
            done += size
        whole = ours.states(ids, real)
    torch.testing.assert_close(torch.cat(found, dim=1)[real], whole[real], **TOLERANCE)
    with torch.no_grad():  # and without padding, where no mask is needed for one token
        cache = ours.new_cache()
        steps = [ours.states(ids[:, n : n + 1], cache=cache) for n in range(T)]
        torch.testing.assert_close(torch.cat(steps, dim=1), ours.states(ids), **TOLERANCE)


def test_bert_has_the_same_states_words_and_pairs(ids, real):
    theirs = bert()
    ours = loading.from_bert(theirs)
    segments = torch.randint(0, 3, (B, T), generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        wanted = theirs(ids, attention_mask=real.long(), token_type_ids=segments, output_hidden_states=True)
        states = ours.states(ids, real, segments)
        torch.testing.assert_close(states[real], wanted.hidden_states[-1][real], **TOLERANCE)
        torch.testing.assert_close(ours.words(states)[real], wanted.prediction_logits[real], **TOLERANCE)
        first = real[:, 0]
        torch.testing.assert_close(
            ours.pairs(states)[first], wanted.seq_relationship_logits[first], **TOLERANCE
        )


def test_berts_loss_is_that_of_its_two_heads(ids, real):
    theirs = bert()
    ours = loading.from_bert(theirs)
    targets = torch.where((torch.arange(B * T).view(B, T) % 3 == 0) & real, ids, -100)
    segments, other = torch.zeros_like(ids), torch.tensor([0, 1, 1, 0, 1])
    with torch.no_grad():
        wanted = theirs(
            ids,
            attention_mask=real.long(),
            token_type_ids=segments,
            labels=targets,
            next_sentence_label=other,
        ).loss
        torch.testing.assert_close(ours(ids, targets, real, segments, other), wanted, **TOLERANCE)


def test_a_translator_has_the_same_logits_and_the_same_cross_attention(ids):
    theirs = marian()
    ours = loading.from_marian(theirs)
    source, target = ids.clone(), ids[:, :7].flip(0)
    source[2, 7:], source[4, 1:] = PAD, PAD
    written = torch.cat([torch.full((B, 1), START), target[:, :-1]], dim=1)
    with torch.no_grad():
        wanted = theirs(
            source,
            attention_mask=(source != PAD).long(),
            decoder_input_ids=written,
            output_attentions=True,
        )
        torch.testing.assert_close(ours.forced(source, target), wanted.logits, **TOLERANCE)
        with watch(ours) as weights:
            ours.forced(source, target)
    for layer in range(L):
        found = weights[f"decoder.{layer}.cross"][0]
        torch.testing.assert_close(found, wanted.cross_attentions[layer], **TOLERANCE)


def test_a_translator_writes_what_theirs_writes(ids):
    theirs = marian()
    ours = loading.from_marian(theirs)
    source = ids.clone()
    source[2, 7:] = PAD
    words, weights = ours.translate(source, 9)
    wanted = theirs.generate(
        source, attention_mask=(source != PAD).long(), max_new_tokens=9, num_beams=1, do_sample=False
    )
    assert words.tolist() == wanted[:, 1 : 1 + words.shape[1]].tolist()
    assert weights.shape == (B, words.shape[1], T)
    assert weights[2, :, 7:].abs().max() == 0, "it looks at padding"


def test_a_model_of_another_form_is_refused():
    with pytest.raises(ValueError, match="post-norm"):
        loading.from_opt(opt(do_layer_norm_before=False))
    with pytest.raises(ValueError, match=r"\(3,\) do not fit \(4,\)"):
        loading.fill(torch.ones(4), torch.ones(3))
