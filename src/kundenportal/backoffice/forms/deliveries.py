"""Handing a delivery in, and releasing one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.backoffice.forms.confirming import ConfirmForm
from kundenportal.erp.deliveries.rules import Beginning, beginning_of
from kundenportal.erp.deliveries.taking import MAX_SIZE
from kundenportal.ui.templatetags.portal import file_size

FILE = "datei"
_LOOKED_AT = 4096

_WRONG = {
    Beginning.EMPTY: gettext_lazy("Die Datei ist leer. Bitte wählen Sie eine andere."),
    Beginning.OTHER_TABLE: gettext_lazy(
        "Das ist eine einzelne CSV-Datei. Bitte packen Sie alle CSV-Dateien der Lieferung in eine ZIP-Datei."
    ),
    Beginning.UNKNOWN: gettext_lazy(
        "Das ist weder eine ZIP-Datei noch eine Ergebnisdatei. Eine Ergebnisdatei beginnt mit der Zeile "
        "„vorgang;ergebnis;grund“."
    ),
}


class UploadForm(forms.Form):
    """One file: a delivery as ZIP, or a table of results."""

    datei = forms.FileField(
        label=gettext_lazy("Datei"),
        help_text=gettext_lazy(
            "Eine ZIP-Datei mit kunden.csv und den anderen Tabellen, oder eine Ergebnisdatei (CSV). "
            "Höchstens 50 MB."
        ),
        allow_empty_file=True,
        widget=forms.FileInput({"class": "datei", "accept": ".zip,.csv,application/zip,text/csv"}),
        error_messages={
            "required": gettext_lazy("Bitte wählen Sie eine Datei."),
            "invalid": gettext_lazy("Die Datei ist nicht angekommen. Bitte wählen Sie sie noch einmal."),
            "missing": gettext_lazy("Die Datei ist nicht angekommen. Bitte wählen Sie sie noch einmal."),
        },
    )

    def clean_datei(self) -> "UploadedFile[bytes]":
        """Return the file if it may be a delivery; whether it is one, the job runner finds out."""
        file: UploadedFile[bytes] = self.cleaned_data[FILE]
        if (file.size or 0) > MAX_SIZE:
            raise ValidationError(
                _(
                    "Die Datei ist %(size)s groß; hier gehen höchstens 50 MB. Legen Sie sie in den "
                    "Eingangsordner, oder lesen Sie sie mit import_master_data ein."
                )
                % {"size": file_size(file.size or 0)}
            )
        start = file.read(_LOOKED_AT)
        file.seek(0)
        if (beginning := beginning_of(start)) in _WRONG:
            raise ValidationError(_WRONG[beginning])
        return file


class ReleaseForm(forms.Form):
    """A release of what was shown: the moment of the check goes with it."""

    gesehen = forms.CharField(widget=forms.HiddenInput, max_length=40)


class LossForm(ConfirmForm):
    """The release of a delivery that ends much asks for the own password."""

    gesehen = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["current_password"].help_text = _("Zur Sicherheit, weil viel auf einmal endet.")
