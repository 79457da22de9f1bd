"""The people of the drill: each has a browser and mailboxes, and knows what only his own mails say."""

import datetime as dt
import re
from dataclasses import dataclass, field

from django.contrib import auth
from django.test import Client
from django.utils import timezone

from kundenportal.customers.models import Customer
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.linking.services import (
    process_password_resets,
    process_registrations,
    process_sign_in_links,
)
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.recipients import recipient_of
from kundenportal.metering.services import place_public_readings
from kundenportal.privacy.services import make_data_exports
from tests.make import PASSWORD
from tests.security_mails import text_of_mail

NEW_PASSWORD = "Regal Mond Kutsche Quark"


@dataclass(frozen=True)
class Letter:
    """A mail as it arrived."""

    recipient: str
    kind: str
    text: str


@dataclass
class Post:
    """The way of mails: each is prepared once and lies in one mailbox."""

    letters: list[Letter] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)

    def deliver(self) -> None:
        """Run the jobs and put every new mail into its mailbox."""
        now = timezone.now()
        for job in (
            process_registrations,
            process_password_resets,
            process_sign_in_links,
            make_data_exports,
            place_public_readings,
        ):
            job(now)
        for mail in OutgoingMail.objects.exclude(pk__in=self._seen).order_by("pk"):
            self._seen.add(mail.pk)
            if not mail.recipient:
                holder = recipient_of(mail, now)
                if holder is None:
                    continue
                mail.recipient = holder.address
            self.letters.append(Letter(mail.recipient, mail.kind, text_of_mail(mail, now=now)))


class Person:
    """Somebody with a browser who reads some mailboxes."""

    def __init__(self, post: Post, *mailboxes: str, place: str = "198.51.100.7") -> None:
        self.post, self.mailboxes = post, mailboxes
        self.client = Client(raise_request_exception=False, REMOTE_ADDR=place)

    def kinds(self) -> list[str]:
        """Return the kinds of the mails that arrived, in their order."""
        self.post.deliver()
        return [letter.kind for letter in self.post.letters if letter.recipient in self.mailboxes]

    def link(self, kind: str, path: str) -> str:
        """Return the address below ``path`` in the newest mail of a kind in his mailboxes."""
        self.post.deliver()
        mine = [each for each in self.post.letters if each.recipient in self.mailboxes and each.kind == kind]
        match = re.search(rf"{path}[\w-]+/", mine[-1].text)
        assert match is not None
        return match[0]

    def send(self, path: str, **fields: str) -> int:
        """Send a form and return the status."""
        return int(self.client.post(path, fields).status_code)

    def sign_in(self, identifier: str, password: str = PASSWORD) -> bool:
        """Try to sign in with a password; tell whether the portal is open."""
        self.send("/anmelden/", identifier=identifier, password=password)
        return self.is_in()

    def is_in(self) -> bool:
        """Tell whether his browser is signed in."""
        return int(self.client.get("/konto/").status_code) == 200

    def user(self) -> User:
        """Return the login his browser is signed in with."""
        user = auth.get_user(self.client)  # type: ignore[arg-type]
        assert isinstance(user, User)
        return user

    def copy_of_session(self, other: "Person") -> None:
        """Take another person's session, as a stolen cookie does."""
        self.client.cookies["sitzung"] = other.client.cookies["sitzung"].value

    def register(self, number: str, name: str, email: str) -> None:
        """Send the form for access data."""
        self.send("/registrieren/", customer_number=number, name=name, email=email)
        self.post.deliver()

    def reset_password(self, identifier: str, password: str = NEW_PASSWORD) -> bool:
        """Ask for a new password and set it by the mail; tell whether one came."""
        self.send("/passwort-vergessen/", identifier=identifier)
        if "password_reset" not in self.kinds():
            return False
        path = self.link("password_reset", "/passwort-neu/")
        return self.send(path, password=password, password_repeat=password) == 303


def holder(customer: Customer) -> User | None:
    """Return the login that holds a customer."""
    link = AccountLink.objects.filter(customer=customer, ended_at=None).select_related("user").first()
    return link.user if link else None


MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
