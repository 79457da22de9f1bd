"""The charts of the statistics: each with its figures in words, in a table and as a file. Nobody is in it."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kundenportal.backoffice.charts import Chart, Words, by_kind, over_time, shares, told_share, told_total
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading
from kundenportal.statistics.rules import FEWEST, quantile
from kundenportal.statistics.selectors import Figures
from kundenportal.statistics.sources import PASSKEY
from kundenportal.submissions.models import Submission


def charts_of(figures: Figures) -> list[Chart]:
    """Return all charts of a period; no query."""
    return [make(figures) for make in MAKERS.values()]


def chart_of(key: str, figures: Figures) -> Chart | None:
    """Return one chart of a period, or None when there is none of this name."""
    make = MAKERS.get(key)
    return make(figures) if make else None


def _shared(said: str, some: int, everything: int, **told: str) -> str:
    """Return a sentence about a share, or that too few were counted to tell one."""
    if everything < FEWEST:
        return _("Noch zu wenig gezählt")
    return said % {"share": told_share(some, everything), **told}


def _registrations(figures: Figures) -> Chart:
    counts = figures.of("act.registration.completed")
    lead = _("%(count)s neue Zugänge") % {"count": told_total(counts)}
    note = gettext_lazy("Abgeschlossene Registrierungen.")
    return over_time("zugaenge", gettext_lazy("Neue Zugänge"), lead, note, figures, counts)


def _accesses(figures: Figures) -> Chart:
    held, everybody = figures.of("customers.with_access"), figures.of("customers.all")
    return shares(
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
    return shares(
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
    lead = _("%(count)s Vorgänge") % {"count": told_total(counts.values())}
    note = gettext_lazy("Was Kunden gesendet haben.")
    return by_kind(
        "vorgaenge", gettext_lazy("Vorgänge nach Art"), lead, note, gettext_lazy("Art"), counts.items()
    )


def _channels(figures: Figures) -> Chart:
    sent = figures.below("submission.")
    counts = {
        channel.label: sum(count for name, count in sent.items() if name.endswith(f".{channel}"))
        for channel in Submission.Channel
    }
    portal, total = counts[Submission.Channel.PORTAL.label], sum(counts.values())
    lead = _shared(_("%(share)s mit Anmeldung"), portal, total)
    note = gettext_lazy("Links stehen auf Ablesekarten und in E-Mails.")
    return by_kind("wege", gettext_lazy("Vorgänge nach Weg"), lead, note, gettext_lazy("Weg"), counts.items())


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
    lead = _("Noch zu wenig erledigt")
    if middle is not None and most_of_them is not None:
        lead = _("Die Hälfte nach %(middle)s, 90 %% nach %(most)s") % {
            "middle": _duration(middle),
            "most": _duration(most_of_them),
        }
    note = gettext_lazy("Vom Eingang bis übernommen oder abgelehnt, Wochenenden eingerechnet.")
    title = gettext_lazy("Zeit bis zur Erledigung")
    return by_kind("dauer", title, lead, note, gettext_lazy("Dauer"), counts.items())


def _duration(hours: int) -> str:
    if hours <= 48:
        return ngettext("%(count)s Stunde", "%(count)s Stunden", max(hours, 1)) % {"count": max(hours, 1)}
    return _("%(count)s Tagen") % {"count": -(-hours // 24)}


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
    lead = _shared(_("%(share)s der Anfragen führten zu einem Zugang"), completed, asked)
    note = gettext_lazy("Nur gezählt, nie mit Namen oder Nummer. Eine Anfrage kann mehrmals zählen.")
    title = gettext_lazy("Registrierungen ohne Erfolg")
    return by_kind("fehlgeschlagen", title, lead, note, gettext_lazy("Grund"), counts.items())


def _mails(figures: Figures) -> Chart:
    counts = {status.label: figures.total(f"mail.{status}") for status in OutgoingMail.Status}
    sent, total = counts[OutgoingMail.Status.SENT.label], sum(counts.values())
    lead = _shared(
        _("%(share)s von %(count)s E-Mails sind gesendet"), sent, total, count=told_total(counts.values())
    )
    note = gettext_lazy("Was aus den E-Mails geworden ist, die in der Zeit entstanden.")
    return by_kind("e-mails", gettext_lazy("E-Mails"), lead, note, gettext_lazy("Status"), counts.items())


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
    lead = _("%(count)s Anmeldungen") % {"count": told_total(ways)}
    note = gettext_lazy("Kunden, ohne die Verwaltung. Was „danach“ steht, ist der zweite Schritt.")
    return by_kind(
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
