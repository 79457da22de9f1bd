"""``/verwaltung/einstellungen/texte/``: reading, writing and giving back the texts of the portal."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import StaffMember
from kundenportal.ui.texts.store import shipped_file, source_of
from kundenportal.utility_settings.models import SettingsVersion
from tests.make import NOW, PASSWORD
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member
from tests.utilities import live_utility

TEXTS = "/verwaltung/einstellungen/texte/"
IMPRINT = f"{TEXTS}de/impressum/"
SOURCE = "# Unser Impressum\n\nRufen Sie an: {phone}\n"


@pytest.fixture(autouse=True)
def utility(settings: Settings) -> None:
    settings.UTILITY = live_utility()


@pytest.fixture
def office(client: Client, noon: None, db: None) -> Client:
    """A browser in which Herr Maier is signed in, who leads the office."""
    member = make_member(StaffMember.Role.SUPERVISOR, email="maier@stadtwerke.example", name="Herr Maier")
    sign_in_member(client, member)
    return client


def typed(source: str = SOURCE, **changed: object) -> dict[str, object]:
    seen = SettingsVersion.objects.filter(section="text:de/impressum").count()
    return {"source": source, "seen": seen, "current_password": PASSWORD, **changed}


def test_the_list_shows_every_text_in_its_languages_and_whose_it_is(
    office: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page = office.get(TEXTS).text
    for path in ("de/impressum", "en/datenschutz", "de/leichte-sprache", "de/hilfe/abschlag"):
        assert f"{TEXTS}{path}/" in page
    assert "Entwurf des Portals" in page
    assert "hier geändert" not in page
    office.post(f"{IMPRINT}aendern/", typed())
    for number in range(20):
        SettingsVersion.objects.create(
            section="text:en/impressum", number=number + 1, at=NOW, actor="staff:1"
        )
    office.get(TEXTS)
    with django_assert_num_queries(3):
        page = office.get(TEXTS).text
    assert "hier geändert" in page


def test_a_text_is_written_read_by_everybody_and_in_the_history(office: Client) -> None:
    assert office.get(IMPRINT).status_code == 200
    response = office.post(f"{IMPRINT}aendern/", typed())
    assert (response.status_code, response["Location"]) == (303, IMPRINT)
    page = Client().get("/impressum/").text
    assert "Unser Impressum" in page
    assert "Rufen Sie an: 09872 0000-332" in page
    shown = office.get(IMPRINT).text
    assert "Herr Maier" in shown
    assert "<ins>Rufen Sie an: {phone}</ins>" in shown
    assert AuditEntry.objects.get(action="settings.changed").subject == "text:de/impressum"


def test_the_last_version_on_a_page_tells_what_it_changed_too(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, 22):
        values = {"source": f"# Impressum\n\nZeile {number}\n"}
        SettingsVersion.objects.create(
            section="text:de/impressum", number=number, at=NOW, actor="staff:1", values=values
        )
    office.get(IMPRINT)
    with django_assert_max_num_queries(8):
        page = office.get(IMPRINT)
    assert "<del>Zeile 1</del>" in page.text
    older = office.get(f"{IMPRINT}?{page.context['pager'].next_query}").text
    assert "<ins>Zeile 1</ins>" in older
    assert 'href="?">Zum Anfang der Liste' in older


def test_a_topic_of_the_help_can_be_left_out(office: Client) -> None:
    path = f"{TEXTS}de/hilfe/abschlag/"
    office.post(f"{path}aendern/", typed(""))
    assert Client().get("/hilfe/abschlag/").status_code == 404
    assert "Dieser Text ist leer" in office.get(path).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"source": "# Titel\n{telefon}"}, "Zeile 2: {telefon} kennt das Portal nicht."),
        ({"source": "# Titel\n{if phone}"}, "Zeile 2: Zu {if phone} fehlt das {end}."),
        ({"source": "# Titel\n{end}"}, "Zeile 2: Zu diesem {end} fehlt die Zeile"),
        (
            {"source": "# Titel\n{if phone} ja\n{end}"},
            "Zeile 2: {if phone} muss allein in einer Zeile stehen.",
        ),
        ({"source": "Ohne Überschrift"}, "Der Text braucht eine Überschrift"),
        ({"source": ""}, "Der Text braucht eine Überschrift"),
        ({"source": "# x" * 20_001}, "Der Text ist zu lang."),
        ({"current_password": "falsch"}, "Das Passwort stimmt nicht."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(
    office: Client, fields: dict[str, object], said: str
) -> None:
    before = snapshot()["utility_settings.SettingsVersion"]
    page = office.post(f"{IMPRINT}aendern/", typed() | fields)
    assert page.status_code == 422
    assert any(said in error for errors in page.context["form"].errors.values() for error in errors)
    assert page.context["form"]["source"].value() == (typed() | fields)["source"]
    assert snapshot()["utility_settings.SettingsVersion"] == before


def test_a_preview_shows_what_was_typed_and_saves_nothing(office: Client) -> None:
    source = "# Neu\n\n{responsible_for_content} <script>alert(1)</script>\n"
    page = office.post(f"{IMPRINT}aendern/", typed(source, act="preview", current_password=""))
    assert page.status_code == 200
    assert "[…] &lt;script&gt;" in page.text
    assert "<code>responsible_for_content</code>" in page.text
    assert not SettingsVersion.objects.exists()


def test_a_text_is_given_back_to_what_it_was(office: Client) -> None:
    office.post(f"{IMPRINT}aendern/", typed())
    path = f"{IMPRINT}zuruecksetzen/"
    assert office.get(path).status_code == 200
    assert office.post(path, {"seen": 1, "current_password": "falsch"}).status_code == 422
    assert "Unser Impressum" in Client().get("/impressum/").text
    assert office.post(path, {"seen": 1, "current_password": PASSWORD}).status_code == 303
    assert "Unser Impressum" not in Client().get("/impressum/").text
    page = office.get(IMPRINT).text
    assert "zurückgesetzt" in page
    assert f"{IMPRINT}aendern/?stand=1" in page


def test_one_goes_on_with_a_former_version(office: Client) -> None:
    office.post(f"{IMPRINT}aendern/", typed())
    office.post(f"{IMPRINT}aendern/", typed("# Anders\n"))
    shipped = shipped_file("impressum", "de")
    assert shipped
    for stand, source in (("1", SOURCE), ("", "# Anders\n"), ("9", "# Anders\n"), ("x", "# Anders\n")):
        form = office.get(f"{IMPRINT}aendern/?stand={stand}").context["form"]
        assert form["source"].value() == source
    assert source_of(shipped) != SOURCE


def test_two_people_do_not_write_over_each_other(office: Client) -> None:
    stale = typed("# Meins\n")
    office.post(f"{IMPRINT}aendern/", typed())
    page = office.post(f"{IMPRINT}aendern/", stale)
    assert page.status_code == 409
    assert "Jemand hat diese Seite inzwischen gespeichert." in page.text
    assert "# Meins" in page.text


@pytest.mark.parametrize(
    "path", ["de/nichts/", "fr/impressum/", "de/../impressum/", "de/hilfe/", "de/markdown/"]
)
def test_there_are_no_other_texts(office: Client, path: str) -> None:
    for act in ("", "aendern/", "zuruecksetzen/"):
        assert office.get(f"{TEXTS}{path}{act}").status_code == 404
