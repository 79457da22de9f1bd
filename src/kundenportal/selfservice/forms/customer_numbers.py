"""The field for a customer number."""

import re

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kundenportal.core.customer_numbers import (
    CustomerNumberPattern,
    canonical_customer_number,
    count_digits,
)


class CustomerNumberForm(forms.Form):
    """A customer number in any spelling (product.md ruling 3)."""

    customer_number = forms.CharField(
        label=gettext_lazy("Kundennummer"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": gettext_lazy(
                "Bitte geben Sie Ihre Kundennummer ein. Sie steht auf Ihrer Ablesekarte oder Abrechnung."
            )
        },
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["customer_number"].help_text = _("zum Beispiel %(example)s") % {
            "example": _pattern().example()
        }

    def clean_customer_number(self) -> str:
        """Return the canonical number."""
        typed: str = self.cleaned_data["customer_number"]
        number = canonical_customer_number(typed, _pattern())
        if number is None:
            raise ValidationError(_why_no_number(typed))
        return number


def _pattern() -> CustomerNumberPattern:
    pattern: CustomerNumberPattern = settings.UTILITY.customer_number
    return pattern


def _why_no_number(typed: str) -> str:
    """Say what is wrong with a customer number: other characters, another ending, or the count of digits."""
    pattern = _pattern()
    values = {
        "typed": typed,
        "digits": pattern.digits,
        "suffix": pattern.suffix,
        "example": pattern.example(),
    }
    digits, slash, suffix = re.sub(r"\s", "", typed).partition("/")
    if not digits or not (digits + suffix).isdecimal():
        text = _(
            "„%(typed)s“ ist keine Kundennummer. Bitte geben Sie nur Ziffern ein, zum Beispiel %(example)s."
        )
    elif slash and suffix != pattern.suffix and len(digits) <= pattern.digits:
        text = _(
            "Die Kundennummer endet auf /%(suffix)s, zum Beispiel %(example)s. "
            "Sie haben „%(typed)s“ eingegeben."
        )
    else:
        text = ngettext(
            "Die Kundennummer hat %(digits)s Ziffern, zum Beispiel %(example)s. "
            "Sie haben %(count)s Ziffer eingegeben.",
            "Die Kundennummer hat %(digits)s Ziffern, zum Beispiel %(example)s. "
            "Sie haben %(count)s Ziffern eingegeben.",
            count_digits(typed),
        )
    return text % {**values, "count": count_digits(typed)}
