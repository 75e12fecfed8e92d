"""Pack the pictures and names that `everyvec.data.emoji` reads.

    uv run --with resvg-py==0.5.0 python -m tools.emoji

Four packages of npm are fetched once into `_build/emoji`, each used only with the SHA-256 written here.
Twemoji and Noto come as pictures of 64 × 64, Fluent as SVG, which resvg draws. All are reduced to 24 × 24 and
laid out in one sheet a house. `split` fixes which emoji are held out; `everyvec.data.emoji` says what the
parts mean.
"""

import csv
import hashlib
import io
import json
import re
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from everyvec.data import emoji
from everyvec.data.emoji import COLUMNS, FOLDER, GENDERS, HOUSES, SIDE, TONES
from tools import registry

CACHE = Path("_build/emoji")
# package → version, what its file is called, SHA-256 of that file
PACKAGES = {
    "emoji-datasource-twitter": (
        "16.0.0",
        "emoji-datasource-twitter-16.0.0.tgz",
        "f64a530c63bca463bd8317fdc4615ce63a53a0c65018e4ce2d848aaba7a28877",
    ),
    "emoji-datasource-google": (
        "16.0.0",
        "emoji-datasource-google-16.0.0.tgz",
        "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
    ),
    "@iconify-json/fluent-emoji-flat": (
        "1.2.6",
        "iconify-json-fluent-emoji-flat-1.2.6.tgz",
        "7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175",
    ),
    "emojibase-data": (
        "17.0.0",
        "emojibase-data-17.0.0.tgz",
        "d01d0e2ca4e22cb402679532155342c71e2e871f25c32223c013b8b166ebdf5a",
    ),
}
QUALITY = 90  # of the WebP; the alpha stays exact
COLUMN = ("code", "english", "chinese", "english_tags", "chinese_tags", "group", "role", "gender", "tone")
PARTS = ("by_name", "by_house", "by_combination")

# The lessons ask for these by name, so they are held out whatever the draw says.
ASKED = ("cat", "dog", "airplane")
NAMES = {"valid": 80, "test": 160}
# Mean difference of two pictures' numbers from 0 to 1, on white, below which they look nearly alike: faces,
# clocks, a person in two similar roles. (The WebP itself changes a picture by .013.)
ALIKE = 0.02
HOUSE = {"valid": 0.1, "test": 0.3}  # shares; the rest may tune a model
PAIRS = {"valid pair": 12, "test pair": 24}  # of 189; at most one of a role
TRIPLES = {"valid triple": 80, "test triple": 160}  # of those whose pair is trained on


def opened(package: str) -> tarfile.TarFile:
    version, name, sha256 = PACKAGES[package]
    return tarfile.open(registry.fetch(f"{package}@{version}", CACHE / name, sha256))


def bare(code: str) -> str:
    """How a file is named after a code: without the marks that ask for the coloured form."""
    return code.upper().replace("-FE0F", "")


def table(english: list[dict], chinese: list[dict], groups: dict[str, str]) -> list[dict]:
    """One row an emoji, in Unicode's order: all without a tone, and the roles in every tone.

    Args:
        english: the entries of emojibase, with the variants of each under "skins".
        chinese: the same emoji with Chinese names.
        groups: number → name.
    """
    names = {entry["hexcode"]: entry for entry in chinese}
    rows = []
    for entry in english:
        if "order" not in entry or groups[str(entry["group"])] == "component":
            continue
        other = names[entry["hexcode"]]
        role, gender = acted(entry["label"])
        tags = {"english_tags": entry["tags"], "chinese_tags": other["tags"]}
        skins = [skin for skin in entry.get("skins", []) if isinstance(skin["tone"], int)]
        toned = {skin["hexcode"]: skin["label"] for skin in other.get("skins", [])}
        of_both = [(entry["hexcode"], entry["label"], other["label"], 0)]
        of_both += [(skin["hexcode"], skin["label"], toned[skin["hexcode"]], skin["tone"]) for skin in skins]
        for code, english_name, chinese_name, tone in of_both:
            rows.append(
                {"code": code, "english": english_name, "chinese": chinese_name.replace(": ", "：")}
                | {name: "|".join(words) for name, words in tags.items()}
                | {"group": groups[str(entry["group"])], "role": role, "gender": gender, "tone": tone}
            )
    return complete(rows)


