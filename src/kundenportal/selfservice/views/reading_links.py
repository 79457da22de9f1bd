"""``/z/<token>/``: the readings of one premise with the link of a card or mail (ux.md P4; docs/adr/0008)."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from kundenportal.campaigns.services import note_opened
from kundenportal.core.dates import local_date
from kundenportal.metering.models import ReadingLink
from kundenportal.metering.reading_links import find_reading_link
from kundenportal.metering.selectors import meters_to_read, submitted_readings
from kundenportal.metering.services import LinkOver, ReadingRejected, submit_readings_by_link
from kundenportal.selfservice.change_pages import DRAFT
from kundenportal.selfservice.drafts import load_draft, save_draft
from kundenportal.selfservice.forms.reading_cards import CORRECTS
from kundenportal.selfservice.forms.readings import ReadingsForm, with_taken_over
from kundenportal.selfservice.forms.readings_check import ConfirmForm
from kundenportal.selfservice.reading_corrections import typed_before
from kundenportal.selfservice.views.readings import TAKE_OVER
from kundenportal.ui.tones import TONES

TOPIC = "reading_link"
JUST_SENT = "gesendet"
"""The parameter that tells the page of a used link to say thank you."""


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Take in what somebody read off, or say what was sent with the link before.

    Opening the page uses nothing up: mail scanners and cameras follow links, too. A campaign counts it.
    """
    now = timezone.now()
    link = find_reading_link(token, now=now)
    if link is None:
        return _over(request)
    note_opened(link, now=now)
    corrects = request.GET.get(CORRECTS, "") or request.POST.get(CORRECTS, "")
    if link.is_used and not (link.can_correct and (corrects or DRAFT in request.GET)):
        return _used(request, link, token)
    if request.method != "POST":
        return _page(request, "enter", link, token, _form_to_fill(request, link, now))
    form = _form(link, now, data=with_taken_over(request.POST, request.POST.get(TAKE_OVER, "")))
    if not form.is_valid():
        return _page(request, "enter", link, token, form, status=422)
    if TAKE_OVER in request.POST:
        return _page(request, "enter", link, token, form)
    key = save_draft(request.session, link.premise, form.as_draft(), topic=TOPIC, now=now)
    return _redirect("reading_link_check", token, {DRAFT: key})


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def check(request: HttpRequest, token: str) -> HttpResponse:
    """Show what will be sent and what the rule says of it; send it once it is confirmed."""
    now, key = timezone.now(), request.GET.get(DRAFT, "")
    link = find_reading_link(token, now=now)
    if link is None:
        return _over(request)
    if link.is_used and not _may_go_on(link, key):
        is_sent = link.submission is not None and link.submission.idempotency_key == key
        return _redirect("reading_link", token, {JUST_SENT: "1"} if is_sent else None)
    typed = load_draft(request.session, link.premise, key, topic=TOPIC, now=now)
    if typed is None:
        messages.warning(
            request, _("Ihre Eingaben sind abgelaufen. Bitte tragen Sie die Stände noch einmal ein.")
        )
        return _redirect("reading_link", token)
    return _check(request, link, token, typed, key, now)


def _check(
    request: HttpRequest, link: ReadingLink, token: str, typed: Mapping[str, str], key: str, now: dt.datetime
) -> HttpResponse:
    taken = request.POST.get(TAKE_OVER)
    entered = _form(link, now, data=with_taken_over(typed, taken or ""))
    if not entered.is_valid():
        return _redirect("reading_link", token, {DRAFT: key})
    if taken:
        new_key = save_draft(request.session, link.premise, entered.as_draft(), topic=TOPIC, now=now)
        return _redirect("reading_link_check", token, {DRAFT: new_key})
    form = ConfirmForm(entered.assessed, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return _page(request, "check", link, token, form, status=status, entered=entered, draft=key)
    return _send(request, token, form, key, now)


def _may_go_on(link: ReadingLink, key: str) -> bool:
    """Tell whether a draft may be sent with a used link: it corrects what was sent, and is not just that."""
    return link.can_correct and link.submission is not None and link.submission.idempotency_key != key


def _send(request: HttpRequest, token: str, form: ConfirmForm, key: str, now: dt.datetime) -> HttpResponse:
    try:
        submit_readings_by_link(
            token=token,
            readings=[replace(each.item, reason=form.reason(each)) for each in form.assessed],
            confirmed=form.confirmed(),
            key=key,
            now=now,
        )
    except LinkOver:
        return _redirect("reading_link", token)
    except ReadingRejected:
        messages.warning(
            request, _("Inzwischen liegt ein anderer Stand vor. Bitte prüfen Sie Ihre Angaben noch einmal.")
        )
        return _redirect("reading_link_check", token, {DRAFT: key})
    return _redirect("reading_link", token, {JUST_SENT: "1"})


def _form_to_fill(request: HttpRequest, link: ReadingLink, now: dt.datetime) -> ReadingsForm:
    """Return the form with what was typed before, with the values to correct, or empty."""
    key = request.GET.get(DRAFT, "")
    if typed := load_draft(request.session, link.premise, key, topic=TOPIC, now=now):
        form = _form(link, now, data=typed)
        return ReadingsForm(form.meters, today=form.today, initial=typed) if form.is_valid() else form
    before = typed_before(link.premise, link.submission.reference) if link.submission else {}
    return _form(link, now, initial=before)


def _form(
    link: ReadingLink,
    now: dt.datetime,
    *,
    data: Mapping[str, str] | None = None,
    initial: Mapping[str, str] | None = None,
) -> ReadingsForm:
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    meters = meters_to_read(link.premise, today=today, replaceable=_replaceable(link))
    return ReadingsForm(meters, today=today, data=data, initial=initial)


def _replaceable(link: ReadingLink) -> Collection[int]:
    """Return the submissions whose values the link may replace: its own."""
    return [link.submission.pk] if link.submission else []


def _page(
    request: HttpRequest,
    name: str,
    link: ReadingLink,
    token: str,
    form: ReadingsForm | ConfirmForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    context = {"premise": link.premise, "token": token, "form": form, **more}
    return render(request, f"selfservice/reading_link/{name}.html", context, status=status)


def _used(request: HttpRequest, link: ReadingLink, token: str) -> HttpResponse:
    """Say what was sent with the link."""
    context = {
        "link": link,
        "token": token,
        "submission": link.submission,
        "readings": submitted_readings(link.submission) if link.submission else [],
        "tone": TONES[link.submission.status] if link.submission else "",
        "is_just_sent": JUST_SENT in request.GET,
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "selfservice/reading_link/used.html", context, status=status)


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "selfservice/reading_link/over.html", status=410)


def _redirect(name: str, token: str, query: Mapping[str, str] | None = None) -> HttpResponse:
    url = reverse(f"selfservice:{name}", args=[token])
    return HttpResponseRedirect(f"{url}?{urlencode(query)}" if query else url, status=303)
