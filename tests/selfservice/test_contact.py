"""``/vs/<id>/kontakt/``: writing to the utility, with files (guide lines 98 to 104)."""

import dataclasses
import datetime as dt
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from kundenportal.contact.models import Attachment, ContactMessage, ContactThread
from kundenportal.contact.rules import FILES_A_MESSAGE, MESSAGES_A_DAY
from kundenportal.contact.selectors import sent_message
from kundenportal.core.contact_rules import ContactRules
from kundenportal.customers.models import Customer
from kundenportal.files.accepted import MAX_SIZE, FileRefusal
from kundenportal.files.services import read_file
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.models import OutgoingMail
from kundenportal.selfservice.forms.file_messages import file_refused
from kundenportal.submissions.models import Submission, Upload
from kundenportal.submissions.uploads import let_go_of_old_uploads
from tests.contact import make_upload, send_message
from tests.make import NOW, Household, make_premise, make_user
from tests.personas import sign_in
from tests.selfservice.reading_pages import errors_of, nothing_is_stored, text_of
from tests.strangers_files import exif_with_place, locked_pdf, make_pdf, pdf_of, picture

pytestmark = pytest.mark.django_db

TYPED = {
    "betreff": "Umzug",
    "anfrage": "Wir ziehen um.\r\n\r\nWas müssen wir tun?",
    "telefon": "09872 123456",
    "schluessel": "k" * 22,
}


@pytest.fixture
def owner(client: Client, household: Household) -> Household:
    Customer.objects.filter(pk=household.customer.pk).update(phone="09872 0000-401")
    sign_in(client, household.user)
    return household


def url_of(household: Household) -> str:
    return f"/vs/{household.premise.public_id}/kontakt/"


def send(client: Client, household: Household, *files: SimpleUploadedFile, **values: Any) -> Any:
    return client.post(url_of(household), TYPED | {"dateien": list(files)} | values)


def photo(name: str = "Zähler.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(exif=exif_with_place()))


def a_pdf(name: str = "Vertrag.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_of(make_pdf()))


def kept_ids(answer: Any) -> list[str]:
    return [each.public_id for each in answer.context["uploads"]]


def test_the_form_knows_the_telephone_number_and_says_what_to_expect(
    client: Client, owner: Household
) -> None:
    answer = client.get(url_of(owner))
    form = answer.context["form"]
    assert (form["betreff"].value(), form["telefon"].value()) == ("", "09872 0000-401")
    text = text_of(answer)
    for sentence in (
        "Über dieses Formular können Sie mit uns Kontakt aufnehmen.",
        "Mit * gekennzeichnete Felder sind Pflichtfelder.",
        "Betreff *",
        "Anfrage *",
        "Telefonnummer *",
        "Dateien (freiwillig)",
        "Bitte beachten Sie: Nachrichten können zeitverzögert beantwortet werden.",
        "Bei Fragen zu unserem Kundenportal stehen wir Ihnen gerne zur Verfügung:",
        "Kirchplatz 1",
        "Montag bis Freitag, 8 bis 16 Uhr",
    ):
        assert sentence in text
    assert '<option value="Umzug, Einzug oder Auszug">' in answer.content.decode()


def test_the_number_for_emergencies_stands_on_top_where_there_is_one(
    client: Client, owner: Household, settings: Settings
) -> None:
    assert "Störung?" not in text_of(client.get(url_of(owner)))
    settings.UTILITY = dataclasses.replace(django_settings.UTILITY, emergency_phone="09872 112")
    assert "Störung? 24 Stunden: 09872 112" in text_of(client.get(url_of(owner)))


def test_the_page_says_how_soon_the_utility_answers(
    client: Client, owner: Household, settings: Settings
) -> None:
    assert "In der Regel antworten wir in 2 Arbeitstagen." in text_of(client.get(url_of(owner)))
    settings.UTILITY = dataclasses.replace(settings.UTILITY, contact=ContactRules(answer_days=1))
    assert "In der Regel antworten wir in 1 Arbeitstag." in text_of(client.get(url_of(owner)))


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ("?thema=abschlag", "Anderer Abschlag"),
        ("?betreff=Mein%20Anliegen&thema=abschlag", "Mein Anliegen"),
        ("?betreff=a%0Ab%0D%0ABcc:x", "a b Bcc:x"),
        ("?thema=unbekannt", ""),
        ("?betreff=" + "x" * 500, "x" * 120),
    ],
)
def test_a_link_fills_in_the_subject(client: Client, owner: Household, query: str, subject: str) -> None:
    assert client.get(url_of(owner) + query).context["form"]["betreff"].value() == subject


