"""Choosing a premise: the start page and the pre-selection (guide lines 22 and 28; ux.md C1, C3)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kundenportal.linking.selectors import PremiseChoice, premises_of
from kundenportal.selfservice.access import (
    CHOSEN_PREMISE,
    CustomerRequest,
    choices_for,
    customer_required,
)
from kundenportal.selfservice.navigation import HOME, item_of, url_of
from kundenportal.selfservice.same_email import logins_to_ask_about

SEARCH_FROM = 8
"""From so many premises on, the list can be searched."""


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Lead to where a visit begins: sign-in, the premise chosen last, the only one, or the pre-selection."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(reverse("selfservice:sign_in"))
    found = premises_of(request.user)
    chosen = _chosen_or_only(found, request.session.get(CHOSEN_PREMISE))
    target = url_of(HOME, chosen.premise) if chosen else reverse("selfservice:selection")
    return HttpResponseRedirect(target)


@require_safe
@customer_required
def selection(request: CustomerRequest) -> HttpResponse:
    """List all accounts and premises of a login; a click opens the function of ``?bereich=`` there."""
    found = premises_of(request.user)
    search = request.GET.get("suche", "").strip()
    area = item_of(request.GET.get("bereich", ""))
    matching = [each for each in found if _matches(each, search)]
    context = {
        "choices": choices_for(matching, area, request.session.get(CHOSEN_PREMISE)),
        "has_choices": bool(found),
        "is_searchable": len(found) >= SEARCH_FROM,
        "search": search,
        "area": area,
        "same_email": logins_to_ask_about(request.user, now=timezone.now()),
    }
    return render(request, "selfservice/selection.html", context)


def _chosen_or_only(found: list[PremiseChoice], chosen: str | None) -> PremiseChoice | None:
    """Return the premise chosen last, else the only one that is supplied, else None."""
    last = next((each for each in found if each.premise.public_id == chosen), None)
    current = [each for each in found if not each.is_ended] or found
    return last or (current[0] if len(current) == 1 else None)


def _matches(choice: PremiseChoice, search: str) -> bool:
    """Tell whether street, place, name or number of a premise contain every word of a search."""
    premise, customer = choice.premise, choice.customer
    text = f"{premise.street_line} {premise.postal_code} {premise.city} {customer.full_name} {customer}"
    return all(word in text.casefold() for word in search.casefold().split())
