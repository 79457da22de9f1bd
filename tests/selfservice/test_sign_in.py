"""``/anmelden/`` and ``/abmelden/``."""

import datetime as dt
from urllib.parse import quote

import pytest
import time_machine
from django.contrib import auth
from django.contrib.sessions.models import Session

from kundenportal.audit.models import AuditEntry
from kundenportal.identity import password_hashing
from kundenportal.linking.models import Registration
from kundenportal.mailing.kinds import kind_named
from tests.make import NOW, PASSWORD, make_customer, make_premise, make_user

URL = "/anmelden/"
REFUSED = "Kundennummer, E-Mail oder Passwort stimmen nicht."
TIMED_OUT = "Sie waren länger nicht aktiv. Bitte melden Sie sich wieder an."

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_noon():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def hashes(monkeypatch) -> list[str]:
    """Return the list that every hash comparison adds its stored hash to."""
    compared: list[str] = []
    verify = password_hashing.verify_password

    def counting(password: str, encoded: str):
        compared.append(encoded)
        return verify(password, encoded)

    monkeypatch.setattr(password_hashing, "verify_password", counting)
    return compared


def post(client, identifier: str, password: str = PASSWORD, *, url: str = URL, **headers: str):
    return client.post(url, {"identifier": identifier, "password": password}, **headers)


def is_signed_in(client) -> bool:
    return auth.SESSION_KEY in client.session


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_page_says_what_the_guide_says(client) -> None:
    response = client.get(URL)
    text = text_of(response)
    assert response.status_code == 200
    for words in (
        "<h1>Kunden-Login</h1>",
        "Kundennummer oder E-Mail",
        "Passwort vergessen",
        "Noch keine Zugangsdaten?",
        "Lassen Sie sich doch registrieren.",
        "0012345/1",
        "Sie steht auf Ihrer Ablesekarte und auf Ihrer letzten Abrechnung.",
        "Kunde bei einem anderen Stromanbieter?",
    ):
        assert words in text
    assert 'autocomplete="username webauthn"' in text
    assert 'autocomplete="current-password"' in text
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "identifier",
    [
        "0014026/1",
        "0014026",
        "14026",
        " 14026 / 1 ",
        "0010224/1",
        "m.bauer@beispiel.de",
        "M.Bauer@Beispiel.DE",
    ],
)
def test_every_linked_number_and_the_address_sign_in(client, identifier: str) -> None:
    user = make_user(make_customer(customer_number="0014026/1"), make_customer(customer_number="0010224/1"))
    response = post(client, identifier)
    assert (response.status_code, response["Location"]) == (303, "/")
    assert client.session[auth.SESSION_KEY] == str(user.pk)
    assert AuditEntry.objects.get(action="sign_in.succeeded").actor == f"user:{user.pk}"


def test_a_password_is_compared_in_its_composed_form(client) -> None:
    make_user(make_customer(customer_number="0014026/1"))
    post(client, "14026", PASSWORD.replace("ö", "o\u0308"))
    assert is_signed_in(client)


@pytest.mark.parametrize("fitting", [0, 1, 2])
def test_of_several_logins_with_one_address_the_one_whose_password_fits_is_signed_in(
    client, fitting: int
) -> None:
    users = [make_user(make_customer()) for _ in range(3)]
    for index, user in enumerate(users):
        user.set_password(f"ein anderes Wort {index}")
        user.save()
    post(client, "m.bauer@beispiel.de", f"ein anderes Wort {fitting}")
    assert client.session[auth.SESSION_KEY] == str(users[fitting].pk)


def refused_cases():
    return {
        "wrong password": ("0014026/1", "falsch"),
        "unknown number": ("0099999/1", PASSWORD),
        "number without a login": ("0055555/1", PASSWORD),
        "inactive login": ("0077777/1", PASSWORD),
        "ended link": ("0088888/1", PASSWORD),
        "neither number nor address": ("Michael Bauer", PASSWORD),
        "very long": ("1" * 250, "x" * 5000),
    }


def make_people() -> None:
    make_user(make_customer(customer_number="0014026/1"))
    make_customer(customer_number="0055555/1")
    make_user(make_customer(customer_number="0077777/1"), email="aus@beispiel.de", is_active=False)
    ended = make_user(make_customer(customer_number="0088888/1"), email="ende@beispiel.de")
    ended.account_links.update(ended_at=NOW)


