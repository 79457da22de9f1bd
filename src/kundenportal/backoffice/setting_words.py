"""What the settings are called, which field each is typed in, and how each is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kundenportal.backoffice.module_words import MODULE_FIELDS, MODULES_TEXT
from kundenportal.backoffice.setting_fields import (
    ChoiceOfField,
    ColourField,
    DayField,
    DayOfYearField,
    ModuleField,
    NumberField,
    SettingField,
    WholeNumberField,
    Words,
)
from kundenportal.core.banking_rules import GERMAN_STATES
from kundenportal.utility_settings.rules import Value
from kundenportal.utility_settings.sections import Section

AnyField = SettingField | ChoiceOfField | ModuleField


@dataclass(frozen=True)
class SectionWords:
    """A section as the pages have it.

    Attributes:
        slug: its part of the address.
        title: its name.
        text: what it holds.

    """

    slug: str
    title: Words
    text: Words


SECTIONS: Mapping[Section, SectionWords] = {
    Section.MASTER_DATA: SectionWords(
        "stammdaten",
        _("Stammdaten"),
        _("Name, Slogan, Anschrift, Telefon, Öffnungszeiten und E-Mail-Adresse"),
    ),
    Section.LEGAL: SectionWords(
        "rechtliches",
        _("Rechtliche Angaben"),
        _("Impressum, Datenschutz, Barrierefreiheit, Sicherheitskontakt"),
    ),
    Section.BRAND: SectionWords(
        "farben", _("Farben"), _("Fünf Farben für hell und dunkel, mit Prüfung auf Lesbarkeit")
    ),
    Section.LOGO: SectionWords("logo", _("Logo"), _("Das Zeichen oben auf jeder Seite")),
    Section.MODULES: SectionWords(
        "funktionen", _("Funktionen"), _("Was Kunden im Portal tun können, und was Sie nicht anbieten")
    ),
    Section.LIMITS: SectionWords(
        "grenzen",
        _("Grenzen und Fristen"),
        _("Ablesezeitraum, Verbrauch neuer Kunden, Grenzen für Abschläge, Antwort auf Nachrichten"),
    ),
    Section.NUMBERS: SectionWords(
        "nummern", _("Nummern und Lastschrift"), _("Muster der Kundennummer, Gläubiger-ID, Mandatsreferenz")
    ),
}

_WEB_OR_EMAIL = _("Bitte geben Sie eine E-Mail-Adresse oder eine Seite mit https:// ein.")
_EMAIL = _("Bitte geben Sie eine E-Mail-Adresse wie service@stadtwerke.de ein.")
_OWN_EMAIL = _("Leer: die E-Mail-Adresse aus den Stammdaten.")
_DAY_OF_YEAR = _(
    "Bitte geben Sie Tag und Monat ein, zum Beispiel 15.11. Füllen Sie beide Felder aus oder keines."
)


def _whole(label: Words, low: int, high: int, help_text: Words = "") -> Callable[[], AnyField]:
    refusal = format_lazy(
        _("Bitte geben Sie eine ganze Zahl von {low} bis {high} ein."), low=str(low), high=str(high)
    )
    return lambda: WholeNumberField(label, refusal=refusal, help_text=help_text)


def _text(label: Words, help_text: Words = "", *, refusal: Words = "") -> Callable[[], AnyField]:
    return lambda: SettingField(label, help_text=help_text, refusal=refusal)


def _must(label: Words, refusal: Words, help_text: Words = "") -> Callable[[], AnyField]:
    return lambda: SettingField(label, refusal=refusal, help_text=help_text, required=True)


def _email(label: Words, help_text: Words = "", *, required: bool = False) -> Callable[[], AnyField]:
    return lambda: SettingField(
        label, refusal=_EMAIL, help_text=help_text, required=required, inputmode="email"
    )


def _use(label: Words) -> Callable[[], AnyField]:
    return lambda: NumberField(label, refusal=_("Bitte geben Sie eine Zahl über 0 ein."))


def _colour(label: Words, help_text: Words) -> Callable[[], AnyField]:
    return lambda: ColourField(label, help_text=help_text)


def _day_of_year(label: Words, help_text: Words = "") -> Callable[[], AnyField]:
    return lambda: DayOfYearField(label, refusal=_DAY_OF_YEAR, help_text=help_text, css_class="eingabe--kurz")


FIELDS: Mapping[str, Callable[[], AnyField]] = {
    "name": _must(
        _("Name"),
        _("Bitte geben Sie den Namen ein, den Ihre Kunden kennen."),
        _("Steht auf jeder Seite und in jeder E-Mail."),
    ),
    "slogan": _text(_("Slogan")),
    "street": _text(_("Straße und Hausnummer")),
    "postal_code": _text(_("Postleitzahl")),
    "city": _text(_("Ort")),
    "phone": _text(_("Telefon")),
    "phone_hours": _text(_("Telefonzeiten"), _("Zum Beispiel: Montag bis Freitag, 8 bis 16 Uhr")),
    "emergency_phone": _text(_("Störungsnummer"), _("Rund um die Uhr; steht über dem Kontaktformular.")),
    "email": _email(
        _("E-Mail-Adresse"), _("Dorthin antworten Kunden, und dort gehen Meldungen ein."), required=True
    ),
    "imprint.company": _text(_("Unternehmen mit Rechtsform"), _("Leer: der Name aus den Stammdaten.")),
    "imprint.represented_by": _text(_("Vertreten durch")),
    "imprint.register_court": _text(_("Registergericht")),
    "imprint.register_number": _text(_("Registernummer"), _("Zum Beispiel: HRB 1234")),
    "imprint.vat_id": _text(
        _("Umsatzsteuer-ID"),
        _("§ 27a UStG"),
        refusal=_("Bitte geben Sie die Nummer ohne Leerzeichen ein, zum Beispiel DE123456789."),
    ),
    "imprint.economic_id": _text(_("Wirtschafts-ID"), _("§ 139c AO, falls vorhanden")),
    "imprint.supervisory_authority": _text(_("Aufsichtsbehörde mit Anschrift")),
    "imprint.responsible_for_content": _text(
        _("Verantwortlich für den Inhalt"), _("§ 18 Abs. 2 MStV, wenn Sie Nachrichten veröffentlichen")
    ),
    "privacy.officer": _text(_("Datenschutzbeauftragte Person")),
    "privacy.officer_address": _text(_("Anschrift"), _("Nur, wenn es nicht Ihre eigene ist.")),
    "privacy.officer_email": _email(_("E-Mail-Adresse für Datenschutz")),
    "privacy.officer_phone": _text(_("Telefon für Datenschutz")),
    "privacy.authority": _text(_("Aufsichtsbehörde für Datenschutz")),
    "privacy.hosting": _text(
        _("Rechenzentrum"), _("Firma, Ort, Land: nur, wenn Sie die Server nicht selbst betreiben.")
    ),
    "accessibility.email": _email(_("Adresse für gemeldete Barrieren"), _OWN_EMAIL),
    "accessibility.law": lambda: ChoiceOfField(
        _("Welches Gesetz für Sie gilt"),
        [
            ("bfsg", _("Barrierefreiheitsstärkungsgesetz (BFSG)")),
            ("state", _("Gesetz Ihres Landes für öffentliche Stellen")),
            ("both", _("beide")),
        ],
    ),
    "accessibility.state_law": _text(_("Name des Landesgesetzes")),
    "accessibility.enforcement_body": _text(_("Durchsetzungsstelle mit Anschrift")),
    "accessibility.market_surveillance": _text(
        _("Marktüberwachung"), _("Die gemeinsame Stelle der Länder ist vorbelegt.")
    ),
    "accessibility.checked_date": lambda: DayField(
        _("Tag der letzten Prüfung"),
        refusal=_("Bitte geben Sie den Tag ein, zum Beispiel 02.11.2026."),
        css_class="eingabe--kurz",
    ),
    "security.contact": _text(
        _("Wohin man Sicherheitslücken meldet"),
        _("E-Mail-Adresse oder Seite. Leer: die E-Mail-Adresse aus den Stammdaten."),
        refusal=_WEB_OR_EMAIL,
    ),
    "security.policy": _text(
        _("Seite mit Ihren Regeln dafür"),
        _("Leer: die Seite des Portals."),
        refusal=_(
            "Bitte geben Sie eine Seite mit https:// ein, zum Beispiel https://www.stadtwerke.de/sicherheit."
        ),
    ),
    "brand.light": _colour(_("Ihre Farbe (hell)"), _("Knöpfe, Links und Zeichen auf hellem Grund")),
    "brand.light_tint": _colour(_("Fläche (hell)"), _("Getönter Hintergrund, auf dem Text steht")),
    "brand.dark": _colour(_("Ihre Farbe (dunkel)"), _("Knöpfe, Links und Zeichen auf dunklem Grund")),
    "brand.dark_tint": _colour(_("Fläche (dunkel)"), _("Getönter Hintergrund, auf dem Text steht")),
    "brand.plate": _colour(
        _("Schild"), _("Das Hausnummernschild und der Kopf der Verwaltung, mit weißer Schrift")
    ),
    "brand.logo": _text(_("Logo")),
    **MODULE_FIELDS,
    "readings.max_age_days": _whole(_("So viele Tage darf ein Ablesedatum zurückliegen"), 1, 366),
    "readings.period_start": _day_of_year(
        _("Ablesezeitraum: erster Tag"), _("Tag und Monat. Beide Felder leer: keiner.")
    ),
    "readings.period_end": _day_of_year(_("Ablesezeitraum: letzter Tag")),
    "readings.default_annual_use.strom": _use(_("Strom im Jahr (kWh)")),
    "readings.default_annual_use.gas": _use(_("Gas im Jahr (m³)")),
    "readings.default_annual_use.wasser": _use(_("Wasser im Jahr (m³)")),
    "readings.default_annual_use.waerme": _use(_("Wärme im Jahr (MWh)")),
    "advance_payments.lower_percent": _whole(_("Weniger als bisher, höchstens (%)"), 0, 100),
    "advance_payments.upper_percent": _whole(_("Mehr als bisher, höchstens (%)"), 0, 1000),
    "advance_payments.lead_days": _whole(
        _("Vorlauf in Tagen"), 0, 90, _("Eine Änderung gilt ab dem Ersten eines Monats, der so weit weg ist.")
    ),
    "advance_payments.months_offered": _whole(_("So viele Monate stehen zur Wahl"), 1, 12),
    "advance_payments.changes_per_year": _whole(_("Änderungen im Jahr"), 0, 12, _("0: beliebig viele")),
    "advance_payments.base_price_percent.strom": _whole(_("Grundpreis Strom (%)"), 0, 100),
    "advance_payments.base_price_percent.gas": _whole(_("Grundpreis Gas (%)"), 0, 100),
    "advance_payments.base_price_percent.wasser": _whole(_("Grundpreis Wasser (%)"), 0, 100),
    "advance_payments.base_price_percent.waerme": _whole(_("Grundpreis Wärme (%)"), 0, 100),
    "contact.answer_days": _whole(_("Antwort in der Regel in Arbeitstagen"), 1, 30),
    "customer_number.digits": _whole(_("Ziffern der Kundennummer"), 3, 15, _("Vor dem Schrägstrich")),
    "customer_number.suffix": _must(
        _("Nach dem Schrägstrich"),
        _("Bitte geben Sie 1 bis 3 Ziffern ein, zum Beispiel 1."),
        _("Zum Beispiel 1 für 0012345/1"),
    ),
    "creditor_id": _text(
        _("Gläubiger-ID"),
        _("Ohne sie können Kunden keine Bankverbindung angeben."),
        refusal=_(
            "Diese Gläubiger-ID stimmt nicht. Sie sieht aus wie DE98ZZZ09999999999. "
            "Bitte prüfen Sie jede Stelle."
        ),
    ),
    "banking.mandate_reference": _must(
        _("Muster der Mandatsreferenz"),
        _(
            "Bitte geben Sie ein Muster mit {customer} und {sequence} ein, "
            "zum Beispiel KP-{customer}-{sequence}. "
            "Ausgefüllt hat es höchstens 35 Zeichen, ohne Leerzeichen und Umlaute."
        ),
        _("{customer} wird die Kundennummer, {sequence} eine laufende Nummer."),
    ),
    "banking.lead_bank_days": _whole(_("Vorlauf eines Einzugs in Bankarbeitstagen"), 1, 30),
    "banking.state": lambda: ChoiceOfField(
        _("Bundesland, dessen Feiertage zählen"),
        [("", _("nur die Feiertage aller Länder")), *((state, state) for state in GERMAN_STATES)],
    ),
}
"""By its key, what makes a setting's field."""


