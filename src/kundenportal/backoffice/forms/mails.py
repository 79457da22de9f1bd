"""What of the mail log is shown. It travels in the address; a value that is none shows everything."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.backoffice.mail_words import KINDS
from kundenportal.core.dates import InvalidDate, local_date, parse_date
from kundenportal.mail_log.selectors import MailFilter
from kundenportal.mailing.models import OutgoingMail
from kundenportal.ui.forms.email_addresses import checked_email
from kundenportal.ui.widgets import DateTextInput

TO_SEE_TO = "klaeren"


class MailFilterForm(forms.Form):
    """What of the mail log is shown."""

    hides_stars = True

    stand = forms.ChoiceField(
        label=gettext_lazy("Stand"),
        choices=[
            ("", gettext_lazy("Alle")),
            (TO_SEE_TO, gettext_lazy("zu klären")),
            *OutgoingMail.Status.choices,
        ],
        required=False,
    )
    adresse = forms.CharField(
        label=gettext_lazy("E-Mail-Adresse"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    art = forms.ChoiceField(label=gettext_lazy("Art"), required=False)
    von = forms.CharField(label=gettext_lazy("Von"), max_length=40, required=False, widget=DateTextInput())
    bis = forms.CharField(label=gettext_lazy("Bis"), max_length=40, required=False, widget=DateTextInput())

    def __init__(self, data: Any, *, now: dt.datetime, may_read: bool) -> None:
        super().__init__(data)
        if not may_read:
            # Whoever sees no addresses must not find out which there are.
            del self.fields["adresse"]
        self._today = local_date(now, settings.UTILITY_TIME_ZONE)
        field = self.fields["art"]
        assert isinstance(field, forms.ChoiceField)
        kinds = sorted(((name, str(words)) for name, words in KINDS.items()), key=lambda each: each[1])
        field.choices = [("", _("Alle Arten")), *kinds]
        self.is_valid()

    def clean_adresse(self) -> str:
        """Return the canonical address."""
        typed: str = self.cleaned_data["adresse"]
        return checked_email(typed) if typed else ""

    def clean_von(self) -> dt.date | None:
        """Return the first day."""
        return self._day("von")

    def clean_bis(self) -> dt.date | None:
        """Return the last day."""
        return self._day("bis")

    def wanted(self) -> MailFilter:
        """Return what is asked for; what is typed wrong does not count, and the page says so."""
        chosen = {name: self.cleaned_data.get(name) for name in self.fields}
        until = chosen["bis"]
        return MailFilter(
            status="" if chosen["stand"] == TO_SEE_TO else chosen["stand"] or "",
            kind=chosen["art"] or "",
            recipient=chosen.get("adresse") or "",
            since=_begin(chosen["von"]),
            until=_begin(until + dt.timedelta(days=1)) if until else None,
            needs_staff=chosen["stand"] == TO_SEE_TO,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but everything is asked for."""
        return any(self.cleaned_data.values()) or bool(self.errors)

    def _day(self, name: str) -> dt.date | None:
        typed: str = self.cleaned_data[name]
        if not typed:
            return None
        try:
            day = parse_date(typed, today=self._today)
        except InvalidDate:
            day = dt.date.min
        if not 2000 <= day.year <= 2100:
            told = _("„%(typed)s“ ist kein Datum. Bitte so: TT.MM.JJJJ, zum Beispiel 22.11.2026.")
            raise ValidationError(told % {"typed": typed})
        return day


def _begin(day: dt.date | None) -> dt.datetime | None:
    return dt.datetime.combine(day, dt.time(), tzinfo=settings.UTILITY_TIME_ZONE) if day else None
