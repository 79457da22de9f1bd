"""One data export at a time, and one a day."""

import datetime as dt

import pytest

from kundenportal.privacy.rules import PAUSE, ExportRefusal, LastExport, refusal_of_export
from tests.make import NOW

SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("last", "refusal"),
    [
        (None, None),
        (LastExport(NOW, is_ready=False), ExportRefusal.BEING_MADE),
        (LastExport(NOW - 30 * PAUSE, is_ready=False), ExportRefusal.BEING_MADE),
        (LastExport(NOW, is_ready=True), ExportRefusal.ONE_A_DAY),
        (LastExport(NOW - PAUSE + SECOND, is_ready=True), ExportRefusal.ONE_A_DAY),
        (LastExport(NOW - PAUSE, is_ready=True), None),
    ],
)
def test_a_further_export_is_refused_for_a_reason(
    last: LastExport | None, refusal: ExportRefusal | None
) -> None:
    assert refusal_of_export(last, now=NOW) is refusal
