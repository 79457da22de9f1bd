"""The confirmation of unusual readings (ux.md C6)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from kundenportal.customers.models import Division
from kundenportal.metering.models import SubmittedReading
from kundenportal.metering.rules import Doubt
from kundenportal.selfservice.forms.reading_photos import Photos
from kundenportal.selfservice.reading_assessment import AssessedReading
from kundenportal.ui.templatetags.portal import quantity

_Reason = SubmittedReading.Reason

_REASONS: dict[str, tuple[_Reason, ...]] = {
    Division.ELECTRICITY: (_Reason.NEW_DEVICES, _Reason.SOLAR),
    Division.GAS: (_Reason.HEATING,),
    Division.HEAT: (_Reason.HEATING,),
    Division.WATER: (_Reason.GARDEN, _Reason.LEAK),
}
"""The reasons that only make sense for one division."""

_RECOGNISED = {
    Doubt.ROLLED_OVER: _Reason.ROLLED_OVER,
    Doubt.METER_EXCHANGED: _Reason.METER_EXCHANGED,
    Doubt.LAST_ESTIMATED: _Reason.LAST_ESTIMATED,
}


class ConfirmForm(forms.Form):
    """A tick and an optional reason for each unusual reading."""

    def __init__(
        self,
        assessed: Sequence[AssessedReading],
        data: Mapping[str, Any] | None = None,
        *,
        photos: Photos | None = None,
    ) -> None:
        super().__init__(data)
        self.assessed = assessed
        self._photos = photos or Photos()
        for each in self.unusual:
            self.fields[_tick_name(each)] = _tick(each)
            self.fields[_reason_name(each)] = _reason(each)

    @property
    def unusual(self) -> list[AssessedReading]:
        """The readings to confirm."""
        return [each for each in self.assessed if each.doubts]

    def rows(self) -> Iterable[dict[str, Any]]:
        """Return each reading with its fields, if it has any; the first one of a meter with its picture."""
        photos = dict(self._photos.uploads)
        for each in self.assessed:
            fields = (
                {"tick": self[_tick_name(each)], "reason": self[_reason_name(each)]} if each.doubts else {}
            )
            yield {"assessed": each, "photo": photos.pop(each.meter.id, None), **fields}

    def confirmed(self) -> set[int]:
        """Return the ids of the registers whose reading is confirmed; of a valid form, all unusual ones."""
        return {each.register.id for each in self.unusual if self.cleaned_data[_tick_name(each)]}

    def reason(self, each: AssessedReading) -> str:
        """Return the reason chosen for a reading, or nothing."""
        return str(self.cleaned_data.get(_reason_name(each), ""))


def _tick_name(each: AssessedReading) -> str:
    return f"bestaetigt-{each.register.id}"


def _reason_name(each: AssessedReading) -> str:
    return f"grund-{each.register.id}"


def _tick(each: AssessedReading) -> forms.BooleanField:
    value = quantity(each.value, each.register.facts.unit)
    return forms.BooleanField(
        label=_("Der Stand %(value)s stimmt. Ich habe ihn noch einmal abgelesen.") % {"value": value},
        error_messages={
            "required": _(
                "%(division)s: Stimmt der Stand %(value)s? Dann bestätigen Sie ihn bitte. "
                "Sonst bearbeiten Sie Ihre Eingaben."
            )
            % {"division": Division(each.meter.division).label, "value": value}
        },
    )


def _reason(each: AssessedReading) -> forms.ChoiceField:
    """Return the reasons to choose from; what the rule recognised or the customer said before is chosen."""
    chosen = next((_RECOGNISED[doubt] for doubt in each.doubts if doubt in _RECOGNISED), "")
    estimated = (_Reason.LAST_ESTIMATED,) if each.last and each.last.is_estimated else ()
    reasons = (
        _Reason.MORE_PEOPLE,
        _Reason.FEWER_PEOPLE,
        _Reason.AWAY,
        *_REASONS[each.meter.division],
        _Reason.METER_EXCHANGED,
        *estimated,
        *((chosen,) if chosen and chosen not in (_Reason.METER_EXCHANGED, *estimated) else ()),
        _Reason.OTHER,
    )
    return forms.ChoiceField(
        label=_("Möglicher Grund (freiwillig)"),
        required=False,
        initial=chosen,
        choices=[("", _("Bitte wählen")), *((reason.value, reason.label) for reason in reasons)],
        widget=forms.Select({"class": "eingabe--mittel"}),
        error_messages={"invalid_choice": _("Bitte wählen Sie einen Grund aus der Liste.")},
    )
