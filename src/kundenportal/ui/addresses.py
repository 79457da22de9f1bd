"""Addresses that the customer site and the back office both have, under the same name."""

from django.http import HttpRequest
from django.urls import reverse

from kundenportal.identity.areas import area_of


def reverse_here(request: HttpRequest, name: str, *args: object) -> str:
    """Return the address of this name on the site that the request is for.

    Args:
        request: the browser's request.
        name: a name that both sites have, such as ``sign_in`` and ``confirm_identity``.
        args: what stands in the address.

    """
    return reverse(f"{area_of(request).value}:{name}", args=args)
