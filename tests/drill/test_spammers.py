"""Somebody who wants the utility's mail server to carry his words (security.md A12)."""

import re

from kundenportal.mailing.models import OutgoingMail
from tests.drill.people import Person
from tests.make import Household

SPAM = "Gewonnen! Hier klicken: boese.example"


def write(spammer: Person, path: str, **fields: str) -> int:
    typed = {"betreff": SPAM, "anfrage": SPAM, "telefon": "0171 1234567"} | fields
    return spammer.send(path, **typed)


def test_spammer_uses_the_contact_form_as_a_relay(
    neighbour: Person, bauer: Person, household: Household
) -> None:
    page = neighbour.client.get("/", follow=True)
    own = re.search(r"/vs/\w+/", str(page.redirect_chain[-1][0]))
    assert own is not None
    path = f"{own[0]}kontakt/"
    victim = "opfer@beispiel.example"
    attempts = [
        {"betreff": f"{SPAM}\r\nBcc: {victim}"},
        {"email": victim, "an": victim, "to": victim, "kontakt_email": victim},
        {"telefon": f"0171 1234567\nCc: {victim}"},
        {"anfrage": f"{SPAM}\r\n.\r\nMAIL FROM:<x@y>\r\nRCPT TO:<{victim}>"},
        {"betreff": "Umzug"},
        {},
        {},
        {},
    ]
    statuses = [write(neighbour, path, **fields) for fields in attempts]
    assert statuses.count(303) == 5
    # Only his own mailbox hears of it, and none of his words are in what it gets.
    assert set(OutgoingMail.objects.filter(kind="contact_received").values_list("recipient", flat=True)) == {
        "nachbar@beispiel.de"
    }
    assert neighbour.kinds().count("contact_received") == 5
    confirmations = [letter for letter in neighbour.post.letters if letter.kind == "contact_received"]
    assert not any("boese" in letter.text or victim in letter.text for letter in confirmations)
    assert bauer.kinds() == []
    # Nobody else's premise takes his message.
    assert write(neighbour, f"/vs/{household.premise.public_id}/kontakt/") == 404
