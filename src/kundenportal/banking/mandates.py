"""The text of a SEPA core direct debit mandate, as it is shown, agreed to and kept.

The wording is that of the European Payments Council (EPC016-06, "Core Mandate", with its official
translation; Deutsche Kreditwirtschaft for German). It is no matter of translation files: each version
stands here with its languages, and what was agreed to is kept word by word.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

VERSION = "2026-1"
"""Changes whenever a word below does."""


@dataclass(frozen=True)
class _Wording:
    """A mandate's words in one language; ``{creditor}`` is the utility's name."""

    title: str
    creditor: str
    creditor_id: str
    reference: str
    payment: str
    recurrent: str
    holder: str
    customer: str
    customer_number: str
    scope: str
    all_premises: str
    authorisation: str
    refund: str


_WORDINGS: Mapping[str, _Wording] = {
    "de": _Wording(
        title="SEPA-Lastschriftmandat",
        creditor="Zahlungsempfänger",
        creditor_id="Gläubiger-Identifikationsnummer",
        reference="Mandatsreferenz",
        payment="Zahlungsart",
        recurrent="Wiederkehrende Zahlung",
        holder="Kontoinhaber",
        customer="Kunde",
        customer_number="Kundennummer",
        scope="Gilt für",
        all_premises="alle Verbrauchsstellen ohne eigene Bankverbindung",
        authorisation=(
            "Ich ermächtige {creditor}, Zahlungen von meinem Konto mittels Lastschrift einzuziehen. Zugleich "
            "weise ich mein Kreditinstitut an, die von {creditor} auf mein Konto gezogenen Lastschriften "
            "einzulösen."
        ),
        refund=(
            "Hinweis: Ich kann innerhalb von acht Wochen, beginnend mit dem Belastungsdatum, die Erstattung "
            "des belasteten Betrages verlangen. Es gelten dabei die mit meinem Kreditinstitut vereinbarten "
            "Bedingungen."
        ),
    ),
    "en": _Wording(
        title="SEPA Direct Debit Mandate",
        creditor="Creditor",
        creditor_id="Creditor identifier",
        reference="Mandate reference",
        payment="Type of payment",
        recurrent="Recurrent payment",
        holder="Account holder",
        customer="Customer",
        customer_number="Customer number",
        scope="Applies to",
        all_premises="all delivery points without an account of their own",
        authorisation=(
            "By signing this mandate form, you authorise (A) {creditor} to send instructions to your bank to "
            "debit your account and (B) your bank to debit your account in accordance with the instructions "
            "from {creditor}."
        ),
        refund=(
            "As part of your rights, you are entitled to a refund from your bank under the terms and "
            "conditions of your agreement with your bank. A refund must be claimed within 8 weeks starting "
            "from the date on which your account was debited. Your rights are explained in a statement that "
            "you can obtain from your bank."
        ),
    ),
}


@dataclass(frozen=True)
class Creditor:
    """Who collects: the utility with its address in lines and its creditor identifier."""

    name: str
    street: str
    place: str
    identifier: str


@dataclass(frozen=True)
class Fact:
    """One line of a mandate; ``key`` names it for the templates, which add the IBAN behind ``holder``."""

    key: str
    label: str
    value: str


@dataclass(frozen=True)
class Mandate:
    """A mandate of one account, whole but for the IBAN, which is never kept in the clear.

    Attributes:
        language: ``de`` or ``en``; any other means German.
        creditor: who collects.
        reference: how it is told from others; empty while it is not known yet.
        holder: whose account it is; empty while it is not known yet.
        customer_name: whose bills are paid.
        customer_number: the canonical number.
        premise: the place of consumption it is for, in one line; empty for all without one of their own.

    """

    language: str
    creditor: Creditor
    reference: str = ""
    holder: str = ""
    customer_name: str = ""
    customer_number: str = ""
    premise: str = ""

    @property
    def title(self) -> str:
        """What it is called."""
        return self._words.title

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Who, from whom and what for, in the order they are read; what is not known yet is left out."""
        words, creditor = self._words, self.creditor
        customer = f"{self.customer_name}, {words.customer_number} {self.customer_number}"
        facts = (
            Fact("creditor", words.creditor, f"{creditor.name}, {creditor.street}, {creditor.place}"),
            Fact("creditor_id", words.creditor_id, creditor.identifier),
            Fact("reference", words.reference, self.reference),
            Fact("payment", words.payment, words.recurrent),
            Fact("holder", words.holder, self.holder),
            Fact("customer", words.customer, customer if self.customer_number else ""),
            Fact("scope", words.scope, (self.premise or words.all_premises) if self.customer_number else ""),
        )
        return tuple(fact for fact in facts if fact.value)

    @property
    def paragraphs(self) -> tuple[str, str]:
        """What is agreed to, and the right to a refund."""
        words = self._words
        return words.authorisation.format(creditor=self.creditor.name), words.refund

    @property
    def text(self) -> str:
        """All of it as it is kept, line by line."""
        facts = [f"{fact.label}: {fact.value}" for fact in self.facts]
        return "\n".join([self.title, *facts, *self.paragraphs])

    @property
    def _words(self) -> _Wording:
        return _WORDINGS.get(self.language, _WORDINGS["de"])


def digest_of(mandates: tuple[Mandate, ...]) -> str:
    """Return a fingerprint of mandates: what is sent must be what was shown."""
    return hashlib.sha256("\n\n".join([VERSION, *(each.text for each in mandates)]).encode()).hexdigest()
