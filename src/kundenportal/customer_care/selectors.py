"""All about a customer, topic by topic, as staff see it; few queries, however much there is."""

from collections import defaultdict
from collections.abc import Collection

from django.conf import settings
from django.db.models import Case, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, When

from kundenportal.audit.models import AuditEntry
from kundenportal.banking.models import BankAccount
from kundenportal.core.customer_numbers import canonical_customer_number
from kundenportal.core.email_addresses import canonical_email, is_email
from kundenportal.customer_care.access import SIGN_IN, Access
from kundenportal.customers.models import Customer, Division, Premise
from kundenportal.documents.models import Document, DocumentAccess
from kundenportal.documents.selectors import documents_of_customer
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading, Register
from kundenportal.submissions.models import Submission

READINGS_SHOWN = 13
"""The last reading of a register, and before it one for each month of a year."""


def customer_named(slug: str) -> Customer:
    """Return the customer of an address of the back office, with the billing address.

    Args:
        slug: ``0012345-1``, or any other spelling of the number.

    Raises:
        Customer.DoesNotExist: when there is none.

    """
    number = canonical_customer_number(slug.replace("-", "/"), settings.UTILITY.customer_number)
    return Customer.objects.select_related("billing_address").get(customer_number=number)


def bank_accounts_of(customer: Customer) -> list[BankAccount]:
    """Return the accounts bills are collected from, the common one first; one query."""
    accounts = BankAccount.objects.filter(customer=customer).select_related("premise")
    return sorted(accounts, key=lambda each: each.premise.street_line if each.premise else "")


def premises_of_customer(customer: Customer) -> QuerySet[Premise]:
    """Return the premises of a customer, in no order."""
    return Premise.objects.filter(customer=customer)


def registers_at(premises: Collection[Premise]) -> list[tuple[Premise, list[Register]]]:
    """Return the registers of the meters at some premises, with their last readings; two queries.

    A register has ``last_readings``: at most ``READINGS_SHOWN``, the newest first.
    """
    newest = MeterReading.objects.order_by("-reading_date")[:READINGS_SHOWN]
    in_order = Case(*(When(meter__division=each, then=place) for place, each in enumerate(Division.values)))
    registers = (
        Register.objects.filter(meter__premise__in=premises)
        .select_related("meter")
        .order_by(in_order, "-meter", "code")
        .prefetch_related(Prefetch("readings", newest, to_attr="last_readings"))
    )
    at_premise: dict[int, list[Register]] = defaultdict(list)
    for register in registers:
        at_premise[register.meter.premise_id].append(register)
    return [(premise, at_premise[premise.pk]) for premise in premises]


def documents_with_opening(customer: Customer, access: Access) -> QuerySet[Document]:
    """Return what a customer can see, with ``opened_at``: when his login last opened it, if ever."""
    seen = DocumentAccess.objects.filter(document=OuterRef("pk"), user=access.user).order_by()
    last = seen.values("document").annotate(last=Max("at")).values("last")
    return documents_of_customer(customer).annotate(opened_at=Subquery(last))


def submissions_of(customer: Customer) -> QuerySet[Submission]:
    """Return what was sent for a customer."""
    return Submission.objects.filter(customer=customer).select_related("premise", "assigned_to__user")


def mails_to(customer: Customer, access: Access) -> QuerySet[OutgoingMail]:
    """Return the mails about a customer, and those about no customer to his login or his contact address."""
    addresses = [canonical_email(customer.contact_email)] if is_email(customer.contact_email) else []
    addresses += [access.user.email] if access.user else []
    of_addresses = Q(customer_id=None, recipient__in=addresses)
    return OutgoingMail.objects.filter(Q(customer_id=customer.pk) | of_addresses)


def sign_ins_of(access: Access) -> QuerySet[AuditEntry]:
    """Return the entries of all times the login that holds a customer signed in."""
    if access.user is None:
        return AuditEntry.objects.none()
    return AuditEntry.objects.filter(actor=access.user.actor, action__startswith=SIGN_IN)


def log_of(customer: Customer, access: Access) -> QuerySet[AuditEntry]:
    """Return the entries about a customer, and what his login did that is about no customer."""
    about = Q(customer_id=customer.pk)
    if access.user is not None:
        own = Q(actor=access.user.actor) | Q(subject=access.user.actor)
        about |= own & Q(customer_id=None)
    return AuditEntry.objects.filter(about)
