"""What customers' pages cost the web server: processor time, milliseconds and bytes, and the memory afterwards.

``python -m tests.benchmarks.customer_pages [--requests 200] [--customers 100] [--database postgresql://…]``
Processor time is that of the web server's processes; the database's own is not in it.
"""

import argparse
import datetime as dt
import http.client
import os
import statistics
import time
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.scratch import scratch_portal
from tests.benchmarks.web_server import running_server

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGES = ("", "zaehlerstaende/", "verbrauch/", "vorgaenge/", "dokumente/", "abschlag/", "kontakt/")


class Visitor(NamedTuple):
    """A signed-in customer with a meter for electricity and one for water."""

    session: str
    home: str
    fields: dict[str, str]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--requests", type=int, default=200, help="of each page (default 200)")
    parser.add_argument("--customers", type=int, default=100, help="who ask in turn (default 100)")
    parser.add_argument("--database", default="", help="KUNDENPORTAL_DATABASE_URL; SQLite when empty")
    arguments = parser.parse_args()
    with scratch_portal(arguments.database):
        visitors = [_make_visitor(number) for number in range(arguments.customers)]
        with running_server() as (port, web):
            _measure(port, web.pid, visitors, arguments.requests)


def _make_visitor(number: int) -> Visitor:
    from django.test import Client

    from kundenportal.customers.models import Division
    from tests.make import make_customer, make_premise, make_reading, make_register, make_user
    from tests.personas import sign_in

    premise = make_premise(customer := make_customer())
    fields = {}
    today = dt.datetime.now(dt.UTC).date()
    for division, value in ((Division.ELECTRICITY, 12_000), (Division.WATER, 400)):
        register = make_register(premise, division=division)
        for years in (3, 2, 1):
            make_reading(register, today - dt.timedelta(days=365 * years), Decimal(value) * (10 - years) / 9)
        fields[f"stand-{register.pk}"] = str(value * 10 // 9)
    session = sign_in(Client(), make_user(customer, email=f"kunde{number}@beispiel.de"))
    return Visitor(session, f"/vs/{premise.public_id}/", fields)


def _measure(port: int, pid: int, visitors: list[Visitor], requests: int) -> None:
    print(f"{'page':<16}{'CPU ms':>9}{'median ms':>11}{'KB':>7}")
    for page in _PAGES:
        began, seconds, sizes = _cpu_seconds(pid), [], []
        for visitor in _in_turn(visitors, requests):
            started = time.perf_counter()
            sizes.append(_open(port, visitor, visitor.home + page))
            seconds.append(time.perf_counter() - started)
        cpu = (_cpu_seconds(pid) - began) / requests * 1000
        size, median = statistics.mean(sizes) / 1024, statistics.median(seconds) * 1000
        print(f"{page or 'home':<16}{cpu:>9.1f}{median:>11.1f}{size:>7.1f}")
    print(f"{'Daten senden':<16}{_cost_of_sending(port, pid, visitors):>9.1f}")
    print(f"memory of a worker, MB (< 140)  {max(map(_memory, _children(pid))):.0f}")


def _in_turn(visitors: list[Visitor], count: int) -> Iterator[Visitor]:
    return islice((visitor for _ in range(count) for visitor in visitors), count)


def _open(port: int, visitor: Visitor, path: str) -> int:
    """Open a page and return its size in bytes, as it is sent to a browser."""
    from django.conf import settings

    server = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    cookie = f"{settings.SESSION_COOKIE_NAME}={visitor.session}"
    server.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
    answer = server.getresponse()
    size = len(answer.read())
    server.close()
    if answer.status != http.HTTPStatus.OK:
        raise RuntimeError(f"{path} was answered with {answer.status}")
    return size


def _cost_of_sending(port: int, pid: int, visitors: list[Visitor]) -> float:
    """Let every visitor send readings, and return the milliseconds of the step that stores them."""
    from tests.faults.processes import post_until_answered

    checks = [
        (each, post_until_answered(port, f"{each.home}zaehlerstaende/", session=each.session, **each.fields))
        for each in visitors
    ]
    began = _cpu_seconds(pid)
    for visitor, check in checks:
        post_until_answered(port, check, session=visitor.session)
    return (_cpu_seconds(pid) - began) / len(visitors) * 1000


def _children(pid: int) -> list[int]:
    return [
        int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    ]


def _cpu_seconds(pid: int) -> float:
    """Return the processor time of a process's children so far, in seconds."""
    stats = [Path(f"/proc/{each}/stat").read_text(encoding="ascii") for each in _children(pid)]
    return sum(sum(map(int, stat.rpartition(")")[2].split()[11:13])) for stat in stats) / _TICKS


def _memory(pid: int) -> float:
    """Return what a process holds of the machine's memory, in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1_000_000


if __name__ == "__main__":
    main()
