"""Deliveries of documents that staff of the demo uploaded: one is in, one waits for a second person."""

import datetime as dt

from django.conf import settings

from kundenportal.demo.cast import introduced_customers
from kundenportal.demo.papers import Paper, letter
from kundenportal.demo.records import DemoCustomer
from kundenportal.demo.staff import clerk
from kundenportal.documents.batches import pack, receive_batch
from kundenportal.documents.models import Document
from kundenportal.erp.inbound.uploaded_documents import take_in_batches
from kundenportal.mailing.delivery import send_due_mails

BAUER, WEBER, WIESER = "0014026/1", "0010224/1", "0010156/1"


def tell_uploads(today: dt.date) -> None:
    """Upload two deliveries and let the job runner do what it can.

    Args:
        today: the day the demo is built on.

    """
    people = {customer.number: customer for customer in introduced_customers(today)}
    notices = [_notice(people[number], today) for number in (BAUER, WEBER, WIESER)]
    # Yesterday: whoever builds the demo early in the morning must not read of what is still to come.
    day = today - dt.timedelta(days=1)
    # The scanner named this one, so nobody can tell whose it is.
    _upload("Scan_0042.pdf", {"Scan_0042.pdf": notices[1].printed()}, at=_at(day, dt.time(15, 10)))
    _upload(
        "Zwischenstände.zip", {_name(each): each.printed() for each in notices}, at=_at(day, dt.time(15, 40))
    )


def _upload(name: str, files: dict[str, bytes], *, at: dt.datetime) -> None:
    receive_batch(member=clerk(), name=name, content=pack(files.items()), now=at)
    while take_in_batches(at + dt.timedelta(minutes=1)):
        pass
    send_due_mails(at + dt.timedelta(minutes=20))


def _notice(customer: DemoCustomer, date: dt.date) -> Paper:
    return letter(
        customer,
        number=4950,
        kind=Document.Kind.NOTICE,
        title="Bitte um einen Zwischenstand",
        date=date,
        paragraphs=("bitte lesen Sie Ihren Stromzähler noch einmal ab. Uns fehlt der Stand vom Herbst.",),
    )


def _name(paper: Paper) -> str:
    number = paper.customer.number.replace("/", "-")
    return f"{number}_{paper.kind}_{paper.date:%Y-%m-%d}_{paper.title}.pdf"


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=settings.UTILITY_TIME_ZONE)
