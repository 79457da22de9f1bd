"""A photo of the meter beside its reading: chosen, kept, shown, sent (ux.md C5 to C7)."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kundenportal.files.accepted import MAX_SIZE, FileRefusal
from kundenportal.files.models import StoredFile
from kundenportal.files.services import read_file
from kundenportal.linking.models import AccountLink
from kundenportal.metering.models import ReadingPhoto, Register
from kundenportal.selfservice.forms.file_messages import picture_refused
from kundenportal.submissions.models import Submission, Upload
from kundenportal.submissions.services import withdraw_submission
from kundenportal.submissions.uploads import let_go_of_old_uploads
from tests.contact import make_upload
from tests.make import NOW, Household, make_customer, make_premise, make_user
from tests.personas import sign_in
from tests.selfservice.reading_pages import Pages, errors_of, nothing_is_stored, text_of
from tests.strangers_files import HTML, exif_with_place, make_pdf, pdf_of, picture, scan_bomb

pytestmark = pytest.mark.django_db

LOST = "Ihr Foto konnten wir nicht aufheben. Bitte wählen Sie es noch einmal aus."


def photo(content: bytes | None = None, name: str = "IMG_1.HEIC") -> SimpleUploadedFile:
    shown = picture(image_format="HEIF", exif=exif_with_place()) if content is None else content
    return SimpleUploadedFile(name, shown)


def foto(register: Register) -> str:
    return f"foto-{register.meter_id}"


def kept_in(answer: Any, register: Register) -> str:
    """Return the id of the picture that the page keeps for a meter."""
    upload = answer.context["form"].photos.uploads.get(register.meter_id)
    return str(upload.public_id) if upload else ""


def type_with_photo(pages: Pages, register: Register, value: str = "24318", **fields: Any) -> Any:
    data = {f"stand-{register.pk}": value, foto(register): photo()}
    return pages.client.post(pages.enter_url, data | fields)


def file_url(household: Household, public_id: str) -> str:
    return f"/vs/{household.premise.public_id}/dateien/{public_id}/"


def test_a_photo_goes_all_the_way(pages: Pages, household: Household) -> None:
    answer = type_with_photo(pages, household.strom)
    upload = Upload.objects.get()
    check = pages.client.get(answer["Location"])
    assert file_url(household, upload.public_id) in check.content.decode()
    answer = pages.confirm(answer["Location"])

    stored = ReadingPhoto.objects.get()
    assert (stored.meter, stored.public_id) == (household.strom.meter, upload.public_id)
    assert not Upload.objects.exists()
    content = read_file(stored.file)
    assert content[:2] == b"\xff\xd8"
    assert b"Telefon" not in content
    detail = f"/vs/{household.premise.public_id}/vorgaenge/{Submission.objects.get().reference}/"
    for page in (pages.client.get(answer["Location"]), pages.client.get(detail)):
        assert 'alt="Ihr Foto des Zählers 1 EMH00 0451 2873"' in page.content.decode()
    handed_out = pages.client.get(file_url(household, stored.public_id))
    assert handed_out.getvalue() == content
    assert handed_out["Content-Type"] == "image/jpeg"


def test_each_meter_has_its_own_photo(pages: Pages, household: Household) -> None:
    data = {f"stand-{household.strom.pk}": "24318", f"stand-{household.wasser.pk}": "600"}
    files = {foto(household.strom): photo(), foto(household.wasser): photo(picture(), "w.jpg")}
    answer = pages.client.post(pages.enter_url, data | files)
    pages.confirm(answer["Location"])
    meters = set(ReadingPhoto.objects.values_list("meter", flat=True))
    assert meters == {household.strom.meter_id, household.wasser.meter_id}


def test_a_photo_is_kept_while_a_value_is_mended_and_when_going_back(
    pages: Pages, household: Household
) -> None:
    with nothing_is_stored():
        answer = type_with_photo(pages, household.strom, "abc")
    assert list(errors_of(answer)) == [f"stand-{household.strom.pk}"]
    kept = kept_in(answer, household.strom)
    assert file_url(household, kept) in answer.content.decode()

    answer = pages.type({household.strom: "24318"}, **{f"bild-{household.strom.meter_id}": kept})
    back = pages.client.get(pages.enter_url + "?" + answer["Location"].partition("?")[2])
    assert kept_in(back, household.strom) == kept
    pages.confirm(answer["Location"])
    assert ReadingPhoto.objects.get().public_id == kept


def test_a_new_photo_takes_the_place_of_the_one_kept(pages: Pages, household: Household) -> None:
    old = make_upload(household.user, household.premise)
    answer = type_with_photo(pages, household.strom, **{f"bild-{household.strom.meter_id}": old.public_id})
    pages.confirm(answer["Location"])
    assert ReadingPhoto.objects.get().public_id != old.public_id


def test_a_photo_can_be_removed_and_nothing_typed_is_lost(pages: Pages, household: Household) -> None:
    kept = kept_in(type_with_photo(pages, household.strom, "abc"), household.strom)
    meter = str(household.strom.meter_id)
    with nothing_is_stored():
        answer = pages.type({household.strom: "abc"}, **{f"bild-{meter}": kept, "foto_entfernen": meter})
    assert answer.status_code == 200
    assert kept_in(answer, household.strom) == ""
    assert answer.context["form"].typed(f"stand-{household.strom.pk}") == "abc"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"x" * (14 * 1024 * 1024),
            (
                "Das Bild ist 14 MB groß. Erlaubt sind 10 MB. "
                "Bitte verkleinern Sie es oder machen Sie ein neues."
            ),
        ),
        (HTML, "Diese Datei ist kein Bild. Erlaubt sind JPG, PNG, HEIC und WebP."),
        (pdf_of(make_pdf()), "Diese Datei ist kein Bild. Erlaubt sind JPG, PNG, HEIC und WebP."),
        (picture()[:300], "Das Bild ist beschädigt. Bitte machen Sie ein neues."),
        (b"", "Die Bilddatei ist leer. Bitte wählen Sie eine andere."),
    ],
    ids=["too large", "a page", "a PDF", "damaged", "empty"],
)
def test_what_is_no_photo_is_told_beside_its_field(
    pages: Pages, household: Household, content: bytes, sentence: str
) -> None:
    data = {f"stand-{household.strom.pk}": "24318", foto(household.strom): photo(content, "x.jpg")}
    with nothing_is_stored():
        answer = pages.client.post(pages.enter_url, data)
    assert errors_of(answer) == {foto(household.strom): [sentence]}
    assert answer.context["form"].typed(f"stand-{household.strom.pk}") == "24318"
    assert not StoredFile.objects.exists()


def test_a_photo_that_takes_hours_is_given_up(
    pages: Pages, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kundenportal.files.apart._run", lambda *arguments: (-9, b""))
    data = {f"stand-{household.strom.pk}": "24318", foto(household.strom): photo(scan_bomb()[:1000])}
    with nothing_is_stored():
        answer = pages.client.post(pages.enter_url, data)
    (told,) = errors_of(answer)[foto(household.strom)]
    assert told == picture_refused(FileRefusal.TOO_COSTLY, size=1000)
    assert MAX_SIZE > 1000


def test_a_photo_without_its_reading_asks_for_the_value(pages: Pages, household: Household) -> None:
    data = {f"stand-{household.strom.pk}": "24318", foto(household.gas): photo(picture(), "g.jpg")}
    with nothing_is_stored():
        answer = pages.client.post(pages.enter_url, data)
    assert errors_of(answer) == {
        f"stand-{household.gas.pk}": ["Bitte tragen Sie auch den Zählerstand ein, den Ihr Foto zeigt."]
    }
    assert kept_in(answer, household.gas)


def test_a_photo_that_waited_too_long_must_be_chosen_again(pages: Pages, household: Household) -> None:
    kept = kept_in(type_with_photo(pages, household.strom, "abc"), household.strom)
    later = NOW + dt.timedelta(minutes=61)
    with time_machine.travel(later, tick=False):
        let_go_of_old_uploads(later)
        sign_in(pages.client, household.user)
        with nothing_is_stored():
            answer = pages.type({household.strom: "24318"}, **{f"bild-{household.strom.meter_id}": kept})
    assert errors_of(answer) == {foto(household.strom): [LOST]}


def test_a_photo_gone_at_the_check_leads_back_to_its_field(pages: Pages, household: Household) -> None:
    check = type_with_photo(pages, household.strom)["Location"]
    Upload.objects.all().delete()
    with nothing_is_stored():
        for answer in (pages.client.get(check), pages.confirm(check)):
            assert answer["Location"].startswith(pages.enter_url)
    entry = pages.client.get(answer["Location"])
    assert LOST in text_of(entry)


def test_another_login_s_photo_does_not_go_along(pages: Pages, household: Household) -> None:
    foreign = make_upload(make_user(email="fremd@beispiel.de"), household.premise)
    with nothing_is_stored():
        answer = pages.type(
            {household.strom: "24318"}, **{f"bild-{household.strom.meter_id}": foreign.public_id}
        )
    assert errors_of(answer) == {foto(household.strom): [LOST]}
    assert Upload.objects.get() == foreign


def test_sending_twice_attaches_one_photo(pages: Pages, household: Household) -> None:
    check = type_with_photo(pages, household.strom)["Location"]
    assert pages.confirm(check)["Location"] == pages.confirm(check)["Location"]
    assert ReadingPhoto.objects.count() == 1


def test_a_photo_of_a_session_that_timed_out_is_asked_for_again(pages: Pages, household: Household) -> None:
    with time_machine.travel(NOW + dt.timedelta(minutes=31), tick=False):
        answer = type_with_photo(pages, household.strom)
        assert answer["Location"].startswith("/anmelden/")
        sign_in(pages.client, household.user)
        with nothing_is_stored():
            again = pages.type({household.strom: "24318"}, ohne_dateien="1")
        assert errors_of(again) == {"__all__": [LOST]}
        assert pages.type({household.strom: "24318"}).status_code == 303


def test_nobody_else_opens_a_photo_and_a_new_customer_of_the_place_neither(
    pages: Pages, household: Household, client: Client
) -> None:
    pages.confirm(type_with_photo(pages, household.strom)["Location"])
    stored = ReadingPhoto.objects.get()
    assert client.get(file_url(household, stored.public_id)).getvalue()
    other = make_customer()
    own = make_premise(other)
    sign_in(client, make_user(other, email="fremd@beispiel.de"))
    assert client.get(f"/vs/{own.public_id}/dateien/{stored.public_id}/").status_code == 404
    household.premise.customer = other
    household.premise.save()
    assert client.get(file_url(household, stored.public_id)).status_code == 404


def test_a_restricted_access_may_send_a_photo_too(pages: Pages, household: Household) -> None:
    AccountLink.objects.update(held_until=NOW + dt.timedelta(hours=72))
    pages.confirm(type_with_photo(pages, household.strom)["Location"])
    stored = ReadingPhoto.objects.get()
    assert pages.client.get(file_url(household, stored.public_id)).getvalue()


def test_a_withdrawn_submission_keeps_its_photo(pages: Pages, household: Household) -> None:
    pages.confirm(type_with_photo(pages, household.strom)["Location"])
    withdraw_submission(actor=household.user, submission=Submission.objects.get(), now=NOW)
    assert ReadingPhoto.objects.exists()


def test_the_camera_opens_on_a_telephone(pages: Pages) -> None:
    page = pages.enter().content.decode()
    assert 'accept="image/*"' in page
    assert 'capture="environment"' in page
    assert 'enctype="multipart/form-data"' in page
    assert "Foto, anderes Datum oder Bemerkung hinzufügen" in page
