"""How many people sign in per second with production's password hash.

``python -m tests.benchmarks.sign_in [--people 300] [--at-once 4] [--database postgresql://…]``
"""

import argparse
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--database", default="", help="KUNDENPORTAL_DATABASE_URL; SQLite when empty")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kundenportal-bench-") as directory:
        os.environ["KUNDENPORTAL_DATA_DIR"] = directory
        os.environ["KUNDENPORTAL_DATABASE_URL"] = arguments.database
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        from tests.benchmarks.import_master_data import scratch_database
        from tests.benchmarks.web_server import running_portal

        with scratch_database(), running_portal() as port:
            _measure(port, arguments.people, arguments.at_once)


def _measure(port: int, people: int, at_once: int) -> None:
    from tests.enumeration import PASSWORD, Asker, Question, make_people

    make_people(people)
    askers = [Asker(port) for _ in range(at_once)]

    def sign_in(index: int) -> float:
        number = f"{10_000 + index:07d}/1"
        fields = {"identifier": number, "password": PASSWORD}
        place = f"20.{index // 250}.{index % 250}.7"
        answer = askers[index % at_once].ask(Question("/anmelden/", number, fields, place))
        if answer.status != 303:
            raise RuntimeError(f"{number} was answered with {answer.status}")
        return answer.seconds

    def sign_in_every(first: int) -> list[float]:
        return [sign_in(index) for index in range(first, people, at_once)]

    started = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        seconds = [each for some in pool.map(sign_in_every, range(at_once)) for each in some]
    for asker in askers:
        asker.close()
    print(f"sign-ins a second   {people / (time.perf_counter() - started):8.1f}")
    print(f"median ms           {statistics.median(seconds) * 1000:8.1f}")
    print(f"slowest of 20, ms   {statistics.quantiles(seconds, n=20)[-1] * 1000:8.1f}")


if __name__ == "__main__":
    main()
