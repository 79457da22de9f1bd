"""Noting that the link of a mail or card was opened."""

import datetime as dt

from kundenportal.campaigns.models import Invitation
from kundenportal.metering.models import ReadingLink


def note_opened(link: ReadingLink, *, now: dt.datetime) -> None:
    """Note that a link was opened for the first time; a link of no campaign leaves no trace.

    Mail scanners open links, too: the figure tells of links, not of people.

    Args:
        link: a good link.
        now: when, aware.

    """
    invitation = Invitation.objects.filter(links__link=link, opened_at=None).first()
    if invitation is not None:
        Invitation.objects.filter(pk=invitation.pk, opened_at=None).update(opened_at=now)
