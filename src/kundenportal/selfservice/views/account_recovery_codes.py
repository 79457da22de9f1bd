"""``/konto/sicherheit/wiederherstellung/``: codes for the day the other factor is lost (ux.md K4)."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundenportal.identity.acts import SensitiveAct
from kundenportal.identity.device_names import device_name
from kundenportal.identity.factors.overview import factors_of
from kundenportal.identity.factors.recovery_codes import NoFactorYet, code_in_groups, renew_recovery_codes
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account
from kundenportal.selfservice.new_recovery_codes import drop_codes, keep_codes, kept_codes
from kundenportal.ui.file_responses import content_response
from kundenportal.ui.fresh_authentication import fresh_authentication_required


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(SensitiveAct.CHANGE_FACTORS)
def account_recovery_codes(request: CustomerRequest) -> HttpResponse:
    """Show codes that were just made, or offer to make new ones; a POST makes them."""
    now = timezone.now()
    if request.method == "POST":
        try:
            codes = renew_recovery_codes(request.user, device=device_name(request), now=now)
        except NoFactorYet:
            text = _("Wiederherstellungscodes gibt es zusammen mit einem Passkey oder einer App.")
            messages.info(request, text)
            return HttpResponseRedirect(reverse("selfservice:account_security"), status=303)
        keep_codes(request, codes, now=now)
        return HttpResponseRedirect(reverse("selfservice:account_recovery_codes"), status=303)
    context = {
        "portal": get_account(request),
        "codes": [code_in_groups(code) for code in kept_codes(request, now=now)],
        "factors": factors_of(request.user),
    }
    return render(request, "selfservice/security/recovery_codes.html", context)


@require_safe
@customer_required
@fresh_authentication_required(SensitiveAct.CHANGE_FACTORS)
def account_recovery_codes_file(request: CustomerRequest) -> HttpResponse:
    """Give the codes that were just made as a text file.

    Raises:
        Http404: when none were made within a quarter of an hour, or they are put away.

    """
    now = timezone.now()
    codes = [code_in_groups(code) for code in kept_codes(request, now=now)]
    if not codes:
        raise Http404
    context = {"codes": codes, "utility": settings.UTILITY}
    text = render_to_string("selfservice/security/recovery_codes.txt", context, using="text")
    return content_response(
        text.encode(), media_type="text/plain; charset=utf-8", name="wiederherstellungscodes.txt"
    )


@require_POST
@customer_required
def account_recovery_codes_done(request: CustomerRequest) -> HttpResponse:
    """Forget the codes in the clear: their owner has put them away."""
    drop_codes(request)
    return HttpResponseRedirect(reverse("selfservice:account_security"), status=303)
