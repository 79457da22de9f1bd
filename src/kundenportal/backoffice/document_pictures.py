"""Showing staff the pages of a PDF as pictures: nothing of a doubtful PDF runs in their browser."""

from django.http import Http404, HttpResponse

from kundenportal.files.models import StoredFile
from kundenportal.files.pdf_pages import UnreadablePdf, draw_page
from kundenportal.files.services import read_file
from kundenportal.ui.file_responses import SANDBOXED

PAGES_SHOWN = 3
_WIDTH = 1000


def page_picture(file: StoredFile, number: int) -> HttpResponse:
    """Return the answer with the picture of a page.

    Raises:
        Http404: when there is no such page, or it cannot be drawn.
        OSError: when the storage has lost the file or is out of reach.

    """
    try:
        picture = draw_page(read_file(file), number, width=_WIDTH)
    except UnreadablePdf:
        raise Http404 from None
    response = HttpResponse(picture, content_type="image/webp")
    response["Content-Security-Policy"] = SANDBOXED
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def pages_of(page_count: int) -> range:
    """Return the numbers of the pages that are shown."""
    return range(1, min(page_count, PAGES_SHOWN) + 1)
