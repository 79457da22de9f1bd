"""What every page of the portal is drawn with."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from kundenportal.core.utility import Utility
from kundenportal.ui.appearance import appearance_of
from kundenportal.ui.branding import brand_version
from kundenportal.ui.viewing import viewing_of


def frame(request: HttpRequest) -> dict[str, object]:
    """Return the utility, its brand's version, the visitor's wishes for the look, the page and who looks."""
    utility: Utility = settings.UTILITY
    return {
        "utility": utility,
        "brand_version": brand_version(utility.brand),
        "appearance": appearance_of(request),
        "page_path": _path_without_secrets(request),
        "other_languages": _other_languages(request),
        "viewing": viewing_of(request),
    }


@dataclass(frozen=True)
class OtherLanguage:
    """A language the page can be read in: its code, its own name, and where to come back to."""

    code: str
    name: str
    path: str


def _other_languages(request: HttpRequest) -> list[OtherLanguage]:
    path, current = request.get_full_path(), get_language()
    return [OtherLanguage(code, name, path) for code, name in settings.LANGUAGES if code != current]


def _path_without_secrets(request: HttpRequest) -> str:
    """Return the page's path for reporting a barrier; nothing where it carries a token."""
    match = request.resolver_match
    return "" if match is None or "token" in match.kwargs else request.path
