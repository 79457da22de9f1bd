"""The other customers of Stadtwerke Musterbach: made up by a seeded chance, the same ones every day."""

import datetime as dt
from random import Random

from kundenportal.demo.days import YEARS_OF_HISTORY, last_reading_date, years_before
from kundenportal.demo.made_up_numbers import german_iban
from kundenportal.demo.meters import electricity, gas, heat, water
from kundenportal.demo.records import DemoCustomer, DemoMeter, DemoPremise

_SEED = 91560

_NAMES = (
    ("Herr", "Jörg", "Großmann"),
    ("Frau", "Sabine", "Kühn"),
    ("Herr", "Antonio", "Ferrari"),
    ("Frau", "Gisela", "von der Heide"),
    ("Herr", "Mehmet", "Öztürk"),
    ("Frau", "Anna-Lena", "Schmidt-Baumgartner"),
    ("Herr", "Günther", "Weiß"),
    ("Frau", "Katarzyna", "Wiśniewska"),
    ("Herr", "Thomas", "Maier"),
    ("Frau", "Christa", "Meyer"),
    ("Herr", "Nguyễn Văn", "Minh"),
    ("Frau", "Ursula", "Beck"),
    ("Herr", "Lars", "Sørensen"),
    ("Frau", "Monika", "Eichinger"),
    ("Herr", "Prof. Dr. Heinrich", "Zöllner"),
    ("Frau", "Françoise", "Müller"),
    ("Herr", "Ömer", "Çelik"),
    ("Frau", "Renate", "Straßer"),
    ("Firma", "", "Kfz-Werkstatt Brandl e. K."),
    ("Firma", "", "Sportverein Musterbach 1921 e. V."),
    ("Frau", "Ingrid", "Fuchs"),
    ("Herr", "Björn", "Lange"),
)
_STREETS = (
    "Lindenstraße",
    "Ansbacher Straße",
    "Am Münster",
    "Birkenweg",
    "Fliederweg",
    "Goethestraße",
    "Hirschengasse",
    "Kreuzweg",
    "Neue Gasse",
    "Sudetenstraße",
)
_SUPPLIES = (
    ("strom", "gas", "wasser"),
    ("strom", "wasser"),
    ("strom",),
    ("strom", "waerme", "wasser"),
    ("strom", "gas"),
    ("gas", "wasser"),
)
_TYPICAL_USE = {"strom": 2600, "gas": 1400, "wasser": 95, "waerme": 9}


def further_customers(today: dt.date) -> list[DemoCustomer]:
    """Return the customers without a story, each with a premise of his own."""
    chance = Random(_SEED)  # noqa: S311
    return [_customer(chance, place, today) for place in range(len(_NAMES))]


def _customer(chance: Random, place: int, today: dt.date) -> DemoCustomer:
    salutation, first_name, last_name = _NAMES[place]
    number = 15_000 + 137 * place + chance.randrange(100)
    since = years_before(last_reading_date(today), YEARS_OF_HISTORY + 1 + chance.randrange(6))
    meters = tuple(
        _meter(chance, division, serial=40 * place + 7, since=since) for division in chance.choice(_SUPPLIES)
    )
    house_number = str(chance.randrange(1, 90)) + chance.choice(("", "", "", "a", " b"))
    return DemoCustomer(
        number=f"{number:07d}/1",
        salutation=salutation,
        first_name=first_name,
        last_name=last_name,
        premises=(DemoPremise(f"VS{number}", chance.choice(_STREETS), house_number, since, meters),),
        email=f"kunde{number}@beispiel.example" if chance.random() < 0.8 else "",
        phone=f"09872 0000-{500 + place}" if chance.random() < 0.6 else "",
        iban=german_iban(f"{number:010d}") if chance.random() < 0.8 else "",
    )


def _meter(chance: Random, division: str, *, serial: int, since: dt.date) -> DemoMeter:
    typical = _TYPICAL_USE[division] * chance.uniform(0.5, 1.8)
    uses = [round(typical * chance.uniform(0.9, 1.1), 3) for _ in range(YEARS_OF_HISTORY)]
    before = typical * chance.uniform(0.2, 6)
    is_last_estimated = chance.random() < 0.15
    if division == "waerme":
        last = f"{before + sum(uses):.3f}"
        texts = [f"{use:.3f}" for use in uses]
        return heat(f"6KAM02401{serial:05d}", installed=since, last=last, uses=texts)
    make, prefix = {
        "strom": (electricity, "1EMH00051"),
        "gas": (gas, "7ELS00119"),
        "wasser": (water, "8SEN01665"),
    }[division]
    whole = [round(use) for use in uses]
    return make(
        f"{prefix}{serial:05d}",
        installed=since,
        last=round(before) + sum(whole),
        uses=whole,
        is_last_estimated=is_last_estimated,
    )
