"""``/verknuepfung-rueckgaengig/<token>/``: taking a linking or a new access back (product.md ruling 6)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.linking import services


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def undo_link(request: HttpRequest, token: str) -> HttpResponse:
    """Say what is taken back, then do it; nobody needs to be signed in. A GET changes nothing."""
    now = timezone.now()
    undoable = services.undoable_of(token, now=now)
    if undoable is None:
        return _expired(request)
    if request.method != "POST":
        return render(request, "selfservice/undo_link/ask.html", {"undoable": undoable})
    try:
        services.undo_link(token=token, now=now)
    except services.LinkExpired:
        return _expired(request)
    return HttpResponseRedirect(reverse("selfservice:link_undone"), status=303)


@require_safe
def link_undone(request: HttpRequest) -> HttpResponse:
    """Say what was done and what to do when a password is known to somebody else."""
    return render(request, "selfservice/undo_link/done.html")


def _expired(request: HttpRequest) -> HttpResponse:
    return render(request, "selfservice/undo_link/expired.html", status=410)
