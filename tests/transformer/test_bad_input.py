"""What does not fit is refused, in one line that says what is wrong, and changes nothing."""

import pytest
import torch
from torch import nn

from everyvec.attention.seq2seq import PAD
from everyvec.transformer import loading, tuning
from everyvec.transformer.attention import Cache, MultiHeadAttention, sinusoids, watch
from everyvec.transformer.bert import BERT, IGNORED, masked
from everyvec.transformer.block import Block, Shape
from everyvec.transformer.decoder import Decoder
from everyvec.transformer.generation import Choice, beam_search, generate
from everyvec.transformer.translator import Translator
from tests.transformer.test_loading import bert, gpt2, marian, opt

V, P = 23, 9
SHAPE = Shape(width=12, heads=3, layers=2, inner=20, positions=P)
DROPPING = Shape(width=12, heads=3, layers=2, inner=20, positions=P, dropout=0.1)


def tokens(*shape):
    return torch.arange(torch.Size(shape).numel()).view(shape) % (V - 3) + 3


def real(*shape):
    return torch.ones(shape, dtype=torch.bool)


def decoder():
    return Decoder(V, SHAPE).eval()


def reader():
    return BERT(V, SHAPE)


def translator():
    return Translator(V, V, SHAPE)


def watched():
    model = decoder()
    with watch(model):
        generate(model, tokens(2, 3), 2)


def stale(ids):
    """A cache of two rows, and a batch of another size."""
    model = decoder()
    cache = model.new_cache()
    model.states(tokens(2, 3), cache=cache)
    model.states(ids, cache=cache)


def lossy(*shape, padded):
    """A translator's loss on translations of which so many words are padding."""
    target = tokens(*shape)
    target[:, shape[1] - padded :] = PAD
    return translator()(tokens(2, 4), target)


