"""The utility's style sheet and logo."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from kundenportal.core.brand import LOGO_TYPES
from kundenportal.core.utility import Utility
from kundenportal.ui.branding import brand_stylesheet, brand_version

FOR_EVER = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=300"


@require_safe
def brand_style(request: HttpRequest) -> HttpResponse:
    """Return the utility's colours as a style sheet."""
    utility: Utility = settings.UTILITY
    response = HttpResponse(brand_stylesheet(utility.brand), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = _cache_control(request)
    return response


@require_safe
def brand_logo(request: HttpRequest) -> HttpResponse:
    """Return the utility's logo, or 404 when it has none.

    Raises:
        Http404: when ``utility.toml`` names no logo.

    """
    utility: Utility = settings.UTILITY
    if not utility.brand.logo:
        raise Http404
    path = Path(utility.brand.logo)
    response = HttpResponse(path.read_bytes(), content_type=LOGO_TYPES[path.suffix.lower()])
    response["Cache-Control"] = _cache_control(request)
    return response


@require_safe
def brand_icon(request: HttpRequest) -> HttpResponse:
    """Return what tabs and bookmarks show: the utility's logo, else a sign on its plate's colour."""
    utility: Utility = settings.UTILITY
    if utility.brand.logo:
        return brand_logo(request)
    drawn = render_to_string("ui/icon.svg", {"plate": utility.brand.plate})
    response = HttpResponse(drawn, content_type=LOGO_TYPES[".svg"])
    response["Cache-Control"] = _cache_control(request)
    return response


def _cache_control(request: HttpRequest) -> str:
    """Return how long a browser may keep the answer: for ever when its address names this very version."""
    utility: Utility = settings.UTILITY
    return FOR_EVER if request.GET.get("v") == brand_version(utility.brand) else SHORTLY
