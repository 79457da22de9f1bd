"""Making what a test needs, with one line per thing and every default in one place."""

import datetime as dt
import itertools
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from fido2.utils import websafe_encode

from kundenportal.advance_payments.models import AdvancePayment, AdvancePaymentChange, WantedAmount
from kundenportal.banking.models import BankAccount
from kundenportal.core.encryption import encrypt_content
from kundenportal.core.meter_numbers import meter_number_key
from kundenportal.core.references import new_public_id
from kundenportal.customers.models import Customer, Division, Premise
from kundenportal.documents.models import Document
from kundenportal.documents.services import file_document
from kundenportal.files.services import store_file
from kundenportal.identity.models import Passkey, User
from kundenportal.linking.models import AccountLink
from kundenportal.metering.models import (
    Meter,
    MeterReading,
    ReadingSubmission,
    Register,
    SubmittedReading,
)
from kundenportal.privacy.models import Consent, DataExport
from kundenportal.privacy.wordings import WORDINGS
from kundenportal.submissions.models import Submission
from tests.passkeys import SoftPasskey
from tests.pdfs import make_pdf

NOW = dt.datetime(2026, 11, 22, 11, 0, tzinfo=dt.UTC)
"""The moment most tests happen at: Sunday, noon in Musterbach."""

TODAY = dt.date(2026, 11, 22)
PASSWORD = "vier Wörter ohne Sinn"

_numbers = itertools.count(20_001)


def make_customer(**values: Any) -> Customer:
    """Return a stored customer."""
    number = f"{next(_numbers):07d}/1"
    return Customer.objects.create(
        **{"customer_number": number, "first_name": "Michael", "last_name": "Bauer"} | values
    )


def make_premise(customer: Customer | None = None, **values: Any) -> Premise:
    """Return a stored premise, with a customer of its own unless one is given."""
    defaults = {
        "erp_id": f"VS{next(_numbers)}",
        "street": "Lindenstraße",
        "house_number": "12",
        "postal_code": "91560",
        "city": "Musterbach",
        "begin_date": dt.date(2020, 1, 1),
    }
    return Premise.objects.create(customer=customer or make_customer(), **defaults | values)


def make_register(premise: Premise | None = None, *, meter: Meter | None = None, **values: Any) -> Register:
    """Return a stored register of 6+1 digits, with a meter of its own unless one is given.

    The values of a meter (``division``, ``meter_number``, ``installed_date``, ``removed_date``, ``is_remote``,
    ``ended_at``) may stand among the register's.
    """
    of_meter = {
        name: values.pop(name)
        for name in ("division", "meter_number", "installed_date", "removed_date", "is_remote")
        if name in values
    }
    if meter is None:
        number = of_meter.setdefault("meter_number", f"1EMH00{next(_numbers)}")
        defaults = {"division": Division.ELECTRICITY, "installed_date": dt.date(2020, 1, 1)}
        meter = Meter.objects.create(
            premise=premise or make_premise(), number_key=meter_number_key(number), **defaults | of_meter
        )
    return Register.objects.create(
        meter=meter, **{"code": "1", "integer_digits": 6, "decimal_digits": 1, "unit": "kWh"} | values
    )


def make_reading(
    register: Register, reading_date: dt.date, value: Decimal | int, **values: Any
) -> MeterReading:
    """Return a stored reading, read by the utility unless another origin is given."""
    return MeterReading.objects.create(
        register=register,
        reading_date=reading_date,
        value=value,
        **{"origin": MeterReading.Origin.READ} | values,
    )


def make_user(*customers: Customer, email: str = "m.bauer@beispiel.de", **values: Any) -> User:
    """Return a stored login with ``PASSWORD``, linked to the customers given."""
    user = User(email=email, email_verified_at=NOW, created_at=NOW, **values)
    user.set_password(PASSWORD)
    user.save()
    for customer in customers:
        AccountLink.objects.create(
            user=user, customer=customer, proof=AccountLink.Proof.MAILBOX, created_at=NOW
        )
    return user


def make_passkey(user: User, soft: SoftPasskey | None = None, **values: Any) -> Passkey:
    """Return a stored passkey, which answers when its software is given."""
    soft = soft or SoftPasskey()
    return Passkey.objects.create(
        user=user,
        credential_id=websafe_encode(soft.credential_id),
        credential=bytes(soft.attested),
        **{"name": "Handy", "created_at": NOW} | values,
    )


@dataclass(frozen=True)
class Household:
    """The household of the mock-ups: Lindenstraße 12 with one meter each for electricity, gas and water."""

    user: User
    customer: Customer
    premise: Premise
    strom: Register
    gas: Register
    wasser: Register


def make_household(last_date: dt.date = dt.date(2025, 12, 31), **values: Any) -> Household:
    """Return the household of the mock-ups with four years' readings; the values given are the login's.

    The readings are a year apart; a last date of 29 February is none.
    """
    customer = make_customer(customer_number="0014026/1")
    premise = make_premise(customer)
    user = make_user(customer, **values)
    m3 = {"integer_digits": 5, "decimal_digits": 3, "unit": "m3"}
    household = Household(
        user,
        customer,
        premise,
        make_register(premise, meter_number="1 EMH00 0451 2873"),
        make_register(premise, division=Division.GAS, meter_number="7 ELS00 1182 0096", **m3),
        make_register(premise, division=Division.WATER, meter_number="8 SEN01 6634 1120", **m3),
    )
    for register, readings in (
        (household.strom, (14500, 17000, 19480, 21987)),
        (household.gas, (5120, 6240, 7300, 8412)),
        (household.wasser, (240, 330, 421, 512)),
    ):
        for years, value in enumerate(reversed(readings)):
            make_reading(register, last_date.replace(year=last_date.year - years), value)
    return household


