"""``/darstellung/``: how pages shall look, on this device (ux.md P5)."""

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundenportal.ui.appearance import appearance_of, remember_appearance
from kundenportal.ui.forms.appearance import AppearanceForm


@require_http_methods(["GET", "HEAD", "POST"])
def appearance(request: HttpRequest) -> HttpResponse:
    """Ask for the wishes and let the browser keep them."""
    if request.method != "POST":
        form = AppearanceForm(initial=asdict(appearance_of(request)))
        return render(request, "selfservice/appearance.html", {"form": form})
    form = AppearanceForm(request.POST)
    if not form.is_valid():
        return render(request, "selfservice/appearance.html", {"form": form}, status=422)
    messages.success(request, _("Ihre Darstellung ist gespeichert. Sie gilt auf diesem Gerät."))
    response = HttpResponseRedirect(reverse("selfservice:appearance"), status=303)
    remember_appearance(response, form.appearance())
    return response
