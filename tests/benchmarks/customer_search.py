"""What finding a customer costs among very many: queries and milliseconds, for each kind of search.

``python -m tests.benchmarks.customer_search [--customers 1000000] [--rounds 20] [--database postgresql://…]``

Names and streets repeat as they do in a town: a few are everybody's, most are rare. All live in one town, so
that its name and postcode tell nothing. It ends with an error when a plan reads a whole table.
"""

import argparse
import re
import statistics
import time
from collections.abc import Callable

from tests.benchmarks.scratch import scratch_portal

SEARCHES = {
    "customer number": "{number}",
    "meter number": "1EMH{number}",
    "e-mail of the contract": "kunde{number}@beispiel.de",
    "e-mail of the login": "login{number}@beispiel.de",
    "rare name": "{rare}",
    "common name": "name0",
    "first and last name": "vorname1 {rare}",
    "two common names": "vorname0 name0",
    "name and street": "name0 weg1",
    "name, street, number": "name1 weg0 7",
    "street and number": "weg2 17",
    "town and rare name": "musterbach {rare}",
    "town alone": "musterbach",
    "two letters": "na",
    "nobody": "vorname1 nirgendwo",
    "two common, never both": "name0 gmbh",
}
NOW = "2026-11-22 11:00:00"

Row = tuple[object, ...]

_SCAN_POSTGRESQL = re.compile(r"Seq Scan on (customers_|metering_|linking_|identity_user)")
_SCAN_SQLITE = re.compile(r"SCAN (?!CONSTANT ROW|counted|\(subquery|identity_staffmember)")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", default="", help="KUNDENPORTAL_DATABASE_URL; SQLite when empty")
    arguments = parser.parse_args()
    with scratch_portal(arguments.database):
        _fill(arguments.customers)
        _measure(arguments.customers, arguments.rounds)


def _fill(count: int) -> None:
    """Store customers with a premise and a meter each; every twentieth has a login."""
    from django.db import connection, transaction

    from kundenportal.customers.search_index import refresh_words
    from kundenportal.erp.inbound.staging import insert_rows

    started = time.perf_counter()
    for table, columns, row in TABLES:
        numbers = (
            range(1, count + 1) if table.startswith(("customers", "metering")) else range(20, count + 1, 20)
        )
        with transaction.atomic():
            insert_rows(table, columns.split(), (row(number) for number in numbers))
    print(f"{count} customers stored in {time.perf_counter() - started:.0f} s", flush=True)
    started = time.perf_counter()
    with transaction.atomic():
        refresh_words("SELECT id FROM customers_customer")
    with connection.cursor() as cursor:
        # As the autovacuum does once so much has come in.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"words made of their columns in {time.perf_counter() - started:.0f} s", flush=True)


def _place(number: int) -> tuple[str, str, str]:
    """Return first name, last name and street: the n-th of them is everybody's n times more seldom."""
    first, last, street = ((number * prime) % 1_000_003 / 1_000_003 for prime in (7_919, 104_729, 15_485_863))
    return f"Vorname{int(300**first) - 1}", f"Name{int(30_000**last) - 1}", f"Weg{int(900**street) - 1}"


def _address_words(number: int) -> str:
    from kundenportal.core.search_words import words_of_address

    return words_of_address(_place(number)[2], str(1 + number % 120), "91560", "Musterbach")


def _customer(number: int) -> Row:
    from kundenportal.core.search_words import words_of_customer

    first, last, _ = _place(number)
    if number % 1000 == 0:
        first, last = "", f"{last} GmbH"
    email = f"kunde{number:07d}@beispiel.de"
    words = words_of_customer(
        first_name=first, last_name=last, contact_email=email, address=_address_words(number)
    )
    return number, f"{number:07d}/1", "", "", first, last, email, "", words


def _premise(number: int) -> Row:
    place = _place(number)[2], str(1 + number % 120), "91560", "Musterbach"
    return number, f"B{number}", f"VS{number}", number, "", *place, "2020-01-01", _address_words(number)


def _meter(number: int) -> Row:
    key = f"1EMH{number:07d}"
    return number, number, key, key, "strom", "", "", False


def _login(number: int) -> Row:
    return number, f"B{number}", f"login{number:07d}@beispiel.de", "!", "de", True, False, NOW, 0


def _link(number: int) -> Row:
    return f"B{number}", number, number, "meter", NOW, False, False


TABLES: tuple[tuple[str, str, Callable[[int], Row]], ...] = (
    (
        "customers_customer",
        "id customer_number business_partner salutation first_name last_name contact_email phone search_words",
        _customer,
    ),
    (
        "customers_premise",
        "id public_id erp_id customer_id label street house_number postal_code city begin_date search_words",
        _premise,
    ),
    (
        "metering_meter",
        "id premise_id meter_number number_key division market_location metering_location is_remote",
        _meter,
    ),
    (
        "identity_user",
        "id public_id email password language is_active is_staff created_at device_epoch",
        _login,
    ),
    (
        "linking_accountlink",
        "public_id user_id customer_id proof created_at awaits_letter is_withdrawn",
        _link,
    ),
)


def _measure(customers: int, rounds: int) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tests.staff import make_member, sign_in_member

    client = Client(SERVER_NAME="localhost")
    sign_in_member(client, make_member())
    number = customers // 40 * 20
    print(f"among {customers} customers{'':12}queries     found   median ms   slowest ms   scans")
    scanned = False
    for name, search in SEARCHES.items():
        typed = search.format(number=f"{number:07d}", rare=_place(number)[1])
        client.get("/verwaltung/kunden/", {"suche": typed})
        seconds = []
        for _ in range(rounds):
            with CaptureQueriesContext(connection) as captured:
                started = time.perf_counter()
                answer = client.get("/verwaltung/kunden/", {"suche": typed})
                seconds.append(time.perf_counter() - started)
            if answer.status_code != 200:
                raise RuntimeError(f"{name} was answered with {answer.status_code}")
        scans = _scans([query["sql"] for query in captured])
        scanned |= bool(scans)
        figures = f"{statistics.median(seconds) * 1000:12.1f}{max(seconds) * 1000:13.1f}"
        count = f"{answer.text.count('data-row')}{'+' if 'Es gibt mehr als' in answer.text else ''}"
        print(f"{name:32}{len(captured):8}{count:>10}{figures}   {', '.join(scans) or 'none'}", flush=True)
    if scanned:
        raise SystemExit("a search reads a whole table")


def _scans(queries: list[str]) -> list[str]:
    """Return what some queries read from end to end, as their plans say."""
    from django.db import connection

    explain, scan = {
        "postgresql": ("EXPLAIN", _SCAN_POSTGRESQL),
        "sqlite": ("EXPLAIN QUERY PLAN", _SCAN_SQLITE),
    }[connection.vendor]
    found = []
    for query in queries:
        if query.startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute(f"{explain} {query}", None)
                plan = [str(row[-1]) for row in cursor.fetchall()]
            found += [line.strip() for line in plan if scan.search(line)]
    return found


if __name__ == "__main__":
    main()
