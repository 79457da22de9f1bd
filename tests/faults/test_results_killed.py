"""Killing an import of results at every step: all of a file is settled, or nothing of it."""

from pathlib import Path

import pytest

from kundenportal.audit.models import AuditEntry
from kundenportal.erp.inbound.results import import_results
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading
from kundenportal.submissions.models import Submission
from tests.faults.stopping import FINISHED, Stop, in_child, interrupted, killed, status_of, stopping_at
from tests.make import NOW, make_reading_submission, make_register, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]

Status = Submission.Status
MOST_STEPS = 200


def import_stopped_at(step: int, stop: Stop, file: Path) -> None:
    with stopping_at(step, stop):
        import_results(file, now=NOW)


def state() -> tuple[list[str], int, int, int]:
    statuses = list(Submission.objects.order_by("pk").values_list("status", flat=True))
    return statuses, MeterReading.objects.count(), OutgoingMail.objects.count(), AuditEntry.objects.count()


@pytest.mark.parametrize("stop", [killed, interrupted])
def test_an_import_of_results_stopped_at_any_step_settles_all_or_nothing(stop, tmp_path):
    user = make_user()
    submissions = [
        make_reading_submission(make_register(), submitted_by=user, status=Status.EXPORTED) for _ in "ab"
    ]
    file = tmp_path / "results.csv"
    first, second = (each.reference for each in submissions)
    file.write_text(f"vorgang;ergebnis;grund\n{first};uebernommen;\n{second};abgelehnt;Zähler getauscht\n")
    before = state()
    after = ([Status.COMPLETED, Status.REJECTED], 1, 2, 3)

    for step in range(1, MOST_STEPS):
        status = status_of(in_child(lambda: import_stopped_at(step, stop, file)))  # noqa: B023
        if status == FINISHED or state() == after:  # Stopped behind the commit.
            break
        assert state() == before

    assert 10 < step < MOST_STEPS - 1
    import_results(file, now=NOW)
    assert state() == after
