"""Finding documents, handing them in, saying whose one is, and why one goes."""

import datetime as dt
import zipfile
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.core.customer_numbers import canonical_customer_number, count_digits
from kundenportal.core.dates import InvalidDate, parse_date
from kundenportal.customers.models import Customer
from kundenportal.documents.batches import pack
from kundenportal.documents.models import Document, QuarantinedDocument
from kundenportal.ui.widgets import DateTextInput, FilesInput

MOST_FILES = 500
MOST_BYTES = 50 * 1024 * 1024
"""What a delivery in the browser may be (security.md A15); a larger one is a case for the command."""

_REASON = gettext_lazy("Steht im Protokoll.")


class DocumentSearchForm(forms.Form):
    """Which documents somebody looks for."""

    hides_stars = True

    suche = forms.CharField(
        label=gettext_lazy("Kundennummer, Dokumentnummer oder Wörter des Titels"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class FilesField(forms.Field):
    """Several files, or one."""

    widget = FilesInput(attrs={"class": "datei", "accept": ".zip,.pdf,application/zip,application/pdf"})


class UploadForm(forms.Form):
    """A delivery: one ZIP file, or PDFs."""

    documents = FilesField(
        label=gettext_lazy("Dateien"),
        help_text=gettext_lazy("Eine ZIP-Datei oder bis zu 500 PDF-Dateien, zusammen höchstens 50 MB."),
        error_messages={"required": gettext_lazy("Bitte wählen Sie eine ZIP-Datei oder PDF-Dateien aus.")},
    )

    def clean_documents(self) -> "list[UploadedFile[Any]]":
        """Return the files: one ZIP file, or nothing but PDFs."""
        files = self.files.getlist("documents")
        size = sum(file.size or 0 for file in files)
        if size > MOST_BYTES:
            told = _("Die Dateien sind zusammen %(size)s groß. Erlaubt sind 50 MB. Bitte teilen Sie sie auf.")
            raise ValidationError(told % {"size": filesizeformat(size)})
        if len(files) > MOST_FILES:
            told = _("Das sind %(count)d Dateien. Erlaubt sind 500. Packen Sie sie in eine ZIP-Datei.")
            raise ValidationError(told % {"count": len(files)})
        zips = [file for file in files if _ending(file) == "zip"]
        if zips and len(files) > 1:
            raise ValidationError(_("Bitte wählen Sie nur eine ZIP-Datei oder nur PDF-Dateien."))
        for file in files:
            self._check(file)
        return files

    def _check(self, file: "UploadedFile[Any]") -> None:
        ending, name = _ending(file), {"name": file.name}
        if ending not in {"zip", "pdf"}:
            raise ValidationError(
                _("„%(name)s“ ist weder eine ZIP-Datei noch ein PDF. Bitte lassen Sie sie weg.") % name
            )
        if ending == "zip" and not zipfile.is_zipfile(file):
            raise ValidationError(_("„%(name)s“ ist keine ZIP-Datei, auch wenn sie so heißt.") % name)

    def delivery(self) -> tuple[str, bytes]:
        """Return what the delivery is called, and the ZIP file it is kept as."""
        files: list[UploadedFile[Any]] = self.cleaned_data["documents"]
        first = files[0]
        first.seek(0)
        if _ending(first) == "zip":
            return str(first.name), first.read()
        name = str(first.name) if len(files) == 1 else _("%(count)d PDF-Dateien") % {"count": len(files)}
        return name, pack((str(file.name), file.read()) for file in files)


def _ending(file: "UploadedFile[Any]") -> str:
    return str(file.name).rpartition(".")[2].lower()


class ReasonForm(forms.Form):
    """Why a document goes."""

    reason = forms.CharField(
        label=gettext_lazy("Grund"),
        help_text=_REASON,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": gettext_lazy("Bitte nennen Sie den Grund. Er steht im Protokoll."),
            "max_length": gettext_lazy("Der Grund ist zu lang. Erlaubt sind %(limit_value)s Zeichen."),
        },
    )


class PlaceForm(ReasonForm):
    """Whose a document is, what it is, and how one knows."""

    field_order = ("customer_number", "kind", "title", "document_date", "reason")

    customer_number = forms.CharField(
        label=gettext_lazy("Kundennummer"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": gettext_lazy("Bitte geben Sie die Kundennummer ein."),
            "max_length": gettext_lazy("Das ist zu lang für eine Kundennummer."),
        },
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Art"),
        choices=[each for each in Document.Kind.choices if each[0] != Document.Kind.MANDATE],
        error_messages={
            "required": gettext_lazy("Bitte wählen Sie die Art des Dokuments."),
            "invalid_choice": gettext_lazy("Bitte wählen Sie eine der Arten."),
        },
    )
    title = forms.CharField(
        label=gettext_lazy("Titel"),
        help_text=gettext_lazy("Der Kunde liest ihn so in seiner Liste."),
        max_length=200,
        error_messages={
            "required": gettext_lazy("Bitte geben Sie einen Titel ein, zum Beispiel Jahresabrechnung 2025."),
            "max_length": gettext_lazy("Der Titel ist zu lang. Erlaubt sind %(limit_value)s Zeichen."),
        },
    )
    document_date = forms.CharField(
        label=gettext_lazy("Datum des Dokuments"),
        max_length=40,
        widget=DateTextInput(),
        error_messages={
            "required": gettext_lazy("Bitte geben Sie das Datum ein, das auf dem Dokument steht.")
        },
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.customer: Customer | None = None
        self.fields["reason"].label = _("Woran erkennen Sie, wessen Dokument es ist?")

    def clean_customer_number(self) -> str:
        """Return the canonical number of a known customer."""
        typed, pattern = self.cleaned_data["customer_number"], settings.UTILITY.customer_number
        number = canonical_customer_number(typed, pattern)
        if number is None:
            told = _(
                "Die Kundennummer hat %(digits)d Ziffern, zum Beispiel %(example)s. "
                "Sie haben %(count)d Ziffern eingegeben."
            )
            values = {"digits": pattern.digits, "example": pattern.example(), "count": count_digits(typed)}
            raise ValidationError(told % values)
        self.customer = Customer.objects.filter(customer_number=number).first()
        if self.customer is None:
            raise ValidationError(
                _("Einen Kunden mit der Nummer %(number)s gibt es nicht.") % {"number": number}
            )
        return number

    def clean_document_date(self) -> dt.date:
        """Return the date."""
        typed = self.cleaned_data["document_date"]
        try:
            return parse_date(typed, today=self._today)
        except InvalidDate as error:
            told = _("„%(typed)s“ ist kein Datum. Bitte so: TT.MM.JJJJ, zum Beispiel 22.11.2026.")
            raise ValidationError(told % {"typed": typed}) from error

    @classmethod
    def about(cls, waiting: QuarantinedDocument, *, today: dt.date) -> "PlaceForm":
        """Return the form as it is shown first: with what the delivery says."""
        number = waiting.customer.customer_number if waiting.customer else _only(waiting.found_numbers)
        initial = {
            "customer_number": number,
            "kind": waiting.kind,
            "title": "" if waiting.customer is None else waiting.title,
            "document_date": f"{waiting.document_date:%d.%m.%Y}" if waiting.customer else "",
        }
        return cls(initial=initial, today=today)


def _only(numbers: str) -> str:
    """Return the one customer number that a text names; nothing when it names several."""
    return "" if ", " in numbers else numbers
