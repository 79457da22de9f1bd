"""The documents of the demo, filed as an import does: read, new, in quarantine, and recalled."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial

from django.conf import settings

from kundenportal.customers.models import Customer, Premise
from kundenportal.demo.cast import introduced_customers
from kundenportal.demo.papers import Paper, letter, yearly_bill
from kundenportal.demo.records import DemoCustomer
from kundenportal.documents.checks import check_document
from kundenportal.documents.deliveries import Delivered, Described, file_delivered
from kundenportal.documents.models import Document, DocumentAccess
from kundenportal.documents.recall import recall_document
from kundenportal.documents.services import note_access
from kundenportal.files.services import storing_many
from kundenportal.linking.document_news import tell_of_documents
from kundenportal.linking.selectors import holder_of
from kundenportal.mailing.delivery import send_due_mails

BAUER, WEBER, WIESER, YILDIZ, VOGEL, LINDNER = (
    "0014026/1",
    "0010224/1",
    "0010156/1",
    "0013518/1",
    "0013391/1",
    "0012733/1",
)
_NIGHT, _MORNING = dt.time(2, 30), dt.time(9, 5)
_MAILS_WAIT = dt.timedelta(minutes=16)


def tell_documents(today: dt.date) -> None:
    """File what the billing system printed over the years, and let some of it be read.

    Args:
        today: the day the demo is built on.

    """
    people = {customer.number: customer for customer in introduced_customers(today)}
    old = _old_papers(people, today)
    _deliver(old, at=_at(today - dt.timedelta(days=40), _NIGHT))
    _read_everything(BAUER, at=_at(today - dt.timedelta(days=38), _MORNING))
    wrong = _reminder(people[WEBER], today - dt.timedelta(days=9))
    _deliver([wrong], at=_at(today - dt.timedelta(days=9), _NIGHT))
    _recall(wrong, read_at=_at(today - dt.timedelta(days=9), _MORNING))
    new = _new_papers(people, today - dt.timedelta(days=2))
    _deliver(
        new,
        at=_at(today - dt.timedelta(days=2), _NIGHT),
        # The envelopes of two customers got mixed up: this one waits in quarantine.
        mixed_up={new[-1].erp_id: yearly_bill(people[VOGEL], years_ago=0, today=today, number=0)},
    )


def _old_papers(people: dict[str, DemoCustomer], today: dt.date) -> list[Paper]:
    bills = [
        yearly_bill(people[number], years_ago=ago, today=today, number=2001 + place)
        for place, (number, ago) in enumerate(
            [(BAUER, 0), (BAUER, 1), (BAUER, 2), (WEBER, 0), (WIESER, 0), (VOGEL, 0), (LINDNER, 0)]
        )
    ]
    bauer = people[BAUER]
    contract = letter(
        bauer,
        number=3001,
        kind=Document.Kind.CONTRACT,
        title="Vertragsbestätigung Gas",
        date=bauer.premises[0].begin,
        place=bauer.premises[0],
        paragraphs=(
            "vielen Dank für Ihr Vertrauen. Wir beliefern Sie an dieser Verbrauchsstelle mit Gas.",
            "Der Vertrag läuft unbefristet. Sie können ihn mit einer Frist von einem Monat kündigen.",
        ),
    )
    return [*bills, contract]


def _new_papers(people: dict[str, DemoCustomer], date: dt.date) -> list[Paper]:
    year = date.year + 1
    prices = (
        f"zum 1. Januar {year} ändern sich unsere Preise für Strom.",
        "Der Arbeitspreis sinkt um 1,2 Cent je kWh, der Grundpreis bleibt gleich.",
        "Sie müssen nichts tun. Sie haben das Recht, den Vertrag zum Tag der Änderung zu kündigen.",
    )
    told = [
        letter(
            people[number],
            number=4001 + place,
            kind=Document.Kind.PRICE_INFORMATION,
            title=f"Preisinformation zum 1. Januar {year}",
            date=date,
            paragraphs=prices,
        )
        for place, number in enumerate([BAUER, WEBER, WIESER])
    ]
    exchange = letter(
        people[BAUER],
        number=4011,
        kind=Document.Kind.NOTICE,
        title="Ihr Wasserzähler wird getauscht",
        date=date,
        place=people[BAUER].premises[0],
        paragraphs=(
            "die Eichfrist Ihres Wasserzählers endet. Wir tauschen ihn kostenlos und melden uns dazu.",
        ),
    )
    heat = letter(
        people[YILDIZ],
        number=4021,
        kind=Document.Kind.INVOICE,
        title="Jahresabrechnung Fernwärme",
        date=date,
        paragraphs=("hier ist Ihre Abrechnung.",),
    )
    return [*told, exchange, heat]


def _reminder(customer: DemoCustomer, date: dt.date) -> Paper:
    return letter(
        customer,
        number=4900,
        kind=Document.Kind.NOTICE,
        title="Zahlungserinnerung",
        date=date,
        paragraphs=("sicher haben Sie es nur übersehen: Ein Abschlag ist noch offen.",),
    )


def _deliver(
    papers: Sequence[Paper], *, at: dt.datetime, mixed_up: Mapping[str, Paper] | None = None
) -> None:
    """File papers at a moment as an import does, and let the mails leave when they are due."""
    pattern = settings.UTILITY.customer_number
    delivered = []
    for paper in papers:
        content = (mixed_up or {}).get(paper.erp_id, paper).printed()
        checked = check_document(content, paper.customer.number, pattern)
        delivered.append(Delivered(_described(paper), content, checked))
    with storing_many() as store:
        tell = partial(tell_of_documents, now=at)
        file_delivered(delivered, amended=[], store=store, tell=tell, now=at)
    send_due_mails(at + _MAILS_WAIT)


def _described(paper: Paper) -> Described:
    customer = Customer.objects.get(customer_number=paper.customer.number)
    premise = Premise.objects.get(erp_id=paper.premise) if paper.premise else None
    return Described(
        paper.erp_id, customer.pk, premise.pk if premise else None, paper.kind, paper.title, paper.date
    )


def _read_everything(customer_number: str, *, at: dt.datetime) -> None:
    """Let a customer open everything there is."""
    for place, document in enumerate(Document.objects.filter(customer__customer_number=customer_number)):
        _open(document, at + dt.timedelta(minutes=place))


def _recall(paper: Paper, *, read_at: dt.datetime) -> None:
    """Recall a document that its reader opened, minutes later."""
    document = Document.objects.select_related("customer").get(erp_id=paper.erp_id)
    _open(document, read_at)
    recalled_at = read_at + dt.timedelta(minutes=35)
    recall_document(
        document=document,
        reason="Der Abschlag war bezahlt",
        actor="operator",
        holder=holder_of(document.customer),
        now=recalled_at,
    )
    send_due_mails(recalled_at)


def _open(document: Document, at: dt.datetime) -> None:
    holder = holder_of(document.customer)
    assert holder is not None
    note_access(document=document, user=holder, way=DocumentAccess.Way.OPENED, now=at)


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=settings.UTILITY_TIME_ZONE)
