"""Exporting, and reading what was exported."""

from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import time_machine
from django.core.management import call_command

from kundenportal.submissions.models import Submission
from tests.make import NOW, make_customer, make_premise, make_reading_submission, make_register


def export(directory: Path, *arguments: str) -> str:
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("export_submissions", str(directory), *arguments, stdout=out)
    return out.getvalue()


def files_in(directory: Path) -> dict[str, bytes]:
    found = directory.rglob("*")
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in found if path.is_file()}


def make_known_submission(**values: Any) -> Submission:
    premise = make_premise(make_customer(customer_number="0012345/1"), erp_id="VS-7")
    register = make_register(premise, meter_number="1EMH0012345678", code="HT")
    return make_reading_submission(register, **{"value": Decimal("24318.50")} | values)


def lines_of(directory: Path, number: int = 1) -> list[str]:
    return (directory / f"batch-{number:06d}/zaehlerstaende.csv").read_text().splitlines()
