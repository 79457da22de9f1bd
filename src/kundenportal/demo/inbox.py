"""What waits in the demo's back office beside what others sent, and a question that was answered."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from django.conf import settings

from kundenportal.addresses.selectors import address_of
from kundenportal.addresses.services import submit_address_change
from kundenportal.advance_payments.rules import offered_dates
from kundenportal.advance_payments.services import submit_advance_payment_change
from kundenportal.casework.services import add_note, assign_submissions
from kundenportal.contact.services import WrittenMessage, send_contact_message
from kundenportal.customers.models import Premise
from kundenportal.demo.staff import clerk
from kundenportal.demo.story import Sent, send_readings
from kundenportal.identity.models import User
from kundenportal.linking.models import Viewing
from kundenportal.linking.selectors import holder_of
from kundenportal.linking.services import end_viewing, start_viewing, view_page
from kundenportal.mailing.delivery import send_due_mails
from kundenportal.metering.models import SubmittedReading
from kundenportal.metering.services import Report, TypedValue, place_public_readings, report_reading
from kundenportal.submissions.marks import mark_of
from kundenportal.submissions.questions import answer_question, ask_back


@dataclass(frozen=True)
class _Sender:
    """A customer at one of his premises."""

    user: User
    premise: Premise


def fill_inbox(today: dt.date) -> None:
    """Let customers send what people at the utility shall look at, the oldest first.

    Args:
        today: the day the demo is built on.

    """
    for days_ago, happen in (
        (6, _move),
        (4, _ask_about_a_reading),
        (3, _garden),
        (2, _write),
        (2, _report),
        (1, _show_the_portal),
        (1, _pay_less),
    ):
        happen(today - dt.timedelta(days=days_ago))


def _move(day: dt.date) -> None:
    """Petra Weber gets her bills somewhere else."""
    sender, now = _sender("VS10224"), _at(day, 9)
    address = replace(address_of(sender.premise.customer), street="Kirchgasse", house_number="4")
    submission = submit_address_change(
        actor=sender.user, premise=sender.premise, address=address, device="", key="demo-address", now=now
    )
    note = "Neue Anschrift telefonisch bestätigt, Schlüssel übergeben am Monatsende."
    add_note(submission, member=clerk(), text=note, now=now + dt.timedelta(hours=3))
    send_due_mails(now)


def _ask_about_a_reading(day: dt.date) -> None:
    """Lindner's water looks as if two meters had been mixed up; Frau Huber asks, and gets an answer."""
    sent = Sent("VS12731", ("8SEN0170032001",), day, day, value=Decimal(6_871))
    submission = send_readings(sent, day)
    asked_at = submission.received_at + dt.timedelta(hours=15)
    question = "Der Stand passt eher zum Zähler in der Bahnhofstraße 8. Haben Sie die Zähler vertauscht?"
    ask_back(submission, member=clerk(), text=question, seen=mark_of(submission), now=asked_at)
    send_due_mails(asked_at)
    answered_at = asked_at + dt.timedelta(hours=5)
    answer = "Nein, wir haben noch einmal nachgesehen. Im Hof wurde gebaut und viel Wasser gebraucht."
    user = submission.submitted_by
    assert user is not None, "Lindner sent it"
    answer_question(submission, actor=user, text=answer, now=answered_at)
    assign_submissions([submission], to=clerk(), member=clerk(), now=answered_at)


def _garden(day: dt.date) -> None:
    """Rudi Wieser has watered his garden."""
    reason = SubmittedReading.Reason.GARDEN
    send_readings(Sent("VS10156", ("8SEN0166342004",), day, day, value=Decimal(931), reason=reason), day)


def _write(day: dt.date) -> None:
    """Michael Bauer asks something."""
    sender, now = _sender("VS14026"), _at(day, 20)
    body = (
        "Guten Tag,\n\nwir bekommen im Frühjahr eine Wärmepumpe. Brauchen wir dafür einen eigenen Zähler, "
        "und was müssen wir vorher bei Ihnen anmelden?\n\nViele Grüße\nMichael Bauer"
    )
    send_contact_message(
        actor=sender.user,
        premise=sender.premise,
        subject="Wärmepumpe anmelden",
        written=WrittenMessage(body, "09872 0000-401"),
        key="demo-message",
        now=now,
    )
    send_due_mails(now)


def _report(day: dt.date) -> None:
    """Jana Neumann has no login yet, and mixes up two digits of her meter: Frau Huber can place it."""
    now = _at(day, 21)
    report = Report(
        meter_number="1LOG0065104848",
        postal_code="91560",
        street="Am Weinberg 22",
        name="Jana Neumann",
        email="",
        reading_date=day,
        values=(TypedValue(Decimal(162), 3),),
        remark="Wir sind erst vor Kurzem eingezogen.",
    )
    report_reading(report=report, key="demo-report", address="192.0.2.77", language="de", now=now)
    place_public_readings(now)


def _show_the_portal(day: dt.date) -> None:
    """Michael Bauer calls, and Frau Huber looks at his pages with him; he reads of it."""
    premise, now = _sender("VS14026").premise, _at(day, 10)
    viewing = start_viewing(
        customer=premise.customer,
        member=clerk(),
        reason=Viewing.Reason.CALL,
        remark="Frage zum Abschlag ab März",
        now=now,
    )
    for minutes, page in ((0, ""), (1, "abschlag/"), (3, "verbrauch/")):
        path, at = f"/vs/{premise.public_id}/{page}", now + dt.timedelta(minutes=minutes)
        view_page(viewing.public_id, member=clerk(), path=path, now=at)
    end_viewing(viewing.public_id, member=clerk(), now=now + dt.timedelta(minutes=6))


def _pay_less(day: dt.date) -> None:
    """Ayşe Yıldız wants to pay less for heat."""
    sender = _sender("VS13518")
    amounts = {each.division: each.amount for each in sender.premise.advance_payments.order_by("valid_from")}
    submit_advance_payment_change(
        actor=sender.user,
        premise=sender.premise,
        amounts={"waerme": (amounts["waerme"] * Decimal("0.9")).quantize(Decimal(1))},
        valid_from=offered_dates(day, settings.UTILITY.advance_payments)[0],
        comment="Neue Fenster, wir heizen weniger.",
        key="demo-payment",
        now=_at(day, 8),
    )
    send_due_mails(_at(day, 8))


def _sender(premise_id: str) -> _Sender:
    premise = Premise.objects.select_related("customer").get(erp_id=premise_id)
    user = holder_of(premise.customer)
    assert user is not None, f"{premise.customer} is among the ready logins"
    return _Sender(user, premise)


def _at(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=settings.UTILITY_TIME_ZONE)
