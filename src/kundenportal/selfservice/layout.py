"""The frame of pages that everybody may open: who is signed in keeps the navigation."""

from collections.abc import Mapping
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from kundenportal.selfservice.access import get_account
from kundenportal.selfservice.navigation import NOWHERE


def render_for_everybody(
    request: HttpRequest, template: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    """Draw a page whose template extends ``layout``: with the navigation of the customer who is signed in.

    Args:
        request: the request.
        template: the template's name.
        context: what it needs.
        status: of the answer.

    """
    if not request.user.is_authenticated:
        return render(request, template, {**context, "layout": "ui/public.html"}, status=status)
    account = get_account(request)  # type: ignore[arg-type]
    frame = {"layout": "ui/account.html", "portal": replace(account, area=NOWHERE)}
    response = render(request, template, {**context, **frame}, status=status)
    patch_cache_control(response, no_store=True, private=True)
    return response
