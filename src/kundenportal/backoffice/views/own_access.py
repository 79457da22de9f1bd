"""``/verwaltung/mein-zugang/``: role and rights, keyboard shortcuts, the look of pages, the password."""

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.forms.own_access import ShortcutsForm
from kundenportal.backoffice.forms.passwords import ChangeStaffPasswordForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.roles import Permission, permissions_of
from kundenportal.identity.factors.overview import factors_of
from kundenportal.identity.staff.members import use_shortcuts
from kundenportal.ui.appearance import appearance_of, remember_appearance
from kundenportal.ui.forms.appearance import AppearanceForm
from kundenportal.ui.own_password import unless_password_changed


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.OWN_ACCESS)
def own_access(request: StaffRequest) -> HttpResponse:
    """Show who is signed in and what he may do; switch keyboard shortcuts on or off (WCAG 2.1.4)."""
    member = request.member
    form = ShortcutsForm(
        request.POST if request.method == "POST" else None, initial={"uses_shortcuts": member.uses_shortcuts}
    )
    if form.is_valid():
        use_shortcuts(member, wanted=form.cleaned_data["uses_shortcuts"])
        messages.success(request, _("Ihre Einstellung ist gespeichert."))
        return HttpResponseRedirect(reverse("backoffice:own_access"), status=303)
    context = {"form": form, "permissions": permissions_of(member), "factors": factors_of(request.user)}
    return render_page(request, "backoffice/own_access/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.OWN_ACCESS)
def own_access_password(request: StaffRequest) -> HttpResponse:
    """Ask for the current password and a new one; this browser stays signed in, no other."""
    data = request.POST if request.method == "POST" else None
    form = ChangeStaffPasswordForm(data, own_data=(request.user.email, request.member.name))
    if asked := unless_password_changed(request, request.user, form, page=_password_page):
        return asked
    return HttpResponseRedirect(reverse("backoffice:own_access"), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.OWN_ACCESS)
def own_access_appearance(request: StaffRequest) -> HttpResponse:
    """Ask how pages shall look on this device."""
    if request.method != "POST":
        form = AppearanceForm(initial=asdict(appearance_of(request)))
        return _appearance_page(request, form, status=200)
    form = AppearanceForm(request.POST)
    if not form.is_valid():
        return _appearance_page(request, form, status=422)
    messages.success(request, _("Ihre Darstellung ist gespeichert. Sie gilt auf diesem Gerät."))
    response = HttpResponseRedirect(reverse("backoffice:own_access_appearance"), status=303)
    remember_appearance(response, form.appearance())
    return response


def _password_page(request: StaffRequest, form: ChangeStaffPasswordForm, *, status: int) -> HttpResponse:
    context = {"form": form, "username": request.user.email}
    return render_page(request, "backoffice/own_access/password.html", context, status=status)


def _appearance_page(request: StaffRequest, form: AppearanceForm, *, status: int) -> HttpResponse:
    return render_page(request, "backoffice/own_access/appearance.html", {"form": form}, status=status)
