"""Who gets the mails about a customer: the login that holds the customer at the moment of sending."""

import datetime as dt

from kundenportal.audit.services import record
from kundenportal.linking.holds import is_held
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.recipients import Recipient


def find_recipient(mail: OutgoingMail, now: dt.datetime) -> Recipient | None:
    """Return the login that holds a mail's customer, or None; record what was meant for another login.

    A customer may have been unlinked, withdrawn, disavowed or moved to another login since the mail was put
    in the outbox, and a login may have got another address. What was meant for somebody else is not for a
    login whose grant is restricted: it may be a stranger's.
    """
    links = AccountLink.objects.filter(customer=mail.customer_id, ended_at=None, user__is_active=True)
    link = links.select_related("user").first()
    if link is not None and link.user.email == mail.recipient:
        return Recipient(link.user.email, link.user.language)
    if link is not None and is_held(link, now=now):
        link = None
    if mail.recipient:
        record(
            "mail.redirected" if link else "mail.stopped",
            actor="system",
            now=now,
            customer_id=mail.customer_id,
            subject=f"mail:{mail.pk}",
            details={"kind": mail.kind},
        )
    return Recipient(link.user.email, link.user.language) if link else None
