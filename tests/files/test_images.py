"""What becomes of pictures: drawn anew without anything else, or refused with a reason."""

import io
import os
import warnings
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from kundenportal.files.accepted import MAX_SIZE, FileRefusal, FileRefused
from kundenportal.files.images import MAX_EDGE, clean_image
from tests.strangers_files import BLUE, HTML, RED, SVG, encoded, exif_with_place, picture

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def refusal_of(content: bytes) -> FileRefusal:
    with pytest.raises(FileRefused) as refused:
        clean_image(content)
    return refused.value.refusal


def is_near(found: object, expected: tuple[int, int, int]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(one - other) < 20 for one, other in zip(found, expected, strict=True))


@pytest.mark.parametrize("image_format", FORMATS)
def test_a_picture_of_every_kind_becomes_a_jpeg_that_shows_the_same(image_format: str) -> None:
    image = opened(clean_image(picture(image_format=image_format)))

    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (60, 40))
    assert is_near(image.getpixel((10, 20)), RED)
    assert is_near(image.getpixel((50, 20)), BLUE)


@pytest.mark.parametrize("image_format", FORMATS)
def test_place_camera_and_profile_are_gone(image_format: str) -> None:
    sent = picture(image_format=image_format, exif=exif_with_place(), icc_profile=b"profile of a screen")
    assert opened(sent).getexif().get_ifd(0x8825), "the picture that was sent knows the place"

    cleaned = clean_image(sent)

    assert not dict(opened(cleaned).getexif())
    assert set(opened(cleaned).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for word in (b"Exif", b"Telefon", b"profile", b"http"):
        assert word not in cleaned


def test_comments_texts_and_what_is_hidden_behind_are_gone() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Lindenstraße 12</x:xmpmeta>")
    for sent in (
        picture(image_format="PNG", pnginfo=texts) + HTML,
        picture(comment=b"Lindenstrasse 12") + b"PK\x03\x04secret.zip",
    ):
        cleaned = clean_image(sent)
        assert b"Linden" not in cleaned
        assert b"script" not in cleaned
        assert b"secret" not in cleaned


@pytest.mark.parametrize(
    ("orientation", "size", "where_red_is"),
    [(1, (60, 40), (5, 20)), (3, (60, 40), (55, 20)), (6, (40, 60), (20, 5)), (8, (40, 60), (20, 55))],
)
def test_a_picture_stands_upright(
    orientation: int, size: tuple[int, int], where_red_is: tuple[int, int]
) -> None:
    image = opened(clean_image(picture(exif=exif_with_place(orientation))))

    assert image.size == size
    assert is_near(image.getpixel(where_red_is), RED)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
def test_a_large_picture_gets_smaller_and_keeps_its_shape(image_format: str) -> None:
    image = opened(clean_image(picture(6000, 3000, image_format)))

    assert image.size == (MAX_EDGE, MAX_EDGE // 2)


def test_a_small_picture_keeps_its_size() -> None:
    assert opened(clean_image(picture(1, 1))).size == (1, 1)


def test_colours_for_printing_are_shown_on_a_screen() -> None:
    sent = encoded(Image.new("CMYK", (20, 20), (0, 255, 255, 0)))

    image = opened(clean_image(sent))

    assert image.mode == "RGB"
    assert is_near(image.getpixel((10, 10)), (255, 0, 0))


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    sent = encoded(Image.new("I;16", (20, 20), 0x8000), "PNG")

    assert is_near(opened(clean_image(sent)).getpixel((10, 10)), (128, 128, 128))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_way_of_colours_is_drawn(mode: str) -> None:
    sent = encoded(Image.new("RGBA", (20, 20), (*RED, 255)).convert(mode), "PNG")

    assert opened(clean_image(sent)).mode == "RGB"


def test_what_one_can_look_through_stands_on_white() -> None:
    image = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    palette = Image.new("P", (20, 20), 0)
    palette.putpalette([0, 0, 0])

    for sent in (encoded(image, "PNG"), encoded(image, "WEBP"), encoded(palette, "PNG", transparency=0)):
        assert is_near(opened(clean_image(sent)).getpixel((10, 10)), (255, 255, 255))


@pytest.mark.parametrize("image_format", ["PNG", "WEBP", "MPO"])
def test_of_moving_pictures_the_first_is_taken(image_format: str) -> None:
    first, second = Image.new("RGB", (20, 20), RED), Image.new("RGB", (20, 20), BLUE)
    sent = encoded(first, image_format, save_all=True, append_images=[second])

    assert is_near(opened(clean_image(sent)).getpixel((10, 10)), RED)


@pytest.mark.parametrize(
    "content", [HTML, SVG, b"GIF89a" + bytes(50), b"BM" + bytes(60), b"%PDF-1.7\n", b"\0"]
)
def test_what_is_no_picture_is_refused_whatever_it_is_called(content: bytes) -> None:
    assert refusal_of(content) is FileRefusal.UNKNOWN_FORMAT


def test_an_empty_file_is_refused() -> None:
    assert refusal_of(b"") is FileRefusal.EMPTY


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    assert refusal_of(picture() + bytes(MAX_SIZE)) is FileRefusal.TOO_LARGE


@pytest.mark.parametrize("image_format", FORMATS)
def test_a_picture_that_ends_too_early_is_refused(image_format: str) -> None:
    noise = Image.frombytes("RGB", (300, 200), os.urandom(180_000))
    sent = encoded(noise, image_format)

    assert refusal_of(sent[: len(sent) // 2]) is FileRefusal.DAMAGED


@pytest.mark.parametrize("size", [(8001, 8001), (16_000, 16_000), (40_000, 40_000)])
@pytest.mark.parametrize("warning", ["error", "ignore"])
def test_a_bomb_of_pixels_is_refused_before_it_is_decoded(size: tuple[int, int], warning: Any) -> None:
    sent = bytearray(encoded(Image.new("1", (100, 100)), "PNG"))
    sent[16:24] = size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big")
    sent[29:33] = zlib.crc32(bytes(sent[12:29])).to_bytes(4, "big")
    with warnings.catch_warnings():
        warnings.simplefilter(warning, Image.DecompressionBombWarning)
        assert refusal_of(bytes(sent)) is FileRefusal.TOO_MANY_PIXELS


@settings(max_examples=150)
@given(
    image_format=st.sampled_from(FORMATS),
    position=st.floats(0, 1),
    change=st.binary(min_size=1, max_size=40),
)
def test_a_file_that_was_tampered_with_is_drawn_or_refused(
    image_format: str, position: float, change: bytes
) -> None:
    sent = bytearray(picture(image_format=image_format, exif=exif_with_place()))
    start = int(position * len(sent))
    sent[start : start + len(change)] = change
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            cleaned = clean_image(bytes(sent))
        except FileRefused:
            return
    assert opened(cleaned).format == "JPEG"
