"""``/vs/<id>/dokumente/``: finding documents, opening and downloading them (ux.md 1.4; guide 36 to 38)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

import structlog
from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kundenportal.documents.models import Document, DocumentAccess
from kundenportal.documents.selectors import DocumentRecalled, document_of_premise, page_of_documents
from kundenportal.documents.services import note_access
from kundenportal.files.models import StoredFile
from kundenportal.files.pdf_pages import UnreadablePdf, draw_page
from kundenportal.files.services import read_file
from kundenportal.identity.throttle import allow
from kundenportal.selfservice.access import (
    CustomerRequest,
    PortalContext,
    customer_required,
    get_premise_or_404,
)
from kundenportal.ui.file_responses import SANDBOXED, file_response
from kundenportal.ui.viewing import viewing_of

ROWS_ON_A_PAGE = 20
PAGES_SHOWN = 30
"""How many pages of a document are shown as pictures; who reads more downloads it."""

PICTURE_WIDTH = 1200
"""In pixels: twice what the page is shown at, so that letters are sharp on every display."""

PICTURES, PICTURES_WINDOW = 90, dt.timedelta(minutes=1)
"""How many pages are drawn for a login: three long documents a minute. One page is drawn at a time, and each
keeps everybody else waiting for a tenth of a second or two."""

KIND, SEARCH, AFTER, SHOWN = "art", "suche", "vor", "ansicht"
"""The parameters of the list: kind, words, the last document seen; and of the file: shown, not saved."""

_FRAMES_OWN_PAGES = {"frame-src": [SELF]}
"""What the content policy of a page allows beside the usual: the browser's viewer stands in a frame."""

P = ParamSpec("P")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class InView:
    """The document that an address names, for the premise in view."""

    portal: PortalContext
    document: Document

    @property
    def file(self) -> StoredFile:
        """Its content; a constraint of the database says that a document in sight has one."""
        assert self.document.file is not None
        return self.document.file


