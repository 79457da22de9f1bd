"""Planning a reading campaign, and ordering its cards."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kundenportal.backoffice.forms.campaign_fields import DayField, ReminderField
from kundenportal.campaigns.models import CONSEQUENCE_LENGTH, NAME_LENGTH, Campaign, CardOrder
from kundenportal.campaigns.rules import Days, Fault, faults_of
from kundenportal.campaigns.selectors import match_places
from kundenportal.campaigns.services import Plan
from kundenportal.campaigns.services.sending import days_of
from kundenportal.core.dates import format_date_short
from kundenportal.core.meter_numbers import meter_number_key
from kundenportal.customers.models import Division

MOST_NUMBERS, MOST_PLACES = 10_000, 200
_LONGEST_LIST = 400_000
_SHOWN = 5
"""How many of what was typed an error names."""

CONSEQUENCE = gettext_lazy(
    "Ohne Ihren Zählerstand schätzen wir Ihren Verbrauch. Bei Strom und Gas erlaubt uns das "
    "§ 40a Absatz 2 des Energiewirtschaftsgesetzes. Sie können nicht selbst ablesen? "
    "Dann rufen Sie uns bitte an."
)
"""What stands there until somebody writes something else (§ 40a (1) sentence 2 and (2) EnWG)."""

_FAULTS: Mapping[Fault, tuple[str, str | Promise]] = {
    Fault.PERIOD_BACKWARDS: (
        "period_to",
        gettext_lazy("Der Zeitraum endet vor seinem Beginn. Bitte geben Sie einen späteren Tag ein."),
    ),
    Fault.PERIOD_TOO_LONG: (
        "period_to",
        gettext_lazy("Der Zeitraum ist länger als ein Jahr. Bitte geben Sie einen früheren Tag ein."),
    ),
    Fault.PERIOD_OVER: (
        "period_to",
        gettext_lazy("Dieser Tag ist schon vorbei. Bitte geben Sie einen ein, der noch kommt."),
    ),
    Fault.DUE_BEFORE_PERIOD: (
        "due_date",
        gettext_lazy(
            "Die Frist endet, bevor der Zeitraum beginnt. Bitte geben Sie einen Tag im Zeitraum ein."
        ),
    ),
    Fault.DUE_AFTER_PERIOD: (
        "due_date",
        gettext_lazy("Die Frist endet nach dem Zeitraum. Bitte geben Sie einen Tag im Zeitraum ein."),
    ),
    Fault.DUE_OVER: (
        "due_date",
        gettext_lazy("Diese Frist ist schon vorbei. Bitte geben Sie einen Tag ein, der noch kommt."),
    ),
    Fault.REMINDERS_BACKWARDS: (
        "last_reminder_days",
        gettext_lazy("Die zweite Erinnerung muss näher an der Frist liegen als die erste."),
    ),
}


class PlanForm(forms.Form):
    """What a campaign is to be."""

    name = forms.CharField(
        label=gettext_lazy("Name der Kampagne"),
        help_text=gettext_lazy("Nur für Kolleginnen und Kollegen, zum Beispiel „Jahresablesung 2026“."),
        max_length=NAME_LENGTH,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Bitte geben Sie der Kampagne einen Namen."),
            "max_length": gettext_lazy("Der Name ist zu lang. Er hat höchstens %(limit_value)d Zeichen."),
        },
    )
    divisions = forms.MultipleChoiceField(
        label=gettext_lazy("Welche Zähler"),
        choices=Division.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Bitte wählen Sie mindestens eine Versorgungsart."),
            "invalid_choice": gettext_lazy("Bitte wählen Sie eine der Versorgungsarten."),
        },
    )
    places = forms.CharField(
        label=gettext_lazy("Nur in diesen Orten (freiwillig)"),
        help_text=gettext_lazy(
            "Postleitzahlen oder Orte, mit Komma oder in eigenen Zeilen. Leer heißt: überall."
        ),
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 2}),
    )
    meter_numbers = forms.CharField(
        label=gettext_lazy("Nur diese Zähler (freiwillig)"),
        help_text=gettext_lazy("Zählernummern, eine in jeder Zeile. Leer heißt: alle."),
        required=False,
        max_length=_LONGEST_LIST,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
        error_messages={
            "max_length": gettext_lazy(
                "Die Liste ist zu lang. Bitte teilen Sie sie auf mehrere Kampagnen auf."
            )
        },
    )
    consequence = forms.CharField(
        label=gettext_lazy("Was passiert, wenn nichts kommt"),
        help_text=gettext_lazy("Steht genau so in E-Mails und auf Karten."),
        max_length=CONSEQUENCE_LENGTH,
        widget=forms.Textarea({"rows": 4}),
        error_messages={
            "required": gettext_lazy("Bitte schreiben Sie, was passiert, wenn jemand nichts meldet."),
            "max_length": gettext_lazy("Der Text ist zu lang. Erlaubt sind %(limit_value)d Zeichen."),
        },
    )

    def __init__(self, data: Any = None, *, today: dt.date, campaign: Campaign | None = None) -> None:
        super().__init__(data, initial=_typed(campaign) if campaign else _proposed(today))
        self._today = today
        self.fields["period_from"] = DayField(
            gettext_lazy("Ablesezeitraum von"),
            today,
            gettext_lazy("Wer seitdem abgelesen hat, wird nicht gefragt."),
        )
        self.fields["period_to"] = DayField(
            gettext_lazy("Ablesezeitraum bis"),
            today,
            gettext_lazy("So lange gelten die Links. Dann endet die Kampagne."),
        )
        self.fields["due_date"] = DayField(
            gettext_lazy("Frist für Kunden"), today, gettext_lazy("Bis wann wir um den Zählerstand bitten.")
        )
        self.fields["first_reminder_days"] = ReminderField(
            gettext_lazy("Erste Erinnerung, Tage vor der Frist")
        )
        self.fields["last_reminder_days"] = ReminderField(
            gettext_lazy("Zweite Erinnerung, Tage vor der Frist")
        )
        self.order_fields(
            ["name", "divisions", "places", "meter_numbers", "period_from", "period_to", "due_date"]
        )

    def clean_places(self) -> tuple[str, ...]:
        """Return the places as the master data spell them."""
        names = _split(self.cleaned_data["places"], r"[\n,;]")
        if len(names) > MOST_PLACES:
            raise ValidationError(_("Das sind zu viele Orte. Erlaubt sind %(most)s.") % {"most": MOST_PLACES})
        known, unknown = match_places(names)
        if unknown:
            told = ngettext(
                "Zu %(names)s gibt es keine Verbrauchsstelle. Bitte prüfen Sie die Schreibweise.",
                "Dazu gibt es keine Verbrauchsstelle: %(names)s. Bitte prüfen Sie die Schreibweise.",
                len(unknown),
            )
            raise ValidationError(told % {"names": _quoted(unknown)})
        return known

    def clean_meter_numbers(self) -> tuple[str, ...]:
        """Return the meter numbers, each once."""
        by_key = {
            meter_number_key(number): number
            for number in _split(self.cleaned_data["meter_numbers"], r"[\n,;]")
        }
        by_key.pop("", None)
        if len(by_key) > MOST_NUMBERS:
            told = _("Das sind mehr als %(most)s Zähler. Bitte teilen Sie sie auf mehrere Kampagnen auf.")
            raise ValidationError(told % {"most": MOST_NUMBERS})
        return tuple(by_key.values())

    def clean(self) -> dict[str, Any]:
        """Check that the days fit together."""
        if {"period_from", "period_to", "due_date", "first_reminder_days", "last_reminder_days"} <= set(
            self.cleaned_data
        ):
            for fault in faults_of(self._days(), today=self._today):
                field, told = _FAULTS[fault]
                self.add_error(field, str(told))
        return self.cleaned_data

    def plan(self) -> Plan:
        """Return what was typed; the form is valid."""
        data = self.cleaned_data
        return Plan(
            name=data["name"],
            days=self._days(),
            divisions=tuple(data["divisions"]),
            places=data["places"],
            meter_numbers=data["meter_numbers"],
            consequence=data["consequence"],
        )

    def _days(self) -> Days:
        data = self.cleaned_data
        return Days(
            period_from=data["period_from"],
            period_to=data["period_to"],
            due=data["due_date"],
            first_reminder=data["first_reminder_days"],
            last_reminder=data["last_reminder_days"],
        )


class CardsForm(forms.Form):
    """Which reading cards somebody wants."""

    hides_stars = True

    format = forms.ChoiceField(
        label=gettext_lazy("Was Sie brauchen"),
        choices=CardOrder.Format.choices,
        initial=CardOrder.Format.CSV,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Bitte wählen Sie, was Sie brauchen."),
            "invalid_choice": gettext_lazy("Bitte wählen Sie, was Sie brauchen."),
        },
    )
    repeats = forms.BooleanField(
        label=gettext_lazy("auch für alle, die schon eine Karte haben und noch fehlen"), required=False
    )


def _proposed(today: dt.date) -> dict[str, Any]:
    days = Days(today, today + dt.timedelta(days=44), today + dt.timedelta(days=28), 14, 3)
    divisions = [Division.ELECTRICITY.value, Division.GAS.value]
    return {"divisions": divisions, "consequence": CONSEQUENCE, **_typed_days(days)}


def _typed(campaign: Campaign) -> dict[str, Any]:
    return {
        "name": campaign.name,
        "divisions": campaign.division_list,
        "places": "\n".join(campaign.places),
        "meter_numbers": "\n".join(campaign.meter_numbers),
        "consequence": campaign.consequence,
        **_typed_days(days_of(campaign)),
    }


def _typed_days(days: Days) -> dict[str, Any]:
    return {
        "period_from": format_date_short(days.period_from),
        "period_to": format_date_short(days.period_to),
        "due_date": format_date_short(days.due),
        "first_reminder_days": days.first_reminder,
        "last_reminder_days": days.last_reminder,
    }


def _split(text: str, separators: str) -> list[str]:
    return [name for part in re.split(separators, text) if (name := " ".join(part.split()))]


def _quoted(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"„{name}“" for name in names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} …"
