"""`{emoji}`: a table of emoji with their names and all three houses' drawings, from the course's own files.

Each line of it is a name; a role with the option `:tones:` becomes three lines, one a gender, in every tone.
"""

import base64
import io
from html import escape

import numpy as np
from docutils import nodes
from docutils.parsers.rst import directives
from everyvec.data import emoji
from PIL import Image
from sphinx.util.docutils import SphinxDirective

HOUSES = {"twemoji": "Twemoji", "noto": "Noto", "fluent": "Fluent"}


class EmojiTable(SphinxDirective):
    """Names and drawings; made again when the files change."""

    has_content = True
    option_spec = {"tones": directives.flag}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        for path in emoji.FOLDER.iterdir():
            self.env.note_dependency(str(path))
        every, houses = emoji.load(), ", ".join(HOUSES.values())
        rows = []
        for line in filter(None, self.content):
            if "tones" in self.options:
                places = np.array([n for n, role in enumerate(every.role) if role == line], dtype=np.int64)
                if not len(places):
                    raise self.error(f"no role is called {line!r}")
                order = np.lexsort((every.tone[places], every.gender[places]))
                groups = places[order].reshape(len(emoji.GENDERS), len(emoji.TONES))
            else:
                groups = every.find(line)[:, None]
            for places in groups:
                name = every.english[places[0]]
                # (houses, tones, 24, 24, 4): a house a row with tones, a house a column without
                shown = np.stack([every.only(places).pictures(house) for house in HOUSES])
                if "tones" not in self.options:
                    shown = shown.swapaxes(0, 1)
                alt = f"{name}, drawn by {houses}" + (", in six tones" if "tones" in self.options else "")
                rows.append(
                    f"<tr><td>{escape(name)}</td><td>{escape(every.chinese[places[0]])}</td>"
                    f"<td>{_image(shown, alt)}</td></tr>"
                )
        kind = "Twemoji, Noto and Fluent" + (", one below the other" if "tones" in self.options else "")
        head = f"<tr><th>English</th><th>Chinese</th><th>{kind}</th></tr>"
        table = f'<table class="table ev-emoji"><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table>'
        return [nodes.raw("", table, format="html")]


def _image(shown: np.ndarray, alt: str) -> str:
    """An `img` with its picture inside; `shown` is (rows, columns, 24, 24, 4)."""
    rows, columns = shown.shape[:2]
    shown = np.pad(shown, ((0, 0), (0, 0), (1, 1), (1, 1), (0, 0)))  # a gap between neighbours
    whole = shown.swapaxes(1, 2).reshape(rows * (emoji.SIDE + 2), columns * (emoji.SIDE + 2), 4)
    out = io.BytesIO()
    Image.fromarray(whole).save(out, "WEBP", quality=90, method=6)
    wide = 52 if columns == len(HOUSES) else 36  # pixels of the page for each picture
    return (
        f'<img src="data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}" alt="{escape(alt)}" '
        f'width="{columns * wide}" height="{rows * wide}">'
    )
