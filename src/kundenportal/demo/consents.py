"""What the demo's customers agreed to: one gets no paper any more, one reads the news."""

import datetime as dt
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from kundenportal.demo.mail_box import take_token
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.categories import Category
from kundenportal.mailing.delivery import send_due_mails
from kundenportal.privacy.services import agree_to_online_invoices, choose_mails, confirm_consent

CONSENTS = "einwilligungen.csv"

_WITHOUT_PAPER, _READS_NEWS = "0010224/1", "0010156/1"
_MORNING = dt.time(9, 24)


def tell_consents(today: dt.date, *, batches: Path, mails: Path) -> None:
    """Let two customers agree to something, and hand the billing system what holds.

    Args:
        today: the day the demo is built on.
        batches: where the file for the billing system is written.
        mails: the Maildir that mails are put into.

    """
    link = _link_of(_WITHOUT_PAPER)
    agreed_at = _morning(today - dt.timedelta(days=44))
    agree_to_online_invoices(user=link.user, link=link, now=agreed_at)
    send_due_mails(agreed_at)
    _order_news(_link_of(_READS_NEWS).user, mails, now=_morning(today - dt.timedelta(days=23)))
    call_command("export_consents", str(batches / CONSENTS), stdout=StringIO())


def _order_news(user: User, mails: Path, *, now: dt.datetime) -> None:
    choose_mails(user=user, wanted=set(Category), language=user.language, now=now)
    send_due_mails(now)
    confirm_consent(token=take_token(mails, user.email, "/einwilligung-bestaetigen/"), now=now)


def _link_of(customer_number: str) -> AccountLink:
    links = AccountLink.objects.select_related("user")
    return links.get(customer__customer_number=customer_number, ended_at=None)


def _morning(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, _MORNING, tzinfo=settings.UTILITY_TIME_ZONE)
