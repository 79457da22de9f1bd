"""Signing out of either site."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from kundenportal.identity.sessions import close_session
from kundenportal.ui.addresses import reverse_here


def sign_out_of_site(request: HttpRequest) -> HttpResponse:
    """Sign out and lead to the sign-in page; the browser forgets what it kept (security.md A19)."""
    close_session(request)
    messages.success(request, _("Sie sind abgemeldet."))
    response = HttpResponseRedirect(reverse_here(request, "sign_in"), status=303)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
