"""Writing to the utility (ux.md 1.7; guide lines 98 to 104)."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.contact.rules import FILES_A_MESSAGE
from kundenportal.contact.selectors import sent_message
from kundenportal.contact.services import MessageRefused, send_contact_message
from kundenportal.selfservice.access import (
    CustomerRequest,
    PortalContext,
    customer_required,
    get_premise_or_404,
)
from kundenportal.selfservice.change_pages import redirect_if_sent, redirect_to, sent_or_404
from kundenportal.selfservice.contact_pages import KINDS, closed_page, form_key, new_key, refuse
from kundenportal.selfservice.forms.contact import (
    FILES,
    KEY,
    PHONE,
    SUBJECT,
    TOPICS,
    ContactForm,
    wanted_subject,
)
from kundenportal.selfservice.handed_in import REMOVE, HandedIn, take_in_files
from kundenportal.submissions.models import Submission
from kundenportal.submissions.uploads import UploadGone
from kundenportal.ui.tones import TONES


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def enter(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Take in a message and send it; files are kept while something else is mended."""
    portal = get_premise_or_404(request, premise_id)
    now = timezone.now()
    if request.method != "POST":
        return closed_page(request, portal, now) or _page(request, portal, _empty_form(request, portal))
    if sent := redirect_if_sent("contact_sent", portal.premise, form_key(request, portal)):
        return sent
    if closed := closed_page(request, portal, now):
        return closed
    handed_in = take_in_files(request, portal, field=FILES, kinds=KINDS, most=FILES_A_MESSAGE, now=now)
    phone = portal.customer.phone
    if REMOVE in request.POST:
        return _page(request, portal, ContactForm(known_phone=phone, initial=request.POST.dict()), handed_in)
    form = ContactForm(request.POST, known_phone=phone, faults=handed_in.faults)
    if not form.is_valid():
        return _page(request, portal, form, handed_in)
    return _send(request, portal, form, handed_in, now)


@require_safe
@customer_required
def sent(request: CustomerRequest, premise_id: str, reference: str) -> HttpResponse:
    """Confirm that a message has arrived."""
    portal = get_premise_or_404(request, premise_id)
    now = timezone.now()
    submission = sent_or_404(portal, reference, Submission.Kind.CONTACT_MESSAGE)
    if closed := closed_page(request, portal, now, may_be_full=True):
        return closed
    context = {
        "portal": portal,
        "submission": submission,
        "message": sent_message(submission).message,
        "tone": TONES[submission.status],
    }
    return render(request, "selfservice/contact/sent.html", context)


def _send(
    request: CustomerRequest, portal: PortalContext, form: ContactForm, handed_in: HandedIn, now: dt.datetime
) -> HttpResponse:
    try:
        submission = send_contact_message(
            actor=portal.user,
            premise=portal.premise,
            subject=form.cleaned_data[SUBJECT],
            written=form.written(handed_in.ids),
            key=form_key(request, portal),
            now=now,
        )
    except (MessageRefused, UploadGone) as error:
        refuse(form, error)
        return _page(request, portal, form, handed_in)
    return redirect_to("contact_sent", portal.premise, submission.reference)


def _empty_form(request: CustomerRequest, portal: PortalContext) -> ContactForm:
    subject = wanted_subject(request.GET.get("thema", ""), request.GET.get("betreff", ""))
    initial = {SUBJECT: subject, PHONE: portal.customer.phone, KEY: new_key()}
    return ContactForm(known_phone=portal.customer.phone, initial=initial)


def _page(
    request: CustomerRequest, portal: PortalContext, form: ContactForm, handed_in: HandedIn | None = None
) -> HttpResponse:
    context = {
        "portal": portal,
        "form": form,
        "topics": TOPICS.values(),
        "uploads": handed_in.uploads if handed_in else (),
    }
    status = 422 if form.errors else 200
    return render(request, "selfservice/contact/enter.html", context, status=status)
