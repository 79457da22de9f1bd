"""``check_installation`` names what is wrong and what to do about it."""

import dataclasses
import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from pytest_django import Settings

from kundenportal.audit.sealing import seal_entries
from kundenportal.audit.services import record
from kundenportal.config import database_findings, installation
from kundenportal.config.installation import inspect_installation
from kundenportal.config.models import JobRunnerSeen
from kundenportal.config.static_files import collect_static_files_if_stale
from kundenportal.core.modules import Modules
from kundenportal.documents.models import DocumentBatch
from kundenportal.erp.models import Delivery, OutboxRun
from kundenportal.erp.outbound.consents import export_consents
from kundenportal.mailing.models import OutgoingMail
from kundenportal.utility_settings.models import SettingsVersion
from tests.mailing.sink import running_sink
from tests.make import make_consent, make_customer, make_user
from tests.staff import make_member
from tests.utilities import complete_utility, live_utility

pytestmark = [pytest.mark.django_db, pytest.mark.real_socket]


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def wrong() -> dict[str, str]:
    """Return what is wrong, by subject."""
    return {
        each.subject: f"{each.text}. {each.fix}" for each in inspect_installation(now()) if not each.is_well
    }


@pytest.fixture(autouse=True)
def _healthy(settings: Settings, tmp_path: Path) -> None:
    """An installation of which nothing but the mail server is missing."""
    settings.SECRET_KEY = "0123456789" * 4
    settings.BASE_URL = "https://portal.stadtwerke.example"
    settings.UTILITY_FILE = "utility.toml"
    settings.UTILITY = complete_utility()
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = []
    collect_static_files_if_stale()
    JobRunnerSeen.objects.create(runner="a:1", seen_at=now())


def test_an_audit_trail_that_is_not_sealed_or_was_cut_is_named(tmp_path: Path) -> None:
    record("reading.submitted", actor="user:1", now=now() - dt.timedelta(hours=1))
    assert wrong()["Audit trail"] == "0 entries sealed, 1 waiting. Start: kundenportal run_jobs"
    seal_entries(now())
    assert "Audit trail" not in wrong()
    (tmp_path / "audit-checkpoints").write_text(f"2026-11-22T11:00:00+00:00 7 {'0' * 64}\n")
    assert wrong()["Audit trail"].startswith(
        "ends at entry 1, but entry 7 was noted. Run: kundenportal verify"
    )


def test_colours_that_cannot_be_read_are_named(settings: Settings) -> None:
    brand = dataclasses.replace(settings.UTILITY.brand, light="#3d9bff")
    settings.UTILITY = dataclasses.replace(settings.UTILITY, brand=brand)
    assert wrong()["Colours"].startswith("hard to read: light (#3d9bff).")


def test_a_change_of_the_back_office_that_cannot_be_used_is_named(settings: Settings) -> None:
    SettingsVersion.objects.create(
        section="brand", number=1, at=now(), actor="staff:1", values={"brand.light": "blau"}
    )
    settings.UTILITY = live_utility()
    assert wrong()["Changes"].startswith("brand.light: expected a colour such as #12418f, found 'blau'.")


def overdue_mail(**values: object) -> OutgoingMail:
    moment = now() - dt.timedelta(hours=1)
    return OutgoingMail.objects.create(
        **{
            "kind": "any",
            "recipient": "a@b.example",
            "message_id": "<1@b>",
            "created_at": moment,
            "next_try_at": moment,
        }
        | values
    )


