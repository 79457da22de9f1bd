"""Changing what the utility says of itself: each change is a version that stays."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import astuple

from django.db import IntegrityError, transaction

from kundenportal.audit.services import record
from kundenportal.utility_settings.logos import LOGO_KEY, keep_logo, on_this_machine
from kundenportal.utility_settings.models import SettingsVersion
from kundenportal.utility_settings.rules import (
    Change,
    Effective,
    Value,
    Values,
    changes,
    effective,
    flat,
    overrides,
)
from kundenportal.utility_settings.sections import KEYS, TEXT_PREFIX, Section
from kundenportal.utility_settings.selectors import current_utility, is_kept, own_values_in, values_of

SOURCE = "source"
"""The key of a text's version that holds its source."""


class ChangedMeanwhile(Exception):
    """Somebody saved the section since it was shown; nothing was stored."""


class SettingsRefused(Exception):
    """What was typed cannot be used; nothing was stored. ``refused`` says why, by key."""

    def __init__(self, refused: Mapping[str, str]) -> None:
        super().__init__(", ".join(refused))
        self.refused = refused


def save_settings(
    *, section: Section, values: Values, seen: int, actor: str, now: dt.datetime
) -> SettingsVersion | None:
    """Let the keys of a section hold other values, from now on and in every process within seconds.

    Args:
        section: which.
        values: what each of its keys shall hold.
        seen: the number of the version whose values were shown; 0 for the file's.
        actor: who, such as ``staff:17``.
        now: when, aware.

    Returns:
        The version, or None when nothing differs.

    Raises:
        ChangedMeanwhile: when somebody saved the section since.
        SettingsRefused: when the rule that reads the file refuses a value.

    """
    own = overrides(values, flat(current_utility().of_file))
    return _save_section(section, own, seen=seen, actor=actor, now=now)


def refused_values(section: Section, values: Values) -> dict[str, str]:
    """Return which of a section's keys could not hold a value, and why, by the rule that reads the file.

    Args:
        section: which.
        values: what its keys shall hold.

    """
    return _checked(section, overrides(values, flat(current_utility().of_file)))[1]


def save_logo(*, content: bytes | None, seen: int, actor: str, now: dt.datetime) -> SettingsVersion | None:
    """Show another logo on every page.

    Args:
        content: the picture as it was uploaded; None for no logo.
        seen: the number of the version that was shown.
        actor: who.
        now: when, aware.

    Raises:
        ChangedMeanwhile: when somebody saved the logo since.
        FileRefused: when it is no picture, damaged or too large.

    """
    logo: dict[str, Value] = {LOGO_KEY: keep_logo(content) if content is not None else ""}
    own = overrides(logo, flat(current_utility().of_file))
    return _save_section(Section.LOGO, own, seen=seen, actor=actor, now=now)


def restore_settings(
    *, section: Section, number: int, seen: int, actor: str, now: dt.datetime
) -> SettingsVersion | None:
    """Let a section hold again what it held in one of its versions; that becomes a new version.

    Args:
        section: which.
        number: the version's number; 0 for what the file says.
        seen: the number of the version that was shown.
        actor: who.
        now: when, aware.

    Raises:
        SettingsVersion.DoesNotExist: when there is no such version.
        ChangedMeanwhile: when somebody saved the section since.
        SettingsRefused: when it cannot be used any more.

    """
    own = own_values_in(section, number)
    if own is None:
        raise SettingsVersion.DoesNotExist
    return _save_section(section, own, seen=seen, actor=actor, now=now, restores=number)


def save_text(
    *, name: str, source: str | None, before: str, seen: int, actor: str, now: dt.datetime
) -> SettingsVersion | None:
    """Let a text say something else.

    Args:
        name: its language and name, such as ``de/impressum``.
        source: its Markdown; None for what its file says.
        before: the Markdown that counts until now.
        seen: the number of the version that was shown.
        actor: who.
        now: when, aware.

    Returns:
        The version, or None when nothing differs.

    Raises:
        ChangedMeanwhile: when somebody saved the text since.

    """
    is_changed = name in current_utility().state.stored.texts
    if source == before or (source is None and not is_changed):
        return None
    own: dict[str, Value] = {} if source is None else {SOURCE: source}
    restores = 0 if source is None else None
    return _save(f"{TEXT_PREFIX}{name}", own, [], seen=seen, actor=actor, now=now, restores=restores)


def _save_section(
    section: Section,
    own: dict[str, Value],
    *,
    seen: int,
    actor: str,
    now: dt.datetime,
    restores: int | None = None,
) -> SettingsVersion | None:
    """Save what differs from the file, when the rule that reads it takes it together with all the rest."""
    found, refused = _checked(section, own)
    if refused:
        raise SettingsRefused(refused)
    after = flat(found.utility)
    changed = changes(values_of(section), {key: after[key] for key in KEYS[section]})
    # What is kept but cannot be used changes nothing when it goes; yet it must be possible to lose it.
    if not changed and is_kept(section, own):
        return None
    return _save(section, own, changed, seen=seen, actor=actor, now=now, restores=restores)


def _checked(section: Section, own: dict[str, Value]) -> tuple[Effective, dict[str, str]]:
    """Return what would count, and which keys would newly be refused and why."""
    current = current_utility()
    others = {key: value for key, value in current.state.stored.values.items() if key not in KEYS[section]}
    found = effective(current.tables, others | on_this_machine(own))
    known = current.state.refused
    return found, {key: why for key, why in found.refused.items() if key in own or key not in known}


def _save(
    section: str,
    own: dict[str, Value],
    changed: list[Change],
    *,
    seen: int,
    actor: str,
    now: dt.datetime,
    restores: int | None,
) -> SettingsVersion:
    try:
        version = _add_version(section, own, changed, seen, actor, now, restores)
    except IntegrityError as error:
        raise ChangedMeanwhile from error
    current_utility().look()
    return version


@transaction.atomic(durable=True)
def _add_version(
    section: str,
    own: dict[str, Value],
    changed: list[Change],
    seen: int,
    actor: str,
    now: dt.datetime,
    restores: int | None,
) -> SettingsVersion:
    newest = SettingsVersion.objects.filter(section=section).order_by("-number").first()
    if (newest.number if newest else 0) != seen:
        raise ChangedMeanwhile
    version = SettingsVersion.objects.create(
        section=section,
        number=seen + 1,
        at=now,
        actor=actor,
        values=own,
        changes=[list(astuple(each)) for each in changed],
        restores=restores,
    )
    record(
        "settings.changed",
        actor=actor,
        now=now,
        subject=section,
        details={"version": version.number, "keys": ", ".join(each.key for each in changed)},
    )
    return version
