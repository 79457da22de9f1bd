"""Readings typed without reception: preparing a browser, taking in what it kept (ux.md C5, F7; ADR 19)."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from kundenportal.cellar.models import PreparedDevice
from kundenportal.cellar.selectors import find_device, handed_in_readings
from kundenportal.cellar.services import NoSuchDevice, end_prepared_device, let_wait, prepare_device
from kundenportal.core.dates import local_date
from kundenportal.identity.device_names import device_name
from kundenportal.identity.throttle import allow
from kundenportal.metering.rules import Plausible
from kundenportal.metering.selectors import meters_to_read
from kundenportal.metering.services import ReadingRejected, submit_meter_readings
from kundenportal.selfservice.access import (
    CustomerRequest,
    PortalContext,
    customer_required,
    get_premise_or_404,
)
from kundenportal.selfservice.change_pages import redirect_to
from kundenportal.selfservice.drafts import save_draft
from kundenportal.selfservice.forms.cellar import HandedIn, handed_in
from kundenportal.selfservice.forms.readings import ReadingsForm
from kundenportal.selfservice.views.readings import TOPIC
from kundenportal.submissions.models import Submission
from kundenportal.submissions.selectors import submission_by_key

MOST_A_DAY = 30
"""How often the browsers of a login may hand in for one premise; each time may send a mail."""

_BEARER = "Bearer "


class BrowserForm(forms.Form):
    """What a browser calls itself, a random id that it made and keeps, and whether it was prepared before."""

    geraet = forms.UUIDField()
    erneuern = forms.BooleanField(required=False)


@require_GET
@cache_control(public=True, max_age=0, must_revalidate=True)
def worker(request: HttpRequest) -> HttpResponse:
    """Return the script that answers in the portal's place while there is no reception."""
    context = {"page": reverse("selfservice:cellar")}
    response = render(
        request, "selfservice/cellar/worker.js", context, content_type="text/javascript; charset=utf-8"
    )
    response["Service-Worker-Allowed"] = reverse("selfservice:root")
    return response


@require_safe
def cellar(request: HttpRequest) -> HttpResponse:
    """Return the page that a browser shows without reception; it names nobody, the browser fills it."""
    return render(request, "selfservice/cellar/page.html")


@require_POST
@customer_required
def prepare(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Prepare the browser, or renew that it is; return what it keeps: token, entry form, words to show."""
    portal = get_premise_or_404(request, premise_id)
    browser = BrowserForm(request.POST)
    if portal.is_ended or not browser.is_valid():
        raise Http404
    now = timezone.now()
    try:
        token = prepare_device(
            user=portal.user,
            premise=portal.premise,
            browser=str(browser.cleaned_data["geraet"]),
            label=device_name(request),
            renews=browser.cleaned_data["erneuern"],
            now=now,
        )
    except NoSuchDevice as error:
        raise Http404 from error
    form = _form(portal, now)
    # A page may hold the forms of several places.
    form.auto_id = f"id-{portal.premise.public_id}-%s"
    kept = render_to_string("selfservice/cellar/premise.html", {"form": form, "portal": portal}, request)
    words = render_to_string("selfservice/cellar/words.html", request=request)
    return JsonResponse({"token": token, "form": kept, "words": words})


@require_POST
@customer_required
def end(request: CustomerRequest, device_id: str) -> HttpResponse:
    """Take from a browser that it may hand in readings."""
    try:
        device = end_prepared_device(request.user, device_id, now=timezone.now())
    except NoSuchDevice as error:
        raise Http404 from error
    name = device.label or _("Unbekanntes Gerät")
    messages.success(request, _("Nicht mehr bereit: %(device)s.") % {"device": name})
    return HttpResponseRedirect(reverse("selfservice:account_devices"), status=303)


@csrf_exempt  # No cookie opens anything here: the token of the prepared browser does.
@require_POST
@cache_control(no_store=True, private=True)
def hand_in(request: HttpRequest) -> HttpResponse:
    """Take in what a prepared browser kept: as a submission, or as a task for the person where it needs one.

    The answer says what became of it: a reference, that it waits, or with 403 that the browser is not
    prepared any more. Nothing else is told.
    """
    now = timezone.now()
    token = request.headers.get("Authorization", "").removeprefix(_BEARER)
    device = find_device(token, now=now)
    if device is None:
        return JsonResponse({"state": "over"}, status=403)
    # Not by the browser: one that is prepared again is a new one, and would begin anew.
    counted = f"{device.user_id}/{device.premise_id}"
    if not allow("cellar", counted, limit=MOST_A_DAY, window=dt.timedelta(days=1), now=now):
        return JsonResponse({"state": "later"}, status=429)
    sent = handed_in(request.body)
    if sent is None:
        return JsonResponse({"state": "unreadable"}, status=400)
    with translation.override(device.user.language):
        return JsonResponse(_take_in(device, sent, now))


@require_safe
@customer_required
def waiting(request: CustomerRequest, premise_id: str, key: str) -> HttpResponse:
    """Lead to the page where what a browser handed in is mended or confirmed, with what was typed."""
    portal = get_premise_or_404(request, premise_id)
    found = handed_in_readings(portal.user, portal.premise, key)
    if found is None:
        raise Http404
    fields, is_waiting = found
    if not is_waiting:
        messages.info(request, _("Das ist schon erledigt: Sie haben seitdem Zählerstände gesendet."))
        return redirect_to("home", portal.premise)
    draft = save_draft(request.session, portal.premise, fields, topic=TOPIC, now=timezone.now())
    return redirect_to("readings_check", portal.premise, draft=draft)


def _take_in(device: PreparedDevice, sent: HandedIn, now: dt.datetime) -> dict[str, Any]:
    """Store what was handed in and return what became of it."""
    # The id is the browser's choice: made one of this login and place, it can never be another's.
    place = f"{device.user.actor}/{device.premise.public_id}"
    key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{place}/{sent.key}"))
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    form = ReadingsForm(meters_to_read(device.premise, today=today), today=today, data=sent.typed)
    if form.is_valid() and all(isinstance(each.verdict, Plausible) for each in form.assessed):
        try:
            return _arrived(
                submit_meter_readings(
                    actor=device.user,
                    premise=device.premise,
                    readings=[each.item for each in form.assessed],
                    confirmed=[],
                    key=key,
                    now=now,
                )
            )
        except ReadingRejected:
            # Another value came in between: a person looks at it.
            pass
    # Only now: what another tab sent meanwhile stands in the way of the same once more.
    if before := submission_by_key(device.premise, key):
        return _arrived(before)
    let_wait(device, key=key, typed=sent.typed, now=now)
    return {
        "state": "waiting",
        "url": reverse("selfservice:waiting", args=[device.premise.public_id, key]),
    }


def _arrived(submission: Submission) -> dict[str, Any]:
    return {"state": "arrived", "reference": submission.reference}


def _form(portal: PortalContext, now: dt.datetime) -> ReadingsForm:
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    return ReadingsForm(meters_to_read(portal.premise, today=today), today=today)
