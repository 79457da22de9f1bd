"""Drawings of meters, made for the help: what to read, what to leave out, where the number stands."""

import re
from functools import cache
from importlib.resources import files

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_NAME = re.compile(r"[a-z-]+")


class UnknownDrawing(LookupError):
    """No drawing has this name."""


@cache
def _source(name: str) -> str:
    path = files(__name__).joinpath(f"{name}.svg")
    if not _NAME.fullmatch(name) or not path.is_file():
        raise UnknownDrawing(name)
    return path.read_text(encoding="utf-8").strip()


def drawing_markup(name: str, shown: str) -> SafeString:
    """Return a drawing as inline SVG; its colours are classes of ``drawing.css``, in both themes.

    Args:
        name: the file's name without its end, such as ``gas``.
        shown: what it shows, for those who do not see it.

    Raises:
        UnknownDrawing: when there is no such file.

    """
    picture = _source(name).replace("<svg ", f'<svg role="img" aria-label="{escape(shown)}" ', 1)
    return mark_safe(f'<span class="zeichnung">{picture}</span>')  # noqa: S308  # Our own file, an escaped label.
