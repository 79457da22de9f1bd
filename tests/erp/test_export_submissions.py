import datetime as dt
import json
from decimal import Decimal
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kundenportal.audit.models import AuditEntry
from kundenportal.customers.models import Division
from kundenportal.erp.outbound.export import TABLES, export_submissions
from kundenportal.metering.models import SubmittedReading
from kundenportal.submissions.models import ExportBatch, Submission
from tests.make import NOW, make_customer, make_premise, make_reading_submission, make_register

pytestmark = pytest.mark.django_db

HEADER = (
    "vorgang;eingegangen;kundennummer;verbrauchsstelle;zaehlernummer;zaehlwerk;datum;stand;pruefung;grund"
)


def export(directory: Path, *arguments: str) -> str:
    out = StringIO()
    call_command("export_submissions", str(directory), *arguments, stdout=out)
    return out.getvalue()


def content(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*.*")
        if path.is_file()
    }


def make_known_submission(**values: Any) -> Submission:
    """Return a submission whose row in the file is known by heart, but for its number."""
    premise = make_premise(make_customer(customer_number="0012345/1"), erp_id="VS-7")
    register = make_register(premise, meter_number="1EMH0012345678", code="HT", division=Division.ELECTRICITY)
    return make_reading_submission(register, **{"value": Decimal("24318.50")} | values)


def test_a_batch_is_a_directory_with_one_csv_per_kind_and_a_summary(tmp_path):
    submission = make_known_submission()

    told = export(tmp_path)

    written = content(tmp_path)
    rows = written["batch-000001/zaehlerstaende.csv"]
    assert rows.decode() == (
        f"{HEADER}\n{submission.reference};2026-11-22T12:00:00+01:00;0012345/1;VS-7;1EMH0012345678;HT;"
        "2026-11-22;24318,5;plausibel;\n"
    )
    assert json.loads(written.pop("batch-000001/batch.json")) == {
        "number": 1,
        "time": ExportBatch.objects.get()
        .created_at.astimezone(dt.timezone(dt.timedelta(hours=1)))
        .isoformat(timespec="seconds"),
        "format": "csv",
        "submissions": 1,
        "files": {"zaehlerstaende.csv": {"sha256": sha256(rows).hexdigest(), "rows": 1}},
    }
