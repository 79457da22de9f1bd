"""Changing bank accounts, ending direct debits: enter, check, send (ux.md C12; guide lines 54 to 58)."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.banking.banks import german_bank_name
from kundenportal.banking.mandates import Mandate
from kundenportal.banking.requests import creditor
from kundenportal.banking.rules import Refusal
from kundenportal.banking.selectors import sent_change
from kundenportal.banking.services import BankChangeRefused, MandatesChanged, submit_bank_change
from kundenportal.identity.acts import SensitiveAct
from kundenportal.identity.fresh import ProvedBy, last_proof, note_proof
from kundenportal.identity.password_check import TooManyWrongPasswords, WrongPassword, check_own_password
from kundenportal.identity.unchanged import LoginSecured
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_premise_or_404
from kundenportal.selfservice.bank_pages import (
    BankPage,
    bank_page,
    checked_accounts,
    consent_of,
    page_language,
    sign_shown,
)
from kundenportal.selfservice.change_pages import DRAFT, redirect_if_sent, redirect_to, sent_or_404
from kundenportal.selfservice.drafts import load_draft, save_draft
from kundenportal.selfservice.forms.bank_account import BankAccountForm, BankForm, EndDirectDebitForm
from kundenportal.submissions.models import Submission
from kundenportal.ui.fresh_authentication import fresh_authentication_required, lead_to_proof
from kundenportal.ui.own_password import refuse_password
from kundenportal.ui.tones import TONES

WITH_PASSKEY = "mit_passkey"
"""The button that leaves the password out: the check page then asks for a passkey."""

SHOWN = "gesehen"
"""The field in which the check page carries what it showed."""

_TYPED_AT = "getippt_am"

MakeForm = Callable[..., BankForm]


@dataclass(frozen=True)
class Process:
    """One of the two ways to change accounts.

    Attributes:
        name: the name of the first page's address; the topic of its drafts.
        folder: where its templates ``enter.html`` and ``check.html`` are.
        make_form: makes its form for a page.

    """

    name: str
    folder: str
    make_form: MakeForm

    @property
    def is_ending(self) -> bool:
        """Whether it ends the direct debit."""
        return self is END

    def redirect(self, page: BankPage, draft: str = "") -> HttpResponse:
        """Lead back to the first page, with what was typed."""
        return redirect_to(self.name, page.portal.premise, draft=draft)


def _change_form(page: BankPage, data: Any = None, **more: Any) -> BankForm:
    return BankAccountForm(
        data,
        customer=page.portal.customer,
        premise=page.portal.premise,
        states=page.states,
        earliest=page.earliest,
        bank_url=reverse("selfservice:bank_account_name", args=[page.portal.premise.public_id]),
        **more,
    )


def _end_form(page: BankPage, data: Any = None, **more: Any) -> BankForm:
    return EndDirectDebitForm(data, states=page.states, earliest=page.earliest, **more)


CHANGE = Process("bank_account", "selfservice/bank_account", _change_form)
END = Process("bank_account_end", "selfservice/bank_account_end", _end_form)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def enter(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Take in new accounts, the consent and the password; what is possible goes on to the check page."""
    return _enter(request, premise_id, CHANGE)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(
    SensitiveAct.CHANGE_BANK_ACCOUNT, unless=lambda: not settings.BANK_ASKS_PASSWORD
)
def check(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Show the accounts with their mandates, and send them."""
    return _check(request, premise_id, CHANGE)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def end(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Take in which direct debit shall end and when, and the password."""
    return _enter(request, premise_id, END)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(
    SensitiveAct.CHANGE_BANK_ACCOUNT, unless=lambda: not settings.BANK_ASKS_PASSWORD
)
def check_end(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Show what ends, and send it."""
    return _check(request, premise_id, END)


@require_safe
@customer_required
def sent(request: CustomerRequest, premise_id: str, reference: str) -> HttpResponse:
    """Show a change of bank accounts and where it stands."""
    portal = get_premise_or_404(request, premise_id)
    submission = sent_or_404(portal, reference, Submission.Kind.BANK_CHANGE)
    change, accounts = sent_change(submission)
    context = {
        "portal": portal,
        "submission": submission,
        "change": change,
        "accounts": accounts,
        "first": next((each for each in accounts if each.iban_end), None),
        "tone": TONES[submission.status],
    }
    return render(request, "selfservice/bank_account/sent.html", context)


@require_safe
@customer_required
def bank_name(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Tell a script the name of a German bank by its code; the account itself is never sent here."""
    get_premise_or_404(request, premise_id)
    return JsonResponse({"name": german_bank_name(request.GET.get("blz", ""))})


def _enter(request: CustomerRequest, premise_id: str, process: Process) -> HttpResponse:
    portal = get_premise_or_404(request, premise_id)
    now = timezone.now()
    page = bank_page(request, portal, is_ending=process.is_ending, now=now)
    if page.closed:
        return _closed_page(request, page, process)
    asks = settings.BANK_ASKS_PASSWORD
    if request.method != "POST":
        key = request.GET.get(DRAFT, "")
        typed = load_draft(request.session, portal.premise, key, topic=process.name, now=now)
        return _form_page(request, page, process, process.make_form(page, initial=typed, asks_password=asks))
    is_with_passkey = WITH_PASSKEY in request.POST
    form = process.make_form(page, request.POST, asks_password=asks and not is_with_passkey)
    if not form.is_valid():
        return _form_page(request, page, process, form, status=422)
    if password := form.cleaned_data.get("current_password"):
        try:
            check_own_password(request.user, password, now=now)
        except (WrongPassword, TooManyWrongPasswords) as error:
            draw = _drawn_with(page, process)
            return refuse_password(request, request.user, form, error, page=draw)
        note_proof(request, by=ProvedBy.PASSWORD, now=now)
    draft = {**form.as_draft(), _TYPED_AT: now.isoformat()}
    key = save_draft(request.session, portal.premise, draft, topic=process.name, now=now)
    return redirect_to(f"{process.name}_check", portal.premise, draft=key)


def _check(request: CustomerRequest, premise_id: str, process: Process) -> HttpResponse:
    portal = get_premise_or_404(request, premise_id)
    now, key = timezone.now(), request.GET.get(DRAFT, "")
    if done := redirect_if_sent("bank_account_sent", portal.premise, key):
        return done
    page = bank_page(request, portal, is_ending=process.is_ending, now=now)
    if page.closed:
        return _closed_page(request, page, process)
    typed = load_draft(request.session, portal.premise, key, topic=process.name, now=now)
    if typed is None:
        messages.warning(request, _("Ihre Eingaben sind abgelaufen. Bitte beginnen Sie noch einmal."))
        return process.redirect(page)
    if not _is_proved_since(request, typed):
        return lead_to_proof(request)
    return _check_typed(request, page, process, typed, now)


def _check_typed(
    request: CustomerRequest, page: BankPage, process: Process, typed: Mapping[str, str], now: dt.datetime
) -> HttpResponse:
    key = request.GET.get(DRAFT, "")
    form = process.make_form(page, typed, asks_password=False)
    if not form.is_valid():
        return process.redirect(page, draft=key)
    if request.method == "POST":
        return _send(request, page, process, form, typed, now)
    accounts = checked_accounts(page, form.wishes())
    context = {"form": form, "accounts": accounts, "draft": key, "shown": sign_shown(accounts, now=now)}
    return _render(request, page, f"{process.folder}/check.html", context)


def _send(
    request: CustomerRequest,
    page: BankPage,
    process: Process,
    form: BankForm,
    typed: Mapping[str, str],
    now: dt.datetime,
) -> HttpResponse:
    portal, key = page.portal, request.GET.get(DRAFT, "")
    ticked_at = dt.datetime.fromisoformat(typed[_TYPED_AT])
    consent = consent_of(request, request.POST.get(SHOWN, ""), ticked_at=ticked_at, now=now)
    if consent is None:
        return _show_again(request, page, process)
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
        return process.redirect(page, draft=key)
    except MandatesChanged:
        return _show_again(request, page, process)
    except LoginSecured:
        return HttpResponseRedirect(reverse("selfservice:sign_in"), status=303)
    return redirect_to("bank_account_sent", portal.premise, submission.reference)


def _show_again(request: CustomerRequest, page: BankPage, process: Process) -> HttpResponse:
    messages.warning(request, _("Bitte prüfen Sie Ihre Angaben noch einmal. Gesendet ist noch nichts."))
    return redirect_to(f"{process.name}_check", page.portal.premise, draft=request.GET.get(DRAFT, ""))


def _is_proved_since(request: CustomerRequest, typed: Mapping[str, str]) -> bool:
    """Tell whether password or passkey were shown for this very change, and not just to sign in before it."""
    if not settings.BANK_ASKS_PASSWORD:
        return True
    typed_at = dt.datetime.fromisoformat(typed[_TYPED_AT])
    # A proof is noted in whole seconds.
    return last_proof(request).at >= typed_at.replace(microsecond=0)


def _closed_page(request: CustomerRequest, page: BankPage, process: Process) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    context = {"is_ending": process.is_ending}
    return _render(request, page, "selfservice/bank_account/closed.html", context, status=status)


def _form_page(
    request: CustomerRequest, page: BankPage, process: Process, form: BankForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "mandate": Mandate(page_language(), creditor()),
        "has_passkeys": request.user.passkeys.exists(),
        "with_passkey": WITH_PASSKEY,
    }
    return _render(request, page, f"{process.folder}/enter.html", context, status=status)


def _drawn_with(page: BankPage, process: Process) -> Callable[..., HttpResponse]:
    """Return what draws the form again beside a wrong password."""

    def draw(request: CustomerRequest, form: BankForm, *, status: int) -> HttpResponse:
        return _form_page(request, page, process, form, status=status)

    return draw


def _render(
    request: CustomerRequest,
    page: BankPage,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    return render(request, template, {"portal": page.portal, "page": page, **context}, status=status)
