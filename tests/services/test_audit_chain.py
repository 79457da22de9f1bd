"""The chain of the audit trail: what is changed behind the portal's back is found."""

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from kundenportal.audit import sealing, trail_checks
from kundenportal.audit.checkpoints import checkpoint_file, note_checkpoint, noted_checkpoints
from kundenportal.audit.content import chained_seal, is_genuine, mark_of
from kundenportal.audit.models import AuditChain, AuditEntry, TrailCheck
from kundenportal.audit.sealing import seal_entries
from kundenportal.audit.services import record
from kundenportal.audit.trail_checks import ask_check, go_on_with_checks
from kundenportal.audit.verification import BrokenEntry, TrailFault, verify_trail
from kundenportal.core import column_filling
from tests.at_once import at_once
from tests.make import NOW
from tests.snapshot import snapshot

Fault = TrailFault


@pytest.fixture(autouse=True)
def data_directory(settings: Settings, tmp_path: Path) -> None:
    """Let checkpoints go into a directory of this test."""
    settings.DATA_DIR = tmp_path


def write(count: int, *, seal: bool = True) -> None:
    """Write some entries, a minute apart."""
    first = AuditEntry.objects.count()
    for number in range(first, first + count):
        record(
            "reading.submitted",
            actor=f"user:{number}",
            now=NOW + dt.timedelta(minutes=number),
            customer_id=number + 100,
            subject=f"V-2026-{number:06d}",
            details={"rows": number, "text": "Zähler „Küche“"},
        )
    if seal:
        seal_entries(NOW)
        note_checkpoint(NOW)


def found() -> BrokenEntry | None:
    return verify_trail()[0].broken


def entry(number: int) -> AuditEntry:
    return AuditEntry.objects.get(number=number)


def change(number: int, /, **values: object) -> None:
    AuditEntry.objects.filter(number=number).update(**values)


def swap(field: str) -> None:
    """Swap a field of the second and the fourth entry."""
    second, fourth = entry(2), entry(4)
    change(2, **{field: getattr(fourth, field)})
    change(4, **{field: getattr(second, field)})


def swap_numbers() -> None:
    second, fourth = entry(2).pk, entry(4).pk
    change(2, number=99)
    change(4, number=2)
    change(99, number=4)
    assert (entry(4).pk, entry(2).pk) == (second, fourth)


def move_contents() -> None:
    """Let the second and the fourth entry say what the other one said, mark and all."""
    for field in ("at", "actor", "action", "customer_id", "subject", "details", "mark"):
        swap(field)


def cut(after: int) -> None:
    """Take the end away, and hide that as well as one can without the key."""
    AuditEntry.objects.filter(number__gt=after).delete()
    AuditChain.objects.update(length=after, last_seal=entry(after).seal)


def slip_in() -> None:
    """Put a forged entry between the second and the third."""
    for number in (5, 4, 3):
        change(number, number=number + 1)
    forged = entry(2)
    forged.pk, forged.number, forged.actor = None, 3, "staff:1"
    forged.save(force_insert=True)
    AuditChain.objects.update(length=6)


def make_anew() -> None:
    """Make the whole chain anew, with one entry changed, as somebody does who has the key."""
    change(2, actor="user:999")
    seal = ""
    for each in AuditEntry.objects.order_by("number"):
        each.mark = mark_of(each)
        assert each.number
        each.seal = seal = chained_seal(each, each.number, seal)
        each.save()
    AuditChain.objects.update(last_seal=seal)


