"""Meters and counters on the entry page: their fields, and what became of what was typed."""

import datetime as dt
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from django import forms

from kundenportal.customers.models import Division
from kundenportal.metering.rules import Impossible, Refusal
from kundenportal.metering.to_read import MeterToRead, RegisterToRead
from kundenportal.metering.usual_range import PastReading, UsualRange
from kundenportal.selfservice.forms.reading_photos import Photos, kept_name, photo_name
from kundenportal.selfservice.reading_assessment import AssessedReading, label_of, name_of
from kundenportal.submissions.models import Upload

DATE = "ablesedatum"
"""The name of the field for the date of all meters."""

CORRECTS = "berichtigt"
"""The name of the hidden field with the number of the submission that the page corrects."""


class Form(Protocol):
    """What the cards need of the form they belong to."""

    today: dt.date
    photos: Photos | None

    def __getitem__(self, name: str) -> forms.BoundField:
        """Return a field by its name."""

    def has_error(self, field: str) -> bool:
        """Tell whether a field has an error."""

    def typed(self, name: str) -> str:
        """Return what stands in a field."""


class Counter:
    """One register on the page: its fields, and what became of what was typed."""

    def __init__(self, form: Form, meter: MeterToRead, register: RegisterToRead) -> None:
        self.meter, self.register = meter, register
        self._form = form
        self.refusal: Impossible | None = None
        self.assessed: AssessedReading | None = None
        self.typed_digits = 0

    @property
    def name(self) -> str:
        """What people call the register: ``Strom``, ``Strom HT``."""
        return name_of(self.meter, self.register)

    @property
    def register_label(self) -> str:
        """What tells the register apart from the others of its meter; empty when it is the only one."""
        return label_of(self.meter, self.register)

    @property
    def value_name(self) -> str:
        """The name of the field for the value."""
        return f"stand-{self.register.id}"

    @property
    def claim_name(self) -> str:
        """The name of the radio buttons that explain a lower value."""
        return f"erklaerung-{self.register.id}"

    @property
    def replace_name(self) -> str:
        """The name of the tick that replaces the value sent before."""
        return f"ersetzen-{self.register.id}"

    @property
    def asked_name(self) -> str:
        """The name of the hidden field that tells that a lower value was refused once."""
        return f"gefragt-{self.register.id}"

    @property
    def value(self) -> forms.BoundField:
        """The field for the value."""
        return self._form[self.value_name]

    @property
    def claim(self) -> forms.BoundField:
        """The radio buttons that explain a lower value."""
        return self._form[self.claim_name]

    @property
    def replace(self) -> forms.BoundField:
        """The tick that replaces the value sent before."""
        return self._form[self.replace_name]

    @cached_property
    def corrected(self) -> int | None:
        """The id of the sent value that the page is about to correct."""
        corrected = self._form.typed(CORRECTS)
        matching = (each for each in self.register.sent if str(each.submission_id) == corrected)
        return next((each.id for each in matching if each.is_replaceable), None)

    @cached_property
    def last(self) -> PastReading | None:
        """The reading that the new value follows."""
        return self.register.last(without=self.corrected)

    @property
    def last_value(self) -> Decimal | None:
        """What the counter showed then, without the digits nobody reads off."""
        return self.register.last_value(without=self.corrected)

    @property
    def shows_ghost(self) -> bool:
        """Whether the last value stands above the new one, digit over digit."""
        return (
            self.last is not None and not self.has_too_many_digits and not self.register.facts.wanted_decimals
        )

    @cached_property
    def usual(self) -> UsualRange | None:
        """The usual use until today."""
        return self.register.usual(self._form.today, without=self.corrected)

    @property
    def live(self) -> dict[str, str]:
        """What the script needs to show the use while somebody types; empty when it cannot be told."""
        if self.last_value is None or self.usual is None:
            return {}
        figures = {"last": self.last_value, "low": self.usual.low, "high": self.usual.high}
        return {name: f"{value:f}" for name, value in figures.items()} | {
            "factor": f"{self.register.facts.factor:f}"
        }

    @property
    def is_lower(self) -> bool:
        """Whether the value was refused because it is lower than the last one."""
        return self.refusal is not None and self.refusal.refusal is Refusal.LOWER_THAN_LAST

    @property
    def correctable(self) -> str:
        """The reference of the submission whose value is in the way of a lower one and can be corrected."""
        if not self.is_lower or self.last is None or not self.last.is_replaceable:
            return ""
        last_date = self.last.date
        return next((each.reference for each in self.register.sent if each.date == last_date), "")

    @property
    def offers_claims(self) -> bool:
        """Whether the radio buttons are shown: at the second refusal, or when one is likely (ux.md C5)."""
        if self.is_lower and self.refusal:
            return bool(self.refusal.likely or self._form.typed(self.asked_name))
        return bool(self._form.typed(self.claim_name))

    @property
    def offers_replacement(self) -> bool:
        """Whether the tick is shown."""
        if self.refusal is not None and self.refusal.refusal is Refusal.ALREADY_SENT:
            return True
        return bool(self._form.typed(self.replace_name))

    @property
    def has_too_many_digits(self) -> bool:
        """Whether the value was refused because the counter has fewer digits."""
        return self.refusal is not None and self.refusal.refusal is Refusal.TOO_MANY_DIGITS

    @property
    def shown_digits(self) -> int:
        """How many cells the counter is drawn with: it grows rather than hides what was typed."""
        return min(15, max(self.register.facts.integer_digits, self.typed_digits))

    @property
    def repair(self) -> str | None:
        """The value without the red digits, as the counter shows it: ``09305``."""
        if self.refusal is None or self.refusal.suggestion is None:
            return None
        return str(self.refusal.suggestion).zfill(self.register.facts.integer_digits)


class Card:
    """One meter on the page."""

    def __init__(self, form: Form, meter: MeterToRead) -> None:
        self.meter = meter
        self._form = form
        self.counters = [] if meter.closed else [Counter(form, meter, each) for each in meter.registers]

    @property
    def division_label(self) -> str:
        """The name of the division."""
        return str(Division(self.meter.division).label)

    @property
    def is_not_due(self) -> bool:
        """Whether the utility does not wait for a reading of this meter."""
        return not self.meter.closed and not self.meter.is_due

    @property
    def date_name(self) -> str:
        """The name of the field for a date of this meter alone."""
        return f"datum-{self.meter.id}"

    @property
    def remark_name(self) -> str:
        """The name of the field for a remark."""
        return f"bemerkung-{self.meter.id}"

    @property
    def date(self) -> forms.BoundField:
        """The field for a date of this meter alone."""
        return self._form[self.date_name]

    @property
    def remark(self) -> forms.BoundField:
        """The field for a remark."""
        return self._form[self.remark_name]

    @property
    def photo(self) -> forms.BoundField:
        """The field to choose a picture of the meter."""
        return self._form[photo_name(self.meter.id)]

    @property
    def kept_photo(self) -> forms.BoundField:
        """The hidden field that names the picture taken in before."""
        return self._form[kept_name(self.meter.id)]

    @property
    def upload(self) -> Upload | None:
        """The picture taken in before."""
        return self._form.photos.uploads.get(self.meter.id) if self._form.photos else None

    @property
    def is_open(self) -> bool:
        """Whether the details are unfolded: something stands in them, or is wrong."""
        names = [self.date_name, self.remark_name]
        if self._form.photos is not None:
            names += [photo_name(self.meter.id), kept_name(self.meter.id)]
        return any(self._form.typed(name) or self._form.has_error(name) for name in names)
