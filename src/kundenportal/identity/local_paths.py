"""Where a visitor may be led by ``?weiter=``."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def next_path(request: HttpRequest, *, otherwise: str) -> str:
    """Return the local path of ``?weiter=``; never another site's address.

    Args:
        request: the request.
        otherwise: the path when there is none, or it leads elsewhere.

    """
    return local_path(request.GET.get("weiter", ""), otherwise=otherwise)


def local_path(path: str, *, otherwise: str) -> str:
    """Return a path that a browser sent, unless it leads to another site."""
    is_local = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_local else otherwise