@require_safe
@csp_update(_FRAMES_OWN_PAGES)  # type: ignore[arg-type]  # Its types know only views of one argument.
@customer_required
def documents(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """List the documents of a premise by year, the newest first; by kind and words when asked to."""
    portal = get_premise_or_404(request, premise_id)
    if portal.hold:
        return _closed(request, portal, HTTPStatus.OK)
    kind, search = request.GET.get(KIND, ""), request.GET.get(SEARCH, "").strip()
    after = request.GET.get(AFTER, "")
    kind = kind if kind in Document.Kind.values else ""
    page = page_of_documents(
        portal.premise, portal.user, kind=kind, search=search, after=after, limit=ROWS_ON_A_PAGE
    )
    context = {
        "portal": portal,
        "page": page,
        "kinds": Document.Kind.choices,
        "kind": kind,
        "search": search,
        "is_filtered": bool(kind or search),
        "is_first": not after,
    }
    return render(request, "selfservice/documents/list.html", context)


def document_required(
    view: Callable[Concatenate[CustomerRequest, InView, P], HttpResponseBase],
) -> Callable[Concatenate[CustomerRequest, ...], HttpResponseBase]:
    """Give a view the document that its address names, and answer for it when the document cannot be seen.

    A restricted grant was won by what a neighbour may know, and a bill tells the rest (security.md A1, A4).

    Raises:
        Http404: when there is no such document at this premise, or it is somebody else's; nobody can tell
            which.

    """

    @wraps(view)
    def guarded(
        request: CustomerRequest, /, premise_id: str, document_id: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        portal = get_premise_or_404(request, premise_id)
        if portal.hold:
            return _closed(request, portal, HTTPStatus.FORBIDDEN)
        try:
            in_view = InView(portal, document_of_premise(portal.premise, document_id))
        except Document.DoesNotExist:
            raise Http404 from None
        except DocumentRecalled:
            status = HTTPStatus.NOT_FOUND
            return render(request, "selfservice/documents/gone.html", {"portal": portal}, status=status)
        if viewing_of(request) and in_view.document.kind == Document.Kind.MANDATE:
            # It holds a whole IBAN, which staff see for a reason of its own only.
            raise Http404
        try:
            return view(request, in_view, *args, **kwargs)
        except OSError:
            log.exception("document.out_of_reach", document=in_view.document.pk)
            return _out_of_reach(request, in_view)

    return guarded


@require_safe
@csp_update(_FRAMES_OWN_PAGES)
@customer_required
@document_required
def document(request: CustomerRequest, in_view: InView) -> HttpResponse:
    """Show a document, and write down that it was opened."""
    found = in_view.document
    _note(request, found, DocumentAccess.Way.OPENED)
    context = {
        "portal": in_view.portal,
        "document": found,
        "pages": range(1, min(found.page_count, PAGES_SHOWN) + 1),
        "has_more_pages": found.page_count > PAGES_SHOWN,
    }
    return render(request, "selfservice/documents/document.html", context)


@require_safe
@customer_required
@document_required
def document_file(request: CustomerRequest, in_view: InView) -> HttpResponseBase:
    """Hand out the PDF, to be saved or, with ``?ansicht``, to be shown; write down that it was."""
    is_attachment = SHOWN not in request.GET
    name = f"{in_view.document.title}.pdf"
    response = file_response(in_view.file, name=name, is_attachment=is_attachment)
    _note(
        request,
        in_view.document,
        DocumentAccess.Way.DOWNLOADED if is_attachment else DocumentAccess.Way.OPENED,
    )
    return response


@require_safe
@customer_required
@document_required
def document_page(request: CustomerRequest, in_view: InView, number: int) -> HttpResponse:
    """Give the picture of a page, and write down that the document was opened.

    Raises:
        Http404: when the document has no such page, or cannot be drawn.

    """
    if not _may_draw(request):
        return _too_many_pages(request, in_view)
    try:
        picture = draw_page(read_file(in_view.file), number, width=PICTURE_WIDTH)
    except UnreadablePdf:
        raise Http404 from None
    _note(request, in_view.document, DocumentAccess.Way.OPENED)
    response = HttpResponse(picture, content_type="image/webp")
    response["Content-Security-Policy"] = SANDBOXED
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _may_draw(request: CustomerRequest) -> bool:
    """Count a page that is drawn for a login; staff who see a customer's pages write nothing."""
    if viewing_of(request):
        return True
    limit, window = PICTURES, PICTURES_WINDOW
    return allow("document-page", str(request.user.pk), limit=limit, window=window, now=timezone.now())


def _note(request: CustomerRequest, found: Document, way: DocumentAccess.Way) -> None:
    """Write down that a customer saw a document; who asks whether it is there (``HEAD``) sees nothing."""
    if request.method == "GET" and not viewing_of(request):
        note_access(document=found, user=request.user, way=way, now=timezone.now())


def _closed(request: CustomerRequest, portal: PortalContext, status: HTTPStatus) -> HttpResponse:
    context = {"portal": portal, "hold": portal.hold}
    return render(request, "selfservice/documents/closed.html", context, status=status)


def _out_of_reach(request: CustomerRequest, in_view: InView) -> HttpResponse:
    """Say that the storage does not answer: the document is there, only not now."""
    context = {"portal": in_view.portal, "document": in_view.document}
    status = HTTPStatus.SERVICE_UNAVAILABLE
    response = render(request, "selfservice/documents/out_of_reach.html", context, status=status)
    response["Retry-After"] = "300"
    return response


def _too_many_pages(request: CustomerRequest, in_view: InView) -> HttpResponse:
    """Ask to wait for a minute: nobody looks at so many pages, and others want to see theirs."""
    context = {"portal": in_view.portal, "document": in_view.document}
    status = HTTPStatus.TOO_MANY_REQUESTS
    response = render(request, "selfservice/documents/too_many_pages.html", context, status=status)
    response["Retry-After"] = str(int(PICTURES_WINDOW.total_seconds()))
    return response
