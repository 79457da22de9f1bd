"""Every address of the portal, opened by everybody who must not: sign-in page or 404, and nothing happens.

A new address fails the first test until somebody says here what kind of address it is. The back office has
a matrix of its own: ``tests/backoffice/test_roles.py``.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import pytest
from django.contrib import auth
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from kundenportal.cellar.models import WaitingReadings
from kundenportal.cellar.services import let_wait
from kundenportal.documents.models import DocumentAccess
from kundenportal.identity.areas import Area
from kundenportal.identity.kept_forms import keep_form
from kundenportal.identity.models import (
    AttemptCounter,
    AuthenticatorApp,
    FailureStreak,
    SignedInDevice,
    User,
)
from kundenportal.linking.models import AccountLink, LinkRequest
from kundenportal.mailing.categories import Category
from kundenportal.privacy.unsubscribe_links import unsubscribe_token
from kundenportal.submissions.models import Submission
from tests.addresses import send_address
from tests.cellar import prepared_device
from tests.contact import make_upload, send_message
from tests.make import (
    NOW,
    Household,
    make_advance_payment_submission,
    make_consent,
    make_customer,
    make_data_export,
    make_document,
    make_passkey,
    make_premise,
    make_reading_submission,
    make_user,
)
from tests.one_time_links import (
    consent_link,
    disavowal_link,
    email_link,
    registration_link,
    reset_link,
    sign_in_link,
    stop_link,
    withdrawal_link,
)
from tests.personas import sign_in
from tests.public_readings import reading_link, token_of
from tests.selfservice.document_pages import content_of
from tests.snapshot import snapshot

pytestmark = pytest.mark.any_database

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
SAFE_METHODS = ("get", "head", "options")


class Kind(Enum):
    """What an address is about, and so who may open it."""

    OPEN = "everybody; it is about nobody"
    OWN = "whoever is signed in; it is about himself"
    OBJECT = "the owner of what its path names"
    LINK = "whoever holds the token of its path"
    SECOND_STEP = "a browser that showed a password"
    DEMO = "nobody outside the demo"


MATRIX = {
    "healthz": Kind.OPEN,
    "readyz": Kind.OPEN,
    "ui:brand_style": Kind.OPEN,
    "ui:brand_icon": Kind.OPEN,
    "ui:brand_logo": Kind.OPEN,
    "ui:security_txt": Kind.OPEN,
    "ui:robots_txt": Kind.OPEN,
    "demo:mailbox": Kind.DEMO,
    "demo:mail": Kind.DEMO,
    "demo:mail_html": Kind.DEMO,
    "selfservice:root": Kind.OWN,
    "selfservice:sign_in": Kind.OPEN,
    "selfservice:sign_in_passkey": Kind.OPEN,
    "selfservice:sign_in_passkey_options": Kind.OPEN,
    "selfservice:confirm_sign_in": Kind.SECOND_STEP,
    "selfservice:confirm_sign_in_recovery": Kind.SECOND_STEP,
    "selfservice:confirm_sign_in_passkey": Kind.SECOND_STEP,
    "selfservice:confirm_sign_in_passkey_options": Kind.SECOND_STEP,
    "selfservice:confirm_device": Kind.SECOND_STEP,
    "selfservice:send_device_code": Kind.SECOND_STEP,
    "selfservice:request_sign_in_link": Kind.OPEN,
    "selfservice:sign_in_link_sent": Kind.OPEN,
    "selfservice:sign_in_link": Kind.LINK,
    "selfservice:sign_out": Kind.OPEN,
    "selfservice:extend_session": Kind.OWN,
    "selfservice:register": Kind.OPEN,
    "selfservice:register_sent": Kind.OPEN,
    "selfservice:set_password": Kind.LINK,
    "selfservice:request_letter": Kind.LINK,
    "selfservice:renew_link": Kind.LINK,
    "selfservice:forgot_password": Kind.OPEN,
    "selfservice:forgot_password_sent": Kind.OPEN,
    "selfservice:reset_password": Kind.LINK,
    "selfservice:public_reading": Kind.OPEN,
    "selfservice:public_reading_check": Kind.OPEN,
    "selfservice:public_reading_sent": Kind.OPEN,
    "selfservice:cellar": Kind.OPEN,
    "selfservice:cellar_worker": Kind.OPEN,
    "selfservice:hand_in": Kind.OPEN,
    "selfservice:reading_link": Kind.LINK,
    "selfservice:reading_link_check": Kind.LINK,
    "selfservice:disavow": Kind.LINK,
    "selfservice:disavowed": Kind.OPEN,
    "selfservice:stop_bank_change": Kind.LINK,
    "selfservice:undo_link": Kind.LINK,
    "selfservice:link_undone": Kind.OPEN,
    "selfservice:unsubscribe": Kind.LINK,
    "selfservice:account": Kind.OWN,
    "selfservice:account_linking": Kind.OWN,
    "selfservice:account_linking_same_email": Kind.OWN,
    "selfservice:account_linking_confirm": Kind.OBJECT,
    "selfservice:account_linking_letter": Kind.OBJECT,
    "selfservice:account_linking_end": Kind.OBJECT,
    "selfservice:account_unlock": Kind.OBJECT,
    "selfservice:account_unlock_letter": Kind.OBJECT,
    "selfservice:account_notifications": Kind.OWN,
    "selfservice:online_invoices": Kind.OBJECT,
    "selfservice:revoke_consent": Kind.OBJECT,
    "selfservice:confirm_consent": Kind.LINK,
    "selfservice:consent_confirmed": Kind.OPEN,
    "selfservice:account_privacy": Kind.OWN,
    "selfservice:data_export_request": Kind.OWN,
    "selfservice:data_export": Kind.OBJECT,
    "selfservice:account_password": Kind.OWN,
    "selfservice:account_email": Kind.OWN,
    "selfservice:account_email_stop": Kind.OWN,
    "selfservice:account_security": Kind.OWN,
    "selfservice:account_passkeys_add": Kind.OWN,
    "selfservice:account_passkeys_add_options": Kind.OWN,
    "selfservice:account_passkey_rename": Kind.OBJECT,
    "selfservice:account_passkey_remove": Kind.OBJECT,
    "selfservice:account_app": Kind.OWN,
    "selfservice:account_app_remove": Kind.OWN,
    "selfservice:account_recovery_codes": Kind.OWN,
    "selfservice:account_recovery_codes_file": Kind.OWN,
    "selfservice:account_recovery_codes_done": Kind.OWN,
    "selfservice:account_devices": Kind.OWN,
    "selfservice:account_devices_end_others": Kind.OWN,
    "selfservice:account_devices_end": Kind.OBJECT,
    "selfservice:end_cellar": Kind.OBJECT,
    "selfservice:confirm_email": Kind.LINK,
    "selfservice:confirm_identity": Kind.OWN,
    "selfservice:confirm_identity_passkey": Kind.OWN,
    "selfservice:confirm_identity_passkey_options": Kind.OWN,
    "selfservice:continue_form": Kind.OBJECT,
    "selfservice:selection": Kind.OWN,
    "selfservice:appearance": Kind.OPEN,
    "selfservice:switch_language": Kind.OPEN,
    "selfservice:imprint": Kind.OPEN,
    "selfservice:privacy": Kind.OPEN,
    "selfservice:accessibility": Kind.OPEN,
    "selfservice:report_barrier": Kind.OPEN,
    "selfservice:report_barrier_sent": Kind.OPEN,
    "selfservice:plain_language": Kind.OPEN,
    "selfservice:disclosure": Kind.OPEN,
    "selfservice:help": Kind.OPEN,
    "selfservice:help_topic": Kind.OPEN,
    "selfservice:home": Kind.OBJECT,
    "selfservice:documents": Kind.OBJECT,
    "selfservice:documents_view": Kind.OBJECT,
    "selfservice:documents_file": Kind.OBJECT,
    "selfservice:documents_page": Kind.OBJECT,
    "selfservice:readings": Kind.OBJECT,
    "selfservice:prepare_cellar": Kind.OBJECT,
    "selfservice:waiting": Kind.OBJECT,
    "selfservice:readings_check": Kind.OBJECT,
    "selfservice:readings_sent": Kind.OBJECT,
    "selfservice:consumption": Kind.OBJECT,
    "selfservice:consumption_csv": Kind.OBJECT,
    "selfservice:advance_payment": Kind.OBJECT,
    "selfservice:advance_payment_check": Kind.OBJECT,
    "selfservice:advance_payment_sent": Kind.OBJECT,
    "selfservice:address": Kind.OBJECT,
    "selfservice:address_check": Kind.OBJECT,
    "selfservice:address_sent": Kind.OBJECT,
    "selfservice:contact": Kind.OBJECT,
    "selfservice:contact_sent": Kind.OBJECT,
    "selfservice:contact_messages": Kind.OBJECT,
    "selfservice:contact_thread": Kind.OBJECT,
    "selfservice:file": Kind.OBJECT,
    "selfservice:bank_account": Kind.OBJECT,
    "selfservice:bank_account_name": Kind.OBJECT,
    "selfservice:bank_account_check": Kind.OBJECT,
    "selfservice:bank_account_end": Kind.OBJECT,
    "selfservice:bank_account_end_check": Kind.OBJECT,
    "selfservice:bank_account_sent": Kind.OBJECT,
    "selfservice:submissions": Kind.OBJECT,
    "selfservice:submission": Kind.OBJECT,
    "selfservice:submission_withdraw": Kind.OBJECT,
}

PERSONAS = ("anonymous", "other customer", "former grant", "clerk")


def routes(resolver: URLResolver, names: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    """Yield the name of every address with the names of its arguments."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            if each.namespace == Area.STAFF.value:
                continue
            yield from routes(each, (*names, each.namespace) if each.namespace else names)
        else:
            assert isinstance(each, URLPattern)
            assert each.name, f"{each.pattern} has no name"
            yield ":".join([*names, each.name]), set(each.pattern.converters)


