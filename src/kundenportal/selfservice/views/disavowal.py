"""``/das-war-ich-nicht/<token>/``: the link of every security mail (security.md A0)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.identity.sessions import close_session
from kundenportal.linking import services


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def disavow(request: HttpRequest, token: str) -> HttpResponse:
    """Say what securing the login does, then do it; nobody needs to be signed in. A GET changes nothing."""
    now = timezone.now()
    event = services.event_of(token, now=now)
    if event is None:
        return _expired(request)
    if request.method != "POST":
        return render(request, "selfservice/disavowal/ask.html", {"event": event})
    try:
        services.disavow(token=token, now=now)
    except services.LinkExpired:
        return _expired(request)
    if request.user.pk == event.user_id:
        close_session(request)
    return HttpResponseRedirect(reverse("selfservice:disavowed"), status=303)


@require_safe
def disavowed(request: HttpRequest) -> HttpResponse:
    """Say what was done and what comes next."""
    return render(request, "selfservice/disavowal/done.html")


def _expired(request: HttpRequest) -> HttpResponse:
    return render(request, "selfservice/disavowal/expired.html", status=410)
