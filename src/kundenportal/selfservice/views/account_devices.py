"""``/konto/geraete/``: where the login is signed in, and signing out there (ux.md K5)."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kundenportal.cellar.selectors import prepared_devices
from kundenportal.identity.end_devices import NoSuchDevice, end_device, end_other_devices
from kundenportal.identity.selectors import signed_in_devices
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account


@require_safe
@customer_required
def account_devices(request: CustomerRequest) -> HttpResponse:
    """List the devices that are signed in, this one first."""
    key = request.session.session_key
    now = timezone.now()
    devices = signed_in_devices(request.user, now=now)
    context = {
        "portal": get_account(request),
        "current": next((each for each in devices if each.session_id == key), None),
        "prepared": list(prepared_devices(request.user, now=now)),
        "others": [each for each in devices if each.session_id != key],
    }
    return render(request, "selfservice/account/devices.html", context)


@require_POST
@customer_required
def account_devices_end(request: CustomerRequest, device_id: str) -> HttpResponse:
    """Sign one other device out.

    Raises:
        Http404: when the login has no such device, or it is the one in use.

    """
    key = request.session.session_key
    try:
        device = end_device(request.user, device_id, session_key=key, now=timezone.now())
    except NoSuchDevice as error:
        raise Http404 from error
    name = device.label or _("Unbekanntes Gerät")
    messages.success(request, _("Abgemeldet: %(device)s.") % {"device": name})
    return HttpResponseRedirect(reverse("selfservice:account_devices"), status=303)


@require_POST
@customer_required
def account_devices_end_others(request: CustomerRequest) -> HttpResponse:
    """Sign all other devices out."""
    count = end_other_devices(request.user, session_key=request.session.session_key, now=timezone.now())
    text = ngettext("Ein anderes Gerät ist abgemeldet.", "%(count)s andere Geräte sind abgemeldet.", count)
    messages.success(request, text % {"count": count})
    return HttpResponseRedirect(reverse("selfservice:account_devices"), status=303)
