"""nbval lets stored fractions differ from new ones as processors differ: a plugin of `make test`.

`make execute` compares in the same way, see `tools.execute.Alike`.
"""

from nbval.plugin import IPyNbCell

from tools.execute import Alike

sanitize = IPyNbCell.sanitize  # nbval sends every text through it, stored and new, before it compares them


def alike(cell: IPyNbCell, output):
    clean = sanitize(cell, output)
    return Alike(clean) if isinstance(clean, str) else clean


def pytest_configure() -> None:
    IPyNbCell.sanitize = alike
