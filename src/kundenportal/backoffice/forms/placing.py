"""Finding the meter that a reading without a login belongs to, and saying which counter shows which value."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.core.german_numbers import format_number
from kundenportal.metering.candidates import Candidate
from kundenportal.metering.models import Register, ReportedValue


class MeterSearchForm(forms.Form):
    """What is known of the meter or its customer. It travels in the address."""

    hides_stars = True

    suche = forms.CharField(
        label=gettext_lazy("Zähler suchen"),
        help_text=gettext_lazy("Zählernummer oder Kundennummer"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": gettext_lazy("Das ist zu lang. Erlaubt sind %(limit_value)s Zeichen.")},
    )


class PlaceForm(forms.Form):
    """Which counter of the meter shows which value; a meter with one counter asks nothing."""

    def __init__(self, data: Any, *, candidate: Candidate) -> None:
        super().__init__(data)
        is_clear = len(candidate.registers) == len(candidate.values) == 1
        self._only = candidate.registers[0] if is_clear else None
        if self._only is None:
            for number, value in enumerate(candidate.values):
                self.fields[f"register_{number}"] = _register_field(
                    value.typed, candidate.registers, value.register
                )

    @property
    def register_ids(self) -> list[int]:
        """The register of each value; read after the form was found right."""
        if self._only is not None:
            return [self._only.pk]
        return [int(self.cleaned_data[name]) for name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Refuse one counter for two values."""
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = [cleaned[name] for name in self.fields if name in cleaned]
        if len(set(chosen)) < len(chosen):
            last = list(self.fields)[-1]
            self.add_error(last, _("Dieses Zählwerk haben Sie schon für den anderen Stand gewählt."))
        return cleaned


def _register_field(
    typed: ReportedValue, registers: Sequence[Register], meant: Register | None
) -> forms.ChoiceField:
    value = format_number(typed.value.normalize())
    shown = f"{value} ({typed.display})" if typed.display else value
    names = [
        (str(each.pk), " · ".join(filter(None, [each.label or each.code, each.obis]))) for each in registers
    ]
    return forms.ChoiceField(
        label=_("Zählwerk für den Stand %(value)s") % {"value": shown},
        choices=[("", _("Bitte wählen")), *names],
        initial=str(meant.pk) if meant else "",
        error_messages={
            "required": _("Bitte wählen Sie das Zählwerk."),
            "invalid_choice": _("Bitte wählen Sie eines der Zählwerke."),
        },
    )
