"""``/verwaltung/einstellungen/``: what the utility says of itself, changing it, and taking it back."""

import io
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries, Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.backoffice.forms.settings import name_of
from kundenportal.backoffice.setting_words import FIELDS, SECTIONS
from kundenportal.core.utility import Utility
from kundenportal.identity.models import StaffMember
from kundenportal.utility_settings.models import SettingsVersion
from kundenportal.utility_settings.sections import KEYS, Section
from kundenportal.utility_settings.selectors import last_number, values_of
from tests.make import NOW, PASSWORD
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member
from tests.utilities import live_utility

PAGE = "/verwaltung/einstellungen/"

Role = StaffMember.Role


@pytest.fixture(autouse=True)
def utility(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.UTILITY = live_utility()


@pytest.fixture
def supervisor(noon: None, db: None) -> StaffMember:
    return make_member(Role.SUPERVISOR, email="maier@stadtwerke.example", name="Herr Maier")


@pytest.fixture
def office(client: Client, supervisor: StaffMember) -> Client:
    """A browser in which Herr Maier is signed in."""
    sign_in_member(client, supervisor)
    return client


def path_of(section: Section, act: str = "aendern/") -> str:
    return f"{PAGE}{SECTIONS[section].slug}/{act}"


def typed(section: Section, **changed: str) -> dict[str, object]:
    """Return what a browser sends of a section's form, with some fields typed over."""
    values = values_of(section)
    fields = {name_of(key): FIELDS[key]().written(values[key]) for key in KEYS[section]}
    return {**fields, "seen": last_number(section), "current_password": PASSWORD, **changed}


def test_the_overview_says_who_changed_what_last(
    office: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert office.get(PAGE).text.count("noch nie") >= len(Section)
    office.post(path_of(Section.MASTER_DATA), typed(Section.MASTER_DATA, slogan="Neu"))
    page = office.get(PAGE).text
    assert "22.11.2026, 12:00" in page
    assert "Herr Maier" in page
    for number in range(30):
        SettingsVersion.objects.create(section="legal", number=number + 1, at=NOW, actor=f"staff:{number}")
    with django_assert_num_queries(4):
        office.get(PAGE)


@pytest.mark.parametrize("section", Section)
def test_a_section_shows_what_it_holds_and_can_be_changed(office: Client, section: Section) -> None:
    page = office.get(path_of(section, ""))
    assert page.status_code == 200
    assert path_of(section) in page.text
    assert office.get(path_of(section)).status_code == 200


def test_a_change_counts_on_every_page_and_in_the_history(office: Client, supervisor: StaffMember) -> None:
    response = office.post(path_of(Section.MASTER_DATA), typed(Section.MASTER_DATA, slogan=" Für  Sie da. "))
    assert (response.status_code, response["Location"]) == (303, path_of(Section.MASTER_DATA, ""))
    assert "Für Sie da." in Client().get("/anmelden/").text
    page = office.get(path_of(Section.MASTER_DATA, "")).text
    assert "hier geändert" in page
    assert f"<del>{Utility().slogan}</del>" in page
    assert "<ins>Für Sie da.</ins>" in page
    assert AuditEntry.objects.get(action="settings.changed").actor == supervisor.user.actor


def test_a_section_takes_as_many_queries_for_many_versions(
    office: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    office.get(path_of(Section.LEGAL, ""))
    with django_assert_num_queries(4):
        office.get(path_of(Section.LEGAL, ""))
    for number in range(25):
        SettingsVersion.objects.create(section="legal", number=number + 1, at=NOW, actor=f"staff:{number}")
    with django_assert_num_queries(5):
        page = office.get(path_of(Section.LEGAL, "")).text
    assert "?nach=6" in page
    assert "?nach=" not in office.get(path_of(Section.LEGAL, "?nach=6")).text


WRONG = [
    (Section.MASTER_DATA, "name", " ", "Bitte geben Sie den Namen ein, den Ihre Kunden kennen."),
    (Section.MASTER_DATA, "email", "service", "Bitte geben Sie eine E-Mail-Adresse wie"),
    (Section.MASTER_DATA, "slogan", "x" * 301, "Der Text ist zu lang."),
    (Section.LEGAL, "imprint__vat_id", "DE 12", "Bitte geben Sie die Nummer ohne Leerzeichen ein"),
    (Section.LEGAL, "privacy__officer_email", "muster", "Bitte geben Sie eine E-Mail-Adresse wie"),
    (Section.LEGAL, "accessibility__law", "none", "Bitte wählen Sie eine der Möglichkeiten."),
    (Section.LEGAL, "accessibility__checked_date", "neulich", "Bitte geben Sie den Tag ein"),
    (Section.LEGAL, "security__contact", "melden", "E-Mail-Adresse oder eine Seite mit https://"),
    (Section.LEGAL, "security__policy", "http://x", "Bitte geben Sie eine Seite mit https:// ein"),
    (Section.LIMITS, "readings__max_age_days", "367", "Bitte geben Sie eine ganze Zahl von 1 bis 366 ein."),
    (Section.LIMITS, "readings__max_age_days", "viele", "Bitte geben Sie eine ganze Zahl von 1 bis 366 ein."),
    (Section.LIMITS, "readings__max_age_days", "1,5", "Bitte geben Sie eine ganze Zahl von 1 bis 366 ein."),
    (Section.LIMITS, "readings__period_start", "15.11.", "Füllen Sie beide Felder aus oder keines."),
    (Section.LIMITS, "readings__period_start", "30.2.", "Bitte geben Sie Tag und Monat ein"),
    (Section.LIMITS, "readings__default_annual_use__gas", "0", "Bitte geben Sie eine Zahl über 0 ein."),
    (Section.LIMITS, "advance_payments__lower_percent", "101", "ganze Zahl von 0 bis 100"),
    (Section.LIMITS, "advance_payments__base_price_percent__gas", "101", "ganze Zahl von 0 bis 100"),
    (Section.LIMITS, "contact__answer_days", "0", "ganze Zahl von 1 bis 30"),
    (Section.NUMBERS, "customer_number__digits", "2", "ganze Zahl von 3 bis 15"),
    (Section.NUMBERS, "customer_number__suffix", "a", "Bitte geben Sie 1 bis 3 Ziffern ein"),
    (Section.NUMBERS, "creditor_id", "DE99ZZZ09999999999", "Diese Gläubiger-ID stimmt nicht."),
    (Section.NUMBERS, "banking__mandate_reference", "KP", "Bitte geben Sie ein Muster mit {customer}"),
    (Section.BRAND, "brand__light", "blau", "Bitte geben Sie eine Farbe wie #12418f ein"),
    (
        Section.BRAND,
        "brand__light",
        "#3d9bff",
        "Weiß auf Ihrer Farbe: 2,8 : 1. Nötig sind 4,5 : 1. Vorschlag: #",
    ),
    (Section.BRAND, "brand__dark_tint", "#93b7ff", "Text auf der getönten Fläche: 1,7 : 1."),
    (Section.MASTER_DATA, "current_password", "falsch", "Das Passwort stimmt nicht."),
    (Section.MASTER_DATA, "current_password", "", "Bitte geben Sie Ihr Passwort ein."),
]


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_saved(office: Client) -> None:
    before = snapshot()["utility_settings.SettingsVersion"]
    for section, name, text, said in WRONG:
        page = office.post(path_of(section), typed(section, **{name: text}))
        assert page.status_code == 422, (name, text)
        field = page.context["form"][name]
        assert any(said in error for error in page.context["form"].errors[name]), (name, text, field.errors)
        assert name == "current_password" or field.value() == text
        assert snapshot()["utility_settings.SettingsVersion"] == before
    assert not AuditEntry.objects.filter(action="settings.changed").exists()


def test_two_people_do_not_write_over_each_other(office: Client) -> None:
    stale = typed(Section.MASTER_DATA, slogan="Meins")
    office.post(path_of(Section.MASTER_DATA), typed(Section.MASTER_DATA, slogan="Deins"))
    page = office.post(path_of(Section.MASTER_DATA), stale)
    assert page.status_code == 409
    assert "Jemand hat diese Seite inzwischen gespeichert." in page.text
    assert 'value="Meins"' in page.text
    assert SettingsVersion.objects.count() == 1


def test_saving_what_is_there_saves_nothing(office: Client) -> None:
    before = snapshot()["utility_settings.SettingsVersion"]
    page = office.post(path_of(Section.LEGAL), typed(Section.LEGAL), follow=True)
    assert "Es war nichts zu speichern" in page.text
    assert snapshot()["utility_settings.SettingsVersion"] == before


def test_a_preview_of_colours_saves_nothing_and_asks_for_no_password(office: Client) -> None:
    before = snapshot()["utility_settings.SettingsVersion"]
    fields = typed(Section.BRAND, brand__light="#3d9bff", current_password="", act="preview")
    page = office.post(path_of(Section.BRAND), fields)
    assert page.status_code == 200
    assert 'fill="#3d9bff"' in page.text
    assert "nötig 4,5 : 1" in page.text
    assert "Bitte geben Sie Ihr Passwort ein." not in page.text
    assert snapshot()["utility_settings.SettingsVersion"] == before


def test_other_colours_reach_the_style_sheet(office: Client) -> None:
    office.post(path_of(Section.BRAND), typed(Section.BRAND, brand__light="004422"))
    assert "--marke-hell:#004422;" in Client().get("/marke.css").text


def test_a_former_state_is_put_back_after_it_was_shown(office: Client, settings: Settings) -> None:
    for slogan in ("Eins", "Zwei"):
        office.post(path_of(Section.MASTER_DATA), typed(Section.MASTER_DATA, slogan=slogan))
    path = path_of(Section.MASTER_DATA, "stand/1/")
    page = office.get(path).text
    assert "Zwei" in page
    assert "<b>Eins</b>" in page
    assert office.post(path, {"seen": 2, "current_password": "falsch"}).status_code == 422
    assert settings.UTILITY.slogan == "Zwei"
    assert office.post(path, {"seen": 2, "current_password": PASSWORD}).status_code == 303
    assert settings.UTILITY.slogan == "Eins"
    assert (
        office.post(
            path_of(Section.MASTER_DATA, "stand/0/"), {"seen": 2, "current_password": PASSWORD}
        ).status_code
        == 409
    )
    office.post(path_of(Section.MASTER_DATA, "stand/0/"), {"seen": 3, "current_password": PASSWORD})
    assert settings.UTILITY.slogan == Utility().slogan
    assert office.get(path_of(Section.MASTER_DATA, "stand/9/")).status_code == 404


def test_the_technician_changes_what_is_technical_and_nothing_else(
    client: Client, noon: None, db: None
) -> None:
    sign_in_member(client, make_member(Role.TECHNICIAN))
    assert path_of(Section.NUMBERS) in client.get(path_of(Section.NUMBERS, "")).text
    assert path_of(Section.LEGAL) not in client.get(path_of(Section.LEGAL, "")).text
    assert client.post(path_of(Section.LEGAL), typed(Section.LEGAL)).status_code == 403
    fields = typed(Section.NUMBERS, customer_number__digits="9")
    assert client.post(path_of(Section.NUMBERS), fields).status_code == 303
    assert values_of(Section.NUMBERS)["customer_number.digits"] == 9
    assert (
        client.post(
            path_of(Section.NUMBERS, "stand/0/"), {"seen": 1, "current_password": PASSWORD}
        ).status_code
        == 303
    )
    assert values_of(Section.NUMBERS)["customer_number.digits"] == 7


def picture(kind: str = "PNG", size: tuple[int, int] = (1200, 300)) -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGBA", size, (20, 60, 140, 128)).save(content, kind)
    content.seek(0)
    content.name = f"logo.{kind.lower()}"
    return content


def logo_form(**fields: object) -> dict[str, object]:
    return {"seen": last_number(Section.LOGO), "current_password": PASSWORD, **fields}


def test_a_logo_is_drawn_anew_and_shown_on_every_page(office: Client) -> None:
    assert Client().get("/marke-logo").status_code == 404
    assert office.post(path_of(Section.LOGO), logo_form(file=picture("WEBP"))).status_code == 303
    answer = Client().get("/marke-logo")
    assert answer["Content-Type"] == "image/png"
    shown = Image.open(io.BytesIO(answer.content))
    assert (shown.size, shown.mode) == ((600, 150), "RGBA")
    assert "marke__logo" in Client().get("/anmelden/").text
    office.post(path_of(Section.LOGO), logo_form(without="on"))
    assert Client().get("/marke-logo").status_code == 404
    office.post(path_of(Section.LOGO, "stand/1/"), {"seen": 2, "current_password": PASSWORD})
    assert Client().get("/marke-logo").status_code == 200


def test_another_machine_gets_the_logo_from_the_database(
    office: Client, settings: Settings, tmp_path: Path
) -> None:
    office.post(path_of(Section.LOGO), logo_form(file=picture()))
    settings.DATA_DIR = tmp_path / "elsewhere"
    settings.DATA_DIR.mkdir()
    settings.UTILITY = live_utility()
    assert Client().get("/marke-logo").status_code == 200
    assert Path(settings.UTILITY.brand.logo).parent == settings.DATA_DIR / "logos"


def test_what_is_no_picture_is_no_logo(office: Client) -> None:
    svg = io.BytesIO(b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    svg.name = "logo.svg"
    empty = io.BytesIO()
    empty.name = "logo.png"
    for file, said in (
        (svg, "Diese Datei ist kein PNG-, WebP- oder JPEG-Bild."),
        (empty, "Die Datei ist leer."),
        (None, "Bitte wählen Sie eine Bilddatei aus."),
    ):
        page = office.post(path_of(Section.LOGO), logo_form(**({"file": file} if file else {})))
        assert page.status_code == 422
        assert said in page.text
    assert not SettingsVersion.objects.exists()


def test_a_change_that_cannot_be_used_is_told(office: Client, settings: Settings) -> None:
    SettingsVersion.objects.create(
        section="brand", number=1, at=NOW, actor="staff:1", values={"brand.light": "blau"}
    )
    settings.UTILITY = live_utility()
    assert "brand.light: expected a colour" in office.get(PAGE).text
    assert office.get(path_of(Section.BRAND)).status_code == 200


def test_a_change_that_cannot_be_used_is_lost_by_going_back_to_the_file(
    office: Client, settings: Settings
) -> None:
    SettingsVersion.objects.create(
        section="legal", number=1, at=NOW, actor="staff:1", values={"accessibility.email": "nobody"}
    )
    settings.UTILITY = live_utility()
    assert "accessibility.email: " in office.get(PAGE).text
    back = path_of(Section.LEGAL, "stand/0/")
    page = office.get(back).text
    assert "Die Werte bleiben, wie sie sind." in page
    assert "Es ändert sich nichts" not in page
    assert office.post(back, {"seen": 1, "current_password": PASSWORD}).status_code == 303
    assert "accessibility.email: " not in office.get(PAGE).text
    assert "Es ändert sich nichts" in office.get(back).text
    assert '<ul class="liste">' not in office.get(path_of(Section.LEGAL, "")).text


def test_there_are_no_other_sections(office: Client) -> None:
    for path in ("farbe/", "farbe/aendern/", "farbe/stand/1/"):
        assert office.get(PAGE + path).status_code == 404
