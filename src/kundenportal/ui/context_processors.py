"""What every page of the portal is drawn with."""

from django.conf import settings
from django.http import HttpRequest

from kundenportal.core.utility import Utility
from kundenportal.ui.appearance import COOKIE_NAME, Appearance
from kundenportal.ui.branding import brand_version


def frame(request: HttpRequest) -> dict[str, object]:
    """Return the utility, the version of its brand, and how the visitor wants pages to look."""
    utility: Utility = settings.UTILITY
    return {
        "utility": utility,
        "brand_version": brand_version(utility.brand),
        "appearance": Appearance.from_cookie(request.COOKIES.get(COOKIE_NAME, "")),
    }