ARGUMENTS = dict(routes(get_resolver()))


def of_kind(*kinds: Kind) -> list[str]:
    return [name for name, kind in MATRIX.items() if kind in kinds]


@dataclass(frozen=True)
class Victim:
    """Somebody who has one of everything an address can name."""

    household: Household
    path_arguments: dict[str, str]
    own_words: tuple[str, ...]

    def path(self, name: str) -> str:
        """Return an address about something of the victim's."""
        own = self.path_arguments
        return reverse(
            name, kwargs={key: own.get(f"{name} {key}", own.get(key, "")) for key in ARGUMENTS[name]}
        )


@pytest.fixture
def victim(household: Household, transactional_db: None) -> Victim:
    user = household.user
    sign_in(Client(), user)
    AuthenticatorApp.objects.create(user=user, sealed_key=b"sealed", last_step=0, created_at=NOW)
    kept = keep_form(user, "/konto/email/", {"email": ["neu@beispiel.de"]}, is_sent_at_once=False, now=NOW)
    assert kept is not None
    request = LinkRequest.objects.create(user=user, customer=make_customer(), created_at=NOW)
    waiting = AccountLink.objects.create(
        user=user, customer=make_customer(), proof="meter", created_at=NOW, awaits_letter=True
    )
    link = AccountLink.objects.get(user=user, customer=household.customer)
    registration = registration_link(make_customer(contact_email="neue@beispiel.de"))
    tokens = {
        "sign_in_link": sign_in_link(user),
        "set_password": registration,
        "request_letter": registration,
        "renew_link": registration,
        "reset_password": reset_link(user),
        "disavow": disavowal_link(user),
        "undo_link": withdrawal_link(user),
        "stop_bank_change": stop_link(household),
        "confirm_email": email_link(user),
        "confirm_consent": consent_link(user),
    }
    device = prepared_device(household)
    let_wait(device, key="waits", typed={"ablesedatum": "22.11.2026"}, now=NOW)
    card = reading_link(household.premise, until=dt.date(2099, 12, 31))
    submission = make_reading_submission(household.strom)
    change = make_advance_payment_submission(household.premise)
    attached = make_upload(user, household.premise)
    message = send_message(household, key="message-1", uploads=[attached])
    return Victim(
        household,
        {
            "premise_id": household.premise.public_id,
            "reference": submission.reference,
            "passkey_id": make_passkey(user).public_id,
            "device_id": SignedInDevice.objects.get(user=user).public_id,
            "form_id": kept.public_id,
            "request_id": request.public_id,
            "link_id": link.public_id,
            "selfservice:account_unlock link_id": waiting.public_id,
            "selfservice:account_unlock_letter link_id": waiting.public_id,
            "selfservice:advance_payment_sent reference": change.reference,
            "selfservice:address_sent reference": send_address(household).reference,
            "selfservice:contact_sent reference": message.reference,
            "selfservice:contact_thread reference": message.reference,
            "file_id": attached.public_id,
            "selfservice:bank_account_sent reference": Submission.objects.get(kind="bank_change").reference,
            "key": "1",
            "consent_id": make_consent(user, customer=make_customer()).public_id,
            "export_id": make_data_export(user).public_id,
            "topic": "abschlag",
            "document_id": make_document(household.customer).public_id,
            "number": "1",
            "selfservice:end_cellar device_id": device.public_id,
            "selfservice:waiting key": WaitingReadings.objects.get().key,
            "selfservice:reading_link token": token_of(card),
            "selfservice:reading_link_check token": token_of(card),
            "selfservice:unsubscribe token": unsubscribe_token(user, Category.SUBMISSIONS),
        }
        | {f"selfservice:{name} token": link.path.split("/")[-2] for name, link in tokens.items()},
        ("0014026/1", "m.bauer@beispiel.de", "Lindenstraße"),
    )


