"""Entries of the audit trail as people read them: who, what, to whom, when."""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kundenportal.audit.models import AuditEntry
from kundenportal.backoffice.audit_details import people_in, told_details
from kundenportal.backoffice.audit_words import WORDS
from kundenportal.casework.selectors import names_of
from kundenportal.core.references import parse_reference
from kundenportal.customers.models import Customer
from kundenportal.identity.models import StaffMember, User

_LOGIN = re.compile(r"user:\d{1,18}", re.ASCII)
_OWN_NUMBER = re.compile(r"[a-z-]+:[\w:/-]+|consent \w+", re.ASCII)
_KNOWN_BY_NAME = ("quarantine:", "text:")
"""What stands before names that people know: a document's number of the billing system, a text."""


@dataclass(frozen=True)
class AuditRow:
    """One line of the list.

    Attributes:
        number: the entry's id.
        at: when, aware.
        who: who did it, in words.
        actor: the same, as the trail names him.
        words: what was done.
        action: the same, as the trail names it.
        customer: whom it concerns, if anybody.
        customer_number: his number, or that the customer is no more.
        subject: what it was done to, as the trail names it; people by their names.
        thing: the same as people know it; empty when it only has a number of the portal's own.
        url: where one reads on: the submission's page, or all entries about the same thing or customer.
        details: further facts, each with its name; those that say nothing are left out.

    """

    number: int
    at: dt.datetime
    who: str
    actor: str
    words: str | Promise
    action: str
    customer: Customer | None
    customer_number: str
    subject: str
    thing: str
    url: str
    details: tuple[tuple[str | Promise, str], ...]


@dataclass(frozen=True)
class Names:
    """What entries name by numbers."""

    members: Mapping[str, str]
    logins: Mapping[str, str]
    customers: Mapping[int, Customer]

    def of_actor(self, actor: str) -> str:
        """Return who an actor is."""
        if actor.startswith("staff:"):
            return self.members.get(actor, actor)
        if actor.startswith("user:"):
            return self.logins.get(actor) or _("Kunde, Zugang gelöscht")
        return {
            "erp": _("Abrechnungssystem"),
            "mail-server": _("Mailserver"),
            "operator": _("Befehl auf dem Server"),
            "visitor": _("Besucher ohne Anmeldung"),
            "system": _("Kundenportal"),
        }.get(actor, actor)


def names_in(entries: Collection[AuditEntry], *, members: Iterable[StaffMember]) -> Names:
    """Return the names that some entries need; two queries.

    Args:
        entries: the entries.
        members: everybody who works or worked here, with their logins.

    """
    named = _named_in(entries)
    customers = {entry.customer_id for entry in entries if entry.customer_id is not None}
    return Names(
        members={member.user.actor: str(member) for member in members},
        logins=_addresses_of(named),
        customers=Customer.objects.in_bulk(customers),
    )


def names_about(customer: Customer, entries: Collection[AuditEntry]) -> Names:
    """Return the names that entries about one customer need; two queries.

    Args:
        customer: whom they are about.
        entries: the entries.

    """
    named = _named_in(entries)
    return Names(members=names_of(named), logins=_addresses_of(named), customers={customer.pk: customer})


def audit_rows(entries: Iterable[AuditEntry], names: Names) -> list[AuditRow]:
    """Return entries as lines; no query."""
    return [_row(entry, names) for entry in entries]


def _named_in(entries: Iterable[AuditEntry]) -> set[str]:
    """Return what entries name: who did it, to what, and who is in their details."""
    return {name for entry in entries for name in (entry.actor, entry.subject, *people_in(entry.details))}


def _addresses_of(named: Collection[str]) -> dict[str, str]:
    """Return the address of each login among what entries name."""
    logins = [int(each.removeprefix("user:")) for each in named if _LOGIN.fullmatch(each)]
    emails = User.objects.filter(pk__in=logins).values_list("pk", "email")
    return {f"user:{pk}": email for pk, email in emails}


def _row(entry: AuditEntry, names: Names) -> AuditRow:
    customer = names.customers.get(entry.customer_id) if entry.customer_id is not None else None
    gone = _("gelöscht") if entry.customer_id is not None else ""
    return AuditRow(
        number=entry.pk,
        at=entry.at,
        who=names.of_actor(entry.actor),
        actor=entry.actor,
        words=WORDS.get(entry.action, entry.action),
        action=entry.action,
        customer=customer,
        customer_number=customer.customer_number if customer else gone,
        subject=names.of_actor(entry.subject) if _is_person(entry.subject) else entry.subject,
        thing=_thing(entry.subject, names),
        url=_url(entry, customer),
        details=told_details(entry.details, names.of_actor),
    )


def _is_person(subject: str) -> bool:
    return subject.startswith(("user:", "staff:"))


def _thing(subject: str, names: Names) -> str:
    """Return what people know a subject by; nothing when they know no such number: ``mail:6``."""
    if _is_person(subject):
        return names.of_actor(subject)
    if subject.startswith(_KNOWN_BY_NAME):
        return subject.partition(":")[2]
    return "" if _OWN_NUMBER.fullmatch(subject) else subject


def _url(entry: AuditEntry, customer: Customer | None) -> str:
    if parse_reference(entry.subject):
        return reverse("backoffice:inbox_case", args=[entry.subject])
    if entry.subject:
        query = {"woran": entry.subject}
    else:
        query = {"kunde": customer.customer_number} if customer else {}
    return f"{reverse('backoffice:audit')}?{urlencode(query)}"
