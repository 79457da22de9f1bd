"""What the pages say of a submission: a message is not called what a form full of figures is."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Words:
    """Sentences about a submission: one for each status, what is next, and taking it back."""

    received: str | Promise
    exported: str | Promise
    completed: str | Promise
    rejected: str | Promise
    withdrawn: str | Promise
    next_when_received: str | Promise
    next_when_waiting: str | Promise
    withdraw: str | Promise
    withdraw_question: str | Promise
    withdraw_effect: str | Promise


OF_DETAILS = Words(
    received=_("Wir haben Ihre Angaben erhalten."),
    exported=_("Wir arbeiten daran."),
    completed=_("Wir haben Ihre Angaben übernommen. Sie müssen nichts mehr tun."),
    rejected=_("Wir können Ihre Angaben so nicht übernehmen."),
    withdrawn=_("Diese Angaben gelten nicht."),
    next_when_received=_("Wir prüfen Ihre Angaben. Bis dahin können Sie sie zurückziehen."),
    next_when_waiting=_("Ihre Angaben warten noch. Bis dahin können Sie sie zurückziehen."),
    withdraw=_("Änderung zurückziehen"),
    withdraw_question=_("Möchten Sie diese Angaben zurückziehen?"),
    withdraw_effect=_("Wir tun dann nichts mehr damit. Sie können danach neue Angaben senden."),
)

OF_A_MESSAGE = Words(
    received=_("Wir haben Ihre Nachricht erhalten."),
    exported=_("Wir bearbeiten Ihre Nachricht."),
    completed=_("Wir haben Ihre Nachricht bearbeitet."),
    rejected=_("Wir können Ihnen so nicht weiterhelfen."),
    withdrawn=_("Sie haben die Nachricht zurückgezogen. Wir beantworten sie nicht."),
    next_when_received=_("Wir lesen Ihre Nachricht. Bis dahin können Sie sie zurückziehen."),
    next_when_waiting=_("Ihre Nachricht wartet noch. Bis dahin können Sie sie zurückziehen."),
    withdraw=_("Nachricht zurückziehen"),
    withdraw_question=_("Möchten Sie diese Nachricht zurückziehen?"),
    withdraw_effect=_("Wir beantworten sie dann nicht. Sie können danach eine neue schreiben."),
)
