"""Making a PDF that people can read and screen readers too, in the job runner or a command alone.

The library takes two seconds to load and thirty megabytes: no web process needs either.
"""

import mimetypes
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher

_ASSET = "asset:"
_ACCESSIBLE, _ARCHIVAL = "pdf/ua-1", "pdf/a-3a"
"""Tagged, with language and title (ISO 14289-1); the same, and readable for ever: every font and colour in it
(ISO 19005-3, level A)."""


def render_pdf(
    template: str, context: Mapping[str, object], *, language: str, is_archival: bool = False
) -> bytes:
    """Return a template as a tagged PDF; it extends ``files/print.html``.

    Nothing is fetched but our own static files, named ``asset:ui/fonts/…``: a text that somebody typed can
    make the job runner neither read a file nor call an address.

    Args:
        template: the name of the template.
        context: what fills it; ``utility`` and ``base_url`` are added.
        language: the language it is written in.
        is_archival: whether it shall be readable in years, as what somebody agreed to must be.

    """
    from weasyprint import HTML  # noqa: PLC0415

    with translation.override(language):
        html = render_to_string(
            template, {**context, "utility": settings.UTILITY, "base_url": settings.BASE_URL}
        )
    document = HTML(string=html, base_url=_ASSET, url_fetcher=_static_fetcher())
    with warnings.catch_warnings():
        # The library leaves it to Python to close the colour profile it embeds.
        warnings.simplefilter("ignore", ResourceWarning)
        pdf: bytes = document.write_pdf(pdf_variant=_ARCHIVAL if is_archival else _ACCESSIBLE)
    return pdf


@cache
def _static_fetcher() -> "URLFetcher":
    """Return what fetches for the library: our own static files alone."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class StaticFetcher(URLFetcher):  # type: ignore[misc]
        """Reads static files of the portal; anything else is refused, noted in the log and left out."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002
            path = finders.find(url.removeprefix(_ASSET)) if url.startswith(_ASSET) else None
            if path is None:
                raise ValueError(f"only our own static files may be fetched, not {url}")
            media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
            return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": media_type})

    return StaticFetcher()