def test_a_message_is_sent_and_confirmed(client: Client, owner: Household) -> None:
    answer = send(client, owner)
    submission = Submission.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == f"{url_of(owner)}gesendet/{submission.reference}/"
    message = sent_message(submission)
    assert message.message.thread.subject == "Umzug"
    assert message.message.body == "Wir ziehen um.\n\nWas müssen wir tun?"
    assert message.phone == "09872 123456"

    text = text_of(client.get(answer["Location"]))
    for expected in (
        "Wir haben Ihre Anfrage erhalten.",
        submission.reference,
        "Umzug",
        "m•••••r@beispiel.de",
    ):
        assert expected in text
    (mail,) = OutgoingMail.objects.all()
    assert (mail.kind, mail.recipient) == ("contact_received", owner.user.email)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("betreff", "", "Bitte geben Sie einen Betreff ein."),
        ("betreff", " \n ", "Bitte geben Sie einen Betreff ein."),
        ("betreff", "x" * 121, "Der Betreff ist 1 Zeichen zu lang. Möglich sind 120."),
        ("anfrage", "", "Bitte schreiben Sie uns, worum es geht."),
        ("anfrage", "\0\x07", "Bitte schreiben Sie uns, worum es geht."),
        ("anfrage", "x" * 5234, "Ihre Anfrage ist 1.234 Zeichen zu lang. Möglich sind 4.000."),
        ("telefon", "", "Bitte geben Sie eine Telefonnummer ein, zum Beispiel 09872 123456."),
        ("telefon", "abc", "Bitte geben Sie eine Telefonnummer ein, zum Beispiel 09872 123456."),
        ("telefon", "0" * 31, "Bitte geben Sie eine Telefonnummer ein, zum Beispiel 09872 123456."),
    ],
)
def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(
    client: Client, owner: Household, field: str, typed: str, sentence: str
) -> None:
    with nothing_is_stored():
        answer = send(client, owner, **{field: typed})
    assert errors_of(answer) == {field: [sentence]}
    form = answer.context["form"]
    assert {name: form[name].value() for name in TYPED} == TYPED | {field: typed}


def test_a_browser_s_line_ends_do_not_count_twice(client: Client, owner: Household) -> None:
    assert send(client, owner, anfrage="x\r\n" * 1999 + "xx").status_code == 303
    assert len(ContactMessage.objects.get().body) == 1999 * 2 + 2


def test_control_characters_and_header_lines_become_plain_text(client: Client, owner: Household) -> None:
    send(client, owner, betreff="Umzug\r\nBcc: alle@beispiel.example\0", anfrage="a\u202eb\x1b[31m")
    assert ContactThread.objects.get().subject == "Umzug Bcc: alle@beispiel.example"
    assert ContactMessage.objects.get().body == "ab[31m"


def test_what_is_typed_is_shown_as_text(client: Client, owner: Household) -> None:
    answer = send(client, owner, betreff="<script>alert(1)</script>", anfrage="<img src=x onerror=alert(1)>")
    page = client.get(answer["Location"]).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_the_number_of_the_master_data_is_taken_as_it_is(client: Client, owner: Household) -> None:
    Customer.objects.filter(pk=owner.customer.pk).update(phone="09872 123 (nur abends)")
    assert send(client, owner, telefon="09872 123 (nur abends)").status_code == 303


def test_files_go_along_without_what_they_hide(client: Client, owner: Household) -> None:
    send(client, owner, photo(), a_pdf(), SimpleUploadedFile("Schirm.png", picture(image_format="PNG")))
    attachments = Attachment.objects.select_related("file").order_by("pk")
    assert [each.name for each in attachments] == ["Zähler.jpg", "Vertrag.pdf", "Schirm.jpg"]
    assert b"Telefon" not in read_file(attachments[0].file)


def test_good_files_are_kept_while_something_else_is_mended(client: Client, owner: Household) -> None:
    with nothing_is_stored():
        answer = send(client, owner, photo(), SimpleUploadedFile("brief.docx", b"PK\x03\x04"), betreff="")
    assert errors_of(answer) == {
        "betreff": ["Bitte geben Sie einen Betreff ein."],
        "dateien": ["Die Datei brief.docx können wir nicht öffnen. Erlaubt sind PDF, JPG und PNG."],
    }
    assert "Dabei sind: Zähler.jpg" in text_of(answer)

    answer = send(client, owner, a_pdf(), anhang=kept_ids(answer))
    assert answer.status_code == 303
    assert list(Attachment.objects.order_by("pk").values_list("name", flat=True)) == [
        "Zähler.jpg",
        "Vertrag.pdf",
    ]
    assert not Upload.objects.exists()


