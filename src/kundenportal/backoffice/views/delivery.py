"""``/verwaltung/importe/17/``: one delivery, what is wrong in it, what it would change; the decision."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.acts import acts_on_delivery
from kundenportal.backoffice.confirming import unless_confirmed
from kundenportal.backoffice.delivery_rows import TONES, delivery_rows, file_rows
from kundenportal.backoffice.forms.deliveries import LossForm, ReleaseForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.parameters import found_or_404, moment_in
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.backoffice.views.deliveries import to_delivery
from kundenportal.erp.deliveries.deciding import (
    CheckedAnew,
    LosesMuch,
    NotWaiting,
    SecondPersonNeeded,
    needs_another_person,
    reject_delivery,
    release_delivery,
)
from kundenportal.erp.deliveries.fault_list import FAULTS_SHOWN, fault_list, read_faults
from kundenportal.erp.deliveries.rules import is_renaming_many, loses_much
from kundenportal.erp.deliveries.selectors import delivery_numbered
from kundenportal.erp.models import Delivery
from kundenportal.ui.file_responses import content_response

Status = Delivery.Status


@require_safe
@staff_required(Permission.VIEW_EXCHANGE)
def imports_delivery(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """Show where a delivery stands and all that was told of it."""
    delivery = found_or_404(delivery_numbered, delivery_id)
    context = {
        **_shown(delivery),
        "faults": read_faults(delivery, limit=FAULTS_SHOWN, actor=request.user.actor, now=timezone.now()),
        "acts": acts_on_delivery(delivery),
        "is_live": delivery.is_at_work,
        "may_release": has_permission(request.member, Permission.RELEASE_DELIVERIES)
        and delivery.status == Status.CHECKED,
        "needs_another": needs_another_person(delivery, request.member),
    }
    return render_page(request, "backoffice/imports/delivery.html", context)


@require_safe
@staff_required(Permission.VIEW_EXCHANGE)
def imports_faults(request: StaffRequest, delivery_id: int) -> HttpResponseBase:
    """Hand out all listed faults as a text, as the command tells them."""
    delivery = found_or_404(delivery_numbered, delivery_id)
    text = fault_list(delivery, actor=request.user.actor, now=timezone.now())
    name = f"fehler-{delivery}.txt"
    return content_response(text.encode("utf-8-sig"), media_type="text/plain; charset=utf-8", name=name)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.RELEASE_DELIVERIES)
def imports_release(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """Say what an import would do, and let it be done."""
    delivery = found_or_404(delivery_numbered, delivery_id)
    if delivery.status != Status.CHECKED:
        return _decided_already(request, delivery)
    if needs_another_person(delivery, request.member):
        return _somebody_else(request, delivery)
    losing = loses_much(delivery.report)
    form = _release_form(request, delivery, losing=losing)
    page = partial(_decision_page, template="backoffice/imports/release.html", delivery=delivery)
    if isinstance(form, LossForm):
        if asked := unless_confirmed(request, form, page):
            return asked
    elif not form.is_valid():
        return page(request, form, status=422 if form.is_bound else 200)
    return _release(request, delivery, form, losing=losing)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.RELEASE_DELIVERIES)
def imports_reject(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """Ask once more, and throw a delivery away."""
    delivery = found_or_404(delivery_numbered, delivery_id)
    if delivery.status != Status.CHECKED:
        return _decided_already(request, delivery)
    if request.method != "POST":
        return _decision_page(
            request, None, template="backoffice/imports/reject.html", delivery=delivery, status=200
        )
    try:
        reject_delivery(delivery.pk, member=request.member, now=timezone.now())
    except NotWaiting:
        return _decided_already(request, delivery)
    messages.success(request, _("Die Lieferung ist verworfen. Am Bestand hat sich nichts geändert."))
    return to_delivery(delivery)


def _release(
    request: StaffRequest, delivery: Delivery, form: ReleaseForm | LossForm, *, losing: bool
) -> HttpResponse:
    # Who changed the hidden moment has seen none.
    seen = moment_in(form.cleaned_data["gesehen"]) or delivery.received_at
    try:
        release_delivery(
            delivery.pk, seen=seen, allows_loss=losing, member=request.member, now=timezone.now()
        )
    except NotWaiting:
        return _decided_already(request, delivery)
    except SecondPersonNeeded:
        return _somebody_else(request, delivery)
    except (CheckedAnew, LosesMuch):
        messages.warning(
            request, _("Die Lieferung ist inzwischen neu geprüft. Bitte sehen Sie noch einmal nach.")
        )
        return to_delivery(delivery)
    messages.success(request, _("Freigegeben. Das Einlesen beginnt in wenigen Sekunden."))
    return to_delivery(delivery)


def _release_form(request: StaffRequest, delivery: Delivery, *, losing: bool) -> ReleaseForm | LossForm:
    kind = LossForm if losing else ReleaseForm
    if request.method == "POST":
        return kind(request.POST)
    return kind(initial={"gesehen": delivery.checked_at.isoformat() if delivery.checked_at else ""})


def _decision_page(
    request: StaffRequest,
    form: ReleaseForm | LossForm | None,
    *,
    template: str,
    delivery: Delivery,
    status: int,
) -> HttpResponse:
    context = {**_shown(delivery), "form": form, "username": request.user.email}
    return render_page(request, template, context, status=status)


def _shown(delivery: Delivery) -> dict[str, object]:
    """Return what every page about a delivery shows of it."""
    report = delivery.report
    (row,) = delivery_rows([delivery])
    return {
        "delivery": delivery,
        "row": row,
        "tone": TONES[delivery.status],
        "report": report,
        "files": file_rows(delivery),
        "documents": report.get("documents") if report.get("imported") else _documents_of(delivery),
        "losing": loses_much(report),
        "renaming": is_renaming_many(report) and bool(report.get("renamed_customers")),
        "is_tried_again": delivery.attempts > 1 and delivery.is_at_work,
    }


def _documents_of(delivery: Delivery) -> dict[str, int] | None:
    is_told = delivery.kind == Delivery.Kind.DOCUMENTS and "new" in delivery.report
    return delivery.report if is_told else None


def _decided_already(request: StaffRequest, delivery: Delivery) -> HttpResponse:
    messages.warning(request, _("Über diese Lieferung ist schon entschieden."))
    return to_delivery(delivery)


def _somebody_else(request: StaffRequest, delivery: Delivery) -> HttpResponse:
    messages.error(
        request, _("Sie haben die Lieferung selbst hochgeladen. Freigeben muss sie jemand anders.")
    )
    return to_delivery(delivery)
