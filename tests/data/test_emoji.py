"""Emoji: fixed files with licences, parts that share nothing, a clear word for each thing that is wrong."""

import csv
import io
import re
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from everyvec.data import emoji
from everyvec.data.emoji import FOLDER, GENDERS, HOUSES, SIDE, TONES
from tools import emoji as packing


@pytest.fixture(scope="module")
def every():
    return emoji.load()


@pytest.fixture(scope="module")
def rows():
    return list(csv.DictReader(io.StringIO((FOLDER / "table.tsv").read_text("utf-8")), delimiter="\t"))


def test_the_counts(every):
    assert len(every) == 2539
    assert len(every.plain()) == 1594
    people = every.people()
    assert len(people) == len(set(zip(people.role, people.gender, people.tone, strict=True))) == 63 * 3 * 6
    assert (len(set(people.role)), set(people.gender), set(people.tone)) == (63, {0, 1, 2}, set(range(6)))
    assert not any(role for role, gender in zip(every.role, every.gender, strict=True) if gender < 0)
    assert 5 < np.mean([len(tags) for tags in every.english_tags]) < 8
    assert all(tag for tags in every.english_tags + every.chinese_tags for tag in tags)


def test_names_are_unique_and_say_the_role_the_gender_and_the_tone(every):
    for names in (every.english, every.chinese, every.code, every.text):
        assert len(set(names)) == len(every)
        assert all(names)
    assert all(re.search("[一-鿿]|[A-Za-z]", name) for name in every.chinese)
    people = every.people()
    for name, role, gender, tone in zip(people.english, people.role, people.gender, people.tone, strict=True):
        who = {role, f"person {role}"} if gender == 0 else {f"{GENDERS[gender]} {role}"}
        assert name in {one + (f": {TONES[tone]} skin tone" if tone else "") for one in who}
    [place] = every.find("woman astronaut: dark skin tone")
    assert every.text[place] == "👩🏿‍🚀"
    assert every.chinese[place] == "女宇航员：较深肤色"


def test_the_parts_by_name_share_nothing_and_leave_every_word_known(every):
    plain = every.plain()
    assert Counter(plain.by_name) == {"train": 1354, "valid": 80, "test": 160}
    assert (every.by_name[every.gender >= 0] == "train").all()
    assert {"cat", "dog", "airplane"} <= set(plain.only(plain.by_name == "test").english)
    trained = plain.only(plain.by_name == "train")
    known = Counter(
        word
        for name, tags in zip(trained.english, trained.english_tags, strict=True)
        for word in set(re.findall(r"[^\W_]+", " ".join((name, *tags)).lower()))
    )
    held = plain.only(plain.by_name != "train")
    words = {word for name in held.english for word in re.findall(r"[^\W_]+", name.lower())}
    assert min(known[word] for word in words) >= 2


def test_the_parts_by_house_follow_the_parts_by_name_and_keep_a_role_together(every):
    held = every.by_name != "train"
    assert (every.by_house[held] == every.by_name[held]).all()
    known = every.plain()
    counts = Counter(known.by_house[known.by_name == "train"])
    assert counts == {"train": 823, "valid": 131, "test": 400}
    people = every.people()
    part = {}
    for role, house in zip(people.role, people.by_house, strict=True):
        assert part.setdefault(role, house) == house
    assert set(part.values()) == {"train", "valid", "test"}


def test_the_parts_by_combination_leave_every_half_known(every):
    people = every.people()
    assert set(every.by_combination[every.gender < 0]) == {""}
    assert Counter(people.by_combination) == {
        "train": 678,
        "valid triple": 80,
        "test triple": 160,
        "valid pair": 72,
        "test pair": 144,
    }
    columns = {"role": people.role, "gender": people.gender, "tone": people.tone}

    def seen(part, *names):
        chosen = people.by_combination == part
        return set(zip(*(np.array(columns[name])[chosen] for name in names), strict=True))

    for part in ("valid triple", "test triple"):
        for two in (("role", "gender"), ("role", "tone"), ("gender", "tone")):
            assert seen(part, *two) <= seen("train", *two)
    for part in ("valid pair", "test pair"):
        for other in ("train", "valid triple", "test triple"):
            assert not seen(part, "role", "gender") & seen(other, "role", "gender")
        assert seen(part, "role") <= seen("train", "role")
        assert seen(part, "gender", "tone") <= seen("train", "gender", "tone")
    assert not seen("valid pair", "role") & seen("test pair", "role")


