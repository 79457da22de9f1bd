"""Changing advance payments: enter, check, send (ux.md C10; guide lines 40 to 46)."""

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.advance_payments.selectors import PaymentPlan, payment_plan, totals_of, wanted_amounts
from kundenportal.advance_payments.services import ChangeRejected, submit_advance_payment_change
from kundenportal.core.dates import local_date
from kundenportal.customers.models import Premise
from kundenportal.selfservice.access import (
    CustomerRequest,
    PortalContext,
    customer_required,
    get_premise_or_404,
)
from kundenportal.selfservice.change_pages import DRAFT, redirect_if_sent, redirect_to, sent_or_404
from kundenportal.selfservice.drafts import load_draft, save_draft
from kundenportal.selfservice.forms.advance_payments import COMMENT, DATE, AdvancePaymentForm
from kundenportal.selfservice.payment_forecasts import payment_forecasts
from kundenportal.submissions.models import Submission
from kundenportal.ui.tones import TONES

TOPIC = "advance_payments"


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def enter(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Take in what somebody wants to pay; what is possible goes on to the check page."""
    portal = get_premise_or_404(request, premise_id)
    now = timezone.now()
    plan = payment_plan(portal.premise, today=_today(now))
    if portal.hold or plan.locked or not plan.current:
        context = {"portal": portal, "plan": plan, "hold": portal.hold}
        status = 422 if request.method == "POST" else 200
        return render(request, "selfservice/advance_payments/locked.html", context, status=status)
    if request.method != "POST":
        key = request.GET.get(DRAFT, "")
        typed = load_draft(request.session, portal.premise, key, topic=TOPIC, now=now)
        return _page(request, "enter", portal, _form(portal.premise, plan, now, initial=typed))
    form = _form(portal.premise, plan, now, data=request.POST)
    if not form.is_valid():
        return _page(request, "enter", portal, form, status=422)
    key = save_draft(request.session, portal.premise, form.as_draft(), topic=TOPIC, now=now)
    return redirect_to("advance_payment_check", portal.premise, draft=key)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def check(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Show what will be sent, and send it."""
    portal = get_premise_or_404(request, premise_id)
    now, key = timezone.now(), request.GET.get(DRAFT, "")
    if sent := redirect_if_sent("advance_payment_sent", portal.premise, key):
        return sent
    typed = load_draft(request.session, portal.premise, key, topic=TOPIC, now=now)
    if typed is None:
        messages.warning(
            request, _("Ihre Eingaben sind abgelaufen. Bitte tragen Sie die Beträge noch einmal ein.")
        )
        return redirect_to("advance_payment", portal.premise)
    plan = payment_plan(portal.premise, today=_today(now))
    form = _form(portal.premise, plan, now, data=typed)
    if portal.hold or plan.locked or not form.is_valid():
        return redirect_to("advance_payment", portal.premise, draft=key)
    if request.method != "POST":
        lines = form.lines()
        return _page(request, "check", portal, form, amounts=lines, totals=totals_of(lines), draft=key)
    return _send(request, portal, form, key, now)


@require_safe
@customer_required
def sent(request: CustomerRequest, premise_id: str, reference: str) -> HttpResponse:
    """Show a change of advance payments and where it stands."""
    portal = get_premise_or_404(request, premise_id)
    submission = sent_or_404(portal, reference, Submission.Kind.ADVANCE_PAYMENT)
    amounts = wanted_amounts(submission)
    context = {
        "portal": portal,
        "submission": submission,
        "amounts": amounts,
        "totals": totals_of(amounts),
        "change": amounts[0].change,
        "tone": TONES[submission.status],
    }
    return render(request, "selfservice/advance_payments/sent.html", context)


def _send(
    request: CustomerRequest, portal: PortalContext, form: AdvancePaymentForm, key: str, now: dt.datetime
) -> HttpResponse:
    try:
        submission = submit_advance_payment_change(
            actor=portal.user,
            premise=portal.premise,
            amounts=form.amounts(),
            valid_from=form.cleaned_data[DATE],
            comment=form.cleaned_data[COMMENT],
            key=key,
            now=now,
        )
    except ChangeRejected:
        messages.warning(
            request,
            _("Inzwischen hat sich Ihr Abschlag geändert. Bitte prüfen Sie Ihre Angaben noch einmal."),
        )
        return redirect_to("advance_payment", portal.premise, draft=key)
    return redirect_to("advance_payment_sent", portal.premise, submission.reference)


def _form(
    premise: Premise,
    plan: PaymentPlan,
    now: dt.datetime,
    *,
    data: Mapping[str, str] | None = None,
    initial: Mapping[str, str] | None = None,
) -> AdvancePaymentForm:
    today = _today(now)
    forecasts = payment_forecasts(premise, plan, today=today)
    return AdvancePaymentForm(plan, today=today, forecasts=forecasts, data=data, initial=initial)


def _today(now: dt.datetime) -> dt.date:
    return local_date(now, settings.UTILITY_TIME_ZONE)


def _page(
    request: CustomerRequest,
    name: str,
    portal: PortalContext,
    form: AdvancePaymentForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    context = {"portal": portal, "form": form, "plan": form.plan, **more}
    return render(request, f"selfservice/advance_payments/{name}.html", context, status=status)
