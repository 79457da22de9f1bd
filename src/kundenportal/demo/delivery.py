"""Writing the demo's master data in the format of the billing system (docs/erp-formats.md)."""

import csv
import datetime as dt
import shutil
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from kundenportal.demo.cast import introduced_customers
from kundenportal.demo.crowd import further_customers
from kundenportal.demo.days import last_reading_date
from kundenportal.demo.histories import readings_of
from kundenportal.demo.made_up_numbers import market_location
from kundenportal.demo.records import DemoCustomer, DemoMeter, DemoPremise

POSTAL_CODE, CITY = "91560", "Musterbach"

Row = tuple[object, ...]

_HEADERS = {
    "kunden.csv": "kundennummer;geschaeftspartner;anrede;vorname;name;strasse;hausnummer;plz;ort;land;"
    "kontakt_email;telefon;iban;kontoinhaber;mandatsreferenz;mandatsdatum",
    "verbrauchsstellen.csv": "verbrauchsstelle;kundennummer;bezeichnung;strasse;hausnummer;plz;ort;"
    "beginn;ende",
    "zaehler.csv": "zaehlernummer;verbrauchsstelle;versorgungsart;marktlokation;einbau;ausbau;fernauslesung",
    "zaehlwerke.csv": "zaehlernummer;zaehlwerk;obis;bezeichnung;vorkommastellen;nachkommastellen;einheit;"
    "faktor;richtung;jahresverbrauch;brennwert;zustandszahl",
    "ablesungen.csv": "zaehlernummer;zaehlwerk;datum;stand;herkunft",
    "abschlaege.csv": "verbrauchsstelle;versorgungsart;betrag;gueltig_ab;faellig_tag",
}
PRICES = {
    "strom": Decimal("0.3833"),
    "gas": Decimal("1.09"),
    "wasser": Decimal("2.84"),
    "waerme": Decimal(132),
}
"""Euro for one kWh, m³ or MWh."""
_GAS = ("11,284", "0,9614")
"""Calorific value and state number of the gas in Musterbach."""
_PAYMENTS_A_YEAR = 11
_DAYS_FROM_READING_TO_NEW_AMOUNT = 60


def all_customers(today: dt.date) -> list[DemoCustomer]:
    """Return every customer of the demo, as they are today."""
    return [*introduced_customers(today), *further_customers(today)]


def write_delivery(directory: Path, *, today: dt.date, readings_until: dt.date | None = None) -> None:
    """Write a whole delivery into a directory, which appears only when it is complete.

    Args:
        directory: made anew; what it held is gone.
        today: the day the demo is built on.
        readings_until: leave out readings of this day and later, as a delivery of that day would.

    """
    customers = all_customers(today)
    premises = [(customer, premise) for customer in customers for premise in customer.premises]
    meters = [(premise, meter) for _, premise in premises for meter in premise.meters]
    draft = directory.with_name(f"{directory.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    _write(draft / "kunden.csv", (_customer_row(each, today) for each in customers))
    _write(draft / "verbrauchsstellen.csv", (_premise_row(*each) for each in premises))
    _write(draft / "zaehler.csv", (_meter_row(place, *each) for place, each in enumerate(meters)))
    _write(draft / "zaehlwerke.csv", (row for _, meter in meters for row in _register_rows(meter)))
    _write(
        draft / "ablesungen.csv",
        (row for _, meter in meters for row in _reading_rows(meter, today, readings_until or today)),
    )
    _write(draft / "abschlaege.csv", (row for _, each in premises for row in _payment_rows(each, today)))
    shutil.rmtree(directory, ignore_errors=True)
    draft.rename(directory)


def _write(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(_HEADERS[path.name].split(";"))
        writer.writerows(rows)


def _customer_row(customer: DemoCustomer, today: dt.date) -> Row:
    home = customer.premises[0]
    address = customer.billing or (home.street, home.house_number, POSTAL_CODE, CITY)
    account: Row = ("", "", "", "")
    if customer.iban:
        digits = customer.number.partition("/")[0].lstrip("0")
        signed = max(home.begin, dt.date(today.year - 5, 3, 1))
        account = (customer.iban, customer.name, f"M{digits}-1", signed)
    return (
        customer.number,
        f"GP{customer.number.partition('/')[0]}",
        customer.salutation,
        customer.first_name,
        customer.last_name,
        *address,
        "DE",
        customer.email,
        customer.phone,
        *account,
    )


def _premise_row(customer: DemoCustomer, premise: DemoPremise) -> Row:
    return (
        premise.erp_id,
        customer.number,
        premise.label,
        premise.street,
        premise.house_number,
        POSTAL_CODE,
        CITY,
        premise.begin,
        premise.end or "",
    )


def _meter_row(place: int, premise: DemoPremise, meter: DemoMeter) -> Row:
    has_location = meter.division in {"strom", "gas"}
    return (
        meter.number,
        premise.erp_id,
        meter.division,
        market_location(5_091_560_000 + place) if has_location else "",
        meter.installed,
        meter.removed or "",
        "ja" if meter.is_remote else "nein",
    )


def _register_rows(meter: DemoMeter) -> Iterator[Row]:
    for register in meter.registers:
        yield (
            meter.number,
            register.code,
            register.obis,
            register.label,
            *register.digits,
            register.unit,
            register.factor,
            "einspeisung" if register.feeds_in else "bezug",
            _decimal(register.yearly_use[-1] * register.factor) if register.yearly_use else "",
            *(_GAS if meter.division == "gas" else ("", "")),
        )


def _reading_rows(meter: DemoMeter, today: dt.date, until: dt.date) -> Iterator[Row]:
    for reading in readings_of(meter, today):
        if reading.date < until:
            yield meter.number, reading.register, reading.date, _decimal(reading.value), reading.origin


def _payment_rows(premise: DemoPremise, today: dt.date) -> Iterator[Row]:
    """Yield one amount per division for a current contract: last year's use, paid in eleven parts."""
    if premise.end is not None:
        return
    changed = last_reading_date(today) + dt.timedelta(days=_DAYS_FROM_READING_TO_NEW_AMOUNT)
    amounts: dict[str, Decimal] = {}
    for meter in premise.meters:
        if meter.removed is None:
            uses = [r.yearly_use[-1] * r.factor for r in meter.registers if r.yearly_use and not r.feeds_in]
            yearly_cost = sum(uses, Decimal(0)) * PRICES[meter.division]
            amounts[meter.division] = amounts.get(meter.division, Decimal(0)) + yearly_cost
    for division, yearly_cost in amounts.items():
        amount = (yearly_cost / _PAYMENTS_A_YEAR).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        if amount:
            yield premise.erp_id, division, f"{amount},00", changed.replace(day=1), 1


def _decimal(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")
