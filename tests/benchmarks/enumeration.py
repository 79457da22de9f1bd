"""Whether the time of an answer tells who exists: known and unknown people in turn, production's hash.

``python -m tests.benchmarks.enumeration [--questions 400] [--flow linking] [--database postgresql://…]``

AUC is the chance that a known person's answer took longer than an unknown one's: 0.5 tells nothing. It ends
with an error when one is outside 0.45 to 0.55, or when two answers differ in anything but time.
"""

import argparse
import bisect
import os
import statistics
import tempfile
from collections.abc import Sequence
from typing import Any

WARM_UP = 20
LEAST, MOST = 0.45, 0.55


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--questions", type=int, default=400, help="of each kind and flow")
    parser.add_argument("--flow", default="", help="one flow only, such as linking")
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
            _measure(port, arguments.questions, arguments.flow)


def _measure(port: int, questions: int, only: str) -> None:
    from tests.enumeration import FLOWS, Asker, make_people

    people = make_people(questions + WARM_UP)
    asker = Asker(port)
    failed = []
    print(f"{'flow':20} {'known ms':>9} {'unknown ms':>11} {'AUC':>6}  answers")
    for name, flow in FLOWS.items():
        if only not in {"", name}:
            continue
        known, unknown = asker.interleaved(flow, people, questions + WARM_UP)
        # Pair by pair, for a signed-in asker's pages name himself.
        different = sum(each.looks != other.looks for each, other in zip(known, unknown, strict=True))
        times = [_seconds(known), _seconds(unknown)]
        auc = area_under_curve(*times)
        medians = [statistics.median(each) * 1000 for each in times]
        alike = f"{different} differ" if different else "alike"
        print(f"{name:20} {medians[0]:9.2f} {medians[1]:11.2f} {auc:6.3f}  {alike}", flush=True)
        if not (LEAST <= auc <= MOST and not different):
            failed.append(name)
    if failed:
        raise SystemExit(f"tells who exists: {', '.join(failed)}")


def _seconds(answers: Sequence[Any]) -> list[float]:
    return [answer.seconds for answer in answers[WARM_UP:]]


def area_under_curve(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the chance that a value of the first is greater than one of the second, ties half."""
    ordered = sorted(second)
    wins = sum(bisect.bisect_left(ordered, each) + bisect.bisect_right(ordered, each) for each in first) / 2
    return wins / (len(first) * len(second))


if __name__ == "__main__":
    main()
