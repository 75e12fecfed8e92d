"""What a lesson shows of the library is what stands in the file."""

from pathlib import Path

import pytest

from everyvec import source
from everyvec.pretext import skipgram


def test_code_is_shown_as_it_stands_in_the_file(monkeypatch):
    shown = []
    monkeypatch.setattr(source, "display", lambda text: shown.append(text.data))
    source.show(skipgram.SkipGram.forward, skipgram.Tables)
    (text,) = shown
    assert text.startswith("```python\ndef forward(self, centres: Tensor")
    assert text.endswith("\n```")
    lines = Path(skipgram.__file__).read_text(encoding="utf-8")
    for line in text.splitlines()[1:-1]:
        assert line in lines
    assert "class Tables(NamedTuple):" in text


def test_what_has_no_source_is_an_error():
    with pytest.raises(TypeError):
        source.show(len)
