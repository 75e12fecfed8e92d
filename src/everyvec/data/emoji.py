"""2 539 emoji, each drawn by three houses and named in English and Chinese: real pictures with names.

The houses are Twemoji, Noto and Fluent (flat). 1 594 emoji have no skin tone: these are all that the three
houses draw. 63 roles (cook, bowing, with white cane …), each as a person, a man and a woman, come in five
skin tones too. They make 1 134 combinations of role, gender and tone, 189 of them among the 1 594.

Three questions have fixed parts in the table, each with training, validation and test:

- `by_name`: 240 emoji of which neither the names nor the pictures, of any house, are trained on. Every word
  of such an English name stands in the names or tags of at least two emoji that are.
- `by_house`: for models trained on two houses: which drawings of the third one may tune a model, choose its
  settings, or measure it. All combinations of one role lie in one part, and an emoji that is held out by name
  is in the same part here.
- `by_combination`: for the 1 134 people. In "valid triple" and "test triple" only the combination of three is
  new; in "valid pair" and "test pair" role and gender never meet in training, in any tone.

`tools/emoji.py` made the files in the folder emoji/ beside this one, which has the licences and credits:
Twemoji (CC BY 4.0), Noto (Apache 2.0), Fluent (MIT), names by emojibase (MIT) from CLDR (Unicode licence).
"""

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

HOUSES = ("twemoji", "noto", "fluent")
SIDE = 24  # pixels
GENDERS = ("person", "man", "woman")
TONES = ("", "light", "medium-light", "medium", "medium-dark", "dark")  # "" is the yellow one

FOLDER = Path(__file__).with_name("emoji")
COLUMNS = 64  # pictures in a row of a sheet
_SHA256 = {
    "twemoji.webp": "6cc512e14176cab95d67a3f5729fcff41ce29fe33ca3f7b45956cd8ff770615e",
    "noto.webp": "a601aeaf79d85eb8385756912c399a0e9de4ad8d2d78d13c45249b3dd43b1dc5",
    "fluent.webp": "e087b7e94b3c00bc98c833cf36990a487c58460217448a15d1e889ded109e1b2",
    "table.tsv": "f905122a3808550dfba9586a77bee17a908244aaebd56d69a152f6b4fefe1390",
}


@dataclass(frozen=True)
class Emoji:
    """N emoji.

    Attributes:
        code: the numbers of their characters, such as "1F408-200D-2B1B".
        english: names, such as "black cat"; no two are equal.
        chinese: names, such as "黑猫"; no two are equal.
        english_tags: words that people look an emoji up by, such as ("animal", "black", "cat").
        chinese_tags: the same in Chinese.
        group: "animals-nature", "food-drink" …
        role: "cook", "bowing" … for the 1 134 combinations, otherwise "".
        gender: (N,) int64, the number in `GENDERS`; −1 without a role.
        tone: (N,) int64, the number in `TONES`; 0 without a role.
        by_name: (N,) str, "train", "valid" or "test".
        by_house: (N,) str, "train", "valid" or "test".
        by_combination: (N,) str, "train", "valid triple", "test triple", "valid pair" or "test pair"; ""
            without a role.
        number: (N,) int64, the place in the sheets.
    """

    code: list[str]
    english: list[str]
    chinese: list[str]
    english_tags: list[tuple[str, ...]]
    chinese_tags: list[tuple[str, ...]]
    group: list[str]
    role: list[str]
    gender: np.ndarray
    tone: np.ndarray
    by_name: np.ndarray
    by_house: np.ndarray
    by_combination: np.ndarray
    number: np.ndarray

    def __len__(self) -> int:
        return len(self.code)

    @property
    def text(self) -> list[str]:
        """The characters themselves, such as "🐈‍⬛"."""
        return ["".join(chr(int(part, 16)) for part in code.split("-")) for code in self.code]

    def only(self, chosen: np.ndarray) -> "Emoji":
        """These emoji: (N,) bool, or their places in the order wanted."""
        places = np.arange(len(self))[chosen]
        values = (getattr(self, field.name) for field in fields(self))
        return Emoji(*(v[places] if isinstance(v, np.ndarray) else [v[n] for n in places] for v in values))

    def plain(self) -> "Emoji":
        """The 1 594 without a skin tone."""
        return self.only(self.tone == 0)

    def people(self) -> "Emoji":
        """The 1 134 combinations of role, gender and tone."""
        return self.only(self.gender >= 0)

    def find(self, *asked: str) -> np.ndarray:
        """Places (n,) of emoji asked for by their English or Chinese name, or by the character itself.

        Raises:
            KeyError: for an emoji that is not among these.
        """
        known = {
            _bare(key): n for keys in (self.text, self.chinese, self.english) for n, key in enumerate(keys)
        }
        for name in asked:
            if _bare(name) not in known:
                near = [other for other in self.english if name and name.lower() in other][:3]
                hint = f"there is {', '.join(map(repr, near))}" if near else "look in .english and .chinese"
                raise KeyError(f"no emoji is called {name!r} among these {len(self)}; {hint}")
        return np.array([known[_bare(name)] for name in asked], dtype=np.int64)

    def pictures(self, house: str) -> np.ndarray:
        """(N, 24, 24, 4) uint8: red, green, blue and alpha (0 is transparent), drawn by `house`.

        Raises:
            ValueError: for a house that is not in `HOUSES`, or a damaged sheet.
            FileNotFoundError: when the sheet is not there.
        """
        return _sheet(house)[self.number]


