"""The contact form, and the box to write again in a thread (guide lines 98 to 104; ux.md 1.7).

No name of a field contains "code" or "token", so that all of them outlive a session that times out
(``identity.kept_forms``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.contact.rules import (
    FILES_A_MESSAGE,
    MESSAGE_LENGTH,
    MESSAGES_A_DAY,
    SUBJECT_LENGTH,
    Refusal,
)
from kundenportal.contact.services import WrittenMessage
from kundenportal.core.german_numbers import format_number
from kundenportal.core.phone_numbers import is_phone_number
from kundenportal.core.plain_text import plain_line, plain_text
from kundenportal.ui.widgets import FilesInput

SUBJECT, BODY, PHONE, FILES, KEY = "betreff", "anfrage", "telefon", "dateien", "schluessel"

TOPICS: Mapping[str, str | Promise] = {
    "abschlag": gettext_lazy("Anderer Abschlag"),
    "rechnung": gettext_lazy("Frage zur Rechnung"),
    "umzug": gettext_lazy("Umzug, Einzug oder Auszug"),
    "zaehler": gettext_lazy("Frage zum Zähler"),
    "bank": gettext_lazy("Bankverbindung und Zahlung"),
    "adresse": gettext_lazy("Rechnungsadresse"),
    "vertrag": gettext_lazy("Vertrag und Preise"),
    "portal": gettext_lazy("Frage zum Kundenportal"),
}
"""Subjects to choose from; links name one by its key (``?thema=abschlag``)."""

_ACCEPTED = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
_PHONE_WANTED = gettext_lazy("Bitte geben Sie eine Telefonnummer ein, zum Beispiel 09872 123456.")
_NOTHING_WRITTEN = gettext_lazy("Bitte schreiben Sie uns, worum es geht.")


class _PlainField(forms.CharField):
    """A text without control characters; what is too long is refused in words by the form."""

    template_name: str | None = None
    most = 0

    def __init__(self, *, several_lines: bool = False, **options: Any) -> None:
        self._make_plain = plain_text if several_lines else plain_line
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        """Return what was typed as plain text."""
        return self._make_plain(str(super().to_python(value) or ""))


def _body_field(label: Any) -> _PlainField:
    field = _PlainField(
        label=label,
        several_lines=True,
        error_messages={"required": _NOTHING_WRITTEN},
        widget=forms.Textarea({"rows": 8}),
        help_text=_("Höchstens %(most)s Zeichen.") % {"most": format_number(MESSAGE_LENGTH)},
    )
    field.template_name = "ui/fields/long_text.html"
    field.most = MESSAGE_LENGTH
    return field


class MessageForm(forms.Form):
    """A message with files; the idempotency key makes one of a double click."""

    body_label: str | Promise = gettext_lazy("Ihre Nachricht")

    def __init__(self, data: Any = None, *, faults: Sequence[str] = (), **options: Any) -> None:
        """Prepare the form.

        Args:
            data: what was sent; the files in it are taken in by themselves (``selfservice.handed_in``).
            faults: what is wrong with files.
            options: what a form takes besides.

        """
        super().__init__(data, **options)
        self._faults = faults
        self.fields[BODY] = _body_field(self.body_label)
        self.fields[FILES] = forms.Field(
            label=_("Dateien (freiwillig)"),
            required=False,
            widget=FilesInput({"class": "datei", "accept": _ACCEPTED}),
            help_text=_("Bis zu %(most)s Dateien: PDF, JPG oder PNG, je höchstens 10 MB.")
            % {"most": FILES_A_MESSAGE},
        )
        self.fields[KEY] = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse what is too long, and tell of files that are not taken."""
        typed = super().clean() or self.cleaned_data
        self._check_length(BODY, MESSAGE_LENGTH, _("Ihre Anfrage ist %(over)s Zeichen zu lang."))
        for fault in self._faults:
            self.add_error(FILES, fault)
        return typed

    def _check_length(self, name: str, most: int, sentence: str) -> None:
        over = len(self.cleaned_data.get(name, "")) - most
        if over > 0:
            possible = _("Möglich sind %(most)s.") % {"most": format_number(most)}
            self.add_error(name, f"{sentence % {'over': format_number(over)}} {possible}")

    def refuse(self, refusal: Refusal, phone: str) -> None:
        """Say why a message that is well written is not taken.

        Args:
            refusal: why.
            phone: the utility's telephone number.

        """
        text = {
            Refusal.TOO_MANY_TODAY: _(
                "Sie haben uns heute schon %(most)s Nachrichten geschrieben. "
                "Morgen können Sie wieder schreiben. Eilt es? Dann rufen Sie uns bitte an: %(phone)s."
            ),
            Refusal.TOO_MANY_FILES: _("Zu einer Nachricht passen %(files)s Dateien."),
        }[refusal]
        self.add_error(None, text % {"most": MESSAGES_A_DAY, "files": FILES_A_MESSAGE, "phone": phone})


class ContactForm(MessageForm):
    """Subject, message, telephone number and files."""

    body_label = gettext_lazy("Anfrage")
    field_order = (SUBJECT, BODY, PHONE, FILES)

    def __init__(self, data: Any = None, *, known_phone: str, **options: Any) -> None:
        """Prepare the form.

        Args:
            data: what was sent.
            known_phone: the number the master data have; it is taken as it is.
            options: what ``MessageForm`` takes.

        """
        super().__init__(data, **options)
        self._known_phone = known_phone
        self.fields[SUBJECT] = _PlainField(
            label=_("Betreff"),
            error_messages={"required": _("Bitte geben Sie einen Betreff ein.")},
            widget=forms.TextInput({"autocomplete": "off", "list": "themen"}),
        )
        self.fields[PHONE] = _PlainField(
            label=_("Telefonnummer"),
            error_messages={"required": _PHONE_WANTED},
            widget=forms.TelInput({"autocomplete": "tel", "class": "eingabe--mittel"}),
            help_text=_("Falls wir Sie zurückrufen möchten."),
        )
        self.order_fields(self.field_order)

    def clean_telefon(self) -> str:
        """Return a telephone number, or what the master data have in its place."""
        phone: str = self.cleaned_data[PHONE]
        if phone != self._known_phone and not is_phone_number(phone):
            raise ValidationError(_PHONE_WANTED)
        return phone

    def clean(self) -> dict[str, Any]:
        """Refuse a subject that is too long."""
        typed = super().clean()
        self._check_length(SUBJECT, SUBJECT_LENGTH, _("Der Betreff ist %(over)s Zeichen zu lang."))
        return typed

    def written(self, uploads: Sequence[str]) -> WrittenMessage:
        """Return the message of a valid form with the ids of its files."""
        return WrittenMessage(self.cleaned_data[BODY], self.cleaned_data[PHONE], uploads)


def wanted_subject(topic: str, subject: str) -> str:
    """Return the subject that a link fills in: its own words, or those of the topic it names."""
    return plain_line(subject)[:SUBJECT_LENGTH] or str(TOPICS.get(topic, ""))
