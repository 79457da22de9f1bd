"""``/verwaltung/dokumente/zu-klaeren/<nr>/``: a document nobody sees yet; placing and discarding it."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.document_pictures import page_picture, pages_of
from kundenportal.backoffice.forms.documents import PlaceForm, ReasonForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.parameters import found_or_404
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.backoffice.today import today
from kundenportal.documents.deliveries import Described
from kundenportal.documents.finding import note_staff_view, waiting_document
from kundenportal.documents.models import Document, QuarantinedDocument
from kundenportal.documents.quarantine import InSightElsewhere, discard_document, place_document
from kundenportal.linking.document_news import tell_of_documents
from kundenportal.ui.file_responses import file_response

CONFIRMED = "bestaetigt"


@require_safe
@staff_required(Permission.VIEW_DOCUMENTS)
def documents_waiting(request: StaffRequest, waiting_id: int) -> HttpResponse:
    """Show a document in quarantine; that it was looked at is written down."""
    waiting = found_or_404(waiting_document, waiting_id)
    _note(request, waiting)
    return _page(request, waiting, PlaceForm.about(waiting, today=today()))


@require_safe
@staff_required(Permission.VIEW_DOCUMENTS)
def documents_waiting_page(request: StaffRequest, waiting_id: int, number: int) -> HttpResponse:
    """Give the picture of a page."""
    waiting = found_or_404(waiting_document, waiting_id)
    picture = page_picture(waiting.file, number)
    _note(request, waiting)
    return picture


@require_safe
@staff_required(Permission.VIEW_DOCUMENTS)
def documents_waiting_file(request: StaffRequest, waiting_id: int) -> HttpResponseBase:
    """Hand out the PDF to be saved."""
    waiting = found_or_404(waiting_document, waiting_id)
    response = file_response(waiting.file, name=f"{waiting.erp_id}.pdf", is_attachment=True)
    _note(request, waiting, is_downloaded=True)
    return response


@require_POST
@staff_required(Permission.MANAGE_DOCUMENTS)
def documents_place(request: StaffRequest, waiting_id: int) -> HttpResponse:
    """Show to whom the document would go, and let it go there once that is confirmed."""
    waiting = found_or_404(waiting_document, waiting_id)
    form = PlaceForm(request.POST, today=today())
    if not form.is_valid() or CONFIRMED not in request.POST:
        return _page(request, waiting, form, status=200 if form.is_valid() else 422)
    try:
        document = place_document(
            waiting=waiting,
            as_described=_described(waiting, form),
            reason=form.cleaned_data["reason"],
            actor=request.user.actor,
            tell=partial(tell_of_documents, now=timezone.now()),
            now=timezone.now(),
        )
    except InSightElsewhere:
        form.add_error(
            "customer_number",
            _("Dieses Dokument liegt schon bei einem anderen Kunden. Ziehen Sie es dort zuerst zurück."),
        )
        return _page(request, waiting, form, status=409)
    except QuarantinedDocument.DoesNotExist:
        return _settled_already(request)
    messages.success(
        request,
        _("Das Dokument liegt jetzt bei %(name)s, %(number)s.")
        % {"name": document.customer.full_name, "number": document.customer.customer_number},
    )
    return _to_overview()


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.MANAGE_DOCUMENTS)
def documents_discard(request: StaffRequest, waiting_id: int) -> HttpResponse:
    """Say what discarding does, and discard the document."""
    waiting = found_or_404(waiting_document, waiting_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"waiting": waiting, "form": form}
        status = 422 if form.is_bound else 200
        return render_page(request, "backoffice/documents/discard.html", context, status=status)
    reason = form.cleaned_data["reason"]
    actor, now = request.user.actor, timezone.now()
    try:
        discard_document(erp_id=waiting.erp_id, pk=waiting.pk, reason=reason, actor=actor, now=now)
    except QuarantinedDocument.DoesNotExist:
        return _settled_already(request)
    messages.success(request, _("Das Dokument ist verworfen. Kein Kunde hat es gesehen."))
    return _to_overview()


def _described(waiting: QuarantinedDocument, form: PlaceForm) -> Described:
    """Return the document as it is described; its place of consumption counts only for its own customer."""
    assert form.customer is not None, "the form knows its customer when it is right"
    is_own = form.customer.pk == waiting.customer_id
    return Described(
        waiting.erp_id,
        form.customer.pk,
        waiting.premise_id if is_own else None,
        Document.Kind(form.cleaned_data["kind"]),
        form.cleaned_data["title"],
        form.cleaned_data["document_date"],
    )


def _note(request: StaffRequest, waiting: QuarantinedDocument, *, is_downloaded: bool = False) -> None:
    if request.method == "GET":
        actor, now = request.user.actor, timezone.now()
        note_staff_view(waiting, actor=actor, now=now, is_downloaded=is_downloaded)


def _page(
    request: StaffRequest, waiting: QuarantinedDocument, form: PlaceForm, *, status: int = 200
) -> HttpResponse:
    """Draw the document with the form or, when the form is right, with the question whether it is meant."""
    is_asked = form.is_bound and form.is_valid()
    context = {
        "waiting": waiting,
        "form": form,
        "pages": pages_of(waiting.page_count),
        "is_asked": is_asked,
        "customer": form.customer,
        "places": list(form.customer.premises.order_by("pk")[:3]) if is_asked and form.customer else (),
        "names_another": is_asked and _names_another(waiting, form),
        "may_manage": has_permission(request.member, Permission.MANAGE_DOCUMENTS),
    }
    return render_page(request, "backoffice/documents/waiting.html", context, status=status)


def _names_another(waiting: QuarantinedDocument, form: PlaceForm) -> bool:
    """Tell whether the text names other customers than the one it would go to."""
    found = [number for number in waiting.found_numbers.split(", ") if number]
    return bool(found) and form.cleaned_data["customer_number"] not in found


def _settled_already(request: StaffRequest) -> HttpResponse:
    messages.warning(request, _("Jemand anders hat das Dokument inzwischen geklärt."))
    return _to_overview()


def _to_overview() -> HttpResponse:
    return HttpResponseRedirect(reverse("backoffice:documents"), status=303)
