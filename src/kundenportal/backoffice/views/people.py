"""``/verwaltung/personen/``: who works here; giving accesses, changing and ending them."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.confirming import unless_confirmed
from kundenportal.backoffice.forms.confirming import ConfirmForm
from kundenportal.backoffice.forms.people import NewMemberForm, RoleForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.parameters import found_or_404
from kundenportal.backoffice.roles import Permission
from kundenportal.identity.areas import Area
from kundenportal.identity.models import StaffMember
from kundenportal.identity.staff.members import LINK_LIFETIME, change_role, give_access, take_access_away
from kundenportal.identity.staff.overview import accesses, colleague_of


@require_safe
@staff_required(Permission.MANAGE_STAFF)
def people(request: StaffRequest) -> HttpResponse:
    """Show everybody who has or had an access."""
    context = {"accesses": accesses(now=timezone.now())}
    return render_page(request, "backoffice/people/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.MANAGE_STAFF)
def people_new(request: StaffRequest) -> HttpResponse:
    """Give somebody an access, and show the link that sets it up."""
    form = NewMemberForm(request.POST if request.method == "POST" else None)
    page = partial(_page, template="backoffice/people/new.html")
    return unless_confirmed(request, form, page) or _link_page(
        request, email=form.cleaned_data["email"], role=StaffMember.Role(form.cleaned_data["role"])
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.MANAGE_STAFF)
def people_role(request: StaffRequest, member_id: int) -> HttpResponse:
    """Give a colleague another role."""
    colleague = found_or_404(partial(colleague_of, request.member), member_id)
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"role": colleague.role})
    page = partial(_page, template="backoffice/people/role.html", colleague=colleague)
    if refused := unless_confirmed(request, form, page):
        return refused
    role = StaffMember.Role(form.cleaned_data["role"])
    change_role(colleague, role=role, actor=request.user.actor, now=timezone.now())
    return _to_list(request, _("%(name)s hat jetzt die Rolle „%(role)s“."), name=colleague, role=role.label)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.MANAGE_STAFF)
def people_link(request: StaffRequest, member_id: int) -> HttpResponse:
    """Make a colleague a new link, for a lost device, a forgotten password or an access that was closed."""
    colleague = found_or_404(partial(colleague_of, request.member), member_id)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    page = partial(_page, template="backoffice/people/new_link.html", colleague=colleague)
    return unless_confirmed(request, form, page) or _link_page(
        request, email=colleague.user.email, role=StaffMember.Role(colleague.role)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.MANAGE_STAFF)
def people_close(request: StaffRequest, member_id: int) -> HttpResponse:
    """Close the access of a colleague at once."""
    colleague = found_or_404(partial(colleague_of, request.member), member_id)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    page = partial(_page, template="backoffice/people/close.html", colleague=colleague)
    if refused := unless_confirmed(request, form, page):
        return refused
    take_access_away(email=colleague.user.email, actor=request.user.actor, now=timezone.now())
    return _to_list(request, _("Der Zugang von %(name)s ist geschlossen."), name=colleague)


def _page(
    request: StaffRequest,
    form: ConfirmForm,
    *,
    template: str,
    status: int,
    colleague: StaffMember | None = None,
) -> HttpResponse:
    context = {"form": form, "colleague": colleague, "username": request.user.email}
    return render_page(request, template, context, status=status)


def _link_page(request: StaffRequest, *, email: str, role: StaffMember.Role) -> HttpResponse:
    """Give the access and show its link in this answer: it is kept nowhere, so no later page could."""
    now = timezone.now()
    token = give_access(email=email, role=role, actor=request.user.actor, now=now)
    context = {
        "email": email,
        "link": Area.STAFF.origin + reverse("backoffice:access_link", args=[token]),
        "good_until": now + LINK_LIFETIME,
    }
    return render_page(request, "backoffice/people/link.html", context)


def _to_list(request: StaffRequest, text: str, **values: object) -> HttpResponse:
    messages.success(request, text % values)
    return HttpResponseRedirect(reverse("backoffice:people"), status=303)
