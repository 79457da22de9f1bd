"""Turning a picture from a stranger into one that holds nothing but what it shows.

What comes in is decoded and drawn anew: no place, no camera, no profile, and nothing that hides behind the
picture is left (ux.md C5; OWASP ASVS 5.0, 5.2 and 5.3). Decoding is costly and decoders have faults, so the
web server calls this in a process of its own (``files.apart``).
"""

import io
from collections.abc import Callable

import pillow_heif
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from kundenportal.files.accepted import MAX_SIZE, FileRefusal, FileRefused

MAX_PIXELS = 64_000_000
"""More than the cameras of telephones take unless told to, and what decoding may need memory for."""

MAX_EDGE = 2560
"""The longest edge in the end, in pixels: the digits of a meter stay legible, the file gets small."""

LOGO_EDGE = 600
"""The longest edge of a logo: pages show it 48 pixels high, screens with up to four dots for each."""

_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_QUALITY = 85
_WHITE = (255, 255, 255)


def clean_image(content: bytes) -> bytes:
    """Return a picture as an upright JPEG of at most ``MAX_EDGE`` pixels without any other data.

    The format is told by the content, whatever the file is called. Of several frames the first is taken, as a
    telephone's picture with its depth map or its moving moments has them.

    Args:
        content: the whole file.

    Raises:
        FileRefused: when it is empty, too large, no picture, damaged, or has too many pixels.

    """
    return _cleaned(content, _drawn_anew)


def clean_logo(content: bytes) -> bytes:
    """Return a picture as a PNG of at most ``LOGO_EDGE`` pixels that one can see through where one could.

    Args:
        content: the whole file.

    Raises:
        FileRefused: as ``clean_image`` does.

    """
    return _cleaned(content, _logo_drawn_anew)


def _cleaned(content: bytes, draw: Callable[[Image.Image], bytes]) -> bytes:
    if not content:
        raise FileRefused(FileRefusal.EMPTY)
    if len(content) > MAX_SIZE:
        raise FileRefused(FileRefusal.TOO_LARGE)
    try:
        return draw(_opened(content))
    except FileRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileRefused(FileRefusal.TOO_MANY_PIXELS) from None
    except Exception as error:
        # Decoders raise whatever a broken file makes them stumble over.
        raise FileRefused(FileRefusal.DAMAGED) from error


def _opened(content: bytes) -> Image.Image:
    """Return the picture with its size known and nothing decoded yet."""
    pillow_heif.register_heif_opener()
    # A library that draws PDFs lets everybody in its process take pictures that end too early.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        image = Image.open(io.BytesIO(content), formats=_FORMATS)
    except UnidentifiedImageError:
        raise FileRefused(FileRefusal.UNKNOWN_FORMAT) from None
    if image.width * image.height > MAX_PIXELS:
        raise FileRefused(FileRefusal.TOO_MANY_PIXELS)
    return image


def _drawn_anew(image: Image.Image) -> bytes:
    if image.format == "JPEG":
        # A JPEG can be decoded at a half, a quarter or an eighth of its size at once.
        image.draft("RGB", (MAX_EDGE, MAX_EDGE))
    image.load()
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((MAX_EDGE, MAX_EDGE))
    drawn = Image.new("RGB", upright.size, _WHITE)
    drawn.paste(*_colours_and_mask(upright))
    result = io.BytesIO()
    drawn.save(result, "JPEG", quality=_QUALITY, optimize=True)
    return result.getvalue()


def _logo_drawn_anew(image: Image.Image) -> bytes:
    image.load()
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    upright.thumbnail((LOGO_EDGE, LOGO_EDGE))
    drawn = Image.new("RGBA", upright.size)
    drawn.paste(upright)
    result = io.BytesIO()
    drawn.save(result, "PNG", optimize=True)
    return result.getvalue()


def _colours_and_mask(image: Image.Image) -> tuple[Image.Image, None, Image.Image | None]:
    """Return what is pasted on white: the colours, and the mask of a picture one can look through."""
    if image.mode.startswith("I"):
        # Grey in 16 bits: Pillow would cut off all but the darkest 256 steps.
        return image.point(lambda value: value / 256).convert("L"), None, None
    if image.has_transparency_data:
        see_through = image.convert("RGBA")
        return see_through.convert("RGB"), None, see_through.getchannel("A")
    return image.convert("RGB"), None, None
