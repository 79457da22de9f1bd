"""Putting mails into the outbox."""

import pytest
from django.db import transaction

from kundenportal.core.email_addresses import InvalidEmailAddress
from kundenportal.mailing import kinds
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue
from tests.make import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _known_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {"greeting": kinds.MailKind("greeting")})


def test_a_mail_waits_in_the_outbox_with_a_message_id_of_this_portal() -> None:
    mail = enqueue("greeting", to="M.Bauer@Beispiel.de", context={"name": "Michael"}, now=NOW, customer_id=7)

    stored = OutgoingMail.objects.get()
    assert stored == mail
    assert (stored.recipient, stored.status, stored.next_try_at) == ("m.bauer@beispiel.de", "waiting", NOW)
    assert (stored.context, stored.customer_id, stored.language) == ({"name": "Michael"}, 7, "de")
    assert stored.message_id.startswith("<")
    assert stored.message_id.endswith("@localhost>")


def test_a_mail_vanishes_with_the_transaction_it_belongs_to() -> None:
    with transaction.atomic():
        enqueue("greeting", to="m.bauer@beispiel.de", context={}, now=NOW)
        transaction.set_rollback(True)

    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "a@beispiel.de\nBcc: b@beispiel.de",
        "a@beispiel.de\r\n\r\nText",
        "a@beispiel.de, b@beispiel.de",
        "a b@beispiel.de",
        "",
    ],
)
def test_an_address_that_smuggles_headers_or_further_recipients_is_refused(address: str) -> None:
    with pytest.raises(InvalidEmailAddress):
        enqueue("greeting", to=address, context={}, now=NOW)

    assert not OutgoingMail.objects.exists()


def test_a_mail_that_is_about_no_customer_needs_its_recipient() -> None:
    with pytest.raises(ValueError, match="needs its recipient"):
        enqueue("greeting", to=None, context={}, now=NOW)

    assert not OutgoingMail.objects.exists()


def test_an_unregistered_kind_is_refused() -> None:
    with pytest.raises(kinds.UnknownMailKind):
        enqueue("unheard_of", to="m.bauer@beispiel.de", context={}, now=NOW)


def test_two_topics_cannot_register_the_same_kind() -> None:
    kinds.register("greeting")
    with pytest.raises(ValueError, match="greeting"):
        kinds.register("greeting", lambda context, now: {})
