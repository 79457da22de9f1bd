"""Drawing a page in the frame of the back office."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kundenportal.backoffice.navigation import links_for
from kundenportal.identity.models import StaffMember


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    member: StaffMember,
    status: int = 200,
) -> HttpResponse:
    """Draw a template that extends ``ui/office.html``.

    Args:
        request: the browser's request.
        template: the template.
        context: what it needs beside ``member`` and ``navigation``.
        member: who is signed in.
        status: the answer's status.

    """
    page_name = request.resolver_match.url_name or "" if request.resolver_match else ""
    frame = {"member": member, "navigation": links_for(member, page_name)}
    return render(request, template, {**frame, **(context or {})}, status=status)
