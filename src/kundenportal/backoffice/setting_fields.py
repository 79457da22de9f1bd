"""The fields in which staff type what ``utility.toml`` holds: German texts in, the file's values out."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kundenportal.core.dates import InvalidDate, parse_date
from kundenportal.core.german_numbers import InvalidNumber, format_number, parse_number
from kundenportal.utility_settings.rules import Value

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words: TypeAlias = "str | _StrPromise"

_DAY_AND_MONTH = re.compile(r"(\d{1,2})\s*\.\s*(\d{1,2})\s*\.?", re.ASCII)
_COLOUR = re.compile(r"#?([0-9a-fA-F]{6})")
_SHORT_COLOUR = re.compile(r"#?([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])")


class SettingField(forms.CharField):
    """A text of one line.

    Args:
        label: its name.
        refusal: what is said when the value cannot be used: what is expected, with an example.
        help_text: what it is for.
        required: whether it may not be empty.
        css_class: how wide it is.
        inputmode: which keyboard a telephone shows.

    """

    def __init__(
        self,
        label: Words,
        *,
        refusal: Words = "",
        help_text: Words = "",
        required: bool = False,
        css_class: str = "",
        inputmode: str = "text",
    ) -> None:
        self.refusal = refusal or _("Diesen Text können wir nicht verwenden. Bitte schreiben Sie ihn anders.")
        attrs = {"class": css_class, "inputmode": inputmode, "autocomplete": "off"}
        super().__init__(
            label=label,
            help_text=help_text,
            required=required,
            max_length=300,
            widget=forms.TextInput(attrs),
            error_messages={
                "required": refusal or _("Bitte füllen Sie dieses Feld aus."),
                "max_length": _("Der Text ist zu lang. Er hat höchstens 300 Zeichen."),
            },
        )

    def clean(self, value: Any) -> Value:
        """Return the value as the file has it.

        Raises:
            ValidationError: when it cannot be read.

        """
        text = " ".join(super().clean(value).split())
        if not text:
            return self.nothing()
        try:
            return self.read(text)
        except ValueError as error:
            raise ValidationError(self.refusal) from error

    def read(self, text: str) -> Value:
        """Return what a text that is not empty stands for; a ``ValueError`` refuses it."""
        return text

    def nothing(self) -> Value:
        """Return what an empty field stands for."""
        return ""

    def written(self, value: Value) -> str:
        """Return how a value is typed."""
        return "" if value is None else str(value)


class WholeNumberField(SettingField):
    """A whole number; the rule that reads the file knows its limits."""

    def __init__(self, label: Words, *, refusal: Words, help_text: Words = "") -> None:
        super().__init__(
            label,
            refusal=refusal,
            help_text=help_text,
            required=True,
            css_class="eingabe--kurz",
            inputmode="numeric",
        )

    def read(self, text: str) -> Value:
        """Return the number."""
        number = _number(text)
        if number != number.to_integral_value():
            raise ValueError(text)
        return int(number)


class NumberField(WholeNumberField):
    """A number with decimals."""

    def read(self, text: str) -> Value:
        """Return the number as TOML has it."""
        number = _number(text)
        return int(number) if number == number.to_integral_value() else float(number)

    def written(self, value: Value) -> str:
        """Return ``1.200,5``."""
        return format_number(Decimal(str(value)))


class DayOfYearField(SettingField):
    """A day of every year, such as ``15.11.``."""

    def read(self, text: str) -> Value:
        """Return ``11-15``."""
        match = _DAY_AND_MONTH.fullmatch(text)
        if match is None:
            raise ValueError(text)
        return f"{int(match[2]):02}-{int(match[1]):02}"

    def nothing(self) -> Value:
        """Return that there is no such day."""
        return None

    def written(self, value: Value) -> str:
        """Return ``15.11.``."""
        month, _dash, day = str(value or "").partition("-")
        return f"{int(day)}.{int(month)}." if day else ""


class DayField(SettingField):
    """A day, such as ``2.11.2026``."""

    def read(self, text: str) -> Value:
        """Return ``2026-11-02``."""
        try:
            return parse_date(text, today=dt.datetime.now(dt.UTC).date()).isoformat()
        except InvalidDate as error:
            raise ValueError(text) from error

    def nothing(self) -> Value:
        """Return that there is no such day."""
        return None

    def written(self, value: Value) -> str:
        """Return ``02.11.2026``."""
        return f"{dt.date.fromisoformat(str(value)):%d.%m.%Y}" if value else ""


class ColourField(SettingField):
    """A colour, ``#rrggbb``."""

    def __init__(self, label: Words, *, help_text: Words) -> None:
        super().__init__(
            label,
            refusal=_(
                "Bitte geben Sie eine Farbe wie #12418f ein: eine Raute und sechs Ziffern von 0 bis f."
            ),
            help_text=help_text,
            required=True,
            css_class="eingabe--kurz",
        )
        self.summary_prefix = label

    def read(self, text: str) -> Value:
        """Return ``#12418f``; the ``#`` may be missing, and ``#148`` is ``#114488``."""
        if match := _COLOUR.fullmatch(text):
            return f"#{match[1].lower()}"
        if match := _SHORT_COLOUR.fullmatch(text):
            return "#" + "".join(each * 2 for each in match.groups()).lower()
        raise ValueError(text)


class ModuleField(forms.BooleanField):
    """Whether customers are offered a function.

    Args:
        label: its name.
        help_text: what it means that it is off.

    """

    def __init__(self, label: Words, *, help_text: Words) -> None:
        self.refusal = _("Bitte setzen Sie ein Häkchen oder keines.")
        super().__init__(
            label=label, help_text=help_text, required=False, template_name="ui/fields/option.html"
        )

    def written(self, value: Value) -> bool:
        """Return whether the box is ticked."""
        return bool(value)


class ChoiceOfField(forms.ChoiceField):
    """One of a few values."""

    def __init__(self, label: Words, choices: Sequence[tuple[str, Words]], *, help_text: Words = "") -> None:
        self.refusal = _("Bitte wählen Sie eine der Möglichkeiten.")
        super().__init__(
            label=label,
            choices=list(choices),
            help_text=help_text,
            required=False,
            error_messages={"invalid_choice": self.refusal},
        )

    def written(self, value: Value) -> str:
        """Return the value, which is what the browser sends."""
        return str(value or "")


def _number(text: str) -> Decimal:
    try:
        return parse_number(text.removesuffix("%"))
    except InvalidNumber as error:
        raise ValueError(text) from error
