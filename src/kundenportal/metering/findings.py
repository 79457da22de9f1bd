"""What the check found of a value that nobody was asked about, in words for clerks."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kundenportal.metering.rules import Doubt, Impossible, Plausible, Refusal, Verdict

WORDS: dict[str, str | Promise] = {
    Doubt.HIGHER_THAN_USUAL: _("höher als üblich"),
    Doubt.LOWER_THAN_USUAL: _("niedriger als üblich"),
    Doubt.COMMA_MISSING: _("vielleicht mit den Ziffern nach dem Komma eingegeben"),
    Doubt.LOWER_THAN_LAST: _("niedriger als der letzte Stand"),
    Doubt.METER_EXCHANGED: _("Zähler getauscht"),
    Doubt.LAST_ESTIMATED: _("letzter Stand war geschätzt"),
    Doubt.ROLLED_OVER: _("Zähler einmal durchgelaufen"),
    Refusal.NOT_READABLE: _("Zähler wird fern ausgelesen oder ist ausgebaut"),
    Refusal.DATE_IN_FUTURE: _("Datum liegt in der Zukunft"),
    Refusal.DATE_TOO_OLD: _("Datum liegt zu weit zurück"),
    Refusal.BEFORE_CONTRACT: _("vor Beginn des Vertrags"),
    Refusal.AFTER_CONTRACT: _("nach Ende des Vertrags"),
    Refusal.BEFORE_INSTALLATION: _("vor Einbau des Zählers"),
    Refusal.DATE_NOT_AFTER_LAST: _("für diesen Tag oder später liegt schon ein Stand vor"),
    Refusal.ALREADY_SENT: _("für diesen Tag hat der Kunde selbst einen Stand gemeldet"),
    Refusal.NO_LONGER_REPLACEABLE: _("ersetzt einen Stand, der schon übergeben ist"),
    Refusal.TOO_MANY_DIGITS: _("mehr Ziffern, als der Zähler hat"),
}
"""By the values of ``Doubt`` and ``Refusal``, as ``SubmittedReading.findings`` keeps them."""


def findings_of(verdict: Verdict) -> list[str]:
    """Return what speaks against a value, as it is stored."""
    if isinstance(verdict, Plausible):
        return []
    found = (verdict.refusal,) if isinstance(verdict, Impossible) else verdict.doubts
    return [each.value for each in found]