def make_household_of(today: dt.date) -> Household:
    """Return the household of the mock-ups, read eleven months before a day: what is typed then is plausible."""
    last_date = today - dt.timedelta(days=326)
    return make_household(last_date.replace(day=min(last_date.day, 28)))


def make_reading_submission(*registers: Register, value: Decimal | int = 24_318, **values: Any) -> Submission:
    """Return a stored submission with the same value for each register, or for one of its own.

    The values of a line (``check_result``, ``reason``, ``remark``) may stand among the submission's.
    """
    of_line = {name: values.pop(name) for name in ("check_result", "reason", "remark") if name in values}
    registers = registers or (make_register(),)
    premise = registers[0].meter.premise
    defaults = {
        "kind": Submission.Kind.METER_READING,
        "premise": premise,
        "customer": premise.customer,
        "channel": Submission.Channel.PORTAL,
        "idempotency_key": f"key-{next(_numbers)}",
        "received_at": NOW,
        "received_year": NOW.year,
    }
    submission = Submission.objects.create(**defaults | _waiting(values) | values)
    detail = ReadingSubmission.objects.create(submission=submission)
    for register in registers:
        SubmittedReading.objects.create(
            reading_submission=detail,
            register=register,
            reading_date=TODAY,
            value=value,
            **{"check_result": SubmittedReading.Check.PLAUSIBLE} | of_line,
        )
    return submission


def _waiting(values: dict[str, Any]) -> dict[str, Any]:
    """Return since when staff have something to do about a submission of these values."""
    has_to_do = values.get("status", "received") in {"received", "on_hold"}
    return {"waits_since": values.get("received_at", NOW) if has_to_do else None}


def make_advance_payment(premise: Premise, division: str, amount: Any, **values: Any) -> AdvancePayment:
    """Return a stored advance payment, in force since 1 March 2026 and due on the first."""
    return AdvancePayment.objects.create(
        premise=premise,
        division=division,
        amount=Decimal(amount),
        **{"valid_from": dt.date(2026, 3, 1), "due_day": 1} | values,
    )


def make_payment_plan(premise: Premise) -> None:
    """Store the advance payments of the mock-ups: 92, 108 and 24 euros, 224 together."""
    make_advance_payment(premise, Division.ELECTRICITY, "92.00")
    make_advance_payment(premise, Division.GAS, "108.00")
    make_advance_payment(premise, Division.WATER, "24.00", valid_from=dt.date(2026, 1, 1))


def make_advance_payment_submission(premise: Premise, **values: Any) -> Submission:
    """Return a stored submission that changes electricity from 92 to 85 euros from 1 January 2027 on."""
    defaults = {
        "kind": Submission.Kind.ADVANCE_PAYMENT,
        "premise": premise,
        "customer": premise.customer,
        "channel": Submission.Channel.PORTAL,
        "idempotency_key": f"key-{next(_numbers)}",
        "received_at": NOW,
        "received_year": NOW.year,
    }
    submission = Submission.objects.create(**defaults | _waiting(values) | values)
    change = AdvancePaymentChange.objects.create(
        submission=submission, valid_from=dt.date(2027, 1, 1), comment="Auszug eines Kindes"
    )
    WantedAmount.objects.create(change=change, division="strom", amount=85, previous_amount=92)
    WantedAmount.objects.create(change=change, division="gas", amount=108, previous_amount=108)
    return submission


def make_consent(user: User, **values: Any) -> Consent:
    """Return a stored consent that holds: to get invoices online only, unless another kind is given."""
    kind = Consent.Kind(values.pop("kind", Consent.Kind.ONLINE_INVOICES))
    defaults = {
        "wording_version": WORDINGS[kind].version,
        "wording": WORDINGS[kind].text,
        "asked_at": NOW,
        "given_at": NOW,
    }
    return Consent.objects.create(user=user, kind=kind, **defaults | values)


def make_data_export(user: User, content: bytes = b"PK", **values: Any) -> DataExport:
    """Return a stored data export that can be downloaded, with this content."""
    public_id = values.pop("public_id", new_public_id())
    sealed = encrypt_content(content, key=settings.FIELD_KEY, bound_to=f"data-export:{public_id}")
    defaults = {
        "requested_at": NOW,
        "next_try_at": NOW,
        "ready_at": NOW,
        "expires_at": NOW + dt.timedelta(days=7),
        "file": store_file(sealed, media_type="application/octet-stream", now=NOW),
    }
    return DataExport.objects.create(user=user, public_id=public_id, **defaults | values)


def make_bank_account(customer: Customer, **values: Any) -> BankAccount:
    """Return a stored bank account with a mandate; nobody can open its sealed IBAN."""
    defaults = {
        "iban_sealed": b"sealed",
        "iban_end": "4711",
        "country": "DE",
        "mandate_reference": "M12345-1",
        "mandate_date": dt.date(2024, 3, 1),
    }
    return BankAccount.objects.create(customer=customer, **defaults | values)


PDF = make_pdf(("Jahresabrechnung 2025", "Kundennummer 0014026/1"))
"""The content of a document that nobody looks into."""


def make_document(customer: Customer, title: str = "Jahresabrechnung 2025", **values: Any) -> Document:
    """Return a filed document of a customer, a bill of 20 January 2026 that shows at all his premises."""
    defaults = {
        "premise": None,
        "kind": Document.Kind.INVOICE,
        "document_date": dt.date(2026, 1, 20),
        "content": PDF,
        "now": NOW,
    }
    return file_document(customer=customer, title=title, **defaults | values)
