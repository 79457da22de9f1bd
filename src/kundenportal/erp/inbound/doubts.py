"""Known rows that must be looked at again, because what they refer to changed or ended.

A row is found unchanged without being looked into. That is only right while what it refers to stays: the
reading of a meter whose register lost a digit may be wrong now. Such rows are staged as if they were new, so
that every check sees them, with their lines.
"""

from collections.abc import Mapping

from kundenportal.erp.inbound import staging
from kundenportal.erp.inbound.files import (
    ADVANCE_PAYMENTS,
    CUSTOMERS,
    METERS,
    PREMISES,
    READINGS,
    REGISTERS,
)
from kundenportal.erp.inbound.formats import FileSpec
from kundenportal.erp.inbound.known_rows import KnownRows
from kundenportal.erp.inbound.scan import Scan

TOUCHED = "touched_meters"
"""The temporary table of meter numbers of which a meter or a register changed."""

_ENDING_CUSTOMERS = """
    SELECT c.id FROM customers_customer c
    WHERE c.ended_at IS NULL AND c.row_hash IN (SELECT row_hash FROM gone_kunden)
        AND c.customer_number NOT IN (SELECT customer_number FROM staged_kunden)
"""
_ENDING_PREMISES = """
    SELECT p.id FROM customers_premise p
    WHERE p.ended_at IS NULL AND p.row_hash IN (SELECT row_hash FROM gone_verbrauchsstellen)
        AND p.erp_id NOT IN (SELECT erp_id FROM staged_verbrauchsstellen)
"""
_TOUCH_METERS = f"""
    INSERT INTO {TOUCHED} (meter_number)
    SELECT meter_number FROM staged_zaehler
    UNION
    SELECT meter_number FROM metering_meter
    WHERE ended_at IS NULL AND row_hash IN (SELECT row_hash FROM gone_zaehler)
"""  # noqa: S608
_TOUCH_METERS_OF_REGISTERS = f"""
    INSERT INTO {TOUCHED} (meter_number)
    SELECT meter_number FROM staged_zaehlwerke
    UNION
    SELECT m.meter_number FROM metering_meter m
    JOIN metering_register g ON g.meter_id = m.id
    WHERE g.ended_at IS NULL AND g.row_hash IN (SELECT row_hash FROM gone_zaehlwerke)
"""  # noqa: S608

_DOUBTFUL: Mapping[str, tuple[tuple[FileSpec, ...], str]] = {
    PREMISES.name: (
        (CUSTOMERS,),
        f"""
        SELECT row_hash FROM customers_premise
        WHERE ended_at IS NULL AND row_hash IS NOT NULL AND customer_id IN ({_ENDING_CUSTOMERS})
        """,  # noqa: S608
    ),
    METERS.name: (
        (PREMISES,),
        f"""
        SELECT row_hash FROM metering_meter
        WHERE ended_at IS NULL AND row_hash IS NOT NULL AND premise_id IN ({_ENDING_PREMISES})
        """,  # noqa: S608
    ),
    REGISTERS.name: (
        (METERS,),
        f"""
        SELECT g.row_hash FROM metering_register g
        JOIN metering_meter m ON m.id = g.meter_id
        WHERE g.ended_at IS NULL AND g.row_hash IS NOT NULL
            AND m.meter_number IN (SELECT meter_number FROM {TOUCHED})
        """,  # noqa: S608
    ),
    READINGS.name: (
        (METERS, REGISTERS),
        f"""
        SELECT r.row_hash FROM metering_meterreading r
        JOIN metering_register g ON g.id = r.register_id
        JOIN metering_meter m ON m.id = g.meter_id
        WHERE r.row_hash IS NOT NULL AND m.meter_number IN (SELECT meter_number FROM {TOUCHED})
        """,  # noqa: S608
    ),
    ADVANCE_PAYMENTS.name: (
        (PREMISES,),
        f"""
        SELECT row_hash FROM advance_payments_advancepayment
        WHERE row_hash IS NOT NULL AND premise_id IN ({_ENDING_PREMISES})
        """,  # noqa: S608
    ),
}


def doubt_dependants(spec: FileSpec, known: KnownRows, scans: Mapping[str, Scan]) -> None:
    """Mark a file's known rows as doubtful where rows of the files read before it changed or ended.

    Args:
        spec: the file, not read yet.
        known: its known rows.
        scans: those read before it.

    """
    parents, query = _DOUBTFUL.get(spec.name, ((), ""))
    if len(known) and any(parent.name in scans and scans[parent.name].has_changes for parent in parents):
        known.doubt(staging.stream_numbers(query))


def note_touched_meters(scan: Scan) -> None:
    """Keep the meter numbers of which anything changed, once zaehler.csv or zaehlwerke.csv is read."""
    if scan.has_changes and scan.spec in {METERS, REGISTERS}:
        staging.execute(_TOUCH_METERS if scan.spec is METERS else _TOUCH_METERS_OF_REGISTERS)
