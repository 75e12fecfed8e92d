"""The rules of regulated verse: famous poems keep them, and each way to break one is seen."""

import pytest

from everyvec.data import poetry

# 王之涣 登鹳雀楼, 王维 鹿柴 (rhymes in an oblique tone, an old-style quatrain), 杜牧 清明, 杜甫 春望
STORK = "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。"
DEER = "空山不见人，但闻人语响。返景入深林，复照青苔上。"
QINGMING = "清明时节雨纷纷，路上行人欲断魂。借问酒家何处有，牧童遥指杏花村。"
SPRING = "国破山河在，城春草木深。感时花溅泪，恨别鸟惊心。烽火连三月，家书抵万金。白头搔更短，浑欲不胜簪。"


@pytest.mark.parametrize(("text", "form"), [(STORK, "五绝"), (QINGMING, "七绝"), (SPRING, "五律")])
def test_a_regulated_poem_keeps_every_rule(text, form):
    rules = poetry.rules(text, form)
    assert rules.shape
    assert rules.rhyme
    assert rules.level == 1
    assert rules.opposed >= 0.9


def test_the_tables_are_those_of_the_poets_time():
    # oblique then, since they ended in -k, -t, -p, and level in today's Mandarin
    assert [poetry.tone(character) for character in "白国竹独十"] == ["oblique"] * 5
    assert [poetry.tone(character) for character in "山河天明"] == ["level"] * 4
    assert poetry.rhymes("斜家花")  # 斜 is xié and 家 jiā today
    assert not poetry.rhymes("东冬")  # one rhyme today, two of the tables
    assert len(poetry._tables()[1]) == 30
    assert max(max(numbers) for numbers in poetry._tables()[0].values()) == 105


def test_a_character_of_both_tones_or_of_none_is_not_judged():
    assert poetry.tone("看") is None  # level and oblique
    assert poetry.tone("x") is None
    assert not poetry.rhymes(["x", "x"])


def test_a_poem_in_an_oblique_tone_has_a_rhyme_and_no_level_ends():
    rules = poetry.rules(DEER, "五绝")
    assert rules.shape
    assert rules.rhyme
    assert rules.level == 0  # 响; 上 has no level reading either


def test_each_broken_rule_is_seen_and_no_other():
    def changed(old: str, new: str) -> poetry.Rules:
        assert STORK.count(old) == 1
        return poetry.rules(STORK.replace(old, new), "五绝")

    whole = poetry.rules(STORK, "五绝")
    other_rhyme = changed("楼", "山")
    assert (other_rhyme.rhyme, other_rhyme.level, other_rhyme.opposed) == (False, 1, whole.opposed)
    oblique = changed("楼", "月")
    assert (oblique.rhyme, oblique.level, oblique.opposed) == (False, 0.5, whole.opposed)
    alike = changed("河", "日")  # 黄日入海流: place 2 of the first couplet is oblique in both lines
    assert alike.rhyme
    assert alike.opposed == 0.75 * whole.opposed
    assert alike.alternating < whole.alternating


@pytest.mark.parametrize(
    "text",
    [
        STORK[:-1] + "台。",  # one character too many
        STORK.replace("依", ""),  # one too few
        STORK.replace("，", "", 1),  # two lines in one
        STORK[:18],  # three lines
        STORK + "明月照高台。",  # five
        "",
    ],
)
def test_a_poem_of_another_shape_is_not_judged_further(text):
    assert poetry.rules(text, "五绝") == poetry.Rules(shape=False)


def test_marks_line_breaks_and_white_space_do_not_matter():
    assert poetry.rules(" ".join(STORK), "五绝").shape is False  # white space stands between lines
    broken = STORK.replace("，", "\n").replace("。", "？\n")
    assert poetry.lines(broken) == poetry.lines(STORK)
    assert poetry.rules(broken, "五绝") == poetry.rules(STORK, "五绝")


def test_the_mean_is_over_the_poems_that_a_rule_can_be_judged_in():
    means = poetry.mean_rules([STORK, DEER, "明月照高台。"], "五绝")
    assert means["shape"] == pytest.approx(2 / 3)
    assert means["rhyme"] == 1
    assert means["level"] == 0.5
    assert poetry.mean_rules(["明月照高台。"], "五绝") == {"shape": 0}


def test_an_unknown_form_is_an_error():
    with pytest.raises(ValueError, match="五绝, 七绝, 五律, 七律, not '词'"):
        poetry.rules(STORK, "词")


def test_the_people_whose_poems_ship_keep_the_rules():
    poems = poetry.quatrains()
    assert len(poems) == len({poem.text for poem in poems}) == 600
    assert all(poem.author for poem in poems)
    means = poetry.mean_rules([poem.text for poem in poems], "七绝")
    assert means["shape"] == 1
    assert min(means["rhyme"], means["level"], means["opposed"]) > 0.9
