"""The entry of meter readings: what was typed becomes readings, or a sentence beside its field (ux.md C5)."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kundenportal.core.dates import InvalidDate, format_date_short, parse_date
from kundenportal.core.german_numbers import MAX_LENGTH, InvalidNumber, format_number, parse_number
from kundenportal.metering.models import SubmittedReading
from kundenportal.metering.rules import Claim, Impossible, NewReading, Refusal
from kundenportal.metering.services import ReadingToSubmit
from kundenportal.metering.to_read import MeterToRead, RegisterToRead
from kundenportal.selfservice.forms import reading_messages
from kundenportal.selfservice.forms.reading_cards import CORRECTS, DATE, Card, Counter
from kundenportal.selfservice.forms.reading_fields import date_field, digits_before_comma
from kundenportal.selfservice.forms.reading_photos import (
    Photos,
    kept_field,
    kept_name,
    photo_field,
    photo_lost,
    photo_name,
    value_missing,
)
from kundenportal.selfservice.reading_assessment import AssessedReading
from kundenportal.ui.widgets import CounterInput

REMARK_LENGTH = SubmittedReading._meta.get_field("remark").max_length or 0


class ReadingsForm(forms.Form):
    """The meters of a premise, each value optional, at least one of them needed.

    After ``is_valid`` each counter that was filled has its ``assessed`` reading; impossible ones are errors.
    """

    def __init__(
        self,
        meters: Sequence[MeterToRead],
        *,
        today: dt.date,
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
        photos: Photos | None = None,
    ) -> None:
        """Prepare the form.

        Args:
            meters: the meters of the premise.
            today: the utility's local day.
            data: what was sent.
            initial: what was typed before.
            photos: the pictures taken in so far; None when the page takes none.

        """
        super().__init__(data, initial={DATE: format_date_short(today), **(initial or {})})
        self.meters, self.today, self.photos = meters, today, photos
        self.cards = [Card(self, meter) for meter in meters]
        self.fields[DATE] = date_field(
            _("Ablesedatum"), today, help_text=_("Ohne Eingabe gilt das heutige Datum.")
        )
        for card in self.cards:
            if card.counters:
                self._add_fields(card)
        self.fields[CORRECTS] = forms.CharField(required=False, widget=forms.HiddenInput, max_length=30)

    def _add_fields(self, card: Card) -> None:
        for counter in card.counters:
            self.fields[counter.value_name] = _value_field(counter)
            self.fields[counter.claim_name] = _claim_field(counter.register)
            self.fields[counter.replace_name] = forms.BooleanField(
                label=_("Ja, diesen Stand ersetzen"), required=False
            )
            self.fields[counter.asked_name] = forms.BooleanField(required=False, widget=forms.HiddenInput)
        self.fields[card.date_name] = date_field(_("Ablesedatum nur für diesen Zähler"), self.today)
        self.fields[card.remark_name] = forms.CharField(
            label=_("Bemerkung"), required=False, widget=forms.Textarea({"rows": 3})
        )
        if self.photos is not None:
            self.fields[photo_name(card.meter.id)] = photo_field()
            self.fields[kept_name(card.meter.id)] = kept_field()

    @property
    def counters(self) -> Iterator[Counter]:
        """All counters of the page."""
        return (counter for card in self.cards for counter in card.counters)

    @property
    def has_counters(self) -> bool:
        """Whether any meter takes a reading."""
        return any(card.counters for card in self.cards)

    @property
    def has_red_digits(self) -> bool:
        """Whether a counter has digits after the comma that are not typed."""
        facts = (counter.register.facts for counter in self.counters)
        return any(each.decimal_digits and not each.wanted_decimals for each in facts)

    @property
    def is_correction(self) -> bool:
        """Whether the page corrects values that were sent and can still be replaced."""
        return any(counter.corrected for counter in self.counters)

    @property
    def common_date(self) -> dt.date | None:
        """The date of all readings, or None when they were read on different days."""
        dates = {each.item.reading.date for each in self.assessed}
        return dates.pop() if len(dates) == 1 else None

    @property
    def missing_names(self) -> list[str]:
        """What the utility still waits for after these readings: ``Gas``, ``Strom NT``."""
        return [each.name for each in self.counters if each.meter.is_due and each.assessed is None]

    @property
    def assessed(self) -> list[AssessedReading]:
        """The readings that were typed, in the order of the page."""
        return [counter.assessed for counter in self.counters if counter.assessed]

    def typed(self, name: str) -> str:
        """Return what stands in a field, typed now or before."""
        return str(self[name].value() or "")

    def as_draft(self) -> dict[str, str]:
        """Return what was typed into a valid form, with days in place of words such as "heute"."""
        draft = {name: self.typed(name) for name in self.fields if self.typed(name)}
        for name in (DATE, *(card.date_name for card in self.cards if card.counters)):
            if date := self.cleaned_data.get(name):
                draft[name] = format_date_short(date)
        return draft

    def clean(self) -> dict[str, Any]:
        """Read the dates and values, and let the rule assess them."""
        typed = self.cleaned_data
        typed[DATE] = self._date(DATE) or (None if self.has_error(DATE) else self.today)
        for card in self.cards:
            if card.counters:
                self._clean_card(card)
        if self.photos and self.photos.are_lost:
            self.add_error(None, photo_lost())
        counters = list(self.counters)
        if not any(self.typed(each.value_name).strip() for each in counters):
            self.add_error(counters[0].value_name if counters else None, reading_messages.nothing_entered())
        return typed

    def _clean_card(self, card: Card) -> None:
        own_date = self.cleaned_data[card.date_name] = self._date(card.date_name)
        excess = len(self.cleaned_data.get(card.remark_name, "")) - REMARK_LENGTH
        if excess > 0:
            self.add_error(card.remark_name, reading_messages.remark_too_long(excess))
        for counter in card.counters:
            self._clean_counter(card, counter, own_date or self.cleaned_data.get(DATE))
        if self.photos is not None:
            self._clean_photo(card, self.photos)

    def _clean_photo(self, card: Card, photos: Photos) -> None:
        """Tell of a picture that is not taken, or that stands there without its reading."""
        if fault := photos.faults.get(card.meter.id):
            self.add_error(photo_name(card.meter.id), fault)
        elif card.upload and not any(self.typed(each.value_name).strip() for each in card.counters):
            self.add_error(card.counters[0].value_name, value_missing())

    def _date(self, name: str) -> dt.date | None:
        text = self.cleaned_data.get(name, "").strip()
        if not text:
            return None
        try:
            return parse_date(text, today=self.today)
        except InvalidDate:
            self.add_error(name, reading_messages.not_a_date(self.today))
            return None

    def _clean_counter(self, card: Card, counter: Counter, date: dt.date | None) -> None:
        text = self.cleaned_data.get(counter.value_name, "").strip()
        if not text:
            return
        try:
            value = parse_number(text)
        except InvalidNumber:
            wants_decimals = bool(counter.register.facts.wanted_decimals)
            self.add_error(counter.value_name, reading_messages.not_a_number(with_decimals=wants_decimals))
            return
        counter.typed_digits = digits_before_comma(text, value)
        if date is not None and not self.has_error(card.date_name):
            self._assess(card, counter, value, date)

    def _assess(self, card: Card, counter: Counter, value: Decimal, date: dt.date) -> None:
        register = counter.register
        claim = self.cleaned_data.get(counter.claim_name)
        reading = NewReading(
            date, register.facts.as_read(value), counter.typed_digits, Claim(claim) if claim else None
        )
        item = ReadingToSubmit(
            register.id,
            reading,
            remark=self.cleaned_data.get(card.remark_name, ""),
            replaces=self._replaced_by(counter, date),
        )
        max_age_days = settings.UTILITY.readings.max_age_days
        verdict = register.assess(
            reading, today=self.today, max_age_days=max_age_days, replaces=item.replaces
        )
        if not isinstance(verdict, Impossible):
            counter.assessed = AssessedReading(counter.meter, register, item, verdict, typed_value=value)
            return
        counter.refusal = verdict
        text = reading_messages.refused(
            verdict.refusal,
            reading,
            register,
            last=register.last(without=item.replaces),
            today=self.today,
            max_age_days=max_age_days,
        )
        self._refuse(card, counter, verdict.refusal, text)

    def _refuse(self, card: Card, counter: Counter, refusal: Refusal, text: str) -> None:
        """Put an error beside the field it is about; one about the date of all meters stands there once."""
        if self.cleaned_data.get(card.date_name) and refusal not in _ABOUT_THE_VALUE:
            self.add_error(card.date_name, text)
        elif refusal not in reading_messages.DATE_REFUSALS:
            self.add_error(counter.value_name, text)
        else:
            self.add_error(DATE, text)

    def _replaced_by(self, counter: Counter, date: dt.date) -> int | None:
        """Return the id of the sent value that the typed one shall replace, by correction or by the tick."""
        if counter.corrected is not None or not self.cleaned_data.get(counter.replace_name):
            return counter.corrected
        of_that_day = (each for each in counter.register.sent if each.date == date and each.is_replaceable)
        return next((each.id for each in of_that_day), None)


_ABOUT_THE_VALUE = frozenset({Refusal.TOO_MANY_DIGITS, Refusal.LOWER_THAN_LAST, Refusal.ALREADY_SENT})


def _value_field(counter: Counter) -> forms.CharField:
    """Return the field for a value; its help text is the last reading, which describes the control."""
    sentence = reading_messages.not_a_number(with_decimals=bool(counter.register.facts.wanted_decimals))
    field = forms.CharField(
        label=_("Neuer Zählerstand"),
        help_text=_("Letzter Stand"),
        required=False,
        widget=_value_widget(counter.register),
        error_messages={"max_length": sentence, "null_characters_not_allowed": sentence},
        max_length=MAX_LENGTH,
    )
    # What is too long stays as it was typed, and gets a sentence.
    field.widget.attrs.pop("maxlength", None)
    field.widget.attrs["data-digits"] = counter.register.facts.integer_digits
    field.summary_prefix = counter.name  # type: ignore[attr-defined]
    return field


def _value_widget(register: RegisterToRead) -> forms.TextInput:
    """Return the counter's drums; a value with its decimals is typed into a plain field (ux.md F8)."""
    if register.facts.wanted_decimals:
        return forms.TextInput({"class": "eingabe--betrag", "inputmode": "decimal", "autocomplete": "off"})
    return CounterInput()


def _claim_field(register: RegisterToRead) -> forms.ChoiceField:
    highest = format_number(register.facts.highest_value)
    return forms.ChoiceField(
        label=_("Was trifft zu?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Claim.METER_EXCHANGED.value, _("Der Zähler wurde getauscht")),
            (Claim.LAST_ESTIMATED.value, _("Der letzte Stand war geschätzt")),
            (Claim.ROLLED_OVER.value, _("Der Zähler ist über %(value)s gelaufen") % {"value": highest}),
            (Claim.NONE_OF_THESE.value, _("Nichts davon")),
        ],
    )


def with_taken_over(typed: Mapping[str, str], repair: str) -> dict[str, str]:
    """Return what was typed with one value repaired.

    Args:
        typed: what stands in the fields.
        repair: what the button to take a repair over sends, ``stand-12:09305``; other text changes nothing.

    """
    name, _colon, value = repair.partition(":")
    is_repair = name.startswith("stand-") and value.isascii() and value.isdigit() and len(value) <= MAX_LENGTH
    return {**{each: typed[each] for each in typed}, **({name: value} if is_repair else {})}
