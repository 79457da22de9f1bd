"""Controls that Django lacks."""

from typing import Any

from django import forms


class DateTextInput(forms.TextInput):
    """A date typed as text: right in every browser language (ux.md F9); the calendar is an extra.

    Give ``attrs={"data-max": "2026-11-22"}`` to end the calendar on a day.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {"class": "eingabe--datum", "inputmode": "numeric", "autocomplete": "off"}
        super().__init__(usual | (attrs or {}))


class CounterInput(forms.TextInput):
    """The digits of a roller counter: they stand on its drums, so the input has no frame of its own."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", "autocomplete": "off"} | (attrs or {}))


class FilesInput(forms.FileInput):
    """Choosing several files at once; its value is the list of them."""

    allow_multiple_selected = True
