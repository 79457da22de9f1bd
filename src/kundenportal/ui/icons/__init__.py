"""Lucide's icons (ISC, see LICENSE-lucide.txt), as far as the portal uses them."""

import re
from functools import cache
from importlib.resources import files

from django.utils.safestring import SafeString, mark_safe

_SYMBOL = re.compile(r'<symbol id="(?P<name>[a-z-]+)" viewBox="0 0 24 24">(?P<shape>.*?)</symbol>')


class UnknownIcon(LookupError):
    """No icon has this name."""


@cache
def _shapes() -> dict[str, str]:
    sprite = files(__name__).joinpath("lucide.svg").read_text(encoding="utf-8")
    return {match["name"]: match["shape"] for match in _SYMBOL.finditer(sprite)}


@cache
def icon_markup(name: str, modifier: str = "") -> SafeString:
    """Return an icon as inline SVG that takes the text's colour and says nothing to screen readers.

    The shape stands in the page, not behind a link to the sprite: no further request, no icon that comes
    late, and nothing to allow in the content security policy.

    Args:
        name: the file name of the symbol in Lucide, such as ``circle-check``.
        modifier: further classes, such as ``icon--s`` for the small size.

    Raises:
        UnknownIcon: when the sprite lacks it.

    """
    shape = _shapes().get(name)
    if shape is None:
        raise UnknownIcon(f"{name}: not among {', '.join(sorted(_shapes()))}")
    classes = f"icon {modifier}".strip()
    return mark_safe(  # noqa: S308  # Shape, name and modifier come from our own files.
        f'<svg class="{classes}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{shape}</svg>'
    )
