"""The kinds of values in a delivery: text in, a value for the database out, or a German reason why not."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import PurePosixPath

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from schwifty import IBAN
from schwifty.exceptions import InvalidChecksumDigits, InvalidCountryCode, InvalidLength, SchwiftyException

from kundenportal.core.customer_numbers import canonical_customer_number
from kundenportal.core.email_addresses import InvalidEmailAddress, canonical_email
from kundenportal.core.german_numbers import format_number
from kundenportal.core.meter_numbers import meter_number_key

Value = str | int | bool | bytes | None
"""What goes into a staging table. Dates and decimals are text in the databases' own spelling."""

Parse = Callable[[str], Value]
"""Reads a trimmed, non-empty text; raises ``BadValue``."""

Read = Value | tuple[Value, ...]
ParseSeveral = Callable[[str], tuple[Value, ...]]
"""Likewise, and makes several values of the text."""

_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_GERMAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_NEVER = "9999-12-31"


class BadValue(ValueError):
    """A value cannot be used; ``reason`` is a German sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def text(max_length: int) -> Parse:
    """Return a parser of free text of at most so many characters; line ends become blanks."""

    def parse(value: str) -> str:
        if not value.isprintable():
            value = _printable(value)
        if not value.isascii():
            value = unicodedata.normalize("NFC", value)
        if len(value) > max_length:
            raise BadValue(
                _("Zu lang: %(count)d Zeichen; höchstens %(most)d sind möglich.")
                % {"count": len(value), "most": max_length}
            )
        return value

    return parse


def _printable(value: str) -> str:
    value = re.sub(r"[\r\n\t\u00a0\u202f]+", " ", value)
    for character in value:
        if not character.isprintable():
            raise BadValue(_("Unzulässiges Zeichen U+%(code)04X.") % {"code": ord(character)})
    return value


def pattern(expression: str, reason: str) -> Parse:
    """Return a parser of text of a certain shape.

    Args:
        expression: a regular expression the whole text matches after blanks are dropped.
        reason: the German sentence for text that does not; translated when it is needed.

    """
    compiled = re.compile(expression, re.ASCII)

    def parse(value: str) -> str:
        value = "".join(value.split()).upper()
        if compiled.fullmatch(value) is None:
            raise BadValue(_(reason))
        return value

    return parse


def choice(words: Mapping[str, Value]) -> Parse:
    """Return a parser of one of several words, in any case, each standing for a value."""

    def parse(value: str) -> Value:
        try:
            return words[value.lower()]
        except KeyError:
            raise BadValue(_("Möglich sind: %(words)s.") % {"words": ", ".join(words)}) from None

    return parse


def customer_number(value: str) -> str:
    """Return the canonical customer number (product.md ruling 3)."""
    number = canonical_customer_number(value, settings.UTILITY.customer_number)
    if number is None:
        raise BadValue(
            _("Keine Kundennummer; erwartet wird eine wie %(example)s.")
            % {"example": settings.UTILITY.customer_number.example()}
        )
    return number


def date(value: str) -> str:
    """Return an ISO date from ``2026-11-22`` or ``22.11.2026``."""
    if match := _ISO_DATE.fullmatch(value):
        year, month, day = match.groups()
    elif match := _GERMAN_DATE.fullmatch(value):
        day, month, year = match.groups()
    else:
        raise BadValue(_("Kein Datum; erwartet wird 2026-11-22 oder 22.11.2026."))
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError:
        raise BadValue(_("Dieses Datum gibt es nicht.")) from None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise BadValue(_("Das Jahr liegt nicht zwischen 1900 und 2199."))
    return found.isoformat()


def end_date(value: str) -> str | None:
    """Return an ISO date, or None for the 31.12.9999 by which billing systems say "without end"."""
    if value in {_NEVER, "31.12.9999"}:
        return None
    return date(value)


def decimal(*, digits: int, decimals: int, is_above_zero: bool = False) -> Parse:
    """Return a parser of a decimal that is not negative, with comma or dot and without thousands.

    The parsed text has a dot and no needless zeros, so that counting its digits counts those that matter.

    Args:
        digits: how many digits may stand before the comma.
        decimals: how many may stand after it.
        is_above_zero: whether zero is refused.

    """

    def parse(value: str) -> str:
        number = value[1:] if value[:1] in {"+", "-"} else value
        whole, mark, fraction = number.replace(",", ".").partition(".")
        if not (whole.isdecimal() and value.isascii() and (fraction.isdecimal() or not mark)):
            raise BadValue(_("Keine Zahl; erwartet wird eine wie 24318,5 ohne Tausenderpunkte."))
        whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
        is_zero = whole == "0" and not fraction
        if value.startswith("-") and not is_zero:
            raise BadValue(_("Die Zahl darf nicht negativ sein."))
        if is_above_zero and is_zero:
            raise BadValue(_("Die Zahl muss größer als null sein."))
        if len(whole) > digits:
            raise BadValue(_("Die Zahl ist zu groß: %(most)d Stellen vor dem Komma.") % {"most": digits})
        if len(fraction) > decimals:
            raise BadValue(_too_many_decimals(decimals))
        return f"{whole}.{fraction}" if fraction else whole

    return parse


def between(least: str, most: str, parse: Parse) -> Parse:
    """Return a parser of a decimal between two bounds, both included: nothing else can be meant.

    Args:
        least: the lower bound.
        most: the upper bound.
        parse: reads the decimal.

    """

    def parse_between(value: str) -> Value:
        number = parse(value)
        if not Decimal(least) <= Decimal(str(number)) <= Decimal(most):
            raise BadValue(
                _("Erwartet wird eine Zahl von %(least)s bis %(most)s.")
                % {"least": format_number(Decimal(least)), "most": format_number(Decimal(most))}
            )
        return number

    return parse_between


def _too_many_decimals(most: int) -> str:
    return ngettext(
        "Höchstens %(most)d Nachkommastelle ist möglich.",
        "Höchstens %(most)d Nachkommastellen sind möglich.",
        most,
    ) % {"most": most}


def whole_number(least: int, most: int) -> Parse:
    """Return a parser of a whole number between two bounds, both included."""

    def parse(value: str) -> int:
        if not (value.isascii() and value.isdecimal()) or len(value) > 9 or not least <= int(value) <= most:
            raise BadValue(
                _("Erwartet wird eine ganze Zahl von %(least)d bis %(most)d.")
                % {"least": least, "most": most}
            )
        return int(value)

    return parse


def email(value: str) -> str:
    """Return the canonical form of an e-mail address, under which mailboxes are compared."""
    try:
        return canonical_email(value)
    except InvalidEmailAddress:
        raise BadValue(_("Keine E-Mail-Adresse.")) from None


def iban(value: str) -> str:
    """Return an IBAN without blanks whose country, length and check digits are right (ISO 13616)."""
    try:
        return str(IBAN(value))
    except InvalidChecksumDigits:
        raise BadValue(_("Die Prüfziffern der IBAN stimmen nicht.")) from None
    except InvalidLength:
        raise BadValue(_("Die IBAN hat nicht die Länge ihres Landes.")) from None
    except InvalidCountryCode:
        raise BadValue(_("Das Land der IBAN gibt es nicht.")) from None
    except SchwiftyException:
        raise BadValue(_("Keine IBAN.")) from None


def meter_number(value: str) -> str:
    """Return a meter number as delivered; it must have something by which it can be found."""
    number = str(text(40)(value))
    if not meter_number_key(number):
        raise BadValue(_("Keine Zählernummer."))
    return number


def document_path(value: str) -> str:
    """Return the path of a PDF inside the delivery."""
    path = PurePosixPath(str(text(200)(value)))
    if path.is_absolute() or ".." in path.parts or "\\" in value or path.suffix.lower() != ".pdf":
        raise BadValue(_("Kein Pfad einer PDF-Datei in der Lieferung."))
    return str(path)


def market_location(value: str) -> str:
    """Return a market location id (MaLo-ID): eleven digits, the last of them the check digit.

    The sum of the digits in odd places and twice those in even places, counted from the left, and the
    check digit is a multiple of ten (BDEW, "Identifikatoren in der Marktkommunikation").
    """
    number = "".join(value.split())
    if not (number.isascii() and number.isdecimal() and len(number) == 11 and number[0] != "0"):
        raise BadValue(_("Keine Marktlokation; sie hat elf Ziffern."))
    digits = [int(digit) for digit in number]
    if -(sum(digits[0:10:2]) + 2 * sum(digits[1:10:2])) % 10 != digits[10]:
        raise BadValue(_("Die Prüfziffer der Marktlokation stimmt nicht."))
    return number


def counted(parse: Parse) -> ParseSeveral:
    """Return a parser of a decimal that adds how many digits it has before and after the comma."""

    def parse_and_count(value: str) -> tuple[Value, ...]:
        number = str(parse(value))
        whole, _dot, fraction = number.partition(".")
        return number, len(whole), len(fraction)

    return parse_and_count


def is_above(first: Read, second: Read) -> bool:
    """Tell whether one parsed decimal is above another; what is missing is above nothing."""
    return first is not None and second is not None and Decimal(str(first)) > Decimal(str(second))
