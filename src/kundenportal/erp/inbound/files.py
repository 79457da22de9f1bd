"""The seven files of a delivery: their columns, how each is read, and what is staged of a row.

This table is the one place that says what the format is; ``docs/erp-formats.md`` is tested against it.
"""

from django.utils.translation import gettext_noop

from kundenportal.erp.inbound import staged_rows
from kundenportal.erp.inbound import values as read
from kundenportal.erp.inbound.formats import Column, FileSpec


def _text(name: str, most: int, *, is_required: bool = False) -> Column:
    return Column(name, read.text(most), is_required, "")


_HOUSE_NUMBER, _LABEL = _text("hausnummer", 20), _text("bezeichnung", 120)
_STREET, _CITY = _text("strasse", 120, is_required=True), _text("ort", 120, is_required=True)
_METER_NUMBER = Column("zaehlernummer", read.meter_number, is_required=True)
_CUSTOMER = Column("kundennummer", read.customer_number, is_required=True)
_PREMISE = _text("verbrauchsstelle", 40, is_required=True)
_DIVISIONS = read.choice({word: word for word in ("strom", "gas", "wasser", "waerme")})
_WHICH_DIVISION = Column("versorgungsart", _DIVISIONS)
_GAS_FIGURE = read.decimal(digits=2, decimals=4)
"""Calorific values lie between that of hydrogen, 3.5 kWh/m³, and that of propane, 28 (DVGW G 260); a state
number below 1 is that of a house, one of 6 that of a pipe with 5 bar."""
_BANK = (
    Column("iban", read.iban),
    _text("kontoinhaber", 200),
    _text("mandatsreferenz", 35),
    Column("mandatsdatum", read.date),
)
_STAGED_BANK = {
    "iban_sealed": "sealed",
    "iban_end": "text",
    "iban_country": "text",
    "holder": "text",
    "mandate_reference": "text",
    "mandate_date": "date",
}


