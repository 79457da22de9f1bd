"""What the tests of the pages about bank accounts share."""

import datetime as dt
import re
from typing import Any

from django.test import Client

from kundenportal.customers.models import Premise
from tests.banking import NEW_IBAN
from tests.make import PASSWORD, Household
from tests.selfservice.reading_pages import text_of

TYPED = {
    "kontoinhaber": "Michael Bauer",
    "iban": "DE89 3704 0044 0532 0130 00",
    "einwilligung": "on",
    "aenderungsdatum": "04.12.2026",
    "current_password": PASSWORD,
}
"""A new account of the customer himself; his access in these tests is of today, so it waits seven days."""

EARLIEST = dt.date(2026, 12, 4)


def url_of(household: Household, *more: str) -> str:
    return f"/vs/{household.premise.public_id}/bankverbindung/" + "".join(f"{each}/" for each in more)


def send(client: Client, household: Household, **values: str) -> Any:
    """Send the entry page; ``_`` in front of a premise's id stands for ``-``."""
    return client.post(url_of(household), TYPED | values)


def own(premise: Premise, **values: str) -> dict[str, str]:
    """Return the fields of a premise's own account."""
    defaults = {"eigene": "on", "kontoinhaber": "Michael Bauer", "iban": NEW_IBAN, "einwilligung": "on"}
    return {f"{name}-{premise.public_id}": value for name, value in (defaults | values).items()}


def check_url(client: Client, household: Household, **values: str) -> str:
    """Return the address of the check page that the entry leads to."""
    answer = send(client, household, **values)
    assert answer.status_code == 303, text_of(answer)
    return str(answer["Location"])


def confirm(client: Client, url: str) -> Any:
    """Open the check page and send what it shows."""
    page = client.get(url)
    assert page.status_code == 200, page.status_code
    return client.post(url, {"gesehen": shown_in(page)})


def shown_in(page: Any) -> str:
    """Return the note of what a check page showed."""
    match = re.search(r'name="gesehen" value="([^"]+)"', page.content.decode())
    assert match is not None
    return match[1]
