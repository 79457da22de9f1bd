"""``/passwort-festlegen/<token>/`` and what hangs on it."""

import datetime as dt

import pytest
import time_machine
from django.contrib import auth

from kundenportal.addresses.models import BillingAddress
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.linking import services
from kundenportal.linking.models import AccountLink, ActivationLetter, Registration
from kundenportal.mailing.kinds import kind_named
from tests.make import NOW, make_customer, make_premise, make_register, make_user

METER = "1EMH0004512873"
EMAIL = "m.bauer@beispiel.de"
GOOD = {"password": "vier Wörter ohne Sinn", "password_repeat": "vier Wörter ohne Sinn"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def make_registration(**values: str) -> Registration:
    typed = {
        "customer_number": "0014026/1",
        "name": "Michael Bauer",
        "email": EMAIL,
        "status": "mailed",
    } | values
    return Registration.objects.create(**typed, created_at=NOW)


def url_of(registration: Registration) -> str:
    prepare = kind_named("registration_link").prepare
    assert prepare is not None
    return f"/passwort-festlegen/{prepare({'registration_id': registration.pk}, NOW)['token']}/"


def make_known(**values):
    customer = make_customer(**{"customer_number": "0014026/1", "contact_email": EMAIL} | values)
    make_register(make_premise(customer), meter_number=METER)
    return customer


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def state() -> tuple[object, ...]:
    return (
        list(Registration.objects.values()),
        list(OneTimeSecret.objects.values()),
        list(User.objects.values()),
        list(AccountLink.objects.values()),
        list(ActivationLetter.objects.values()),
    )


def test_opening_the_link_changes_nothing_however_often(client) -> None:
    make_known()
    url = url_of(make_registration())
    before = state()
    for _ in range(3):
        response = client.get(url)
        assert response.status_code == 200
        client.head(url)
    assert state() == before
    assert not auth.get_user(client).is_authenticated
    assert "no-store" in response["Cache-Control"]


def test_a_known_triple_is_asked_for_a_password_only_and_signed_in_at_once(client) -> None:
    customer = make_known()
    url = url_of(make_registration())
    text = text_of(client.get(url))
    assert "Zählernummer" not in text
    assert "0014026/1" in text
    assert "mindestens 12 Zeichen" in text
    assert text.count('autocomplete="new-password"') == 2
    response = client.post(url, GOOD, follow=True)
    assert response.redirect_chain[0] == ("/", 303)
    assert "Ihr Passwort ist gespeichert. Sie sind jetzt angemeldet." in text_of(response)
    user = auth.get_user(client)
    assert AccountLink.objects.get(customer=customer).user == user
    assert user.check_password(GOOD["password"])


@pytest.mark.parametrize(
    "values",
    [{"email": "andere@beispiel.de"}, {"name": "Petra Weber"}, {"customer_number": "0099999/1"}],
)
def test_whatever_does_not_match_is_asked_for_a_meter_number_alike(client, values: dict[str, str]) -> None:
    make_known()
    text = text_of(client.get(url_of(make_registration(**values))))
    assert "Zählernummer eines Ihrer Zähler" in text


def test_a_meter_number_opens_what_the_address_does_not(client) -> None:
    make_known()
    url = url_of(make_registration(email="andere@beispiel.de"))
    assert client.post(url, GOOD | {"meter_number": "1 EMH 0004512873"}).status_code == 303
    assert User.objects.get().email == "andere@beispiel.de"


def test_a_wrong_meter_number_is_told_and_kept_and_the_fifth_leads_to_a_person(client) -> None:
    make_known()
    url = url_of(make_registration(email="andere@beispiel.de"))
    for _ in range(5):
        response = client.post(url, GOOD | {"meter_number": "<9>"})
        assert response.status_code == 422
    text = text_of(response)
    assert (
        "Diese Zählernummer passt nicht zu Ihrer Kundennummer. Sie steht auf dem Zähler neben dem Strichcode."
        in text
    )
    assert 'value="&lt;9&gt;"' in text
    for response in (client.get(url), client.post(url, GOOD | {"meter_number": METER})):
        assert response.status_code == 403
        assert "Bitte rufen Sie uns an" in text_of(response)
        assert "09872 0000-332" in text_of(response)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password": "", "password_repeat": ""}, "Bitte geben Sie ein neues Passwort ein."),
        (
            {"password": "neun Wort", "password_repeat": "neun Wort"},
            "Das neue Passwort hat 9 Zeichen. Es braucht mindestens 12.",
        ),
        (
            {"password": "x" * 257, "password_repeat": "x" * 257},
            "Das neue Passwort hat 257 Zeichen. Erlaubt sind höchstens 256.",
        ),
        (
            {"password": "Michael-Bauer-1", "password_repeat": "Michael-Bauer-1"},
            "Das neue Passwort besteht aus Ihrem Namen, Ihrer Anschrift, Ihrer Kundennummer oder Ihrer E-Mail.",
        ),
        (
            {"password": "ichliebedich", "password_repeat": "ichliebedich"},
            "Dieses Passwort steht in Listen gestohlener Passwörter. Bitte wählen Sie ein anderes.",
        ),
        (
            {"password": "Kundenportal1!", "password_repeat": "Kundenportal1!"},
            "Dieses Passwort ist leicht zu erraten.",
        ),
        ({"password_repeat": "vier Wörter ohne Unsinn"}, "Die beiden neuen Passwörter unterscheiden sich."),
        ({"password_repeat": ""}, "Bitte geben Sie das neue Passwort noch einmal ein."),
    ],
)
def test_a_password_that_will_not_do_is_told_why_and_the_link_stays_good(
    client, fields: dict[str, str], words: str
) -> None:
    make_known()
    url = url_of(make_registration())
    before = state()
    response = client.post(url, GOOD | fields)
    assert response.status_code == 422
    assert words in text_of(response)
    assert all(not typed or typed not in text_of(response) for typed in fields.values())
    assert state() == before
    assert client.post(url, GOOD).status_code == 303


