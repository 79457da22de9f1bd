"""What the sign-in page shows in the demo, and nowhere else."""

from django.conf import settings
from django.http import HttpRequest

from kundenportal.demo.logins import READY_LOGINS


def ready_logins(request: HttpRequest) -> dict[str, object]:  # noqa: ARG001
    """Return the ready logins as ``demo_logins`` in the demo; nothing otherwise."""
    return {"demo_logins": READY_LOGINS} if settings.DEMO else {}