def load() -> Emoji:
    """All 2 539.

    Raises:
        FileNotFoundError: when the table is not there.
        ValueError: when it is not the one that belongs here.
    """
    rows = list(csv.DictReader(io.StringIO(_read("table.tsv").decode()), delimiter="\t"))
    column = {name: [row[name] for row in rows] for name in rows[0]}
    for name in ("english_tags", "chinese_tags"):
        column[name] = [tuple(tags.split("|")) for tags in column[name]]
    for name in ("gender", "tone"):
        column[name] = np.array(column[name], dtype=np.int64)
    for name in ("by_name", "by_house", "by_combination"):
        column[name] = np.array(column[name])
    return Emoji(**column, number=np.arange(len(rows)))


def on(pictures: np.ndarray, background: float | Iterable[float] | np.ndarray = 1.0) -> np.ndarray:
    """Pictures as a model takes them, on a background.

    Args:
        pictures: (n, h, w, 4) uint8.
        background: grey from 0 (black) to 1 (white), a colour of three such numbers, or one colour for each
            picture, (n, 3).

    Returns:
        (n, 3, h, w) float32, from 0 to 1.

    Raises:
        ValueError: for pictures of another shape or type.
    """
    if pictures.ndim != 4 or pictures.shape[-1] != 4 or pictures.dtype != np.uint8:
        raise ValueError(f"pictures are (n, h, w, 4) uint8, not {pictures.shape} {pictures.dtype}")
    behind = np.asarray(background, dtype=np.float32)
    if behind.ndim:  # one colour for all, or one for each
        behind = behind.reshape(-1, 1, 1, 3)
    alpha = pictures[..., 3:] / np.float32(255)  # (n, h, w, 1)
    colour = pictures[..., :3] / np.float32(255)  # (n, h, w, 3)
    return np.ascontiguousarray((colour * alpha + behind * (1 - alpha)).transpose(0, 3, 1, 2))


def picture(path: str | Path) -> np.ndarray:
    """A picture of one's own, ready for the same model: (24, 24, 4) uint8.

    Raises:
        FileNotFoundError: when it is not there.
        ValueError: when it is damaged, or its size or mode is another one.
    """
    shown = _decode(Path(path).read_bytes(), path, "save it again")
    if shown.size != (SIDE, SIDE) or shown.mode != "RGBA":
        raise ValueError(
            f"{path} is {shown.width} × {shown.height} {shown.mode}, not {SIDE} × {SIDE} RGBA: "
            "emoji.reduced(Image.open(path)) makes it so"
        )
    return np.asarray(shown)


def reduced(shown: Image.Image, side: int = SIDE) -> Image.Image:
    """A picture with transparency in another size, `side` × `side`; other shapes get a transparent margin.

    The colours are weighted by their alpha on the way. Otherwise the invisible colour of transparent pixels
    would run into the edges.
    """
    whole = max(shown.size)
    square = Image.new("RGBA", (whole, whole))
    square.paste(shown.convert("RGBA"), ((whole - shown.width) // 2, (whole - shown.height) // 2))
    # Hamming's window is about as sharp as a cubic one, and cannot leave the range of the colours
    return square.convert("RGBa").resize((side, side), Image.Resampling.HAMMING).convert("RGBA")


@cache
def _sheet(house: str) -> np.ndarray:
    """(places of the sheet, 24, 24, 4) uint8, not to be written to; the last places are empty."""
    if house not in HOUSES:
        raise ValueError(f"there is no house {house!r}; there are {', '.join(HOUSES)}")
    name = f"{house}.webp"
    shown = _decode(_read(name), FOLDER / name, "python -m tools.emoji makes it again").convert("RGBA")
    rows = shown.height // SIDE
    cells = np.asarray(shown).reshape(rows, SIDE, COLUMNS, SIDE, 4)
    cells = np.ascontiguousarray(cells.swapaxes(1, 2)).reshape(rows * COLUMNS, SIDE, SIDE, 4)
    cells.flags.writeable = False
    return cells


def _read(name: str) -> bytes:
    path = FOLDER / name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; git restores it, and python -m tools.emoji makes it")
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != _SHA256[name]:
        raise ValueError(
            f"{path} is damaged or another (its SHA-256 begins {found[:8]}); git restores it, and "
            "python -m tools.emoji makes it"
        )
    return data


def _decode(data: bytes, path: str | Path, remedy: str) -> Image.Image:
    try:
        shown = Image.open(io.BytesIO(data))
        shown.load()
    except (OSError, SyntaxError) as error:  # SyntaxError: a broken PNG
        raise ValueError(f"{path} is not a picture, or a damaged one; {remedy}") from error
    return shown


def _bare(name: str) -> str:
    return name.replace("\ufe0f", "")  # the mark that asks for the coloured form, often left out