def test_the_street_of_a_known_customer_is_no_password(client) -> None:
    make_known()
    street = {"password": "Lindenstraße 12", "password_repeat": "Lindenstraße 12"}
    response = client.post(url_of(make_registration()), street)
    assert response.status_code == 422
    assert "Das neue Passwort besteht aus Ihrem Namen, Ihrer Anschrift," in text_of(response)


@pytest.mark.parametrize("street", ["Lindenstraße 12", "Kastanienweg 12"])
def test_a_stranger_learns_no_street_from_what_is_refused(client, street: str) -> None:
    make_known(contact_email="jemand@beispiel.de")
    fields = {"password": street, "password_repeat": street, "meter_number": "falsch"}
    response = client.post(url_of(make_registration()), fields)
    assert response.status_code == 422
    assert "aus Ihrem Namen, Ihrer Anschrift" not in text_of(response)


@pytest.mark.parametrize(
    "password", ["  Blanks am Rand zählen  ", "🦊🐝🌻🦉🍎🚲🎈🧭🪁🦔🐌🌈", "Ein Satz, der sehr lang ist. " * 8]
)
def test_any_characters_and_many_of_them_are_welcome(client, password: str) -> None:
    make_known()
    client.post(url_of(make_registration()), {"password": password, "password_repeat": password})
    assert User.objects.get().check_password(password)


@pytest.mark.parametrize("case", ["expired", "used", "unknown"])
def test_a_link_that_opens_nothing_offers_a_new_one(client, clock, case: str) -> None:
    make_known()
    url = url_of(make_registration())
    if case == "expired":
        clock.shift(dt.timedelta(hours=24))
    elif case == "used":
        client.post(url, GOOD)
        client.post("/abmelden/")
    else:
        url = "/passwort-festlegen/gibt-es-nicht/"
    before = state()
    for response in (client.get(url), client.post(url, GOOD)):
        assert response.status_code == 410
        assert "Dieser Link ist abgelaufen." in text_of(response)
        assert "Links gelten 24 Stunden." in text_of(response)
        assert "Neuen Link senden" in text_of(response)
    assert state() == before


