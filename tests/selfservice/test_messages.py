"""``/vs/<id>/nachrichten/``: what was written and answered, and writing again (ux.md 1.7)."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.contact.models import Attachment, ContactMessage, ContactThread
from kundenportal.contact.rules import MESSAGES_A_DAY
from kundenportal.contact.selectors import sent_message
from kundenportal.submissions.models import Submission
from tests.contact import BODY, PHONE, answer, make_upload, send_message, send_reply
from tests.make import NOW, Household, make_premise
from tests.personas import sign_in
from tests.selfservice.reading_pages import errors_of, nothing_is_stored, text_of
from tests.strangers_files import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client: Client, household: Household) -> Household:
    sign_in(client, household.user)
    return household


def list_url(household: Household) -> str:
    return f"/vs/{household.premise.public_id}/nachrichten/"


def thread_url(household: Household, submission: Submission) -> str:
    return f"{list_url(household)}{submission.reference}/"


def thread() -> ContactThread:
    return ContactThread.objects.select_related("opened_by__premise").get()


def queries_of(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)


def test_who_has_not_written_yet_is_told_so(client: Client, owner: Household) -> None:
    text = text_of(client.get(list_url(owner)))
    assert "Sie haben uns noch nicht geschrieben." in text
    assert "Nachricht schreiben" in text


def test_threads_stand_with_their_subject_date_and_status(client: Client, owner: Household) -> None:
    submission = send_message(owner)
    text = text_of(client.get(list_url(owner)))
    assert f"Umzug 22.11.2026 · {submission.reference} Eingegangen" in text
    answer(thread())
    assert "1 neue Antwort" in text_of(client.get(list_url(owner)))


def test_one_and_thirty_threads_cost_the_same_few_queries(client: Client, owner: Household) -> None:
    send_message(owner)
    with_one = queries_of(client, list_url(owner))
    for number in range(30):
        send_message(owner, key=f"key-{number}-more", now=NOW + dt.timedelta(days=number + 1))
    assert queries_of(client, list_url(owner)) == with_one <= 4
    first = client.get(list_url(owner))
    assert len(first.context["rows"]) == 20
    assert len(client.get(list_url(owner) + "?seite=2").context["rows"]) == 11
    assert "Ältere Nachrichten gibt es nicht." in text_of(client.get(list_url(owner) + "?seite=3"))
    for page in ("0", "-1", "x", "9" * 30, "²"):
        assert client.get(list_url(owner), {"seite": page}).status_code == 200


def test_a_thread_shows_every_message_with_files_and_status(client: Client, owner: Household) -> None:
    upload = make_upload(owner.user, owner.premise)
    submission = send_message(owner, uploads=[upload])
    answer(thread(), body="Gute Reise!\n\nIhr Team")
    page = client.get(thread_url(owner, submission))
    text = text_of(page)
    for expected in ("Umzug", "Wir ziehen am 1. Februar um.", "Zähler.jpg", "Gute Reise!", "Erledigt", "Neu"):
        assert expected in text
    assert f"/vs/{owner.premise.public_id}/dateien/{upload.public_id}/" in page.content.decode()


def test_a_thread_costs_the_same_few_queries_however_long_it_is(client: Client, owner: Household) -> None:
    submission = send_message(owner)
    with_one = queries_of(client, thread_url(owner, submission))
    for number in range(10):
        send_reply(owner, thread(), key=f"more-{number}", now=NOW + dt.timedelta(days=number))
    assert queries_of(client, thread_url(owner, submission)) == with_one <= 6


def test_an_answer_is_new_everywhere_until_its_thread_is_opened(client: Client, owner: Household) -> None:
    submission = send_message(owner)
    answer(thread())
    home = f"/vs/{owner.premise.public_id}/"
    assert "Wir haben Ihnen geantwortet" in text_of(client.get(home))
    assert "Kontaktformular 1 1 neue" in text_of(client.get(home))
    assert client.head(thread_url(owner, submission)).status_code == 200
    assert ContactMessage.objects.get(author="staff").read_at is None

    opened = text_of(client.get(thread_url(owner, submission)))
    assert "Neu" in opened
    assert "1 neue" not in opened
    assert ContactMessage.objects.get(author="staff").read_at == NOW
    text = text_of(client.get(home))
    assert "geantwortet" not in text
    assert "1 neue" not in text


def test_a_further_message_goes_into_the_thread_with_the_number_given_before(
    client: Client, owner: Household
) -> None:
    submission = send_message(owner)
    url = thread_url(owner, submission)
    file = SimpleUploadedFile("a.png", picture(image_format="PNG"))
    response = client.post(url, {"anfrage": "Noch etwas.", "dateien": [file], "schluessel": "s" * 22})
    assert (response.status_code, response["Location"]) == (303, url)
    assert "Wir haben Ihre Nachricht erhalten." in text_of(client.get(url))
    newest = Submission.objects.latest("pk")
    sent = sent_message(newest)
    assert (sent.phone, sent.message.body, sent.message.thread) == (PHONE, "Noch etwas.", thread())
    assert Attachment.objects.get().name == "a.jpg"

    client.post(url, {"anfrage": "Noch etwas.", "schluessel": "s" * 22})
    assert Submission.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Bitte schreiben Sie uns, worum es geht."),
        ("x" * 4001, "Ihre Anfrage ist 1 Zeichen zu lang. Möglich sind 4.000."),
    ],
)
def test_an_error_keeps_text_and_files(client: Client, owner: Household, typed: str, sentence: str) -> None:
    submission = send_message(owner)
    url = thread_url(owner, submission)
    with nothing_is_stored():
        page = client.post(url, {"anfrage": typed, "dateien": [SimpleUploadedFile("a.jpg", picture())]})
    assert errors_of(page) == {"anfrage": [sentence]}
    assert page.context["form"]["anfrage"].value() == typed
    (kept,) = page.context["uploads"]
    with nothing_is_stored():
        page = client.post(url, {"anfrage": typed, "anhang": kept.public_id, "entfernen": kept.public_id})
    assert page.status_code == 200
    assert page.context["form"]["anfrage"].value() == typed
    assert page.context["uploads"] == ()


def test_the_sixth_message_of_a_day_is_refused_and_reading_goes_on(client: Client, owner: Household) -> None:
    submission = send_message(owner)
    for number in range(MESSAGES_A_DAY - 1):
        send_reply(owner, thread(), key=f"more-{number}")
    url = thread_url(owner, submission)
    with nothing_is_stored():
        page = client.post(url, {"anfrage": "Noch etwas."})
    (told,) = errors_of(page)["__all__"]
    assert told.startswith("Sie haben uns heute schon 5 Nachrichten geschrieben.")
    assert BODY.splitlines()[0] in text_of(client.get(url))


def test_a_thread_of_another_place_is_not_found(client: Client, owner: Household) -> None:
    submission = send_message(owner)
    other = make_premise(owner.customer)
    for reference in (submission.reference, "V-2026-999999", "x"):
        assert client.get(f"/vs/{other.public_id}/nachrichten/{reference}/").status_code == 404


def test_a_message_stands_among_the_submissions_with_its_own_words(client: Client, owner: Household) -> None:
    submission = send_message(owner, uploads=[make_upload(owner.user, owner.premise)])
    url = f"/vs/{owner.premise.public_id}/vorgaenge/{submission.reference}/"
    text = text_of(client.get(url))
    for expected in ("Nachricht", "Umzug", "Zähler.jpg", PHONE, "Wir haben Ihre Nachricht erhalten."):
        assert expected in text
    assert "Nachricht zurückziehen" in text
    assert "Möchten Sie diese Nachricht zurückziehen?" in text_of(client.get(f"{url}zurueckziehen/"))
    assert client.post(f"{url}zurueckziehen/").status_code == 303
    assert "Wir beantworten sie nicht." in text_of(client.get(url))
    assert "Zurückgezogen" in text_of(client.get(thread_url(owner, submission)))


def test_a_refusal_s_reason_stands_in_the_thread(client: Client, owner: Household) -> None:
    submission = send_message(owner)
    Submission.objects.update(status="rejected", reason="Dafür ist Ihr Vermieter zuständig.")
    assert "Dafür ist Ihr Vermieter zuständig." in text_of(client.get(thread_url(owner, submission)))
