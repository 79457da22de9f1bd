"""Fields for an account: the IBAN with what is wrong with it in words, and the BIC (ux.md C12)."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kundenportal.banking.banks import canonical_bic
from kundenportal.core.countries import country_names
from kundenportal.core.ibans import IbanFault, InvalidIban, grouped_iban, parse_iban

_LONGEST = 80
"""More than any IBAN with all that may be pasted around it."""


class IbanField(forms.CharField):
    """An IBAN in any spelling; its value is canonical."""

    def __init__(self, *, required: bool, bank_url: str) -> None:
        """Prepare the field.

        Args:
            required: whether there must be one.
            bank_url: where a script may ask for the name of a German bank.

        """
        super().__init__(
            label=gettext_lazy("IBAN"),
            required=required,
            max_length=_LONGEST,
            help_text=gettext_lazy("Sie steht auf Ihrer Bankkarte und auf Ihrem Kontoauszug."),
            error_messages={"required": why_no_iban(InvalidIban(IbanFault.MISSING))},
            widget=forms.TextInput(
                {
                    "class": "eingabe--iban",
                    "autocomplete": "off",
                    "autocapitalize": "characters",
                    "spellcheck": "false",
                    "data-iban": bank_url,
                }
            ),
        )
        self.template_name = "ui/fields/iban.html"

    def clean(self, value: Any) -> str:
        """Return the canonical IBAN, or nothing when none is needed.

        Raises:
            ValidationError: when it is none, or its country cannot be debited.

        """
        typed = str(super().clean(value))
        if not typed:
            return ""
        try:
            return parse_iban(typed)
        except InvalidIban as error:
            raise ValidationError(why_no_iban(error)) from error

    def prepare_value(self, value: Any) -> Any:
        """Return what the field shows: an IBAN that is right in groups, anything else as it was typed."""
        try:
            return grouped_iban(parse_iban(str(value or "")))
        except InvalidIban:
            return value


class BicField(forms.CharField):
    """A BIC in any spelling; it is asked for outside of the European Economic Area alone."""

    def __init__(self, country: str) -> None:
        name = country_names(get_language() or "de").get(country, country)
        missing = _("Für ein Konto in diesem Land brauchen wir auch den BIC: %(country)s.") % {
            "country": name
        }
        super().__init__(
            label=gettext_lazy("BIC"),
            max_length=20,
            help_text=gettext_lazy("Er steht neben der IBAN auf Ihrem Kontoauszug."),
            error_messages={"required": missing},
            widget=forms.TextInput(
                {
                    "class": "eingabe--mittel",
                    "autocomplete": "off",
                    "autocapitalize": "characters",
                    "spellcheck": "false",
                }
            ),
        )

    def clean(self, value: Any) -> str:
        """Return the canonical BIC.

        Raises:
            ValidationError: when it has not the form of one.

        """
        typed = str(super().clean(value))
        if (bic := canonical_bic(typed)) is None:
            told = _(
                "Ein BIC hat 8 oder 11 Zeichen, zum Beispiel UBSWCHZH80A. Sie haben %(count)d eingegeben."
            )
            raise ValidationError(told % {"count": len("".join(typed.split()))})
        return bic


def why_no_iban(error: InvalidIban) -> str:
    """Say what is wrong with an IBAN and what to do."""
    return _SENTENCES[error.fault](error)


def _why_missing(_error: InvalidIban) -> str:
    return _("Bitte geben Sie die IBAN ein, zum Beispiel DE02 1203 0000 0000 2020 51.")


def _why_no_country(_error: InvalidIban) -> str:
    return _(
        "Eine IBAN beginnt mit zwei Buchstaben für das Land, in Deutschland mit DE. "
        "Vielleicht haben Sie die Kontonummer eingegeben."
    )


def _why_unknown_country(error: InvalidIban) -> str:
    told = _(
        "Eine IBAN beginnt mit zwei Buchstaben für das Land, in Deutschland mit DE. "
        "Sie haben „%(country)s“ eingegeben."
    )
    return told % {"country": error.country}


def _why_not_sepa(_error: InvalidIban) -> str:
    return _(
        "Aus diesem Land können wir nicht abbuchen. "
        "Bitte geben Sie ein Konto aus Deutschland oder einem anderen SEPA-Land an."
    )


def _why_wrong_characters(error: InvalidIban) -> str:
    told = _("In dieser IBAN kann „%(characters)s“ so nicht stehen. Bitte prüfen Sie die Zeichen.")
    return told % {"characters": error.characters[:5]}


def _why_wrong_length(error: InvalidIban) -> str:
    if error.country == "DE":
        told = _("Eine deutsche IBAN hat %(expected)d Zeichen. Sie haben %(found)d eingegeben.")
    else:
        told = _(
            "Eine IBAN, die mit %(country)s beginnt, hat %(expected)d Zeichen. "
            "Sie haben %(found)d eingegeben."
        )
    return told % {"country": error.country, "expected": error.expected, "found": error.found}


def _why_wrong_check_digits(error: InvalidIban) -> str:
    told = _("Die IBAN stimmt nicht. Bitte prüfen Sie die Ziffern, oft sind zwei vertauscht.")
    if not error.groups:
        return told
    groups = _(" und ").join(f"„{group}“" for group in error.groups)
    hint = _("Sehen Sie besonders hier nach: %(groups)s.")
    return f"{told} {hint % {'groups': groups}}"


_SENTENCES: Mapping[IbanFault, Callable[[InvalidIban], str]] = {
    IbanFault.MISSING: _why_missing,
    IbanFault.NO_COUNTRY: _why_no_country,
    IbanFault.UNKNOWN_COUNTRY: _why_unknown_country,
    IbanFault.NOT_SEPA: _why_not_sepa,
    IbanFault.WRONG_CHARACTERS: _why_wrong_characters,
    IbanFault.WRONG_LENGTH: _why_wrong_length,
    IbanFault.WRONG_CHECK_DIGITS: _why_wrong_check_digits,
}
