"""What the billing system's answers do to submissions."""

from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import CommandError, call_command

from kundenportal.audit.models import AuditEntry
from kundenportal.casework.settling import SETTLE
from kundenportal.erp.inbound.results import _settle_all, import_results
from kundenportal.erp.locks import AlreadyRunning
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading
from kundenportal.submissions.models import Submission
from tests.make import NOW, TODAY, make_reading_submission, make_user

pytestmark = pytest.mark.django_db

Status = Submission.Status


def make_exported(status: Status = Status.EXPORTED) -> Submission:
    return make_reading_submission(status=status, submitted_by=make_user())


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["vorgang;ergebnis;grund", *rows, ""]), encoding="utf-8")
    return path


def state() -> list[object]:
    return [
        list(model._default_manager.order_by("pk").values())
        for model in (Submission, MeterReading, AuditEntry, OutgoingMail)
    ]


def test_every_kind_of_submission_can_be_settled():
    assert set(SETTLE) == set(Submission.Kind)


def test_an_accepted_reading_is_stored_and_a_rejected_one_is_not(tmp_path):
    accepted, rejected = make_exported(), make_exported()
    rows = f"{accepted.reference};uebernommen;", f"{rejected.reference};abgelehnt;Zähler schon ausgebaut"

    report = import_results(write(tmp_path / "r.csv", *rows), now=NOW)

    assert (report.accepted, report.rejected, report.known) == (1, 1, 0)
    accepted.refresh_from_db()
    rejected.refresh_from_db()
    assert (accepted.status, accepted.settled_at) == (Status.COMPLETED, NOW)
    assert (rejected.status, rejected.reason) == (Status.REJECTED, "Zähler schon ausgebaut")
    assert MeterReading.objects.count() == 1
    assert OutgoingMail.objects.count() == 2


def test_the_same_results_again_change_nothing(tmp_path):
    file = write(tmp_path / "r.csv", f"{make_exported().reference};uebernommen;")
    import_results(file, now=NOW)
    before = state()

    report = import_results(file, now=NOW)

    assert (report.accepted, report.known, report.fault_count) == (0, 1, 0)
    assert state() == before


def test_the_same_result_twice_in_a_file_counts_once(tmp_path):
    row = f"{make_exported().reference};uebernommen;"

    report = import_results(write(tmp_path / "r.csv", row, "", row), now=NOW)

    assert (report.accepted, report.known, report.fault_count) == (1, 1, 0)
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "row", "column", "reason"),
    [
        (Status.EXPORTED, "4711;uebernommen;", "vorgang", "Keine Vorgangsnummer; erwartet wird eine wie V-2026-004711."),
        (Status.EXPORTED, "V-2026-999999;uebernommen;", "vorgang", "Diesen Vorgang gibt es nicht."),
        (Status.EXPORTED, "{other_year};uebernommen;", "vorgang", "Diesen Vorgang gibt es nicht."),
        (Status.EXPORTED, "{reference};vielleicht;", "ergebnis", "Möglich sind: uebernommen, abgelehnt."),
        (Status.EXPORTED, "{reference};;", "ergebnis", "Der Wert fehlt."),
        (Status.EXPORTED, "{reference};abgelehnt", "", "Die Zeile hat 2 statt 3 Felder."),
        (Status.EXPORTED, "{reference};abgelehnt;" + "x" * 501, "grund", "Zu lang: 501 Zeichen; höchstens 500 sind möglich."),
        (Status.RECEIVED, "{reference};uebernommen;", "vorgang", "Der Vorgang wurde nie übergeben."),
        (Status.WITHDRAWN, "{reference};uebernommen;", "vorgang", "Der Vorgang wurde nie übergeben."),
        (Status.ON_HOLD, "{reference};uebernommen;", "vorgang", "Der Vorgang wurde nie übergeben."),
        (Status.REJECTED, "{reference};uebernommen;", "ergebnis", "{reference} hat schon das Ergebnis „abgelehnt“."),
        (Status.COMPLETED, "{reference};abgelehnt;", "ergebnis", "{reference} hat schon das Ergebnis „uebernommen“."),
        (Status.EXPORTED, '"{reference};uebernommen;', "", "Die Anführungszeichen der Zeile gehen nicht auf."),
        (Status.EXPORTED, "{reference};abgelehnt;ein\0s", "grund", "Unzulässiges Zeichen U+0000."),
    ],
)  # fmt: skip
def test_one_bad_row_keeps_all_results_out(tmp_path, status, row, column, reason):
    good, submission = make_exported(), make_exported(status)
    reference = submission.reference
    bad = row.format(reference=reference, other_year=reference.replace("2026", "2025"))
    before = state()

    report = import_results(write(tmp_path / "r.csv", f"{good.reference};uebernommen;", bad), now=NOW)

    assert [(each.file, each.line, each.column, each.reason) for each in report.faults] == [
        ("r.csv", 3, column, reason.format(reference=reference))
    ]
    assert state() == before


def test_two_results_that_contradict_each_other_are_refused(tmp_path):
    reference = make_exported().reference
    before = state()

    report = import_results(
        write(tmp_path / "r.csv", f"{reference};uebernommen;", f"{reference};abgelehnt;"), now=NOW
    )

    assert [(each.line, each.column, each.value) for each in report.faults] == [(3, "ergebnis", "abgelehnt")]
    assert state() == before


