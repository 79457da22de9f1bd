"""``/verwaltung/eingang/<nr>/``: one submission, deciding about it, and what keeps two people apart."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.backoffice.submission_kinds import KINDS
from kundenportal.casework.models import Note
from kundenportal.core.ibans import mask_iban
from kundenportal.identity.models import StaffMember
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import ReadingPhoto
from kundenportal.submissions.models import Submission, SubmissionQuestion
from tests.banking import NEW_IBAN
from tests.cases import INBOX, accept, ask, case_path, decide, fresh, seen_fields
from tests.contact import make_upload, send_message
from tests.make import NOW, Household, make_household, make_reading_submission
from tests.personas import sign_in
from tests.sending import SENDERS, WITHOUT_LOGIN
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member


@pytest.fixture
def household(noon: None, db: None) -> Household:
    return make_household()


@pytest.fixture
def reading(household: Household) -> Submission:
    return make_reading_submission(household.strom, submitted_by=household.user)


@pytest.fixture
def colleague(clerk: StaffMember) -> StaffMember:
    return make_member(email="maier@stadtwerke.example", name="Herr Maier")


@pytest.fixture
def other_desk(colleague: StaffMember) -> Client:
    client = Client()
    sign_in_member(client, colleague)
    return client


def test_every_kind_can_be_shown() -> None:
    assert set(KINDS) == set(Submission.Kind.values)


@pytest.mark.parametrize("kind", Submission.Kind.values)
def test_what_was_sent_is_shown_whole(desk: Client, household: Household, kind: str) -> None:
    submission = SENDERS[kind](household)("key-1")
    page = desk.get(case_path(submission))
    assert page.status_code == 200
    expected = {
        "meter_reading": ["24.318 kWh", "21.987 kWh", "2.331 kWh", "31.12.2025", "1 EMH00 0451 2873"],
        "advance_payment": [
            "92,00 €",
            "85,00 €",
            "224,00 €",
            "217,00 €",
            "01.01.2027",
            "Auszug eines Kindes",
        ],
        "address_change": ["Straße und Hausnummer"],
        "bank_change": ["DE•• •••• ", "Alle Verbrauchsstellen", "Mandatsreferenz"],
        "contact_message": ["Rückruf:"],
    }
    text = page.text.replace("\N{NO-BREAK SPACE}", " ")
    for words in [submission.reference, "Michael Bauer", *expected[kind]]:
        assert words in text


@pytest.mark.parametrize("channel", WITHOUT_LOGIN)
def test_readings_without_a_login_are_shown_too(desk: Client, household: Household, channel: str) -> None:
    submission = WITHOUT_LOGIN[channel](household)("key-1")
    page = desk.get(case_path(submission))
    assert page.status_code == 200
    assert "Ohne Anmeldung" in page.text or "Link ohne Anmeldung" in page.text


def test_an_unusual_reading_says_why(desk: Client, household: Household) -> None:
    submission = make_reading_submission(
        household.wasser,
        value=641,
        is_unusual=True,
        check_result="bestaetigt",
        reason="garden",
        remark="Pool",
    )
    page = desk.get(case_path(submission)).text
    for words in ("höher als üblich", "Der Kunde hat den Stand bestätigt.", "Garten oder Pool", "Pool"):
        assert words in page


def test_a_reading_is_compared_with_those_before_it_also_when_it_is_settled(
    desk: Client, reading: Submission, clerk: StaffMember, settings: Settings
) -> None:
    settings.STAFF_REVIEW = "manual"
    accept(reading, clerk)
    page = desk.get(case_path(reading)).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "2.331 kWh" in page
    assert "Erledigt" in page


def test_the_whole_iban_is_shown_only_where_it_is_entered_by_hand(
    desk: Client, household: Household, settings: Settings
) -> None:
    submission = SENDERS["bank_change"](household)("key-1")
    page = desk.get(case_path(submission)).text
    assert mask_iban(NEW_IBAN[:2], NEW_IBAN[-4:]) in page
    assert NEW_IBAN not in page
    settings.STAFF_REVIEW = "manual"
    assert NEW_IBAN in desk.get(case_path(submission)).text


def test_opening_a_submission_is_one_entry_of_the_audit_trail(
    desk: Client, clerk: StaffMember, reading: Submission
) -> None:
    for _ in range(2):
        desk.get(case_path(reading))
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.customer_id, entry.subject) == (
        "submission.viewed",
        f"staff:{clerk.pk}",
        reading.customer_id,
        reading.reference,
    )


@pytest.mark.parametrize("reference", ["V-2026-999999", "V-1999-000001", "unsinn", "V-2026-000001x"])
def test_what_is_not_there_is_not_found(desk: Client, reading: Submission, reference: str) -> None:
    before = snapshot()
    for act in ("", "uebernehmen/", "rueckfrage/", "ablehnen/", "zuweisen/", "notiz/", "antworten/"):
        send = desk.post if act else desk.get
        assert send(f"{INBOX}{reference}/{act}").status_code == 404
    assert snapshot() == before


def test_a_colleague_who_looks_is_told(desk: Client, other_desk: Client, reading: Submission) -> None:
    assert "bearbeitet diesen Vorgang" not in desk.get(case_path(reading)).text
    with time_machine.travel(NOW + dt.timedelta(minutes=2), tick=False):
        page = other_desk.get(case_path(reading)).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Frau Huber bearbeitet diesen Vorgang seit 2 Minuten." in page


def test_taking_over_leads_back_to_the_list_as_it_was(desk: Client, reading: Submission) -> None:
    page = desk.get(f"{case_path(reading)}?liste=alter%3D3").text
    assert 'name="liste" value="alter=3"' in page
    response = decide(desk, reading, "uebernehmen/", liste="alter=3")
    assert (response.status_code, response["Location"]) == (303, f"{INBOX}?alter=3")
    assert f"{reading.reference} ist freigegeben." in desk.get(INBOX).text
    assert "Freigegeben am 22.11.2026, 12:00 Uhr." in desk.get(case_path(reading)).text


def test_by_hand_the_customer_is_told_at_once(desk: Client, reading: Submission, settings: Settings) -> None:
    settings.STAFF_REVIEW = "manual"
    assert "in die Abrechnung eingetragen" in desk.get(case_path(reading)).text
    decide(desk, reading, "uebernehmen/")
    assert "Der Kunde bekommt eine E-Mail." in desk.get(INBOX).text
    assert fresh(reading).status == "completed"


def test_the_reason_of_a_refusal_reaches_the_customer_word_for_word(
    desk: Client, household: Household, reading: Submission
) -> None:
    reason = "Der Stand gehört zum Nachbarn.\nBitte lesen Sie Zähler 2873 ab."
    decide(desk, reading, "ablehnen/", reason=reason)
    assert fresh(reading).reason == reason.replace("\n", "\r\n") or fresh(reading).reason == reason
    assert OutgoingMail.objects.get().kind == "reading_rejected"


def test_the_question_reaches_the_customer(desk: Client, reading: Submission) -> None:
    decide(desk, reading, "rueckfrage/", question="Ist das der Zähler im Keller?")
    assert SubmissionQuestion.objects.get().text == "Ist das der Zähler im Keller?"
    page = desk.get(case_path(reading)).text
    assert "Der Kunde hat noch nicht geantwortet." in page
    assert "uebernehmen/" not in page


@pytest.mark.parametrize(
    ("act", "field", "sentence"),
    [
        ("rueckfrage/", "question", "Bitte schreiben Sie, was Sie wissen möchten."),
        ("ablehnen/", "reason", "Bitte nennen Sie den Grund."),
        ("notiz/", "note", "Bitte schreiben Sie etwas in die Notiz."),
    ],
)
def test_an_empty_text_is_said_beside_its_field_and_nothing_changes(
    desk: Client, reading: Submission, act: str, field: str, sentence: str
) -> None:
    desk.get(case_path(reading))
    before = snapshot()
    response = decide(desk, reading, act, **{field: "  "})
    assert response.status_code == 422
    assert sentence in response.text
    assert f'href="#id_{field}"' in response.text
    assert snapshot() == before


def test_a_text_that_is_too_long_is_kept(desk: Client, reading: Submission) -> None:
    response = decide(desk, reading, "ablehnen/", reason="Nein. " * 90)
    assert response.status_code == 422
    assert "Der Grund ist zu lang. Erlaubt sind 500 Zeichen." in response.text
    assert "Nein. Nein." in response.text
    assert fresh(reading).status == "received"


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("uebernehmen/", {}),
        ("ablehnen/", {"reason": "Mein langer Grund."}),
        ("rueckfrage/", {"question": "Meine lange Frage?"}),
    ],
)
def test_the_second_of_two_sees_what_the_first_did_and_keeps_his_text(
    desk: Client, other_desk: Client, reading: Submission, act: str, fields: dict[str, str]
) -> None:
    seen = seen_fields(reading)
    with time_machine.travel(NOW + dt.timedelta(minutes=3), tick=False):
        decide(other_desk, reading, "uebernehmen/")
        before = fresh(reading)
        response = desk.post(case_path(reading, act), seen | fields)
    assert response.status_code == 409
    text = " ".join(response.text.split())
    assert "Dieser Vorgang hat sich inzwischen geändert" in text
    assert "<b>Herr Maier</b> freigegeben" in text
    for typed in fields.values():
        assert typed in text
    assert vars(fresh(reading)) | {"_state": None} == vars(before) | {"_state": None}


def test_after_a_look_the_second_may_decide(desk: Client, other_desk: Client, reading: Submission) -> None:
    seen = seen_fields(reading)
    decide(other_desk, reading, "uebernehmen/")
    assert desk.post(case_path(reading, "ablehnen/"), seen | {"reason": "Doch nicht."}).status_code == 409
    assert decide(desk, reading, "ablehnen/", reason="Doch nicht.").status_code == 303
    assert fresh(reading).status == "rejected"


@pytest.mark.parametrize("seen", ["", "unsinn", "0" * 16])
def test_a_decision_without_a_look_is_none(desk: Client, reading: Submission, seen: str) -> None:
    for act, fields in {
        "uebernehmen/": {},
        "ablehnen/": {"reason": "Nein."},
        "rueckfrage/": {"question": "Ja?"},
    }.items():
        assert desk.post(case_path(reading, act), {"seen": seen, **fields}).status_code == 409
    assert (fresh(reading).status, fresh(reading).released_at) == ("received", None)


@pytest.mark.parametrize("status", ["exported", "completed", "withdrawn"])
def test_what_is_not_here_offers_nothing_and_takes_nothing(
    desk: Client, household: Household, status: str
) -> None:
    submission = make_reading_submission(household.strom, status=status, submitted_by=household.user)
    page = desk.get(case_path(submission)).text
    for act, fields in {
        "uebernehmen/": {},
        "ablehnen/": {"reason": "Nein."},
        "rueckfrage/": {"question": "Ja?"},
    }.items():
        assert case_path(submission, act) not in page
        response = decide(desk, submission, act, **fields)
        assert response.status_code == 409
        assert "Das geht nicht, so wie der Vorgang jetzt steht." in response.text
    assert fresh(submission).status == status


def test_who_only_reads_sees_everything_and_decides_nothing(client: Client, reading: Submission) -> None:
    sign_in_member(client, make_member(StaffMember.Role.READER))
    page = client.get(case_path(reading)).text
    assert "24.318" in page
    assert "Entscheiden" not in page
    assert "<textarea" not in page
    for act in ("uebernehmen/", "ablehnen/", "rueckfrage/", "zuweisen/", "notiz/", "antworten/"):
        assert decide(client, reading, act, reason="Nein.", note="Hm.").status_code == 403
    assert fresh(reading).status == "received"


def test_four_eyes_on_the_page(
    desk: Client, other_desk: Client, household: Household, settings: Settings
) -> None:
    settings.BANK_FOUR_EYES = True
    change = SENDERS["bank_change"](household)("key-1")
    assert "Freigabe vorschlagen" in desk.get(case_path(change)).text
    decide(desk, change, "uebernehmen/")
    assert "Jemand anders muss sie geben." in desk.get(INBOX).text
    assert case_path(change, "uebernehmen/") not in desk.get(case_path(change)).text
    response = decide(desk, change, "uebernehmen/")
    assert response.status_code == 409
    assert "Sie haben die Freigabe selbst vorgeschlagen." in response.text
    assert fresh(change).released_at is None
    assert "Frau Huber hat die Freigabe vorgeschlagen" in other_desk.get(case_path(change)).text
    assert decide(other_desk, change, "uebernehmen/").status_code == 303
    assert fresh(change).released_at == NOW


def test_a_message_is_answered(desk: Client, household: Household) -> None:
    message = SENDERS["contact_message"](household)("key-1")
    OutgoingMail.objects.all().delete()
    page = desk.get(case_path(message)).text
    assert "Antwort senden" in page
    assert "Rückfrage stellen" not in page
    decide(desk, message, "antworten/", answer="Ja, bitte rufen Sie uns an.")
    assert fresh(message).status == "completed"
    assert OutgoingMail.objects.get().kind == "contact_answered"
    assert "Ja, bitte rufen Sie uns an." in desk.get(case_path(message)).text


def test_an_answer_without_text_or_a_look_is_none(desk: Client, household: Household) -> None:
    message = SENDERS["contact_message"](household)("key-1")
    assert decide(desk, message, "antworten/", answer=" ").status_code == 422
    response = desk.post(case_path(message, "antworten/"), {"answer": "Ja.", "seen": "x"})
    assert response.status_code == 409
    assert fresh(message).status == "received"


def test_only_messages_are_answered(desk: Client, reading: Submission) -> None:
    assert decide(desk, reading, "antworten/", answer="Ja.").status_code == 404


def test_a_photo_is_shown_beside_the_reading(desk: Client, household: Household, reading: Submission) -> None:
    upload = make_upload(household.user, household.premise)
    meter = household.strom.meter
    photo = ReadingPhoto.objects.create(
        reading_submission_id=reading.pk, public_id=upload.public_id, meter=meter, file=upload.file
    )
    path = case_path(reading, f"datei/{photo.public_id}/")
    assert desk.get(case_path(reading)).text.count(path) == 2
    handed_out = desk.get(path)
    assert handed_out.getvalue() == b"\xff\xd8picture"
    assert handed_out["Content-Disposition"].startswith("inline")
    other = make_reading_submission(household.wasser, submitted_by=household.user)
    assert desk.get(case_path(other, f"datei/{photo.public_id}/")).status_code == 404


def test_a_file_of_the_thread_is_saved_and_of_no_other(
    desk: Client, household: Household, reading: Submission
) -> None:
    upload = make_upload(household.user, household.premise, content=b"%PDF-", media_type="application/pdf")
    message = send_message(household, uploads=[upload])
    path = case_path(message, f"datei/{upload.public_id}/")
    assert path in desk.get(case_path(message)).text
    saved = desk.get(path)
    assert saved.getvalue() == b"%PDF-"
    assert saved["Content-Disposition"].startswith("attachment")
    assert desk.get(case_path(reading, f"datei/{upload.public_id}/")).status_code == 404


def test_notes_stay_inside(
    desk: Client, household: Household, reading: Submission, clerk: StaffMember
) -> None:
    response = decide(desk, reading, "notiz/", note="Kunde ist ungehalten.", liste="alter=1")
    assert response["Location"] == f"{case_path(reading)}?liste=alter%3D1"
    assert Note.objects.get().author == clerk
    assert "Kunde ist ungehalten." in desk.get(case_path(reading)).text
    customer = Client()
    sign_in(customer, household.user)
    path = f"/vs/{household.premise.public_id}/vorgaenge/{reading.reference}/"
    assert "ungehalten" not in customer.get(path).text


def test_a_submission_is_given_to_a_colleague(
    desk: Client, colleague: StaffMember, reading: Submission
) -> None:
    decide(desk, reading, "zuweisen/", assigned_to=str(colleague.pk))
    assert fresh(reading).assigned_to == colleague
    assert "Zuständig: Herr Maier." in desk.get(case_path(reading)).text


def test_what_a_customer_typed_stays_text(desk: Client, household: Household) -> None:
    submission = make_reading_submission(
        household.strom, remark="<script>alert(1)</script>", check_result="bestaetigt", is_unusual=True
    )
    page = desk.get(case_path(submission)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_customers_other_submissions_are_listed(
    desk: Client, household: Household, reading: Submission
) -> None:
    others = [make_reading_submission(household.gas, status="completed") for _ in range(10)]
    stranger = make_reading_submission()
    page = desk.get(case_path(reading)).text
    assert others[-1].reference in page
    assert others[0].reference not in page
    assert stranger.reference not in page


def test_the_number_of_queries_does_not_grow(desk: Client, clerk: StaffMember, household: Household) -> None:
    def count(submission: Submission) -> int:
        desk.get(case_path(submission))
        with CaptureQueriesContext(connection) as captured:
            desk.get(case_path(submission))
        return len(captured)

    plain = make_reading_submission(household.strom, submitted_by=household.user)
    few = count(plain)
    busy = make_reading_submission(
        household.strom, household.gas, household.wasser, submitted_by=household.user
    )
    for _ in range(12):
        make_reading_submission(household.gas, status="completed")
        Note.objects.create(submission=busy, author=clerk, text="Hm.", written_at=NOW)
    assert count(busy) == few


def test_the_customer_sees_the_question_and_answers(
    client: Client, household: Household, reading: Submission, clerk: StaffMember
) -> None:
    ask(reading, clerk)
    sign_in(client, household.user)
    path = f"/vs/{household.premise.public_id}/vorgaenge/{reading.reference}/"
    page = client.get(path).text
    assert "Ist das der Zähler im Keller?" in page
    assert "Stand berichtigen" in page
    assert "Frau Huber" not in page
    assert client.post(path, {"answer": " "}).status_code == 422
    assert fresh(reading).status == "question"
    assert client.post(path, {"answer": "Ja, im Keller."}).status_code == 303
    page = client.get(path).text
    assert "Danke für Ihre Antwort." in page
    assert "Ja, im Keller." in page
    assert fresh(reading).status == "received"
