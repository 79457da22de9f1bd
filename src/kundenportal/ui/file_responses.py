"""Handing out files, stored ones and such as are made for it: the one way a file leaves (security.md A14).

The caller has checked that this login may have the file, and has written down that it got it. The address
that hands it out is not to be kept by anybody, so the view is one of ``customer_required``.
"""

import re
from collections.abc import Iterable
from typing import IO

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from kundenportal.files.models import StoredFile
from kundenportal.files.services import read_file
from kundenportal.files.storage import private_storage

PDF = "application/pdf"

SANDBOXED = "default-src 'none'; sandbox"
VIEWED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""The policy of a PDF that is shown: Safari shows nothing in a sandbox, and its viewer styles the page it
makes of the PDF (docs/adr/0006). Nothing of a PDF runs in our origin: it is checked when it is taken in, and
viewers keep it apart."""

_BLOCK_BYTES = 1 << 16
_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+')
"""What Windows, macOS or Linux refuse in a name, and what writes a name backwards to hide its end."""

_MAX_NAME = 120


def file_response(stored: StoredFile, *, name: str, is_attachment: bool) -> HttpResponseBase:
    """Return the answer that hands out a file, read from the storage piece by piece.

    With ``KUNDENPORTAL_FILES_ACCEL`` set, the web server in front reads it instead (``X-Accel-Redirect``);
    what is sealed is opened here.

    Args:
        stored: the file.
        name: what the browser shall call it, with its ending; what no system takes becomes a hyphen.
        is_attachment: whether to save it rather than show it.

    Raises:
        OSError: when the storage has lost it or is out of reach.

    """
    response: HttpResponseBase
    if stored.is_sealed:
        response = HttpResponse(read_file(stored), content_type=stored.media_type)
    elif settings.FILES_ACCEL:
        response = HttpResponse(content_type=stored.media_type)
        response["X-Accel-Redirect"] = f"{settings.FILES_ACCEL}{stored.name}"
    else:
        response = FileResponse(private_storage().open(stored.name), content_type=stored.media_type)
        response.block_size = _BLOCK_BYTES
        response["Content-Length"] = str(stored.size)
    is_viewed = stored.media_type == PDF and not is_attachment
    _protect(response, name, is_attachment=is_attachment, is_viewed=is_viewed)
    return response


def content_response(content: bytes, *, media_type: str, name: str) -> HttpResponse:
    """Return the answer that saves a content which is all there.

    Args:
        content: all of it, in clear.
        media_type: what it is.
        name: as for ``file_response``.

    """
    response = HttpResponse(content, content_type=media_type)
    _protect(response, name, is_attachment=True, is_viewed=False)
    return response


def stream_response(stream: IO[bytes], *, media_type: str, name: str) -> FileResponse:
    """Return the answer that saves what was made for it before; the stream is closed at its end.

    Args:
        stream: the content, from where it stands to its end.
        media_type: what it is.
        name: as for ``file_response``.

    """
    response = FileResponse(stream, content_type=media_type)
    response.block_size = _BLOCK_BYTES
    _protect(response, name, is_attachment=True, is_viewed=False)
    return response


def pieces_response(pieces: Iterable[bytes], *, media_type: str, name: str) -> StreamingHttpResponse:
    """Return the answer that saves what is made while it is sent.

    Args:
        pieces: the content in order.
        media_type: what it is.
        name: as for ``file_response``.

    """
    response = StreamingHttpResponse(pieces, content_type=media_type)
    _protect(response, name, is_attachment=True, is_viewed=False)
    return response


def _protect(response: HttpResponseBase, name: str, *, is_attachment: bool, is_viewed: bool) -> None:
    """Name what is handed out, and keep it from doing anything in our origin."""
    disposition = content_disposition_header(is_attachment, file_name(name))
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = VIEWED if is_viewed else SANDBOXED
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "SAMEORIGIN" if is_viewed else "DENY"


def file_name(name: str) -> str:
    """Return a name for a file that every system takes; its ending stays."""
    plain = " ".join(_NOT_IN_FILE_NAMES.sub("-", name).split())
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, ""
    return (stem[:_MAX_NAME].strip(" .-") or "datei") + dot + ending
