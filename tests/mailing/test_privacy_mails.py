"""What the mails about one's own data say."""

import pytest

from kundenportal.mailing.messages import build_message
from kundenportal.mailing.models import OutgoingMail
from kundenportal.privacy.services import make_data_exports, request_data_export
from tests.mail_parts import longest_line, parts_of
from tests.make import NOW, make_household
from tests.security_mails import link_in

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_the_mail_leads_to_the_data_and_lets_a_stranger_s_request_be_disavowed() -> None:
    user = make_household().user
    export = request_data_export(user=user, device="Firefox, Windows", now=NOW)
    make_data_exports(NOW)
    mail = OutgoingMail.objects.get()

    message = build_message(mail, now=NOW)

    assert message["Subject"] == "Ihre Daten liegen bereit"
    plain, html = parts_of(message)
    for text in (" ".join(plain.split()), " ".join(html.split())):
        for expected in (
            "bis zum 29. November 2026, 12:00 Uhr herunterladen",
            f"http://localhost:8000/konto/datenschutz/datenauskunft/{export.public_id}/",
            "Firefox, Windows",
            "/das-war-ich-nicht/",
        ):
            assert expected in text
        assert "14026" not in text
    assert longest_line(plain) <= 72
    assert link_in(mail, "/das-war-ich-nicht/")