@pytest.mark.parametrize("case", refused_cases())
def test_a_refused_sign_in_is_told_alike_and_changes_nothing(client, case: str) -> None:
    make_people()
    response = post(client, *refused_cases()[case])
    assert response.status_code == 422
    assert REFUSED in text_of(response)
    assert "<title>Fehler: Kunden-Login" in text_of(response)
    assert not Session.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("password", ["falsch", PASSWORD])
def test_known_and_unknown_numbers_are_answered_alike_in_every_byte(client, at_noon, password: str) -> None:
    make_people()
    client.get(URL)
    answers = []
    for number in ("0055555/1", "0099999/1"):
        response = post(client, number, password)
        body = response.content.decode().replace(number, "NUMBER")
        token = str(response.context["csrf_token"])
        answers.append(
            (
                response.status_code,
                body.replace(token, ""),
                sorted(response.headers),
                sorted(response.cookies),
            )
        )
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("access_data", "identifier", "count"),
    [
        ("link", "0014026/1", 1),
        ("link", "0099999/1", 1),
        ("link", "Michael Bauer", 1),
        ("link", "m.bauer@beispiel.de", 3),
        ("link", "fremd@beispiel.de", 3),
        ("link", "viele@beispiel.de", 3),
        ("start_password", "0014026/1", 2),
        ("start_password", "0055555/1", 2),
        ("start_password", "0099999/1", 2),
        ("start_password", "m.bauer@beispiel.de", 3),
    ],
)
@pytest.mark.parametrize("password", [PASSWORD, "falsch"])
def test_every_try_costs_the_same_number_of_hashes(
    client, settings, hashes: list[str], access_data: str, identifier: str, count: int, password: str
) -> None:
    settings.ACCESS_DATA = access_data
    make_people()
    for _ in range(4):
        make_user(make_customer(), email="viele@beispiel.de")
    post(client, identifier, password)
    assert len(hashes) == count


def test_right_passwords_are_not_counted(client, at_noon) -> None:
    make_people()
    assert [post(client, "14026").status_code for _ in range(12)] == [303] * 12


def test_one_place_may_fail_twenty_times_a_minute(client, at_noon) -> None:
    answers = [post(client, f"{number}").status_code for number in range(10_000, 10_022)]
    assert answers == [422] * 20 + [429] * 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password": PASSWORD}, "Bitte geben Sie eins davon ein: Ihre Kundennummer oder Ihre E-Mail."),
        ({"identifier": "14026"}, "Bitte geben Sie Ihr Passwort ein."),
        ({"identifier": "x" * 255, "password": PASSWORD}, "Bitte geben Sie eins davon ein"),
    ],
)
def test_a_missing_field_is_named_and_the_rest_is_kept(client, fields: dict[str, str], words: str) -> None:
    response = client.post(URL, fields)
    assert response.status_code == 422
    assert words in text_of(response)
    assert fields.get("identifier", "") in text_of(response)
    assert PASSWORD not in text_of(response)


def test_the_session_key_changes_and_what_it_held_is_gone(client) -> None:
    make_people()
    session = client.session
    session["of_nobody"] = "x"
    session.save()
    before = session.session_key
    client.cookies["sitzung"] = before
    post(client, "14026")
    assert client.session.session_key != before
    assert "of_nobody" not in client.session
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize("path", ["/vs/7KQ2M/zaehlerstaende/", "/auswahl/?bereich=readings"])
def test_the_visitor_comes_back_to_the_page_he_wanted(client, path: str) -> None:
    make_people()
    assert post(client, "14026", url=f"{URL}?weiter={quote(path)}")["Location"] == path


@pytest.mark.parametrize(
    "path",
    [
        "https://boese.example/",
        "//boese.example/",
        "/\\boese.example/",
        "/\t/boese.example/",
        "javascript:alert(1)",
        "boese",
        "http:boese.example",
        "///boese.example",
        "",
    ],
)
def test_nobody_is_led_to_another_site(client, path: str) -> None:
    make_people()
    assert post(client, "14026", url=f"{URL}?weiter={quote(path)}")["Location"] == "/"


def test_who_is_signed_in_needs_no_sign_in_page(client) -> None:
    make_people()
    post(client, "14026")
    response = client.get(URL)
    assert (response.status_code, response["Location"]) == (302, "/")


def test_signing_out_ends_the_session_on_the_server(client) -> None:
    make_people()
    post(client, "14026")
    key = client.session.session_key
    response = client.post("/abmelden/")
    assert (response.status_code, response["Location"]) == (303, URL)
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(session_key=key).exists()
    assert "Sie sind abgemeldet." in text_of(client.get(URL))
    assert not is_signed_in(client)


