"""The picture of a meter on the entry page: its field, and what became of what was chosen (ux.md C5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from kundenportal.submissions.models import Upload

REMOVE_PHOTO = "foto-entfernen"
"""The button that lets go of a picture; its value is the meter's id."""


@dataclass(frozen=True)
class Photos:
    """The pictures of a form, by their meters' ids: those taken in, and a sentence for each that is not.

    ``are_lost`` tells that some were chosen which did not outlive a session that timed out.
    """

    uploads: Mapping[int, Upload] = field(default_factory=dict)
    faults: Mapping[int, str] = field(default_factory=dict)
    are_lost: bool = False

    def as_typed(self) -> dict[str, str]:
        """Return what the hidden fields hold that name the pictures taken in."""
        return {kept_name(meter): upload.public_id for meter, upload in self.uploads.items()}


def photo_name(meter_id: int) -> str:
    """Return the name of the field to choose a meter's picture."""
    return f"foto-{meter_id}"


def kept_name(meter_id: int) -> str:
    """Return the name of the hidden field that names a meter's picture that was taken in."""
    return f"bild-{meter_id}"


def photo_field() -> forms.Field:
    """Return the field to choose a picture; on a telephone it opens the camera."""
    return forms.Field(
        label=_("Foto des Zählers (freiwillig)"),
        help_text=_("Höchstens 10 MB. Ort und Zeit der Aufnahme entfernen wir."),
        required=False,
        widget=forms.FileInput({"class": "datei", "accept": "image/*", "capture": "environment"}),
    )


def kept_field() -> forms.Field:
    """Return the hidden field that names a picture that was taken in."""
    return forms.CharField(required=False, widget=forms.HiddenInput, max_length=16)


def value_missing() -> str:
    """Say that a picture alone is no reading."""
    return _("Bitte tragen Sie auch den Zählerstand ein, den Ihr Foto zeigt.")


def photo_lost() -> str:
    """Say that a picture must be chosen again: it waits for an hour, and outlives no session."""
    return _("Ihr Foto konnten wir nicht aufheben. Bitte wählen Sie es noch einmal aus.")


def without_photo(typed: Mapping[str, Any], meter_id: str) -> dict[str, Any]:
    """Return what was typed without the picture of a meter."""
    return {name: typed[name] for name in typed if name != f"bild-{meter_id}"}