@dataclass(frozen=True)
class Persona:
    """Somebody who is not the victim; without a login when anonymous."""

    name: str
    user: User | None

    def client(self) -> Client:
        """Return a browser, signed in just now."""
        client = Client(raise_request_exception=False)
        if self.user is not None:
            sign_in(client, self.user)
        return client


def make_persona(name: str, victim: Victim) -> Persona:
    if name == "anonymous":
        return Persona(name, None)
    if name == "clerk":
        return Persona(name, make_user(email="fremd@beispiel.de", is_staff=True))
    customer = make_customer(last_name="Wagner")
    make_premise(customer, street="Gasse")
    user = make_user(customer, email="fremd@beispiel.de")
    if name == "former grant":
        AccountLink.objects.create(
            user=user, customer=victim.household.customer, proof="meter", created_at=NOW, ended_at=NOW
        )
    return Persona(name, user)


@pytest.fixture(params=PERSONAS)
def persona(request, victim: Victim) -> Persona:
    return make_persona(request.param, victim)


def leads_to_sign_in(response) -> bool:
    return response.status_code == 303 and response["Location"].startswith("/anmelden/?weiter=")


def shows(response, victim: Victim) -> list[str]:
    text = response.content.decode() if not response.streaming else ""
    return [word for word in victim.own_words if word in text]


