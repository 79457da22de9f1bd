"""``/zaehlerstand-melden/``: a meter reading without a login (guide line 16; ux.md P4; docs/adr/0008)."""

import datetime as dt
import math
from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.core.dates import local_date
from kundenportal.identity.client_address import client_address
from kundenportal.metering.public_reports import public_report
from kundenportal.metering.services import TooManyReports, report_reading
from kundenportal.selfservice.change_pages import DRAFT
from kundenportal.selfservice.drafts import load_draft, save_draft
from kundenportal.selfservice.forms.public_reading import PublicReadingForm

TOPIC = "public_reading"
SENT = "public_reading_sent"
"""Where the session keeps the number of what was sent last, so that its page can show it."""

_MINUTES_IN_SIGHT = 60


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def enter(request: HttpRequest) -> HttpResponse:
    """Take in a reading; what is possible of any meter goes on to the check page."""
    now = timezone.now()
    if request.method != "POST":
        typed = load_draft(request.session, None, request.GET.get(DRAFT, ""), topic=TOPIC, now=now)
        return _enter_page(request, _form(now, initial=typed))
    form = _form(now, data=request.POST)
    if not form.is_valid():
        return _enter_page(request, form, status=422)
    key = save_draft(request.session, None, form.as_draft(), topic=TOPIC, now=now)
    return _redirect("public_reading_check", draft=key)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def check(request: HttpRequest) -> HttpResponse:
    """Show what will be sent, and send it."""
    now, key = timezone.now(), request.GET.get(DRAFT, "")
    typed = load_draft(request.session, None, key, topic=TOPIC, now=now)
    if typed is None:
        messages.warning(
            request, _("Ihre Eingaben sind abgelaufen. Bitte tragen Sie den Stand noch einmal ein.")
        )
        return _redirect("public_reading")
    form = _form(now, data=typed)
    if not form.is_valid():
        return _redirect("public_reading", draft=key)
    if request.method != "POST":
        return _check_page(request, form, key)
    return _send(request, form, key, now)


@require_safe
@cache_control(no_store=True, private=True)
def sent(request: HttpRequest) -> HttpResponse:
    """Confirm what this browser sent last."""
    report = public_report(request.session.get(SENT))
    if report is None:
        return _redirect("public_reading")
    return render(request, "selfservice/public_reading/sent.html", {"report": report})


def _send(request: HttpRequest, form: PublicReadingForm, key: str, now: dt.datetime) -> HttpResponse:
    try:
        report = report_reading(
            report=form.report(),
            key=key,
            address=client_address(request),
            language=get_language() or "de",
            now=now,
        )
    except TooManyReports as refusal:
        form.add_error(None, _too_many(refusal.wait))
        return _check_page(request, form, key, status=429)
    request.session[SENT] = report.pk
    return _redirect("public_reading_sent")


def _too_many(wait: dt.timedelta) -> str:
    minutes = math.ceil(wait / dt.timedelta(minutes=1))
    when = (
        ngettext("in %(minutes)d Minute", "in %(minutes)d Minuten", minutes) % {"minutes": minutes}
        if minutes <= _MINUTES_IN_SIGHT
        else _("morgen")
    )
    text = _(
        "Gerade kamen sehr viele Zählerstände. Bitte versuchen Sie es %(when)s noch einmal, "
        "oder rufen Sie uns an: %(phone)s."
    )
    return text % {"when": when, "phone": settings.UTILITY.phone}


def _form(
    now: dt.datetime,
    *,
    data: Mapping[str, str] | None = None,
    initial: Mapping[str, str] | None = None,
) -> PublicReadingForm:
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    max_age_days = settings.UTILITY.readings.max_age_days
    return PublicReadingForm(today=today, max_age_days=max_age_days, data=data, initial=initial)


def _enter_page(request: HttpRequest, form: PublicReadingForm, *, status: int = 200) -> HttpResponse:
    return render(request, "selfservice/public_reading/enter.html", {"form": form}, status=status)


def _check_page(
    request: HttpRequest, form: PublicReadingForm, key: str, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "report": form.report(), "draft": key}
    return render(request, "selfservice/public_reading/check.html", context, status=status)


def _redirect(name: str, *, draft: str = "") -> HttpResponse:
    query = "?" + urlencode({DRAFT: draft}) if draft else ""
    return HttpResponseRedirect(reverse(f"selfservice:{name}") + query, status=303)