def test_a_kept_file_can_be_removed_again(client: Client, owner: Household) -> None:
    first, second = kept_ids(send(client, owner, photo("a.jpg"), photo("b.jpg"), betreff=""))
    with nothing_is_stored():
        answer = send(client, owner, anhang=[first, second], entfernen=first, anfrage="")
    assert answer.status_code == 200
    assert not answer.context["form"].errors
    assert answer.context["form"]["betreff"].value() == "Umzug"
    assert kept_ids(answer) == [second]


def test_only_five_files_fit_and_the_rest_is_named(client: Client, owner: Household) -> None:
    files = [photo(f"{number}.jpg") for number in range(FILES_A_MESSAGE + 2)]
    with nothing_is_stored():
        answer = send(client, owner, *files)
    assert errors_of(answer) == {
        "dateien": ["Zu einer Nachricht passen 5 Dateien. Nicht dabei: 5.jpg, 6.jpg."]
    }
    ids = kept_ids(answer)
    assert len(ids) == FILES_A_MESSAGE
    more = make_upload(owner.user, owner.premise)
    send(client, owner, anhang=[*ids, more.public_id])
    assert Attachment.objects.count() == FILES_A_MESSAGE


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Die Datei x.pdf ist leer. Bitte wählen Sie eine andere."),
        (b"%PDF-1.7\n", "Die Datei x.pdf ist beschädigt."),
        (locked_pdf("geheim"), "Die Datei x.pdf ist mit einem Passwort geschützt."),
        (pdf_of(make_pdf(101)), "Die Datei x.pdf hat mehr als 100 Seiten."),
        (b"<svg onload=alert(1)>", "Die Datei x.pdf können wir nicht öffnen."),
        (b"%PDF-" + bytes(MAX_SIZE), "Die Datei x.pdf ist 11 MB groß. Erlaubt sind 10 MB."),
    ],
    ids=["empty", "damaged", "locked", "many pages", "a drawing", "too large"],
)
def test_a_file_that_is_not_taken_is_told_by_name_with_the_reason(
    client: Client, owner: Household, content: bytes, sentence: str
) -> None:
    with nothing_is_stored():
        answer = send(client, owner, SimpleUploadedFile("x.pdf", content))
    (told,) = errors_of(answer)["dateien"]
    assert told.startswith(sentence)
    assert not Upload.objects.exists()


@pytest.mark.parametrize("refusal", FileRefusal)
def test_every_reason_has_its_sentence(refusal: FileRefusal) -> None:
    told = file_refused(refusal, name="Brief.pdf", size=14_000_000)
    assert "Bitte" in told or "Erlaubt" in told
    assert "%(" not in told


def test_files_that_waited_too_long_must_be_chosen_again(client: Client, owner: Household) -> None:
    ids = kept_ids(send(client, owner, photo(), betreff=""))
    later = NOW + dt.timedelta(minutes=61)
    with time_machine.travel(later, tick=False):
        let_go_of_old_uploads(later)
        sign_in(client, owner.user)
        with nothing_is_stored():
            answer = send(client, owner, anhang=ids)
    assert errors_of(answer) == {
        "dateien": ["Ihre Dateien konnten wir nicht aufheben. Bitte wählen Sie sie noch einmal aus."]
    }


def test_another_login_s_and_another_place_s_files_do_not_go_along(client: Client, owner: Household) -> None:
    foreign = make_upload(make_user(email="fremd@beispiel.de"), owner.premise)
    elsewhere = make_upload(owner.user, make_premise(owner.customer))
    with nothing_is_stored():
        answer = send(client, owner, anhang=[foreign.public_id, elsewhere.public_id])
    assert kept_ids(answer) == []
    assert Upload.objects.count() == 2


def test_a_double_click_sends_once(client: Client, owner: Household) -> None:
    ids = kept_ids(send(client, owner, photo(), betreff=""))
    first = send(client, owner, anhang=ids)
    second = send(client, owner, anhang=ids)
    assert first["Location"] == second["Location"]
    assert Submission.objects.count() == 1


def test_a_key_counts_for_one_place_alone_and_a_strange_one_not_at_all(
    client: Client, owner: Household
) -> None:
    other = make_premise(owner.customer)
    send(client, owner)
    client.post(f"/vs/{other.public_id}/kontakt/", TYPED)
    for key in ("", "x", "a b" * 9, "ü" * 22, "k" * 300):
        Submission.objects.update(received_at=NOW - dt.timedelta(days=1))
        assert send(client, owner, schluessel=key).status_code == 303
    assert Submission.objects.count() == 7


