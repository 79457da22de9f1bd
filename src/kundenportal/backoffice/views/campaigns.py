"""``/verwaltung/kampagnen/``: which campaigns there are, planning one, and how far it has got."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.campaign_pages import (
    TONES,
    chart_of,
    day_rows,
    days_csv,
    days_of,
    funnel_of,
    ways_of,
)
from kundenportal.backoffice.forms.campaigns import CardsForm, PlanForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.paging import number_after, pager_of
from kundenportal.backoffice.parameters import found_or_404
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.backoffice.today import today
from kundenportal.campaigns.figures import figures_of
from kundenportal.campaigns.models import Campaign, ReportedWay
from kundenportal.campaigns.rules import still_asks
from kundenportal.campaigns.selectors import campaign_numbered, campaign_page, card_orders
from kundenportal.campaigns.services import CampaignMovedOn, change_campaign, create_campaign
from kundenportal.campaigns.targets import preview_of
from kundenportal.core.spreadsheets import CSV
from kundenportal.ui.file_responses import content_response

ROWS_ON_A_PAGE = 25


@require_safe
@staff_required(Permission.VIEW_CAMPAIGNS)
def campaigns(request: StaffRequest) -> HttpResponse:
    """List the campaigns, the newest first."""
    page = campaign_page(after=number_after(request), limit=ROWS_ON_A_PAGE)
    context = {
        "rows": [(row, TONES[row.campaign.status]) for row in page.rows],
        "pager": pager_of(request, page),
        "may_run": may_run(request),
    }
    return render_page(request, "backoffice/campaigns/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.RUN_CAMPAIGNS)
def campaigns_new(request: StaffRequest) -> HttpResponse:
    """Plan a campaign; nobody hears of it yet."""
    form = PlanForm(request.POST if request.method == "POST" else None, today=today())
    if not form.is_valid():
        return _form_page(request, form)
    campaign = create_campaign(form.plan(), member=request.member, now=timezone.now())
    messages.success(request, _("Der Entwurf ist gespeichert. Noch weiß kein Kunde davon."))
    return to_campaign(campaign)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.RUN_CAMPAIGNS)
def campaigns_change(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Change a draft."""
    campaign = found_or_404(campaign_numbered, campaign_id)
    form = PlanForm(request.POST if request.method == "POST" else None, today=today(), campaign=campaign)
    if campaign.status != Campaign.Status.DRAFT:
        return moved_on(request, campaign)
    if not form.is_valid():
        return _form_page(request, form, campaign=campaign)
    try:
        change_campaign(campaign, form.plan(), member=request.member, now=timezone.now())
    except CampaignMovedOn:
        return moved_on(request, campaign)
    messages.success(request, _("Die Änderung ist gespeichert."))
    return to_campaign(campaign)


@require_safe
@staff_required(Permission.VIEW_CAMPAIGNS)
def campaigns_page(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Show whom a draft would ask, or how far a campaign has got."""
    campaign = found_or_404(campaign_numbered, campaign_id)
    context = {"campaign": campaign, "tone": TONES[campaign.status], "may_run": may_run(request)}
    if campaign.status == Campaign.Status.DRAFT:
        preview = preview_of(campaign, today=today(), now=timezone.now())
        context |= {"preview": preview, "is_late": campaign.due_date < today()}
        return render_page(request, "backoffice/campaigns/draft.html", context)
    return progress_page(request, campaign, CardsForm())


@require_safe
@staff_required(Permission.VIEW_CAMPAIGNS)
def campaigns_csv(request: StaffRequest, campaign_id: int) -> HttpResponse:  # noqa: ARG001
    """Hand out the counts of each day as a file; there is nobody's name in it."""
    campaign = found_or_404(campaign_numbered, campaign_id)
    content = days_csv(days_of(figures_of(campaign), campaign, today=today()))
    return content_response(content, media_type=CSV, name=f"{campaign.name}.csv")


def progress_page(
    request: StaffRequest, campaign: Campaign, cards_form: CardsForm, *, status: int = 200
) -> HttpResponse:
    """Show how far a campaign that was started has got, with its cards."""
    figures = figures_of(campaign)
    days = days_of(figures, campaign, today=today())
    orders = card_orders(campaign)
    context = {
        "campaign": campaign,
        "tone": TONES[campaign.status],
        "may_run": may_run(request),
        "figures": figures,
        "funnel": funnel_of(figures),
        "ways": ways_of(figures),
        "chart": chart_of(days),
        "rows": day_rows(days),
        "way_names": [way.label for way in ReportedWay],
        "still_asks": still_asks(campaign.due_date, today=today()),
        "not_invited": figures.untold + campaign.left_out,
        "to_send": figures.by_mail - figures.sent - figures.unreached,
        "per_minute": settings.CAMPAIGN_MAILS_PER_MINUTE,
        "orders": orders,
        "is_inviting": campaign.status == Campaign.Status.RUNNING and not campaign.is_planned,
        "is_making_cards": any(order.finished_at is None for order in orders),
        "cards_form": cards_form,
        "days_left": (campaign.due_date - today()).days,
    }
    return render_page(request, "backoffice/campaigns/progress.html", context, status=status)


def may_run(request: StaffRequest) -> bool:
    """Tell whether somebody may plan and run campaigns."""
    return has_permission(request.member, Permission.RUN_CAMPAIGNS)


def to_campaign(campaign: Campaign) -> HttpResponse:
    """Lead to a campaign's page."""
    return HttpResponseRedirect(reverse("backoffice:campaigns_page", args=[campaign.pk]), status=303)


def moved_on(request: StaffRequest, campaign: Campaign) -> HttpResponse:
    """Say that a campaign stands somewhere else by now, and show where."""
    messages.warning(request, _("Die Kampagne hat sich inzwischen geändert. Es wurde nichts getan."))
    return to_campaign(campaign)


def _form_page(request: StaffRequest, form: PlanForm, *, campaign: Campaign | None = None) -> HttpResponse:
    context = {"form": form, "campaign": campaign}
    status = 422 if form.is_bound else 200
    return render_page(request, "backoffice/campaigns/form.html", context, status=status)
