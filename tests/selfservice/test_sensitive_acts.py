"""Every sensitive act of ``identity.acts`` asks again who is there: one example for each."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.acts import ACTS, AskedBy, SensitiveAct
from tests.make import NOW, Household
from tests.personas import sign_in


@dataclass(frozen=True)
class Example:
    """A complete request for an act, but for the proof."""

    path: str
    fields: dict[str, str] = field(default_factory=dict)


EXAMPLES = {
    SensitiveAct.CHANGE_PASSWORD: Example(
        "/konto/passwort/",
        {"password": "Regal Mond Kutsche Quark", "password_repeat": "Regal Mond Kutsche Quark"},
    ),
    SensitiveAct.CHANGE_EMAIL: Example(
        "/konto/email/", {"email": "neu@beispiel.de", "email_repeat": "neu@beispiel.de"}
    ),
    SensitiveAct.LINK_ACCOUNT: Example("/konto/verknuepfen/7KQ2M4P/"),
    SensitiveAct.UNLINK_ACCOUNT: Example("/konto/verknuepfung-aufheben/7KQ2M4P/"),
    SensitiveAct.CHANGE_ADDRESS: Example("/vs/7KQ2M4P/rechnungsadresse/pruefen/"),
    SensitiveAct.CHANGE_BANK_ACCOUNT: Example("/vs/7KQ2M4P/bankverbindung/pruefen/"),
    SensitiveAct.DELETE_LOGIN: Example("/konto/datenschutz/", {"is_sure": "on"}),
    SensitiveAct.EXPORT_DATA: Example("/konto/datenschutz/datenauskunft/"),
    SensitiveAct.CHANGE_FACTORS: Example("/konto/sicherheit/app/", {"code": "123456"}),
}


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each)
        else:
            yield each


def test_every_act_of_the_table_has_a_page_and_every_marked_page_an_act() -> None:
    marked = {getattr(each.callback, "sensitive_act", None) for each in patterns(get_resolver())}
    assert marked - {None} == set(ACTS) == set(SensitiveAct)


def test_every_act_has_an_example() -> None:
    assert set(EXAMPLES) == set(SensitiveAct)


@pytest.mark.parametrize("act", SensitiveAct)
def test_an_act_is_refused_without_a_fresh_proof(
    client: Client, household: Household, act: SensitiveAct
) -> None:
    sign_in(client, household.user)
    example = EXAMPLES[act]
    with time_machine.travel(NOW + dt.timedelta(minutes=6), tick=False):
        response = client.post(example.path, example.fields)
    if ACTS[act] is AskedBy.OWN_FORM:
        assert response.status_code == 422
        assert "Passwort ein." in response.content.decode()
    else:
        assert response.status_code == 303
        assert response["Location"].startswith("/konto/bestaetigen/?weiter=")
    assert not AuditEntry.objects.exists()
