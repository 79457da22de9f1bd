"""``einwilligungen.csv``: everything customers agree to now, for the billing system and the newsletter.

Unlike submissions this is a state, not a list of changes: whoever is not in it has not agreed, or agrees no
more. Reading it again before each printing of bills is all that is needed; nothing can be missed.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from kundenportal.audit.services import record
from kundenportal.erp.outbound.directory import publish_file
from kundenportal.erp.outbound.formats import FORMATS
from kundenportal.erp.outbound.tables import Row, moment_text
from kundenportal.mailing.categories import Category
from kundenportal.privacy.consents import given
from kundenportal.privacy.models import Consent
from kundenportal.privacy.unsubscribe_links import unsubscribe_token

COLUMNS = ("einwilligung", "kundennummer", "e_mail", "erteilt", "fassung", "abmelden")

WORDS = {Consent.Kind.ONLINE_INVOICES: "rechnung_online", Consent.Kind.NEWS: "neuigkeiten"}
"""What is agreed to, as the file calls it."""

CONSENTS_WRITTEN = "consents.written"
"""The audit entry of each file, by which ``check_installation`` sees that the file is used."""

_ROWS_AT_A_TIME = 1000


def export_consents(path: Path, *, now: dt.datetime) -> int:
    """Write everything customers agree to now; return how many rows there are.

    The file is complete or not there.

    Args:
        path: the file; one that is there is replaced.
        now: when, aware.

    Raises:
        OSError: when the file cannot be written; nothing is left behind.

    """
    csv = FORMATS["csv"]
    count = 0
    with publish_file(path) as file:
        file.write(csv.header(COLUMNS))
        for row in _rows():
            file.write(csv.encode(COLUMNS, [row]))
            count += 1
    with transaction.atomic(durable=True):
        record(CONSENTS_WRITTEN, actor="erp", now=now, subject=path.name[:80], details={"rows": count})
    return count


def _rows() -> Iterator[Row]:
    # A customer's consent holds when the login that gave it is gone: another one holds the customer.
    consents = given().exclude(kind=Consent.Kind.NEWS, user__is_active=False)
    for consent in consents.select_related("user", "customer").order_by("pk").iterator(_ROWS_AT_A_TIME):
        number = consent.customer.customer_number if consent.customer else ""
        is_news = consent.kind == Consent.Kind.NEWS
        email, unsubscribe = (consent.user.email, _unsubscribe_url(consent)) if is_news else ("", "")
        assert consent.given_at is not None, "the rows are filtered by it"
        given_at = moment_text(consent.given_at)
        yield WORDS[Consent.Kind(consent.kind)], number, email, given_at, consent.wording_version, unsubscribe


def _unsubscribe_url(consent: Consent) -> str:
    token = unsubscribe_token(consent.user, Category.NEWS)
    return settings.BASE_URL + reverse("selfservice:unsubscribe", args=[token])
