"""Asking the portal about known and unknown people in turn, as somebody does who wants to learn which exist."""

import datetime as dt
import http.client
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string

from kundenportal.config.settings import PASSWORD_HASHERS
from kundenportal.customers.models import Customer, Premise
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.metering.models import Meter, Register
from kundenportal.selfservice.drafts import save_draft
from tests.faults.processes import CSRF_TOKEN
from tests.personas import sign_in

QUESTIONS_A_LOGIN = 4
"""How many wrong pairs a login may name a day before linking refuses it, less one."""

PASSWORD = "vier Wörter ohne Sinn"
_CHANGES = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|data-session="\d+"')
_COOKIE_OF_THE_MOMENT = re.compile(r"(?<=csrf=)[^;]*|(?<=sitzung=)[^;]*|(?<=expires=)[^;]*")
_HEADERS_OF_THE_MOMENT = {"date", "x-request-id"}


@dataclass(frozen=True)
class Question:
    """One form, sent once; ``typed`` is what names the person."""

    path: str
    typed: str
    fields: dict[str, str]
    place: str
    session: str = ""


@dataclass(frozen=True)
class Answer:
    """What came back, without what differs from request to request, and how long it took."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seconds: float

    @property
    def looks(self) -> tuple[object, ...]:
        """All but the time."""
        return self.status, self.headers, self.body


Flow = Callable[["People", int, bool], Question]


@dataclass(frozen=True)
class People:
    """Who is there: customers with logins, and sessions of others who ask about them."""

    count: int
    sessions: Sequence[str]


def make_people(count: int) -> People:
    """Store customers with a login each, their passwords hashed as in production, and those who ask.

    Args:
        count: how many are asked about in each flow; by e-mail about as many others.

    """
    hasher = import_string(PASSWORD_HASHERS[0])()
    password = hasher.encode(PASSWORD, hasher.salt())
    _make_logins(2 * count, 10_000, "kunde", password)
    _make_meters(count)
    askers = _make_logins(count * 2 // QUESTIONS_A_LOGIN + 1, 30_000, "fragt", password)
    return People(count, [sign_in(Client(), asker) for asker in askers])


def _make_logins(count: int, first: int, name: str, password: str) -> list[User]:
    now = timezone.now()
    customers = Customer.objects.bulk_create(
        Customer(customer_number=f"{first + index:07d}/1", first_name="Michael", last_name="Bauer")
        for index in range(count)
    )
    users = User.objects.bulk_create(
        User(email=f"{name}{index:04d}@beispiel.de", password=password, email_verified_at=now, created_at=now)
        for index in range(count)
    )
    AccountLink.objects.bulk_create(
        AccountLink(user=user, customer=customer, proof=AccountLink.Proof.MAILBOX, created_at=now)
        for user, customer in zip(users, customers, strict=True)
    )
    return users


def _make_meters(count: int) -> None:
    customers = Customer.objects.order_by("pk")[:count]
    premises = Premise.objects.bulk_create(
        Premise(
            erp_id=f"VS{index}",
            customer=customer,
            street="Gasse",
            postal_code="91560",
            city="Musterbach",
            begin_date=dt.date(2020, 1, 1),
        )
        for index, customer in enumerate(customers)
    )
    meters = Meter.objects.bulk_create(
        Meter(premise=premise, division="strom", meter_number=number, number_key=number)
        for index, premise in enumerate(premises)
        for number in [_meter(index, is_known=True)]
    )
    Register.objects.bulk_create(
        Register(meter=meter, code="1", integer_digits=6, unit="kWh") for meter in meters
    )


def _number(index: int, *, is_known: bool) -> str:
    return f"{(10_000 if is_known else 50_000) + index:07d}/1"


def _email(index: int, *, is_known: bool) -> str:
    return f"{'kunde' if is_known else 'nixda'}{index:04d}@beispiel.de"


def _place(index: int, *, is_known: bool, net: int) -> str:
    """Return an address in a network of its own, so that no place is slowed down."""
    return f"{net + is_known}.{index // 250}.{index % 250}.7"


def sign_in_by_number(people: People, index: int, is_known: bool) -> Question:
    """Sign in with a number and a wrong password."""
    typed = _number(index, is_known=is_known)
    fields = {"identifier": typed, "password": "falsches Passwort"}
    return Question("/anmelden/", typed, fields, _place(index, is_known=is_known, net=20))


def sign_in_by_email(people: People, index: int, is_known: bool) -> Question:
    """Sign in with an address and a wrong password; of others than by number, for a login has one count."""
    typed = _email(people.count + index, is_known=is_known)
    fields = {"identifier": typed, "password": "falsches Passwort"}
    return Question("/anmelden/", typed, fields, _place(index, is_known=is_known, net=30))


def register(people: People, index: int, is_known: bool) -> Question:
    """Ask for access data."""
    typed = _number(index, is_known=is_known)
    fields = {"customer_number": typed, "name": "Michael Bauer", "email": f"neu{index:04d}@beispiel.de"}
    return Question("/registrieren/", typed, fields, _place(index, is_known=is_known, net=40))


def reset_password(people: People, index: int, is_known: bool) -> Question:
    """Say that a password is forgotten."""
    typed = _number(index, is_known=is_known)
    return Question(
        "/passwort-vergessen/", typed, {"identifier": typed}, _place(index, is_known=is_known, net=50)
    )


def ask_for_link(people: People, index: int, is_known: bool) -> Question:
    """Ask for the link that signs in."""
    typed = _email(index, is_known=is_known)
    return Question("/anmelden/link/", typed, {"identifier": typed}, _place(index, is_known=is_known, net=60))


def link_account(people: People, index: int, is_known: bool) -> Question:
    """Name a number and a wrong meter, signed in."""
    typed = _number(index, is_known=is_known)
    turn = 2 * index + is_known
    fields = {"customer_number": typed, "meter_number": f"9{turn:07d}"}
    session = people.sessions[turn // QUESTIONS_A_LOGIN]
    place = _place(index, is_known=is_known, net=70)
    return Question("/konto/verknuepfen/", typed, fields, place, session)


def send_reading(people: People, index: int, is_known: bool) -> Question:
    """Report a reading without a login, from the check page on: the pages before it only check the form."""
    typed = _meter(index, is_known=is_known)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    draft = save_draft(session, None, _report(typed), topic="public_reading", now=timezone.now())
    session.create()
    path = f"/zaehlerstand-melden/pruefen/?entwurf={draft}"
    place = _place(index, is_known=is_known, net=80)
    return Question(path, typed, {}, place, str(session.session_key))


def _meter(index: int, *, is_known: bool) -> str:
    return f"{'1EMH' if is_known else '9XYZ'}{index:08d}"


def _report(meter: str) -> dict[str, str]:
    who = {"strasse": "Gasse 1", "name": "Michael Bauer", "email": ""}
    return {"zaehlernummer": meter, "plz": "91560", "stand": "12345", **who}


FLOWS: dict[str, Flow] = {
    "sign in by number": sign_in_by_number,
    "sign in by e-mail": sign_in_by_email,
    "registration": register,
    "forgotten password": reset_password,
    "link to sign in": ask_for_link,
    "linking": link_account,
    "reading": send_reading,
}


class Asker:
    """A connection to the portal, as through its proxy."""

    def __init__(self, port: int) -> None:
        self._server = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._opened: set[str] = set()

    def close(self) -> None:
        """Hang up."""
        self._server.close()

    def ask(self, question: Question) -> Answer:
        """Send a form and return the answer."""
        cookies = {settings.CSRF_COOKIE_NAME: CSRF_TOKEN, settings.SESSION_COOKIE_NAME: question.session}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items() if value),
            "X-Forwarded-For": question.place,
        }
        if question.session not in self._opened:
            # Being seen again is written once a minute; that is not what the answers are asked for.
            self._opened.add(question.session)
            self._server.request("GET", question.path, headers=headers)
            self._server.getresponse().read()
        body = urlencode({"csrfmiddlewaretoken": CSRF_TOKEN} | question.fields)
        started = time.perf_counter()
        self._server.request("POST", question.path, body, headers)
        response = self._server.getresponse()
        content = response.read()
        seconds = time.perf_counter() - started
        kept = [
            (name.lower(), _COOKIE_OF_THE_MOMENT.sub("…", value))
            for name, value in response.getheaders()
            if name.lower() not in _HEADERS_OF_THE_MOMENT
        ]
        text = _CHANGES.sub(b"", content)
        for name, value in question.fields.items():
            text = text.replace(value.encode(), name.encode())
        return Answer(response.status, tuple(sorted(kept)), text, seconds)

    def interleaved(self, flow: Flow, people: People, count: int) -> tuple[list[Answer], list[Answer]]:
        """Ask about so many known and unknown people in turn; return both lists of answers."""
        known, unknown = [], []
        for index in range(count):
            known.append(self.ask(flow(people, index, True)))
            unknown.append(self.ask(flow(people, index, False)))
        return known, unknown
