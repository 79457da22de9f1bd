"""Drawing a page in the frame of the back office."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from kundenportal.backoffice.access import StaffRequest
from kundenportal.backoffice.navigation import frame_of


def render_page(
    request: StaffRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Draw a template that extends ``ui/office.html``.

    Args:
        request: the request of somebody who may see the page.
        template: the template.
        context: what it needs beside its frame.
        status: the answer's status.

    """
    frame = frame_of(request, request.member)
    return render(request, template, {**frame, **(context or {})}, status=status)
