"""Reading what staff changed."""

from collections.abc import Iterable, Mapping

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Max

from kundenportal.core.pages import Page, cut_page
from kundenportal.utility_settings.current import CurrentUtility, Stored
from kundenportal.utility_settings.logos import on_this_machine
from kundenportal.utility_settings.models import SettingsVersion
from kundenportal.utility_settings.rules import Value, flat
from kundenportal.utility_settings.sections import KEYS, TEXT_PREFIX, Section

PAGE_SIZE = 20
"""How many versions a page of a history holds."""

log = structlog.get_logger(__name__)


def current_utility() -> CurrentUtility:
    """Return the utility with what was changed; a plain one that tests put in its place has no changes."""
    utility = settings.UTILITY
    return utility if isinstance(utility, CurrentUtility) else CurrentUtility({})


def stored_texts() -> dict[str, str]:
    """Return the texts that take the place of files, by ``de/impressum``."""
    utility = settings.UTILITY
    return dict(utility.state.stored.texts) if isinstance(utility, CurrentUtility) else {}


def read_stored(known: int) -> Stored | None:
    """Return what is kept, or None when nothing was added to what is known, or the database cannot tell.

    Args:
        known: how many versions are known.

    """
    try:
        if connection.in_atomic_block:
            # A query that fails would make the whole transaction useless, on PostgreSQL.
            with transaction.atomic():
                return _read(known)
        return _read(known)
    except DatabaseError as error:
        # Before the first "migrate" there is no table; whoever needs the database says more when it is down.
        log.debug("settings.unreadable", reason=type(error).__name__)
        return None


def values_of(section: Section) -> dict[str, Value]:
    """Return what the keys of a section hold now, changed or not."""
    values = flat(current_utility().state.utility)
    return {key: values[key] for key in KEYS[section]}


def own_values_in(section: Section, number: int) -> dict[str, Value] | None:
    """Return what one of a section's versions keeps, or None when there is no such.

    Args:
        section: which.
        number: the version's number; 0 for what the file says, which keeps nothing.

    """
    if not number:
        return {}
    version = version_of(section, number)
    return version.values if version else None


def is_kept(section: Section, own: Mapping[str, Value]) -> bool:
    """Tell whether a section's newest version keeps just these values, usable or not."""
    return own == (own_values_in(section, last_number(section)) or {})


def values_in(section: Section, number: int) -> dict[str, Value] | None:
    """Return what the keys of a section would hold by one of its versions, or None when there is no such.

    Args:
        section: which.
        number: the version's number; 0 for what the file says.

    """
    own = own_values_in(section, number)
    if own is None:
        return None
    values = flat(current_utility().of_file) | on_this_machine(own)
    return {key: values[key] for key in KEYS[section]}


def changed_keys(section: Section) -> set[str]:
    """Return the keys of a section that hold something else than the file says, and can be used."""
    state = current_utility().state
    return {key for key in KEYS[section] if key in state.stored.values and key not in state.refused}


def last_number(section: str) -> int:
    """Return the number of a section's newest version; 0 when the file alone counts."""
    return SettingsVersion.objects.filter(section=section).aggregate(Max("number"))["number__max"] or 0


def version_of(section: str, number: int) -> SettingsVersion | None:
    """Return one version of a section or of a text, or None."""
    return SettingsVersion.objects.filter(section=section, number=number).first()


def history(section: str, *, after: int | None = None) -> Page[SettingsVersion, int]:
    """Return a page of a section's versions, the newest first; one query.

    Args:
        section: a ``Section``, or that of a text.
        after: the number of the last version of the page before; None for the first page.

    """
    versions = SettingsVersion.objects.filter(section=section).order_by("-number")
    if after is not None:
        versions = versions.filter(number__lt=after)
    return cut_page(versions, limit=PAGE_SIZE, mark=lambda version: version.number)


def newest_versions() -> dict[str, SettingsVersion]:
    """Return the newest version of every section and text that was ever changed; one query."""
    return {version.section: version for version in _newest()}


def _newest() -> Iterable[SettingsVersion]:
    newest = SettingsVersion.objects.values("section").annotate(newest=Max("id")).values("newest")
    return SettingsVersion.objects.filter(pk__in=newest)


def _read(known: int) -> Stored | None:
    # No row is ever deleted, so their number tells. The greatest id does not: PostgreSQL draws it before the
    # row is committed, and a smaller one may be committed later.
    count = SettingsVersion.objects.count()
    if count == known:
        return None
    values: dict[str, Value] = {}
    texts: dict[str, str] = {}
    for version in _newest():
        if not version.section.startswith(TEXT_PREFIX):
            values |= version.values
        elif "source" in version.values:
            texts[version.section.removeprefix(TEXT_PREFIX)] = version.values["source"]
    return Stored(count, on_this_machine(values), texts)
