"""Divisions of many rows in one column."""

import pytest
from django.db.models import OuterRef

from kundenportal.customers.divisions import divisions_in, split_divisions
from kundenportal.customers.models import Premise
from kundenportal.metering.models import Meter
from tests.make import make_premise, make_register

pytestmark = pytest.mark.django_db


def divisions_at(premise: Premise) -> tuple[str, ...]:
    meters = Meter.objects.filter(premise=OuterRef("pk"))
    at_premise = divisions_in(meters, by="premise", division="division")
    return split_divisions(Premise.objects.annotate(joined=at_premise).get(pk=premise.pk).joined)


def test_each_division_is_told_once_and_in_order() -> None:
    premise = make_premise()
    for division in ("waerme", "gas", "strom", "gas", "waerme"):
        make_register(premise, division=division)
    make_register(division="wasser")
    assert divisions_at(premise) == ("strom", "gas", "waerme")


def test_no_row_tells_no_division() -> None:
    make_register()
    assert divisions_at(make_premise()) == ()