def acted(name: str) -> tuple[str, int]:
    """Role and gender by an English name; a bare "cook" is a person too, if there are a man and a woman."""
    named = re.fullmatch(r"(person|man|woman) (?!and )(.+)", name)
    return (named[2], GENDERS.index(named[1])) if named else (name, 0)


def complete(rows: list[dict]) -> list[dict]:
    """The rows, roles left only where they have all genders in all tones, other tones left out."""
    found = Counter(row["role"] for row in rows if ": facing right" not in row["role"])
    whole = len(GENDERS) * len(TONES)
    kept = []
    for row in rows:
        if found[row["role"]] == whole:
            kept.append(row)
        elif row["tone"] == 0:
            kept.append(row | {"role": "", "gender": -1})
    return kept


def drawings(house: str) -> dict[str, Image.Image]:
    """Code without marks → picture, reduced."""
    if house == "fluent":
        return fluent()
    shown, name = {}, {"twemoji": "twitter", "noto": "google"}[house]
    with opened(f"emoji-datasource-{name}") as archive:
        for member in archive:
            code = re.fullmatch(rf"package/img/{name}/64/(.+)\.png", member.name)
            if code:
                shown[bare(code[1])] = emoji.reduced(Image.open(archive.extractfile(member)))
    return shown


def fluent() -> dict[str, Image.Image]:
    from resvg_py import svg_to_bytes

    with opened("@iconify-json/fluent-emoji-flat") as archive:
        icons = json.load(archive.extractfile("package/icons.json"))
        codes = json.load(archive.extractfile("package/chars.json"))
    width, height, shown = icons["width"], icons["height"], {}
    for code, name in codes.items():
        if name not in icons["icons"]:
            continue  # a second name of another icon
        icon = icons["icons"][name]
        size = icon.get("width", width), icon.get("height", height)
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}"'
            ' width="96" height="96">'
            f"{icon['body']}</svg>"
        )
        drawn = Image.open(io.BytesIO(bytes(svg_to_bytes(svg_string=svg))))
        shown[bare(code)] = emoji.reduced(drawn)
    return shown


