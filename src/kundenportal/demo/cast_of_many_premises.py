"""The customers of the demo who have many premises: a family with five, and those who manage nine houses."""

import datetime as dt

from kundenportal.demo.days import last_reading_date, years_before
from kundenportal.demo.made_up_numbers import german_iban
from kundenportal.demo.meters import electricity, gas, water
from kundenportal.demo.records import DemoCustomer, DemoPremise

_MANAGED = (
    ("Bahnhofstraße", "4"),
    ("Bahnhofstraße", "6"),
    ("Bahnhofstraße", "8"),
    ("Dr.-Martin-Luther-Straße", "15"),
    ("Hohe Gasse", "1"),
    ("Marktplatz", "9"),
    ("Obere Hauptstraße", "33"),
    ("Untere Hauptstraße", "2"),
    ("Ziegelhütte", "17"),
)


def several_premises(today: dt.date) -> DemoCustomer:
    """Petra Weber: house, workshop, garden and a flat to let; and a flat she left a year ago."""
    last = last_reading_date(today)
    since, left = years_before(last, 9), today - dt.timedelta(days=400)
    return DemoCustomer(
        number="0010224/1",
        salutation="Frau",
        first_name="Petra",
        last_name="Weber",
        premises=(
            _house(since),
            _workshop(since),
            _garden(since),
            _flat_to_let(since),
            _former_flat(since, left),
        ),
        email="p.weber@beispiel.example",
        phone="09872 0000-402",
        iban=german_iban("0000102240"),
    )


def property_managers(today: dt.date) -> DemoCustomer:
    """Lindner & Söhne: so many premises that looking for one needs a search."""
    since = years_before(last_reading_date(today), 8)
    return DemoCustomer(
        number="0012733/1",
        salutation="Firma",
        first_name="",
        last_name="Hausverwaltung Lindner & Söhne KG",
        premises=tuple(
            _managed_house(place, street, house_number, since)
            for place, (street, house_number) in enumerate(_MANAGED)
        ),
        email="verwaltung@lindner.beispiel.example",
        phone="09872 0000-406",
        iban=german_iban("0000127330"),
        billing=("Marktplatz", "1", "91560", "Musterbach"),
    )


def _house(since: dt.date) -> DemoPremise:
    meters = (
        electricity("1EMH0004512911", installed=since, last=38_204, uses=(4120, 3980, 4055, 3870, 3910)),
        gas("7ELS0011820178", installed=since, last=17_655, uses=(2210, 1985, 2040, 1930, 1960)),
        water("8SEN0166341204", installed=since, last=1_317, uses=(148, 151, 139, 144, 146)),
    )
    return DemoPremise("VS10224", "Am Kirchberg", "3", since, meters, label="Wohnhaus")


def _workshop(since: dt.date) -> DemoPremise:
    meters = (electricity("1EMH0004512929", installed=since, last=9_466, uses=(1020, 870, 990, 1110, 940)),)
    return DemoPremise("VS10225", "Am Kirchberg", "3b", since, meters, label="Werkstatt")


def _garden(since: dt.date) -> DemoPremise:
    meters = (water("8SEN0166341212", installed=since, last=204, uses=(22, 31, 19, 26, 24)),)
    return DemoPremise("VS10226", "Am Schwanengraben", "41", since, meters, label="Garten")


def _flat_to_let(since: dt.date) -> DemoPremise:
    meters = (
        electricity(
            "1EMH0004512937",
            installed=since,
            last=14_020,
            uses=(1650, 1710, 1580, 1490, 1530),
            is_last_estimated=True,
        ),
        water("8SEN0166341220", installed=since, last=488, uses=(55, 49, 52, 47, 51)),
    )
    return DemoPremise("VS10227", "Obere Hauptstraße", "18", since, meters, label="Vermietung EG")


def _former_flat(since: dt.date, left: dt.date) -> DemoPremise:
    meters = (
        electricity(
            "1EMH0002107745", installed=since, last=12_880, uses=(1820, 1790, 1760, 1740, 1750), removed=left
        ),
    )
    return DemoPremise("VS10228", "Mühlgasse", "5", since, meters, label="Frühere Wohnung", end=left)


def _managed_house(place: int, street: str, house_number: str, since: dt.date) -> DemoPremise:
    meters = (
        electricity(
            f"1EMH00092017{place:02d}",
            installed=since,
            last=7_340 + 411 * place,
            uses=[use + 20 * place for use in (820, 790, 805, 770, 780)],
        ),
        water(
            f"8SEN01700320{place:02d}",
            installed=since,
            last=5_120 + 96 * place,
            uses=(610, 598 + place, 602 - place, 588, 595 + place),
        ),
    )
    label = "Allgemeinstrom und Wasser"
    return DemoPremise(f"VS1273{place}", street, house_number, since, meters, label=label)