def test_a_healthy_installation_is_told_so(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with running_sink() as sink:
        settings.SMTP_URL = f"smtp://127.0.0.1:{sink.port}"
        call_command("check_installation")

    shown = capsys.readouterr().out
    assert "Everything is in order." in shown
    assert "FIX" not in shown


def test_a_wrong_installation_ends_with_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("check_installation")

    assert ended.value.code == 1
    assert "Set KUNDENPORTAL_SMTP_URL." in capsys.readouterr().out


def test_legal_pages_that_are_drafts_are_named(settings: Settings, tmp_path: Path) -> None:
    own = tmp_path / "de" / "impressum.md"
    own.parent.mkdir()
    own.write_text("# Impressum")
    settings.TEXTS_DIR = str(tmp_path)

    (told,) = [each for each in inspect_installation(now()) if each.subject == "Texts"]

    assert told.is_well
    assert "de/datenschutz" in told.text
    assert "en/impressum" in told.text
    assert "de/impressum" not in told.text


def test_facts_that_a_text_lacks_are_named_with_the_text(settings: Settings) -> None:
    privacy = dataclasses.replace(settings.UTILITY.privacy, officer="")
    settings.UTILITY = dataclasses.replace(settings.UTILITY, privacy=privacy)

    assert "privacy_officer is missing in de/datenschutz, en/datenschutz" in wrong()["Texts"]


def test_a_directory_of_texts_that_is_not_there_is_told(settings: Settings, tmp_path: Path) -> None:
    settings.TEXTS_DIR = str(tmp_path / "texte")

    assert "texte is no directory" in wrong()["Settings"]


def test_a_mail_server_that_cannot_be_reached_is_told(settings: Settings) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:1"

    assert "Connection refused" in wrong()["Mail server"]


def test_a_missing_job_runner_is_told() -> None:
    JobRunnerSeen.objects.update(seen_at=now() - dt.timedelta(hours=3))
    assert wrong()["Job runner"] == "last seen 3 hours ago. Start: kundenportal run_jobs"

    JobRunnerSeen.objects.all().delete()
    assert wrong()["Job runner"] == "never seen. Start: kundenportal run_jobs"


def test_overdue_mails_are_told_with_the_servers_last_answer() -> None:
    overdue_mail(last_error="451 try later")

    assert "1 of them for over 15 minutes" in wrong()["Outbox"]
    assert "451 try later" in wrong()["Outbox"]


def test_undeliverable_mails_are_counted() -> None:
    overdue_mail(status=OutgoingMail.Status.FAILED)

    texts = [each.text for each in inspect_installation(now()) if each.subject == "Outbox"]
    assert texts == ["0 waiting, 0 of them for over 15 minutes, 1 undeliverable"]


@pytest.mark.parametrize("change", ["given_at", "revoked_at"])
def test_a_billing_system_that_hears_of_no_consents_is_told(change: str, tmp_path: Path) -> None:
    week_ago = now() - dt.timedelta(days=7, minutes=1)
    times = {"given_at": week_ago - dt.timedelta(days=1)} | {change: week_ago}
    make_consent(make_user(), customer=make_customer(), **times)
    assert wrong()["Consents"].startswith("1 choices of invoices online or on paper")
    export_consents(tmp_path / "einwilligungen.csv", now=week_ago + dt.timedelta(seconds=1))
    assert "Consents" not in wrong()


def test_a_consent_of_this_week_may_wait() -> None:
    make_consent(make_user(), customer=make_customer(), given_at=now() - dt.timedelta(days=6))
    assert "Consents" not in wrong()


def test_a_sqlite_that_corrupts_its_log_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_findings.connection, "vendor", "sqlite")
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))

    assert "install pysqlite3" in wrong()["Database"]


def test_a_clock_that_is_off_is_told() -> None:
    findings = {each.subject: each for each in inspect_installation(now() + dt.timedelta(minutes=2))}

    assert "time server" in findings["Clock"].fix


def test_missing_migrations_are_told_and_nothing_beyond_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_findings, "missing_migrations", lambda: {("config", "0099_later")})

    found = [each.subject for each in inspect_installation(now())]
    assert wrong()["Migrations"] == "1 missing. Run: kundenportal migrate"
    assert found[-1] == "Migrations"


def test_static_files_of_another_version_are_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "static.sha256").write_text("another", encoding="ascii")

    assert "Restart" in wrong()["Static files"]


def test_a_data_directory_that_everybody_may_read_is_told(tmp_path: Path) -> None:
    assert "Data" not in wrong()

    tmp_path.chmod(0o755)

    assert "chmod o-rwx" in wrong()["Data"]


