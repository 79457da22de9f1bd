"""What a utility does without is gone from the customer site, and nothing that was sent is lost."""

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from pytest_django import Settings

from kundenportal.core.modules import Modules
from kundenportal.erp.outbound.export import export_submissions
from kundenportal.selfservice.modules import PAGES, TOPICS
from kundenportal.submissions.models import Submission
from kundenportal.ui.texts.store import HELP_ORDER
from tests.addresses import send_address
from tests.make import NOW, Household, make_payment_plan
from tests.one_time_links import stop_link
from tests.personas import sign_in
from tests.selfservice.document_pages import content_of
from tests.selfservice.test_access_matrix import ARGUMENTS, MATRIX, Kind, Victim, victim  # noqa: F401
from tests.snapshot import snapshot

NOT_OFFERED = "Diese Funktion gibt es in unserem Kundenportal nicht, oder nicht mehr."
NONE = Modules(**{each.name: False for each in fields(Modules)})

LASTING = {
    "root",
    "home",
    "selection",
    "readings",
    "readings_check",
    "readings_sent",
    "prepare_cellar",
    "waiting",
    "submissions",
    "submission",
    "submission_withdraw",
    "file",
    "advance_payment_sent",
    "address_sent",
    "bank_account_sent",
    "contact_sent",
    "contact_messages",
    "contact_thread",
    "cellar",
    "cellar_worker",
    "hand_in",
    "end_cellar",
    "reading_link",
    "reading_link_check",
    "public_reading_sent",
    "sign_in",
    "sign_in_passkey",
    "sign_in_passkey_options",
    "confirm_sign_in",
    "confirm_sign_in_recovery",
    "confirm_sign_in_passkey",
    "confirm_sign_in_passkey_options",
    "confirm_device",
    "send_device_code",
    "request_sign_in_link",
    "sign_in_link_sent",
    "sign_in_link",
    "sign_out",
    "extend_session",
    "register",
    "register_sent",
    "set_password",
    "request_letter",
    "renew_link",
    "forgot_password",
    "forgot_password_sent",
    "reset_password",
    "disavow",
    "disavowed",
    "stop_bank_change",
    "undo_link",
    "link_undone",
    "unsubscribe",
    "confirm_consent",
    "consent_confirmed",
    "account",
    "account_linking",
    "account_linking_same_email",
    "account_linking_confirm",
    "account_linking_letter",
    "account_linking_end",
    "account_unlock",
    "account_unlock_letter",
    "account_notifications",
    "account_privacy",
    "revoke_consent",
    "data_export_request",
    "data_export",
    "account_password",
    "account_email",
    "account_email_stop",
    "account_security",
    "account_passkeys_add",
    "account_passkeys_add_options",
    "account_passkey_rename",
    "account_passkey_remove",
    "account_app",
    "account_app_remove",
    "account_recovery_codes",
    "account_recovery_codes_file",
    "account_recovery_codes_done",
    "account_devices",
    "account_devices_end_others",
    "account_devices_end",
    "confirm_email",
    "confirm_identity",
    "confirm_identity_passkey",
    "confirm_identity_passkey_options",
    "continue_form",
    "appearance",
    "switch_language",
    "imprint",
    "privacy",
    "accessibility",
    "report_barrier",
    "report_barrier_sent",
    "plain_language",
    "disclosure",
    "help",
    "help_topic",
}
"""The addresses that no switch takes away: readings, what was sent, the own access, and what the law asks for."""

CUSTOMER_SITE = sorted(name.partition(":")[2] for name in ARGUMENTS if name.startswith("selfservice:"))


def switch(settings: Settings, modules: Modules) -> None:
    settings.UTILITY = replace(settings.UTILITY, modules=modules)


def links_of(page: str) -> Iterator[str]:
    """Yield the names of the addresses that a page leads to."""
    for path in set(re.findall(r'(?:href|action)="(/[^"?#]*)', page)):
        try:
            yield resolve(path).url_name or ""
        except Resolver404:
            continue


def test_every_address_belongs_to_a_function_or_always_stays() -> None:
    pages = [page for pages in PAGES.values() for page in pages]
    assert sorted([*pages, *LASTING]) == CUSTOMER_SITE
    assert set(PAGES) == {each.name for each in fields(Modules)}
    assert set(TOPICS) <= set(HELP_ORDER)
    assert set(TOPICS.values()) <= set(PAGES)


