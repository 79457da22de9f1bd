"""From typing to the billing system's answer, an IBAN stands in the clear on its owner's pages alone."""

import datetime as dt
import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from openpyxl import load_workbook

from kundenportal.banking.filing import file_mandates
from kundenportal.banking.models import WantedAccount
from kundenportal.config.logs import configure_logging
from kundenportal.erp.inbound.results import import_results
from kundenportal.erp.outbound.export import export_submissions
from kundenportal.files.storage import private_storage
from kundenportal.identity.kept_forms import keep_form
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from tests.banking import NEW_IBAN, OLD_IBAN, STOP, give_account, wish
from tests.make import NOW, Household
from tests.personas import sign_in
from tests.security_mails import link_in, text_of_mail
from tests.selfservice.bank_pages import TYPED, check_url, confirm, send, shown_in, url_of

HELD = NOW + dt.timedelta(days=8)


def has_iban(text: str) -> bool:
    """Tell whether a text holds the account of one of the IBANs, however it is grouped."""
    digits = re.sub(r"[^0-9]", "", text)
    return any(iban[4:] in digits for iban in (NEW_IBAN, OLD_IBAN))


def everything_stored() -> Iterator[str]:
    """Yield every row of every table; sessions as what they hold."""
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values():
            yield f"{model._meta.label} {row}"
    for session in Session.objects.all():
        yield f"session {SessionStore().decode(session.session_data)}"


@pytest.fixture
def owner(client: Client, household: Household) -> Household:
    give_account(household.customer)
    sign_in(client, household.user)
    return household


def test_the_test_would_find_one() -> None:
    assert has_iban(f"x{NEW_IBAN}y")
    assert has_iban("DE89 3704 0044 0532 0130 00")
    assert not has_iban("DE•• •••• 3000")


def test_no_table_log_mail_or_workbook_holds_an_iban(
    client: Client,
    owner: Household,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    told: list[str] = []

    def look(pages: list[Any]) -> None:
        assert not [each for each in everything_stored() if has_iban(each)]
        told.extend(page.content.decode() for page in pages)

    send(client, owner, current_password="falsch")
    keep_form(owner.user, url_of(owner), {"iban": [NEW_IBAN]}, is_sent_at_once=False, now=NOW)
    look([client.get(url_of(owner))])
    url = check_url(client, owner)
    assert has_iban(client.get(url).content.decode())
    sent = confirm(client, url)
    submission = Submission.objects.get()
    base = f"/vs/{owner.premise.public_id}/"
    stop = link_in(OutgoingMail.objects.get(kind="bank_requested"), STOP)
    paths = [sent["Location"], url_of(owner), base, f"{base}vorgaenge/{submission.reference}/", stop]
    look([client.get(path) for path in paths])
    with time_machine.travel(HELD, tick=False):
        assert file_mandates(HELD) == 1
        export_submissions(tmp_path, file_format="csv", now=HELD)
        call_command("export_overview", str(tmp_path / "overview.xlsx"))
        results = tmp_path / "results.csv"
        results.write_text(f"vorgang;ergebnis\n{submission.reference};uebernommen\n")
        import_results(results, now=HELD)
        sign_in(client, owner.user)
        look([client.get(path) for path in (base, f"{base}vorgaenge/", f"{base}dokumente/", *paths[:4])])
    told += [text_of_mail(mail, now=HELD) for mail in OutgoingMail.objects.exclude(kind="")]
    book = load_workbook(tmp_path / "overview.xlsx")
    told += [str(row) for sheet in book for row in sheet.iter_rows(values_only=True)]
    told += [caplog.text, *capfd.readouterr()]
    assert not [each for each in told if has_iban(each)]
    # The one file that holds it is the billing system's.
    assert has_iban((tmp_path / "batch-000001" / "bankverbindungen.csv").read_text())


def test_no_private_file_holds_an_iban(client: Client, owner: Household) -> None:
    confirm(client, check_url(client, owner))
    file_mandates(HELD)
    document = WantedAccount.objects.get().document
    assert document is not None
    assert document.file is not None
    with private_storage().open(document.file.name) as stream:
        assert b"%PDF" not in stream.read()


@pytest.fixture
def written(settings: Any) -> Iterator[io.StringIO]:
    """The log as it is written in production."""
    configure_logging({"as_json": True, "level": "INFO"})
    stream = io.StringIO()
    (handler,) = [each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler]
    handler.setStream(stream)
    yield stream
    configure_logging(settings.LOGGING)


def test_a_fault_while_sending_tells_no_iban(
    owner: Household, monkeypatch: pytest.MonkeyPatch, written: io.StringIO
) -> None:
    """An error is logged by its type and its places, whatever its message and its variables hold."""
    client = Client(raise_request_exception=False)
    sign_in(client, owner.user)
    url = check_url(client, owner)
    shown = shown_in(client.get(url))

    def fail(**values: Any) -> None:
        raise RuntimeError(f"{TYPED['iban']} {values}")

    monkeypatch.setattr("kundenportal.selfservice.views.bank_account_check.submit_bank_change", fail)
    answer = client.post(url, {"gesehen": shown})
    assert answer.status_code == 500
    assert "RuntimeError" in written.getvalue()
    assert not [each for each in (written.getvalue(), answer.content.decode()) if has_iban(each)]


def test_a_wish_printed_by_accident_shows_no_iban() -> None:
    assert not has_iban(repr(wish()))
