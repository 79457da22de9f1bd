"""``/darstellung/``: how pages shall look, on this device (ux.md P5)."""

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundenportal.identity.local_paths import next_path
from kundenportal.selfservice.layout import render_for_everybody
from kundenportal.ui.appearance import appearance_of, remember_appearance
from kundenportal.ui.forms.appearance import AppearanceForm


@require_http_methods(["GET", "HEAD", "POST"])
def appearance(request: HttpRequest) -> HttpResponse:
    """Ask for the wishes and let the browser keep them; ``?weiter=`` is the page somebody comes from."""
    if request.method != "POST":
        return _page(request, AppearanceForm(initial=asdict(appearance_of(request))))
    form = AppearanceForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    messages.success(request, _("Ihre Darstellung ist gespeichert. Sie gilt auf diesem Gerät."))
    response = HttpResponseRedirect(request.get_full_path(), status=303)
    remember_appearance(response, form.appearance())
    return response


def _page(request: HttpRequest, form: AppearanceForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "way_back": next_path(request, otherwise="")}
    return render_for_everybody(request, "selfservice/appearance.html", context, status=status)
