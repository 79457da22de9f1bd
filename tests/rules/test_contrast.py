"""The colours of the style sheet are far enough apart for everybody (ux.md 2.1; WCAG 1.4.3, 1.4.11)."""

import re
from functools import cache
from pathlib import Path

import pytest

import kundenportal.ui
from kundenportal.core.brand import Brand

CSS = Path(kundenportal.ui.__file__).parent / "static/ui/css"
TEXT, CONTROL = 4.5, 3.0
LIGHT, DARK = 0, 1

PAIRS = [
    ("ink", "paper", TEXT),
    ("ink", "surface", TEXT),
    ("ink", "sunken", TEXT),
    ("ink", "brand-tint", TEXT),
    ("ink", "warn-tint", TEXT),
    ("ink", "err-tint", TEXT),
    ("ink", "ok-tint", TEXT),
    ("paper", "ink", TEXT),
    ("ink-2", "paper", TEXT),
    ("ink-2", "surface", TEXT),
    ("ink-2", "sunken", TEXT),
    ("brand", "paper", TEXT),
    ("brand", "surface", TEXT),
    ("brand", "sunken", TEXT),
    ("brand", "brand-tint", TEXT),
    ("on-brand", "brand", TEXT),
    ("line-strong", "surface", CONTROL),
    ("line-strong", "paper", CONTROL),
    ("strom", "surface", TEXT),
    ("gas", "surface", TEXT),
    ("wasser", "surface", TEXT),
    ("waerme", "surface", TEXT),
    ("ok", "ok-tint", TEXT),
    ("warn", "warn-tint", TEXT),
    ("err", "err-tint", TEXT),
    ("err", "surface", TEXT),
    ("focus", "paper", CONTROL),
    ("focus", "surface", CONTROL),
    ("focus", "brand-tint", CONTROL),
]
"""Name in front, name behind, least contrast."""

DRUMS = ("#262c35", "#07090c")


@cache
def tokens() -> dict[str, tuple[str, str]]:
    """Return each colour token as its light and its dark value."""
    css = (CSS / "tokens.css").read_text(encoding="utf-8")
    plain = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))
    found = {name: (value, value) for name, value in plain.items()}
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\(([^,]+), ([^)]+\)?)\);", css):
        found[name] = (_value(light, plain), _value(dark, plain))
    return found


def _value(text: str, plain: dict[str, str]) -> str:
    variable = re.fullmatch(r"var\(--([\w-]+)\)", text.strip())
    return plain[variable[1]] if variable else text.strip()


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2, "relative luminance")."""
    shares = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000000", "#ffffff", 21), ("#12418f", "#ffffff", 9.64), ("#777777", "#777777", 1)],
)
def test_contrast_is_computed_as_wcag_says(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_every_pair_of_colours_is_far_enough_apart(front: str, back: str, least: float, theme: int) -> None:
    found = contrast(tokens()[front][theme], tokens()[back][theme])

    assert found >= least, f"{front} on {back}: {found:.2f}"


@pytest.mark.parametrize("drum", DRUMS)
def test_digits_can_be_read_on_the_drums(drum: str) -> None:
    assert drum in (CSS / "counter.css").read_text(encoding="utf-8")
    assert contrast("#ffffff", drum) >= 14


def test_white_can_be_read_on_the_plate() -> None:
    assert contrast("#ffffff", tokens()["marke-schild"][LIGHT]) >= TEXT


def test_the_style_sheet_and_the_settings_agree_on_the_default_brand() -> None:
    names = {
        "light": "marke-hell",
        "light_tint": "marke-hell-flaeche",
        "dark": "marke-dunkel",
        "dark_tint": "marke-dunkel-flaeche",
        "plate": "marke-schild",
    }

    assert {field: tokens()[token][LIGHT] for field, token in names.items()} == {
        field: getattr(Brand(), field) for field in names
    }
