"""What the mails about readings without a login say: nothing a stranger wrote, nothing of the master data."""

import pytest

from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.services import place_public_readings
from kundenportal.submissions.models import Submission
from tests.mail_parts import longest_line, mail_of
from tests.make import NOW, Household, make_household
from tests.public_readings import make_report, send_report, value

pytestmark = pytest.mark.django_db


@pytest.fixture
def household() -> Household:
    return make_household()


def test_the_confirmation_carries_nothing_that_somebody_wrote(household: Household) -> None:
    advert = "Jetzt gewinnen auf werbung punkt example"
    send_report(make_report(name=advert, street=advert, remark=advert))
    subject, text, html = mail_of("public_reading_received")
    assert subject == f"Ihr Zählerstand ist angekommen ({Submission.objects.get().reference})"
    for part in (subject, text, html):
        assert "gewinnen" not in part
        assert "EMH" not in part
    for part in (text, html):
        assert "2873" in part
        assert "24.318" in part
        assert "22.11.2026" in part
        assert "Waren Sie das nicht? Dann müssen Sie nichts tun." in part


@pytest.mark.parametrize("number", ["1 EMH00 0451 2873", "9 XYZ00 0451 2873"])
def test_the_confirmation_is_the_same_whether_or_not_there_is_such_a_meter(
    household: Household, number: str
) -> None:
    send_report(make_report(meter_number=number))
    before = mail_of("public_reading_received")
    place_public_readings(NOW)
    assert mail_of("public_reading_received") == before
    for part in before:
        for word in ("Bauer", "Strom", "kWh", "21.987", "Lindenstraße"):
            assert word not in part


def test_the_confirmation_tells_two_values_apart(household: Household) -> None:
    send_report(make_report(value(100, "1.8.1"), value(7.5, "1.8.2")))
    _, text, html = mail_of("public_reading_received")
    assert "Stand 1.8.1: 100" in text
    assert "Stand 1.8.2: 7,5" in text
    assert "Stand 1.8.2" in html


def test_whoever_holds_the_customer_reads_what_was_reported_and_how_to_stop_it(household: Household) -> None:
    send_report()
    place_public_readings(NOW)
    reference = Submission.objects.get().reference
    OutgoingMail.objects.filter(recipient="").update(recipient="m.bauer@beispiel.de")
    subject, text, html = mail_of("reading_reported")
    assert subject == f"Zählerstand für Ihren Zähler gemeldet ({reference})"
    for part in (text, html):
        assert "Guten Tag Michael Bauer," in part
        assert "24.318 kWh" in part
        assert f"/vs/{household.premise.public_id}/vorgaenge/{reference}/" in part
        assert "Erika" not in part
    assert longest_line(text) <= 72
