"""The rates that *Which weights to train* uses: what its tool writes, and what is stored."""

import json

from everyvec.transformer import fine_tuning, reviews_decoder, rule_game
from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder
from tools import tuning

RATES = [f"{rate:g}" for rate in tuning.LEARNING_RATES]


def test_the_stored_table_is_the_one_that_the_tool_would_write():
    # settings of the tool that changed, and a table that did not; one way tried at more rates than another
    table = json.loads(fine_tuning.RATES.read_text(encoding="utf-8"))
    assert list(table["8"]) == list(table["64"]) == list(fine_tuning.WAYS)
    for way in fine_tuning.WAYS:
        assert list(table["8"][way]) == RATES
        assert list(table["64"][way]) == [f"{rate:g}" for rate in tuning.near(table["8"][way])]
    for per_class, draws in tuning.DRAWS.items():
        for found in table[str(per_class)].values():
            assert {len(runs) for runs in found.values()} == {len(draws)}
            assert all(0 <= run <= 1 for runs in found.values() for run in runs)
    for examples in tuning.EXAMPLES:
        assert list(table["game"][str(examples)]) == RATES
    head = table["8"]["head only"]
    assert sum(head[f"{fine_tuning.HEAD_RATE:g}"]) > sum(head[f"{fine_tuning.best(head):g}"]) - 0.06


def test_the_lessons_draws_are_not_those_that_the_rates_were_chosen_on():
    assert min(min(draws) for draws in tuning.DRAWS.values()) >= 100
    texts = {part: set(getattr(reviews_decoder.texts(), part).texts) for part in ("train", "valid", "test")}
    assert not texts["valid"] & (texts["train"] | texts["test"])


def test_the_rates_around_the_best_are_tried_with_more_labels():
    def best_at(n):
        return {rate: [0.5 + (place == n)] for place, rate in enumerate(RATES)}

    assert list(tuning.near(best_at(3))) == [1e-3, 3e-3, 1e-2, 3e-2]
    assert list(tuning.near(best_at(0))) == [1e-4, 3e-4, 1e-3, 3e-3]
    assert list(tuning.near(best_at(7))) == [1e-2, 3e-2, 1e-1, 3e-1]


def test_the_tool_writes_a_number_for_every_rate_and_draw(monkeypatch, tmp_path):
    small = Shape(width=8, heads=2, layers=1, inner=8, positions=48)
    monkeypatch.setattr(reviews_decoder, "load", lambda: Decoder(len(reviews_decoder.vocabulary()), small))
    monkeypatch.setattr(fine_tuning, "STEPS", 1)
    monkeypatch.setattr(tuning, "LEARNING_RATES", (1e-3, 1e-2, 1e-1, 1.0))
    monkeypatch.setattr(tuning, "DRAWS", {8: (100, 101), 64: (100,)})
    monkeypatch.setattr(tuning, "GAME_RULES", 2)
    monkeypatch.setattr(rule_game, "pretrained", rule_game.Learner)
    monkeypatch.setattr(
        fine_tuning, "WAYS", {way: fine_tuning.WAYS[way] for way in ("head only", "LoRA", "full")}
    )
    monkeypatch.setattr(fine_tuning, "RATES", tmp_path / "rates.json")
    assert tuning.main(["rates"]) == 0
    table = json.loads((tmp_path / "rates.json").read_text())
    assert list(table) == ["8", "64", "game"]
    assert {len(runs) for found in table["8"].values() for runs in found.values()} == {2}
    assert {len(runs) for found in table["game"].values() for runs in found.values()} == {2}


def test_what_is_measured_at_other_rates_is_what_the_tool_would_write():
    # forgetting that ends below the best rate; a longer training whose rate was chosen on test sentences
    rates, more = (
        json.loads(file.read_text(encoding="utf-8")) for file in (fine_tuning.RATES, fine_tuning.MORE)
    )
    for per_class, draws in tuning.MORE_DRAWS.items():
        found = more["forgetting"][str(per_class)]
        assert list(found) == list(tuning.FORGETTING)
        for way, lrs in tuning.FORGETTING.items():
            assert list(found[way]) == [f"{rate:g}" for rate in lrs]
            assert fine_tuning.best(rates["8"][way]) in lrs
            assert {len(runs) for at in found[way].values() for runs in at.values()} == {len(draws)}
        longer = more["longer"][str(per_class)]
        ((rate, right),) = longer["test"].items()
        assert float(rate) == fine_tuning.best(longer["validation"])
        assert len(right) == len(tuning.LESSON_DRAWS[per_class])
        assert rate not in (RATES[1], RATES[4]), "the best rate is the first or the last of those tried"


def test_a_run_gives_again_what_is_stored():
    at = json.loads(fine_tuning.MORE.read_text(encoding="utf-8"))["forgetting"]["8"]["LoRA"]["0.003"]
    data, rates = tuning.task("train", 8, 0), (0.003, fine_tuning.HEAD_RATE)
    model = fine_tuning.fine_tune(reviews_decoder.load(), "LoRA", rates, data)
    unread = reviews_decoder.stream("test", 40, seed=1)[:300]
    assert abs(fine_tuning.perplexity(model.decoder, unread) / at["perplexity"][0] - 1) < 0.02
    assert abs(model.accuracy(*tuning.task("test", 250, 9)) - at["accuracy"][0]) < 0.02
