"""How far apart two colours are for whoever reads them (WCAG 2.2, success criteria 1.4.3 and 1.4.11)."""

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass

TEXT, CONTROL = 4.5, 3.0
"""The least contrast of text, and of what one must see to work a page."""

_STEPS = 255


@dataclass(frozen=True)
class Against:
    """A colour, ``#rrggbb``, from which another one must differ, and the least contrast."""

    colour: str
    least: float = TEXT


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, from 0 to 1 (WCAG 2.2, "relative luminance").

    Args:
        colour: ``#rrggbb``.

    """
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in _shares(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def is_apart(colour: str, others: Sequence[Against]) -> bool:
    """Tell whether a colour is far enough from all others."""
    return all(contrast(colour, other.colour) >= other.least for other in others)


def nearest_shade(colour: str, others: Sequence[Against]) -> str | None:
    """Return the nearest shade of the same hue and saturation that is far enough from others.

    Args:
        colour: ``#rrggbb``.
        others: what the shade must differ from.

    Returns:
        The colour itself when it will do, a darker shade before a lighter one that is as near, and None when
        no shade will do.

    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*_shares(colour))
    if is_apart(colour, others):
        return colour
    for step in range(1, _STEPS + 1):
        for shade in (lightness - step / _STEPS, lightness + step / _STEPS):
            if 0 <= shade <= 1:
                candidate = _written(colorsys.hls_to_rgb(hue, shade, saturation))
                if is_apart(candidate, others):
                    return candidate
    return None


def _shares(colour: str) -> tuple[float, float, float]:
    """Return red, green and blue, each from 0 to 1."""
    red, green, blue = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    return red, green, blue


def _written(shares: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(share * 255):02x}" for share in shares)
