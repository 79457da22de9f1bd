"""Entering, checking and sending meter readings (ux.md C5 to C7; guide lines 30 to 34)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.core.dates import local_date
from kundenportal.metering.photos import photos_of
from kundenportal.metering.selectors import meters_to_read, submitted_readings
from kundenportal.metering.services import ReadingRejected, submit_meter_readings
from kundenportal.selfservice.access import (
    CustomerRequest,
    PortalContext,
    customer_required,
    get_premise_or_404,
)
from kundenportal.selfservice.change_pages import DRAFT, redirect_if_sent, redirect_to, sent_or_404
from kundenportal.selfservice.drafts import load_draft, save_draft
from kundenportal.selfservice.forms.reading_cards import CORRECTS
from kundenportal.selfservice.forms.reading_photos import REMOVE_PHOTO, Photos, without_photo
from kundenportal.selfservice.forms.readings import ReadingsForm, with_taken_over
from kundenportal.selfservice.forms.readings_check import ConfirmForm
from kundenportal.selfservice.payment_forecasts import misfits
from kundenportal.selfservice.reading_corrections import typed_before
from kundenportal.selfservice.reading_photos import kept_photos, take_in_photos
from kundenportal.submissions.models import Submission
from kundenportal.submissions.uploads import UploadGone
from kundenportal.ui.tones import TONES

TOPIC = "readings"
TAKE_OVER = "uebernehmen"


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def enter(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Take in what somebody read off; what is possible goes on to the check page."""
    portal = get_premise_or_404(request, premise_id)
    now = timezone.now()
    if request.method != "POST":
        return _page(request, "enter", portal, _form_to_fill(request, portal, now))
    if meter_id := request.POST.get(REMOVE_PHOTO):
        return _page(request, "enter", portal, _form_without_photo(request, portal, meter_id, now))
    form = _form_sent(request, portal, now)
    if not form.is_valid():
        return _page(request, "enter", portal, form, status=422)
    if TAKE_OVER in request.POST:
        return _page(request, "enter", portal, form)
    key = save_draft(request.session, portal.premise, form.as_draft(), topic=TOPIC, now=now)
    return redirect_to("readings_check", portal.premise, draft=key)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def check(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Show what will be sent and what the rule says of it; send it once it is confirmed."""
    portal = get_premise_or_404(request, premise_id)
    now, key = timezone.now(), request.GET.get(DRAFT, "")
    if sent := redirect_if_sent("readings_sent", portal.premise, key):
        return sent
    typed = load_draft(request.session, portal.premise, key, topic=TOPIC, now=now)
    if typed is None:
        messages.warning(
            request, _("Ihre Eingaben sind abgelaufen. Bitte tragen Sie die Stände noch einmal ein.")
        )
        return redirect_to("readings", portal.premise)
    if taken := request.POST.get(TAKE_OVER):
        typed = with_taken_over(typed, taken)
    entered = _form(portal, now, data=typed)
    if not entered.is_valid():
        return redirect_to("readings", portal.premise, draft=key)
    if taken:
        new_key = save_draft(request.session, portal.premise, entered.as_draft(), topic=TOPIC, now=now)
        return redirect_to("readings_check", portal.premise, draft=new_key)
    confirmation = request.POST if request.method == "POST" else None
    form = ConfirmForm(entered.assessed, confirmation, photos=entered.photos)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return _page(request, "check", portal, form, status=status, entered=entered, draft=key)
    return _send(request, portal, form, entered.photos or Photos(), key, now)


@require_safe
@customer_required
def sent(request: CustomerRequest, premise_id: str, reference: str) -> HttpResponse:
    """Show a submission of readings and where it stands."""
    portal = get_premise_or_404(request, premise_id)
    submission = sent_or_404(portal, reference, Submission.Kind.METER_READING)
    if submission.channel == Submission.Channel.PUBLIC:
        # The page thanks who has sent it; somebody else has.
        raise Http404
    readings = submitted_readings(submission)
    context = {
        "portal": portal,
        "submission": submission,
        "readings": readings,
        "photos": photos_of(readings),
        "tone": TONES[submission.status],
    }
    if submission.status == Submission.Status.RECEIVED:
        today = timezone.localdate(timezone=settings.UTILITY_TIME_ZONE)
        context["misfits"] = misfits(portal.premise, today=today)
    return render(request, "selfservice/readings/sent.html", context)


def _send(
    request: CustomerRequest,
    portal: PortalContext,
    form: ConfirmForm,
    photos: Photos,
    key: str,
    now: dt.datetime,
) -> HttpResponse:
    try:
        submission = submit_meter_readings(
            actor=portal.user,
            premise=portal.premise,
            readings=[replace(each.item, reason=form.reason(each)) for each in form.assessed],
            confirmed=form.confirmed(),
            key=key,
            now=now,
            photos={meter_id: upload.public_id for meter_id, upload in photos.uploads.items()},
        )
    except UploadGone:
        # The entry page says so.
        return redirect_to("readings", portal.premise, draft=key)
    except ReadingRejected:
        messages.warning(
            request, _("Inzwischen liegt ein anderer Stand vor. Bitte prüfen Sie Ihre Angaben noch einmal.")
        )
        return redirect_to("readings_check", portal.premise, draft=key)
    return redirect_to("readings_sent", portal.premise, submission.reference)


def _form_to_fill(request: CustomerRequest, portal: PortalContext, now: dt.datetime) -> ReadingsForm:
    """Return the form with what was typed before, empty, or with the values of a submission to correct.

    A draft that has become impossible since shows its errors.
    """
    premise = portal.premise
    if typed := load_draft(request.session, premise, request.GET.get(DRAFT, ""), topic=TOPIC, now=now):
        form = _form(portal, now, data=typed)
        return _form(portal, now, initial=typed) if form.is_valid() else form
    return _form(portal, now, initial=typed_before(premise, request.GET.get(CORRECTS, "")))


def _form_sent(request: CustomerRequest, portal: PortalContext, now: dt.datetime) -> ReadingsForm:
    """Return the form that was sent, with its pictures taken in."""
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    meters = meters_to_read(portal.premise, today=today)
    photos = take_in_photos(request, portal, meters, now=now)
    typed = with_taken_over(request.POST, request.POST.get(TAKE_OVER, "")) | photos.as_typed()
    return ReadingsForm(meters, today=today, data=typed, photos=photos)


def _form_without_photo(
    request: CustomerRequest, portal: PortalContext, meter_id: str, now: dt.datetime
) -> ReadingsForm:
    """Return the form as it was typed, without the picture of one meter."""
    return _form(portal, now, initial=without_photo(request.POST, meter_id))


def _form(
    portal: PortalContext,
    now: dt.datetime,
    *,
    data: Mapping[str, str] | None = None,
    initial: Mapping[str, str] | None = None,
) -> ReadingsForm:
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    meters = meters_to_read(portal.premise, today=today)
    photos = kept_photos(portal, data or initial or {}, meters, now=now)
    return ReadingsForm(meters, today=today, data=data, initial=initial, photos=photos)


def _page(
    request: CustomerRequest,
    name: str,
    portal: PortalContext,
    form: ReadingsForm | ConfirmForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    context = {"portal": portal, "form": form, **more}
    return render(request, f"selfservice/readings/{name}.html", context, status=status)
