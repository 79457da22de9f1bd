"""From the values of a row to what is staged of it: checks across columns, and values made from others."""

from django.conf import settings
from django.utils.translation import gettext as _

from kundenportal.core.encryption import encrypt_field
from kundenportal.core.meter_numbers import meter_number_key
from kundenportal.core.references import new_public_id
from kundenportal.core.search_words import words_of_address, words_of_customer
from kundenportal.erp.inbound import values as read
from kundenportal.erp.inbound.formats import BadRow, Row
from kundenportal.erp.inbound.values import Value


def _bank(row: Row, bound_to: Value) -> tuple[Value, ...]:
    """Return the staged values of a bank account; the IBAN sealed for the row it belongs to."""
    iban = row["iban"]
    sealed = encrypt_field(str(iban), key=settings.FIELD_KEY, bound_to=str(bound_to)) if iban else None
    end, country = (str(iban)[-4:], str(iban)[:2]) if iban else (None, None)
    return sealed, end, country, row["kontoinhaber"], row["mandatsreferenz"], row["mandatsdatum"]


def stage_customer(row: Row) -> tuple[Value, ...]:
    """Return what is staged of a customer, its billing address and its bank account."""
    if row["land"] == "DE":
        _check_german_postal_code(str(row["plz"]))
    names = "geschaeftspartner anrede vorname name kontakt_email telefon strasse hausnummer adresszusatz"
    return (
        row["kundennummer"],
        *(row[name] for name in f"{names} plz ort land".split()),
        words_of_customer(
            first_name=str(row["vorname"]),
            last_name=str(row["name"]),
            contact_email=str(row["kontakt_email"]),
            address=_address_words(row),
        ),
        *_bank(row, row["kundennummer"]),
    )


def _check_german_postal_code(code: str) -> None:
    if not (len(code) == 5 and code.isascii() and code.isdecimal()):
        raise BadRow("plz", _("Keine deutsche Postleitzahl; sie hat fünf Ziffern."))


def stage_premise(row: Row) -> tuple[Value, ...]:
    """Return what is staged of a premise and its own bank account; the public id is for new ones."""
    _check_german_postal_code(str(row["plz"]))
    _check_period(row, "beginn", "ende")
    names = "verbrauchsstelle kundennummer bezeichnung strasse hausnummer plz ort beginn ende"
    return (
        new_public_id(),
        *(row[name] for name in names.split()),
        _address_words(row),
        *_bank(row, row["verbrauchsstelle"]),
    )


def _address_words(row: Row) -> str:
    return words_of_address(str(row["strasse"]), str(row["hausnummer"]), str(row["plz"]), str(row["ort"]))


def _check_period(row: Row, start: str, end: str) -> None:
    """Refuse a period that ends before it starts; ISO dates compare as text."""
    if row[start] and row[end] and str(row[end]) < str(row[start]):
        raise BadRow(end, _("Liegt vor „%(start)s“.") % {"start": start})


def stage_meter(row: Row) -> tuple[Value, ...]:
    """Return what is staged of a meter."""
    _check_period(row, "einbau", "ausbau")
    names = "zaehlernummer verbrauchsstelle versorgungsart marktlokation messlokation einbau ausbau"
    key = meter_number_key(str(row["zaehlernummer"]))
    return key, *(row[name] for name in names.split()), row["fernauslesung"]


def stage_advance_payment(row: Row) -> tuple[Value, ...]:
    """Return what is staged of an advance payment."""
    if read.is_above(row["minimum"], row["maximum"]):
        raise BadRow("minimum", _("Liegt über dem Maximum."))
    return tuple(row.values())


def stage_document(row: Row) -> tuple[Value, ...]:
    """Return what is needed to check a document's row; importing it is another command."""
    return row["dokument"], row["kundennummer"], row["verbrauchsstelle"], row["datei"]
