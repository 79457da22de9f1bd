"""What the pages of a PDF say and look like, by PDFium.

PDFium does one thing at a time in a process (its own documentation asks for it), so a lock stands around it.
Only checked documents come here; what a stranger sends is read by a process of its own (``files.apart``).
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2

_ONE_AT_A_TIME = threading.Lock()
_MOST_PIXELS = 6_000_000
"""More than an A4 page takes at the widest drawn; a page of two kilometres must not fill the memory."""

_QUALITY, _EFFORT = 75, 2
"""Of WebP: small letters stay sharp, and a page takes 30 ms."""


class UnreadablePdf(ValueError):
    """PDFium cannot read the PDF, or it has no such page."""


def count_pages(content: bytes) -> int:
    """Return how many pages a PDF has.

    Raises:
        UnreadablePdf: when it cannot be read.

    """
    with _opened(content) as pdf:
        return len(pdf)


def text_of_pages(content: bytes) -> tuple[int, str]:
    """Return how many pages a PDF has, and the text that can be read on them, page after page.

    Raises:
        UnreadablePdf: when it cannot be read.

    """
    with _opened(content) as pdf:
        return len(pdf), "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


def draw_page(content: bytes, number: int, *, width: int) -> bytes:
    """Return a picture of a page as WebP.

    Args:
        content: the whole PDF.
        number: the number of the page, from 1 on.
        width: of the picture in pixels; a page of extreme size gets a smaller one.

    Raises:
        UnreadablePdf: when it cannot be read, or has no such page.

    """
    with _opened(content) as pdf:
        if not 1 <= number <= len(pdf):
            raise UnreadablePdf(f"no page {number}")
        page = pdf[number - 1]
        page_width, page_height = page.get_size()
        scale = min(width / page_width, (_MOST_PIXELS / (page_width * page_height)) ** 0.5)
        picture = page.render(scale=scale).to_pil()
    drawn = io.BytesIO()
    picture.convert("RGB").save(drawn, "WEBP", quality=_QUALITY, method=_EFFORT)
    return drawn.getvalue()


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    with _ONE_AT_A_TIME:
        try:
            with pypdfium2.PdfDocument(content) as pdf:
                yield pdf
        except pypdfium2.PdfiumError as error:
            raise UnreadablePdf(str(error)) from error
