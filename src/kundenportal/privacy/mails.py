"""The mails about one's own data and consents: M17 of ux.md 1.10, and K6."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from kundenportal.identity.models import OneTimeSecret
from kundenportal.identity.one_time_secrets import issue_token
from kundenportal.identity.security_events import register_security_mail
from kundenportal.mailing.kinds import Context, register
from kundenportal.privacy.consents import CONFIRM_WITHIN, secret_subject
from kundenportal.privacy.models import Consent

DATA_EXPORT_READY = "data_export_ready"
NEWS_CONFIRM = "news_confirm"
ONLINE_INVOICES_BEGIN, ONLINE_INVOICES_END = "online_invoices_begin", "online_invoices_end"


def register_mails() -> None:
    """Make the kinds of mail known."""
    register_security_mail(DATA_EXPORT_READY, add_expiry)
    register(NEWS_CONFIRM, add_consent_link)
    for kind in (ONLINE_INVOICES_BEGIN, ONLINE_INVOICES_END):
        register(kind, is_about_customer=True)


def add_expiry(context: Context, now: dt.datetime) -> Context:  # noqa: ARG001
    """Return until when a data export can be downloaded, by the utility's clock."""
    expires_at = dt.datetime.fromisoformat(context["expires_at"])
    return {"expires_local": timezone.localtime(expires_at, settings.UTILITY_TIME_ZONE)}


def add_consent_link(context: Context, now: dt.datetime) -> Context:
    """Make the link by which a mailbox confirms a consent, good for seven days from now."""
    consent = Consent.objects.select_related("user").get(pk=context["consent_id"])
    _, token = issue_token(
        OneTimeSecret.Purpose.CONSENT,
        subject=secret_subject(consent),
        lifetime=CONFIRM_WITHIN,
        user=consent.user,
        now=now,
    )
    return {"token": token, "wording": consent.wording}
