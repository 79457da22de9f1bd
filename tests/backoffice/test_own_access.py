"""``/verwaltung/mein-zugang/``: what one may do, shortcuts, the look of pages, the password."""

from django.test import Client

from kundenportal.identity.models import StaffMember, User
from kundenportal.identity.password_hashing import password_matches
from kundenportal.mailing.models import OutgoingMail
from tests.make import PASSWORD
from tests.one_time_links import NEW_PASSWORD
from tests.snapshot import snapshot
from tests.staff import sign_in_member

OWN = "/verwaltung/mein-zugang/"


def change_password(client: Client, **fields: str):
    typed = {"current_password": PASSWORD, "password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    return client.post(f"{OWN}passwort/", typed | fields)


def test_the_page_says_who_is_signed_in_and_what_he_may_do(desk: Client) -> None:
    page = desk.get(OWN).text
    for word in ("Frau Huber", "huber@stadtwerke.example", "Sachbearbeitung", "den eigenen Zugang"):
        assert word in page


def test_shortcuts_are_switched_off_and_on(desk: Client) -> None:
    assert "data-shortcuts" in desk.get(OWN).text
    assert desk.post(OWN, {}).status_code == 303
    assert not StaffMember.objects.get().uses_shortcuts
    assert "data-shortcuts" not in desk.get(OWN).text
    desk.post(OWN, {"uses_shortcuts": "on"})
    assert StaffMember.objects.get().uses_shortcuts


def test_the_look_of_pages_is_chosen_on_this_device(desk: Client) -> None:
    response = desk.post(f"{OWN}darstellung/", {"theme": "dunkel", "large_text": "on"}, follow=True)
    assert 'data-darstellung="dunkel"' in response.text
    assert "Ihre Darstellung ist gespeichert." in response.text
    assert desk.post(f"{OWN}darstellung/", {"theme": "lila"}).status_code == 422


def test_the_password_is_changed_and_other_devices_are_signed_out(desk: Client, clerk: StaffMember) -> None:
    other = Client()
    sign_in_member(other, clerk)
    assert change_password(desk)["Location"] == OWN
    assert password_matches(NEW_PASSWORD, User.objects.get().password)
    assert desk.get(OWN).status_code == 200
    assert other.get(OWN).status_code == 303
    assert OutgoingMail.objects.get().kind == "password_changed"


def test_a_wrong_password_is_said_and_nothing_changes(desk: Client) -> None:
    before = User.objects.get().password
    response = change_password(desk, current_password="falsch")
    assert response.status_code == 422
    assert "Das aktuelle Passwort stimmt nicht." in response.text
    assert User.objects.get().password == before


def test_nobody_here_is_told_of_a_customer_number(desk: Client) -> None:
    form = desk.get(f"{OWN}passwort/").text
    assert "Es besteht nicht aus Ihrem Namen oder Ihrer E-Mail." in form
    own_words = "Frau Huber huber"
    refused = change_password(desk, password=own_words, password_repeat=own_words).text
    assert "Das neue Passwort besteht aus Ihrem Namen oder Ihrer E-Mail." in refused
    assert "Kundennummer" not in form + refused


def test_ten_wrong_passwords_end_the_session(desk: Client) -> None:
    for _ in range(9):
        assert change_password(desk, current_password="falsch").status_code == 422
    response = change_password(desk, current_password="falsch")
    assert (response.status_code, response["Location"]) == (303, "/verwaltung/anmelden/")
    assert OutgoingMail.objects.get().kind == "own_password_guessed"


def test_reading_changes_nothing(desk: Client) -> None:
    before = snapshot()
    for path in (OWN, f"{OWN}passwort/", f"{OWN}darstellung/"):
        assert desk.get(path).status_code == 200
    assert snapshot() == before