def test_signing_out_takes_a_post(client) -> None:
    make_people()
    post(client, "14026")
    assert client.get("/abmelden/").status_code == 405
    assert is_signed_in(client)


@pytest.fixture
def premise_page(client, at_noon) -> str:
    customer = make_customer(customer_number="0014026/1")
    premise = make_premise(customer)
    make_user(customer)
    post(client, "14026")
    return f"/vs/{premise.public_id}/"


def test_half_an_hour_away_signs_out_and_says_so(client, at_noon, premise_page: str) -> None:
    for _ in range(3):
        at_noon.shift(dt.timedelta(minutes=29))
        assert client.get(premise_page).status_code == 200
    at_noon.shift(dt.timedelta(minutes=30))
    response = client.get(premise_page, follow=True)
    assert response.redirect_chain == [(f"{URL}?weiter={quote(premise_page, safe='')}", 303)]
    assert TIMED_OUT in text_of(response)
    assert not is_signed_in(client)


def test_twelve_hours_are_the_longest_session(client, at_noon, premise_page: str) -> None:
    for _ in range(35):
        at_noon.shift(dt.timedelta(minutes=20))
        assert client.get(premise_page).status_code == 200
    at_noon.shift(dt.timedelta(minutes=20))
    assert client.get(premise_page).status_code == 303


def test_being_seen_is_written_once_a_minute_at_most(client, at_noon, premise_page: str) -> None:
    client.get(premise_page)
    first = client.session["seen_at"]
    at_noon.shift(dt.timedelta(seconds=59))
    client.get(premise_page)
    assert client.session["seen_at"] == first
    at_noon.shift(dt.timedelta(seconds=1))
    client.get(premise_page)
    assert client.session["seen_at"] == first + 60


def test_a_new_password_ends_every_session(client, premise_page: str) -> None:
    user = auth.get_user(client)
    user.set_password("ein ganz anderes Wort")
    user.save()
    assert client.get(premise_page).status_code == 303


def start_password(number: str = "0014026/1") -> str:
    registration = Registration.objects.create(
        customer_number=number,
        name="Michael Bauer",
        email="m.bauer@beispiel.de",
        created_at=NOW,
        status="mailed",
    )
    prepare = kind_named("registration_start_password").prepare
    assert prepare is not None
    return str(prepare({"registration_id": registration.pk}, NOW)["start_password"])


def test_a_start_password_opens_only_the_page_that_sets_a_password_and_only_once(
    client, at_noon, settings
) -> None:
    settings.ACCESS_DATA = "start_password"
    make_customer(customer_number="0014026/1", contact_email="m.bauer@beispiel.de")
    password = start_password()
    assert len(password) == 16
    response = post(client, "14026", f" {password[:8].lower()}-{password[8:]}")
    assert response.status_code == 303
    assert response["Location"].startswith("/passwort-festlegen/")
    assert not is_signed_in(client)
    assert client.get("/auswahl/").status_code == 303
    assert post(client, "14026", password).status_code == 422
    new = {"password": PASSWORD, "password_repeat": PASSWORD}
    assert client.post(response["Location"], new)["Location"] == "/"
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("access_data", "later", "number"),
    [
        ("link", dt.timedelta(0), "14026"),
        ("start_password", dt.timedelta(days=7), "14026"),
        ("start_password", dt.timedelta(0), "14027"),
        ("start_password", dt.timedelta(0), "m.bauer@beispiel.de"),
    ],
)
def test_a_start_password_is_good_for_seven_days_its_number_and_its_setting(
    client, at_noon, settings, access_data: str, later: dt.timedelta, number: str
) -> None:
    password = start_password()
    settings.ACCESS_DATA = access_data
    at_noon.shift(later)
    assert post(client, number, password).status_code == 422
    assert not is_signed_in(client)


def test_the_newest_start_password_of_a_number_is_good(client, at_noon, settings) -> None:
    settings.ACCESS_DATA = "start_password"
    old, new = start_password(), start_password()
    assert post(client, "14026", old).status_code == 422
    assert post(client, "14026", new).status_code == 303


def test_a_login_with_its_own_password_is_signed_in_also_where_start_passwords_are_used(
    client, settings
) -> None:
    settings.ACCESS_DATA = "start_password"
    make_people()
    assert post(client, "14026")["Location"] == "/"
    assert is_signed_in(client)
