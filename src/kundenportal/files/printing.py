"""Making a PDF that people can read and screen readers too, in the job runner or a command alone.

The library takes two seconds to load and thirty megabytes: no web process needs either.
"""

import mimetypes
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
_VARIANT = "pdf/ua-1"
"""Tagged, with language and title (ISO 14289-1)."""


def render_pdf(template: str, context: Mapping[str, object], *, language: str) -> bytes:
    """Return a template as a tagged PDF; it extends ``files/print.html``.

    Nothing is fetched but our own static files, named ``asset:ui/fonts/…``: a text that somebody typed can
    make the job runner neither read a file nor call an address.

    Args:
        template: the name of the template.
        context: what fills it; ``utility`` and ``base_url`` are added.
        language: the language it is written in.

    """
    from weasyprint import HTML  # noqa: PLC0415

    with translation.override(language):
        html = render_to_string(
            template, {**context, "utility": settings.UTILITY, "base_url": settings.BASE_URL}
        )
    pdf: bytes = HTML(string=html, base_url=_ASSET, url_fetcher=_static_fetcher()).write_pdf(
        pdf_variant=_VARIANT
    )
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