CALLS = [
    # sizes
    (lambda: Shape(12, 5, 2, 20, P), "5 heads do not divide a width of 12"),
    (lambda: Shape(12, 0, 2, 20, P), "heads must be at least 1, not 0"),
    (lambda: Shape(12, 3, 2, 20, 0), "positions must be at least 1, not 0"),
    (lambda: Shape(12, 3, 2, 20, P, dropout=1.0), "dropout must be at least 0 and below 1, not 1.0"),
    (
        lambda: Shape(12, 3, 2, 20, P, activation="relu6"),
        "gelu_tanh, silu, quick_gelu, not 'relu6'",
    ),
    (lambda: MultiHeadAttention(12, 0), "0 heads do not divide a width of 12"),
    (lambda: sinusoids(torch.arange(3), 5), "even width, not 5"),
    # a mask, a cache, a source that do not fit
    (
        lambda: MultiHeadAttention(12, 3)(torch.ones(2, 4, 12), torch.ones(2, 5, 12), real(4, 4)),
        "mask .* fit",
    ),
    (lambda: Block(SHAPE, cross=True)(torch.ones(2, 4, 12)), "if and only if it has cross-attention"),
    (lambda: Block(SHAPE)(torch.ones(2, 4, 12), None, torch.ones(2, 3, 12)), "if and only if it has cross"),
    (watched, "while weights are watched there is no cache"),
    (
        lambda: stale(tokens(3, 1)),
        r"the cache is of rows, heads and width \(2, 3, 4\); these are \(3, 3, 4\)",
    ),
    (lambda: decoder().states(tokens(2, 3), cache=[Cache()]), "a cache of 1 layers does not fit .* of 2"),
    # tokens
    (lambda: decoder().states(tokens(2, 0)), r"at least one token a row, not \(2, 0\)"),
    (lambda: decoder().states(tokens(0, 2)), r"at least one token a row, not \(0, 2\)"),
    (lambda: decoder().states(tokens(4)), r"a table \(B, N\) .* not \(4,\)"),
    (lambda: decoder().states(tokens(2, 3).float()), "whole numbers, torch.int64, not torch.float32"),
    (lambda: decoder().embed(torch.tensor([[3, V]])), "no token 23: the vocabulary has the numbers 0 to 22"),
    (lambda: decoder().states(tokens(2, P + 1)), "10 tokens are more than the model's 9 positions"),
    (lambda: decoder().states(tokens(2, P), prompt=torch.ones(2, 12)), "11 tokens are more .* 9 positions"),
    (
        lambda: decoder().states(tokens(2, 3), prompt=torch.ones(2, 11)),
        r"or \(2, P, 12\) vectors, not \(2, 11\)",
    ),
    (lambda: decoder().states(tokens(2, 3), real(2, 3).long()), "must be bool, .* not torch.int64"),
    (lambda: decoder().states(tokens(2, 3), real(2, 4)), r"shape \(2, 4\) does not fit .* \(2, 3\)"),
    (lambda: decoder()(tokens(2, 1)), "nothing to predict"),
    (lambda: decoder()(tokens(2, 3), torch.tensor([[True, False, True]] * 2)), "nothing to predict"),
    (lambda: decoder()(tokens(2, 3), real(2, 2)), r"shape \(2, 2\) does not fit .* \(2, 3\)"),
    # BERT
    (lambda: reader().states(tokens(2, 0)), "at least one token a row"),
    (lambda: reader().states(tokens(2, 3) + V), "there is no token"),
    (lambda: reader().states(tokens(2, P + 1)), "10 tokens are more than the model's 9 positions"),
    (lambda: reader().states(tokens(2, 3), real(3, 3)), r"shape \(3, 3\) does not fit .* \(2, 3\)"),
    (lambda: reader().states(tokens(2, 3), None, tokens(2, 3)), "segments go from 0 to 1, not 3 to 8"),
    (lambda: reader().states(tokens(2, 3), None, torch.zeros(2, 2).long()), r"segments are \(2, 2\)"),
    (
        lambda: reader()(
            tokens(2, 3), torch.full((2, 3), IGNORED), real(2, 3), torch.zeros(2, 3, dtype=torch.long)
        ),
        "no word of this batch is to be predicted",
    ),
    (lambda: masked(tokens(2, 3), real(2, 3), V, 1, share=0), "the share must be above 0"),
    (lambda: masked(tokens(2, 3), real(2, 2), V, 1), r"shape \(2, 2\) does not fit"),
    # the translator
    (lambda: Translator(V, V, SHAPE, place="rotary"), "'sinusoid', 'learned' or None, not 'rotary'"),
    (lambda: translator().encode(tokens(2, 0)), "at least one token a row"),
    (lambda: translator().encode(tokens(2, P + 1)), "10 words are more than the model's 9 positions"),
    (lambda: translator().translate(tokens(2, 3), 0), "at least one word must be allowed, not 0"),
    (lambda: translator().forced(tokens(2, 3), tokens(2, 0)), "at least one token a row"),
    (lambda: translator().forced(tokens(2, 3), tokens(2, 3) + V), "there is no token"),
    (lambda: translator().decode(tokens(3, 2), translator().encode(tokens(2, 4))), "3 rows .* 2 sentences"),
    (lambda: lossy(2, 3, padded=3), "there is no word to predict"),
    # generation
    (lambda: generate(Decoder(V, DROPPING), tokens(1, 3), 2), r"call model\.eval\(\) first"),
    (lambda: generate(decoder(), tokens(1, 3), -1), "steps must be at least 0, not -1"),
    (lambda: generate(decoder(), tokens(1, 3), 2, end=V), "end must be a token .* 0 to 22, not 23"),
    (lambda: generate(decoder(), tokens(1, 3), 2, pad=-1), "pad must be a token .* 0 to 22, not -1"),
    (lambda: generate(decoder(), tokens(2, 3), 2, real=real(2, 3).int()), "must be bool"),
    (lambda: generate(decoder(), tokens(2, 3), 2, real=real(2, 5)), r"\(2, 5\) does not fit"),
    (lambda: beam_search(decoder(), tokens(1, 3), 2, 2), r"one row \(T,\), not \(1, 3\)"),
    (lambda: beam_search(decoder(), tokens(0), 2, 2), "at least one token a row"),
    (lambda: beam_search(decoder(), tokens(3), 2, 0), "not 0 and 2"),
    (lambda: beam_search(decoder(), tokens(3), 0, 2), "not 2 and 0"),
    (lambda: beam_search(Decoder(V, DROPPING), tokens(3), 2, 2), r"call model\.eval\(\) first"),
    (lambda: Choice(float("nan")), "a number of at least 0, not nan"),
    (lambda: Choice(penalty=float("nan")), "penalty must be above 0, not nan"),
    # models of another kind or shape
    (lambda: loading.from_opt(gpt2()), "this must be of class OPTForCausalLM, not GPT2LMHeadModel"),
    (lambda: loading.from_gpt2(opt()), "this must be of class GPT2LMHeadModel, not OPTForCausalLM"),
    (lambda: loading.from_bert(marian()), "this must be of class BertForPreTraining, not MarianMTModel"),
    (lambda: loading.from_marian(bert()), "this must be of class MarianMTModel, not BertForPreTraining"),
    (lambda: loading.from_opt(opt(activation_function="tanh")), "'tanh' is none of ours: relu, gelu"),
    (lambda: loading.from_opt(opt(tie_word_embeddings=False)), "with tie_word_embeddings=True"),
    (lambda: loading.copy(nn.Linear(3, 4), nn.Linear(4, 3)), r"shape \(3, 4\) do not fit \(4, 3\)"),
    # tuning
    (lambda: tuning.lora(decoder(), 2, 0), "alpha must be above 0, not 0"),
    (lambda: tuning.lora(tuning.lora(decoder(), 2, 3), 2, 3), "no linear layer called query or value"),
    (lambda: tuning.merge(decoder()), "no LoRA to merge"),
    (lambda: tuning.adapters(decoder(), 0), "at least 1 wide, not 0"),
    (lambda: tuning.adapters(nn.Linear(3, 4), 2), "no block"),
    (lambda: tuning.prompted(decoder(), 0), "from 1 to 8 vectors here, not 0"),
    (lambda: tuning.prompted(decoder(), P), "from 1 to 8 vectors here, not 9"),
    (lambda: tuning.prompted(decoder(), 6).states(tokens(2, 4)), "10 tokens are more .* 9 positions"),
    (lambda: tuning.prompted(decoder(), 6).states(tokens(4)), r"a table \(B, N\)"),
]