def test_every_address_stands_in_the_matrix() -> None:
    assert set(MATRIX) == set(ARGUMENTS)


def test_addresses_that_name_something_are_about_an_object_or_a_link() -> None:
    named = {name for name, arguments in ARGUMENTS.items() if arguments}
    assert named == set(of_kind(Kind.OBJECT, Kind.LINK)) | {
        "demo:mail",
        "demo:mail_html",
        "selfservice:help_topic",
    }


def test_nobody_opens_or_changes_what_is_not_his(victim: Victim, persona: Persona) -> None:
    client = persona.client()
    before = snapshot(but=[Session])
    for name in of_kind(Kind.OBJECT):
        for method in METHODS:
            response = getattr(client, method)(victim.path(name))
            where = f"{method} {name}: {response.status_code}"
            if response.status_code == 405:
                continue
            assert leads_to_sign_in(response) if persona.user is None else response.status_code == 404, where
            assert not shows(response, victim), where
    assert snapshot(but=[Session]) == before


def test_the_owner_himself_finds_what_the_paths_name(victim: Victim) -> None:
    for name in of_kind(Kind.OBJECT):
        client = Client()
        sign_in(client, victim.household.user)
        response = client.get(victim.path(name))
        content_of(response)
        assert response.status_code in {200, 303, 405}, name


