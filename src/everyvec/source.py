"""Show code of the library in a lesson, from the file itself, so that no lesson keeps a copy that ages."""

import inspect
import textwrap
from collections.abc import Callable

from IPython.display import Markdown, display


def show(*objects: Callable | type) -> None:
    """Display the source of functions, methods or classes, as highlighted Python."""
    parts = [textwrap.dedent(inspect.getsource(thing)).rstrip() for thing in objects]
    display(Markdown("```python\n" + "\n\n".join(parts) + "\n```"))
