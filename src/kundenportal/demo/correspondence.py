"""What the demo's customers have written to their utility, and what it answered."""

import datetime as dt

from django.conf import settings

from kundenportal.contact.models import ContactThread
from kundenportal.contact.services import WrittenMessage, answer_thread, send_contact_message
from kundenportal.customers.models import Premise
from kundenportal.demo.pictures import meter_picture
from kundenportal.demo.staff import STAFF_LOGINS
from kundenportal.files.accepted import JPEG
from kundenportal.identity.models import User
from kundenportal.linking.selectors import holder_of
from kundenportal.mailing.delivery import send_due_mails
from kundenportal.submissions.models import Submission
from kundenportal.submissions.uploads import take_in_upload

_METER = "7ELS0011820096"


def tell_correspondence(today: dt.date) -> None:
    """Let one customer ask and be answered, and another one's question wait.

    Args:
        today: the day the demo is built on.

    """
    asked = _write(
        "VS14026",
        "Frage zum Zähler",
        "Guten Tag,\n\nim Keller läuft am Gaszähler ständig die letzte rote Rolle, auch wenn die Heizung aus "
        "ist. Ist das in Ordnung? Ein Foto hängt an.\n\nMit freundlichen Grüßen\nMichael Bauer",
        now=_at(today, 6, hour=19),
        picture=meter_picture(number=_METER, digits="09284", red_digits="317", unit="m³"),
    )
    answered_at = _at(today, 5, hour=10)
    answer_thread(
        staff=User.objects.get(email=STAFF_LOGINS[0].email),
        thread=ContactThread.objects.get(opened_by=asked),
        body="Guten Tag Herr Bauer,\n\nvielen Dank für das Foto. Solange Warmwasser bereitet wird, läuft die "
        "Rolle auch bei abgeschalteter Heizung. Steht sie still, wenn Sie den Hahn vor der Therme schließen? "
        "Dann ist alles in Ordnung.\n\nRiecht es nach Gas, rufen Sie bitte sofort die Störungsnummer an.\n\n"
        "Freundliche Grüße\nIhre Stadtwerke Musterbach",
        now=answered_at,
    )
    send_due_mails(answered_at)
    _write(
        "VS10225",
        "Umzug, Einzug oder Auszug",
        "Guten Tag,\n\nich gebe die Werkstatt zum Monatsende auf. Was brauchen Sie von mir, und wer liest "
        "den Zähler ab?\n\nPetra Weber",
        now=_at(today, 1, hour=20),
    )


def _write(premise_id: str, subject: str, body: str, *, now: dt.datetime, picture: bytes = b"") -> Submission:
    """Send a message for a premise, with a picture or without, and deliver the mail about it."""
    premise = Premise.objects.select_related("customer").get(erp_id=premise_id)
    actor = holder_of(premise.customer)
    assert actor is not None, f"{premise.customer} is among the ready logins"
    uploads = []
    if picture:
        upload = take_in_upload(
            user=actor, premise=premise, name="Gaszähler.jpg", content=picture, kinds=[JPEG], now=now
        )
        uploads.append(upload.public_id)
    submission = send_contact_message(
        actor=actor,
        premise=premise,
        subject=subject,
        written=WrittenMessage(body, premise.customer.phone, uploads),
        key=f"demo-message-{premise_id}",
        now=now,
    )
    send_due_mails(now)
    return submission


def _at(today: dt.date, days_ago: int, *, hour: int) -> dt.datetime:
    day = today - dt.timedelta(days=days_ago)
    return dt.datetime.combine(day, dt.time(hour, 24), tzinfo=settings.UTILITY_TIME_ZONE)
