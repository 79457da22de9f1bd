"""The customers of Stadtwerke Musterbach whom the demo introduces: one for each thing worth a look."""

import datetime as dt

from kundenportal.demo.cast_of_many_premises import property_managers, several_premises
from kundenportal.demo.days import last_reading_date, years_before
from kundenportal.demo.made_up_numbers import german_iban
from kundenportal.demo.meters import (
    electricity,
    gas,
    heat,
    two_rate_electricity,
    two_way_electricity,
    water,
)
from kundenportal.demo.records import DemoCustomer, DemoPremise

UNREGISTERED_NUMBER = "0011870/1"
"""Jana Neumann has no login yet: with her, registering can be tried."""


def introduced_customers(today: dt.date) -> list[DemoCustomer]:
    """Return the customers with a story, as they are today."""
    return [
        _household(today),
        several_premises(today),
        _sun_and_night_rate(today),
        _remote_and_heat(today),
        _exchange_and_rollover(today),
        property_managers(today),
        _newcomer(today),
        _bakery(today),
        _moved_out(today),
    ]


def _household(today: dt.date) -> DemoCustomer:
    """Michael Bauer of the pictures: electricity, gas and water in Lindenstraße 12."""
    since = years_before(last_reading_date(today), 7)
    meters = (
        electricity("1EMH0004512873", installed=since, last=21987, uses=(3340, 3120, 2890, 2760, 2640)),
        gas("7ELS0011820096", installed=since, last=8412, uses=(1480, 1210, 1150, 1190, 1090)),
        water("8SEN0166341120", installed=since, last=512, uses=(96, 91, 88, 90, 93)),
    )
    return DemoCustomer(
        number="0014026/1",
        salutation="Herr",
        first_name="Michael",
        last_name="Bauer",
        premises=(DemoPremise("VS14026", "Lindenstraße", "12", since, meters),),
        email="m.bauer@beispiel.example",
        phone="09872 0000-401",
        iban=german_iban("0000004711"),
    )


def _sun_and_night_rate(today: dt.date) -> DemoCustomer:
    """Rudi Wieser: solar panels, and a heat pump that runs on the night rate."""
    since = years_before(last_reading_date(today), 6)
    meters = (
        two_way_electricity(
            "1EMH0008820417",
            installed=since,
            drawn=(10_932, (1890, 1760, 1820, 1700, 1740)),
            fed_in=(36_518, (5980, 6240, 5730, 6105, 6020)),
        ),
        two_rate_electricity(
            "1EMH0008820425",
            installed=since,
            high=(13_407, (2280, 2150, 2190, 2210, 2105)),
            low=(19_866, (3320, 3150, 3245, 3180, 3090)),
        ),
        water("8SEN0166342004", installed=since, last=702, uses=(118, 109, 121, 112, 115)),
    )
    return DemoCustomer(
        number="0010156/1",
        salutation="Herr",
        first_name="Rudi",
        last_name="Wieser",
        premises=(DemoPremise("VS10156", "Gartenweg", "7a", since, meters),),
        email="r.wieser@beispiel.example",
        phone="09872 0000-403",
        iban=german_iban("0000101560"),
    )


def _remote_and_heat(today: dt.date) -> DemoCustomer:
    """Ayşe Yıldız: district heating counted in MWh, and electricity that is read from afar."""
    since = years_before(last_reading_date(today), 6)
    meters = (
        electricity(
            "1LGZ0071300582",
            installed=since,
            last=13_206,
            uses=(2240, 2180, 2105, 2150, 2090),
            is_remote=True,
        ),
        heat(
            "6KAM0240118830",
            installed=since,
            last="58.904",
            uses=("10.212", "9.440", "9.105", "9.871", "9.036"),
        ),
        water("8SEN0166342113", installed=since, last=431, uses=(70, 74, 68, 72, 71)),
    )
    return DemoCustomer(
        number="0013518/1",
        salutation="Frau",
        first_name="Ayşe",
        last_name="Yıldız",
        premises=(DemoPremise("VS13518", "Am Stadtpark", "2", since, meters, label="3. OG links"),),
        email="a.yildiz@beispiel.example",
        phone="09872 0000-404",
        iban=german_iban("0000135180"),
    )


