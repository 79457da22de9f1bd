"""The mails about one's own data: M17 of ux.md 1.10."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from kundenportal.identity.security_events import register_security_mail
from kundenportal.mailing.kinds import Context

DATA_EXPORT_READY = "data_export_ready"


def register_mails() -> None:
    """Make the kinds of mail known."""
    register_security_mail(DATA_EXPORT_READY, add_expiry)


def add_expiry(context: Context, now: dt.datetime) -> Context:  # noqa: ARG001
    """Return until when a data export can be downloaded, by the utility's clock."""
    expires_at = dt.datetime.fromisoformat(context["expires_at"])
    return {"expires_local": timezone.localtime(expires_at, settings.UTILITY_TIME_ZONE)}
