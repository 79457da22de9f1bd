"""Which registers a report without a login is about; plain data, no database (docs/adr/0008).

A visitor says what stands beside a value on the meter's display. Which register that is, is data of the
billing system: its OBIS code, its id or its label, never a rule that 1.8.1 is the day rate (ux.md F3).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

DISPLAYS = ("1.8.0", "1.8.1", "1.8.2", "2.8.0", "HT", "NT")
"""What may stand beside a value."""

_OBIS = re.compile(r"(?:\d+-\d+:)?(\d+\.\d+\.\d+)(?:[*&]\d+)?", re.ASCII)
_WORD = re.compile(r"[0-9A-Za-z]+")


@dataclass(frozen=True)
class RegisterNames:
    """What a register is called by the billing system; ``id`` is that of the database."""

    id: int
    code: str
    obis: str = ""
    label: str = ""

    def is_called(self, display: str) -> bool:
        """Tell whether the display shows this beside the register's value."""
        return display in {_short_obis(self.obis), self.code.upper(), *_WORD.findall(self.label.upper())}


def registers_meant(registers: Sequence[RegisterNames], displays: Sequence[str]) -> list[int] | None:
    """Return the ids of the registers that values belong to, or None when that is not clear.

    Args:
        registers: all registers of the meter.
        displays: what stands beside each value; empty when nothing was said.

    """
    found = [_meant(registers, display) for display in displays]
    ids = [each for each in found if each is not None]
    is_clear = len(ids) == len(displays) == len(set(ids))
    return ids if is_clear else None


def _meant(registers: Sequence[RegisterNames], display: str) -> int | None:
    if len(registers) == 1 and (not display or not registers[0].obis):
        return registers[0].id
    called = [each.id for each in registers if display and each.is_called(display)]
    return called[0] if len(called) == 1 else None


def _short_obis(obis: str) -> str:
    """Return the part of an OBIS code that a display shows: ``1.8.1`` of ``1-0:1.8.1*255``."""
    match = _OBIS.fullmatch(obis.strip())
    return match[1] if match else ""
