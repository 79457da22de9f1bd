"""Mails as a reader shows them: accessible in light and dark, on any width, without pictures."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from kundenportal.mailing.messages import build_message
from kundenportal.mailing.services import enqueue
from tests.journeys.conftest import Check
from tests.mail_parts import part_of
from tests.make import NOW, make_household, make_reading_submission

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

LARGEST = 30_000
"""Bytes of a mail's HTML part (ux.md 3, row 25)."""


def html_of(kind: str, context: dict[str, object], customer_id: int | None = None) -> str:
    mail = enqueue(kind, to="m.bauer@beispiel.de", context=context, now=NOW, customer_id=customer_id)
    return part_of(build_message(mail, now=NOW), "html")


def reading_received() -> str:
    household = make_household()
    submission = make_reading_submission(household.strom, household.gas, household.wasser)
    return html_of("reading_received", {"submission": submission.pk}, household.customer.pk)


def registration_notice() -> str:
    return html_of("registration_notice", {"customer_number": "0014026/1"})


@pytest.mark.parametrize("make_mail", [reading_received, registration_notice])
def test_a_mail_is_accessible_everywhere(
    page: Page, make_mail: Callable[[], str], check_everywhere: Check
) -> None:
    html = make_mail()
    page.set_content(html)

    check_everywhere(page)
    assert len(html.encode()) <= LARGEST
    assert not re.search(r"<img|src=|url\(", html)
    assert '<html lang="de"' in html
