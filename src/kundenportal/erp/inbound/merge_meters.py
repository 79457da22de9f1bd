"""Merging meters and their registers."""

from django.utils.translation import gettext as _

from kundenportal.erp.inbound import staging
from kundenportal.erp.inbound.changes import Target, apply_changes
from kundenportal.erp.inbound.doubts import TOUCHED
from kundenportal.erp.inbound.files import METERS, PREMISES, REGISTERS
from kundenportal.erp.inbound.ready import Merge, Ready, refuse_duplicates, refuse_rows, refuse_unknown

_METERS = Ready(METERS, key="meter_number")
_REGISTERS = Ready(REGISTERS, key="meter_number")

_SINCE = "COALESCE({}.installed_date, '0001-01-01')"
_UNTIL = "COALESCE({}.removed_date, '9999-12-31')"

_FIND_METERS = f"""
    SELECT s.*, p.id AS premise_id, t.id AS target_id, t.row_hash AS old_hash,
           (t.id IS NOT NULL AND t.ended_at IS NULL) AS is_live
    FROM staged_zaehler s
    LEFT JOIN customers_premise p ON p.erp_id = s.erp_id AND p.ended_at IS NULL
    LEFT JOIN metering_meter t ON t.meter_number = s.meter_number AND t.division = s.division
        AND {_SINCE.format("t")} = {_SINCE.format("s")}
"""  # noqa: S608
_METER_COLUMNS = (
    "premise_id", "meter_number", "number_key", "division", "market_location", "metering_location",
    "installed_date", "removed_date", "is_remote",
)  # fmt: skip

_RECOGNISE_CORRECTED = """
    UPDATE ready_zaehler SET target_id = c.id, old_hash = c.row_hash, is_live = (1 = 1)
    FROM (
        SELECT MIN(r.line) AS line, MIN(t.id) AS id, MIN(t.row_hash) AS row_hash
        FROM ready_zaehler r
        JOIN metering_meter t ON t.meter_number = r.meter_number AND t.division = r.division
            AND t.premise_id = r.premise_id AND t.ended_at IS NULL
        WHERE r.target_id IS NULL
            AND t.row_hash IN (SELECT row_hash FROM gone_zaehler)
            AND t.id NOT IN (SELECT target_id FROM ready_zaehler WHERE target_id IS NOT NULL)
        GROUP BY r.meter_number, r.division
        HAVING COUNT(*) = 1
    ) c
    WHERE ready_zaehler.line = c.line
"""
"""A meter whose date of installation was corrected is the same meter, so its readings and what customers
sent of it stay with it: one new row and one gone row of the same number at the same premise."""

_OVERLAPS = f"""
    line IN (
        SELECT r.line FROM ready_zaehler r
        JOIN metering_meter t ON t.meter_number = r.meter_number AND t.division = r.division
            AND t.ended_at IS NULL AND {_SINCE.format("t")} <> {_SINCE.format("r")}
            AND {_SINCE.format("t")} < {_UNTIL.format("r")} AND {_SINCE.format("r")} < {_UNTIL.format("t")}
    )
"""  # noqa: S608

_FIND_REGISTERS = """
    SELECT s.line, s.row_hash, s.meter_number, s.code, s.obis, s.label, s.integer_digits, s.decimal_digits,
           s.unit, s.factor, s.direction, s.annual_use, s.calorific_value, s.state_number,
           m.id AS meter_id, m.division AS meter_division,
           t.id AS target_id, t.row_hash AS old_hash, (t.id IS NOT NULL AND t.ended_at IS NULL) AS is_live
    FROM staged_zaehlwerke s
    LEFT JOIN metering_meter m ON m.meter_number = s.meter_number AND m.ended_at IS NULL
        AND (s.division IS NULL OR m.division = s.division)
    LEFT JOIN metering_register t ON t.meter_id = m.id AND t.code = s.code
"""
_REGISTER_COLUMNS = (
    "meter_id", "code", "obis", "label", "integer_digits", "decimal_digits", "unit", "factor", "direction",
    "annual_use", "calorific_value", "state_number",
)  # fmt: skip
_AMBIGUOUS = """
    line IN (SELECT line FROM ready_zaehlwerke GROUP BY line HAVING COUNT(DISTINCT meter_division) > 1)
"""


_TOUCHED_METERS = f"meter_number IN (SELECT meter_number FROM {TOUCHED})"  # noqa: S608
"""The meters that are changed or ended here, or get registers; nearly none of a usual delivery."""


def merge_meters(merge: Merge) -> None:
    """Bring meters to what zaehler.csv says.

    They are locked first, in the order in which whoever sends readings locks those of a premise: two who
    lock in different orders may wait for each other for ever.
    """
    staging.lock_rows("metering_meter", _TOUCHED_METERS)
    _METERS.create(_FIND_METERS)
    refuse_unknown(
        merge, _METERS, "premise_id IS NULL", parent=PREMISES, reference="erp_id", column="verbrauchsstelle"
    )
    identity = f"meter_number, division, {_SINCE.format(_METERS.table)}"
    refuse_duplicates(merge, _METERS, identity, column="zaehlernummer", value="meter_number")
    staging.execute(_RECOGNISE_CORRECTED)
    merge.report.changes[METERS.name] = apply_changes(
        Target(
            table="metering_meter",
            ready=_METERS.table,
            gone=_METERS.gone,
            columns={column: column for column in _METER_COLUMNS},
            only_new={},
            ends=True,
        ),
        now=merge.now,
    )
    refuse_rows(
        merge,
        _METERS,
        _OVERLAPS,
        column="einbau",
        value="meter_number",
        reason=_("Der Einbau überschneidet sich mit einem anderen dieser Zählernummer."),
    )


def merge_registers(merge: Merge) -> None:
    """Bring registers to what zaehlwerke.csv says; a row is for every installation of its meter number."""
    _REGISTERS.create(_FIND_REGISTERS)
    refuse_unknown(
        merge, _REGISTERS, "meter_id IS NULL", parent=METERS, reference="meter_number", column="zaehlernummer"
    )
    refuse_rows(
        merge,
        _REGISTERS,
        _AMBIGUOUS,
        column="zaehlernummer",
        value="meter_number",
        reason=_("Mehrere Versorgungsarten haben diese Nummer; Spalte versorgungsart angeben."),
    )
    refuse_duplicates(merge, _REGISTERS, "meter_id, code", column="zaehlwerk", value="code")
    merge.report.changes[REGISTERS.name] = apply_changes(
        Target(
            table="metering_register",
            ready=_REGISTERS.table,
            gone=_REGISTERS.gone,
            columns={column: column for column in _REGISTER_COLUMNS},
            only_new={},
            ends=True,
        ),
        now=merge.now,
    )
