"""What the sign-in page shows in the demo, and nowhere else."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from kundenportal.demo.logins import READY_LOGINS
from kundenportal.demo.staff import staff_with_codes
from kundenportal.demo.without_login import CARD_OWNER, card_path


def ready_logins(request: HttpRequest) -> dict[str, object]:  # noqa: ARG001
    """Return the ready logins, and the card whose link can be tried, in the demo; nothing otherwise."""
    if not settings.DEMO:
        return {}
    return {"demo_logins": READY_LOGINS, "demo_card": {"owner": CARD_OWNER, "path": _card_path}}


def _card_path() -> str:
    """Return the path of the shown card; read when a page shows it."""
    return card_path(Path(settings.DATA_DIR))


def staff_logins(request: HttpRequest) -> dict[str, object]:
    """Return who works here as ``demo_staff``, with the codes their apps show now; nothing outside the demo.

    Only on the two pages that ask for them.
    """
    name = request.resolver_match.view_name if request.resolver_match else ""
    if not settings.DEMO or name not in {"backoffice:sign_in", "backoffice:confirm_sign_in"}:
        return {}
    return {"demo_staff": staff_with_codes(settings.DATA_DIR, now=timezone.now())}
