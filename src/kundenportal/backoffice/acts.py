"""What was done to a submission or a delivery, in words, for whoever decides about it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.audit.models import AuditEntry
from kundenportal.audit.selectors import entries_about
from kundenportal.casework.selectors import acts_of, names_of
from kundenportal.erp.models import Delivery
from kundenportal.submissions.models import Submission

WORDS: Mapping[str, str | Promise] = {
    "submitted": gettext_lazy("gesendet"),
    "reported": gettext_lazy("gesendet"),
    "matched": gettext_lazy("einem Zähler zugeordnet"),
    "asked": gettext_lazy("Rückfrage gestellt"),
    "answered": gettext_lazy("Rückfrage beantwortet"),
    "assigned": gettext_lazy("zugewiesen"),
    "noted": gettext_lazy("Notiz geschrieben"),
    "release_proposed": gettext_lazy("Freigabe vorgeschlagen"),
    "released": gettext_lazy("freigegeben"),
    "accepted": gettext_lazy("übernommen"),
    "rejected": gettext_lazy("abgelehnt"),
    "withdrawn": gettext_lazy("zurückgezogen"),
    "disavowed": gettext_lazy("„Das war ich nicht“ gemeldet"),
    "stopped": gettext_lazy("über den Link in einer E-Mail gestoppt"),
    "disputed": gettext_lazy("nach der Übergabe bestritten"),
}
"""The last word of an action in the audit trail, as people say it."""

WORDS_OF_DELIVERIES: Mapping[str, str | Promise] = {
    "uploaded": gettext_lazy("hochgeladen"),
    "received": gettext_lazy("aus dem Eingangsordner geholt"),
    "checked": gettext_lazy("geprüft"),
    "released": gettext_lazy("freigegeben"),
    "imported": gettext_lazy("eingelesen"),
    "refused": gettext_lazy("abgelehnt"),
    "rejected": gettext_lazy("verworfen"),
    "expired": gettext_lazy("verfallen, weil niemand sie freigegeben hat"),
    "failed": gettext_lazy("gescheitert"),
}
"""The same of deliveries."""


@dataclass(frozen=True)
class Act:
    """One thing that somebody did."""

    at: dt.datetime
    who: str
    words: str | Promise


def acts_on(submission: Submission) -> list[Act]:
    """Return what was done to a submission, the oldest first; two queries."""
    return _told(acts_of(submission), WORDS)


def acts_on_delivery(delivery: Delivery) -> list[Act]:
    """Return what was done to a delivery, the oldest first; two queries."""
    return _told(list(entries_about(str(delivery))), WORDS_OF_DELIVERIES)


def _told(entries: Sequence[AuditEntry], words: Mapping[str, str | Promise]) -> list[Act]:
    names = names_of({entry.actor for entry in entries})
    return [
        Act(entry.at, _who(entry.actor, names), words[word])
        for entry in entries
        if (word := entry.action.rpartition(".")[2]) in words
    ]


def _who(actor: str, names: Mapping[str, str]) -> str:
    if actor in names:
        return names[actor]
    if actor == "erp":
        return _("Abrechnungssystem")
    return _("Kunde") if actor.startswith("user:") or actor == "visitor" else _("Kundenportal")
