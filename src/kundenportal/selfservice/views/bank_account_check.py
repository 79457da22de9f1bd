"""``/vs/<id>/bankverbindung/pruefen/`` and ``…/beenden/pruefen/``: checking a change of accounts, sending it.

Mandates are shown word for word: who sends agrees to those that he saw (ux.md C12; guide lines 54 to 58).
"""

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundenportal.banking.requests import Consent
from kundenportal.banking.rules import Refusal
from kundenportal.banking.services import BankChangeRefused, MandatesChanged, submit_bank_change
from kundenportal.identity.acts import SensitiveAct
from kundenportal.identity.fresh import last_proof
from kundenportal.identity.unchanged import LoginSecured
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_premise_or_404
from kundenportal.selfservice.bank_pages import (
    BankPage,
    bank_page,
    checked_accounts,
    consent_of,
    sign_shown,
)
from kundenportal.selfservice.bank_processes import TYPED_AT, Process
from kundenportal.selfservice.change_pages import DRAFT, redirect_if_sent, redirect_to
from kundenportal.selfservice.drafts import load_draft
from kundenportal.selfservice.forms.bank_account import BankForm
from kundenportal.ui.fresh_authentication import fresh_authentication_required, lead_to_proof

SHOWN = "gesehen"
"""The field in which the page carries what it showed."""


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(
    SensitiveAct.CHANGE_BANK_ACCOUNT, unless=lambda: not settings.BANK_ASKS_PASSWORD
)
def check(request: CustomerRequest, premise_id: str, process: Process) -> HttpResponse:
    """Show the accounts with their mandates, or what ends, and send it."""
    portal = get_premise_or_404(request, premise_id)
    now, key = timezone.now(), request.GET.get(DRAFT, "")
    if done := redirect_if_sent("bank_account_sent", portal.premise, key):
        return done
    page = bank_page(request, portal, is_ending=process.is_ending, now=now)
    if page.closed:
        return process.closed_page(request, page)
    typed = load_draft(request.session, portal.premise, key, topic=process.name, now=now)
    if typed is None:
        messages.warning(request, _("Ihre Eingaben sind abgelaufen. Bitte beginnen Sie noch einmal."))
        return redirect_to(process.name, portal.premise)
    if not _is_proved_since(request, dt.datetime.fromisoformat(typed[TYPED_AT])):
        return lead_to_proof(request)
    return _check_typed(request, page, process, typed, now)


def _check_typed(
    request: CustomerRequest, page: BankPage, process: Process, typed: Mapping[str, str], now: dt.datetime
) -> HttpResponse:
    """Show what was typed; a change that is confirmed is sent."""
    form = process.make_form(page, typed, asks_password=False)
    if not form.is_valid():
        return redirect_to(process.name, page.portal.premise, draft=request.GET[DRAFT])
    if request.method != "POST":
        return _check_page(request, page, process, form, now)
    ticked_at = dt.datetime.fromisoformat(typed[TYPED_AT])
    consent = consent_of(request, request.POST.get(SHOWN, ""), ticked_at=ticked_at, now=now)
    if consent is None:
        return _show_again(request, page, process)
    return _send(request, page, process, form, consent, now)


def _check_page(
    request: CustomerRequest, page: BankPage, process: Process, form: BankForm, now: dt.datetime
) -> HttpResponse:
    accounts = checked_accounts(page, form.wishes())
    context = {
        "portal": page.portal,
        "page": page,
        "form": form,
        "accounts": accounts,
        "draft": request.GET[DRAFT],
        "shown": sign_shown(accounts, now=now),
    }
    return render(request, f"{process.folder}/check.html", context)


def _send(
    request: CustomerRequest,
    page: BankPage,
    process: Process,
    form: BankForm,
    consent: Consent,
    now: dt.datetime,
) -> HttpResponse:
    portal, key = page.portal, request.GET[DRAFT]
    try:
        submission = submit_bank_change(
            actor=portal.user,
            premise=portal.premise,
            wishes=form.wishes(),
            valid_from=form.valid_from,
            consent=consent,
            key=key,
            now=now,
        )
    except BankChangeRefused as error:
        if error.refusal is Refusal.UNCHANGED:
            messages.warning(request, _("Von diesem Konto buchen wir schon ab. Es gibt nichts zu ändern."))
        return redirect_to(process.name, portal.premise, draft=key)
    except MandatesChanged:
        return _show_again(request, page, process)
    except LoginSecured:
        return HttpResponseRedirect(reverse("selfservice:sign_in"), status=303)
    return redirect_to("bank_account_sent", portal.premise, submission.reference)


def _show_again(request: CustomerRequest, page: BankPage, process: Process) -> HttpResponse:
    messages.warning(request, _("Bitte prüfen Sie Ihre Angaben noch einmal. Gesendet ist noch nichts."))
    return redirect_to(process.check, page.portal.premise, draft=request.GET[DRAFT])


def _is_proved_since(request: CustomerRequest, typed_at: dt.datetime) -> bool:
    """Tell whether password or passkey were shown for this very change, and not just to sign in before it."""
    if not settings.BANK_ASKS_PASSWORD:
        return True
    # A proof is noted in whole seconds.
    return last_proof(request).at >= typed_at.replace(microsecond=0)
