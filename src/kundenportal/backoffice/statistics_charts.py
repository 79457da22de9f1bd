"""The charts of the statistics: each with its figures in words, in a table and as a file. Nobody is in it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kundenportal.core.german_numbers import format_number
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading
from kundenportal.statistics.rules import FEWEST, is_told, quantile
from kundenportal.statistics.selectors import Figures
from kundenportal.statistics.sources import PASSKEY
from kundenportal.submissions.models import Submission
from kundenportal.ui.bar_chart import Bar, BarChart

Words = str | Promise


@dataclass(frozen=True)
class Chart:
    """One chart of the page.

    Attributes:
        key: its name in addresses and ids.
        title: what it shows.
        lead: its main figure in a sentence.
        note: what is counted.
        columns: the heads of the table; the first one names the rows.
        rows: the table's cells, as they are read.
        bars: the chart; None when there is nothing to draw.
        is_lying: whether its bars lie below each other.

    """

    key: str
    title: Words
    lead: str
    note: Words
    columns: tuple[Words, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: BarChart | None
    is_lying: bool


def charts_of(figures: Figures) -> list[Chart]:
    """Return all charts of a period; no query."""
    return [make(figures) for make in MAKERS.values()]


def chart_of(key: str, figures: Figures) -> Chart | None:
    """Return one chart of a period, or None when there is none of this name."""
    make = MAKERS.get(key)
    return make(figures) if make else None


def _registrations(figures: Figures) -> Chart:
    counts = figures.of("act.registration.completed")
    lead = _("%(count)s neue Zugänge") % {"count": _total(counts)}
    note = gettext_lazy("Abgeschlossene Registrierungen.")
    return _over_time("zugaenge", gettext_lazy("Neue Zugänge"), lead, note, figures, counts)


def _accesses(figures: Figures) -> Chart:
    held, everybody = figures.of("customers.with_access"), figures.of("customers.all")
    return _shares(
        "kunden",
        gettext_lazy("Kunden mit Zugang"),
        gettext_lazy("Am Ende jedes Abschnitts; auch eingeschränkte Zugänge zählen."),
        figures,
        (gettext_lazy("mit Zugang"), held),
        (gettext_lazy("Kunden"), everybody),
        said=gettext_lazy("%(share)s der Kunden haben einen Zugang"),
        is_stand=True,
    )


def _readings(figures: Figures) -> Chart:
    online = figures.of("reading.online")
    others = [figures.of(f"reading.{origin}") for origin in MeterReading.Origin.values]
    everything = [sum(part) for part in zip(online, *others, strict=True)]
    return _shares(
        "zaehlerstaende",
        gettext_lazy("Online gemeldete Zählerstände"),
        gettext_lazy(
            "Von allen Zählerständen mit Ablesedatum in der Zeit, auch geschätzten und ausgelesenen."
        ),
        figures,
        (gettext_lazy("online"), online),
        (gettext_lazy("alle"), everything),
        said=gettext_lazy("%(share)s der Zählerstände kamen online"),
    )


def _kinds(figures: Figures) -> Chart:
    sent = figures.below("submission.")
    counts = {
        kind.label: sum(count for name, count in sent.items() if name.startswith(f"{kind}."))
        for kind in Submission.Kind
    }
    lead = _("%(count)s Vorgänge") % {"count": _total(counts.values())}
    note = gettext_lazy("Was Kunden gesendet haben.")
    return _by_kind(
        "vorgaenge", gettext_lazy("Vorgänge nach Art"), lead, note, gettext_lazy("Art"), counts.items()
    )


def _channels(figures: Figures) -> Chart:
    sent = figures.below("submission.")
    counts = {
        channel.label: sum(count for name, count in sent.items() if name.endswith(f".{channel}"))
        for channel in Submission.Channel
    }
    portal, total = counts[Submission.Channel.PORTAL.label], sum(counts.values())
    lead = _("%(share)s mit Anmeldung") % {"share": _share(portal, total)}
    note = gettext_lazy("Links stehen auf Ablesekarten und in E-Mails.")
    return _by_kind(
        "wege", gettext_lazy("Vorgänge nach Weg"), lead, note, gettext_lazy("Weg"), counts.items()
    )


_TAKEN = (
    (1, gettext_lazy("bis 1 Stunde")),
    (24, gettext_lazy("bis 1 Tag")),
    (72, gettext_lazy("bis 3 Tage")),
    (168, gettext_lazy("bis 1 Woche")),
    (336, gettext_lazy("bis 2 Wochen")),
)


def _settling(figures: Figures) -> Chart:
    hours = {int(name): count for name, count in figures.below("settled.").items()}
    counts: dict[Words, int] = {}
    shorter = -1
    for most, label in _TAKEN:
        counts[label] = sum(count for taken, count in hours.items() if shorter < taken <= most)
        shorter = most
    counts[gettext_lazy("länger")] = sum(count for taken, count in hours.items() if taken > shorter)
    middle, most_of_them = quantile(hours, 0.5), quantile(hours, 0.9)
    lead = _("Die Hälfte nach %(middle)s, 90 %% nach %(most)s") % {
        "middle": _duration(middle),
        "most": _duration(most_of_them),
    }
    note = gettext_lazy("Vom Eingang bis übernommen oder abgelehnt, Wochenenden eingerechnet.")
    title = gettext_lazy("Zeit bis zur Erledigung")
    return _by_kind("dauer", title, lead, note, gettext_lazy("Dauer"), counts.items())


_FAILED: Mapping[str, Words] = {
    "registration.proof_failed": gettext_lazy("Zählernummer oder Code stimmte nicht"),
    "registration.locked": gettext_lazy("nach zu vielen Versuchen gesperrt"),
    "registration.closed": gettext_lazy("schon registriert oder zu oft angefragt"),
    "registration.letter_requested": gettext_lazy("auf den Brief mit dem Code umgestiegen"),
}


def _failed(figures: Figures) -> Chart:
    counts = {label: figures.total(f"act.{action}") for action, label in _FAILED.items()}
    asked, completed = (
        figures.total("act.registration.requested"),
        figures.total("act.registration.completed"),
    )
    lead = _("%(share)s der Anfragen führten zu einem Zugang") % {"share": _share(completed, asked)}
    note = gettext_lazy("Nur gezählt, nie mit Namen oder Nummer. Eine Anfrage kann mehrmals zählen.")
    title = gettext_lazy("Registrierungen ohne Erfolg")
    return _by_kind("fehlgeschlagen", title, lead, note, gettext_lazy("Grund"), counts.items())


def _mails(figures: Figures) -> Chart:
    counts = {status.label: figures.total(f"mail.{status}") for status in OutgoingMail.Status}
    sent, total = counts[OutgoingMail.Status.SENT.label], sum(counts.values())
    lead = _("%(share)s von %(count)s E-Mails sind gesendet") % {
        "share": _share(sent, total),
        "count": _total(counts.values()),
    }
    note = gettext_lazy("Was aus den E-Mails geworden ist, die in der Zeit entstanden.")
    return _by_kind("e-mails", gettext_lazy("E-Mails"), lead, note, gettext_lazy("Status"), counts.items())


_WAYS: Mapping[str, Words] = {
    "sign_in.succeeded": gettext_lazy("Passwort"),
    PASSKEY: gettext_lazy("Passkey"),
    "sign_in.by_link": gettext_lazy("Link per E-Mail"),
    "second_step.app": gettext_lazy("danach Authenticator-App"),
    "second_step.recovery_code": gettext_lazy("danach Wiederherstellungscode"),
    "device_code.confirmed": gettext_lazy("danach Code per E-Mail"),
}


def _sign_ins(figures: Figures) -> Chart:
    counts = {label: figures.total(f"act.{action}") for action, label in _WAYS.items()}
    ways = [figures.total(f"act.{action}") for action in ("sign_in.succeeded", PASSKEY, "sign_in.by_link")]
    lead = _("%(count)s Anmeldungen") % {"count": _total(ways)}
    note = gettext_lazy("Kunden, ohne die Verwaltung. Was „danach“ steht, ist der zweite Schritt.")
    return _by_kind(
        "anmeldungen", gettext_lazy("Anmeldungen"), lead, note, gettext_lazy("Weg"), counts.items()
    )


MAKERS: Mapping[str, Callable[[Figures], Chart]] = {
    "zugaenge": _registrations,
    "kunden": _accesses,
    "zaehlerstaende": _readings,
    "vorgaenge": _kinds,
    "wege": _channels,
    "dauer": _settling,
    "fehlgeschlagen": _failed,
    "e-mails": _mails,
    "anmeldungen": _sign_ins,
}
"""All charts, in the order of the page."""


def _over_time(
    key: str, title: Words, lead: str, note: Words, figures: Figures, counts: Sequence[int]
) -> Chart:
    parts = figures.period.parts
    bars = tuple(
        Bar(part.label, part.name, _height(count), _count(count))
        for part, count in zip(parts, counts, strict=True)
    )
    rows = tuple((part.name, _count(count)) for part, count in zip(parts, counts, strict=True))
    columns = (gettext_lazy("Zeit"), gettext_lazy("Anzahl"))
    return Chart(key, title, lead, note, columns, rows, _drawn(key, title, bars), is_lying=False)


def _shares(
    key: str,
    title: Words,
    note: Words,
    figures: Figures,
    some: tuple[Words, Sequence[int]],
    everything: tuple[Words, Sequence[int]],
    *,
    said: Words,
    is_stand: bool = False,
) -> Chart:
    parts = figures.period.parts
    triples = list(zip(parts, some[1], everything[1], strict=True))
    bars = tuple(
        Bar(part.label, part.name, _percent(few, total), _share(few, total)) for part, few, total in triples
    )
    rows = tuple((part.name, _count(few), _count(total), _share(few, total)) for part, few, total in triples)
    last = triples[-1] if is_stand else (None, sum(some[1]), sum(everything[1]))
    lead = str(said) % {"share": _share(last[1], last[2])}
    columns = (gettext_lazy("Zeit"), some[0], everything[0], gettext_lazy("Anteil"))
    return Chart(key, title, lead, note, columns, rows, _drawn(key, title, bars), is_lying=False)


def _by_kind(
    key: str, title: Words, lead: str, note: Words, head: Words, counts: Collection[tuple[Words, int]]
) -> Chart:
    rows = tuple((str(label), _count(count)) for label, count in counts)
    heights = [_height(count) for _label, count in counts]
    bars = tuple(Bar(label, label, height, text) for (label, text), height in zip(rows, heights, strict=True))
    columns = (head, gettext_lazy("Anzahl"))
    return Chart(key, title, lead, note, columns, rows, _drawn(key, title, bars), is_lying=True)


def _drawn(key: str, title: Words, bars: tuple[Bar, ...]) -> BarChart | None:
    return BarChart(key, "", str(title), bars) if any(bar.value for bar in bars) else None


def _count(count: int) -> str:
    return format_number(count) if is_told(count) else _("unter %(fewest)s") % {"fewest": FEWEST}


def _total(counts: Collection[int]) -> str:
    """Return a sum; where one of its numbers is too small to be told, only more than what the others make."""
    told = sum(count for count in counts if is_told(count))
    if all(is_told(count) for count in counts):
        return format_number(told)
    return _("über %(count)s") % {"count": format_number(told)} if told else _("wenige")


def _height(count: int) -> Decimal:
    """Return the height of a bar: none for what is too few to be told, or one could measure it."""
    return Decimal(count if is_told(count) else 0)


def _percent(some: int, everything: int) -> Decimal:
    is_readable = everything >= FEWEST and is_told(some) and is_told(everything - some)
    return Decimal(100 * some) / everything if is_readable else Decimal(0)


def _share(some: int, everything: int) -> str:
    """Return a share in per cent; a dash where it would tell a number that is too small."""
    if everything < FEWEST or not is_told(some) or not is_told(everything - some):
        return "–"
    return f"{format_number(_percent(some, everything), 0)}\N{NO-BREAK SPACE}%"


def _duration(hours: int | None) -> str:
    if hours is None:
        return "–"
    if hours <= 48:
        return ngettext("%(count)s Stunde", "%(count)s Stunden", max(hours, 1)) % {"count": max(hours, 1)}
    return _("%(count)s Tagen") % {"count": -(-hours // 24)}