def test_the_parts_are_those_of_the_rule(every, rows):
    plain = every.plain()
    far = np.full(len(plain), np.inf)
    for house in HOUSES:
        own = emoji.on(plain.pictures(house)).reshape(len(plain), -1)[:, ::7]
        far = np.minimum(far, packing.nearest(own))
    held = plain.by_name != "train"
    asked = np.isin(plain.english, packing.ASKED)
    assert np.median(far[held]) > np.median(far)
    assert (
        far[held & ~asked].min() > 0.6 * packing.ALIKE
    )  # the sheets are compressed, and one value in seven counts
    bare = [{k: int(v) if k in ("gender", "tone") else v for k, v in row.items()} for row in rows]
    parts = packing.split(bare, [code for code, one in zip(plain.code, held, strict=True) if not one])
    for name in packing.PARTS:
        assert [row[name] for row in parts] == [row[name] for row in rows]


def test_each_house_draws_each_emoji_and_no_two_houses_the_same(every):
    sheets = [every.pictures(house) for house in HOUSES]
    for own in sheets:
        assert (own.shape, own.dtype) == ((2539, SIDE, SIDE, 4), np.uint8)
        drawn = (own[..., 3] > 128).mean(axis=(1, 2))
        assert drawn.min() > 0.02
        assert 0.4 < drawn.mean() < 0.8
        assert (own[:, 0, 0, 3] < 128).mean() > 0.8, "the cells are cut at the wrong places"
    on_white = [emoji.on(own[:300]) for own in sheets]
    assert np.abs(on_white[0] - on_white[1]).mean() > 0.03
    # the same emoji is nearer to itself in another house than to another emoji
    other = np.roll(on_white[1], 1, axis=0)
    assert np.abs(on_white[0] - on_white[1]).mean() < 0.8 * np.abs(on_white[0] - other).mean()
    fruit = every.find("red apple", "青苹果", "🌕")
    red, green, moon = emoji.on(every.only(fruit).pictures("twemoji"))[:, :, 10:18, 8:16].mean(axis=(2, 3))
    assert red[0] > 2 * red[1]
    assert green[1] > green[0]
    assert moon[0] > moon[2]


def test_the_sheets_are_small_and_their_licences_are_there():
    files = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert set(files) == {"table.tsv", "table.LICENSE"} | {
        f"{house}{kind}" for house in HOUSES for kind in (".webp", ".LICENSE")
    }
    assert sum(files.values()) < 4_000_000
    says = {
        "twemoji": (
            "Attribution 4.0 International",
            "Twitter",
            "creativecommons.org/licenses/by/4.0",
            "resized",
        ),
        "noto": ("Apache License", "Version 2.0", "Google LLC", "resized", "END OF TERMS AND CONDITIONS"),
        "fluent": ("MIT License", "Copyright (c) Microsoft Corporation", "resized", "NONINFRINGEMENT"),
        "table": ("Miles Johnson", "UNICODE LICENSE V3", "Unicode, Inc.", "Changed:", "NONINFRINGEMENT"),
    }
    for name, parts in says.items():
        text = (FOLDER / f"{name}.LICENSE").read_text("utf-8")
        assert not [part for part in parts if part not in text], name


def test_on_a_background():
    ink = np.zeros((2, 2, 3, 4), np.uint8)
    ink[0, 0, 0] = (255, 0, 0, 255)
    ink[1, 1, 2] = (0, 0, 255, 51)
    white, black = emoji.on(ink), emoji.on(ink, 0.0)
    assert (white.shape, white.dtype) == ((2, 3, 2, 3), np.float32)
    assert white[0, :, 0, 0].tolist() == black[0, :, 0, 0].tolist() == [1, 0, 0]
    assert white[1, :, 1, 2] == pytest.approx([0.8, 0.8, 1])
    assert black[1, :, 1, 2] == pytest.approx([0, 0, 0.2])
    assert emoji.on(ink, (0, 0.5, 1))[1, :, 0, 0].tolist() == [0, 0.5, 1]
    each = emoji.on(ink, np.array([[0, 0, 0], [1, 0.5, 0]]))
    assert each[0, :, 1, 1].tolist() == [0, 0, 0]
    assert each[1, :, 1, 1].tolist() == [1, 0.5, 0]


@pytest.mark.parametrize(
    "wrong", [np.zeros((24, 24, 4), np.uint8), np.zeros((2, 3, 24, 24), np.uint8), np.zeros((1, 24, 24, 4))]
)
def test_on_refuses_other_arrays(wrong):
    with pytest.raises(ValueError, match=r"pictures are \(n, h, w, 4\) uint8, not"):
        emoji.on(wrong)


def test_only_keeps_everything_in_line(every):
    places = every.find("黑猫", "dog face", "❤️", "❤")
    few = every.only(places)
    assert few.english == ["black cat", "dog face", "red heart", "red heart"]
    assert (few.pictures("noto") == every.pictures("noto")[places]).all()
    assert few.find("dog face").tolist() == [1]


