"""``einwilligungen.csv``: what holds now, and nothing else."""

import csv
import stat
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from kundenportal.audit.models import AuditEntry
from kundenportal.mailing.categories import Category
from kundenportal.privacy.unsubscribe_links import unsubscribe_token
from tests.make import NOW, make_consent, make_customer, make_user
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db


def write(path: Path) -> str:
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("export_consents", str(path), stdout=out)
    return out.getvalue()


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def test_what_holds_is_written(tmp_path: Path) -> None:
    path = tmp_path / "einwilligungen.csv"
    user = make_user()
    make_consent(user, customer=make_customer(customer_number="0014026/1"))
    make_consent(user, kind="news")

    assert write(path) == f"{path}: 2 Einwilligungen\n"

    token = unsubscribe_token(user, Category.NEWS)
    assert rows_of(path) == [
        {
            "einwilligung": "rechnung_online",
            "kundennummer": "0014026/1",
            "e_mail": "",
            "erteilt": "2026-11-22T12:00:00+01:00",
            "fassung": "1",
            "abmelden": "",
        },
        {
            "einwilligung": "neuigkeiten",
            "kundennummer": "",
            "e_mail": "m.bauer@beispiel.de",
            "erteilt": "2026-11-22T12:00:00+01:00",
            "fassung": "1",
            "abmelden": f"http://localhost:8000/abmelden-von/{token}/",
        },
    ]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.details) == ("consents.written", "erp", {"rows": 2})


def test_the_group_of_the_portal_s_user_may_read_the_file(tmp_path: Path, group_may_read: None) -> None:
    write(tmp_path / "einwilligungen.csv")

    assert stat.S_IMODE((tmp_path / "einwilligungen.csv").stat().st_mode) == 0o640


def test_what_holds_no_more_or_not_yet_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "einwilligungen.csv"
    user = make_user()
    make_consent(user, customer=make_customer(), revoked_at=NOW)
    make_consent(user, kind="news", given_at=None)
    make_consent(make_user(email="weg@beispiel.de", is_active=False), kind="news")

    write(path)

    assert path.read_text(encoding="utf-8") == "einwilligung;kundennummer;e_mail;erteilt;fassung;abmelden\n"


def test_a_customer_s_consent_outlives_the_login_that_gave_it(tmp_path: Path) -> None:
    path = tmp_path / "einwilligungen.csv"
    customer = make_customer()
    make_consent(make_user(email="", is_active=False), customer=customer)
    make_user(customer, email="neu@beispiel.de")

    write(path)

    assert [row["kundennummer"] for row in rows_of(path)] == [customer.customer_number]


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    before = snapshot()
    with pytest.raises(CommandError, match="ist nicht geschrieben"):
        write(tmp_path / "missing" / "einwilligungen.csv")
    assert list(tmp_path.iterdir()) == []
    assert snapshot() == before
