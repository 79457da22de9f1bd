"""Changing the billing address: enter, check, send (ux.md C11; guide lines 48 to 52)."""

import datetime as dt
from collections.abc import Mapping
from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.addresses.selectors import address_of, open_address_change, submitted_address
from kundenportal.addresses.services import AddressChangeRefused, submit_address_change
from kundenportal.identity.acts import SensitiveAct
from kundenportal.identity.device_names import device_name
from kundenportal.identity.fresh import ProvedBy, note_proof
from kundenportal.identity.unchanged import LoginSecured
from kundenportal.selfservice.access import (
    CustomerRequest,
    PortalContext,
    customer_required,
    get_premise_or_404,
)
from kundenportal.selfservice.change_pages import (
    DRAFT,
    WITH_PASSKEY,
    redirect_if_sent,
    redirect_to,
    sent_or_404,
)
from kundenportal.selfservice.drafts import load_draft, save_draft
from kundenportal.selfservice.forms.address import AddressForm
from kundenportal.submissions.models import Submission
from kundenportal.ui.fresh_authentication import fresh_authentication_required
from kundenportal.ui.own_password import unless_password_fits
from kundenportal.ui.tones import TONES

TOPIC = "address"


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def enter(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Take in a new address and the password; what is possible goes on to the check page."""
    portal = get_premise_or_404(request, premise_id)
    now = timezone.now()
    if closed := _closed(request, portal):
        return closed
    present = address_of(portal.customer)
    if request.method != "POST":
        typed = load_draft(request.session, portal.premise, request.GET.get(DRAFT, ""), topic=TOPIC, now=now)
        return _page(request, AddressForm(present=present, initial=typed), portal=portal)
    asks_password = WITH_PASSKEY not in request.POST
    form = AddressForm(request.POST, present=present, asks_password=asks_password)
    if not form.is_valid():
        return _page(request, form, portal=portal, status=422)
    if asks_password:
        if refused := unless_password_fits(request, request.user, form, page=partial(_page, portal=portal)):
            return refused
        note_proof(request, by=ProvedBy.PASSWORD, now=now)
    key = save_draft(request.session, portal.premise, form.as_draft(), topic=TOPIC, now=now)
    return redirect_to("address_check", portal.premise, draft=key)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(SensitiveAct.CHANGE_ADDRESS)
def check(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Show what will be sent, and send it; password or passkey were shown within five minutes."""
    portal = get_premise_or_404(request, premise_id)
    now, key = timezone.now(), request.GET.get(DRAFT, "")
    if sent := redirect_if_sent("address_sent", portal.premise, key):
        return sent
    if closed := _closed(request, portal):
        return closed
    typed = load_draft(request.session, portal.premise, key, topic=TOPIC, now=now)
    if typed is None:
        messages.warning(
            request, _("Ihre Eingaben sind abgelaufen. Bitte tragen Sie die Adresse noch einmal ein.")
        )
        return redirect_to("address", portal.premise)
    form = _form_of(portal, typed)
    if not form.is_valid():
        return redirect_to("address", portal.premise, draft=key)
    if request.method != "POST":
        context = {"portal": portal, "form": form, "address": form.address(), "draft": key}
        return render(request, "selfservice/address/check.html", context)
    return _send(request, portal, form, key, now)


@require_safe
@customer_required
def sent(request: CustomerRequest, premise_id: str, reference: str) -> HttpResponse:
    """Show a change of the billing address and where it stands."""
    portal = get_premise_or_404(request, premise_id)
    submission = sent_or_404(portal, reference, Submission.Kind.ADDRESS_CHANGE)
    context = {
        "portal": portal,
        "submission": submission,
        "address": submitted_address(submission),
        "tone": TONES[submission.status],
    }
    return render(request, "selfservice/address/sent.html", context)


def _send(
    request: CustomerRequest, portal: PortalContext, form: AddressForm, key: str, now: dt.datetime
) -> HttpResponse:
    try:
        submission = submit_address_change(
            actor=portal.user,
            premise=portal.premise,
            address=form.address(),
            device=device_name(request),
            key=key,
            now=now,
        )
    except AddressChangeRefused:
        # The entry page says why.
        return redirect_to("address", portal.premise, draft=key)
    except LoginSecured:
        return HttpResponseRedirect(reverse("selfservice:sign_in"), status=303)
    return redirect_to("address_sent", portal.premise, submission.reference)


def _closed(request: CustomerRequest, portal: PortalContext) -> HttpResponse | None:
    """Return the page that says why the address cannot be changed now, or None."""
    waiting = open_address_change(portal.customer)
    has_ended = portal.customer.ended_at is not None
    if not (portal.hold or waiting or has_ended):
        return None
    context = {
        "portal": portal,
        "hold": portal.hold,
        "waiting": waiting,
        "has_ended": has_ended,
        "address": address_of(portal.customer),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "selfservice/address/closed.html", context, status=status)


def _form_of(portal: PortalContext, typed: Mapping[str, str]) -> AddressForm:
    return AddressForm(typed, present=address_of(portal.customer), asks_password=False)


def _page(
    request: CustomerRequest, form: AddressForm, *, portal: PortalContext, status: int = 200
) -> HttpResponse:
    context = {
        "portal": portal,
        "form": form,
        "may_use_passkey": request.user.passkeys.exists(),
        "with_passkey": WITH_PASSKEY,
    }
    return render(request, "selfservice/address/enter.html", context, status=status)
