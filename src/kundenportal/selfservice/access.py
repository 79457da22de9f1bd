"""Who may open a page of the customer site, and for which premise (product.md rulings 1 and 15)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db.models import Case, Exists, OuterRef, Value, When
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from kundenportal.campaigns.selectors import asked_at, asked_in
from kundenportal.cellar.selectors import waiting_key_at
from kundenportal.customers.models import Customer, Premise
from kundenportal.identity.models import User
from kundenportal.linking.holds import Hold
from kundenportal.linking.selectors import PremiseChoice, premises_of
from kundenportal.mail_log.selectors import returned_from
from kundenportal.metering.reading_task import Asked
from kundenportal.selfservice.navigation import (
    ACCOUNT,
    NavigationItem,
    NavigationLink,
    item_of,
    links_for,
    url_of,
)
from kundenportal.selfservice.news import news_at, news_of
from kundenportal.ui.ways_back import way_back

CHOSEN_PREMISE = "premise"
"""Where the session keeps the premise opened last. It only decides where the start page leads."""

P = ParamSpec("P")


class CustomerRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


@dataclass(frozen=True)
class Choice:
    """A premise the customer may switch to.

    Attributes:
        premise: the place of consumption.
        customer: whose it is.
        divisions: the divisions supplied there.
        is_ended: whether its contract is over.
        is_current: whether it is the one in view.
        url: the page for this premise that shows the function now in view.

    """

    premise: Premise
    customer: Customer
    divisions: tuple[str, ...]
    is_ended: bool
    is_current: bool
    url: str


@dataclass(frozen=True)
class PortalContext:
    """What every page of the customer site knows: who is there, for which premise, and what it is asked."""

    user: User
    premise: Premise
    customer: Customer
    divisions: tuple[str, ...]
    is_ended: bool
    choices: tuple[Choice, ...]
    area: NavigationItem
    hold: Hold | None
    news: Mapping[str, int]
    asked: Asked | None
    takes_no_mail: bool
    waiting_key: str

    @property
    def choices_of_customer(self) -> tuple[Choice, ...]:
        """The premises of the customer in view; the login may hold other customers, too."""
        return tuple(each for each in self.choices if each.customer == self.customer)

    @cached_property
    def navigation(self) -> tuple[NavigationLink, ...]:
        """The functions of the customer site for this premise, with what is new there."""
        return links_for(self.premise, self.area, self.news)


@dataclass(frozen=True)
class AccountContext:
    """What every page of the Kontoverwaltung knows; its templates extend ``ui/account.html``.

    ``premise`` is the one the navigation leads to: the one chosen last, else the first that is supplied.
    """

    user: User
    premise: Premise | None
    news: Mapping[str, int]
    area: NavigationItem = ACCOUNT

    @cached_property
    def navigation(self) -> tuple[NavigationLink, ...]:
        """The functions of the customer site, with what is new there."""
        return links_for(self.premise, self.area, self.news)


def customer_required(
    view: Callable[Concatenate[CustomerRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let only people in who are signed in; others are led to the sign-in page and back.

    What somebody was sending when his session timed out is kept for him. What such a page says is
    personal, so no browser or proxy keeps a copy of it. Who works here has no session of this site; were
    there one, it would open nothing.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            timed_out_user: User | None = getattr(request, "timed_out_user", None)
            query = urlencode({"weiter": way_back(request, timed_out_user, is_sent_at_once=False)})
            return HttpResponseRedirect(f"{reverse('selfservice:sign_in')}?{query}", status=303)
        if request.user.is_staff:
            raise Http404
        response = view(request, *args, **kwargs)  # type: ignore[arg-type]
        patch_cache_control(response, no_store=True, private=True)
        return response

    return guarded


def get_account(request: CustomerRequest) -> AccountContext:
    """Return what the pages of the Kontoverwaltung know."""
    chosen = request.session.get(CHOSEN_PREMISE)
    found = premises_of(request.user, **news_at(chosen or "", request.user))
    last = next((each for each in found if each.premise.public_id == chosen), None)
    first = next(iter(found), None)
    choice = last or first
    return AccountContext(
        user=request.user,
        premise=choice.premise if choice else None,
        news=news_of(choice) if choice else {},
    )


def choices_for(found: list[PremiseChoice], area: NavigationItem, current: str | None) -> tuple[Choice, ...]:
    """Return premises as choices that lead to one function.

    Args:
        found: the premises a login may open.
        area: the function to show for the premise that is chosen.
        current: the public id of the premise in view, if there is one.

    """
    return tuple(
        Choice(
            premise=each.premise,
            customer=each.customer,
            divisions=each.divisions,
            is_ended=each.is_ended,
            is_current=each.premise.public_id == current,
            url=url_of(area, each.premise),
        )
        for each in found
    )


def get_premise_or_404(request: CustomerRequest, premise_id: str) -> PortalContext:
    """Return what the pages of a premise know, and remember the premise as the last one chosen.

    Raises:
        Http404: when there is no such premise, or this login may not see it; nobody can tell which.

    """
    today = timezone.localdate(timezone=settings.UTILITY_TIME_ZONE)
    asked = {
        name: Case(When(public_id=premise_id, then=each))
        for name, each in asked_at(OuterRef("pk"), OuterRef("customer"), today=today).items()
    }
    lost = Exists(returned_from(request.user.email, now=timezone.now()))
    returned = {"takes_no_mail": Case(When(public_id=premise_id, then=lost), default=Value(value=False))}
    waiting = {
        "waiting_key": Case(When(public_id=premise_id, then=waiting_key_at(OuterRef("pk"), request.user)))
    }
    found = premises_of(request.user, **news_at(premise_id, request.user), **asked, **returned, **waiting)
    chosen = next((each for each in found if each.premise.public_id == premise_id), None)
    if chosen is None:
        raise Http404
    _remember(request, chosen.premise)
    area = item_of(request.resolver_match.url_name or "" if request.resolver_match else "")
    return PortalContext(
        user=request.user,
        premise=chosen.premise,
        customer=chosen.customer,
        divisions=chosen.divisions,
        is_ended=chosen.is_ended,
        choices=choices_for(found, area, premise_id),
        area=area,
        hold=chosen.hold,
        news=news_of(chosen),
        asked=asked_in(chosen.extra),
        takes_no_mail=chosen.extra["takes_no_mail"],
        waiting_key=chosen.extra["waiting_key"] or "",
    )


def _remember(request: CustomerRequest, premise: Premise) -> None:
    """Keep the premise as the last one chosen; who came from another one is told where he is now."""
    before = request.session.get(CHOSEN_PREMISE)
    if before == premise.public_id:
        return
    request.session[CHOSEN_PREMISE] = premise.public_id
    if before is not None:
        place = premise.street_line
        messages.info(request, _("Sie sind jetzt in %(place)s.") % {"place": place})
