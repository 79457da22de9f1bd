"""``/vs/<id>/bankverbindung/`` and ``…/beenden/``: entering new accounts, or which direct debits shall end.

Both ask for the password, and lead to a page that shows everything before it is sent (ux.md C12; guide lines
54 to 58).
"""

import datetime as dt
from functools import partial

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kundenportal.banking.mandates import Mandate
from kundenportal.banking.requests import creditor
from kundenportal.identity.fresh import ProvedBy, note_proof
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_premise_or_404
from kundenportal.selfservice.bank_pages import BankPage, bank_page, page_language
from kundenportal.selfservice.bank_processes import TYPED_AT, Process
from kundenportal.selfservice.change_pages import DRAFT, WITH_PASSKEY, redirect_to
from kundenportal.selfservice.drafts import load_draft, save_draft
from kundenportal.selfservice.forms.bank_account import BankForm
from kundenportal.ui.own_password import unless_password_fits


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def enter(request: CustomerRequest, premise_id: str, process: Process) -> HttpResponse:
    """Take in what shall be and the password; what is possible goes on to the check page."""
    portal = get_premise_or_404(request, premise_id)
    now = timezone.now()
    page = bank_page(request, portal, is_ending=process.is_ending, now=now)
    if page.closed:
        return process.closed_page(request, page)
    if request.method == "POST":
        return _take_in(request, page, process, now)
    key = request.GET.get(DRAFT, "")
    typed = load_draft(request.session, portal.premise, key, topic=process.name, now=now)
    form = process.make_form(page, initial=typed, asks_password=settings.BANK_ASKS_PASSWORD)
    return _form_page(request, form, page=page, process=process)


def _take_in(request: CustomerRequest, page: BankPage, process: Process, now: dt.datetime) -> HttpResponse:
    asks_password = settings.BANK_ASKS_PASSWORD and WITH_PASSKEY not in request.POST
    form = process.make_form(page, request.POST, asks_password=asks_password)
    draw = partial(_form_page, page=page, process=process)
    if not form.is_valid():
        return draw(request, form, status=422)
    if asks_password:
        if refused := unless_password_fits(request, request.user, form, page=draw):
            return refused
        note_proof(request, by=ProvedBy.PASSWORD, now=now)
    premise, draft = page.portal.premise, {**form.as_draft(), TYPED_AT: now.isoformat()}
    key = save_draft(request.session, premise, draft, topic=process.name, now=now)
    return redirect_to(process.check, premise, draft=key)


def _form_page(
    request: CustomerRequest, form: BankForm, *, page: BankPage, process: Process, status: int = 200
) -> HttpResponse:
    context = {
        "portal": page.portal,
        "page": page,
        "form": form,
        "mandate": Mandate(page_language(), creditor()),
        "may_use_passkey": settings.BANK_ASKS_PASSWORD and request.user.passkeys.exists(),
        "with_passkey": WITH_PASSKEY,
    }
    return render(request, f"{process.folder}/enter.html", context, status=status)
