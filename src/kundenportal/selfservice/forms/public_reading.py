"""The form for a reading without a login: nothing is known of the meter (ux.md P4; docs/adr/0008)."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.addresses.rules import plain_postal_code, postal_code_fault
from kundenportal.core.dates import InvalidDate, format_date_short, parse_date
from kundenportal.core.email_typos import likely_meant
from kundenportal.core.german_numbers import MAX_LENGTH, InvalidNumber, parse_number
from kundenportal.core.meter_numbers import meter_number_key
from kundenportal.core.names import name_key
from kundenportal.metering.services import Report, TypedValue
from kundenportal.selfservice.forms import reading_messages
from kundenportal.selfservice.forms.postal_codes import why_no_postal_code
from kundenportal.selfservice.forms.reading_fields import date_field, digits_before_comma
from kundenportal.selfservice.forms.text_fields import text_field
from kundenportal.ui.forms.email_addresses import checked_email

MOST_DIGITS, MOST_DECIMALS, MOST_IN_REMARK = 11, 4, 500
"""More than any meter shows (docs/erp-formats.md, zaehlwerke.csv)."""

DISPLAYS = (
    ("", gettext_lazy("Bitte wählen")),
    ("1.8.0", gettext_lazy("1.8.0 (Bezug gesamt)")),
    ("1.8.1", gettext_lazy("1.8.1 (Bezug, Tarif 1)")),
    ("1.8.2", gettext_lazy("1.8.2 (Bezug, Tarif 2)")),
    ("2.8.0", gettext_lazy("2.8.0 (Einspeisung)")),
    ("HT", gettext_lazy("HT (Hochtarif, Tag)")),
    ("NT", gettext_lazy("NT (Niedertarif, Nacht)")),
)

_NUMBER = re.compile(r"[0-9A-Za-z ./-]+", re.ASCII)
_CHOSEN_FROM_LIST = {"invalid_choice": gettext_lazy("Bitte wählen Sie eine Kennzahl aus der Liste.")}


class PublicReadingForm(forms.Form):
    """Which meter, what it shows, and who says so. After ``is_valid`` it makes a ``report``."""

    zaehlernummer = text_field(
        gettext_lazy("Zählernummer"),
        40,
        "off",
        gettext_lazy("Bitte geben Sie die Zählernummer ein."),
        help_text=gettext_lazy("Sie steht auf dem Zähler neben dem Strichcode."),
        attrs={"class": "eingabe--mittel", "spellcheck": "false", "autocapitalize": "characters"},
    )
    plz = text_field(
        gettext_lazy("Postleitzahl"),
        12,
        "postal-code",
        gettext_lazy("Bitte geben Sie die Postleitzahl ein, zum Beispiel 91560."),
        attrs={"class": "eingabe--kurz", "inputmode": "numeric"},
    )
    strasse = text_field(
        gettext_lazy("Straße und Hausnummer"),
        160,
        "street-address",
        gettext_lazy("Bitte geben Sie Straße und Hausnummer ein, zum Beispiel Gartenweg 7."),
    )
    stand = text_field(
        gettext_lazy("Zählerstand"),
        MAX_LENGTH,
        "off",
        gettext_lazy("Bitte tragen Sie den Zählerstand ein, zum Beispiel 24318."),
        help_text=gettext_lazy("Die Ziffern vor dem Komma genügen. Nullen am Anfang dürfen wegbleiben."),
        attrs={"class": "eingabe--stand num", "inputmode": "decimal"},
    )
    anzeige = forms.ChoiceField(
        label=gettext_lazy("Was steht neben dem ersten Stand?"),
        choices=DISPLAYS,
        required=False,
        error_messages=_CHOSEN_FROM_LIST,
        widget=forms.Select({"class": "eingabe--mittel"}),
    )
    zweiter_stand = text_field(
        gettext_lazy("Zweiter Zählerstand"),
        MAX_LENGTH,
        "off",
        attrs={"class": "eingabe--stand num", "inputmode": "decimal"},
    )
    zweite_anzeige = forms.ChoiceField(
        label=gettext_lazy("Was steht neben dem zweiten Stand?"),
        choices=DISPLAYS,
        required=False,
        error_messages=_CHOSEN_FROM_LIST,
        widget=forms.Select({"class": "eingabe--mittel"}),
    )
    name = text_field(gettext_lazy("Name"), 200, "name", gettext_lazy("Bitte geben Sie Ihren Namen ein."))
    email = text_field(
        gettext_lazy("E-Mail (freiwillig, für die Bestätigung)"),
        254,
        "email",
        widget=forms.EmailInput,
        attrs={"spellcheck": "false"},
    )
    bemerkung = forms.CharField(
        label=gettext_lazy("Bemerkung (freiwillig)"), required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(
        self,
        *,
        today: dt.date,
        max_age_days: int,
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={"ablesedatum": format_date_short(today), **(initial or {})})
        self._today, self._max_age_days = today, max_age_days
        self.fields["ablesedatum"] = date_field(
            gettext_lazy("Ablesedatum"),
            today,
            help_text=gettext_lazy("Ohne Eingabe gilt das heutige Datum."),
        )

    @property
    def shows_second_value(self) -> bool:
        """Whether the fields of a second value are unfolded: something stands in them, or is wrong."""
        names = ("anzeige", "zweiter_stand", "zweite_anzeige")
        return any(self[name].value() or self.has_error(name) for name in names)

    @property
    def email_hint(self) -> str | None:
        """The address that was probably meant, when the typed one looks like a slip."""
        email = self.cleaned_data.get("email", "")
        return likely_meant(email) if email else None

    def clean_zaehlernummer(self) -> str:
        """Return the number as typed; whether there is such a meter is not looked up."""
        typed: str = self.cleaned_data["zaehlernummer"]
        if not _NUMBER.fullmatch(typed):
            text = _(
                "In „%(typed)s“ stehen Zeichen, die keine Zählernummer hat. "
                "Bitte geben Sie nur Buchstaben und Ziffern ein."
            )
            raise ValidationError(text % {"typed": typed})
        if not meter_number_key(typed):
            text = _("„%(typed)s“ ist keine Zählernummer. Sie steht auf dem Zähler neben dem Strichcode.")
            raise ValidationError(text % {"typed": typed})
        return typed

    def clean_plz(self) -> str:
        """Return five digits."""
        typed = plain_postal_code(self.cleaned_data["plz"])
        if fault := postal_code_fault(typed, "DE"):
            raise ValidationError(why_no_postal_code(fault, typed, "DE"))
        return typed

    def clean_stand(self) -> TypedValue:
        """Return the value."""
        return _value_of(self.cleaned_data["stand"])

    def clean_zweiter_stand(self) -> TypedValue | None:
        """Return the second value, if there is one."""
        typed: str = self.cleaned_data["zweiter_stand"]
        return _value_of(typed) if typed else None

    def clean_name(self) -> str:
        """Return the name as typed; it must hold a letter."""
        typed: str = self.cleaned_data["name"]
        if not name_key(typed):
            raise ValidationError(self.fields["name"].error_messages["required"])
        return typed

    def clean_email(self) -> str:
        """Return the canonical address, or nothing."""
        typed: str = self.cleaned_data["email"]
        return checked_email(typed) if typed else ""

    def clean_bemerkung(self) -> str:
        """Return the remark."""
        typed: str = self.cleaned_data["bemerkung"]
        excess = len(typed) - MOST_IN_REMARK
        if excess > 0:
            raise ValidationError(reading_messages.remark_too_long(excess))
        return typed

    def clean_ablesedatum(self) -> dt.date:
        """Return the day of the reading, today when none was typed."""
        text = self.cleaned_data["ablesedatum"].strip()
        try:
            date = parse_date(text, today=self._today) if text else self._today
        except InvalidDate as error:
            raise ValidationError(reading_messages.not_a_date(self._today)) from error
        if date > self._today:
            raise ValidationError(reading_messages.in_future(date))
        if date < self._today - dt.timedelta(days=self._max_age_days):
            raise ValidationError(reading_messages.too_old(self._max_age_days))
        return date

    def clean(self) -> dict[str, Any]:
        """See that two values can be told apart."""
        typed = self.cleaned_data
        second = typed.get("zweiter_stand")
        if second is None and typed.get("zweite_anzeige") and not self.has_error("zweiter_stand"):
            self.add_error("zweiter_stand", _("Bitte tragen Sie auch den zweiten Zählerstand ein."))
        elif second is not None:
            self._require_displays()
        return typed

    def _require_displays(self) -> None:
        first, second = (self.cleaned_data.get(name) for name in ("anzeige", "zweite_anzeige"))
        missing = _("Bitte wählen Sie, was neben dem Stand steht. So wissen wir, welcher Stand welcher ist.")
        for name, display in (("anzeige", first), ("zweite_anzeige", second)):
            if display == "":
                self.add_error(name, missing)
        if first and first == second:
            text = _(
                "Neben beiden Ständen steht %(display)s. Bitte wählen Sie für jeden Stand etwas anderes."
            )
            self.add_error("zweite_anzeige", text % {"display": first})

    def report(self) -> Report:
        """Return what a valid form says."""
        typed = self.cleaned_data
        return Report(
            meter_number=typed["zaehlernummer"],
            postal_code=typed["plz"],
            street=typed["strasse"],
            name=typed["name"],
            email=typed["email"],
            reading_date=typed["ablesedatum"],
            remark=typed["bemerkung"],
            values=tuple(self._values()),
        )

    def _values(self) -> list[TypedValue]:
        typed = self.cleaned_data
        pairs = [(typed["stand"], typed["anzeige"]), (typed["zweiter_stand"], typed["zweite_anzeige"])]
        return [
            TypedValue(value.value, value.typed_digits, display)
            for value, display in pairs
            if value is not None
        ]

    def as_draft(self) -> dict[str, str]:
        """Return what was typed into a valid form, with the day in place of words such as "heute"."""
        draft = {name: str(self[name].value() or "") for name in self.fields}
        return draft | {"ablesedatum": format_date_short(self.cleaned_data["ablesedatum"])}


def _value_of(typed: str) -> TypedValue:
    """Return a typed value; more decimals than any meter has are cut.

    Raises:
        ValidationError: when it is no number, or has more digits than any meter shows.

    """
    try:
        value = parse_number(typed)
    except InvalidNumber as error:
        raise ValidationError(reading_messages.not_a_number()) from error
    digits = digits_before_comma(typed, value)
    if value >= Decimal(10) ** MOST_DIGITS:
        text = _(
            "Sie haben %(count)d Ziffern eingegeben. Kein Zähler zeigt so viele. "
            "Bitte lesen Sie noch einmal ab."
        )
        raise ValidationError(text % {"count": digits})
    step = Decimal(1).scaleb(-MOST_DECIMALS)
    return TypedValue(value // step * step, digits)
