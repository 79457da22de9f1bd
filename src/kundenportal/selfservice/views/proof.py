"""``/konto/bestaetigen/`` and ``/konto/fortsetzen/<id>/``: proving again who is there, and going on."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.identity.fresh import ProvedBy, note_proof
from kundenportal.identity.kept_forms import kept_form_of
from kundenportal.identity.local_paths import next_path
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account
from kundenportal.ui.forms.own_password import OwnPasswordForm
from kundenportal.ui.own_password import unless_password_fits


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def confirm_identity(request: CustomerRequest) -> HttpResponse:
    """Ask for the password, then lead back to what was begun."""
    form = OwnPasswordForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    if refused := unless_password_fits(request, request.user, form, page=_page):
        return refused
    note_proof(request, by=ProvedBy.PASSWORD, now=timezone.now())
    return HttpResponseRedirect(next_path(request, otherwise=reverse("selfservice:account")), status=303)


@require_safe
@customer_required
def continue_form(request: CustomerRequest, form_id: str) -> HttpResponse:
    """Show that what was typed is still there, with a button that sends it to where it was going.

    Raises:
        Http404: when the form is another login's, or was kept for an hour.

    """
    typed = kept_form_of(request.user, form_id, now=timezone.now())
    if typed is None:
        raise Http404
    context = {"portal": get_account(request), "typed": typed}
    return render(request, "selfservice/account/continue_form.html", context)


def _page(request: CustomerRequest, form: OwnPasswordForm, *, status: int) -> HttpResponse:
    context = {"portal": get_account(request), "form": form, "has_passkeys": request.user.passkeys.exists()}
    return render(request, "selfservice/account/confirm_identity.html", context, status=status)
