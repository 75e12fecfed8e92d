"""Generation: token for token what transformers' `generate` writes, drawn with the same probabilities."""

import pytest
import torch
from scipy.stats import chisquare
from transformers import (
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from everyvec.transformer import loading
from everyvec.transformer.generation import GREEDY, Choice, beam_search, generate
from tests.transformer.test_loading import V, opt

END, PAD = 35, 1  # a token that this model writes in most texts, at different places
QUIET = {"pad_token_id": PAD, "eos_token_id": END, "do_sample": False}


@pytest.fixture(scope="module")
def theirs():
    """With larger weights it writes different texts after different prompts."""
    model = opt(seed=10, max_position_embeddings=50)
    decoder = model.model.decoder
    with torch.no_grad():
        decoder.final_layer_norm.bias.zero_()
        decoder.embed_positions.weight.mul_(3)
        decoder.embed_tokens.weight.mul_(3)
        for layer in decoder.layers:
            for linear in (layer.self_attn.v_proj, layer.self_attn.out_proj, layer.fc1, layer.fc2):
                linear.weight.mul_(4)
    return model


@pytest.fixture(scope="module")
def ours(theirs):
    return loading.from_opt(theirs)


def prompts(count, length, seed=0):
    return torch.randint(3, V, (count, length), generator=torch.Generator().manual_seed(seed))


def test_greedy_writes_what_theirs_writes_with_padding_on_the_left_and_after_the_end(theirs, ours):
    ids, real = prompts(12, 6), torch.ones(12, 6, dtype=torch.bool)
    real[1, :2], real[2, :5] = False, False
    ids = ids.masked_fill(~real, PAD)
    wanted = theirs.generate(ids, attention_mask=real.long(), max_new_tokens=20, **QUIET)
    for cached in (True, False):
        found = generate(ours, ids, 20, real=real, end=END, pad=PAD, cached=cached)
        assert found.tolist() == wanted.tolist()
    assert (wanted == END).any(), "no text comes to its end: the test does not see what happens after it"
    assert len(set(map(tuple, wanted[:, 6:].tolist()))) > 6


@pytest.mark.parametrize("beams", [1, 2, 4])
@pytest.mark.parametrize("length_penalty", [-1.0, 0.0, 2.0])
def test_beam_search_finds_the_texts_that_theirs_finds(theirs, ours, beams, length_penalty):
    for seed in range(2):
        ids = prompts(1, 5, seed)
        wanted = theirs.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            num_beams=beams,
            num_return_sequences=beams,
            length_penalty=length_penalty,
            early_stopping=beams > 1,
            max_new_tokens=8,
            **QUIET,
        )
        found = beam_search(ours, ids[0], 8, beams, END, length_penalty)
        for (text, _), other in zip(found, wanted, strict=True):
            padded = torch.nn.functional.pad(text, (0, wanted.shape[1] - len(text)), value=PAD)
            assert padded.tolist() == other.tolist()
        scores = [score for _, score in found]
        assert scores == sorted(scores, reverse=True)


def test_one_beam_is_greedy_and_more_beams_find_more_probable_texts(ours):
    def log_probability(text):
        with torch.no_grad():
            logits = ours.scores(ours.states(text[None, :-1]))[0].log_softmax(dim=-1)
        return logits.gather(1, text[1:, None])[4:].sum().item()

    better = []
    for seed in range(4):
        (ids,) = prompts(1, 5, seed)
        ((one, score),) = beam_search(ours, ids, 8, 1)
        assert one.tolist() == generate(ours, ids[None], 8)[0].tolist()
        assert score == pytest.approx(log_probability(one) / 8, abs=1e-4)
        more = beam_search(ours, ids, 8, 16)[0][0]
        better.append(log_probability(more) - log_probability(one))
    assert min(better) > -1e-4
    assert max(better) > 0.01


