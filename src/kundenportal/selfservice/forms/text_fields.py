"""A field for a line of text, with German words for what can be wrong with it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy


def text_field(
    label: Any, max_length: int, autocomplete: str, missing: Any = "", **more: Any
) -> forms.CharField:
    """Return a field for a line of text; it is required when there are words for its absence.

    Args:
        label: what stands above it.
        max_length: in characters.
        autocomplete: what a browser may fill in (WCAG 1.3.5), or ``off``.
        missing: what to say when nothing was typed.
        more: further arguments of the field; ``widget`` is a class, ``attrs`` are its attributes.

    """
    errors = {"max_length": gettext_lazy("Hier passen höchstens %(limit_value)d Zeichen hinein.")}
    return forms.CharField(
        label=label,
        max_length=max_length,
        required=bool(missing),
        error_messages=errors | ({"required": missing} if missing else {}),
        widget=more.pop("widget", forms.TextInput)(
            attrs={"autocomplete": autocomplete, **more.pop("attrs", {})}
        ),
        **more,
    )
