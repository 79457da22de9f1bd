"""Which registers the values of a report without a login belong to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.metering.findings import WORDS
from kundenportal.metering.placing import DISPLAYS, RegisterNames, registers_meant
from kundenportal.metering.rules import Doubt, Refusal

ONE = (RegisterNames(1, "1", "1-0:1.8.0"),)
PLAIN = (RegisterNames(1, "1"),)
RATES = (RegisterNames(1, "HT", "1-0:1.8.1*255", "HT (Tag)"), RegisterNames(2, "NT", "1-0:1.8.2", "NT"))
SWAPPED = (RegisterNames(1, "1", "1-1:1.8.2", "Hochtarif HT"), RegisterNames(2, "2", "1.8.1", "nt"))
WAYS = (RegisterNames(1, "1", "1-0:1.8.0", "Bezug"), RegisterNames(2, "2", "1-0:2.8.0", "Einspeisung"))
SAME = (RegisterNames(1, "1", "1.8.0"), RegisterNames(2, "2", "1.8.0"))


@pytest.mark.parametrize(
    ("registers", "displays", "meant"),
    [
        (ONE, [""], [1]),
        (ONE, ["1.8.0"], [1]),
        (ONE, ["2.8.0"], None),
        (ONE, ["1.8.0", "2.8.0"], None),
        (ONE, ["", "1.8.0"], None),
        (PLAIN, [""], [1]),
        (PLAIN, ["1.8.1"], [1]),
        (PLAIN, ["1.8.1", "1.8.2"], None),
        (RATES, [""], None),
        (RATES, ["1.8.1"], [1]),
        (RATES, ["1.8.2", "1.8.1"], [2, 1]),
        (RATES, ["HT", "NT"], [1, 2]),
        (RATES, ["HT", "1.8.2"], [1, 2]),
        (RATES, ["HT", "1.8.1"], None),
        (RATES, ["1.8.1", "2.8.0"], None),
        # Which of the two is the day rate is the billing system's to say.
        (SWAPPED, ["1.8.1", "1.8.2"], [2, 1]),
        (SWAPPED, ["HT", "NT"], [1, 2]),
        (WAYS, ["2.8.0"], [2]),
        (WAYS, ["2.8.0", "1.8.0"], [2, 1]),
        (WAYS, ["HT"], None),
        (SAME, ["1.8.0"], None),
        ((), [""], None),
    ],
)
def test_the_registers_meant_are(registers, displays, meant) -> None:
    assert registers_meant(registers, displays) == meant


NAMES = st.lists(
    st.builds(
        RegisterNames,
        id=st.integers(1, 99),
        code=st.text(max_size=4),
        obis=st.text(max_size=8) | st.sampled_from(["1-0:1.8.0", "1.8.1", "1-1:1.8.2*255"]),
        label=st.text(max_size=8) | st.sampled_from(["HT", "NT (Nacht)"]),
    ),
    max_size=4,
    unique_by=lambda each: each.id,
)


@given(registers=NAMES, displays=st.lists(st.sampled_from(["", *DISPLAYS]), min_size=1, max_size=2))
def test_each_value_has_a_register_of_its_own_or_none_has(registers, displays) -> None:
    meant = registers_meant(registers, displays)
    assert meant is None or (
        len(meant) == len(set(meant)) == len(displays) and set(meant) <= {each.id for each in registers}
    )


def test_every_finding_has_its_words() -> None:
    assert set(WORDS) == {each.value for each in (*Doubt, *Refusal)}