@pytest.mark.parametrize(
    ("choice", "warpers"),
    [
        (Choice(temperature=0.7), [TemperatureLogitsWarper(0.7)]),
        (Choice(top_k=5), [TopKLogitsWarper(5)]),
        (Choice(top_k=1000), [TopKLogitsWarper(1000)]),
        (Choice(top_p=0.8), [TopPLogitsWarper(0.8)]),
        (Choice(top_p=0.001), [TopPLogitsWarper(0.001)]),
        (Choice(penalty=1.3), [RepetitionPenaltyLogitsProcessor(1.3)]),
        (
            Choice(temperature=1.4, top_k=9, top_p=0.6, penalty=0.8),
            [
                RepetitionPenaltyLogitsProcessor(0.8),
                TemperatureLogitsWarper(1.4),
                TopKLogitsWarper(9),
                TopPLogitsWarper(0.6),
            ],
        ),
    ],
)
def test_what_may_be_drawn_is_what_theirs_may_draw(choice, warpers):
    generator = torch.Generator().manual_seed(3)
    logits, seen = torch.randn(6, V, generator=generator) * 2, prompts(6, 8)
    before, wanted = logits.clone(), logits
    for warper in warpers:
        wanted = warper(seen, wanted)
    torch.testing.assert_close(choice.logits(logits, seen), wanted)
    assert torch.equal(logits, before), "the logits given were changed"


def test_a_nucleus_keeps_the_token_that_reaches_p_and_no_more():
    logits = torch.tensor([[0.5, 0.3, 0.15, 0.05]]).log()
    for p, kept in ((0.4, 1), (0.6, 2), (0.79, 2), (0.9, 3), (1.0, 4)):
        found = Choice(top_p=p).logits(logits, torch.zeros(1, 1, dtype=torch.long))
        assert found.isfinite().sum() == kept, p


def test_tokens_are_drawn_as_often_as_they_should_be_and_each_row_by_itself(ours):
    (ids,) = prompts(1, 5)
    many, choice = ids.expand(4000, -1), Choice(temperature=0.8, top_k=6)
    drawn = generate(ours, many, 1, choice)[:, -1]
    with torch.no_grad():
        logits = ours.scores(ours.states(ids[None]))[:, -1]
    shares = choice.logits(logits, ids[None]).double().softmax(dim=-1)[0]
    allowed = shares > 0
    counts = torch.bincount(drawn, minlength=V)
    assert counts[~allowed].sum() == 0
    assert chisquare(counts[allowed], 4000 * shares[allowed]).pvalue > 0.001
    assert not torch.equal(drawn, generate(ours, many, 1, choice, seed=1)[:, -1])


def test_temperature_0_is_greedy_with_any_other_setting(ours):
    ids = prompts(3, 5)
    greedy = generate(ours, ids, 6, GREEDY)
    for choice in (Choice(0), Choice(0, top_k=4), Choice(0, top_p=0.5)):
        assert torch.equal(generate(ours, ids, 6, choice), greedy)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda model: generate(model, torch.zeros(1, 0, dtype=torch.long), 3), "at least one token a row"),
        (lambda model: generate(model, torch.zeros(4, dtype=torch.long), 3), "a table"),
        (lambda model: generate(model, torch.tensor([[3, V]]), 3), f"no token {V}: .* 0 to {V - 1}"),
        (lambda model: generate(model, torch.tensor([[3, -1]]), 3), "no token -1"),
        (lambda model: generate(model, prompts(1, 9), 42), "9 tokens and 42 more .* 50 positions"),
        (lambda model: beam_search(model, prompts(1, 9)[0], 42, 2), "9 tokens and 42 more .* 50 positions"),
        (lambda model: model.states(prompts(1, 51)), "51 tokens .* 50 positions"),
        (
            lambda model: generate(model, prompts(1, 3), 3, real=torch.tensor([[True, True, False]])),
            "pad on the left",
        ),
        (lambda model: Choice(-1), "at least 0"),
        (lambda model: Choice(top_k=0), "at least 1"),
        (lambda model: Choice(top_p=0), "above 0"),
        (lambda model: Choice(top_p=1.1), "at most 1"),
        (lambda model: Choice(penalty=0), "above 0"),
    ],
)
def test_bad_input_gets_one_line_that_says_so(ours, call, says):
    with pytest.raises(ValueError, match=says) as error:
        call(ours)
    assert "\n" not in str(error.value)
