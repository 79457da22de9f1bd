"""Merging meter readings and advance payments."""

from django.db import connection
from django.utils.translation import gettext as _

from kundenportal.erp.inbound import staging
from kundenportal.erp.inbound.changes import Target, apply_changes
from kundenportal.erp.inbound.files import ADVANCE_PAYMENTS, METERS, PREMISES, READINGS, REGISTERS
from kundenportal.erp.inbound.ready import Merge, Ready, refuse_duplicates, refuse_rows, refuse_unknown

_READINGS = Ready(READINGS, key="meter_number")
_PAYMENTS = Ready(ADVANCE_PAYMENTS, key="erp_id")

_FIND_READINGS = """
    SELECT s.line, s.row_hash, s.meter_number, s.code, s.reading_date, s.value, s.origin,
           m.id AS meter_id, m.division AS meter_division, m.installed_date, g.id AS register_id,
           s.integer_digits > g.integer_digits AS has_more_digits,
           s.decimal_digits > g.decimal_digits AS has_more_decimals,
           t.id AS target_id, t.row_hash AS old_hash, t.id IS NOT NULL AS is_live
    FROM staged_ablesungen s
    LEFT JOIN metering_meter m ON m.meter_number = s.meter_number AND m.ended_at IS NULL
        AND (s.division IS NULL OR m.division = s.division)
        AND s.reading_date >= COALESCE(m.installed_date, '0001-01-01')
        AND s.reading_date <= COALESCE(m.removed_date, '9999-12-31')
    LEFT JOIN metering_register g ON g.meter_id = m.id AND g.code = s.code AND g.ended_at IS NULL
    LEFT JOIN metering_meterreading t ON t.register_id = g.id AND t.reading_date = s.reading_date
"""
_COUNT_FOUND = """
    SELECT COUNT(*), COUNT(register_id), COUNT(*) FILTER (WHERE has_more_digits OR has_more_decimals)
    FROM ready_ablesungen
"""
_READING_COLUMNS = ("register_id", "reading_date", "value", "origin")

_OTHER_METER_HAS_REGISTER = """
    register_id IS NULL AND line IN (SELECT line FROM ready_ablesungen WHERE register_id IS NOT NULL)
"""
_INSTALLED_LATER_THAT_DAY = """
    EXISTS (
        SELECT 1 FROM ready_ablesungen x
        WHERE x.line = ready_ablesungen.line AND x.meter_division = ready_ablesungen.meter_division
            AND x.installed_date > COALESCE(ready_ablesungen.installed_date, '0001-01-01')
    )
"""
_AMBIGUOUS = "line IN (SELECT line FROM ready_ablesungen GROUP BY line HAVING COUNT(*) > 1)"
_METER_IS_KNOWN = """
    meter_id IS NULL
    AND meter_number IN (SELECT meter_number FROM metering_meter WHERE ended_at IS NULL)
"""

_FIND_PAYMENTS = """
    SELECT s.*, p.id AS premise_id, t.id AS target_id, t.row_hash AS old_hash, t.id IS NOT NULL AS is_live
    FROM staged_abschlaege s
    LEFT JOIN customers_premise p ON p.erp_id = s.erp_id AND p.ended_at IS NULL
    LEFT JOIN advance_payments_advancepayment t ON t.premise_id = p.id AND t.division = s.division
        AND t.valid_from = s.valid_from
"""
_PAYMENT_COLUMNS = ("premise_id", "division", "amount", "valid_from", "due_day", "minimum", "maximum")


def merge_readings(merge: Merge) -> None:
    """Bring the delivered readings to what ablesungen.csv says; those made in the portal stay.

    Other writers of readings wait until the import is through, so that both never add the same day.
    """
    if connection.vendor == "postgresql":
        staging.execute("LOCK TABLE metering_meterreading IN SHARE ROW EXCLUSIVE MODE")
    _READINGS.create(_FIND_READINGS)
    if not _are_all_plain():
        _refuse_ambiguous(merge)
        _refuse_without_register(merge)
        _refuse_too_long(merge)
    refuse_duplicates(merge, _READINGS, "register_id, reading_date", column="datum", value="reading_date")
    merge.report.changes[READINGS.name] = apply_changes(
        Target(
            table="metering_meterreading",
            ready=_READINGS.table,
            gone=_READINGS.gone,
            columns={column: column for column in _READING_COLUMNS},
            only_new={},
            ends=False,
        ),
        now=merge.now,
    )


def _are_all_plain() -> bool:
    """Tell in one pass whether every staged reading found one register, and has no more digits than that."""
    staged = staging.fetch_number(f"SELECT COUNT(*) FROM {READINGS.table}")  # noqa: S608
    [found] = staging.fetch(_COUNT_FOUND)
    return found == (staged, staged, 0)


def _refuse_ambiguous(merge: Merge) -> None:
    """Leave one meter for each line: the one that has the register, and was installed last on that day."""
    staging.create_index(_READINGS.table, "line")
    _READINGS.drop_rows(_OTHER_METER_HAS_REGISTER)
    _READINGS.drop_rows(_INSTALLED_LATER_THAT_DAY)
    refuse_unknown(
        merge,
        _READINGS,
        _AMBIGUOUS,
        parent=REGISTERS,
        reference="meter_number",
        column="zaehlernummer",
        reason=_("Mehrere Versorgungsarten haben diese Nummer; Spalte versorgungsart angeben."),
    )


def _refuse_too_long(merge: Merge) -> None:
    refuse_rows(
        merge,
        _READINGS,
        "has_more_digits",
        column="stand",
        value="value",
        reason=_("Das Zählwerk hat weniger Stellen vor dem Komma."),
    )
    refuse_rows(
        merge,
        _READINGS,
        "has_more_decimals",
        column="stand",
        value="value",
        reason=_("Das Zählwerk hat weniger Nachkommastellen."),
    )


def _refuse_without_register(merge: Merge) -> None:
    refuse_unknown(
        merge,
        _READINGS,
        _METER_IS_KNOWN,
        parent=METERS,
        reference="meter_number",
        column="datum",
        value="reading_date",
        reason=_("An diesem Tag war kein Zähler mit dieser Nummer eingebaut."),
    )
    refuse_unknown(
        merge, _READINGS, "meter_id IS NULL", parent=METERS, reference="meter_number", column="zaehlernummer"
    )
    refuse_unknown(
        merge,
        _READINGS,
        "register_id IS NULL",
        parent=REGISTERS,
        reference="meter_number",
        column="zaehlwerk",
        value="code",
    )


def merge_advance_payments(merge: Merge) -> None:
    """Bring advance payments to what abschlaege.csv says."""
    _PAYMENTS.create(_FIND_PAYMENTS)
    refuse_unknown(
        merge, _PAYMENTS, "premise_id IS NULL", parent=PREMISES, reference="erp_id", column="verbrauchsstelle"
    )
    identity = "premise_id, division, valid_from"
    refuse_duplicates(merge, _PAYMENTS, identity, column="gueltig_ab", value="valid_from")
    merge.report.changes[ADVANCE_PAYMENTS.name] = apply_changes(
        Target(
            table="advance_payments_advancepayment",
            ready=_PAYMENTS.table,
            gone=_PAYMENTS.gone,
            columns={column: column for column in _PAYMENT_COLUMNS},
            only_new={},
            ends=False,
        ),
        now=merge.now,
    )