@pytest.mark.parametrize(("call", "says"), CALLS, ids=[says for _, says in CALLS])
def test_one_line_says_what_is_wrong(call, says):
    with pytest.raises((ValueError, TypeError), match=says) as error:
        call()
    assert "\n" not in str(error.value)


def test_each_weight_of_another_shape_is_refused_and_not_stretched():
    """A row of numbers would fit any number of rows, by broadcasting."""
    for ours, theirs in (((3, 4), (4,)), ((4,), (1,)), ((3, 4), (1, 4)), ((2, 3), (3, 2))):
        with pytest.raises(ValueError, match="do not fit"):
            loading.fill(torch.ones(ours), torch.zeros(theirs))


def test_a_refusal_leaves_the_model_as_it_was():
    for change in (
        lambda model: tuning.lora(model, 99, 3),
        lambda model: tuning.lora(model, 2, 3, where=("q_proj",)),
        lambda model: tuning.adapters(model, 0),
        lambda model: tuning.prompted(model, 0),
    ):
        model = decoder()
        with pytest.raises(ValueError):
            change(model)
        assert all(weight.requires_grad for weight in model.parameters())
        assert [name for name, _ in model.named_parameters()] == [
            name for name, _ in decoder().named_parameters()
        ]


def test_what_is_at_the_limit_is_taken():
    assert decoder().states(tokens(2, P)).shape == (2, P, 12)
    assert generate(decoder(), tokens(2, 3), P - 3).shape == (2, P)
    assert generate(decoder(), tokens(2, 3), 0).shape == (2, 3)
    assert decoder()(tokens(2, 2)).isfinite()
    assert reader().states(tokens(2, P)).shape == (2, P, 12)
    assert translator().encode(tokens(2, P))[0].shape == (2, P, 12)
    assert tuning.prompted(decoder(), 6).states(tokens(2, 3)).shape == (2, 3, 12)
    assert lossy(2, 3, padded=2).isfinite()
