"""``/verwaltung/importe/``: handing a delivery in, seeing what it would do, deciding about it."""

import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.backoffice.delivery_rows import FILE_WORDS
from kundenportal.customers.models import Customer
from kundenportal.erp.deliveries.deciding import reject_delivery
from kundenportal.erp.models import Delivery, DeliveryFault
from kundenportal.identity.models import StaffMember
from kundenportal.submissions.models import Submission
from tests.erp.deliveries import two_customers
from tests.erp.uploads import again, checked, packed, technician, upload, work
from tests.make import NOW, PASSWORD, make_reading_submission
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member

IMPORTS = "/verwaltung/importe/"
UPLOAD = f"{IMPORTS}hochladen/"

Status = Delivery.Status


@pytest.fixture
def office(client: Client, noon: None, db: None) -> Client:
    """A browser in which Herr Winkler, who runs the portal, is signed in."""
    sign_in_member(client, technician())
    return client


@pytest.fixture
def reader(noon: None, db: None) -> Client:
    """A browser of somebody who only looks."""
    client = Client()
    member = make_member(StaffMember.Role.READER, email="auer@stadtwerke.example", name="Frau Auer")
    sign_in_member(client, member)
    return client


def page_of(delivery: Delivery, act: str = "") -> str:
    return f"{IMPORTS}{delivery.pk}/{act}"


def send(office: Client, content: bytes, name: str = "lieferung.zip") -> HttpResponse:
    return office.post(UPLOAD, {"datei": SimpleUploadedFile(name, content)})


