"""``/konto/datenschutz/``: a copy of one's data, and deleting the login (ux.md K7; product.md ruling 7)."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundenportal.identity.acts import SensitiveAct
from kundenportal.identity.password_check import TooManyWrongPasswords, WrongPassword
from kundenportal.identity.sessions import close_session
from kundenportal.linking import services
from kundenportal.linking.holds import is_held
from kundenportal.linking.selectors import links_of, viewings_of
from kundenportal.privacy.consents import consents_of
from kundenportal.privacy.exports import export_state
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account
from kundenportal.selfservice.forms.linking import DeleteLoginForm
from kundenportal.ui.fresh_authentication import fresh_authentication_required
from kundenportal.ui.own_password import refuse_password

VIEWINGS_SHOWN = 10
"""The latest viewings of staff; the copy of one's data has all of them."""


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(SensitiveAct.DELETE_LOGIN)
def account_privacy(request: CustomerRequest) -> HttpResponse:
    """Offer a copy of one's data. Say what deleting the login means; with password and tick it is done."""
    form = DeleteLoginForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    try:
        services.delete_login(
            user=request.user, current_password=form.cleaned_data["current_password"], now=timezone.now()
        )
    except (WrongPassword, TooManyWrongPasswords) as error:
        return refuse_password(request, request.user, form, error, page=_page)
    close_session(request)
    messages.success(request, _("Ihr Online-Zugang ist gelöscht. Ihr Vertrag bleibt bestehen."))
    response = HttpResponseRedirect(reverse("selfservice:sign_in"), status=303)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _page(request: CustomerRequest, form: DeleteLoginForm, *, status: int) -> HttpResponse:
    now = timezone.now()
    links = links_of(request.user)
    context = {
        "portal": get_account(request),
        "form": form,
        "links": links,
        "held": [link for link in links if is_held(link, now=now)],
        "export": export_state(request.user, links, now=now),
        "viewings": viewings_of(request.user, limit=VIEWINGS_SHOWN) if settings.SHOW_STAFF_VIEWS else [],
        "consents": consents_of(request.user, [link.customer for link in links]),
    }
    return render(request, "selfservice/account/privacy.html", context, status=status)
