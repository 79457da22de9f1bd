"""``/verwaltung/dokumente/<id>/``: one document, who opened it, and taking it back."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.document_pictures import page_picture, pages_of
from kundenportal.backoffice.forms.documents import ReasonForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.parameters import found_or_404
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.documents.finding import document_with_id, note_staff_view
from kundenportal.documents.models import Document
from kundenportal.documents.recall import recall_document
from kundenportal.documents.selectors import accesses_of
from kundenportal.files.models import StoredFile
from kundenportal.linking.selectors import holder_of
from kundenportal.ui.file_responses import file_response


@require_safe
@staff_required(Permission.VIEW_DOCUMENTS)
def documents_one(request: StaffRequest, document_id: str) -> HttpResponse:
    """Show a document and who opened it; that it was looked at is written down."""
    found = found_or_404(document_with_id, document_id)
    _note(request, found)
    return _page(request, found, "one")


@require_safe
@staff_required(Permission.VIEW_DOCUMENTS)
def documents_page(request: StaffRequest, document_id: str, number: int) -> HttpResponse:
    """Give the picture of a page."""
    found = found_or_404(document_with_id, document_id)
    picture = page_picture(_file_or_404(request, found), number)
    _note(request, found)
    return picture


@require_safe
@staff_required(Permission.VIEW_DOCUMENTS)
def documents_file(request: StaffRequest, document_id: str) -> HttpResponseBase:
    """Hand out the PDF to be saved; a recalled one too, for it is the evidence of what went wrong."""
    found = found_or_404(document_with_id, document_id)
    response = file_response(_file_or_404(request, found), name=f"{found.title}.pdf", is_attachment=True)
    _note(request, found, is_downloaded=True)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.MANAGE_DOCUMENTS)
def documents_recall(request: StaffRequest, document_id: str) -> HttpResponse:
    """Say what recalling does and who opened it so far, and recall the document.

    Raises:
        Http404: when there is none, or it is a mandate: the customer's proof of what he agreed to stays.

    """
    found = found_or_404(document_with_id, document_id)
    if found.kind == Document.Kind.MANDATE:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, found, "recall", form=form, status=422 if form.is_bound else 200)
    accesses = recall_document(
        document=found,
        reason=form.cleaned_data["reason"],
        actor=request.user.actor,
        holder=holder_of(found.customer),
        now=timezone.now(),
    )
    if accesses:
        messages.warning(request, _("Das Dokument ist zurückgezogen. Es wurde schon geöffnet, siehe unten."))
    else:
        messages.success(request, _("Das Dokument ist zurückgezogen. Niemand hat es geöffnet."))
    return HttpResponseRedirect(reverse("backoffice:documents_one", args=[document_id]), status=303)


def _file_or_404(request: StaffRequest, found: Document) -> StoredFile:
    if found.file is None or not _may_open(request, found):
        raise Http404
    return found.file


def _may_open(request: StaffRequest, found: Document) -> bool:
    """Tell whether somebody may see the content: a mandate holds a whole IBAN (security.md A16)."""
    return found.kind != Document.Kind.MANDATE or has_permission(request.member, Permission.TAKE_BATCHES)


def _note(request: StaffRequest, found: Document, *, is_downloaded: bool = False) -> None:
    """Write down who looked; whoever only asks whether it is there (``HEAD``) sees nothing."""
    if request.method == "GET":
        note_staff_view(found, actor=request.user.actor, now=timezone.now(), is_downloaded=is_downloaded)


def _page(
    request: StaffRequest,
    found: Document,
    page: str,
    *,
    form: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "document": found,
        "accesses": accesses_of(found),
        "may_open": _may_open(request, found),
        "pages": pages_of(found.page_count) if found.file and _may_open(request, found) else (),
        "form": form,
        "may_recall": has_permission(request.member, Permission.MANAGE_DOCUMENTS)
        and found.kind != Document.Kind.MANDATE,
    }
    return render_page(request, f"backoffice/documents/{page}.html", context, status=status)
