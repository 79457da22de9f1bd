"""The demo's ready logins, made the way every customer makes one."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kundenportal.customers.models import Customer
from kundenportal.demo.mail_box import take_token
from kundenportal.linking.services import (
    complete_registration,
    process_registrations,
    request_registration,
    sign_in,
)
from kundenportal.mailing.delivery import send_due_mails

PASSWORD = "Kirsche-Wolke-Tandem"  # noqa: S105 - printed on the sign-in page of the demo.


@dataclass(frozen=True)
class ReadyLogin:
    """A login that can be used at once, and what it is good for."""

    customer_number: str
    name: str
    about: Promise

    @property
    def password(self) -> str:
        """The password; all ready logins have the same."""
        return PASSWORD


READY_LOGINS = (
    ReadyLogin("0014026/1", "Michael Bauer", _("Strom, Gas und Wasser in einem Haus")),
    ReadyLogin("0010224/1", "Petra Weber", _("mehrere Verbrauchsstellen, eine davon beendet")),
    ReadyLogin("0010156/1", "Rudi Wieser", _("Photovoltaik, Tag- und Nachtstrom")),
    ReadyLogin("0013518/1", "Ayşe Yıldız", _("Fernwärme und ein Zähler, der fern ausgelesen wird")),
    ReadyLogin(
        "0013391/1",
        "Karl-Heinz Vogel-Häußler",
        _("getauschter Zähler, geschätztes Gas; Wasser kurz vor 100.000"),
    ),
    ReadyLogin("0012733/1", "Hausverwaltung Lindner", _("Firma mit neun Verbrauchsstellen")),
)


def create_ready_logins(directory: Path, *, now: dt.datetime) -> None:
    """Register every ready login as people do: form, mail, link, password.

    Args:
        directory: the Maildir that the demo's mails are put into.
        now: when, aware.

    Raises:
        MailMissing: when a mail did not arrive.

    """
    for place, login in enumerate(READY_LOGINS, start=1):
        customer = Customer.objects.get(customer_number=login.customer_number)
        # An address each, for the limit of registrations from one place.
        _register(customer, directory, address=f"192.0.2.{place}", now=now)


def tell_sign_ins(now: dt.datetime) -> None:
    """Let some who have a login sign in of late, at home, so that staff find when they were here."""
    for login, days_ago in zip(READY_LOGINS, (2, 5, 9), strict=False):
        at = now - dt.timedelta(days=days_ago, hours=3)
        sign_in(identifier=login.customer_number, password=login.password, address="192.0.2.1", now=at)


def _register(customer: Customer, directory: Path, *, address: str, now: dt.datetime) -> None:
    request_registration(
        customer_number=customer.customer_number,
        name=customer.full_name,
        email=customer.contact_email,
        language="de",
        address=address,
        now=now,
    )
    process_registrations(now)
    send_due_mails(now)
    token = take_token(directory, customer.contact_email, "/passwort-festlegen/")
    complete_registration(token=token, password=PASSWORD, now=now)
