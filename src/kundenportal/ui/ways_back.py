"""The way back to what somebody was doing when he was asked who he is."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone

from kundenportal.identity.kept_forms import keep_form
from kundenportal.identity.models import User
from kundenportal.ui.addresses import reverse_here
from kundenportal.ui.upload_handlers import lost_files


def way_back(request: HttpRequest, user: User | None, *, is_sent_at_once: bool) -> str:
    """Return where to lead somebody after he proved who he is.

    Back to the page he wanted; what he was sending is kept for his login and shown again.

    Args:
        request: the request that is answered with the question who is there.
        user: whose form may be kept; None when nobody is known.
        is_sent_at_once: whether the form goes on without another click (``identity.kept_forms``).

    """
    path = request.get_full_path()
    if request.method != "POST" or user is None:
        return path
    fields = {name: request.POST.getlist(name) for name in request.POST}
    kept = keep_form(
        user, path, fields | lost_files(request), is_sent_at_once=is_sent_at_once, now=timezone.now()
    )
    return reverse_here(request, "continue_form", kept.public_id) if kept else path


def with_way(request: HttpRequest, name: str) -> str:
    """Return the address of a page of the site at hand, which leads on to where the visitor was going."""
    way = request.GET.get("weiter")
    query = f"?{urlencode({'weiter': way})}" if way else ""
    return f"{reverse_here(request, name)}{query}"
