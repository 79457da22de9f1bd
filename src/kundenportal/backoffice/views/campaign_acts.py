"""``/verwaltung/kampagnen/<id>/…``: starting a campaign, pausing it, going on, ending it, deleting one."""

from collections.abc import Callable
from math import ceil
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.parameters import found_or_404
from kundenportal.backoffice.roles import Permission
from kundenportal.backoffice.today import today
from kundenportal.backoffice.views.campaigns import moved_on, to_campaign
from kundenportal.campaigns.models import ALIVE, Campaign
from kundenportal.campaigns.selectors import campaign_numbered
from kundenportal.campaigns.services import (
    CampaignMovedOn,
    discard_campaign,
    end_campaign,
    pause_campaign,
    resume_campaign,
    start_campaign,
)
from kundenportal.campaigns.targets import preview_of


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.RUN_CAMPAIGNS)
def campaigns_start(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Say how many mails go out, and start the campaign once that is confirmed."""
    campaign = found_or_404(campaign_numbered, campaign_id)
    if request.method == "POST":
        text = _("Die Kampagne läuft. Die E-Mails gehen nach und nach hinaus.")
        return _do(request, campaign, start_campaign, text)
    if campaign.status != Campaign.Status.DRAFT or campaign.due_date < today():
        return moved_on(request, campaign)
    preview = preview_of(campaign, today=today(), now=timezone.now())
    per_minute = settings.CAMPAIGN_MAILS_PER_MINUTE
    context = {
        "campaign": campaign,
        "preview": preview,
        "per_minute": per_minute,
        "minutes": ceil(preview.by_mail / per_minute),
    }
    return render_page(request, "backoffice/campaigns/start.html", context)


@require_POST
@staff_required(Permission.RUN_CAMPAIGNS)
def campaigns_pause(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Let no further mails go out."""
    campaign = found_or_404(campaign_numbered, campaign_id)
    text = _("Die Kampagne ist angehalten. Links gelten weiter, Meldungen werden gezählt.")
    return _do(request, campaign, pause_campaign, text)


@require_POST
@staff_required(Permission.RUN_CAMPAIGNS)
def campaigns_resume(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Go on with a campaign that was paused."""
    campaign = found_or_404(campaign_numbered, campaign_id)
    return _do(request, campaign, resume_campaign, _("Die Kampagne läuft wieder."))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.RUN_CAMPAIGNS)
def campaigns_end(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Say what ends, and end the campaign once that is confirmed."""
    campaign = found_or_404(campaign_numbered, campaign_id)
    if request.method == "POST":
        text = _("Die Kampagne ist beendet. Ihre Links gelten gleich nicht mehr.")
        return _do(request, campaign, end_campaign, text)
    if campaign.status not in ALIVE:
        return moved_on(request, campaign)
    return render_page(request, "backoffice/campaigns/end.html", {"campaign": campaign})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.RUN_CAMPAIGNS)
def campaigns_discard(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Delete a draft once that is confirmed."""
    campaign = found_or_404(campaign_numbered, campaign_id)
    if campaign.status != Campaign.Status.DRAFT:
        return moved_on(request, campaign)
    if request.method != "POST":
        context = {"campaign": campaign}
        return render_page(request, "backoffice/campaigns/discard.html", context)
    try:
        discard_campaign(campaign, member=request.member, now=timezone.now())
    except CampaignMovedOn:
        return moved_on(request, campaign)
    messages.success(request, _("Der Entwurf ist gelöscht."))
    return HttpResponseRedirect(reverse("backoffice:campaigns"), status=303)


def _do(
    request: StaffRequest, campaign: Campaign, act: Callable[..., Any], text: str | Promise
) -> HttpResponse:
    """Do something with a campaign and show its page."""
    try:
        act(campaign, member=request.member, now=timezone.now())
    except CampaignMovedOn:
        return moved_on(request, campaign)
    messages.success(request, str(text))
    return to_campaign(campaign)