CUSTOMERS = FileSpec(
    name="kunden.csv",
    is_required=True,
    key="kundennummer",
    columns=(
        _CUSTOMER,
        _text("geschaeftspartner", 40),
        _text("anrede", 20),
        _text("vorname", 120),
        _text("name", 200, is_required=True),
        _STREET,
        _HOUSE_NUMBER,
        _text("adresszusatz", 120),
        _text("plz", 12, is_required=True),
        _CITY,
        Column(
            "land",
            read.pattern(r"[A-Z]{2}", gettext_noop("Kein Ländercode aus zwei Buchstaben.")),
            False,
            "DE",
        ),
        Column("kontakt_email", read.email, empty=""),
        _text("telefon", 60),
        *_BANK,
    ),
    staged={
        "customer_number": "text",
        "business_partner": "text",
        "salutation": "text",
        "first_name": "text",
        "last_name": "text",
        "contact_email": "text",
        "phone": "text",
        "street": "text",
        "house_number": "text",
        "supplement": "text",
        "postal_code": "text",
        "city": "text",
        "country": "text",
        "search_words": "text",
        **_STAGED_BANK,
    },
    finish=staged_rows.stage_customer,
)
PREMISES = FileSpec(
    name="verbrauchsstellen.csv",
    is_required=True,
    key="verbrauchsstelle",
    columns=(
        _PREMISE,
        _CUSTOMER,
        _LABEL,
        _STREET,
        _HOUSE_NUMBER,
        _text("plz", 12, is_required=True),
        _CITY,
        Column("beginn", read.date, is_required=True),
        Column("ende", read.end_date),
        *_BANK,
    ),
    staged={
        "public_id": "text",
        "erp_id": "text",
        "customer_number": "text",
        "label": "text",
        "street": "text",
        "house_number": "text",
        "postal_code": "text",
        "city": "text",
        "begin_date": "date",
        "end_date": "date",
        "search_words": "text",
        **_STAGED_BANK,
    },
    finish=staged_rows.stage_premise,
)
METERS = FileSpec(
    name="zaehler.csv",
    is_required=True,
    key="zaehlernummer",
    columns=(
        _METER_NUMBER,
        _PREMISE,
        Column("versorgungsart", _DIVISIONS, is_required=True),
        Column("marktlokation", read.market_location, empty=""),
        Column(
            "messlokation",
            read.pattern(r"[A-Z]{2}[0-9A-Z]{31}", gettext_noop("Keine Messlokation; sie hat 33 Zeichen.")),
            empty="",
        ),
        Column("einbau", read.date),
        Column("ausbau", read.end_date),
        Column("fernauslesung", read.choice({"ja": True, "nein": False}), empty=False),
    ),
    staged={
        "number_key": "text",
        "meter_number": "text",
        "erp_id": "text",
        "division": "text",
        "market_location": "text",
        "metering_location": "text",
        "installed_date": "date",
        "removed_date": "date",
        "is_remote": "flag",
    },
    finish=staged_rows.stage_meter,
)
REGISTERS = FileSpec(
    name="zaehlwerke.csv",
    is_required=True,
    key="zaehlernummer",
    columns=(
        _METER_NUMBER,
        _text("zaehlwerk", 10, is_required=True),
        _text("obis", 20),
        _text("bezeichnung", 60),
        Column("vorkommastellen", read.whole_number(1, 11), is_required=True),
        Column("nachkommastellen", read.whole_number(0, 4), empty=0),
        Column("einheit", read.choice({"kwh": "kWh", "m3": "m3", "mwh": "MWh"}), is_required=True),
        Column("faktor", read.decimal(digits=8, decimals=4, is_above_zero=True), empty="1"),
        Column("richtung", read.choice({"bezug": "bezug", "einspeisung": "einspeisung"}), empty="bezug"),
        Column("jahresverbrauch", read.decimal(digits=11, decimals=4)),
        _WHICH_DIVISION,
        Column("brennwert", read.between("3", "30", _GAS_FIGURE), is_later=True),
        Column("zustandszahl", read.between("0.5", "6", _GAS_FIGURE), is_later=True),
    ),
    staged={
        "meter_number": "text",
        "code": "text",
        "obis": "text",
        "label": "text",
        "integer_digits": "integer",
        "decimal_digits": "integer",
        "unit": "text",
        "factor": "decimal",
        "direction": "text",
        "annual_use": "decimal",
        "division": "text",
        "calorific_value": "decimal",
        "state_number": "decimal",
    },
)
READINGS = FileSpec(
    name="ablesungen.csv",
    is_required=False,
    key="zaehlernummer",
    columns=(
        _METER_NUMBER,
        _text("zaehlwerk", 10, is_required=True),
        Column("datum", read.date, is_required=True),
        Column("stand", read.counted(read.decimal(digits=11, decimals=4)), is_required=True, values=3),
        Column(
            "herkunft",
            read.choice({word: word for word in ("abgelesen", "gemeldet", "geschaetzt", "fernauslesung")}),
            is_required=True,
        ),
        _WHICH_DIVISION,
    ),
    staged={
        "meter_number": "text",
        "code": "text",
        "reading_date": "date",
        "value": "decimal",
        "integer_digits": "integer",
        "decimal_digits": "integer",
        "origin": "text",
        "division": "text",
    },
)
ADVANCE_PAYMENTS = FileSpec(
    name="abschlaege.csv",
    is_required=False,
    key="verbrauchsstelle",
    columns=(
        _PREMISE,
        Column("versorgungsart", _DIVISIONS, is_required=True),
        Column("betrag", read.decimal(digits=8, decimals=2), is_required=True),
        Column("gueltig_ab", read.date, is_required=True),
        Column("faellig_tag", read.whole_number(1, 31)),
        Column("minimum", read.decimal(digits=8, decimals=2)),
        Column("maximum", read.decimal(digits=8, decimals=2)),
    ),
    staged={
        "erp_id": "text",
        "division": "text",
        "amount": "decimal",
        "valid_from": "date",
        "due_day": "integer",
        "minimum": "decimal",
        "maximum": "decimal",
    },
    finish=staged_rows.stage_advance_payment,
)
DOCUMENTS = FileSpec(
    name="dokumente.csv",
    is_required=False,
    key="dokument",
    columns=(
        _text("dokument", 40, is_required=True),
        _CUSTOMER,
        _text("verbrauchsstelle", 40),
        Column(
            "art",
            read.choice({word: word for word in ("rechnung", "vertrag", "preisinformation", "mitteilung")}),
            is_required=True,
        ),
        _text("titel", 200, is_required=True),
        Column("datum", read.date, is_required=True),
        Column("datei", read.document_path, is_required=True),
    ),
    staged={"document": "text", "customer_number": "text", "erp_id": "text", "path": "text"},
    finish=staged_rows.stage_document,
)

FILES = (CUSTOMERS, PREMISES, METERS, REGISTERS, READINGS, ADVANCE_PAYMENTS, DOCUMENTS)
"""All files, each after those it refers to."""
