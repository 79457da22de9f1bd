"""Taking a consent back (ux.md K7), and confirming one by the link in the mailbox (ux.md K6)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundenportal.linking.selectors import customers_of
from kundenportal.privacy import services
from kundenportal.privacy.consents import consent_to_confirm, consents_of
from kundenportal.selfservice.access import CustomerRequest, customer_required


@require_POST
@customer_required
def revoke_consent(request: CustomerRequest, consent_id: str) -> HttpResponse:
    """Take a consent back, with one click, and lead back to the page with the button.

    Raises:
        Http404: when there is no such consent of the login or its customers.

    """
    known = consents_of(request.user, customers_of(request.user))
    consent = next((each for each in known if each.public_id == consent_id), None)
    if consent is None:
        raise Http404
    services.revoke_consent(user=request.user, consent=consent, now=timezone.now())
    messages.success(request, _("Widerrufen: %(consent)s.") % {"consent": consent.get_kind_display()})
    page = "account_notifications" if "benachrichtigungen" in request.POST else "account_privacy"
    return HttpResponseRedirect(reverse(f"selfservice:{page}"), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def confirm_consent(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and let the consent hold with a POST; nobody needs to be signed in. A GET changes nothing."""
    now = timezone.now()
    consent = consent_to_confirm(token, now=now)
    if consent is None:
        return _expired(request)
    if request.method != "POST":
        return render(request, "selfservice/consents/confirm.html", {"consent": consent})
    try:
        services.confirm_consent(token=token, now=now)
    except services.ConsentLinkExpired:
        return _expired(request)
    return HttpResponseRedirect(reverse("selfservice:consent_confirmed"), status=303)


@require_safe
def consent_confirmed(request: HttpRequest) -> HttpResponse:
    """Say that it worked, and how to end it."""
    return render(request, "selfservice/consents/confirmed.html")


def _expired(request: HttpRequest) -> HttpResponse:
    return render(request, "selfservice/consents/expired.html", status=410)