def test_every_bad_row_is_listed_before_anything_is_written(tmp_path):
    references = [make_exported(Status.RECEIVED).reference for _ in range(3)]
    rows = [f"{reference};uebernommen;" for reference in references]

    with mock.patch("kundenportal.erp.inbound.results._settle_all") as settle_all:
        report = import_results(write(tmp_path / "r.csv", *rows, "x;y;z"), now=NOW)

    assert [each.line for each in report.sorted_faults()] == [2, 3, 4, 5, 5]
    assert not settle_all.called


def test_a_file_that_changes_between_checking_and_settling_changes_nothing(tmp_path):
    good, bad = make_exported(), make_exported(Status.RECEIVED)
    file = write(tmp_path / "r.csv", f"{good.reference};uebernommen;", f"{bad.reference};uebernommen;")
    before = state()

    report = _settle_all(file, NOW)

    assert report.fault_count == 1
    assert state() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_columns_come_in_any_order_and_unknown_ones_are_told(tmp_path, encoding):
    submission = make_exported()
    rows = [
        "Grund;Bearbeiter;Ergebnis;Vorgang",
        f'"Zähler; getauscht";Müller;ABGELEHNT;{submission.reference.lower()}',
    ]
    (tmp_path / "r.csv").write_bytes("\r\n".join(rows).encode(encoding))
    out = StringIO()

    call_command("import_results", str(tmp_path / "r.csv"), stdout=out)

    submission.refresh_from_db()
    assert (submission.status, submission.reason) == (Status.REJECTED, "Zähler; getauscht")
    assert out.getvalue().splitlines() == [
        "Hinweis: r.csv: Unbekannte Spalten bleiben unbeachtet: bearbeiter.",
        "0 übernommen, 1 abgelehnt, 0 schon bekannt.",
    ]


def test_what_was_exported_comes_back(tmp_path):
    submissions = [make_reading_submission(submitted_by=make_user()) for _ in range(3)]
    call_command("export_submissions", str(tmp_path), stdout=StringIO())
    exported = (tmp_path / "batch-000001" / "zaehlerstaende.csv").read_text().splitlines()[1:]

    rows = [f"{line.split(';')[0]};uebernommen;" for line in exported]
    import_results(write(tmp_path / "r.csv", *rows), now=NOW)

    assert {each.pk for each in Submission.objects.filter(status=Status.COMPLETED)} == {
        each.pk for each in submissions
    }
    readings = MeterReading.objects.values_list("value", "reading_date", "origin")
    assert list(readings) == [(24_318, TODAY, MeterReading.Origin.REPORTED)] * 3


def test_the_audit_trail_says_how_many_results_came(tmp_path):
    accepted, rejected = make_exported(), make_exported()
    rows = f"{accepted.reference};uebernommen;", f"{rejected.reference};abgelehnt;"
    import_results(write(tmp_path / "r.csv", *rows), now=NOW)
    entry = AuditEntry.objects.get(action="erp.results_imported")
    assert (entry.subject, entry.details) == ("r.csv", {"accepted": 1, "rejected": 1, "known": 0})


def test_two_imports_of_results_at_the_same_time_are_refused(tmp_path):
    file = write(tmp_path / "r.csv", f"{make_exported().reference};uebernommen;")
    before = state()
    with (
        mock.patch("kundenportal.erp.inbound.results.only_one", side_effect=AlreadyRunning),
        pytest.raises(CommandError, match="gerade andere Ergebnisse") as refused,
    ):
        call_command("import_results", str(file))
    assert refused.value.returncode == 1
    assert state() == before


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"", 0, "Die Datei ist leer."),
        (b"vorgang;grund\n", 1, "Es fehlen Spalten: ergebnis."),
        (b"\xff\xfev\0", 1, "Die Datei ist in UTF-16 geschrieben; erwartet wird UTF-8."),
    ],
)
def test_a_broken_file_is_told(tmp_path, content, line, reason):
    (tmp_path / "r.csv").write_bytes(content)

    report = import_results(tmp_path / "r.csv", now=NOW)

    assert [(each.line, each.reason) for each in report.faults] == [(line, reason)]


def test_the_command_tells_what_it_did(tmp_path):
    out = StringIO()
    file = write(tmp_path / "r.csv", f"{make_exported().reference};uebernommen;")

    call_command("import_results", str(file), stdout=out)

    assert out.getvalue() == "1 übernommen, 0 abgelehnt, 0 schon bekannt.\n"


def test_the_command_ends_with_1_when_it_refuses_and_2_when_there_is_no_file(tmp_path):
    out = StringIO()

    with pytest.raises(SystemExit) as refusal:
        call_command("import_results", str(write(tmp_path / "r.csv", "x;uebernommen;")), stdout=out)
    with pytest.raises(CommandError) as usage:
        call_command("import_results", str(tmp_path / "nowhere.csv"))

    assert refusal.value.code == 1
    assert out.getvalue().startswith("r.csv, Zeile 2, Spalte vorgang: „x“ – Keine Vorgangsnummer")
    assert usage.value.returncode == 2
