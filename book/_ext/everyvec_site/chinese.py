"""`lang="zh"` on Chinese, so that a screen reader says it and a browser draws it as Chinese."""

import re

from sphinx.application import Sphinx

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MARKS = "\u3001-\u3011\uff01-\uff5e"  # Chinese punctuation, within and after a run
_RUN = re.compile(f"[{_HAN}][{_HAN}{_MARKS}]*")
# What is no text: elements that hold code or may hold no span, what is marked already, any other tag.
_NO_TEXT = re.compile(
    r"(<(?P<name>script|style|pre|code|svg|option|textarea)\b.*?</(?P=name)>"
    r'|<(?P<marked>\w+) lang="zh".*?</(?P=marked)>|<!--.*?-->|<[^>]*>)',
    re.DOTALL,
)


def mark_chinese(html: str) -> str:
    """The same HTML, each run of Chinese characters in a `<span lang="zh">`."""
    done, end = [], 0
    for tag in _NO_TEXT.finditer(html):
        done += [_RUN.sub(r'<span lang="zh">\g<0></span>', html[end : tag.start()]), tag[0]]
        end = tag.end()
    done.append(_RUN.sub(r'<span lang="zh">\g<0></span>', html[end:]))
    return "".join(done)


def mark_page(app: Sphinx, pagename: str, template: str, context: dict, doctree: object) -> None:
    """Mark the Chinese of a page and of its list of headings."""
    for part in ("body", "toc"):
        if part in context:
            context[part] = mark_chinese(context[part])
