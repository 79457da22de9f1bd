"""The import and a customer who sends readings lock meters in one order."""

import threading
from copy import deepcopy
from pathlib import Path

import pytest
from django.db import connection, transaction

from kundenportal.metering.models import Meter
from tests.at_once import at_once, wait_until_somebody_waits
from tests.erp.deliveries import run_import, two_customers, write_delivery


@pytest.mark.django_db(transaction=True)
def test_an_import_and_a_sender_of_readings_do_not_wait_for_each_other(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    files = two_customers()
    first = files["zaehler.csv"][0]
    more = [first | {"zaehlernummer": f"1ORD00{number}", "messlokation": ""} for number in range(3)]
    files["zaehler.csv"] += more
    files["zaehlwerke.csv"] += [
        files["zaehlwerke.csv"][0] | {"zaehlernummer": each["zaehlernummer"]} for each in more
    ]
    run_import(write_delivery(tmp_path / "1", files))
    changed = deepcopy(files)
    changed["zaehler.csv"][-3:] = [each | {"fernauslesung": "ja"} for each in more]
    delivery = write_delivery(tmp_path / "2", changed)
    keys = sorted(Meter.objects.filter(meter_number__startswith="1ORD").values_list("pk", flat=True))
    # A row that was written last is met last: the import would come to the keys from behind.
    for key in reversed(keys):
        Meter.objects.filter(pk=key).update(market_location="")

    has_locked = threading.Event()

    def send() -> str:
        with transaction.atomic():
            Meter.objects.select_for_update().get(pk=keys[0])
            has_locked.set()
            wait_until_somebody_waits()
            for key in keys[1:]:
                Meter.objects.select_for_update().get(pk=key)
        return "sent"

    def import_changes() -> str:
        has_locked.wait()
        return "refused" if run_import(delivery).is_refused else "imported"

    assert sorted(map(str, at_once(send, import_changes))) == ["imported", "sent"]
    assert Meter.objects.filter(pk__in=keys, is_remote=True).count() == len(keys)
