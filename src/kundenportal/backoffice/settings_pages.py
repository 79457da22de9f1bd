"""What the pages of the settings show: what counts now, who changed it, and what a version changed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.backoffice.setting_words import GROUPS, SECTIONS, Group, SectionWords, label_of, shown
from kundenportal.casework.selectors import names_of
from kundenportal.identity.models import StaffMember
from kundenportal.utility_settings.models import SettingsVersion
from kundenportal.utility_settings.rules import Value
from kundenportal.utility_settings.sections import KEYS, TEXT_PREFIX, Section
from kundenportal.utility_settings.selectors import changed_keys, newest_versions, values_of


@dataclass(frozen=True)
class LastChange:
    """Who saved something last, and when."""

    at: dt.datetime
    who: str


@dataclass(frozen=True)
class OverviewRow:
    """A page of the settings in the overview.

    ``last`` is None while the file alone counts; what is not ``is_changeable`` is only looked at.
    """

    title: str | Promise
    text: str | Promise
    url: str
    last: LastChange | None = None
    is_changeable: bool = True


@dataclass(frozen=True)
class ShownSetting:
    """A setting: its name, its value as it is read, and whether it differs from the file."""

    label: str
    value: str
    is_changed: bool


@dataclass(frozen=True)
class ShownGroup:
    """Settings under their heading, if they have one."""

    group: Group | None
    settings: list[ShownSetting]


@dataclass(frozen=True)
class ShownChange:
    """What a version changed of one setting."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownVersion:
    """A version: who saved it, when, and what it changed."""

    version: SettingsVersion
    who: str
    changes: list[ShownChange]


def section_or_404(slug: str) -> Section:
    """Return a section by its part of the address.

    Raises:
        Http404: when there is none.

    """
    for section, words in SECTIONS.items():
        if words.slug == slug:
            return section
    raise Http404


def permission_to_change(section: Section) -> Permission:
    """Return what one needs to change a section."""
    return Permission.CHANGE_NUMBERS if section is Section.NUMBERS else Permission.CHANGE_SETTINGS


def may_change(member: StaffMember, section: Section) -> bool:
    """Tell whether somebody may change a section."""
    return has_permission(member, permission_to_change(section))


def section_url(section: Section) -> str:
    """Return where a section is shown."""
    return reverse("backoffice:settings_section", args=[SECTIONS[section].slug])


def overview_rows() -> list[OverviewRow]:
    """Return the sections and the texts with who changed each last; two queries."""
    newest = newest_versions()
    names = names_of({version.actor for version in newest.values()})
    texts = [version for section, version in newest.items() if section.startswith(TEXT_PREFIX)]
    return [
        *(
            OverviewRow(words.title, words.text, section_url(section), _last(newest.get(section), names))
            for section, words in SECTIONS.items()
        ),
        OverviewRow(
            _("Texte"),
            _("Impressum, Datenschutz, Barrierefreiheit, Leichte Sprache und Hilfe"),
            reverse("backoffice:settings_texts"),
            _last(max(texts, key=lambda each: each.pk, default=None), names),
        ),
        OverviewRow(
            _("Mailvorlagen"),
            _("Alle E-Mails des Portals ansehen, Test-E-Mail an sich selbst"),
            reverse("backoffice:settings_mails"),
            is_changeable=False,
        ),
    ]


def shown_groups(section: Section) -> list[ShownGroup]:
    """Return what the settings of a section hold now, under their headings."""
    values, changed = values_of(section), changed_keys(section)
    return [
        ShownGroup(
            group,
            [
                ShownSetting(label_of(key), shown(key, values[key]), key in changed)
                for key in KEYS[section]
                if group is None or key.startswith(group.starts)
            ],
        )
        for group in GROUPS.get(section, (None,))
    ]


def shown_versions(versions: Sequence[SettingsVersion]) -> list[ShownVersion]:
    """Return versions as the page shows them; one query."""
    names = names_of({version.actor for version in versions})
    return [
        ShownVersion(
            version,
            _who(version.actor, names),
            [_shown_change(key, before, after) for key, before, after in version.changes],
        )
        for version in versions
    ]


def changes_between(before: Mapping[str, Value], after: Mapping[str, Value]) -> list[ShownChange]:
    """Return what would differ."""
    return [_shown_change(key, before[key], after[key]) for key in before if before[key] != after[key]]


def words_of(section: Section) -> SectionWords:
    """Return what a section is called."""
    return SECTIONS[section]


def _shown_change(key: str, before: Value, after: Value) -> ShownChange:
    if key == "brand.logo":
        return ShownChange(label_of(key), _logo(before), _logo(after))
    return ShownChange(label_of(key), shown(key, before), shown(key, after))


def _logo(value: Value) -> str:
    return _("Bild") if value else _("keines")


def _last(version: SettingsVersion | None, names: Mapping[str, str]) -> LastChange | None:
    return LastChange(version.at, _who(version.actor, names)) if version else None


def _who(actor: str, names: Mapping[str, str]) -> str:
    return names.get(actor, _("Kundenportal"))