def test_own_pages_ask_to_sign_in(victim: Victim) -> None:
    client = Client()
    before = snapshot()
    for name in of_kind(Kind.OWN):
        for method in METHODS:
            response = getattr(client, method)(victim.path(name))
            is_refused = leads_to_sign_in(response) or response.status_code == 405
            assert is_refused or response.get("Location") == "/anmelden/", f"{method} {name}"
    assert snapshot() == before


def belongings(victim: Victim) -> list[object]:
    """Return what is stored about the victim's login."""
    user = victim.household.user
    related = [
        relation.related_model._base_manager.filter(**{relation.field.name: user})
        for relation in User._meta.related_objects
    ]
    return [
        list(User.objects.filter(pk=user.pk).values()),
        *[sorted(rows.values_list(), key=repr) for rows in related],
    ]


def test_pages_about_oneself_show_and_change_nobody_else(victim: Victim, persona: Persona) -> None:
    before = belongings(victim)
    for name in of_kind(Kind.OPEN, Kind.OWN, Kind.SECOND_STEP, Kind.DEMO):
        for method in METHODS:
            # Signing out and deleting the login are among them, so everything begins anew.
            response = getattr(persona.client(), method)(victim.path(name))
            assert response.status_code != 500, f"{method} {name}"
            assert not shows(response, victim), f"{method} {name}"
    assert belongings(victim) == before


def test_the_second_step_is_for_browsers_that_showed_a_password(victim: Victim, persona: Persona) -> None:
    client = persona.client()
    before = snapshot(but=[Session])
    for name in of_kind(Kind.SECOND_STEP):
        for method in METHODS:
            response = getattr(client, method)(victim.path(name))
            assert response.status_code == 405 or response.get("Location") == "/anmelden/", f"{method} {name}"
    assert snapshot(but=[Session]) == before


def test_a_guessed_token_opens_nothing(victim: Victim, persona: Persona) -> None:
    client = persona.client()
    signed_in_as = client.session.get(auth.SESSION_KEY)
    before = snapshot(but=[Session, AttemptCounter])
    for name in of_kind(Kind.LINK):
        for method in METHODS:
            response = getattr(client, method)(reverse(name, args=["x" * 27]))
            assert response.status_code in {303, 405, 410}, f"{method} {name}"
            assert not shows(response, victim), f"{method} {name}"
    assert client.session.get(auth.SESSION_KEY) == signed_in_as
    assert snapshot(but=[Session, AttemptCounter]) == before


def test_outside_the_demo_there_is_no_mail_box(victim: Victim, persona: Persona) -> None:
    assert {persona.client().get(victim.path(name)).status_code for name in of_kind(Kind.DEMO)} == {404}


@pytest.mark.parametrize("who", ["owner", "owner in the second step", *PERSONAS])
def test_reading_changes_nothing(victim: Victim, who: str) -> None:
    client = Client(raise_request_exception=False)
    if who == "owner":
        sign_in(client, victim.household.user)
    elif who == "owner in the second step":
        client.post("/anmelden/", {"identifier": "14026", "password": "vier Wörter ohne Sinn"})
        assert client.get("/anmelden/bestaetigen/").status_code == 200
    else:
        client = make_persona(who, victim).client()
    # Who opened a document is written down, and its drawn pages are counted: that is all that looking does.
    written = [Session, DocumentAccess, AttemptCounter] if who == "owner" else [Session, DocumentAccess]
    before, sessions = snapshot(but=written), set(Session.objects.values_list("session_key", flat=True))
    for name in MATRIX:
        for method in SAFE_METHODS:
            response = getattr(client, method)(victim.path(name))
            content_of(response)
            assert response.status_code != 500, f"{method} {name}"
        assert snapshot(but=written) == before, name
    assert DocumentAccess.objects.exists() is (who == "owner")
    if who != "anonymous":
        assert set(Session.objects.values_list("session_key", flat=True)) == sessions


def test_failed_sign_ins_are_not_in_the_snapshots_by_accident(victim: Victim) -> None:
    before = snapshot()
    Client().post("/anmelden/", {"identifier": "14026", "password": "falsch"})
    assert FailureStreak.objects.count() == 1
    assert snapshot() != before