@pytest.mark.django_db
def test_what_stays_leads_nowhere_that_is_gone(settings: Settings, victim: Victim) -> None:  # noqa: F811
    owner, stranger = Client(), Client()
    sign_in(owner, victim.household.user)
    make_payment_plan(victim.household.premise)
    gone = {page for pages in PAGES.values() for page in pages}
    shown = links_of(owner.get(victim.path("selfservice:home")).text)
    assert {pages[0] for pages in PAGES.values()} <= set(shown)

    switch(settings, NONE)

    for name in sorted(LASTING):
        path = victim.path(f"selfservice:{name}").replace("abschlag", "anmelden")
        for client in (owner, stranger) if MATRIX[f"selfservice:{name}"] is Kind.OPEN else (owner,):
            page = content_of(client.get(path)).decode(errors="replace")
            assert NOT_OFFERED not in page, path
            assert not gone & set(links_of(page)), path


@pytest.mark.parametrize("module", PAGES)
def test_a_function_that_is_off_is_not_there_and_nothing_is_taken(
    module: str, settings: Settings, client: Client, household: Household
) -> None:
    sign_in(client, household.user)
    home = f"/vs/{household.premise.public_id}/"
    client.get(home)
    first = PAGES[module][0]
    switch(settings, replace(Modules(), **{module: False}))

    page = client.get(home)
    before = snapshot()
    for name in PAGES[module]:
        arguments = dict.fromkeys(ARGUMENTS[f"selfservice:{name}"], "1")
        if "premise_id" in arguments:
            arguments["premise_id"] = household.premise.public_id
        path = reverse(f"selfservice:{name}", kwargs=arguments)
        for method in (client.get, client.post):
            answer = method(path)
            assert answer.status_code == 404, name
            assert NOT_OFFERED in answer.text

    assert page.status_code == 200
    assert first not in set(links_of(page.text))
    assert snapshot() == before


@pytest.mark.parametrize(("topic", "module"), TOPICS.items())
def test_a_topic_of_the_help_goes_with_its_function(
    topic: str, module: str, settings: Settings, client: Client
) -> None:
    switch(settings, replace(Modules(), **{module: False}))

    assert f"/hilfe/{topic}/" not in client.get("/hilfe/").text
    assert client.get(f"/hilfe/{topic}/").status_code == 404


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/hilfe/kontakt/", "Oder im Portal unter „Kontaktformular“."),
        ("/hilfe/abschlag/", "unter „Kontaktformular“, oder rufen Sie an."),
        ("/hilfe/adresse/", "Wie ändere ich meine Rechnungsadresse?"),
        ("/hilfe/bankverbindung/", "Das Mandat finden Sie später bei Ihren Dokumenten."),
        ("/hilfe/anmelden/", "Ich bin Kunde bei einem anderen Stromanbieter"),
        ("/hilfe/zaehlerstand-melden/", "Zählerstand ohne Anmeldung melden"),
    ],
)
def test_other_topics_say_nothing_of_it(path: str, said: str, settings: Settings, client: Client) -> None:
    assert said in client.get(path).text
    kept = TOPICS.get(path.split("/")[2])
    switch(settings, replace(NONE, **({kept: True} if kept else {})))

    assert said not in client.get(path).text


def test_who_cannot_write_is_asked_to_call(settings: Settings, client: Client, household: Household) -> None:
    sign_in(client, household.user)
    address = f"/vs/{household.premise.public_id}/rechnungsadresse/"
    assert "Schreiben Sie uns" in client.get(address).text
    switch(settings, replace(Modules(), contact=False))

    page = client.get(address).text

    assert "Schreiben Sie uns" not in page
    assert "Rufen Sie uns an:" in page


def test_a_page_that_stays_leads_to_the_start_page_of_another_place(
    settings: Settings, client: Client, household: Household
) -> None:
    """The switch between places keeps the function in view, when there is one."""
    sign_in(client, household.user)
    switch(settings, NONE)

    page = client.get(f"/vs/{household.premise.public_id}/nachrichten/")

    assert page.context["portal"].area.key == "home"
    assert {each.url for each in page.context["portal"].choices} == {f"/vs/{household.premise.public_id}/"}


def test_what_was_sent_before_is_shown_and_exported(
    settings: Settings, client: Client, household: Household, tmp_path: Path
) -> None:
    reference = send_address(household).reference
    switch(settings, NONE)
    sign_in(client, household.user)

    shown = client.get(f"/vs/{household.premise.public_id}/vorgaenge/{reference}/")
    (batch,) = export_submissions(tmp_path, file_format="csv", now=NOW)

    assert shown.status_code == 200
    assert reference in next(tmp_path.glob("*/adressen.csv")).read_text(encoding="utf-8")
    assert batch.submissions == 1


def test_a_link_in_a_mail_still_stops_a_change(
    settings: Settings, client: Client, household: Household
) -> None:
    path = stop_link(household).path
    switch(settings, NONE)

    assert client.post(path).status_code == 303

    assert Submission.objects.get().status == Submission.Status.WITHDRAWN
