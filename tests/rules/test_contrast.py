"""The colours of the style sheet are far enough apart for everybody (ux.md 2.1; WCAG 1.4.3, 1.4.11)."""

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kundenportal.ui
from kundenportal.core.brand import Brand
from kundenportal.core.brand_contrast import MEETINGS, Use, contrast_findings, readable_brand
from kundenportal.core.contrast import CONTROL, TEXT, Against, contrast, is_apart, nearest_shade

CSS = Path(kundenportal.ui.__file__).parent / "static/ui/css"
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


COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@given(COLOURS, COLOURS)
def test_contrast_has_no_direction_and_no_more_than_black_and_white(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21


@pytest.mark.parametrize(
    ("colour", "expected"), [("#12418f", "#12418f"), ("#3d9bff", "#0072ec"), ("#888888", "#767676")]
)
def test_a_colour_too_light_for_white_text_gets_the_nearest_darker_shade(colour: str, expected: str) -> None:
    assert nearest_shade(colour, [Against("#ffffff")]) == expected


@given(COLOURS)
def test_the_nearest_shade_can_be_read(colour: str) -> None:
    shade = nearest_shade(colour, [Against("#ffffff")])

    assert shade is not None
    assert is_apart(shade, [Against("#ffffff")])
    assert (shade == colour) == (contrast(colour, "#ffffff") >= TEXT)


def test_where_no_shade_will_do_there_is_none() -> None:
    assert nearest_shade("#808080", [Against("#ffffff"), Against("#000000", 15)]) is None


def test_the_colours_the_portal_comes_with_can_be_read_everywhere() -> None:
    assert all(finding.is_enough for finding in contrast_findings(Brand()))
    assert readable_brand(Brand()) == Brand()


@settings(max_examples=40)
@given(st.builds(Brand, **dict.fromkeys(MEETINGS, COLOURS)))
def test_the_readable_brand_can_be_read_everywhere(brand: Brand) -> None:
    readable = readable_brand(brand)

    assert all(finding.is_enough for finding in contrast_findings(readable))
    for field in MEETINGS:
        could_be_read = all(each.is_enough for each in contrast_findings(brand) if each.field == field)
        if could_be_read and getattr(readable, field) != getattr(brand, field):
            assert field in {"light", "dark"}, "its tint changed under it"


def test_every_place_where_a_brand_colour_meets_a_fixed_one_is_that_of_the_style_sheet() -> None:
    fixed = {
        ("light", Use.BUTTON): ("on-brand", LIGHT),
        ("light", Use.ON_CARD): ("surface", LIGHT),
        ("light", Use.ON_PAPER): ("paper", LIGHT),
        ("light", Use.ON_SUNKEN): ("sunken", LIGHT),
        ("light_tint", Use.TEXT_ON_TINT): ("ink", LIGHT),
        ("light_tint", Use.FOCUS_ON_TINT): ("focus", LIGHT),
        ("dark", Use.BUTTON): ("on-brand", DARK),
        ("dark", Use.ON_CARD): ("surface", DARK),
        ("dark", Use.ON_PAPER): ("paper", DARK),
        ("dark", Use.ON_SUNKEN): ("sunken", DARK),
        ("dark_tint", Use.TEXT_ON_TINT): ("ink", DARK),
        ("dark_tint", Use.FOCUS_ON_TINT): ("focus", DARK),
    }
    found = {
        (field, meeting.use): meeting.other
        for field, meetings in MEETINGS.items()
        for meeting in meetings
        if meeting.other.startswith("#") and meeting.use is not Use.PLATE
    }

    assert found == {place: tokens()[token][theme] for place, (token, theme) in fixed.items()}