@dataclass(frozen=True)
class Group:
    """Fields that stand under one heading; their keys begin with one of ``starts``."""

    title: Words
    starts: tuple[str, ...]
    text: Words = ""


GROUPS: Mapping[Section, tuple[Group, ...]] = {
    Section.LEGAL: (
        Group(_("Impressum"), ("imprint.",)),
        Group(_("Datenschutz"), ("privacy.",)),
        Group(_("Barrierefreiheit"), ("accessibility.",)),
        Group(_("Sicherheitslücken"), ("security.",)),
    ),
    Section.MODULES: (Group(_("Das bieten Sie an"), ("modules.",), MODULES_TEXT),),
    Section.LIMITS: (
        Group(_("Ablesen"), ("readings.max", "readings.period")),
        Group(
            _("Verbrauch neuer Kunden"),
            ("readings.default",),
            _("Damit prüfen wir Zählerstände, solange es noch keine früheren gibt."),
        ),
        Group(
            _("Abschläge"),
            ("advance_payments.l", "advance_payments.u", "advance_payments.m", "advance_payments.c"),
            _("Diese Grenzen gelten, wenn die Abrechnung keine eigenen liefert."),
        ),
        Group(
            _("Anteil des Grundpreises"),
            ("advance_payments.base",),
            _("So viel vom Jahrespreis hängt nicht vom Verbrauch ab."),
        ),
        Group(_("Nachrichten"), ("contact.",), _("Kunden lesen das, wenn sie Ihnen schreiben.")),
    ),
    Section.NUMBERS: (
        Group(_("Kundennummer"), ("customer_number.",)),
        Group(_("Lastschrift"), ("creditor_id", "banking.")),
    ),
}
"""Under which headings the fields of a section stand; those of another section need none."""


def label_of(key: str) -> str:
    """Return what a setting is called; of one the portal no longer has, its key."""
    return str(FIELDS[key]().label) if key in FIELDS else key


def shown(key: str, value: Value) -> str:
    """Return a value as it is read; of a choice its words."""
    if key not in FIELDS:
        return str(value)
    field = FIELDS[key]()
    if isinstance(field, ChoiceOfField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    if isinstance(field, ModuleField):
        return str(_("angeboten") if value else _("abgeschaltet"))
    return field.written(value)
