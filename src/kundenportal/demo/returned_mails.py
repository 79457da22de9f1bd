"""Mails of the demo that came back: one address is lost, one mailbox is full."""

import datetime as dt

from kundenportal.mail_log.reports import Report
from kundenportal.mail_log.services import mark_returned
from kundenportal.mailing.models import OutgoingMail

WEBER, WIESER = "0010224/1", "0010156/1"


def tell_returned_mails(customers: dict[str, int]) -> None:
    """Let the last mails to two customers come back, minutes after they left.

    Args:
        customers: the ids of the customers by their numbers.

    """
    _return(customers[WEBER], "552 5.2.2 mailbox is over its quota")
    _return(customers[WIESER], "550 5.1.1 recipient address rejected: user unknown in virtual mailbox table")


def _return(customer_id: int, answer: str) -> None:
    sent = OutgoingMail.objects.filter(customer_id=customer_id, status=OutgoingMail.Status.SENT)
    mail = sent.order_by("sent_at", "pk").last()
    if mail is not None and mail.sent_at is not None:
        report = Report(mail.message_id, has_failed=True, answer=answer)
        mark_returned(report, now=mail.sent_at + dt.timedelta(minutes=4))
