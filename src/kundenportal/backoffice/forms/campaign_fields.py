"""The fields for the days of a reading campaign."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.campaigns.rules import MOST_REMINDER_DAYS
from kundenportal.core.dates import InvalidDate, format_date_short, parse_date
from kundenportal.ui.widgets import DateTextInput


class DayField(forms.CharField):
    """A day, typed in any way people write it, or chosen."""

    def __init__(self, label: Any, today: dt.date, help_text: Any = "") -> None:
        self._today = today
        missing = gettext_lazy("Bitte geben Sie einen Tag ein, zum Beispiel %(example)s.")
        super().__init__(
            label=label,
            help_text=help_text,
            max_length=40,
            widget=DateTextInput(),
            error_messages={"required": missing % {"example": format_date_short(today)}},
        )

    def clean(self, value: Any) -> dt.date:
        """Return the day.

        Raises:
            ValidationError: when the text is none.

        """
        text = str(super().clean(value))
        try:
            return parse_date(text, today=self._today)
        except InvalidDate as error:
            told = _(
                "„%(text)s“ ist kein Tag, den wir lesen können. Bitte schreiben Sie ihn so: %(example)s."
            )
            raise ValidationError(told % {"text": text, "example": format_date_short(self._today)}) from error


class ReminderField(forms.CharField):
    """How many days before the due date a reminder leaves; nothing typed for none."""

    def __init__(self, label: Any) -> None:
        widget = forms.TextInput({"inputmode": "numeric", "class": "eingabe--kurz", "autocomplete": "off"})
        super().__init__(label=label, required=False, max_length=10, widget=widget)

    def clean(self, value: Any) -> int | None:
        """Return the number of days, or None.

        Raises:
            ValidationError: when the text is no such number.

        """
        text = str(super().clean(value)).strip()
        if not text:
            return None
        if text.isascii() and text.isdigit() and int(text) <= MOST_REMINDER_DAYS:
            return int(text)
        told = _(
            "„%(text)s“ passt hier nicht. Bitte geben Sie eine Zahl von 0 bis %(most)s ein, oder nichts."
        )
        raise ValidationError(told % {"text": text, "most": MOST_REMINDER_DAYS})
