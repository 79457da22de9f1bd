"""Pictures for the demo, as a telephone takes them in a cellar: a meter with its number and its digits."""

import io

from PIL import Image, ImageDraw, ImageFilter, ImageFont

_SIZE = (1200, 900)
_WALL, _CASE, _PLATE, _DRUM, _RED, _DIGIT, _INK = (
    (150, 146, 138),
    (214, 216, 214),
    (244, 244, 240),
    (28, 31, 36),
    (150, 32, 28),
    (246, 246, 240),
    (40, 44, 50),
)
_DRUM_WIDTH, _DRUM_HEIGHT, _TOP = 96, 140, 360


def meter_picture(*, number: str, digits: str, red_digits: str, unit: str) -> bytes:
    """Return a JPEG of a meter.

    Args:
        number: what stands on its plate.
        digits: what its black drums show.
        red_digits: what its red drums show.
        unit: what it counts, such as ``m³``.

    """
    image = Image.new("RGB", _SIZE, _WALL)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((120, 90, 1080, 820), radius=60, fill=_CASE, outline=_INK, width=6)
    draw.rounded_rectangle((180, 180, 1020, 640), radius=24, fill=_PLATE, outline=_INK, width=3)
    left = 600 - _DRUM_WIDTH * (len(digits) + len(red_digits)) // 2
    for place, digit in enumerate(digits + red_digits):
        _draw_drum(draw, left + place * _DRUM_WIDTH, digit, _DRUM if place < len(digits) else _RED)
    _draw_unit(draw, unit)
    draw.text((600, 720), f"Nr. {number}", font=ImageFont.load_default(48), fill=_INK, anchor="mm")
    result = io.BytesIO()
    tilted = image.rotate(-2.5, resample=Image.Resampling.BICUBIC, fillcolor=_WALL)
    tilted.filter(ImageFilter.GaussianBlur(0.8)).save(result, "JPEG", quality=80)
    return result.getvalue()


def _draw_unit(draw: ImageDraw.ImageDraw, unit: str) -> None:
    """Write the unit; the font has no raised three, so that one is drawn small and high."""
    plain = unit.removesuffix("³")
    draw.text((600, 270), plain, font=ImageFont.load_default(64), fill=_INK, anchor="mm")
    if plain != unit:
        draw.text((640, 250), "3", font=ImageFont.load_default(36), fill=_INK, anchor="mm")


def _draw_drum(draw: ImageDraw.ImageDraw, left: int, digit: str, colour: tuple[int, int, int]) -> None:
    box = (left, _TOP, left + _DRUM_WIDTH - 8, _TOP + _DRUM_HEIGHT)
    draw.rounded_rectangle(box, radius=8, fill=colour)
    middle = (left + _DRUM_WIDTH // 2 - 4, _TOP + _DRUM_HEIGHT // 2)
    draw.text(middle, digit, font=ImageFont.load_default(104), fill=_DIGIT, anchor="mm")