def sheet(pictures: Sequence[Image.Image]) -> Image.Image:
    """All pictures on one, row by row."""
    whole = Image.new("RGBA", (COLUMNS * SIDE, -(-len(pictures) // COLUMNS) * SIDE))
    for place, shown in enumerate(pictures):
        whole.paste(shown, (place % COLUMNS * SIDE, place // COLUMNS * SIDE))
    return whole


def packed(whole: Image.Image) -> bytes:
    out = io.BytesIO()
    whole.save(out, "WEBP", quality=QUALITY, method=6)
    return out.getvalue()


def nearest(pictures: np.ndarray) -> np.ndarray:
    """How far each picture is from the nearest other one: (n,), the mean difference of their numbers.

    Args:
        pictures: (n, d), from 0 to 1.
    """
    far = np.empty(len(pictures))
    for place, own in enumerate(pictures):
        apart = np.abs(pictures - own).mean(axis=1)
        apart[place] = np.inf
        far[place] = apart.min()
    return far


def drawn(row: dict, what: str) -> str:
    """A row's place in a draw, by hash: a library's random numbers may change with its version."""
    return hashlib.sha256(f"{what} {row}".encode()).hexdigest()


def split(rows: list[dict], alike: Sequence[str]) -> list[dict]:
    """The rows with their parts.

    Args:
        rows: as `table` makes them.
        alike: codes of emoji that are not held out by name, since they look nearly like another one.
    """
    names, pairs, triples = by_name(rows, set(alike)), by_pair(rows), None
    triples = by_triple(rows, pairs)
    houses = by_house(rows, names)
    return [
        row
        | {
            "by_name": names.get(row["code"], "train"),
            "by_house": houses[row["code"]],
            "by_combination": pairs.get((row["role"], row["gender"]))
            or triples.get(row["code"], "train" if row["role"] else ""),
        }
        for row in rows
    ]


def words(row: dict) -> set[str]:
    return set(re.findall(r"[^\W_]+", f"{row['english']} {row['english_tags']}".lower()))


def by_name(rows: list[dict], alike: set[str]) -> dict[str, str]:
    """Code → part, for emoji held out by name. Each word of such a name stays known: at least two emoji that
    are trained on have it in their names or tags."""
    plain = [row for row in rows if not row["tone"]]
    left = Counter(word for row in plain for word in words(row))
    needed: set[str] = set()
    order = sorted(plain, key=lambda row: (row["english"] not in ASKED, drawn(row["code"], "name")))
    held: list[str] = []
    for row in order:
        own = set(re.findall(r"[^\W_]+", row["english"].lower()))
        if row["role"] or (row["code"] in alike and row["english"] not in ASKED):
            continue
        if any(left[word] <= 2 for word in own | (words(row) & needed)):
            continue
        needed |= own
        left.subtract(words(row))
        held.append(row["code"])
        if len(held) == sum(NAMES.values()):
            break
    # those that are asked for come first, and belong to the test
    return {code: "test" if place < NAMES["test"] else "valid" for place, code in enumerate(held)}


def by_house(rows: list[dict], names: dict[str, str]) -> dict[str, str]:
    """Code → part. One that is held out by name is in the same part; a role's combinations are in one."""
    units: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["code"] not in names:
            units[row["role"] or row["code"]].append(row["code"])
    order = sorted(units, key=lambda unit: drawn(unit, "house"))
    found = dict(names)
    valid, test = (round(len(order) * HOUSE[part]) for part in ("valid", "test"))
    for place, unit in enumerate(order):
        part = "valid" if place < valid else "test" if place < valid + test else "train"
        found |= dict.fromkeys(units[unit], part)
    return found


def by_pair(rows: list[dict]) -> dict[tuple[str, int], str]:
    """(role, gender) → part, for those that never meet in training."""
    found: dict[tuple[str, int], str] = {}
    roles = sorted({row["role"] for row in rows} - {""}, key=lambda role: drawn(role, "pair"))
    for place, role in enumerate(roles[: sum(PAIRS.values())]):
        # the genders in turn, so that each is held out as often as the others
        found[role, place % len(GENDERS)] = "valid pair" if place < PAIRS["valid pair"] else "test pair"
    return found


def by_triple(rows: list[dict], pairs: dict[tuple[str, int], str]) -> dict[str, str]:
    """Code → part, for combinations whose role and gender, role and tone, and gender and tone all stay."""
    people = [row for row in rows if row["role"] and (row["role"], row["gender"]) not in pairs]
    two = (("role", "gender"), ("role", "tone"), ("gender", "tone"))
    left = Counter((names, *(row[name] for name in names)) for row in people for names in two)
    found: dict[str, str] = {}
    for row in sorted(people, key=lambda row: drawn(row["code"], "triple")):
        keys = [(names, *(row[name] for name in names)) for names in two]
        if all(left[key] > 1 for key in keys):
            left.subtract(keys)
            found[row["code"]] = "valid triple" if len(found) < TRIPLES["valid triple"] else "test triple"
        if len(found) == sum(TRIPLES.values()):
            break
    return found


def main() -> int:
    with opened("emojibase-data") as archive:
        read = {
            name: json.load(archive.extractfile(f"package/{name}.json"))
            for name in ("en/data", "zh/data", "meta/groups")
        }
    pictures = {house: drawings(house) for house in HOUSES}
    rows = table(read["en/data"], read["zh/data"], read["meta/groups"]["groups"])
    rows = [row for row in rows if all(bare(row["code"]) in shown for shown in pictures.values())]
    for name in ("english", "chinese"):
        twice = [text for text, count in Counter(row[name] for row in rows).items() if count > 1]
        if twice:
            raise ValueError(f"two emoji have the same {name} name: {', '.join(twice)}")
    FOLDER.mkdir(exist_ok=True)
    files, plain = {}, [place for place, row in enumerate(rows) if not row["tone"]]
    far = np.inf
    for house, shown in pictures.items():
        own = [shown[bare(row["code"])] for row in rows]
        files[f"{house}.webp"] = packed(sheet(own))
        on_white = emoji.on(np.stack([np.asarray(own[place]) for place in plain]))
        far = np.minimum(far, nearest(on_white.reshape(len(plain), -1)))
    alike = [rows[place]["code"] for place, least in zip(plain, far, strict=True) if least < ALIKE]
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMN + PARTS, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(split(rows, alike))
    files["table.tsv"] = text.getvalue().encode()
    for name, data in files.items():
        (FOLDER / name).write_bytes(data)
        print(f'    "{name}": "{hashlib.sha256(data).hexdigest()}",  # {len(data):,} bytes')
    print(f"{len(rows)} emoji, {len(plain)} without tones; {len(alike)} look nearly like another")
    return 0


if __name__ == "__main__":
    sys.exit(main())