def test_the_sixth_message_of_a_day_is_refused_kindly_and_stays_typed(
    client: Client, owner: Household
) -> None:
    for number in range(MESSAGES_A_DAY):
        send_message(owner, key=f"key-{number}")
    with nothing_is_stored():
        answer = send(client, owner, photo())
    assert errors_of(answer) == {
        "__all__": [
            (
                "Sie haben uns heute schon 5 Nachrichten geschrieben. Morgen können Sie wieder schreiben. "
                "Eilt es? Dann rufen Sie uns bitte an: 09872 0000-332."
            )
        ]
    }
    assert answer.context["form"]["anfrage"].value() == TYPED["anfrage"]
    assert len(kept_ids(answer)) == 1

    text = text_of(client.get(url_of(owner)))
    assert "Sie haben uns heute schon 5 Nachrichten geschrieben." in text
    assert "Betreff" not in text


def test_a_restricted_access_can_neither_write_nor_read(client: Client, owner: Household) -> None:
    submission = send_message(owner)
    AccountLink.objects.update(held_until=NOW + dt.timedelta(hours=72))
    base = f"/vs/{owner.premise.public_id}/"
    with nothing_is_stored():
        answers = [
            client.get(url_of(owner)),
            send(client, owner, photo()),
            client.get(f"{url_of(owner)}gesendet/{submission.reference}/"),
            client.get(f"{base}nachrichten/"),
            client.get(f"{base}nachrichten/{submission.reference}/"),
            client.post(f"{base}nachrichten/{submission.reference}/", {"anfrage": "Hallo"}),
        ]
    assert [each.status_code for each in answers] == [200, 422, 404, 200, 200, 422]
    for each in answers:
        assert each.status_code == 404 or "Ihr Zugang ist noch eingeschränkt." in text_of(each)
        assert "Umzug" not in text_of(each)
    assert not Upload.objects.exists()


def test_fields_of_the_model_and_strange_shapes_change_nothing_else(client: Client, owner: Household) -> None:
    extra = {"status": "completed", "customer": "1", "author": "staff", "written_by": "1", "read_at": "2026"}
    send(client, owner, **extra, **{"betreff[]": "x", "dateien": "kein Feld für Text"})
    submission = Submission.objects.get()
    assert (submission.status, submission.customer) == ("received", owner.customer)
    assert ContactMessage.objects.get().author == "customer"
    with nothing_is_stored():
        answer = client.post(url_of(owner), b'{"betreff": "x"}', content_type="application/json")
        assert answer.status_code == 422
        answer = client.post(
            url_of(owner), {"betreff": ["a", ""], "anfrage": [], "anhang": ["\0", "x" * 9999]}
        )
        assert answer.status_code == 422


def test_files_of_a_session_that_timed_out_are_asked_for_again(client: Client, owner: Household) -> None:
    with time_machine.travel(NOW + dt.timedelta(minutes=31), tick=False):
        answer = send(client, owner, photo())
        assert answer["Location"].startswith("/anmelden/?weiter=%2Fkonto%2Ffortsetzen%2F")
        assert not Upload.objects.exists()
        sign_in(client, owner.user)
        page = client.get(unquote(answer["Location"].partition("weiter=")[2]))
        fields = dict(page.context["typed"].fields)
        assert fields["betreff"] == "Umzug"
        with nothing_is_stored():
            again = client.post(url_of(owner), fields)
        told = ["Ihre Dateien konnten wir nicht aufheben. Bitte wählen Sie sie noch einmal aus."]
        assert errors_of(again) == {"dateien": told}
        assert "ohne-dateien" not in again.content.decode()
        assert send(client, owner, photo()).status_code == 303


def test_files_beside_a_token_that_is_too_old_are_asked_for_again(owner: Household) -> None:
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, owner.user)
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = strict.post(url_of(owner), TYPED | {"dateien": [photo()]}, headers=headers)
    assert answer.status_code == 403
    assert '<input type="hidden" name="ohne-dateien" value="1">' in answer.content.decode()


def test_a_stranger_s_files_are_not_stored_anywhere(client: Client, household: Household, tmp_path) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tempfile.tempdir", str(tmp_path))
        answer = send(client, household, photo())
    assert answer["Location"].startswith("/anmelden/")
    assert not list(tmp_path.iterdir())
    assert not Upload.objects.exists()


def test_the_page_takes_few_queries(client: Client, owner: Household, django_assert_max_num_queries) -> None:
    client.get(url_of(owner))
    with django_assert_max_num_queries(4):
        client.get(url_of(owner))
