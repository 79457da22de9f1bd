"""A year of figures, as a town of some thousand customers makes them: the demo's few show nothing."""

import datetime as dt
import math
import random

from kundenportal.statistics.models import DailyCount, RollUp

_CUSTOMERS, _SEED = 8_400, 2026

_A_DAY: dict[str, float] = {
    "act.registration.requested": 7.4,
    "act.registration.completed": 5.9,
    "act.registration.proof_failed": 0.5,
    "act.registration.letter_requested": 0.3,
    "act.registration.locked": 0.05,
    "act.registration.closed": 0.4,
    "act.sign_in.succeeded": 46,
    "act.sign_in.passkey": 13,
    "act.sign_in.by_link": 9,
    "act.second_step.app": 6,
    "act.second_step.recovery_code": 0.004,
    "act.device_code.confirmed": 11,
    "submission.meter_reading.portal": 17,
    "submission.meter_reading.link": 11,
    "submission.meter_reading.public": 2.2,
    "submission.advance_payment.portal": 3.1,
    "submission.address_change.portal": 0.8,
    "submission.bank_change.portal": 0.9,
    "submission.contact_message.portal": 4.2,
    "reading.online": 27,
    "reading.gemeldet": 14,
    "reading.abgelesen": 9,
    "reading.geschaetzt": 5,
    "reading.fernauslesung": 12,
    "mail.sent": 74,
    "mail.bounced": 0.5,
    "mail.failed": 0.1,
    "mail.unwanted": 1.4,
}
"""How many there are on a day of the middle of the year."""

_SETTLED = {
    1: 4.0,
    3: 3.1,
    8: 3.4,
    20: 5.2,
    28: 4.1,
    47: 3.0,
    70: 2.6,
    96: 1.9,
    168: 0.9,
    336: 0.3,
    504: 0.05,
}
"""How many are settled on a day, by the hours it took."""

_SEASONAL = ("submission.meter_reading", "reading.", "mail.sent", "act.sign_in")
_RISING = ("reading.online", "act.sign_in.passkey", "submission.meter_reading.link")


def tell_figures(today: dt.date) -> None:
    """Store the figures of the last twelve months, and let nobody count these days anew.

    Args:
        today: the date on the wall.

    """
    luck = random.Random(_SEED)  # noqa: S311 - figures to look at, no secrets.
    first = today.replace(year=today.year - 1, day=1)
    days = [first + dt.timedelta(days=number) for number in range((today - first).days)]
    held = 2_350
    rows = []
    for number, day in enumerate(days):
        counts = {name: _drawn(luck, usual * _factor(name, day, number)) for name, usual in _A_DAY.items()}
        counts |= {
            f"settled.{hours}": _drawn(luck, usual * _weekly(day)) for hours, usual in _SETTLED.items()
        }
        held += counts["act.registration.completed"] - (day.day == 1)
        counts |= {"customers.with_access": held, "customers.all": _CUSTOMERS}
        rows += [DailyCount(day=day, name=name, value=count) for name, count in counts.items() if count]
    DailyCount.objects.bulk_create(rows, batch_size=2000)
    # The job would put the demo's own few in their place.
    RollUp.objects.create(pk=1, done_until=today + dt.timedelta(days=3650))


def _factor(name: str, day: dt.date, number: int) -> float:
    rising = 0.6 + 0.8 * number / 365 if name.startswith(_RISING) else 1.0
    if not name.startswith(_SEASONAL):
        return rising * _weekly(day)
    # Everybody reads meters when the year ends.
    season = 0.55 + 2.4 * math.exp(-(((day.timetuple().tm_yday + 182) % 365 - 178) ** 2) / 600)
    return rising * season * _weekly(day)


def _weekly(day: dt.date) -> float:
    return 0.45 if day.weekday() >= 5 else 1.2


def _drawn(luck: random.Random, usual: float) -> int:
    """Return a number around the usual one."""
    whole = int(luck.gauss(usual, math.sqrt(usual)) + 0.5) if usual > 3 else int(usual + luck.random())
    return max(0, whole)
