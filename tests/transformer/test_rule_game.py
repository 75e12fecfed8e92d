"""The rule game: rules held out are never shown, and prompt and fine-tuning answer for the words asked."""

import torch

from everyvec.transformer import rule_game


def test_no_prompt_of_training_follows_a_rule_that_is_held_out():
    new, met = rule_game.held_out()
    assert (len(new), len(met)) == (90, 270)
    assert not set(new.tolist()) & set(met.tolist())
    assert set(rule_game.NAMED.tolist()) <= set(met.tolist())
    _, words, letters = rule_game.draw(300, met, 0.3, seed=1)
    fits = (rule_game.RULES[:, words] == letters).all(dim=-1)  # (360, 300)
    assert fits[met].any(dim=0).all()
    assert all(len(row.unique()) == 8 for row in words)


def test_answers_are_what_the_decoder_computes():
    model = rule_game.Learner(seed=2).eval()
    ids = rule_game.tokens(*rule_game.draw(4, torch.arange(360), 0.5, seed=3))
    assert ids.shape == (4, 17)
    states = model.states(ids[:, :-1])
    expected = model.scores(states)[:, 1::2, rule_game.WORDS : rule_game.WORDS + rule_game.LETTERS]
    torch.testing.assert_close(model.answers(ids), expected, atol=1e-5, rtol=0)


def test_a_prompt_is_read_and_the_letter_of_the_question_is_not():
    model = rule_game.Learner(seed=2).eval()
    words, letters, asked = torch.tensor([3, 40]), torch.tensor([5, 1]), torch.tensor([9, 60, 20])
    found = rule_game.from_prompt(model, words, letters, asked)
    for answer, word in zip(found, asked, strict=True):
        ids = rule_game.tokens(
            torch.tensor([2]), torch.tensor([[3, 40, int(word)]]), torch.tensor([[5, 1, 4]])
        )
        assert answer == model.answers(ids)[0, 2].argmax()


def test_fine_tuning_learns_its_examples_and_leaves_the_model_alone():
    model = rule_game.Learner(seed=2).eval()
    before = [weight.clone() for weight in model.parameters()]
    words, letters = torch.arange(10), torch.arange(10) % 6
    tuned = rule_game.fine_tuned(model, words, letters, lr=0.003)
    assert rule_game.without_prompt(tuned, words).equal(letters)
    assert all(a.equal(b) for a, b in zip(before, model.parameters(), strict=True))
