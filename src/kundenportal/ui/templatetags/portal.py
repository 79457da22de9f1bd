"""Icons, German numbers and dates, units, masked addresses, the error summary, the session's dialog."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django import template
from django.forms import BoundField
from django.forms.forms import BaseForm
from django.http import HttpRequest
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kundenportal.core import dates, german_numbers, use_figures
from kundenportal.core.countries import country_names
from kundenportal.core.email_addresses import mask_email as mask
from kundenportal.core.ibans import grouped_iban, mask_iban
from kundenportal.customers.models import Division
from kundenportal.identity.sessions import seconds_left
from kundenportal.ui.addresses import reverse_here
from kundenportal.ui.icons import icon_markup
from kundenportal.ui.viewing import viewing_of

register = template.Library()

_SENTENCE_END = re.compile(r"(?<=[^\d\s.][.?!])\s+(?=[A-ZÄÖÜ„])")


@register.simple_tag
def icon(name: str, modifier: str = "") -> SafeString:
    """Draw an icon: ``{% icon "gauge" %}``, small: ``{% icon "gauge" "icon--s" %}``."""
    return icon_markup(name, modifier)


@register.filter
def number(value: Decimal | int, decimals: int | None = None) -> str:
    """Write a number the German way: ``24.318``; with a count of decimals: ``{{ value|number:2 }}``."""
    return german_numbers.format_number(value, decimals)


@register.filter
def date_short(value: dt.date) -> str:
    """Write a date as in tables: ``22.11.2026``."""
    return dates.format_date_short(value)


@register.filter
def date_long(value: dt.date) -> str:
    """Write a date as in sentences, with the month in the language of the page: ``22. November 2026``."""
    return date_format(value, "j. F Y")


@register.filter
def date_weekday(value: dt.date) -> str:
    """Write a date with its weekday: ``Sonntag, 22. November 2026``."""
    return date_format(value, "l, j. F Y")


@register.filter
def unit(code: str) -> str:
    """Write a unit of the exchange format as people do: ``m3`` becomes ``m³``."""
    return use_figures.unit_word(code)


@register.filter
def country_name(code: str) -> str:
    """Write a country by its ISO code as people do: ``AT`` becomes ``Österreich``."""
    return country_names(get_language() or "de").get(code, code)


@register.filter
def quantity(value: Decimal | int, code: str) -> str:
    """Write a number with its unit, never parted at a line's end: ``24.318 m³``."""
    return f"{german_numbers.format_number(value)}\N{NO-BREAK SPACE}{use_figures.unit_word(code)}"


@register.filter
def use(value: Decimal, code: str) -> str:
    """Write a use of months or years, as exactly as it is worth telling: ``2.640 kWh``."""
    return use_figures.format_use(value, code)


@register.filter
def use_per_day(value: Decimal, code: str) -> str:
    """Write a use of one day: ``7,2 kWh``."""
    return use_figures.format_use_per_day(value, code)


@register.filter
def money(value: Decimal) -> str:
    """Write an amount in euros, never parted at a line's end: ``1.024,00 €``."""
    return f"{german_numbers.format_number(value, 2)}\N{NO-BREAK SPACE}€"


@register.filter
def file_size(size: int) -> str:
    """Write the size of a file as people say it: ``312 KB``, ``1,4 MB``."""
    if size < 999_500:
        return f"{max(1, round(size / 1000))}\N{NO-BREAK SPACE}KB"
    return f"{german_numbers.format_number(Decimal(size) / 1_000_000, 1)}\N{NO-BREAK SPACE}MB"


@register.filter
def roller(value: Decimal | int, digits: int) -> str:
    """Write a value as a counter of so many digits shows it: ``024318``; what is after the comma goes."""
    return str(int(value)).zfill(digits)


@register.filter
def division_word(division: str) -> str:
    """Write a division as people do: ``strom`` is ``Strom``."""
    return str(Division(division).label)


@register.filter
def division_list(divisions: Sequence[str]) -> str:
    """Write divisions as in a sentence: ``Strom, Gas und Wasser``."""
    words = [str(Division(each).label) for each in divisions]
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s und %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


@register.filter
def mask_email(address: str) -> str:
    """Show only the ends of an e-mail address: ``m•••••r@beispiel.de``."""
    return mask(address)


@register.simple_tag
def iban(country: str, end: str) -> SafeString:
    """Show only the ends of an IBAN, ``DE•• •••• 4711``; who listens hears how it ends (ux.md 1.0)."""
    said = _("endet auf %(end)s") % {"end": end}
    return format_html(
        '<span class="num"><span aria-hidden="true">{}</span><span class="visually-hidden">{}</span></span>',
        mask_iban(country, end),
        said,
    )


@register.filter
def iban_groups(whole: str) -> str:
    """Write an IBAN in groups of four, on the page where its owner checks it alone."""
    return grouped_iban(whole)


@register.filter
def phone_uri(number: str) -> str:
    """Return the address that calls a telephone number: ``tel:098720000332``."""
    return "tel:" + re.sub(r"[^\d+]", "", number)


@register.inclusion_tag("ui/components/session_dialog.html", takes_context=True)
def session_dialog(context: Context) -> dict[str, object]:
    """Draw the dialog that a script opens before the session of a login ends; nothing where there is none."""
    request: HttpRequest = context["request"]
    if not request.user.is_authenticated or viewing_of(request):
        return {"seconds": 0}
    return {
        "seconds": seconds_left(request, now=timezone.now()),
        "extend_url": reverse_here(request, "extend_session"),
        "sign_out_url": reverse_here(request, "sign_out"),
        "sign_in_url": reverse_here(request, "sign_in"),
        "path": request.get_full_path(),
        "csrf_token": context["csrf_token"],
    }


@dataclass(frozen=True)
class SummaryLine:
    """One error of a summary: the id of its field, empty for the form's own, and its first sentence."""

    field_id: str
    text: str


@register.inclusion_tag("ui/components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, list[SummaryLine]]:
    """Draw the summary of all errors of the forms, or nothing; each line leads to its field."""
    return {"lines": [line for form in forms if form.is_bound for line in _lines(form)]}


def _lines(form: BaseForm) -> list[SummaryLine]:
    of_form = [SummaryLine("", str(error)) for error in form.non_field_errors()]
    return of_form + [
        SummaryLine(_anchor(field), _prefix(field) + first_sentence(str(error)))
        for field in form
        for error in field.errors
    ]


def _prefix(field: BoundField) -> str:
    """Return what tells apart fields of the same label: a form field's ``summary_prefix``, such as "Gas"."""
    prefix = getattr(field.field, "summary_prefix", "")
    return f"{prefix}: " if prefix else ""


def _anchor(field: BoundField) -> str:
    """Return the id of the control; of a group, the first control's."""
    return field.id_for_label or f"{field.auto_id}_0"


def first_sentence(text: str) -> str:
    """Return a text up to its first full stop that ends a sentence ("24. November" does not)."""
    return _SENTENCE_END.split(text, maxsplit=1)[0]