def _exchange_and_rollover(today: dt.date) -> DemoCustomer:
    """Karl-Heinz Vogel: a counter about to start again from zero, an exchanged meter, an estimate."""
    last = last_reading_date(today)
    since, exchanged = years_before(last, 12), today - dt.timedelta(days=30)
    meters = (
        electricity(
            "1EMH0001904466",
            installed=since,
            last=61_730,
            uses=(3010, 2950, 2880, 2940, 2900),
            removed=exchanged,
        ),
        electricity("1LOG0065103327", installed=exchanged, last=0, uses=(2900,)),
        gas(
            "7ELS0011820533",
            installed=since,
            last=31_284,
            uses=(2350, 2180, 2240, 2105, 2160),
            is_last_estimated=True,
        ),
        water("8SEN0102884410", installed=since, last=99_948, uses=(131, 122, 127, 119, 125)),
    )
    return DemoCustomer(
        number="0013391/1",
        salutation="Herr",
        first_name="Dr. Karl-Heinz",
        last_name="Vogel-Häußler",
        premises=(DemoPremise("VS13391", "Schulstraße", "29", since, meters),),
        email="kh.vogel@beispiel.example",
        phone="09872 0000-405",
        iban=german_iban("0000133910"),
    )


def _newcomer(today: dt.date) -> DemoCustomer:
    """Jana Neumann: moved into a new house three weeks ago; nothing was ever read there."""
    since = today - dt.timedelta(days=21)
    meters = (
        electricity("1LOG0065104488", installed=since, last=0, uses=()),
        water("8SEN0181007752", installed=since, last=0, uses=()),
    )
    return DemoCustomer(
        number=UNREGISTERED_NUMBER,
        salutation="Frau",
        first_name="Jana",
        last_name="Neumann",
        premises=(DemoPremise("VS11870", "Am Weinberg", "22", since, meters),),
        email="j.neumann@beispiel.example",
        phone="09872 0000-407",
    )


def _bakery(today: dt.date) -> DemoCustomer:
    """Köhler, a bakery: electricity measured through transformers: the counter shows a fortieth."""
    since = years_before(last_reading_date(today), 8)
    meters = (
        electricity(
            "1EMH0007700312", installed=since, last=11_042, uses=(1402, 1377, 1391, 1368, 1380), factor=40
        ),
        gas("7ELS0011829904", installed=since, last=68_120, uses=(7420, 7055, 7210, 6980, 7105)),
        water("8SEN0166349901", installed=since, last=4_811, uses=(540, 562, 551, 548, 557)),
    )
    return DemoCustomer(
        number="0012045/1",
        salutation="Firma",
        first_name="",
        last_name="Bäckerei Köhler GmbH",
        premises=(DemoPremise("VS12045", "Marktplatz", "3", since, meters, label="Backstube und Laden"),),
        email="buero@koehler.beispiel.example",
        phone="09872 0000-408",
        iban=german_iban("0000120450"),
    )


def _moved_out(today: dt.date) -> DemoCustomer:
    """Émilie Dubois: left half a year ago, and may still read what she had."""
    last = last_reading_date(today)
    since, left = years_before(last, 6), today - dt.timedelta(days=190)
    meters = (
        electricity(
            "1EMH0003301120", installed=since, last=9_840, uses=(1610, 1580, 1530, 1495, 1540), removed=left
        ),
    )
    return DemoCustomer(
        number="0014107/1",
        salutation="Frau",
        first_name="Émilie",
        last_name="Dubois",
        premises=(DemoPremise("VS14107", "Rosenweg", "8", since, meters, end=left),),
        email="e.dubois@beispiel.example",
        billing=("Prinzregentenplatz", "11", "86150", "Augsburg"),
    )
