"""``/verwaltung/dokumente/lieferung/<nr>/``: how far a delivery is, its result, releasing and stopping it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.document_batches import counts_of, rehearsed_rows, share_done, tone_of
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.parameters import found_or_404
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.documents.batches import ChangedMeanwhile, SecondPersonNeeded, release_batch, stop_batch
from kundenportal.documents.finding import batch_numbered
from kundenportal.documents.models import WORKABLE, DocumentBatch

State = DocumentBatch.State


@require_safe
@staff_required(Permission.VIEW_DOCUMENTS)
def documents_batch(request: StaffRequest, batch_id: int) -> HttpResponse:
    """Show a delivery."""
    batch = found_or_404(batch_numbered, batch_id)
    return _page(request, batch, "batch")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.RELEASE_DOCUMENTS)
def documents_batch_release(request: StaffRequest, batch_id: int) -> HttpResponse:
    """Say what a release does, and release the delivery."""
    batch = found_or_404(batch_numbered, batch_id)
    if request.method != "POST":
        return _page(request, batch, "release")
    return _act(request, batch, release_batch, _("Die Lieferung ist freigegeben und wird eingelesen."))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.MANAGE_DOCUMENTS)
def documents_batch_stop(request: StaffRequest, batch_id: int) -> HttpResponse:
    """Say what stopping does, and stop the delivery."""
    batch = found_or_404(batch_numbered, batch_id)
    if request.method != "POST":
        return _page(request, batch, "stop")
    return _act(request, batch, stop_batch, _("Die Lieferung wird angehalten."))


def _act(request: StaffRequest, batch: DocumentBatch, act: Callable[..., None], done: str) -> HttpResponse:
    """Do something to a delivery, or say why it cannot be done any more."""
    try:
        act(batch, member=request.member, now=timezone.now())
    except SecondPersonNeeded:
        messages.error(
            request, _("Sie haben die Lieferung selbst hochgeladen. Freigeben muss sie jemand anders.")
        )
    except ChangedMeanwhile:
        messages.warning(request, _("Die Lieferung steht inzwischen anders. Es wurde nichts geändert."))
    else:
        messages.success(request, done)
    return HttpResponseRedirect(reverse("backoffice:documents_batch", args=[batch.pk]), status=303)


def _page(request: StaffRequest, batch: DocumentBatch, page: str) -> HttpResponse:
    is_own = batch.uploaded_by_id == request.member.pk
    may_release = has_permission(request.member, Permission.RELEASE_DOCUMENTS)
    context = {
        "batch": batch,
        "tone": tone_of(batch),
        "counts": counts_of(batch),
        "percent": share_done(batch),
        "rehearsed": rehearsed_rows(batch) if batch.state == State.AWAITING_RELEASE else [],
        "is_on_its_way": batch.state in WORKABLE,
        "is_own": is_own,
        "awaits_release": batch.state == State.AWAITING_RELEASE,
        "may_release": may_release and not is_own,
        "may_stop": batch.ended_at is None
        and not batch.is_stopping
        and has_permission(request.member, Permission.MANAGE_DOCUMENTS),
    }
    return render_page(request, f"backoffice/documents/{page}.html", context)