ATTACKS: dict[str, tuple[Callable[[], object], Fault, int]] = {
    "time": (lambda: change(3, at=NOW), Fault.CHANGED, 3),
    "actor": (lambda: change(3, actor="user:7"), Fault.CHANGED, 3),
    "action": (lambda: change(3, action="reading.reported"), Fault.CHANGED, 3),
    "customer": (lambda: change(3, customer_id=1), Fault.CHANGED, 3),
    "no customer": (lambda: change(3, customer_id=None), Fault.CHANGED, 3),
    "subject": (lambda: change(3, subject=""), Fault.CHANGED, 3),
    "details": (lambda: change(3, details={}), Fault.CHANGED, 3),
    "kind of a detail": (
        lambda: change(1, details={"rows": False, "text": "Zähler „Küche“"}),
        Fault.CHANGED,
        1,
    ),
    "mark": (lambda: change(3, mark="0" * 64), Fault.CHANGED, 3),
    "seal": (lambda: change(3, seal="0" * 64), Fault.MOVED, 3),
    "last seal": (lambda: change(5, seal="ü" * 64), Fault.MOVED, 5),
    "id": (lambda: change(3, id=999), Fault.MOVED, 3),
    "deleted": (lambda: entry(3).delete(), Fault.MISSING, 3),
    "deleted, the first": (lambda: entry(1).delete(), Fault.MISSING, 1),
    "deleted, the last": (lambda: entry(5).delete(), Fault.CUT_SHORT, 5),
    "number taken away": (lambda: change(3, number=None), Fault.MISSING, 3),
    "slipped in": (slip_in, Fault.CHANGED, 3),
    "details swapped": (lambda: swap("details"), Fault.CHANGED, 2),
    "contents swapped": (move_contents, Fault.MOVED, 2),
    "numbers swapped": (swap_numbers, Fault.MOVED, 2),
    "seals swapped": (lambda: swap("seal"), Fault.MOVED, 2),
    "cut at the end": (lambda: cut(4), Fault.CUT_SHORT, 5),
    "emptied": (
        lambda: (AuditEntry.objects.all().delete(), AuditChain.objects.all().delete()),
        Fault.CUT_SHORT,
        1,
    ),
    "end moved": (lambda: AuditChain.objects.update(last_seal="0" * 64), Fault.CUT_SHORT, 6),
    "end put back": (lambda: AuditChain.objects.update(length=4), Fault.CUT_SHORT, 5),
    "made anew": (make_anew, Fault.REPLACED, 5),
}
"""What somebody does who may write to the database, what is found of it, and at which number."""


@pytest.mark.django_db
@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_done_behind_the_portal_s_back_is_found(name: str) -> None:
    write(5)
    assert found() is None
    attack, fault, number = ATTACKS[name]
    attack()
    broken = found()
    assert broken is not None
    assert (broken.fault, broken.number) == (fault, number)
    with pytest.raises(CommandError, match=rf"Eintrag {number}\b") as refused:
        call_command("verify_audit", stdout=StringIO())
    assert refused.value.returncode == 1
    write(3)
    # Nothing is lost when only the end was put back.
    assert (found() is None) == (name == "end put back")


@pytest.mark.django_db
def test_an_older_copy_of_the_database_is_found_at_once_and_when_it_grew_past_the_old_end() -> None:
    write(3)
    older = list(AuditEntry.objects.all()), AuditChain.objects.get()
    write(2)
    AuditEntry.objects.all().delete()
    for row in (*older[0], older[1]):
        row.save(force_insert=isinstance(row, AuditEntry))
    assert found() == BrokenEntry(Fault.CUT_SHORT, 4)
    write(4)
    broken = found()
    assert broken is not None
    assert (broken.fault, broken.number) == (Fault.REPLACED, 5)


@pytest.mark.django_db
def test_an_entry_that_the_portal_did_not_write_is_found_before_and_after_it_is_sealed() -> None:
    write(2)
    forged = AuditEntry.objects.create(at=NOW, actor="staff:1", action="submission.accepted", mark="0" * 64)
    assert found() == BrokenEntry(Fault.FOREIGN, None, forged.pk)
    seal_entries(NOW)
    assert found() == BrokenEntry(Fault.CHANGED, 3, forged.pk)


@pytest.mark.django_db
def test_an_unsealed_entry_that_is_changed_is_found() -> None:
    write(2)
    write(1, seal=False)
    AuditEntry.objects.filter(number=None).update(actor="user:7")
    broken = found()
    assert broken is not None
    assert broken.fault == Fault.FOREIGN


@pytest.mark.django_db
def test_entries_behind_the_end_are_found() -> None:
    write(2)
    write(1, seal=False)
    AuditEntry.objects.filter(number=None).update(number=7)
    assert found() == BrokenEntry(Fault.ADDED, 7)


@pytest.mark.django_db
def test_what_is_not_sealed_yet_is_counted_and_named() -> None:
    write(2)
    write(3, seal=False)
    walked, waiting = verify_trail()
    assert (walked.broken, walked.place.number) == (None, 2)
    assert (waiting.count, waiting.oldest_at) == (3, NOW + dt.timedelta(minutes=2))


@pytest.mark.django_db
def test_the_entries_of_an_earlier_version_get_their_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_filling, "_LOT", 2)
    for number in range(5):
        record("reading.submitted", actor=f"user:{number}", now=NOW, details={"meters": number})
    AuditEntry.objects.update(mark="")
    migration = import_module("kundenportal.audit.migrations.0003_chain")
    migration.mark_what_is_there(apps, SimpleNamespace(connection=connection))
    assert all(is_genuine(entry) for entry in AuditEntry.objects.all())


