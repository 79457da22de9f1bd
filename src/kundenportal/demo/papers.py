"""The papers of the demo's customers, printed as the billing system of a utility would print them."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from kundenportal.core.dates import format_date_long
from kundenportal.customers.models import Division
from kundenportal.demo.days import last_reading_date, years_before
from kundenportal.demo.delivery import CITY, POSTAL_CODE, PRICES
from kundenportal.demo.records import DemoCustomer, DemoMeter, DemoPremise
from kundenportal.documents.models import Document
from kundenportal.files.printing import render_pdf

_BASE_PRICES = {"strom": Decimal(142), "gas": Decimal(168), "wasser": Decimal(96), "waerme": Decimal(310)}
"""Euro a year for being supplied."""

_CENT = Decimal("0.01")
_DAYS_TO_PRINT = 19
_HALF_A_YEAR = dt.timedelta(days=182)


@dataclass(frozen=True)
class BillLine:
    """What one counter cost in a year."""

    division: str
    meter: str
    use: Decimal
    unit: str
    price: Decimal
    base_price: Decimal

    @property
    def amount(self) -> Decimal:
        """What is to be paid for it, in euros."""
        return (self.use * self.price + self.base_price).quantize(_CENT)


@dataclass(frozen=True)
class Paper:
    """A document of the billing system: what it is called, and what is printed on it."""

    erp_id: str
    customer: DemoCustomer
    kind: Document.Kind
    title: str
    date: dt.date
    premise: str = ""
    bill: tuple[BillLine, ...] = ()
    place: DemoPremise | None = None
    paragraphs: tuple[str, ...] = ()

    def printed(self) -> bytes:
        """Return the PDF."""
        return render_pdf(
            "demo/paper.html",
            {
                "paper": self,
                "place": self.place or self.customer.premises[0],
                "postal_code": POSTAL_CODE,
                "city": CITY,
                "total": sum((line.amount for line in self.bill), Decimal()),
            },
            language="de",
        )


def yearly_bill(customer: DemoCustomer, *, years_ago: int, today: dt.date, number: int) -> Paper:
    """Return the bill of a past year for the first premise of a customer.

    Args:
        customer: whose it is; one who was supplied in that year.
        years_ago: 0 for the last yearly reading, 1 for the one before.
        today: the day the demo is built on.
        number: what tells it from other papers.

    """
    place = customer.premises[0]
    read_on = years_before(last_reading_date(today), years_ago)
    lines = [line for meter in place.meters for line in _lines_of(meter, years_ago)]
    return Paper(
        f"R{number}",
        customer,
        Document.Kind.INVOICE,
        f"Jahresabrechnung {(read_on - _HALF_A_YEAR).year}",
        read_on + dt.timedelta(days=_DAYS_TO_PRINT),
        bill=tuple(lines),
        place=place,
        paragraphs=(
            f"hier ist Ihre Abrechnung für das Jahr bis zum {format_date_long(read_on)}.",
            "Ihre Abschläge rechnen wir an. Den Rest buchen wir ab oder zahlen ihn aus.",
        ),
    )


def letter(
    customer: DemoCustomer,
    *,
    number: int,
    kind: Document.Kind,
    title: str,
    date: dt.date,
    paragraphs: tuple[str, ...],
    place: DemoPremise | None = None,
) -> Paper:
    """Return a letter to a customer, for one premise of his when a place is given."""
    return Paper(
        f"S{number}",
        customer,
        kind,
        title,
        date,
        premise=place.erp_id if place else "",
        place=place,
        paragraphs=paragraphs,
    )


def _lines_of(meter: DemoMeter, years_ago: int) -> list[BillLine]:
    """Return what the counters of a meter cost in a year; what feeds in costs nothing."""
    lines = []
    for register in meter.registers:
        if register.feeds_in or len(register.yearly_use) <= years_ago or meter.removed is not None:
            continue
        label = f" {register.label}" if register.label else ""
        lines.append(
            BillLine(
                f"{Division(meter.division).label}{label}",
                meter.number,
                register.yearly_use[-1 - years_ago] * register.factor,
                register.unit,
                PRICES[meter.division],
                _BASE_PRICES[meter.division],
            )
        )
    return lines
