"""How forms are drawn: our field templates and attributes (ux.md 1.0; shape: design/mockups)."""

from typing import Any, ClassVar

from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    PasswordInput,
    RadioSelect,
    Widget,
)
from django.forms.renderers import TemplatesSetting

from kundenportal.ui.widgets import CounterInput, DateTextInput


class PortalBoundField(BoundField):
    """A form field that picks the template of its widget and carries the classes of the style sheet."""

    _templates: ClassVar[dict[type[Widget], str]] = {
        CheckboxInput: "ui/fields/checkbox.html",
        CheckboxSelectMultiple: "ui/fields/choices.html",
        RadioSelect: "ui/fields/choices.html",
        PasswordInput: "ui/fields/password.html",
        DateTextInput: "ui/fields/date.html",
    }
    _without_frame = (CheckboxInput, RadioSelect, CounterInput, FileInput)

    @property
    def template_name(self) -> str:
        """The field's own template, else that of its widget, else that of a text field."""
        own: str | None = getattr(self.field, "template_name", None)
        return own or self._templates.get(type(self.field.widget), "ui/fields/field.html")

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        """Return the attributes of the control: Django's, and the class of framed inputs."""
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        if not widget.is_hidden and not isinstance(widget, self._without_frame):
            classes = f"eingabe {widget.attrs.get('class', '')} {attrs.get('class', '')}"
            built["class"] = " ".join(classes.split())
        return built


class PortalRenderer(TemplatesSetting):
    """Draws forms with the project's templates, so that they may use its tags."""

    bound_field_class = PortalBoundField
    field_template_name = "ui/fields/field.html"