def test_a_database_that_cannot_be_reached_is_told_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UTILITY = live_utility()
    monkeypatch.setattr(installation, "database_fault", lambda: "connection refused")

    assert wrong()["Database"].startswith("connection refused. Check KUNDENPORTAL_DATABASE_URL")
    assert "Job runner" not in {each.subject for each in inspect_installation(now())}


def test_a_box_for_returned_mails_that_is_none_is_told(settings: Settings, tmp_path: Path) -> None:
    settings.BOUNCES = str(tmp_path / "bounces")
    assert "is no Maildir" in wrong()["Returned mail"]

    for folder in ("new", "cur"):
        (tmp_path / "bounces" / folder).mkdir(parents=True)

    assert "Returned mail" not in wrong()


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "_DISK_RESERVE", 2**80)

    assert "Make room" in wrong()["Data"]


@pytest.mark.parametrize(
    ("name", "value", "check"),
    [
        ("BASE_URL", "http://portal.example", "kundenportal.E002"),
        ("ALLOWED_HOSTS", ["*"], "kundenportal.E003"),
        ("SECRET_KEY", "kurz", "kundenportal.E004"),
        ("MAIL_FROM", "Stadtwerke <a@b.example>", "kundenportal.E005"),
        ("SMTP_URL", "http://mail.example", "kundenportal.E006"),
        ("SMTP_URL", "smtps://mail.example?ca_file=/nowhere.pem", "kundenportal.E007"),
        ("SMTP_URL", "smtp://mail.example", "kundenportal.W001"),
        ("TRUSTED_PROXIES", ["127.0.0.1", "proxy"], "kundenportal.E008"),
        ("UNKNOWN_VARIABLES", {"KUNDENPORTAL_SMPT_URL": "KUNDENPORTAL_SMTP_URL"}, "kundenportal.W003"),
    ],
)
def test_a_dangerous_setting_is_told(name: str, value: object, check: str, settings: Settings) -> None:
    assert check not in {message.id for message in run_checks()}

    setattr(settings, name, value)

    assert check in {message.id for message in run_checks()}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"creditor_id": "DE98ZZZ09999999999"}, "for the creditor DE98ZZZ"),
        ({"creditor_id": ""}, "no creditor_id"),
        ({"modules": Modules(bank_accounts=False)}, "the function is switched off"),
    ],
)
def test_whether_bank_accounts_are_taken_is_told_and_neither_is_wrong(
    settings: Settings, changed: dict[str, Any], told: str
) -> None:
    settings.UTILITY = dataclasses.replace(complete_utility(), **changed)
    (finding,) = [each for each in inspect_installation(now()) if each.subject == "Bank accounts"]
    assert finding.is_well
    assert told in finding.text


def test_a_delivery_that_was_not_imported_is_named_until_the_next_one_was() -> None:
    moment = now()
    values = {"way": "inbox", "kind": "master_data", "received_at": moment, "due_at": moment}
    Delivery.objects.create(**values, name="nacht.zip", status="refused", ended_at=moment)
    assert "nacht.zip (refused)" in wrong()["Deliveries"]
    DocumentBatch.objects.create(
        name="Januar.zip",
        uploaded_by=make_member(),
        uploaded_at=now(),
        trouble="No space left on device",
        next_try_at=now(),
    )
    assert wrong()["Documents"] == "Januar.zip: No space left on device. Make room, or mend the storage."
    Delivery.objects.create(**values, name="neu.zip", status="imported", ended_at=moment)
    assert "Deliveries" not in wrong()


def test_watched_directories_that_cannot_be_used_are_named(settings: Settings, tmp_path: Path) -> None:
    settings.INBOX_DIR, settings.OUTBOX_DIR = str(tmp_path / "nirgends"), str(tmp_path)
    assert "does not exist" in wrong()["Inbox"]
    assert "never filled" in wrong()["Batches"]
    run = OutboxRun.objects.create(due_at=now(), tried_at=now(), error="No space left on device")
    assert "No space left on device" in wrong()["Batches"]
    run.error, run.done_at = "", now()
    run.save()
    settings.INBOX_DIR = str(tmp_path)
    assert not {"Inbox", "Batches"} & set(wrong())
