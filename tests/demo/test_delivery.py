"""The delivery that the demo makes up."""

import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.management import call_command

from kundenportal.customers.models import Customer, Premise
from kundenportal.demo.delivery import write_delivery
from kundenportal.metering.consumption import Flow, consumption_of
from kundenportal.metering.models import Meter, MeterReading, Register
from kundenportal.metering.use_history import register_histories
from tests.make import TODAY

DAYS = [TODAY, dt.date(2027, 1, 1), dt.date(2028, 2, 29), dt.date(2028, 12, 31), dt.date(2029, 1, 20)]


def import_delivery(directory: Path) -> None:
    """Import a delivery; the command exits when it finds a fault."""
    call_command("import_master_data", str(directory), stdout=io.StringIO())


def texts(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in directory.iterdir()}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("today", DAYS)
def test_import_finds_no_fault_on_any_day(tmp_path: Path, today: dt.date) -> None:
    write_delivery(tmp_path / "lieferung", today=today)
    import_delivery(tmp_path / "lieferung")
    assert Customer.objects.count() == 31


@pytest.mark.django_db(transaction=True)
def test_importing_it_again_changes_nothing(tmp_path: Path) -> None:
    write_delivery(tmp_path / "lieferung", today=TODAY)
    import_delivery(tmp_path / "lieferung")
    before = list(MeterReading.objects.order_by("pk").values())
    import_delivery(tmp_path / "lieferung")
    assert list(MeterReading.objects.order_by("pk").values()) == before


def test_delivery_of_a_day_is_always_the_same(tmp_path: Path) -> None:
    write_delivery(tmp_path / "a", today=TODAY)
    write_delivery(tmp_path / "b", today=TODAY)
    assert texts(tmp_path / "a") == texts(tmp_path / "b")


def test_new_delivery_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "lieferung").mkdir()
    (tmp_path / "lieferung" / "old.csv").touch()
    write_delivery(tmp_path / "lieferung", today=TODAY)
    assert "old.csv" not in texts(tmp_path / "lieferung")
    assert [path.name for path in tmp_path.iterdir()] == ["lieferung"]


@pytest.mark.parametrize("today", DAYS)
def test_delivery_ends_where_it_is_told_to(tmp_path: Path, today: dt.date) -> None:
    until = today - dt.timedelta(days=326)
    write_delivery(tmp_path / "lieferung", today=today, readings_until=until)
    dates = [line.split(";")[2] for line in texts(tmp_path / "lieferung")["ablesungen.csv"].splitlines()[1:]]
    assert max(dates) < until.isoformat()


@pytest.mark.django_db(transaction=True)
def test_delivery_holds_everything_worth_a_look(tmp_path: Path) -> None:
    write_delivery(tmp_path / "lieferung", today=TODAY)
    import_delivery(tmp_path / "lieferung")
    bauer = Customer.objects.get(customer_number="0014026/1")
    assert (bauer.full_name, bauer.premises.get().street_line) == ("Michael Bauer", "Lindenstraße 12")
    last = {
        each.meter.division: (
            each.integer_digits,
            each.decimal_digits,
            int(each.readings.latest("reading_date").value),
        )
        for each in Register.objects.filter(meter__premise__customer=bauer)
    }
    assert last == {"strom": (6, 1, 21987), "gas": (5, 3, 8412), "wasser": (5, 3, 512)}
    assert Premise.objects.filter(customer__customer_number="0010224/1").count() == 5
    assert Premise.objects.filter(end_date__lt=TODAY).count() == 2
    assert Meter.objects.filter(is_remote=True).exists()
    assert Meter.objects.filter(removed_date__lt=TODAY, premise__end_date=None).exists()
    assert Register.objects.filter(code="NT").exists()
    assert Register.objects.filter(unit="MWh", decimal_digits=3).exists()
    assert Register.objects.filter(direction="einspeisung").exists()
    assert Register.objects.filter(factor=40).exists()
    assert Register.objects.filter(
        meter__premise__customer__customer_number="0011870/1", readings=None
    ).exists()
    assert MeterReading.objects.filter(value__gte=99_900, register__integer_digits=5).exists()
    assert MeterReading.objects.filter(origin="geschaetzt").exists()
    assert not Register.objects.filter(meter__division="gas", calorific_value=None).exists()


@pytest.mark.django_db(transaction=True)
def test_delivery_shows_every_way_of_using_energy(tmp_path: Path) -> None:
    write_delivery(tmp_path / "lieferung", today=TODAY)
    import_delivery(tmp_path / "lieferung")

    def flows_of(erp_id: str, division: str) -> list[Flow]:
        uses = consumption_of(register_histories(Premise.objects.get(erp_id=erp_id)))
        return [flow for use in uses if use.division == division for flow in use.flows]

    drawn, fed_in = flows_of("VS10156", "strom")
    assert [column.label for column in drawn.columns] == ["Bezug", "HT (Tag)", "NT (Nacht)"]
    assert fed_in.feeds_in
    (exchanged,) = flows_of("VS13391", "strom")
    assert exchanged.lately is not None
    assert exchanged.lately.known.last_day == TODAY - dt.timedelta(days=30)
    (gas,) = flows_of("VS13391", "gas")
    assert gas.last_year is not None
    assert gas.last_year.known.is_estimated
    assert gas.last_year.known.energy is not None
    (monthly,) = flows_of("VS13518", "strom")
    assert len(monthly.between_readings) > 12