def words_in(page: str) -> str:
    """Return what a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def fields_of(office: Client, delivery: Delivery) -> dict[str, str]:
    """Return what the page of the release sends."""
    seen = re.search(r'name="gesehen" value="([^"]+)"', office.get(page_of(delivery, "freigeben/")).text)
    assert seen
    return {"gesehen": seen[1]}


def losing() -> Delivery:
    """Return a checked delivery that would end one of two customers."""
    from tests.erp.test_deliveries import release  # noqa: PLC0415

    release(checked())
    files = two_customers()
    for rows in files.values():
        del rows[1:]
    return checked(packed(files), name="verlust.zip")


def test_a_delivery_is_handed_in_looked_into_and_released(office: Client) -> None:
    response = send(office, packed())
    delivery = Delivery.objects.get()
    assert (response.status_code, response["Location"]) == (303, page_of(delivery))
    assert "Wird gleich geprüft" in office.get(page_of(delivery)).text
    work()
    page = words_in(office.get(page_of(delivery)).text)
    assert "Wartet auf Freigabe" in page
    assert "Kunden kunden.csv 2 0 0 0" in page
    response = office.post(page_of(delivery, "freigeben/"), fields_of(office, delivery))
    assert (response.status_code, response["Location"]) == (303, page_of(delivery))
    work()
    assert "Was sich geändert hat" in office.get(page_of(delivery)).text
    assert Customer.objects.count() == 2
    assert again(delivery).decided_by == technician()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("leer.zip", b"", "Die Datei ist leer."),
        ("bild.png", b"\x89PNG\r\n", "Das ist weder eine ZIP-Datei noch eine Ergebnisdatei."),
        ("kunden.csv", b"kundennummer;name\n1;2\n", "Das ist eine einzelne CSV-Datei."),
    ],
)
def test_a_wrong_file_is_refused_at_once(office: Client, name: str, content: bytes, said: str) -> None:
    before = snapshot()
    page = send(office, content, name)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert snapshot() == before


def test_without_a_file_and_with_too_large_a_one_nothing_is_kept(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Bitte wählen Sie eine Datei." in office.post(UPLOAD, {}).text
    monkeypatch.setattr("kundenportal.backoffice.forms.deliveries.MAX_SIZE", 10)
    page = send(office, packed())
    assert "hier gehen höchstens 50 MB" in page.content.decode()
    assert not Delivery.objects.exists()


def test_the_same_file_leads_to_the_one_that_waits(office: Client) -> None:
    first = upload()
    assert send(office, packed())["Location"] == page_of(first)
    assert "Genau diese Datei ist schon hochgeladen." in office.get(page_of(first)).text
    assert Delivery.objects.count() == 1


def test_faults_are_shown_and_all_of_them_handed_out(office: Client) -> None:
    delivery = checked(packed(two_customers(kunden={"kundennummer": "=1+1"})))
    page = words_in(office.get(page_of(delivery)).text)
    assert "Abgelehnt: 1 Fehler." in page
    assert "kunden.csv 2 kundennummer „=1+1“" in page
    assert "Entscheiden" not in page
    response = office.get(page_of(delivery, "fehler/"))
    assert response["Content-Disposition"].startswith("attachment")
    text = response.content.decode("utf-8-sig")
    assert "kunden.csv, Zeile 2, Spalte kundennummer: „=1+1“ – " in text
    shown, taken = AuditEntry.objects.filter(action="delivery.viewed")
    assert (shown.actor, shown.subject, shown.details) == (
        technician().user.actor,
        str(delivery),
        {"rows": 1},
    )
    assert taken.details == shown.details


def test_of_many_faults_the_first_are_shown(office: Client) -> None:
    delivery = checked(packed(two_customers(kunden={"plz": "9" * 20})))
    DeliveryFault.objects.bulk_create(
        DeliveryFault(delivery=delivery, place=place, file="kunden.csv", line=place, reason="x")
        for place in range(1, 60)
    )
    Delivery.objects.update(fault_count=5000)
    page = office.get(page_of(delivery)).text
    assert "Die ersten 50 von 5.000." in page
    assert "4.940 weitere Fehler sind nicht aufgeführt." in office.get(page_of(delivery, "fehler/")).text


def test_a_loss_is_released_by_somebody_else_than_who_uploaded_it(office: Client) -> None:
    delivery = losing()
    page = words_in(office.get(page_of(delivery)).text)
    assert "gibt sie bitte jemand anders von der Leitung oder der Technik frei" in page
    assert "Trotz Verlust freigeben" not in page
    before = list(Delivery.objects.values())
    fields = {"gesehen": str(delivery.checked_at), "current_password": PASSWORD}
    for response in (
        office.get(page_of(delivery, "freigeben/")),
        office.post(page_of(delivery, "freigeben/"), fields),
    ):
        assert response["Location"] == page_of(delivery)
    assert "Freigeben muss sie jemand anders." in office.get(page_of(delivery)).text
    assert list(Delivery.objects.values()) == before


def test_a_loss_needs_the_own_password(office: Client) -> None:
    delivery = losing()
    sign_in_member(office, make_member(StaffMember.Role.SUPERVISOR, email="maier@stadtwerke.example"))
    page = office.get(page_of(delivery)).text
    assert "Es würde sehr viel enden." in page
    assert "50,0\N{NO-BREAK SPACE}%" in page
    fields = fields_of(office, delivery)
    before = list(Delivery.objects.values())
    for password in ("", "falsch"):
        refused = office.post(page_of(delivery, "freigeben/"), {**fields, "current_password": password})
        assert refused.status_code == 422
    assert list(Delivery.objects.values()) == before
    office.post(page_of(delivery, "freigeben/"), {**fields, "current_password": PASSWORD})
    assert again(delivery).allows_loss
    work()
    assert Customer.objects.filter(ended_at=None).count() == 1
    assert "trotz Verlust" in office.get(page_of(delivery)).text


def test_tables_stand_in_the_order_of_the_formats_however_they_are_kept(office: Client) -> None:
    delivery = checked(packed(two_customers()))
    files = delivery.report["files"]
    delivery.report["files"] = dict(sorted(files.items(), key=lambda each: (len(each[0]), each[0])))
    delivery.save(update_fields=["report"])
    page = office.get(page_of(delivery)).text
    assert re.findall(r"<small>(\w+\.csv)</small>", page) == [name for name in FILE_WORDS if name in files]


def test_other_names_are_warned_of(office: Client) -> None:
    from tests.erp.test_deliveries import release  # noqa: PLC0415

    release(checked())
    delivery = checked(packed(two_customers(kunden={"name": "Anders"})))
    assert "1 Kunde bekäme einen anderen Namen" in office.get(page_of(delivery)).text


def test_a_release_of_an_older_check_shows_the_new_one(office: Client) -> None:
    delivery = checked()
    for seen in ("2026-11-01T12:00:00+00:00", "unsinn"):
        response = office.post(page_of(delivery, "freigeben/"), {"gesehen": seen})
        assert response["Location"] == page_of(delivery)
        assert again(delivery).status == Status.CHECKED
    assert "inzwischen neu geprüft" in office.get(page_of(delivery)).text


def test_a_delivery_is_thrown_away_after_one_more_question(office: Client) -> None:
    delivery = checked()
    assert "Am Bestand ändert sich nichts." in office.get(page_of(delivery, "verwerfen/")).text
    assert again(delivery).status == Status.CHECKED
    office.post(page_of(delivery, "verwerfen/"))
    assert again(delivery).status == Status.REJECTED
    assert "Verworfen" in office.get(page_of(delivery)).text


@pytest.mark.parametrize("act", ["freigeben/", "verwerfen/"])
def test_who_comes_second_hears_that_it_is_decided(office: Client, act: str) -> None:
    delivery = checked()
    reject_delivery(delivery.pk, member=technician(), now=NOW)
    before = snapshot(but=[])
    for method in (office.get, office.post):
        assert method(page_of(delivery, act))["Location"] == page_of(delivery)
    assert "Über diese Lieferung ist schon entschieden." in office.get(page_of(delivery)).text
    assert snapshot()["erp.Delivery"] == before["erp.Delivery"]


def test_who_only_looks_sees_and_decides_nothing(reader: Client) -> None:
    delivery = checked()
    assert "Lieferung hochladen" not in reader.get(IMPORTS).text
    assert "Entscheiden" not in reader.get(page_of(delivery)).text
    before = snapshot()
    assert reader.post(page_of(delivery, "freigeben/"), {"gesehen": "x"}).status_code == 403
    assert reader.post(UPLOAD, {}).status_code == 403
    assert snapshot() == before


def test_results_tell_what_they_bring(office: Client) -> None:
    submission = make_reading_submission(status=Submission.Status.EXPORTED)
    text = f"vorgang;ergebnis;grund\n{submission.reference};abgelehnt;x\n"
    send(office, text.encode(), "ergebnisse.csv")
    work()
    page = words_in(office.get(page_of(Delivery.objects.get())).text)
    assert "übernommen 0 abgelehnt 1 schon bekannt 0" in page


def test_a_delivery_that_is_worked_on_tells_how_far(office: Client) -> None:
    delivery = upload()
    Delivery.objects.update(status=Status.CHECKING, step="kunden.csv wird gelesen", percent=42)
    page = office.get(page_of(delivery)).text
    assert "data-live-on" in page
    assert "kunden.csv wird gelesen, 42 %" in page
    assert "Stand neu laden" in page
    assert "data-live-on" in office.get(IMPORTS).text


@pytest.mark.parametrize("page", [IMPORTS, "delivery"])
def test_pages_take_as_many_queries_for_one_as_for_twenty(
    office: Client, page: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    delivery = checked(packed(two_customers(kunden={"plz": "9" * 20})))
    path = page_of(delivery) if page == "delivery" else IMPORTS
    count = 9 if page == "delivery" else 5
    office.get(path)
    with django_assert_num_queries(count):
        office.get(path)
    DeliveryFault.objects.bulk_create(
        DeliveryFault(delivery=delivery, place=place, file="kunden.csv", line=place, reason="x")
        for place in range(1, 20)
    )
    for number in range(19):
        Delivery.objects.create(
            way="upload",
            name=f"{number}.zip",
            sha256=f"{number:064}",
            received_at=NOW,
            due_at=NOW,
            received_by=technician(),
        )
    with django_assert_num_queries(count):
        office.get(path)


def test_the_list_goes_on_where_it_ended(office: Client) -> None:
    for number in range(21):
        Delivery.objects.create(way="inbox", name=f"Lieferung {number}", received_at=NOW, due_at=NOW)
    first = office.get(IMPORTS)
    assert "Lieferung 0<" not in first.text
    (after,) = re.findall(r'href="\?nach=(\d+)"', first.text)
    assert "Lieferung 0<" in office.get(f"{IMPORTS}?nach={after}").text


def test_what_is_wrong_with_the_exchange_stands_above(office: Client, settings: Settings) -> None:
    checked(packed(two_customers(kunden={"plz": "9" * 20})))
    settings.INBOX_DIR = str(django_settings.DATA_DIR / "nirgends")
    page = office.get(IMPORTS).text
    assert "Der Eingangsordner ist nicht benutzbar." in page
    assert "Die letzte Lieferung ist nicht eingelesen:" in page


def test_what_is_left_in_the_inbox_stands_above(office: Client, settings: Settings, tmp_path: Path) -> None:
    settings.INBOX_DIR = str(tmp_path)
    (tmp_path / "link.zip").symlink_to("/etc/passwd")
    page = words_in(office.get(IMPORTS).text)
    assert "Im Eingangsordner bleibt etwas liegen: link.zip." in page
    assert "nicht benutzbar" not in page


@pytest.mark.parametrize("act", ["", "fehler/", "freigeben/", "verwerfen/"])
def test_a_delivery_that_is_none_is_404(office: Client, act: str) -> None:
    assert office.get(f"{IMPORTS}999/{act}").status_code == 404
    assert office.get(f"{IMPORTS}{'9' * 30}/{act}").status_code == 404