@pytest.mark.django_db
def test_an_empty_trail_is_whole() -> None:
    assert found() is None
    assert seal_entries(NOW) == note_checkpoint(NOW) == 0
    assert not checkpoint_file().exists()


@pytest.mark.django_db
def test_every_entry_is_sealed_once_in_the_order_of_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "AT_A_TIME", 2)
    write(5, seal=False)
    assert seal_entries(NOW) == 5
    assert seal_entries(NOW) == 0
    assert list(AuditEntry.objects.order_by("pk").values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert AuditChain.objects.get().length == 5
    assert found() is None


@pytest.mark.django_db
def test_an_entry_that_is_committed_late_gets_its_place_when_it_comes() -> None:
    write(3)
    late, first = entry(2), AuditEntry.objects.get(number=1).pk
    late.pk, late.number, late.seal = first - 1, None, ""
    late.save(force_insert=True)
    assert seal_entries(NOW) == 1
    assert AuditEntry.objects.get(pk=first - 1).number == 4
    assert found() is None


@pytest.mark.django_db
def test_sealing_that_is_interrupted_leaves_the_entries_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    write(2)
    write(2, seal=False)
    before = snapshot()
    monkeypatch.setattr(AuditChain, "save", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        seal_entries(NOW)
    assert snapshot() == before
    monkeypatch.undo()
    assert seal_entries(NOW) == 2


@pytest.mark.django_db(transaction=True)
def test_several_job_runners_seal_each_entry_once() -> None:
    write(40, seal=False)
    sealed = at_once(*[lambda: seal_entries(NOW)] * 4)
    assert sum(each for each in sealed if isinstance(each, int)) == 40
    assert sorted(AuditEntry.objects.values_list("number", flat=True)) == list(range(1, 41))
    assert found() is None


@pytest.mark.django_db
def test_checkpoints_are_noted_when_the_end_moved() -> None:
    write(2)
    assert note_checkpoint(NOW) == 0
    write(3)
    assert noted_checkpoints() == {2: entry(2).seal, 5: entry(5).seal}
    assert checkpoint_file().stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_a_line_that_a_power_failure_cut_spoils_no_other() -> None:
    write(2)
    whole = checkpoint_file().read_text()
    checkpoint_file().write_text(whole + whole[:40])
    write(1)
    assert sorted(noted_checkpoints()) == [2, 3]
    assert found() is None


@pytest.mark.django_db
def test_nothing_is_noted_of_a_chain_that_was_cut() -> None:
    write(5)
    cut(3)
    assert note_checkpoint(NOW) == 0
    assert sorted(noted_checkpoints()) == [5]


@pytest.mark.django_db
def test_the_command_tells_what_is_well() -> None:
    write(2)
    write(1, seal=False)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    first, second = out.getvalue().splitlines()
    assert first == "2 Einträge, alle unversehrt. 1 Eintrag ist noch nicht versiegelt."
    assert second == f"2:{entry(2).seal}"


@pytest.mark.django_db
def test_a_check_that_was_asked_for_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kundenportal.audit.verification.AT_A_TIME", 2)
    write(5)
    check = ask_check(actor="staff:1", now=NOW)
    assert ask_check(actor="staff:2", now=NOW).pk == check.pk
    ticks = iter(range(100))
    monkeypatch.setattr(trail_checks.time, "monotonic", lambda: next(ticks))
    assert go_on_with_checks(NOW, seconds=2) == 2
    check.refresh_from_db()
    assert (check.number, check.finished_at) == (2, None)
    assert go_on_with_checks(NOW, seconds=99) == 3
    check.refresh_from_db()
    assert (check.number, check.fault, check.unsealed) == (5, "", 1)
    assert check.finished_at is not None
    assert go_on_with_checks(NOW) == 0
    assert AuditEntry.objects.get(action="audit.check_asked").actor == "staff:1"


@pytest.mark.django_db
def test_a_check_tells_what_it_found() -> None:
    write(5)
    change(3, actor="user:7")
    ask_check(actor="staff:1", now=NOW)
    go_on_with_checks(NOW)
    check = TrailCheck.objects.get()
    assert (check.fault, check.fault_number, check.fault_entry) == ("changed", 3, entry(3).pk)
    assert check.number == 2


@pytest.mark.django_db
def test_only_the_last_checks_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_checks, "KEPT", 2)
    for _ in range(4):
        last = ask_check(actor="staff:1", now=NOW)
        go_on_with_checks(NOW)
    assert TrailCheck.objects.count() == 2
    assert TrailCheck.objects.latest("pk").pk == last.pk
