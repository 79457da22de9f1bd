"""What the tests of the pages for meter readings share."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.customers.models import Premise
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading, Register, SubmittedReading
from kundenportal.submissions.models import Submission
from tests.make import Household


class Pages:
    """The pages of a household's meter readings, as one login opens them."""

    def __init__(self, client: Client, household: Household) -> None:
        self.client, self.household = client, household
        self.enter_url = f"/vs/{household.premise.public_id}/zaehlerstaende/"

    def enter(self, query: str = "") -> Any:
        """Open the entry page."""
        return self.client.get(self.enter_url + query)

    def type(self, values: dict[Register, str] | None = None, **fields: str) -> Any:
        """Send the entry page with values for registers; further fields by name, ``_`` for ``-``."""
        data = {f"stand-{register.pk}": value for register, value in (values or {}).items()}
        return self.client.post(self.enter_url, data | named(fields))

    def draft(self, values: dict[Register, str], **fields: str) -> str:
        """Return the address of the check page that the entry leads to."""
        answer = self.type(values, **fields)
        assert answer.status_code == 303, text_of(answer)
        return str(answer["Location"])

    def send(self, values: dict[Register, str], *confirmed: Register, **fields: str) -> Any:
        """Go through both steps and return the answer to "Daten senden"."""
        return self.confirm(self.draft(values, **fields), *confirmed)

    def confirm(self, check_url: str, *confirmed: Register, **fields: str) -> Any:
        """Send the check page with the ticks of these registers."""
        return self.client.post(
            check_url, {f"bestaetigt-{each.pk}": "on" for each in confirmed} | named(fields)
        )


def named(fields: dict[str, str]) -> dict[str, str]:
    """Return fields by the names of the page: ``datum_7`` is ``datum-7``."""
    return {name.replace("_", "-"): value for name, value in fields.items()}


def text_of(answer: Any) -> str:
    """Return what a page says, without tags and with single blanks."""
    plain = re.sub(r"<(script|style|svg|head).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(plain).split())


def errors_of(answer: Any) -> dict[str, list[str]]:
    """Return the errors of a page by field, and see that the page is one with errors."""
    assert answer.status_code == 422
    assert "<title>Fehler: " in answer.content.decode()
    errors: dict[str, list[str]] = answer.context["form"].errors
    return {name: list(messages) for name, messages in errors.items()}


@contextmanager
def nothing_is_stored() -> Iterator[None]:
    """See that nothing was sent, recorded or mailed meanwhile."""
    before = _stored()
    yield
    assert _stored() == before


def _stored() -> list[Any]:
    models = (Submission, SubmittedReading, MeterReading, AuditEntry, OutgoingMail)
    return [list(model.objects.order_by("pk").values()) for model in models]


def drafts_of(client: Client) -> dict[str, Any]:
    """Return the drafts in the session."""
    drafts: dict[str, Any] = client.session.get("drafts", {})
    return drafts


def path_of(premise: Premise) -> str:
    """Return the address of a premise's entry page."""
    return f"/vs/{premise.public_id}/zaehlerstaende/"
