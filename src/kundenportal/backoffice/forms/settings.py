"""Changing settings: what is typed is checked by the rule that reads ``utility.toml``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.backoffice.brand_words import contrast_refusal
from kundenportal.backoffice.forms.confirming import ConfirmForm
from kundenportal.backoffice.setting_words import FIELDS, GROUPS, Group
from kundenportal.core.brand import Brand
from kundenportal.files.accepted import MAX_SIZE, FileRefusal
from kundenportal.utility_settings.rules import Value
from kundenportal.utility_settings.sections import KEYS, Section
from kundenportal.utility_settings.services import refused_values

ACT, PREVIEW = "act", "preview"
"""The name of the buttons, and the value of the one that only shows what would be."""


_UNREADABLE = gettext_lazy("Dieses Bild können wir nicht lesen. Bitte speichern Sie es neu als PNG-Datei.")
_FILE_REFUSALS = {
    FileRefusal.EMPTY: gettext_lazy("Die Datei ist leer. Bitte wählen Sie eine andere."),
    FileRefusal.TOO_LARGE: gettext_lazy("Die Datei ist zu groß. Sie hat höchstens 10 Megabyte."),
    FileRefusal.TOO_MANY_PIXELS: gettext_lazy("Das Bild hat zu viele Pixel. Bitte verkleinern Sie es."),
    FileRefusal.UNKNOWN_FORMAT: gettext_lazy(
        "Diese Datei ist kein PNG-, WebP- oder JPEG-Bild. Bitte speichern Sie Ihr Logo als PNG-Datei."
    ),
    FileRefusal.BUSY: gettext_lazy(
        "Gerade kommen sehr viele Dateien an. Bitte versuchen Sie es in einer Minute noch einmal."
    ),
}


class SeenForm(ConfirmForm):
    """The own password, and the number of the version that was shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["current_password"].help_text = gettext_lazy(
            "Zur Sicherheit, bevor etwas gespeichert wird."
        )
        if self.is_preview:
            self.fields["current_password"].required = False

    @property
    def is_preview(self) -> bool:
        """Whether what was typed is only to be shown."""
        return self.data.get(ACT) == PREVIEW

    def refuse_as_changed(self) -> None:
        """Say that somebody saved the same meanwhile."""
        self.add_error(
            None,
            _(
                "Jemand hat diese Seite inzwischen gespeichert. Ihre Eingaben stehen noch hier. Bitte öffnen "
                "Sie die Seite in einem neuen Fenster, vergleichen Sie und geben Sie Ihre Änderung dort ein."
            ),
        )


@dataclass(frozen=True)
class FieldGroup:
    """Fields under their heading, if they have one."""

    group: Group | None
    fields: list[forms.BoundField]


class SettingsForm(SeenForm):
    """The settings of a section.

    Args:
        data: what was sent, if anything.
        section: which.
        values: what its keys hold now.
        seen: the number of the version that is shown.

    """

    def __init__(self, data: Any, *, section: Section, values: Mapping[str, Value], seen: int) -> None:
        self.section = section
        super().__init__(data, initial={"seen": seen})
        for key in KEYS[section]:
            field = FIELDS[key]()
            self.fields[name_of(key)] = field
            self.initial[name_of(key)] = field.written(values[key])
        self.order_fields([*(name_of(key) for key in KEYS[section]), "current_password", "seen"])

    def clean(self) -> dict[str, Any]:
        """Let the rule that reads the file look at every value."""
        if not self.errors.keys() - {"current_password"}:
            self.refuse(refused_values(self.section, self.values()))
        return self.cleaned_data

    def values(self) -> dict[str, Value]:
        """Return what was typed, as the file has it."""
        return {key: self.cleaned_data[name_of(key)] for key in KEYS[self.section]}

    def groups(self) -> Iterator[FieldGroup]:
        """Yield the fields under their headings."""
        for group in GROUPS.get(self.section, (None,)):
            keys = KEYS[self.section]
            if group is not None:
                keys = tuple(key for key in keys if key.startswith(group.starts))
            yield FieldGroup(group, [self[name_of(key)] for key in keys])

    def refuse(self, refused: Mapping[str, str]) -> None:
        """Say beside each field that its value cannot be used; what is nobody's field stands above all."""
        for key, reason in refused.items():
            if key in KEYS[self.section]:
                self.add_error(name_of(key), FIELDS[key]().refusal)
            else:
                self.add_error(None, _("Das passt nicht zu einer anderen Einstellung: %s") % reason)


class BrandForm(SettingsForm):
    """The colours: those that cannot be read are refused. ``brand`` is what was typed, if all are colours."""

    brand: Brand | None = None

    def clean(self) -> dict[str, Any]:
        """Compare every colour with what it meets on the pages."""
        super().clean()
        if not self.errors.keys() - {"current_password"}:
            colours = {key.removeprefix("brand."): str(value) for key, value in self.values().items()}
            self.brand = Brand(**colours)
            for field, refusal in contrast_refusal(self.brand).items():
                self.add_error(name_of(f"brand.{field}"), refusal)
        return self.cleaned_data


class LogoForm(SeenForm):
    """Another logo, or none."""

    field_order = ("file", "without", "current_password", "seen")

    file = forms.FileField(
        label=gettext_lazy("Bilddatei"),
        help_text=gettext_lazy(
            "PNG oder WebP, am besten mit durchsichtigem Hintergrund und mindestens 200 Pixel hoch. "
            "Eine SVG-Datei richtet Ihre Technik in utility.toml ein: Sie kann Programme enthalten."
        ),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"class": "datei", "accept": "image/png,image/webp,image/jpeg"}),
    )
    without = forms.BooleanField(
        label=gettext_lazy("Kein eigenes Logo: das Zeichen des Portals zeigen"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a file unless no logo is wanted."""
        file = self.cleaned_data.get("file")
        if file is None and not self.cleaned_data.get("without"):
            self.add_error("file", _("Bitte wählen Sie eine Bilddatei aus."))
        if file is not None and file.size > MAX_SIZE:
            self.refuse_file(FileRefusal.TOO_LARGE)
        return self.cleaned_data

    def content(self) -> bytes | None:
        """Return the file's content; None when no logo is wanted."""
        return None if self.cleaned_data["without"] else self.cleaned_data["file"].read()

    def refuse_file(self, refusal: FileRefusal) -> None:
        """Say beside the field why the file is not taken."""
        self.add_error("file", str(_FILE_REFUSALS.get(refusal, _UNREADABLE)))


def name_of(key: str) -> str:
    """Return the name of a setting's field: dots would end an id in a style sheet."""
    return key.replace(".", "__")
