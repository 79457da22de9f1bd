"""What every form for meter readings has: a date that may be typed in many ways, a value of many digits."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms

from kundenportal.selfservice.forms import reading_messages
from kundenportal.ui.widgets import DateTextInput


def date_field(label: Any, today: dt.date, help_text: Any = "") -> forms.CharField:
    """Return the field for the day of a reading; the calendar ends today."""
    widget = DateTextInput({"data-max": today.isoformat()})
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        widget=widget,
        error_messages={"null_characters_not_allowed": reading_messages.not_a_date(today)},
    )


def digits_before_comma(text: str, value: Decimal) -> int:
    """Return how many digits were typed before the comma, leading zeros included."""
    exponent = value.as_tuple().exponent
    return sum(each.isdigit() for each in text) + (exponent if isinstance(exponent, int) else 0)
