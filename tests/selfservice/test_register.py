"""``/registrieren/`` and ``/registrieren/gesendet/``."""

import pytest

from kundenportal.linking.models import Registration
from kundenportal.mailing.models import OutgoingMail
from tests.make import make_customer, make_user

URL = "/registrieren/"
GOOD = {"customer_number": "14026", "name": "Michael Bauer", "email": "m.bauer@beispiel.de"}

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_page_asks_for_the_three_fields_of_the_guide(client) -> None:
    response = client.get(URL)
    text = text_of(response)
    assert response.status_code == 200
    for label, name in (("Kundennummer", "customer_number"), ("Name", "name"), ("E-Mail-Adresse", "email")):
        assert f'<label for="id_{name}">{label} <span class="stern" aria-hidden="true">*</span>' in text
    assert 'Mit <span class="stern">*</span> gekennzeichnete Felder sind Pflichtfelder.' in text
    for autocomplete in ("off", "name", "email"):
        assert f'autocomplete="{autocomplete}"' in text
    assert "zum Beispiel 0012345/1" in text


def test_what_was_typed_is_noted_in_canonical_form_and_nothing_is_sent_yet(client) -> None:
    response = client.post(URL, GOOD | {"name": "  Michael Bauer ", "email": "M.Bauer@Beispiel.DE"})
    assert (response.status_code, response["Location"]) == (303, "/registrieren/gesendet/")
    registration = Registration.objects.get()
    assert registration.customer_number == "0014026/1"
    assert registration.name == "Michael Bauer"
    assert registration.email == "m.bauer@beispiel.de"
    assert registration.status == Registration.Status.RECEIVED
    assert not OutgoingMail.objects.exists()


def test_the_answer_is_the_same_for_every_number(client) -> None:
    make_user(make_customer(customer_number="0014026/1", contact_email="m.bauer@beispiel.de"))
    make_customer(customer_number="0014027/1")
    answers = []
    for number in ("14026", "14027", "99999"):
        response = client.post(URL, GOOD | {"customer_number": number})
        headers = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
        answers.append((response.status_code, response.content, headers, dict(response.cookies)))
    assert answers[0] == answers[1] == answers[2]
    page = text_of(client.get("/registrieren/gesendet/"))
    assert "Fast geschafft." in page
    assert (
        "Wenn alles zu einem Konto bei uns passt, haben Sie in wenigen Minuten eine E-Mail. "
        "Darin stehen Ihre persönlichen Zugangsdaten." in page
    )
    assert "Keine E-Mail? Bitte sehen Sie im Spam-Ordner nach oder rufen Sie uns an." in page


def test_the_answer_is_the_same_over_the_limit(client) -> None:
    answers = {
        (response.status_code, response["Location"])
        for response in (client.post(URL, GOOD) for _ in range(7))
    }
    assert answers == {(303, "/registrieren/gesendet/")}
    assert Registration.objects.count() == 5


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        (
            "customer_number",
            "",
            "Bitte geben Sie Ihre Kundennummer ein. Sie steht auf Ihrer Ablesekarte oder Abrechnung.",
        ),
        (
            "customer_number",
            "12345678",
            "Die Kundennummer hat 7 Ziffern, zum Beispiel 0012345/1. Sie haben 8 Ziffern eingegeben.",
        ),
        ("customer_number", "0", "Sie haben 1 Ziffer eingegeben."),
        (
            "customer_number",
            "14026/2",
            "Die Kundennummer endet auf /1, zum Beispiel 0012345/1. Sie haben „14026/2“ eingegeben.",
        ),
        ("customer_number", "14O26", "„14O26“ ist keine Kundennummer. Bitte geben Sie nur Ziffern ein"),
        ("customer_number", "/1", "„/1“ ist keine Kundennummer."),
        ("name", "", "Bitte geben Sie Ihren Namen ein."),
        ("name", " - ", "Bitte geben Sie Ihren Namen ein."),
        ("email", "", "Bitte geben Sie Ihre E-Mail-Adresse ein."),
        ("email", "m.bauer", "In der E-Mail-Adresse fehlt das @-Zeichen, zum Beispiel name@beispiel.de."),
        ("email", "m.bauer@beispiel", "An „m.bauer@beispiel“ können wir nicht schreiben."),
        ("email", "m\u0131ke@beispiel.de", "können wir nicht schreiben."),
    ],
)
def test_a_wrong_field_is_named_what_was_typed_stays_and_nothing_is_noted(
    client, field: str, typed: str, words: str
) -> None:
    response = client.post(URL, GOOD | {field: typed})
    text = text_of(response)
    assert response.status_code == 422
    assert words in text
    assert "<title>Fehler: Registrieren" in text
    assert "Bitte prüfen Sie eine Angabe" in text
    assert f'href="#id_{field}"' in text
    for other, value in GOOD.items():
        if other != field:
            assert f'value="{value}"' in text
    assert not Registration.objects.exists()


def test_all_errors_are_named_at_once(client) -> None:
    response = client.post(URL, {})
    assert "Bitte prüfen Sie 3 Angaben" in text_of(response)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_what_was_typed_is_shown_as_text(client, name: str) -> None:
    response = client.post(URL, GOOD | {"name": name, "email": ""})
    assert name not in response.content.decode()


def test_a_post_cannot_set_more_than_the_three_fields(client) -> None:
    client.post(URL, GOOD | {"status": "completed", "user": "1", "proof_failures": "-5", "language": "xx"})
    registration = Registration.objects.get()
    assert (registration.status, registration.user, registration.proof_failures) == ("received", None, 0)
    assert registration.language == "de"


def test_a_slip_in_the_address_is_asked_about_once_and_the_other_address_is_one_click_away(client) -> None:
    typed = GOOD | {"email": "m.bauer@gmial.com"}
    response = client.post(URL, typed)
    text = text_of(response)
    assert response.status_code == 422
    assert "Meinten Sie m.bauer@gmail.com?" in text
    assert 'value="14026"' in text
    assert 'name="email_confirmed" value="m.bauer@gmial.com"' in text
    assert not Registration.objects.exists()
    assert '<input type="hidden" name="email" value="m.bauer@gmail.com">' in text
    client.post(URL, typed | {"email_confirmed": "m.bauer@gmial.com"})
    client.post(URL, typed | {"email": "m.bauer@gmail.com"})
    assert list(Registration.objects.values_list("email", flat=True)) == [
        "m.bauer@gmial.com",
        "m.bauer@gmail.com",
    ]


def test_another_slip_is_asked_about_again(client) -> None:
    typed = GOOD | {"email": "m.bauer@gmial.com"}
    response = client.post(URL, typed | {"email": "m.bauer@web.dee", "email_confirmed": "m.bauer@gmial.com"})
    assert "Meinten Sie m.bauer@web.de?" in text_of(response)
    assert not Registration.objects.exists()
