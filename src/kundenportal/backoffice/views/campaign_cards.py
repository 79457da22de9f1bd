"""``/verwaltung/kampagnen/<id>/karten/``: ordering reading cards, and downloading what was made."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.forms.campaigns import CardsForm
from kundenportal.backoffice.parameters import found_or_404
from kundenportal.backoffice.roles import Permission
from kundenportal.backoffice.views.campaigns import moved_on, progress_page, to_campaign
from kundenportal.campaigns.models import Campaign, CardOrder
from kundenportal.campaigns.selectors import campaign_numbered, card_file_of
from kundenportal.campaigns.services import CampaignMovedOn, NoCardsWanted, note_handed_out, order_cards
from kundenportal.core.german_numbers import format_number
from kundenportal.ui.file_responses import file_response


@require_POST
@staff_required(Permission.RUN_CAMPAIGNS)
def campaigns_cards(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Order cards; the job runner makes them."""
    campaign = found_or_404(campaign_numbered, campaign_id)
    if campaign.status == Campaign.Status.DRAFT:
        return moved_on(request, campaign)
    form = CardsForm(request.POST)
    if not form.is_valid():
        return progress_page(request, campaign, form, status=422)
    try:
        order = order_cards(
            campaign,
            as_format=CardOrder.Format(form.cleaned_data["format"]),
            repeats=form.cleaned_data["repeats"],
            member=request.member,
            now=timezone.now(),
        )
    except CampaignMovedOn:
        return moved_on(request, campaign)
    except NoCardsWanted:
        messages.warning(request, _("Es fehlt niemand mehr, der eine Karte bekäme."))
        return to_campaign(campaign)
    text = ngettext("%(count)s Karte wird erzeugt.", "%(count)s Karten werden erzeugt.", order.total)
    messages.success(request, text % {"count": format_number(order.total)})
    return to_campaign(campaign)


@require_safe
@staff_required(Permission.RUN_CAMPAIGNS)
def campaigns_card_file(request: StaffRequest, campaign_id: int, card_file_id: int) -> HttpResponseBase:
    """Save a file of cards; that somebody has it is written down.

    Raises:
        Http404: when the campaign has no such file, or it has ended.

    """
    campaign = found_or_404(campaign_numbered, campaign_id)
    found = card_file_of(campaign, card_file_id)
    if found is None:
        raise Http404
    if request.method == "GET":
        note_handed_out(found, member=request.member, now=timezone.now())
    name = _("Ablesekarten %(order)s-%(number)s.%(ending)s")
    values = {"order": found.order.pk, "number": found.number, "ending": found.order.format}
    return file_response(found.file, name=name % values, is_attachment=True)
