"""What the PDF of a data export tells: the data in words and tables, and how to read the other files."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.db.models import Prefetch

from kundenportal.addresses.models import BillingAddress
from kundenportal.advance_payments.models import AdvancePayment
from kundenportal.banking.models import BankAccount
from kundenportal.core.ibans import grouped_iban
from kundenportal.customers.models import Customer, Division, Premise
from kundenportal.linking.selectors import links_of
from kundenportal.metering.models import Meter, MeterReading, Register
from kundenportal.privacy.consents import consents_of
from kundenportal.privacy.subjects import Subject
from kundenportal.privacy.topics import Topic, bank_accounts, iban_of
from kundenportal.submissions.models import Submission

Row = TypeVar("Row", Meter, AdvancePayment)


@dataclass(frozen=True)
class ListedFile:
    """A file of the export: its name, what it holds, and how many rows."""

    topic: Topic
    count: int


@dataclass(frozen=True)
class LastReading:
    """A register and its newest reading; empty when it was never read."""

    register: Register
    reading_date: dt.date | None
    value: Decimal | None


@dataclass(frozen=True)
class AccountSheet:
    """A bank account with its IBAN in clear text, in groups of four."""

    account: BankAccount
    iban: str


@dataclass(frozen=True)
class PremiseSheet:
    """A place of consumption with its meters and payments."""

    premise: Premise
    readings: Sequence[LastReading]
    payments: Sequence[AdvancePayment]


@dataclass(frozen=True)
class CustomerSheet:
    """A customer with everything the contract is about."""

    customer: Customer
    address: BillingAddress | None
    accounts: Sequence[AccountSheet]
    premises: Sequence[PremiseSheet]


def overview_of(subject: Subject, files: Sequence[ListedFile], *, now: dt.datetime) -> dict[str, object]:
    """Return what fills the PDF; the number of queries does not grow with the data.

    Args:
        subject: whose data.
        files: the other files of the export.
        now: when, aware.

    """
    submissions = Submission.objects.filter(customer__in=subject.customers).order_by("-pk")
    links = links_of(subject.user)
    return {
        "user": subject.user,
        "made_at": now,
        "sheets": _customer_sheets(subject),
        "left_out": [link.customer for link in links if link.customer not in subject.customers],
        "consents": consents_of(subject.user, subject.customers),
        "submissions": submissions.select_related("premise"),
        "files": files,
    }


def _customer_sheets(subject: Subject) -> list[CustomerSheet]:
    addresses = BillingAddress.objects.in_bulk([customer.pk for customer in subject.customers])
    accounts = [
        AccountSheet(account, grouped_iban(iban_of(account).replace(" ", "")))
        for account in bank_accounts(subject)
    ]
    premises = _premise_sheets(subject)
    return [
        CustomerSheet(
            customer=customer,
            address=addresses.get(customer.pk),
            accounts=[each for each in accounts if each.account.customer == customer],
            premises=[each for each in premises if each.premise.customer_id == customer.pk],
        )
        for customer in subject.customers
    ]


def _premise_sheets(subject: Subject) -> list[PremiseSheet]:
    premises = Premise.objects.filter(customer__in=subject.customers)
    newest = _newest_readings(subject)
    return [
        PremiseSheet(
            premise=premise,
            readings=[
                LastReading(register, *newest.get(register.pk, (None, None)))
                for meter in _by_division(premise.meters.all())
                for register in meter.registers.all()
            ],
            payments=_by_division(premise.advance_payments.all()),
        )
        for premise in premises.order_by("street", "house_number", "pk").prefetch_related(
            Prefetch("meters", Meter.objects.order_by("pk")),
            Prefetch("meters__registers", Register.objects.select_related("meter").order_by("code")),
            Prefetch("advance_payments", AdvancePayment.objects.order_by("valid_from")),
        )
    ]


def _by_division(rows: Iterable[Row]) -> list[Row]:
    """Return rows in the order of the divisions, electricity first; within one as they came."""
    return sorted(rows, key=lambda row: Division.values.index(row.division))


def _newest_readings(subject: Subject) -> dict[int, tuple[dt.date, Decimal]]:
    """Return date and value of the newest reading of every register, by its id."""
    readings = MeterReading.objects.filter(register__meter__premise__customer__in=subject.customers)
    rows = readings.order_by("reading_date").values_list("register_id", "reading_date", "value")
    return {register_id: (date, value) for register_id, date, value in rows}
