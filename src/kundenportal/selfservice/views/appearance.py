"""``/darstellung/``: how pages shall look, on this device (ux.md P5)."""

from dataclasses import asdict

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundenportal.ui.appearance import COOKIE_NAME, COOKIE_SECONDS, Appearance
from kundenportal.ui.forms.appearance import AppearanceForm


@require_http_methods(["GET", "HEAD", "POST"])
def appearance(request: HttpRequest) -> HttpResponse:
    """Ask for the wishes; keep them in a cookie that the server reads, so that no page flashes."""
    if request.method != "POST":
        known = Appearance.from_cookie(request.COOKIES.get(COOKIE_NAME, ""))
        return render(request, "selfservice/appearance.html", {"form": AppearanceForm(initial=asdict(known))})
    form = AppearanceForm(request.POST)
    if not form.is_valid():
        return render(request, "selfservice/appearance.html", {"form": form}, status=422)
    messages.success(request, _("Ihre Darstellung ist gespeichert. Sie gilt auf diesem Gerät."))
    response = HttpResponseRedirect(reverse("selfservice:appearance"), status=303)
    response.set_cookie(
        COOKIE_NAME,
        form.appearance().to_cookie(),
        max_age=COOKIE_SECONDS,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response