@pytest.mark.parametrize("is_known", [True, False])
def test_a_new_link_is_asked_for_with_one_button(client, clock, is_known: bool) -> None:
    url = url_of(make_registration()) if is_known else "/passwort-festlegen/gibt-es-nicht/"
    clock.shift(dt.timedelta(hours=24))
    assert client.get(f"{url}neuer-link/").status_code == 405
    response = client.post(f"{url}neuer-link/")
    assert (response.status_code, response["Location"]) == (303, "/registrieren/gesendet/")
    assert Registration.objects.filter(status="received").count() == is_known


def test_a_number_that_has_a_login_is_told_kindly_and_stays_as_it_is(client) -> None:
    make_user(make_known(), email="alt@beispiel.de")
    url = url_of(make_registration())
    before = state()
    response = client.post(url, GOOD)
    assert response.status_code == 409
    text = text_of(response)
    for words in (
        "Sie haben schon einen Zugang",
        "Wir haben nichts geändert.",
        "/anmelden/",
        "/passwort-vergessen/",
    ):
        assert words in text
    assert "beispiel.de" not in text
    assert state() == before


def test_the_name_is_enough_where_the_utility_wants_it_so(client, settings) -> None:
    settings.REGISTRATION_PROOF = "name"
    make_known()
    url = url_of(make_registration(email="andere@beispiel.de"))
    assert "Zählernummer" not in text_of(client.get(url))
    assert client.post(url, GOOD).status_code == 303


@pytest.mark.parametrize(
    ("values", "letters"),
    [
        ({"email": "andere@beispiel.de"}, 1),
        ({"name": "Petra Weber"}, 0),
        ({"customer_number": "0099999/1"}, 0),
    ],
)
def test_a_letter_is_asked_for_alike_and_written_only_when_number_and_name_fit(
    client, settings, values: dict[str, str], letters: int
) -> None:
    settings.REGISTRATION_PROOF = "letter"
    give_address(make_known())
    url = url_of(make_registration(**values))
    assert "Brief anfordern" in text_of(client.get(url))
    assert client.get(f"{url}brief/").status_code == 405
    assert not ActivationLetter.objects.exists()
    response = client.post(f"{url}brief/", follow=True)
    text = text_of(response)
    assert "Wir schicken Ihnen einen Freischaltcode per Brief an die uns bekannte Anschrift." in text
    assert "Freischaltcode aus dem Brief" in text
    client.post(f"{url}brief/")
    assert ActivationLetter.objects.count() == letters


def give_address(customer) -> None:
    BillingAddress.objects.create(
        customer=customer, street="Lindenstraße", house_number="12", postal_code="91560", city="Musterbach"
    )


def test_the_known_triple_needs_no_letter(client, settings) -> None:
    settings.REGISTRATION_PROOF = "letter"
    make_known()
    assert client.post(url_of(make_registration()), GOOD).status_code == 303


def test_a_wrong_code_is_told(client, settings) -> None:
    settings.REGISTRATION_PROOF = "letter"
    make_known()
    url = url_of(make_registration(email="andere@beispiel.de"))
    client.post(f"{url}brief/")
    response = client.post(url, GOOD | {"letter_code": "00000-00000"})
    assert response.status_code == 422
    assert "Der Freischaltcode stimmt nicht oder ist abgelaufen." in text_of(response)
    assert not User.objects.exists()


@pytest.mark.parametrize("path", ["", "brief/"])
def test_an_unknown_link_asks_for_no_letter(client, settings, path: str) -> None:
    settings.REGISTRATION_PROOF = "letter"
    assert client.post(f"/passwort-festlegen/gibt-es-nicht/{path}").status_code == 410


@pytest.mark.parametrize(("error", "status"), [("LinkExpired", 410), ("ProofLocked", 403)])
def test_what_happens_between_looking_and_sending_is_told(
    client, monkeypatch, error: str, status: int
) -> None:
    make_known()
    url = url_of(make_registration())

    def fail(**values: object) -> None:
        raise getattr(services, error)

    monkeypatch.setattr(services, "complete_registration", fail)
    monkeypatch.setattr(services, "request_letter", fail)
    assert client.post(url, GOOD).status_code == status
    assert client.post(f"{url}brief/").status_code == status
    assert not auth.get_user(client).is_authenticated