def test_an_unknown_emoji_is_told(every):
    with pytest.raises(KeyError, match="no emoji is called 'catt' among these 2539; look in"):
        every.find("cat", "catt")
    with pytest.raises(KeyError, match="no emoji is called 'tabby' among these 1;"):
        every.only(every.find("cat")).find("tabby")
    with pytest.raises(KeyError, match="'sleeping' among these 2539; there is 'sleeping face'"):
        every.find("sleeping")
    with pytest.raises(KeyError, match="no emoji is called ''"):
        every.find("")


def test_an_unknown_house_is_told(every):
    with pytest.raises(ValueError, match="there is no house 'apple'; there are twemoji, noto, fluent"):
        every.pictures("apple")


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """The folder, copied, and read afresh."""
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(emoji, "FOLDER", tmp_path)
    emoji._sheet.cache_clear()
    yield tmp_path
    emoji._sheet.cache_clear()


def test_a_damaged_file_is_named_with_its_remedy(copied, every):
    for name, read in (("table.tsv", emoji.load), ("noto.webp", lambda: every.pictures("noto"))):
        data = bytearray((copied / name).read_bytes())
        data[len(data) // 2] ^= 1
        (copied / name).write_bytes(data)
        with pytest.raises(
            ValueError, match=rf"{re.escape(str(copied / name))} is damaged .*git restores it"
        ):
            read()
        (copied / name).unlink()
        with pytest.raises(FileNotFoundError, match=rf"{re.escape(str(copied / name))} is missing; git"):
            read()


def test_a_picture_of_ones_own(tmp_path):
    path = tmp_path / "own.png"
    whole = Image.new("RGBA", (48, 30), (200, 0, 0, 255))
    emoji.reduced(whole).save(path)
    own = emoji.picture(path)
    assert (own.shape, own.dtype) == ((SIDE, SIDE, 4), np.uint8)
    assert own[12, 12].tolist() == [200, 0, 0, 255]
    assert own[0, 12, 3] == 0, "a margin is transparent"


def test_a_picture_of_another_size_or_mode_is_told(tmp_path):
    path = tmp_path / "own.png"
    for size, mode in (((25, 24), "RGBA"), ((24, 24), "RGB"), ((24, 24), "L")):
        Image.new(mode, size).save(path)
        words = rf"own\.png is {size[0]} × 24 {mode}, not 24 × 24 RGBA: emoji\.reduced\(Image\.open\(path\)\)"
        with pytest.raises(ValueError, match=words):
            emoji.picture(path)


def test_a_damaged_picture_is_told(tmp_path):
    path = tmp_path / "own.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (24, 24, 4), np.uint8)).save(path)
    whole = path.read_bytes()
    for data in (b"", b"no picture", whole[: len(whole) // 2]):
        path.write_bytes(data)
        with pytest.raises(ValueError, match=r"own\.png is not a picture, or a damaged one; save it again"):
            emoji.picture(path)
    with pytest.raises(FileNotFoundError):
        emoji.picture(tmp_path / "none.png")


def test_reducing_weighs_colours_by_alpha():
    """A red disc on transparent green stays red to its edge."""
    y, x = np.mgrid[:96, :96] - 47.5
    disc = np.zeros((96, 96, 4), np.uint8)
    disc[...] = (0, 255, 0, 0)
    disc[np.hypot(x, y) < 30] = (255, 0, 0, 255)
    small = np.asarray(emoji.reduced(Image.fromarray(disc)))
    edge = (small[..., 3] > 20) & (small[..., 3] < 235)
    assert edge.any()
    assert small[edge][:, 0].min() > 240
    assert small[edge][:, 1].max() < 15


def test_packing_knows_roles_by_the_names_of_men_and_women():
    assert packing.acted("man cook") == ("cook", 1)
    assert packing.acted("cook") == ("cook", 0)
    assert packing.acted("person bowing") == ("bowing", 0)
    assert packing.acted("woman and man holding hands") == ("woman and man holding hands", 0)


def test_packing_lays_pictures_out_row_by_row_as_they_are_read():
    colours = [Image.new("RGBA", (SIDE, SIDE), (n, 2 * n, 0, 255)) for n in range(70)]
    whole = packing.sheet(colours)
    assert whole.size == (64 * SIDE, 2 * SIDE)
    assert whole.getpixel((3 * SIDE + 5, 7)) == (3, 6, 0, 255)
    assert whole.getpixel((5 * SIDE, SIDE)) == (69, 138, 0, 255)
    assert whole.getpixel((6 * SIDE, SIDE)) == (0, 0, 0, 0)
